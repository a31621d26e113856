"""The installed plugins, made with their options: what an entry point and a TOML table become."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ccrouter_core import config, logs
from ccrouter_core.config import Fault
from ccrouter_core.errors import PluginError, RouterError
from ccrouter_core.plugin import plugin_name
from ccrouter_core.registry import EntryPointRef, build_manager, discover
from ccrouter_core.runtime import default_home
from ccrouter_core.settings import Settings


def load_plugins(
    settings: Settings, *, without: Collection[str] = (), faults: Sequence[Fault] = ()
) -> tuple[list[object], dict[str, PluginError]]:
    """Return the installed plugins that are not disabled, made with their options, and what is wrong with the others.

    One broken plugin never breaks its neighbours, and never vanishes silently either: a warning names it. So it is with
    one that cannot be made without options and has no table; a table with faults is the user's to mend.

    Args:
        settings: says what is disabled and holds the plugins' tables.
        without: further plugins to leave out.
        faults: what is known to be wrong with the configuration; the faults of the plugins' tables are told with it.

    Raises:
        ConfigError: there are faults, a table names no installed plugin, or an option is not valid.
        PluginError: a built-in plugin cannot be loaded.
    """
    found = discover(settings.home or default_home())
    names = {ref.name for ref in found.values()}
    for warning in config.strange_names(settings, names):
        logs.warn(warning)
    plugins: list[object] = []
    broken: dict[str, PluginError] = {}
    faults = [*faults, *config.table_faults(settings, names)]
    for label, ref in found.items():
        if ref.name in settings.disable or label in without:
            continue
        try:
            plugins.append(loaded(ref, settings))
        except config.ConfigFaults as error:
            faults += error.faults  # all tables are checked, so that all faults are told at once
        except PluginError as error:
            if ref.is_builtin:
                raise
            broken[label] = error
            logs.warn(f"{error.what}; it is left out\n  why: {error.why}\n  fix: {error.fix}")
    if faults:
        from ccrouter_core.config.faults import config_error  # noqa: PLC0415 - rare

        raise config_error(faults, settings.origins)
    return plugins, broken


def loaded(ref: EntryPointRef, settings: Settings) -> object:
    """Return one installed plugin, made with its options; a third party's hooks are checked alone first.

    Raises:
        ConfigError: its table is not valid.
        PluginError: it cannot be imported, made or registered, or needs options and has no table.
    """
    cls = ref.load()
    try:
        plugin: object = config.make(cls, ref.name, settings)
    except RouterError:
        raise
    except Exception as error:  # a third party's constructor may raise anything; it must be named
        raise PluginError(
            what=f"the plugin {ref.name!r} cannot be made",
            why=f"{type(error).__name__}: {error}",
            fix=f"update or uninstall {ref.distribution}, or add it to [ccrouter] disable",
        ) from error
    if not ref.is_builtin:
        if plugin_name(plugin) != ref.name:
            raise PluginError(
                what=f"the plugin {ref.name!r} calls itself {plugin_name(plugin)!r}",
                why="a plugin's name is its entry point, its table and its signals' prefix at once",
                fix=f"have the maintainer of {ref.distribution or ref.value} use one name, or add it to [ccrouter] disable",
            )
        build_manager([plugin])
    return plugin
