"""The routing engine: facts about a request, and the outcome that follows from them.

`assess` finds facts, `decide` turns facts into a result; both are pure. `should_escalate` and `route_request` do both for
a text, the second with the agents declared in the project and by the user.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import agents as declared
from . import clarify, followup, injected, language, prose, protected, scope
from .agents import Agent
from .background import is_report
from .demands import Demand, commands_alone, demands_of
from .facts import (
    CONFIDENCE,
    DEFAULT,
    Earlier,
    Fact,
    RouterDecision,
    RoutingResult,
    Rules,
    WarmCache,
    highest,
)
from .reading import Command, Reading, read
from .running import continued, with_commands

__all__ = ["RouterDecision", "RoutingResult", "Rules", "assess", "decide", "route_request", "should_escalate"]

_SAFETY = ("routing.destructive", "routing.protected")
# An agent declared for the work knows where it is done and how.
_EXCUSED_BY_AGENT = ("routing.no-path", "routing.unknown")


def should_escalate(request: str, context: Mapping[str, Any] | None = None) -> RoutingResult:
    """Decide a request among the general agents.

    Args:
        request: what the user wrote.
        context: optional; "files" (names that come with the request), "earlier" ({"text", "tier", "floor"} of the turn
            before), "preference" (cheap, balanced or quality), "agents" (Agent records or mappings), "cwd" (the working folder).

    Returns:
        The decision, the agent for a direct route (None otherwise), the reason, the confidence, the tier, a question
        when the request is ambiguous, and the facts found.

    Raises:
        TypeError: `request` is not text.
    """
    rules, files, earlier = _options(request, context)
    given = declared.as_agents((context or {}).get("agents", ()))
    return decide(assess(request, rules, files, earlier), rules, given, request, earlier=earlier)


def route_request(request: str, context: Mapping[str, Any] | None = None) -> RoutingResult:
    """Decide a request with every declared agent: those of the project at `context["cwd"]`, the user's, those given.

    Arguments, result and errors as for `should_escalate`. Reads agent files (remembered until they change).
    """
    rules, files, earlier = _options(request, context)
    options = context or {}
    cwd = options.get("cwd")
    found = declared.load_agents(
        str(cwd) if cwd else None, given=declared.as_agents(options.get("agents", ()))
    )
    return decide(assess(request, rules, files, earlier), rules, found, request, earlier=earlier)


def _options(
    request: str, context: Mapping[str, Any] | None
) -> tuple[Rules, tuple[str, ...], Earlier | None]:
    """Read the options that a context carries."""
    if not isinstance(request, str):
        message: str = f"a request is text, not {type(request).__name__}"  # type: ignore[unreachable]
        raise TypeError(message)
    options = context or {}
    rules = options.get("rules", DEFAULT)
    if "preference" in options:
        rules = rules._replace(preference=str(options["preference"]))
    before = options.get("earlier")
    earlier = (
        before
        if isinstance(before, Earlier) or before is None
        else Earlier(
            str(before.get("text", "")), str(before.get("tier", rules.tiers[0])), before.get("floor")
        )
    )
    cwd = options.get("cwd")
    rules = rules._replace(folder=protected.folder_of(str(cwd) if cwd else None, rules))
    return rules, tuple(str(name) for name in options.get("files", ())), earlier


def assess(
    text: str, rules: Rules = DEFAULT, files: Sequence[str] = (), earlier: Earlier | None = None
) -> tuple[Fact, ...]:
    """Find every fact about a request.

    Pure and total; time linear in the length of `text`. `files` are names that come with the request; `earlier` is the
    turn before it. Spans are of `text` itself.
    """
    reading = read(text, files)
    safety = _safety(reading, rules)
    facts = [*safety, *injected.steering(reading), *language.unknown(reading)]
    before = followup.continues(reading, earlier, rules)
    if before is not None:
        facts.append(before)
        if earlier is not None:
            facts += _inherited(earlier, rules) + continued(reading, earlier)
    facts += _content(reading, rules, ambiguous=before is None and not safety)
    return with_commands(facts, reading, text)


def _safety(reading: Reading, rules: Rules) -> list[Fact]:
    """Return what would be lost and what protected would change, in words, commands and hidden text."""
    found = _commands(reading, rules) + prose.losses(reading, rules) + protected.changes(reading, rules)
    for hidden, start, end in (*reading.hidden, *reading.pasted()):
        inner = read(hidden)
        for fact in _commands(inner, rules) + prose.losses(inner, rules) + protected.changes(inner, rules):
            first, last = reading.span(start, end)
            found.append(
                fact._replace(reason=f"inside quoted or encoded text: {fact.reason}", start=first, end=last)
            )
    return found


def _commands(reading: Reading, rules: Rules) -> list[Fact]:
    """Return a fact for each command that is asked for and loses something."""
    found = []
    for command in reading.commands:
        if command.asked and command.judgement.effect == "destructive":
            start, end = reading.span(command.start, command.end)
            floor = rules.tiers[-1] if command.judgement.grave else rules.tiers[min(1, len(rules.tiers) - 1)]
            found.append(
                Fact("routing.destructive", command.judgement.reason, start, end, floor=floor, escalates=True)
            )
    return found


def _inherited(earlier: Earlier, rules: Rules) -> list[Fact]:
    """Return the safety facts of the earlier turn, without spans: they are not in this text."""
    if earlier.confirmed and not earlier.text:
        reason = "the turn it continues needed a person's yes"
        return [Fact("routing.destructive", reason, floor=earlier.floor, escalates=True)]
    return [
        fact._replace(reason=f"the turn it continues {fact.reason}", start=-1, end=-1)
        for fact in _safety(read(earlier.text), rules)
    ]


def _content(reading: Reading, rules: Rules, *, ambiguous: bool) -> list[Fact]:
    """Return what the request asks for: evidence for a tier, its reach, or what is missing."""
    facts = [_command_fact(reading, rules, command) for _, command in commands_alone(reading)]
    demands = demands_of(reading)
    commanded = facts_of_commands(facts)
    for index, demand in enumerate(demands):
        found = _demand_facts(demand, reading, rules, first=not index)
        facts += found
        commanded = commanded or facts_of_commands(found)
        missing = clarify.question_for(demand, reading, len(demands)) if ambiguous and not commanded else None
        if missing is not None:
            start, end = reading.span(demand.clause.start, demand.clause.end)
            facts.append(
                Fact("routing.ambiguous", missing[0], start, end, question=missing[1], escalates=True)
            )
    if ambiguous and not facts and not reading.commands:
        facts.append(_nothing(reading))
    several = scope.steps(demands, reading, commands=len(commands_alone(reading)))
    return [*facts, several] if several is not None else facts


def _nothing(reading: Reading) -> Fact:
    """Return the fact that nothing is asked for: courtesy, a confirmation, or no word at all."""
    start, end = reading.span(0, len(reading.text))
    question = "What should be done, and in which file or folder?"
    if reading.text.strip():
        question = (
            f'"{" ".join(reading.text.split())[:80]}": what should be done, and in which file or folder?'
        )
    return Fact(
        "routing.ambiguous", "asks for nothing in particular", start, end, question=question, escalates=True
    )


def facts_of_commands(facts: list[Fact]) -> bool:
    """Tell whether a command is among the facts."""
    return any(fact.name == "routing.command" for fact in facts)


def _demand_facts(demand: Demand, reading: Reading, rules: Rules, *, first: bool) -> list[Fact]:
    """Return the facts of one demand."""
    if not first and is_report(demand.clause) and demand.evidence is None:
        return []
    start, end = reading.span(demand.clause.start, demand.clause.end)
    facts = scope.reaches(demand.clause, demand.target, demand.evidence, reading, rules)
    if demand.evidence is not None:
        tier = rules.tiers[min(demand.evidence.rank, len(rules.tiers) - 1)]
        facts.append(Fact(demand.evidence.name, demand.evidence.reason, start, end, supports=tier))
    elif not facts:
        facts.append(Fact("routing.unknown", "no rule knows what this asks for", start, end, escalates=True))
    return facts


def _command_fact(reading: Reading, rules: Rules, command: Command) -> Fact:
    """Return the evidence of a command that is asked for: known and harmless, or unknown."""
    start, end = reading.span(command.start, command.end)
    judgement = command.judgement
    if judgement.effect == "destructive":
        return Fact("routing.command", "a command that loses something", start, end, escalates=True)
    if not judgement.known or judgement.effect == "unknown":
        return Fact("routing.unknown", f"an unknown command: {judgement.reason}", start, end, escalates=True)
    return Fact(
        "routing.command", f"one command that {judgement.effect}s", start, end, supports=rules.tiers[0]
    )


def decide(
    facts: Iterable[Fact],
    rules: Rules = DEFAULT,
    agents: Sequence[Agent] = (),
    text: str = "",
    warm: WarmCache | None = None,
    earlier: Earlier | None = None,
) -> RoutingResult:
    """Turn facts into a result.

    Pure. `facts` may hold facts of third parties: floor, question, supports and escalates are honoured whatever the
    name. Floors win over everything, then questions, then whatever forbids a direct route, then evidence. `agents` are
    matched against `text`; `warm` is the prompt cache that leaving a tier would lose.
    """
    found = tuple(facts)
    floor = highest(tuple(fact.floor for fact in found), rules.tiers)
    continued = earlier is not None and any(fact.name == "routing.follow-up" for fact in found)
    safety = next((fact for fact in found if fact.name in _SAFETY), None)
    if safety is not None:
        return _escalate(found, rules, floor, safety.reason, 1.0)
    asking = next((fact for fact in found if fact.question and not continued), None)
    if asking is not None:
        tier = highest((floor, rules.tiers[min(1, len(rules.tiers) - 1)]), rules.tiers) or rules.tiers[-1]
        return RoutingResult(RouterDecision.CLARIFY, None, asking.reason, 0.9, tier, asking.question, found)
    winner = declared.best_match(agents, text, rules.agent_threshold) if agents else None
    return _routed(found, rules, floor, winner, warm, continued=continued)


def _routed(
    found: tuple[Fact, ...],
    rules: Rules,
    floor: str | None,
    winner: tuple[Agent, float] | None,
    warm: WarmCache | None,
    *,
    continued: bool,
) -> RoutingResult:
    """Return a direct route when the evidence carries it, else an escalation with the first reason against."""
    excused = _EXCUSED_BY_AGENT if winner else ()
    against = [fact for fact in found if fact.escalates and fact.name not in excused]
    if continued:
        against = [
            fact
            for fact in against
            if fact.name
            not in (
                "routing.no-path",
                "routing.unknown",
                "routing.ambiguous",
                "routing.judgement",
                "routing.language",
            )
        ]
    evidence = [fact for fact in found if fact.supports and not fact.escalates]
    if against:
        return _escalate(found, rules, floor, against[0].reason, 0.9)
    if not evidence and winner is None:
        return _escalate(found, rules, floor, "no positive evidence for a direct route", 0.6)
    confidence = min(
        (CONFIDENCE.get(fact.name, 0.85) for fact in evidence), default=winner[1] if winner else 0.0
    )
    if evidence and confidence < rules.needed() and winner is None:
        return _escalate(
            found, rules, floor, f"{evidence[0].reason}, but not sure enough ({confidence:.2f})", confidence
        )
    supported = highest(tuple(fact.supports for fact in evidence), rules.tiers)
    if continued:
        follow = next(fact for fact in found if fact.name == "routing.follow-up")
        supported = highest(
            (
                follow.supports,
                *(fact.supports for fact in evidence if fact is not follow and fact.name == "routing.deep"),
            ),
            rules.tiers,
        )
    middle = rules.tiers[min(1, len(rules.tiers) - 1)]
    if winner is not None:
        tier = (
            highest((declared.tier_of(winner[0], rules.tiers, supported or middle), floor), rules.tiers)
            or middle
        )
        reason = f"agent {winner[0].name} matches ({winner[1]:.2f})"
        return RoutingResult(
            RouterDecision.DIRECT_TO_AGENT, winner[0].name, reason, winner[1], tier, None, found
        )
    tier = highest((supported, floor), rules.tiers) or middle
    reason = evidence[0].reason
    if warm is not None and _stays(warm, tier, rules):
        reason = f"{reason}; stays at {warm.tier}, where the prompt cache is warm"
        tier = warm.tier
    return RoutingResult(
        RouterDecision.DIRECT_TO_AGENT,
        declared.GENERAL.format(tier=tier),
        reason,
        confidence,
        tier,
        None,
        found,
    )


def _stays(warm: WarmCache, tier: str, rules: Rules) -> bool:
    """Tell whether a cheaper tier would cost more than it saves, because the context has to be read there anew."""
    if warm.tier not in rules.tiers or tier not in rules.tiers:
        return False
    return rules.tiers.index(warm.tier) > rules.tiers.index(tier) and not warm.pays_to_leave(tier)


def _escalate(
    found: tuple[Fact, ...], rules: Rules, floor: str | None, reason: str, confidence: float
) -> RoutingResult:
    """Return an escalation: at the floor, the tier that a matter of judgement asks for, or the middle of the ladder."""
    middle = rules.tiers[min(1, len(rules.tiers) - 1)]
    asked = tuple(fact.supports for fact in found if fact.supports)
    tier = highest((floor, middle, *asked), rules.tiers) or middle
    return RoutingResult(RouterDecision.ESCALATE_TO_SONNET, None, reason, confidence, tier, None, found)
