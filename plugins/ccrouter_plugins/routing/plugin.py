"""Routing as a plugin: the engine's facts become signals, its result a decision with a price."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, field, validators

from ccrouter_core.models import Action, Decision, Ladder, Signal
from ccrouter_core.models.values import text_digest
from ccrouter_core.plugin import hookimpl, option, plugin
from ccrouter_plugins.routing import engine
from ccrouter_plugins.routing.agents import Agent, find_agents
from ccrouter_plugins.routing.facts import Earlier, Fact
from ccrouter_plugins.routing.price import expected_cost_nano_usd, warm_cache
from ccrouter_plugins.routing.protected import folder_of

if TYPE_CHECKING:
    from ccrouter_core.models import Attempt, Check, Outcome, Request, Verdict
    from ccrouter_core.runtime import Runtime
    from ccrouter_core.services import Cancel
    from ccrouter_plugins.routing.judge import Judge  # noqa: TC004 - only a router with a judge imports it

_ACTIONS = {
    engine.RouterDecision.DIRECT_TO_AGENT: Action.ROUTE,
    engine.RouterDecision.ESCALATE_TO_SONNET: Action.ESCALATE,
    engine.RouterDecision.CLARIFY: Action.CLARIFY,
}
_DESTRUCTIVE = "routing.destructive"
_NAMED = 5  # paths in one reason


@plugin
class Routing:
    """Decide by rules, in a fraction of a millisecond: route, escalate, or ask."""

    preference: str = option(
        default="balanced",
        help="cheap | balanced | quality: moves thresholds, never a safety floor",
        validator=validators.in_(("cheap", "balanced", "quality")),
    )
    confidence_threshold: float = option(
        default=0.8,
        help="how sure the rules must be to route directly, 0..1",
        validator=(validators.ge(0), validators.le(1)),
    )
    agent_threshold: float = option(
        default=0.7,
        help="how well a declared agent must match to win, 0..1",
        validator=(validators.ge(0), validators.le(1)),
    )
    complexity_keywords: tuple[str, ...] = option(
        default=engine.Rules().complexity_keywords, help="words that call for judgement"
    )
    protected: tuple[str, ...] = option(
        default=(), help="further paths (globs) whose change never goes to the lowest tier"
    )
    destructive: tuple[str, ...] = option(default=(), help="further words that mean losing something")
    judge: str = option(
        default="",
        help="a tier whose model is asked, once per text and only when a request is run, how to handle what the rules "
        'escalate; "" asks nobody',
        user_only=True,
    )
    judge_timeout_s: float = option(
        default=30.0,
        help="seconds that the judge may take; without an answer the rules' decision stands",
        user_only=True,
        validator=(validators.gt(0), validators.le(600)),
    )
    _ladder: Ladder | None = field(default=None, init=False)
    _judge: Judge | None = field(default=None, init=False)

    @hookimpl
    def ccrouter_startup(self, runtime: Runtime) -> None:
        """Remember the ladder, which prices decisions and names the tiers; make the judge, if one is wanted."""
        self._ladder = runtime.ladder
        if self.judge:
            from ccrouter_plugins.routing import judge

            self._judge = judge.Judge(runtime, self.judge, self.judge_timeout_s)

    @hookimpl
    def ccrouter_signals(self, request: Request) -> Iterator[Signal]:
        """Yield the engine's facts about the request."""
        earlier = _earlier(request)
        for fact in engine.assess(request.text, self._rules(request), files=request.files, earlier=earlier):
            yield _signal(fact, request.text)

    @hookimpl(trylast=True)
    def ccrouter_route(
        self,
        request: Request,
        signals: Sequence[Signal],
        attempts: Sequence[Attempt],
        spending: Cancel | None,
    ) -> Decision:
        """Turn all facts, third parties' included, into a decision; the judge, if any, may change an escalation."""
        if attempts:
            return attempts[0].decision  # the facts are the same; core's climb law picks the next tier
        result = engine.decide(
            tuple(_fact(signal) for signal in signals),
            self._rules(request),
            agents=_agents(request.cwd),
            text=request.text,
            warm=warm_cache(request, self._ladder) if self._ladder else None,
            earlier=_earlier(request),
        )
        decision = Decision(
            action=_ACTIONS[result.decision],
            tier=result.tier,
            agent=result.agent,
            reasons=tuple(signals),
            confidence=result.confidence,
            question=result.question,
        )
        if spending is not None and self._judge is not None:
            decision = self._judge.judged(decision, request, signals, spending)
        return self._priced(decision, request)

    @hookimpl
    def ccrouter_self_test(self, folder: Path) -> Iterator[Check]:
        """Route one request of each kind."""
        from ccrouter_plugins.routing.selftest import checks

        yield from checks()

    @hookimpl
    def ccrouter_validate(self, request: Request, decision: Decision, outcome: Outcome) -> Verdict | None:
        """Fail a change of a protected file that the request does not ask for, or that the lowest tier made."""
        if not outcome.executed:  # nobody changed anything
            return None
        from ccrouter_core.models import Finding, Status, Verdict
        from ccrouter_plugins.routing import asked

        rules = self._rules(request)
        lowest = decision.tier == rules.tiers[0] and len(rules.tiers) > 1
        found = asked.protected(outcome.changed, rules)
        why = "which the lowest tier never may" if lowest else "which the request does not ask for"
        if not lowest:
            found = asked.unasked(
                request.text, found, rules, request.files, _earlier(request), request.cwd or ""
            )
        if not found:
            return None
        reason = f"changed {', '.join(found[:_NAMED])}{' and others' * (len(found) > _NAMED)}, {why}"
        findings = tuple(
            Finding(rule="protected", message=f"a protected file, {why}", path=path) for path in found
        )
        return Verdict(check="routing.protected", status=Status.FAIL, reason=reason, findings=findings)

    def _rules(self, request: Request) -> engine.Rules:
        names = tuple(tier.name for tier in self._ladder) if self._ladder else engine.Rules().tiers
        rules = engine.Rules(
            preference=self.preference,
            confidence_threshold=self.confidence_threshold,
            agent_threshold=self.agent_threshold,
            complexity_keywords=self.complexity_keywords,
            protected=self.protected,
            destructive=self.destructive,
            tiers=names,
        )
        return rules._replace(folder=folder_of(request.cwd, rules))

    def _priced(self, decision: Decision, request: Request) -> Decision:
        if self._ladder is None:
            return decision
        return evolve(
            decision, expected_cost_nano_usd=expected_cost_nano_usd(request, self._ladder[decision.tier])
        )


