"""The ladder of model tiers and what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from attrs import field, frozen

from ccrouter_core.errors import UsageError

if TYPE_CHECKING:
    from ccrouter_core.models.usage import Usage


@frozen(kw_only=True)
class Prices:
    """List prices of a model in USD per million tokens."""

    input: float = 0.0
    output: float = 0.0
    cache_write_5m: float = 0.0
    cache_write_1h: float = 0.0
    cache_read: float = 0.0


@frozen(kw_only=True)
class Tier:
    """A rung of the ladder: a model, the executor that runs it, and what it costs.

    Without prices what it costs is unknown, which is not nothing: `Prices()` says that it is free.
    """

    name: str
    rank: int
    model: str
    executor: str = "claude_code"
    prices: Prices | None = None
    agent: str = ""  # the general agent of this tier; empty = "<name>-general"

    @property
    def general_agent(self) -> str:
        """Return the name of the agent that takes what no declared agent matches."""
        return self.agent or f"{self.name}-general"

    @property
    def is_free(self) -> bool:
        """Return whether it is known that no token of this tier costs anything."""
        return self.prices == Prices()

    def cost_nano_usd(self, usage: Usage) -> int | None:
        """Return what `usage` costs at this tier's list prices, in nano-USD; None when the prices are unknown.

        USD per million tokens x 1000 is nano-USD per token.
        """
        price = self.prices
        if price is None:
            return None
        usd_per_million = (
            usage.input_tokens * price.input
            + usage.output_tokens * price.output
            + usage.cache_write_5m_tokens * price.cache_write_5m
            + usage.cache_write_1h_tokens * price.cache_write_1h
            + usage.cache_read_tokens * price.cache_read
        )
        return round(usd_per_million * 1000)


def _by_rank(tiers: Iterable[Tier]) -> tuple[Tier, ...]:
    return tuple(sorted(tiers, key=lambda tier: tier.rank))


@frozen
class Ladder:
    """The tiers, cheapest first. Iterable; `ladder["sonnet"]` finds a tier by name."""

    tiers: tuple[Tier, ...] = field(converter=_by_rank)

    @tiers.validator
    def _distinct(self, _: object, tiers: tuple[Tier, ...]) -> None:
        names = [tier.name for tier in tiers]
        ranks = [tier.rank for tier in tiers]
        if not tiers or len(set(names)) != len(names) or len(set(ranks)) != len(ranks):
            raise UsageError(
                what="the ladder of tiers cannot be used",
                why=f"it needs at least one tier, each with its own name and rank; got {list(zip(names, ranks, strict=True))}",
                fix="give every [[tiers]] table a distinct name and a distinct rank",
            )

    def __iter__(self) -> Iterator[Tier]:
        return iter(self.tiers)

    def __len__(self) -> int:
        return len(self.tiers)

    def __contains__(self, name: object) -> bool:
        return any(tier.name == name for tier in self.tiers)

    def __getitem__(self, name: str) -> Tier:
        for tier in self.tiers:
            if tier.name == name:
                return tier
        known = ", ".join(tier.name for tier in self.tiers)
        raise UsageError(
            what=f"there is no tier named {name!r}",
            why=f"the ladder has: {known}",
            fix="name one of these, or add a [[tiers]] table to the configuration",
        )

    @property
    def lowest(self) -> Tier:
        """Return the cheapest tier."""
        return self.tiers[0]

    @property
    def highest(self) -> Tier:
        """Return the strongest tier."""
        return self.tiers[-1]

    def above(self, name: str) -> Tier | None:
        """Return the next tier above the one named, or None at the top."""
        rank = self[name].rank
        return next((tier for tier in self.tiers if tier.rank > rank), None)

    def max(self, names: Iterable[str | None]) -> Tier:
        """Return the highest of the tiers named (None is skipped), the lowest tier when none is named."""
        return max((self[name] for name in names if name), key=lambda tier: tier.rank, default=self.lowest)

    def of_model(self, model: str) -> Tier | None:
        """Return the tier that books the model id: exactly, or as a family word ("haiku" in "claude-haiku-5-5").

        Of several family words the longest decides, so that "opus-mini" is not taken for "opus".
        """
        families: list[tuple[int, Tier]] = []
        for tier in self.tiers:
            if model == tier.model:
                return tier
            families += [(len(word), tier) for word in (tier.model, tier.name) if word and word in model]
        return max(families, key=lambda family: family[0], default=(0, None))[1]
