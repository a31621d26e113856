"""A commented configuration file with every option, its meaning and its default."""

from __future__ import annotations

import textwrap
from datetime import date, time
from typing import TYPE_CHECKING, Any

from attrs import NOTHING

from ccrouter_core.config import options as o
from ccrouter_core.config.faults import dotted, quoted
from ccrouter_core.config.schemas import summary
from ccrouter_core.config.sources import PROJECT_FILE
from ccrouter_core.config.tables import ConfigFile, CoreTable, PriceTable, TierTable, tier_table
from ccrouter_core.config.trust import refused
from ccrouter_core.settings import Origin, default_ladder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_WIDTH = 100
_USER_HEAD = (
    "ccrouter: the user's configuration. Every option stands here with its default; take the # away to change it. "
    "A project's own file is `ccrouter.toml` in its folder. `ccrouter config show` tells what holds and why."
)
_PROJECT_HEAD = (
    "ccrouter: what holds in this project. Options that could run programs, weaken guards or move data are missing: "
    "they belong in the user's own file. `ccrouter config show` tells what holds and why."
)


def template(plugin_classes: Mapping[str, type], *, project: bool = False) -> str:
    """Return a TOML text with every option commented out; it sets nothing, and loads as it stands.

    A line of prose starts with "# ", an option with "#" alone; without these "#" the text sets every option to its
    default. An option that has no default, or one that TOML cannot express, is only described.

    Args:
        plugin_classes: plugin name -> class.
        project: leave out what a project's file may not set.
    """
    blocks = [list(_prose(_PROJECT_HEAD if project else _USER_HEAD))]
    blocks.append(_block(("ccrouter",), CoreTable, project=project))
    if not project:
        blocks.append(list(_tiers()))
    for name, cls in plugin_classes.items():
        blocks.append(_block(("plugins", name), cls, project=project))
    return "\n\n".join("\n".join(lines) for lines in blocks if lines) + "\n"


def _block(path: tuple[str, ...], cls: type, *, project: bool) -> list[str]:
    """Return a table's header and options, [] when a project may set none of them."""
    chosen = [(keys, option) for keys, option in o.leaves(cls) if not (project and option.user_only)]
    if not chosen:
        return []
    lines = [f"[{dotted(path)}]", *_prose(summary(cls))]
    for keys, option in chosen:
        shown = option.default if not project or _allowed(cls, keys, option) else NOTHING
        lines += ["", *_described(option), *_assigned(keys, shown)]
    return lines


def _allowed(cls: type, keys: tuple[str, ...], option: o.Option) -> bool:
    """Return whether a project's file may write the default: not when records in it have user-only options."""
    table = o.plain(option.default)
    for key in reversed(keys):
        table = {key: table}
    return not refused(cls, table, (), {dotted(keys): Origin(source=PROJECT_FILE, trusted=False)})


def _described(option: o.Option) -> Iterator[str]:
    facts = o.words(option.type)
    if option.required:
        facts += "; required"
    elif o.plain(option.default) is NOTHING:
        facts += "; not set by default"
    yield from _prose(f"{option.help} ({facts})".strip())


def _assigned(keys: tuple[str, ...], default: Any) -> Iterator[str]:
    value = o.plain(default)
    if value is not NOTHING:
        yield f"#{dotted(keys)} = {toml(value)}"
    else:
        yield f"# {dotted(keys)} = ..."


def _tiers() -> Iterator[str]:
    option = next(option for option in o.options_of(ConfigFile) if option.name == "tiers")
    yield from _prose(option.help)
    for inner in o.options_of(TierTable):
        yield from _prose(f"{inner.name}: {inner.help}")
    for inner in o.options_of(PriceTable):
        yield from _prose(f"prices.{inner.name}: {inner.help}")
    for tier in default_ladder():
        yield from ("", "#[[tiers]]")
        yield from (f"#{key} = {toml(value)}" for key, value in tier_table(tier).items())


def _prose(text: str) -> Iterable[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def toml(value: Any) -> str:
    """Return a plain value (see `options.plain`) in TOML, tables inline."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, dict):
        inner = ", ".join(f"{dotted((key,))} = {toml(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return repr(value)
