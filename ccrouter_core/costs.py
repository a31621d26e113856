"""What used tokens cost, by the price table of the ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from ccrouter_core.models import Provenance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccrouter_core.models import Ladder, Outcome, Tier, Usage


def cost_nano_usd(usage: Sequence[Usage], tier: Tier, ladder: Ladder | None = None) -> int | None:
    """Return the list price of the tokens in nano-USD, or None when a model among them has no known price.

    Args:
        usage: tokens per model, as the service answered.
        tier: the tier that was asked. Its prices hold for a lone model that the ladder does not know, because
            an alias of the tier may be mapped to any id.
        ladder: the price table; None knows only `tier`.
    """
    total = 0
    for used in usage:
        priced = ladder.of_model(used.model) if ladder is not None else None
        if priced is None and len(usage) == 1:
            priced = tier
        cost = priced.cost_nano_usd(used) if priced is not None else None
        if cost is None:
            return None
        total += cost
    return total


def with_cost(outcome: Outcome, tier: Tier, ladder: Ladder | None = None) -> Outcome:
    """Return the outcome with its cost computed from its usage: ESTIMATED, or UNKNOWN without usage or a price.

    What ran on a free tier cost nothing, also when nobody counted its tokens.
    """
    counted = bool(outcome.usage) or tier.is_free
    cost = cost_nano_usd(outcome.usage, tier, ladder) if counted else None
    provenance = Provenance.UNKNOWN if cost is None else Provenance.ESTIMATED
    return evolve(outcome, cost_nano_usd=cost, cost_provenance=provenance)


def free(outcome: Outcome) -> Outcome:
    """Return the outcome of a job that is known to have used no model: it cost nothing, which is not unknown."""
    return evolve(outcome, cost_nano_usd=0, cost_provenance=Provenance.MEASURED)
