"""Plugin tables become plugin objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ccrouter_core.config.faults import Fault, config_error, place_of
from ccrouter_core.errors import PluginError, RouterError, suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ccrouter_core.settings import Settings

T = TypeVar("T")
_NO_CLASSES: Mapping[str, type] = {}


def make(cls: type[T], name: str, settings: Settings) -> T:
    """Return a plugin with the options of its table `[plugins.<name>]`; with defaults when there is none.

    Args:
        cls: the plugin's class.
        name: the plugin's name.
        settings: what `load` returned.

    Raises:
        ConfigError: with all faults of the table: unknown options, wrong values, options that only the user's own
            file may set.
        PluginError: it cannot be made without options and there is no table.
    """
    needed = [] if name in settings.plugins else _required(cls)
    if needed:
        places = ", ".join(f"`{place_of(('plugins', name, option))}`" for option in needed)
        raise PluginError(
            what=f"the plugin {name!r} is not configured",
            why=f"it cannot be made without {places}",
            fix=f'set it in your own configuration file, or add "{name}" to `[ccrouter] disable`',
        )
    plugin, faults = _made(cls, name, settings)
    if faults or plugin is None:
        raise config_error(faults, settings.origins)
    return plugin


def _made(cls: type[T], name: str, settings: Settings) -> tuple[T | None, tuple[Fault, ...]]:
    table: Mapping[str, Any] = settings.plugins.get(name, {})
    if not table and not _required(cls):
        return _with_defaults(cls, name), ()
    from ccrouter_core.config.structure import structured  # noqa: PLC0415 - only for tables that set something
    from ccrouter_core.config.trust import refused  # noqa: PLC0415

    path = ("plugins", name)
    if not hasattr(cls, "__attrs_attrs__"):
        return None, (Fault(path=path, problem="this plugin has no options"),)
    plugin, faults = structured(cls, table, path)
    return plugin, (*faults, *refused(cls, table, path, settings.origins))


def _with_defaults(cls: type[T], name: str) -> T:
    try:
        return cls()
    except RouterError:
        raise
    except Exception as error:  # a plugin's constructor may fail in any way; it must be named
        raise PluginError(
            what=f"the plugin {name!r} cannot be made",
            why=f"{cls.__qualname__}() raised {type(error).__name__}: {error}",
            fix=f"set its options in [plugins.{name}], update it, or add it to [ccrouter] disable",
        ) from error


def _required(cls: type) -> list[str]:
    """Return the options without which the class cannot be made."""
    from attrs import NOTHING  # noqa: PLC0415 - beside its only use

    fields = getattr(cls, "__attrs_attrs__", ())
    return [field.alias for field in fields if field.init and field.default is NOTHING]


def validate(
    settings: Settings, known: Iterable[str], classes: Mapping[str, type] = _NO_CLASSES
) -> tuple[str, ...]:
    """Check the plugins' names that the settings use and, where classes are given, their tables.

    Args:
        settings: what `load` returned.
        known: the names of the installed plugins.
        classes: name -> class of the plugins whose tables are to be checked as `make` does.

    Returns:
        Warnings: names in `disable` and `order` that no installed plugin has.

    Raises:
        ConfigError: a table `[plugins.x]` of a plugin that is neither installed nor disabled, or a table with faults.
    """
    names = set(known)
    faults = table_faults(settings, names, classes)
    if faults:
        raise config_error(faults, settings.origins)
    return strange_names(settings, names)


def table_faults(
    settings: Settings, known: Collection[str], classes: Mapping[str, type] = _NO_CLASSES
) -> list[Fault]:
    """Return what is wrong with the plugins' tables; the arguments are those of `validate`."""
    faults = [
        Fault(path=("plugins", name), problem=f"no such plugin is installed. {suggest(name, known)}".rstrip())
        for name in settings.plugins
        if name not in known and name not in settings.disable
    ]
    for name, cls in classes.items():
        if name in settings.plugins:  # one that nobody configured has no fault of a table
            faults += _made(cls, name, settings)[1]
    return faults


def strange_names(settings: Settings, known: Collection[str]) -> tuple[str, ...]:
    """Return a warning for each name in `disable` and `order` that no installed plugin (`known`) has."""
    return tuple(
        f"`[ccrouter] {option}`: no plugin named {name} is installed. {suggest(name, known)}".rstrip()
        for option, listed in (("disable", settings.disable), ("order", settings.order))
        for name in listed
        if name not in known
    )


def unpriced(settings: Settings) -> tuple[str, ...]:
    """Return a warning for each tier without prices. They are for who asks about the configuration, not for each run."""
    return tuple(
        f"`[[tiers]]` {tier.name}: it has no prices, so what it costs is unknown; `prices = 0` says that it is free"
        for tier in settings.ladder
        if tier.prices is None
    )
