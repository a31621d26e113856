"""Laws of the handle that executors give back, and of what tokens cost."""

from __future__ import annotations

import io
from pathlib import Path

from ccrouter_core.costs import cost_nano_usd, with_cost
from ccrouter_core.errors import ExecutorError
from ccrouter_core.handles import Emit, ThreadHandle
from ccrouter_core.models import Check, FailureKind, Outcome, Prices, Provenance, Tier, Usage
from ccrouter_core.selftests import run_self_test
from ccrouter_core.services import Cancel, ExecutionEvent, Handle, Job
from ccrouter_core.settings import default_ladder

TIER = Tier(name="haiku", rank=1, model="haiku", prices=Prices(input=1.0))
JOB = Job(prompt="x", tier=TIER)


def test_events_come_in_order_and_end_with_finished():
    """What the work announces is what the listener sees, then the figures of the outcome."""

    def work(emit: Emit) -> tuple[Outcome, dict[str, int]]:
        for text in "abc":
            emit(ExecutionEvent(kind="text", text=text))
        return Outcome(text="abc", tier="haiku"), {"turns": 3}

    handle = ThreadHandle(JOB, Cancel(), work)
    assert isinstance(handle, Handle)
    events = list(handle.events())
    assert [event.text for event in events] == ["a", "b", "c", ""]
    assert events[-1].data["turns"] == 3
    assert handle.result().text == "abc"


def test_work_that_breaks_is_an_outcome():
    """A router error means unavailable, with its fix; anything else is a crash; neither is raised."""

    def refuse(_: Emit) -> tuple[Outcome, dict[str, int]]:
        raise ExecutorError(what="no client", why="it is missing", fix="install it")

    def crash(_: Emit) -> tuple[Outcome, dict[str, int]]:
        raise ZeroDivisionError

    unavailable = ThreadHandle(JOB, Cancel(), refuse).result().error
    crashed = ThreadHandle(JOB, Cancel(), crash).result().error
    assert unavailable is not None
    assert unavailable.kind is FailureKind.UNAVAILABLE
    assert "install it" in unavailable.message
    assert ThreadHandle(JOB, Cancel(), refuse).result().cost_nano_usd == 0
    assert ThreadHandle(JOB, Cancel(), crash).result().cost_nano_usd is None
    assert crashed is not None
    assert crashed.kind is FailureKind.CRASHED


def test_cost_is_by_the_model_that_answered():
    """Each model has its own price; a lone model that no tier books is taken for the tier's own."""
    ladder = default_ladder()
    opus = Usage(model="claude-opus-5-5", input_tokens=10)
    other = Usage(model="my-local", input_tokens=10)
    assert cost_nano_usd([opus], TIER, ladder) == ladder["opus"].cost_nano_usd(opus)
    assert cost_nano_usd([other], TIER, ladder) == 10_000
    assert cost_nano_usd([opus, other], TIER, ladder) is None


def test_unknown_cost_is_shown_as_unknown():
    """No usage is no figure, not zero."""
    outcome = with_cost(Outcome(text="", tier="haiku"), TIER)
    assert outcome.cost_nano_usd is None
    assert outcome.cost_provenance is Provenance.UNKNOWN


def test_self_test_prints_a_line_per_check_and_tells_by_its_exit_code():
    """A failed check shows its fix and makes the exit code 1."""

    class Tested:
        def __init__(self, *checks: Check) -> None:
            self.checks = checks

        def ccrouter_self_test(self, folder: Path) -> tuple[Check, ...]:
            assert list(folder.iterdir()) == []
            return self.checks

    good, bad = Check(name="a", passed=True), Check(name="b", passed=False, reason="why", fix="how")
    out = io.StringIO()
    assert run_self_test(Tested(good), out) == 0
    assert run_self_test(Tested(good, bad), out) == 1
    assert out.getvalue() == "ok   a\nok   a\nFAIL b: why - how\n"
