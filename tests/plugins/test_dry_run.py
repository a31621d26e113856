"""Laws of the executor that executes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccrouter_core.models import Outcome, Provenance, Status, Tier
from ccrouter_core.services import Cancel, Job, Limits
from ccrouter_core.testing import ExecutorConformance
from ccrouter_plugins.dry_run import DryRun, DryRunExecutor

TIER = Tier(name="haiku", rank=1, model="haiku")


def test_it_says_what_would_run(tmp_path: Path):
    """Tier, model, agent and size are told; nothing is done or spent, and it is labelled."""
    job = Job(prompt="x" * 40, tier=TIER, agent="typo", context="c" * 4, cwd=str(tmp_path), read_only=False)
    outcome = DryRunExecutor().start(job, Limits(), Cancel()).result()
    assert outcome.text.startswith("[dry run]")
    assert outcome.structured["estimated_input_tokens"] == 11
    assert outcome.structured["agent"] == "typo"
    assert outcome.cost_nano_usd == 0
    assert outcome.cost_provenance is Provenance.UNKNOWN
    assert list(tmp_path.iterdir()) == []


def test_it_never_counts_as_passed():
    """Every dry outcome is judged CANNOT_RUN; other outcomes are not judged."""
    job = Job(prompt="x", tier=TIER)
    verdict = DryRun().ccrouter_validate(outcome=DryRunExecutor().start(job, Limits(), Cancel()).result())
    assert verdict is not None
    assert verdict.status is Status.CANNOT_RUN
    assert DryRun().ccrouter_validate(outcome=Outcome(text="x", tier="haiku", structured={"dry": 1})) is None


def test_plugin_tests_itself(tmp_path: Path):
    """The self-test passes anywhere."""
    assert all(check.passed for check in DryRun().ccrouter_self_test(folder=tmp_path))


class TestConformance(ExecutorConformance):
    """The laws of every executor."""

    @pytest.fixture
    def executor(self) -> DryRunExecutor:
        """Return the only one there is."""
        return DryRunExecutor()
