"""The shape of a configuration file, apart from the plugins' own tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import Factory, fields, frozen
from attrs.validators import deep_iterable, ge, matches_re, max_len, optional

from ccrouter_core.models import Ladder, Prices, Tier
from ccrouter_core.plugin import option
from ccrouter_core.settings import Settings, prices_from_list

_DEFAULT = Settings()
_NAME = matches_re(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@frozen(kw_only=True)
class CoreTable:
    """What holds for every request, whichever plugins take part."""

    store: str = option(
        _DEFAULT.store,
        help='Where state is kept: "sqlite:" (the state folder), "sqlite:/folder", "memory:" or "postgresql://...".',
        user_only=True,
    )
    budget_tokens: int = option(
        _DEFAULT.budget_tokens,
        help="What the context pieces of one request may take together, in tokens.",
        validator=ge(0),
    )
    disable: tuple[str, ...] = option(
        _DEFAULT.disable,
        help="Plugins that are never imported. Any plugin may be a guard, so a project cannot disable one.",
        user_only=True,
        validator=deep_iterable(_NAME),
    )
    order: tuple[str, ...] = option(
        _DEFAULT.order,
        help="Who is asked first when several plugins answer the same question and only the first answer counts.",
        user_only=True,
        validator=deep_iterable(_NAME),
    )
    keep_text: bool = option(
        _DEFAULT.keep_text,
        help="Keep the redacted text of requests, and what quotes it, beside each decision, for `ccrouter explain`. "
        "Without it names, figures and digests are kept.",
        user_only=True,
    )
    retention_days: int = option(
        _DEFAULT.retention_days,
        help="How many days decisions, the last turns of sessions and outcomes are kept. What is older is removed when "
        "a router opens, at most once a day.",
        user_only=True,
        validator=ge(1),
    )
    workspace_max_mb: int = option(
        _DEFAULT.workspace_max_mb,
        help="How large a project may be for an edit request, which works in a copy of it, in MiB. Ignored files do "
        "not count.",
        user_only=True,
        validator=ge(1),
    )
    workspace_max_files: int = option(
        _DEFAULT.workspace_max_files,
        help="How many files a project may have for an edit request. Ignored files do not count.",
        user_only=True,
        validator=ge(1),
    )


@frozen(kw_only=True)
class PriceTable:
    """What a tier costs, in USD per million tokens."""

    input: float = option(help="Price of input tokens.", validator=ge(0))
    output: float = option(help="Price of output tokens.", validator=ge(0))
    cache_write_5m: float | None = option(
        None, help="Price of tokens written to the 5-minute cache; 1.25 x input.", validator=optional(ge(0))
    )
    cache_write_1h: float | None = option(
        None, help="Price of tokens written to the 1-hour cache; 2 x input.", validator=optional(ge(0))
    )
    cache_read: float | None = option(
        None, help="Price of tokens read from a cache; 0.1 x input.", validator=optional(ge(0))
    )


@frozen(kw_only=True)
class TierTable:
    """A rung of the ladder."""

    name: str = option(help="How plugins and people call the tier.", validator=[_NAME, max_len(64)])
    rank: int | None = option(None, help="Its place: higher is stronger. Left out: its place in the file.")
    model: str = option("", help="The model's name for the executor. Left out: the tier's name.")
    executor: str = option(Tier(name="", rank=0, model="").executor, help="The executor that runs it.")
    agent: str = option("", help="The agent for what no declared agent matches. Left out: <name>-general.")
    prices: PriceTable | Literal[0] | None = option(
        None,
        help="In USD per million tokens; 0 says that the model is free. Left out: what it costs is unknown, and shown "
        "so.",
    )


@frozen(kw_only=True)
class ConfigFile:
    """All tables of a file."""

    ccrouter: CoreTable = option(factory=CoreTable, help="Options of the core.")
    tiers: tuple[TierTable, ...] = option(
        (),
        help="The ladder of model tiers; given at all, it replaces the default one (haiku, sonnet, opus).",
        user_only=True,
    )
    plugins: Mapping[str, Mapping[str, Any]] = Factory(dict)


def ladder_of(tiers: tuple[TierTable, ...]) -> Ladder:
    """Return the ladder that `[[tiers]]` tables describe; UsageError when names or ranks repeat."""
    return Ladder(tuple(_tier(table, place) for place, table in enumerate(tiers)))


def _tier(table: TierTable, place: int) -> Tier:
    return Tier(
        name=table.name,
        rank=place if table.rank is None else table.rank,
        model=table.model or table.name,
        executor=table.executor,
        agent=table.agent,
        prices=_prices(table.prices),
    )


def _prices(table: PriceTable | Literal[0] | None) -> Prices | None:
    if not isinstance(table, PriceTable):
        return None if table is None else Prices()
    usual = prices_from_list(table.input, table.output)
    given = {field.name: getattr(table, field.name) for field in fields(PriceTable)}
    return Prices(**{name: getattr(usual, name) if price is None else price for name, price in given.items()})


def tier_table(tier: Tier) -> dict[str, Any]:
    """Return a tier as its TOML table; prices that follow from the input price are left out."""
    agent = {"agent": tier.agent} if tier.agent else {}
    prices = {} if tier.prices is None else {"prices": 0 if tier.is_free else _price_table(tier.prices)}
    return {
        "name": tier.name,
        "rank": tier.rank,
        "model": tier.model,
        "executor": tier.executor,
        **agent,
        **prices,
    }


def _price_table(prices: Prices) -> dict[str, float]:
    usual = prices_from_list(prices.input, prices.output)
    return {
        field.name: getattr(prices, field.name)
        for field in fields(Prices)
        if field.name in ("input", "output") or getattr(prices, field.name) != getattr(usual, field.name)
    }
