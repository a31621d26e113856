"""What each option is set to, where that came from, and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import NOTHING, frozen

from ccrouter_core.config import options as o
from ccrouter_core.config.faults import dotted, origin_of
from ccrouter_core.config.tables import ConfigFile, CoreTable, tier_table
from ccrouter_core.errors import NotFound, suggest
from ccrouter_core.settings import Origin, Settings, default_ladder

if TYPE_CHECKING:
    from ccrouter_core.models import Ladder

_DEFAULT = Origin(source="default")
_NO_CLASSES: Mapping[str, type] = {}


@frozen(kw_only=True)
class Explained:
    """An option: its dotted key, value and default as TOML has them (None: unset), origin and meaning."""

    key: str
    value: Any
    default: Any
    origin: Origin
    type: str
    help: str
    user_only: bool


def explain(settings: Settings, key: str, classes: Mapping[str, type] = _NO_CLASSES) -> Explained:
    """Return everything about one option.

    Args:
        settings: what `load` returned.
        key: `ccrouter.store`, `plugins.routing.preference`, `tiers`; the first word may be left out.
        classes: plugin name -> class.

    Raises:
        NotFound: there is no such option.
    """
    known = {record.key: record for record in explain_all(settings, classes)}
    wanted = key.strip().strip("[]").replace("] ", ".")
    for candidate in (wanted, f"ccrouter.{wanted}", f"plugins.{wanted}"):
        if candidate in known:
            return known[candidate]
    raise NotFound(
        what=f"there is no option {key!r}",
        why=f"no table of the installed plugins has it. {suggest(wanted, known)}".rstrip(),
        fix="`ccrouter config show` lists every option",
    )


def explain_all(settings: Settings, classes: Mapping[str, type] = _NO_CLASSES) -> tuple[Explained, ...]:
    """Return every option of the core, the ladder and the plugins `classes` (name -> class), in this order."""
    return tuple(_all(settings, classes))


def _all(settings: Settings, classes: Mapping[str, type]) -> Iterator[Explained]:
    core = {option.name: getattr(settings, option.name) for option in o.options_of(CoreTable)}
    yield from _table(CoreTable, ("ccrouter",), core, settings)
    yield _tiers(settings)
    for name, cls in classes.items():
        yield from _table(cls, ("plugins", name), settings.plugins.get(name, {}), settings)


def _tiers(settings: Settings) -> Explained:
    option = next(option for option in o.options_of(ConfigFile) if option.name == "tiers")
    return Explained(
        key="tiers",
        value=_tables(settings.ladder),
        default=_tables(default_ladder()),
        origin=settings.origins.get("tiers", _DEFAULT),
        type="an array of tables",
        help=option.help,
        user_only=option.user_only,
    )


def _tables(ladder: Ladder) -> list[dict[str, Any]]:
    return [tier_table(tier) for tier in ladder.tiers]


def _table(
    cls: type, path: tuple[str, ...], table: Mapping[str, Any], settings: Settings
) -> Iterator[Explained]:
    for keys, option in o.leaves(cls):
        here = (*path, *keys)
        default = _shown(option.default)
        yield Explained(
            key=dotted(here),
            value=_shown(_at(table, keys, default)),
            default=default,
            origin=origin_of(settings.origins, here) or _DEFAULT,
            type=o.words(option.type),
            help=option.help,
            user_only=option.user_only,
        )


def _at(table: Any, keys: tuple[str, ...], default: Any) -> Any:
    for key in keys:
        if not isinstance(table, Mapping) or key not in table:
            return default
        table = table[key]
    return table


def _shown(value: Any) -> Any:
    plain = o.plain(value)
    return None if plain is NOTHING else plain
