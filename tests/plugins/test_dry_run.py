"""Laws of the executor that executes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccrouter_core import history, laws
from ccrouter_core.models import Provenance, Request, Status, Tier
from ccrouter_core.services import Cancel, Job, Limits
from ccrouter_core.settings import Settings, default_ladder
from ccrouter_core.testing import ExecutorConformance
from ccrouter_plugins.dry_run import DryRun, DryRunExecutor
from ccrouter_plugins.routing import Routing
from ccrouter_plugins.validation import Validation

TIER = Tier(name="haiku", rank=1, model="haiku")


def test_it_says_what_would_run(tmp_path: Path):
    """Tier, model, agent and size are told; nothing is done or spent, and it is labelled."""
    job = Job(prompt="x" * 40, tier=TIER, agent="typo", context="c" * 4, cwd=str(tmp_path), read_only=False)
    outcome = DryRunExecutor().start(job, Limits(), Cancel()).result()
    assert outcome.text.startswith("[dry run]")
    assert outcome.structured["estimated_input_tokens"] == 11
    assert outcome.structured["agent"] == "typo"
    assert not outcome.executed
    assert (outcome.cost_nano_usd, outcome.cost_provenance) == (0, Provenance.MEASURED)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["Fix the typo in a.txt", "Explain a.txt"])
def test_a_dry_run_is_one_attempt_that_nobody_judges(router, tmp_path: Path, text: str):
    """Neither a reading request nor an edit without a change passes, fails, climbs, is cached or counted as done."""
    settings = Settings(ladder=default_ladder("dry_run"))
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.txt").write_text("teh text\n")
    opened = router(Routing(), Validation(), DryRun(), settings=settings)
    answer = opened.handle(Request(text=text, cwd=str(project)))
    assert laws.state_of(answer) == "decided"
    assert [attempt.outcome.tier for attempt in answer.attempts] == ["haiku"]
    assert [(found.check, found.status) for found in answer.verdicts] == [
        ("core.executed", Status.CANNOT_RUN)
    ]
    assert answer.total_cost_nano_usd == 0
    assert opened.runtime.store.state.read("outcomes") == []
    assert history.load(opened.runtime.store.state, answer.request.id)["attempts"][0]["executed"] is False


def test_plugin_tests_itself(tmp_path: Path):
    """The self-test passes anywhere."""
    assert all(check.passed for check in DryRun().ccrouter_self_test(folder=tmp_path))


class TestConformance(ExecutorConformance):
    """The laws of every executor."""

    @pytest.fixture
    def executor(self) -> DryRunExecutor:
        """Return the only one there is."""
        return DryRunExecutor()
