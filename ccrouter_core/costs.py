"""What used tokens cost, by the price table of the ladder."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from attrs import evolve

from ccrouter_core.models import Provenance, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ccrouter_core.models import Ladder, Outcome, Tier

ANSWER_TOKENS = (
    600  # what a mechanical request is answered in: some hundred (measured with the coding client)
)

_WORST_FIRST = (Provenance.UNKNOWN, Provenance.ESTIMATED, Provenance.MEASURED)


def cost_nano_usd(usage: Sequence[Usage], tier: Tier, ladder: Ladder | None = None) -> int | None:
    """Return the list price of the tokens in nano-USD, or None when a model among them has no known price.

    Args:
        usage: tokens per model, as the service answered.
        tier: the tier that was asked. Its prices hold for a lone model that the ladder does not know, because
            an alias of the tier may be mapped to any id.
        ladder: the price table; None knows only `tier`.
    """

    def cost(used: Usage) -> int | None:
        priced = ladder.of_model(used.model) if ladder is not None else None
        if priced is None and len(usage) == 1:
            priced = tier
        return priced.cost_nano_usd(used) if priced is not None else None

    return total_nano_usd(map(cost, usage))


def with_cost(outcome: Outcome, tier: Tier, ladder: Ladder | None = None) -> Outcome:
    """Return the outcome with its cost computed from its usage: ESTIMATED, or UNKNOWN without usage or a price.

    What ran on a free tier cost nothing, also when nobody counted its tokens.
    """
    counted = bool(outcome.usage) or tier.is_free
    cost = cost_nano_usd(outcome.usage, tier, ladder) if counted else None
    provenance = Provenance.UNKNOWN if cost is None else Provenance.ESTIMATED
    return evolve(outcome, cost_nano_usd=cost, cost_provenance=provenance)


def expected_nano_usd(tier: Tier, input_tokens: int) -> int | None:
    """Return what an answer to so many tokens is expected to cost in nano-USD; None when the tier has no prices."""
    return tier.cost_nano_usd(Usage(model=tier.model, input_tokens=input_tokens, output_tokens=ANSWER_TOKENS))


def affordable_tokens(tier: Tier, input_tokens: int, left: int) -> float:
    """Return how many tokens an answer may have at most, so that it and its input cost no more than is left.

    Args:
        tier: whose prices hold. Without prices nothing is affordable; where answers are free there is no bound.
        input_tokens: how many the input has at most.
        left: nano-USD.
    """
    paid = tier.cost_nano_usd(Usage(model=tier.model, input_tokens=input_tokens))
    million = tier.cost_nano_usd(Usage(model=tier.model, output_tokens=1_000_000))
    if paid is None or million is None or paid > left:
        return 0
    return (left - paid) * 1_000_000 // million if million else inf


def total_nano_usd(costs: Iterable[int | None]) -> int | None:
    """Return the sum of costs in nano-USD; None when one of them is unknown."""
    total = 0
    for cost in costs:
        if cost is None:
            return None
        total += cost
    return total


def left_nano_usd(limit: int | None, spent: int | None) -> int | None:
    """Return what may still be spent, in nano-USD. No limit (None) stays none; an unknown cost used all of it up."""
    if limit is None:
        return None
    return 0 if spent is None else max(0, limit - spent)


def together(tries: Sequence[Outcome]) -> Outcome:
    """Return the last of several tries at one job, with the tokens, the cost and the time of all of them."""
    last = tries[-1]
    known = {outcome.cost_provenance for outcome in tries}
    return evolve(
        last,
        usage=tuple(used for outcome in tries for used in outcome.usage),
        cost_nano_usd=total_nano_usd(outcome.cost_nano_usd for outcome in tries),
        cost_provenance=next(kind for kind in _WORST_FIRST if kind in known),
        duration_ms=sum(outcome.duration_ms for outcome in tries),
    )


def free(outcome: Outcome) -> Outcome:
    """Return the outcome of a job that is known to have used no model: it cost nothing, which is not unknown."""
    return evolve(outcome, cost_nano_usd=0, cost_provenance=Provenance.MEASURED)
