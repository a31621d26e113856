"""The scripted executor keeps the laws of every executor and does what its script says."""

from __future__ import annotations

from itertools import repeat

import pytest
from attrs import evolve

from ccrouter_core.errors import UsageError
from ccrouter_core.models import FailureKind, Outcome, Provenance, Tier, Usage
from ccrouter_core.services import Cancel, Job, Limits
from ccrouter_core.settings import prices_from_list
from ccrouter_core.testing import ExecutorConformance, Reply, ScriptedExecutor

TIER = Tier(name="haiku", rank=0, model="haiku", prices=prices_from_list(1.0, 5.0))
USAGE = (Usage(model="haiku", input_tokens=1_000, output_tokens=100),)


class TestScriptedExecutor(ExecutorConformance):
    """The scripted executor is an executor."""

    echoes = True

    @pytest.fixture
    def executor(self) -> ScriptedExecutor:
        """Echo the prompt, with some usage."""
        return ScriptedExecutor(replies=repeat(lambda job: Reply(text=job.prompt, usage=USAGE)))

    @pytest.fixture
    def slow_executor(self) -> ScriptedExecutor:
        """Speak, then take a minute."""
        return ScriptedExecutor(replies=repeat(Reply(text="Let me see ...", delay_ms=60_000)))

    @pytest.fixture
    def broken_executor(self) -> ScriptedExecutor:
        """Raise in the midst of a job."""
        return ScriptedExecutor(replies=repeat(lambda _: 1 / 0))

    @pytest.fixture
    def editing_executor(self) -> ScriptedExecutor:
        """Add a file and delete another."""
        edits = {"src/new/file.py": "x = 1\n", "README.md": None}
        return ScriptedExecutor(replies=repeat(Reply(text="edited", edits=edits)))


def play(executor: ScriptedExecutor, limits: Limits | None = None, **changes) -> Outcome:
    """Run one job and return its outcome."""
    job = evolve(Job(prompt="do it", tier=TIER), **changes)
    return executor.start(job, limits or Limits(), Cancel()).result()


def test_replies_come_in_order_and_jobs_are_recorded() -> None:
    """Each job takes the next reply; an empty script ends jobs as unavailable."""
    executor = ScriptedExecutor(replies=["one"])
    executor.extend(["two"])
    assert [play(executor, prompt=word).text for word in ("a", "b")] == ["one", "two"]
    last = play(executor, prompt="c")
    assert last.error is not None
    assert last.error.kind is FailureKind.UNAVAILABLE
    assert [job.prompt for job in executor.jobs] == ["a", "b", "c"]


def test_an_outcome_is_passed_on_for_the_tier_asked() -> None:
    """A whole outcome from a function is what comes out, with the tier of the job."""
    given = Outcome(text="done", tier="elsewhere", structured={"n": 1}, session="s1")
    assert play(ScriptedExecutor(replies=[lambda _: given])) == evolve(given, tier="haiku")


def test_a_scripted_failure_keeps_its_text() -> None:
    """A failure of any kind comes out as the error, beside what was said."""
    for kind in FailureKind:
        outcome = play(ScriptedExecutor(replies=[Reply(text="so far", failure=kind)]))
        assert outcome.error is not None
        assert (outcome.error.kind, outcome.text) == (kind, "so far")


def test_cost_is_reported_or_computed_and_labelled() -> None:
    """A reported cost is measured; one from usage and list prices is estimated; without either it is unknown."""
    executor = ScriptedExecutor(replies=[Reply(cost_nano_usd=7), Reply(usage=USAGE), Reply()])
    found = [
        (outcome.cost_nano_usd, outcome.cost_provenance) for outcome in (play(executor) for _ in range(3))
    ]
    assert found == [
        (7, Provenance.MEASURED),
        (1_000 * 1_000 + 100 * 5_000, Provenance.ESTIMATED),
        (None, Provenance.UNKNOWN),
    ]


def test_the_budget_ends_a_job() -> None:
    """A reply that costs more than the job may ends as BUDGET, its edits not done."""
    outcome = play(ScriptedExecutor(replies=[Reply(text="x", usage=USAGE)]), Limits(max_cost_nano_usd=10))
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.BUDGET


def test_silence_longer_than_the_idle_limit_is_a_timeout() -> None:
    """The idle limit bounds the delay of a reply."""
    outcome = play(ScriptedExecutor(replies=[Reply(text="x", delay_ms=60_000)]), Limits(idle_ms=10))
    assert outcome.error is not None
    assert (outcome.error.kind, outcome.partial) == (FailureKind.TIMEOUT, True)


@pytest.mark.parametrize("path", ["/etc/passwd", "../outside", "a/../../b", ""])
def test_edits_stay_inside_the_folder(path: str) -> None:
    """An edit that leaves the job's folder is refused when it is written down."""
    with pytest.raises(UsageError, match="scripted edit"):
        Reply(edits={path: "x"})