def _agents(cwd: str | None) -> tuple[Agent, ...]:
    return find_agents(Path(cwd)) if cwd else ()


def _earlier(request: Request) -> Earlier | None:
    turn = request.earlier
    if turn is None or turn.tier is None:
        return None
    again = not turn.text and turn.digest is not None and turn.digest == text_digest(request.text)
    return Earlier(
        text=request.text if again else turn.text,
        tier=turn.tier,
        floor=turn.floor,
        rejected=turn.rejected,
        confirmed=turn.confirmed,
    )


def _signal(fact: Fact, text: str) -> Signal:
    """Return a fact of the engine as a signal; what is destructive needs the person's yes."""
    span = (fact.start, fact.end) if fact.start >= 0 else None
    confirm = None
    if fact.name == _DESTRUCTIVE:
        place = text[fact.start : fact.end].strip() if span else ""
        confirm = f"{fact.reason}: {place!r}" if place else fact.reason
    return Signal(
        name=fact.name,
        reason=fact.reason,
        span=span,
        floor=fact.floor,
        question=fact.question,
        supports=fact.supports,
        escalates=fact.escalates,
        confirm=confirm,
        command=fact.command,
        effect=fact.effect,
    )


def _fact(signal: Signal) -> Fact:
    start, end = signal.span or (-1, -1)
    return Fact(
        name=signal.name,
        reason=signal.reason,
        start=start,
        end=end,
        floor=signal.floor,
        question=signal.question,
        supports=signal.supports,
        escalates=signal.escalates,
        command=signal.command,
        effect=signal.effect,
    )
