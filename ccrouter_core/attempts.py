"""Steps 6 to 8 of the path: what the model sees, its attempt, the checks, and the climb when one fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from attrs import evolve, frozen

from ccrouter_core import laws
from ccrouter_core import models as m
from ccrouter_core.calls import Calls
from ccrouter_core.commands import Grant, has_effect
from ccrouter_core.costs import left_nano_usd
from ccrouter_core.errors import PluginError
from ccrouter_core.execution import (
    execute,
    grant_for,
    grant_inside,
    inside,
    prompt_of,
    watch_for,
    with_changes,
    workspace_for,
)
from ccrouter_core.runtime import Runtime
from ccrouter_core.services import notes_for
from ccrouter_core.tries import Terms
from ccrouter_core.verdicts import core_verdicts


@frozen(kw_only=True)
class Attempts:
    """Tries a decision, checks what came out, and climbs: for one request.

    Args:
        calls: asks the plugins.
        runtime: the shared objects.
        route: asks for a decision after attempts that failed, within the laws.
        emit: tells observers what happens, and the person's progress when that is given.
        terms: what watches and can stop it.
    """

    calls: Calls
    runtime: Runtime
    route: Callable[[m.Answer], m.Decision]
    emit: Callable[..., None]
    terms: Terms

    def run(self, answer: m.Answer) -> m.Answer:
        """Return the answer with its attempts: until one passes, cannot be judged or errs, or the ladder ends.

        Only FAIL climbs. What else keeps it from climbing is noted in the last outcome.
        """
        decision: m.Decision | None = answer.decision
        while decision is not None:
            answer = evolve(answer, attempts=(*answer.attempts, self._attempt(answer, decision)))
            if not laws.failed(answer.attempts[-1].verdicts):
                break
            bar = self._bar(answer)
            if bar is not None:
                return _noted(answer, f"No other tier was tried: {bar}.")
            decision = self._climbed(answer)
        return answer

    def _bar(self, answer: m.Answer) -> str | None:
        """Return what keeps a failed request from another tier; None when nothing does."""
        limits, last = answer.request.limits, answer.attempts[-1].outcome
        if limits.tier is not None:
            return "the person chose this one"
        if any(signal.confirm for signal in answer.signals):
            return "what the person agreed to once does not run twice"
        if limits.deadline is not None and self.runtime.clock.now() >= limits.deadline:
            return "the deadline is over"
        if not last.diff and has_effect(answer.signals, last.ran):
            return "what this one ran does not run twice"
        if last.changed and not last.diff:
            return "this one changed the project itself, where a second would start"
        if budget_left(answer) == 0:
            return "nothing is left of the budget"
        return None

    def _climbed(self, answer: m.Answer) -> m.Decision | None:
        """Return the decision for the next attempt; None at the top of the ladder."""
        climbed = laws.climbed(self.route(answer), answer.attempts, self.runtime.ladder)
        if climbed is not None:
            self.emit("climbed", answer.request, tier=climbed.tier)
        return climbed

    def _attempt(self, answer: m.Answer, decision: m.Decision) -> m.Attempt:
        """Run one attempt in its workspace and judge it there; the workspace is gone afterwards."""
        request = answer.request
        self.emit("attempting", request, tier=decision.tier, progress=self.terms.progress)
        context = self._context(answer, decision)
        bounded = evolve(request, limits=evolve(request.limits, max_cost_nano_usd=budget_left(answer)))
        with workspace_for(request, decision, self.runtime) as workspace:
            root = Path(request.cwd or ".").absolute()
            watch = watch_for(request, decision, workspace, self.runtime)
            grant = grant_for(answer, decision, workspace, self.runtime)
            there = grant_inside(grant, workspace, root)
            outcome = self._execute(inside(bounded, workspace, root), decision, context, there)
            names = dict(zip(there.commands, grant.commands, strict=True))
            outcome = evolve(outcome, ran=tuple(names.get(command, command) for command in outcome.ran))
            outcome, seen = with_changes(outcome, workspace, watch)
            told = (*_told(answer), *notes_for(there.commands, escalation=there.escalation))
            seen = evolve(seen, told=told, context=context, signals=answer.signals, grant=grant)
            seen = evolve(seen, request=request, lowest=self.runtime.ladder.lowest.name == decision.tier)
            verdicts = core_verdicts(outcome, seen)
            if laws.judgeable(outcome):
                judged = evolve(request, cwd=str(root))
                verdicts += self.calls.validate(judged, answer.domain, decision, outcome)
        for verdict in verdicts:
            status = verdict.status.value
            self.emit("validated", request, check=verdict.check, status=status, progress=self.terms.progress)
        self.emit("attempted", request, tier=decision.tier, cost_nano_usd=outcome.cost_nano_usd)
        return m.Attempt(decision=decision, outcome=evolve(outcome, workspace=None), verdicts=verdicts)

    def _execute(self, request: m.Request, decision: m.Decision, context: str, grant: Grant) -> m.Outcome:
        own = partial(execute, self.runtime, request, decision, context, self.terms, grant)
        try:
            outcome = self.calls.execute(request, decision, context, self.terms.cancel, own)
        except PluginError as error:
            failure = m.Failure(kind=m.FailureKind.CRASHED, message=f"{error.what}: {error.why}")
            return m.Outcome(text="", tier=decision.tier, error=failure)
        if outcome is None:
            failure = m.Failure(kind=m.FailureKind.UNAVAILABLE, message="no plugin executed the request")
            return m.Outcome(text="", tier=decision.tier, error=failure)
        return outcome

    def _context(self, answer: m.Answer, decision: m.Decision) -> str:
        """Return what the model sees beside the request: pieces of the project, and what failed before."""
        budget = self.runtime.settings.budget_tokens
        offered = self.calls.context(answer.request, answer.domain, decision, budget)
        parts = laws.loaded(laws.packed(offered, budget), budget)
        return "\n\n".join(part for part in (*parts, findings_text(answer.attempts)) if part)


def _noted(answer: m.Answer, note: str) -> m.Answer:
    """Return the answer with a note to people on its last attempt."""
    *earlier, last = answer.attempts
    outcome = evolve(last.outcome, notes=(*last.outcome.notes, note))
    return evolve(answer, attempts=(*earlier, evolve(last, outcome=outcome)))


def _told(answer: m.Answer) -> tuple[str, ...]:
    """Return what a model is told of the request and of what failed before, line by line."""
    request = answer.request
    return (request.text, prompt_of(request), *findings_text(answer.attempts).splitlines())


def findings_text(attempts: Sequence[m.Attempt]) -> str:
    """Return what earlier attempts failed on, for the next tier's prompt; empty when nothing failed."""
    lines = [
        f"- {verdict.check}: {verdict.reason}"
        + "".join(f"\n  - {f.path or ''}:{f.line or ''} {f.rule}: {f.message}" for f in verdict.findings[:20])
        for attempt in attempts
        for verdict in attempt.verdicts
        if verdict.status is m.Status.FAIL
    ]
    if not lines:
        return ""
    return "An earlier attempt at this request was discarded because checks failed:\n" + "\n".join(lines)


def budget_left(answer: m.Answer) -> int | None:
    """Return what of the person's budget is left, in nano-USD; None is no bound."""
    return left_nano_usd(answer.request.limits.max_cost_nano_usd, answer.total_cost_nano_usd)
