"""What the user configured, as records. `ccrouter_core.config` fills them from TOML."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import Factory, frozen

from ccrouter_core.models import Ladder, Prices, Tier

# List prices in USD per million tokens as the client books them (client 2.1.330); cache writes cost 1.25 (5 min)
# and 2 times (1 h) the input price, cache reads a tenth of it.
_LIST_PRICES = (("haiku", 0.10, 0.50), ("sonnet", 2.0, 10.0), ("opus", 4.0, 20.0))


def prices_from_list(input_usd: float, output_usd: float) -> Prices:
    """Return a price record from the two list prices, with the service's usual cache factors."""
    return Prices(
        input=input_usd,
        output=output_usd,
        cache_write_5m=input_usd * 1.25,
        cache_write_1h=input_usd * 2,
        cache_read=input_usd * 0.1,
    )


def default_ladder(executor: str = "claude_code") -> Ladder:
    """Return the ladder haiku, sonnet, opus at list prices, each run by `executor`."""
    return Ladder(
        tuple(
            Tier(name=name, rank=rank, model=name, executor=executor, prices=prices_from_list(low, high))
            for rank, (name, low, high) in enumerate(_LIST_PRICES)
        )
    )


@frozen(kw_only=True)
class Origin:
    """Where a value came from: "default", a file with its TOML path, an environment variable, the command line."""

    source: str
    trusted: bool = True  # False for a project file, which a cloned repository may bring


@frozen(kw_only=True)
class Settings:
    """The options of `[ccrouter]`, the ladder, and the plugins' tables as written."""

    store: str = "sqlite:"  # sqlite: | sqlite:/folder | memory: | postgresql://...
    budget_tokens: int = 50_000  # what context pieces may take together
    disable: tuple[str, ...] = ()  # plugins that are never imported
    order: tuple[str, ...] = ()  # who is asked first among third parties on a *first* hook
    keep_text: bool = True  # keep the redacted text of requests in the decision record, for `explain`
    retention_days: int = 90  # of decisions, turns and outcomes
    workspace_max_mb: int = 2048  # of a project, for the copy that an attempt edits; megabytes of 2**20 bytes
    workspace_max_files: int = 200_000
    ladder: Ladder = Factory(default_ladder)
    plugins: Mapping[str, Mapping[str, Any]] = Factory(dict)
    origins: Mapping[str, Origin] = Factory(dict)  # dotted key -> where its value came from
    home: Path | None = None  # the state folder; None = CCROUTER_HOME or the platform's
