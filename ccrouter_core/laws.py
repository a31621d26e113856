"""The laws that no plugin can break: pure functions that the Router applies to what plugins propose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from ccrouter_core import models as m
from ccrouter_core.tokens import estimated_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

_STRICTNESS = {m.Admit.RUN: 0, m.Admit.WAIT: 1, m.Admit.DEFER: 2, m.Admit.REFUSE: 3}


def floor_of(signals: Iterable[m.Signal], ladder: m.Ladder) -> m.Tier:
    """Return the lowest tier allowed: the highest floor among the signals (floor law)."""
    return ladder.max(signal.floor for signal in signals)


def ceiling_of(signals: Iterable[m.Signal], ladder: m.Ladder) -> m.Tier:
    """Return the highest tier allowed by the signals' ceilings. A floor above it wins, see `bounded`."""
    ceilings = [ladder[signal.ceiling] for signal in signals if signal.ceiling]
    return min(ceilings, key=lambda tier: tier.rank, default=ladder.highest)


def bounded(decision: m.Decision, signals: Sequence[m.Signal], ladder: m.Ladder) -> m.Decision:
    """Return the decision with its tier raised to the floor and, floors permitting, lowered to the ceiling."""
    tier = ladder[decision.tier]
    floor, ceiling = floor_of(signals, ladder), ceiling_of(signals, ladder)
    if tier.rank > ceiling.rank:
        tier = ceiling
    if tier.rank < floor.rank:
        tier = floor
    return moved(decision, tier, ladder)


def moved(decision: m.Decision, tier: m.Tier, ladder: m.Ladder) -> m.Decision:
    """Return the decision at another tier; a general agent changes with it, a declared agent stays."""
    if tier.name == decision.tier:
        return decision
    agent = decision.agent
    if agent == ladder[decision.tier].general_agent:
        agent = tier.general_agent
    return evolve(decision, tier=tier.name, agent=agent)


def climbed(decision: m.Decision, attempts: Sequence[m.Attempt], ladder: m.Ladder) -> m.Decision | None:
    """Return the decision at a tier strictly above every failed attempt, or None at the top (climb law).

    So there is at most one attempt per tier, and the chain ends. A failure that shows missing reasoning skips
    a tier when there is one to skip.
    """
    if not attempts:
        return decision
    highest = ladder.max(attempt.decision.tier for attempt in attempts)
    target = ladder.above(highest.name)
    if target is None:
        return None
    if any(verdict.skips_tier for verdict in attempts[-1].verdicts if verdict.status is m.Status.FAIL):
        target = ladder.above(target.name) or target
    if ladder[decision.tier].rank >= target.rank:
        return decision
    return moved(decision, target, ladder)


def question_of(signals: Iterable[m.Signal], decision: m.Decision) -> str | None:
    """Return the question that must be answered before anything is paid, or None (question law)."""
    for signal in signals:
        if signal.question:
            return signal.question
    if decision.action is m.Action.CLARIFY:
        return decision.question or "What exactly should be done, and where?"
    return None


def recallable(
    entry: m.CacheEntry,
    *,
    now: datetime,
    stamps: Sequence[m.FileStamp],
    floor: m.Tier,
    ladder: m.Ladder,
) -> str | None:
    """Return None when a cached entry may answer, else the reason code why not (recall law).

    Args:
        entry: the candidate.
        now: the present moment, UTC.
        stamps: the present stamps of the files that the entry depends on.
        floor: the lowest tier that may answer this request.
        ladder: the tiers.
    """
    if entry.expires is not None and now >= entry.expires:
        return "expired"
    if sorted(entry.key.depends, key=lambda stamp: stamp.path) != sorted(
        stamps, key=lambda stamp: stamp.path
    ):
        return "context-changed"
    if entry.outcome.tier not in ladder or ladder[entry.outcome.tier].rank < floor.rank:
        return "scope"
    return None


def passed(verdicts: Sequence[m.Verdict]) -> bool:
    """Return whether the verdicts add up to passed: no FAIL, no CANNOT_RUN and at least one PASS."""
    states = {verdict.status for verdict in verdicts}
    return m.Status.PASS in states and not states & {m.Status.FAIL, m.Status.CANNOT_RUN}


def failed(verdicts: Sequence[m.Verdict]) -> bool:
    """Return whether a verdict is FAIL: the only thing that climbs."""
    return any(verdict.status is m.Status.FAIL for verdict in verdicts)


def judgeable(outcome: m.Outcome) -> bool:
    """Return whether checks are asked: only for what was executed and ended without an error (executed law)."""
    return outcome.error is None and outcome.executed


def memorable(attempt: m.Attempt) -> bool:
    """Return whether an outcome may enter the cache (remember law): it passed and is whole."""
    outcome = attempt.outcome
    return outcome.error is None and not outcome.partial and outcome.executed and passed(attempt.verdicts)


def state_of(answer: m.Answer) -> str:
    """Return how a request ended, in one word.

    clarify, cached, passed, unverified, failed (a check failed at every tier that was tried), error (the executor
    gave no answer), or the admission that kept it from running: wait, defer, refuse; "decided" when nothing was
    executed.
    """
    if answer.question is not None:
        return "clarify"
    if answer.cached is not None and answer.cached.entry is not None:
        return "cached"
    if answer.admission is not None and answer.admission.verdict is not m.Admit.RUN:
        return str(answer.admission.verdict)
    if not answer.attempts:
        return "decided"
    last = answer.attempts[-1]
    if failed(last.verdicts):
        return "failed"
    if last.outcome.error is not None:
        return "error"
    if not last.outcome.executed:
        return "decided"
    return "passed" if passed(last.verdicts) else "unverified"


def strictest(admissions: Iterable[m.Admission]) -> m.Admission:
    """Return the strictest admission; RUN when nobody objects. Of equal ones the later `not_before` wins."""

    def order(admission: m.Admission) -> tuple[int, float]:
        moment = admission.not_before.timestamp() if admission.not_before else 0.0
        return _STRICTNESS[admission.verdict], moment

    return max(admissions, key=order, default=m.Admission(verdict=m.Admit.RUN, reason="nobody objects"))


def packed(pieces: Iterable[m.Piece], budget_tokens: int) -> tuple[m.Piece, ...]:
    """Return pieces, best first, whose sizes never exceed the budget together (budget law).

    Greedy by priority per token, by the sizes that the pieces say they have; a piece that does not fit is passed over
    for smaller ones behind it.
    """

    def worth(piece: m.Piece) -> float:
        return piece.priority / max(1, piece.tokens)

    chosen: list[m.Piece] = []
    left = budget_tokens
    for piece in sorted(pieces, key=worth, reverse=True):
        if piece.tokens <= left:
            chosen.append(piece)
            left -= piece.tokens
    return tuple(chosen)


def loaded(pieces: Iterable[m.Piece], budget_tokens: int) -> tuple[str, ...]:
    """Return the texts of packed pieces, best first; what is larger than it said and no longer fits is left out."""
    texts: list[str] = []
    left = budget_tokens
    for piece in pieces:
        text = piece.load()
        tokens = estimated_tokens(text)
        if text and tokens <= left:
            texts.append(text)
            left -= tokens
    return tuple(texts)
