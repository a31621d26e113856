"""What a request is expected to cost, and what leaving a warm prompt cache costs. All figures are estimates."""

from __future__ import annotations

from ccrouter_core.costs import ANSWER_TOKENS
from ccrouter_core.models import Ladder, Request, Tier, Usage
from ccrouter_core.tokens import estimated_tokens
from ccrouter_plugins.routing.facts import WarmCache

# The client sends about 49 kB of system prompt and tools with the shortest prompt (measured).
OVERHEAD_TOKENS = 12_000


def expected_cost_nano_usd(request: Request, tier: Tier) -> int | None:
    """Return the expected cost of one attempt at a tier, in nano-USD; None when the tier has no prices.

    The overhead is written to the prompt cache (5 min); a warm cache of this very tier is read instead.
    """
    prompt = estimated_tokens(request.text)
    warm = request.warm_cache_tokens if request.warm_cache_tier == tier.name else 0
    usage = Usage(
        model=tier.model,
        input_tokens=prompt,
        output_tokens=ANSWER_TOKENS,
        cache_write_5m_tokens=0 if warm else OVERHEAD_TOKENS,
        cache_read_tokens=warm,
    )
    return tier.cost_nano_usd(usage)


def warm_cache(request: Request, ladder: Ladder) -> WarmCache | None:
    """Return what the session's warm prompt cache is worth to the engine, or None when there is none.

    A tier without prices is left out: nobody can say that leaving for it would pay.
    """
    if (
        request.warm_cache_tier is None
        or request.warm_cache_tier not in ladder
        or not request.warm_cache_tokens
    ):
        return None
    here = ladder[request.warm_cache_tier]
    cached = here.cost_nano_usd(Usage(model=here.model, cache_read_tokens=1))
    if cached is None:
        return None
    answer = _costs(ladder, output_tokens=ANSWER_TOKENS)
    return WarmCache(
        tier=here.name,
        tokens=request.warm_cache_tokens,
        cached_nano_usd=cached,
        full_nano_usd=_costs(ladder, cache_write_5m_tokens=1),
        saving_nano_usd={name: answer[here.name] - cost for name, cost in answer.items()},
    )


def _costs(ladder: Ladder, **tokens: int) -> dict[str, int]:
    """Return what these tokens cost on each tier that has prices, in nano-USD."""
    costs = {tier.name: tier.cost_nano_usd(Usage(model=tier.model, **tokens)) for tier in ladder}
    return {name: cost for name, cost in costs.items() if cost is not None}
