"""From entry points to registered plugins: who is installed, who is loaded, in which order."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pluggy
from attrs import asdict, frozen

from ccrouter_core import hooks
from ccrouter_core.errors import PluginError, suggest
from ccrouter_core.plugin import PROJECT, plugin_name

GROUP = "ccrouter"
WRAPPABLE = frozenset({"ccrouter_execute", "ccrouter_route"})
_CACHE_FILE = "entry-points.json"


@frozen(kw_only=True)
class EntryPointRef:
    """An installed plugin that is not imported yet: `value` is "module:Class"."""

    name: str
    value: str
    distribution: str = ""
    version: str = ""

    @property
    def is_builtin(self) -> bool:
        """Return whether the plugin comes with ccrouter itself."""
        return self.value.startswith("ccrouter_plugins.")

    def load(self) -> Any:
        """Import and return the class (or module). PluginError when that fails, naming the plugin."""
        module, _, attribute = self.value.partition(":")
        try:
            target: Any = import_module(module)
            for part in filter(None, attribute.split(".")):
                target = getattr(target, part)
        except Exception as error:  # a plugin may fail in any way at import; it must be named
            raise PluginError(
                what=f"the plugin {self.name!r} cannot be loaded",
                why=f"importing {self.value} raised {type(error).__name__}: {error}",
                fix=f"update or uninstall {self.distribution or module}, or add it to [ccrouter] disable",
            ) from error
        return target


def _fingerprint() -> list[list[Any]]:
    """Return what the entry points depend on: the Python version, each path entry and its change time."""
    marks: list[list[Any]] = [[sys.version, sys.prefix]]
    for entry in sys.path:
        try:
            marks.append([entry, os.stat(entry).st_mtime_ns])  # noqa: PTH116 - many entries, on a hot path
        except OSError:
            marks.append([entry, 0])
    return marks


def _scan() -> dict[str, EntryPointRef]:
    from ccrouter_core._compat import entry_points  # noqa: PLC0415 - slow to import, needed when the cache is stale

    found: dict[str, EntryPointRef] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        distribution = getattr(point, "dist", None)
        found.setdefault(
            point.name,
            EntryPointRef(
                name=point.name,
                value=point.value,
                distribution=distribution.name if distribution else "",
                version=distribution.version if distribution else "",
            ),
        )
    return found


def discover(home: Path | None = None) -> dict[str, EntryPointRef]:
    """Return the installed plugins by name, in name order.

    Args:
        home: the state folder; when given the scan is cached there, keyed by the paths that Python searches and
            their change times, because a scan costs more than a whole decision.
    """
    if home is None:
        return _scan()
    path, mark = home / _CACHE_FILE, _fingerprint()
    try:
        cached = json.loads(path.read_text("utf-8"))
        if cached["mark"] == mark:
            return {name: EntryPointRef(**ref) for name, ref in cached["plugins"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no cache, or one of another version: scan
    found = _scan()
    from ccrouter_core.files import atomic_write, ensure_private_dir  # noqa: PLC0415 - only when the cache is stale

    ensure_private_dir(home)
    document = {"mark": mark, "plugins": {name: asdict(ref) for name, ref in found.items()}}
    atomic_write(path, json.dumps(document), backups=0)
    return found


def is_builtin(plugin: object) -> bool:
    """Return whether a plugin comes with ccrouter itself."""
    return type(plugin).__module__.partition(".")[0] == "ccrouter_plugins"


def ordered(plugins: Iterable[object], order: Sequence[str] = ()) -> list[object]:
    """Return plugins in the order they are asked: those named in `order`, third parties by name, then built-ins."""
    rank = {name: place for place, name in enumerate(order)}

    def key(plugin: object) -> tuple[int, bool, str]:
        name = plugin_name(plugin)
        return rank.get(name, len(rank)), is_builtin(plugin), name

    return sorted(plugins, key=key)


class _Manager(pluggy.PluginManager):
    def parse_hookimpl_opts(self, plugin: object, name: str) -> Any:
        """Return the options of a hook's implementation; Python's own methods are most of a class, and never one."""
        return None if name.startswith("__") else super().parse_hookimpl_opts(plugin, name)


def build_manager(plugins: Sequence[object]) -> pluggy.PluginManager:
    """Register plugins (first in the sequence is asked first) and check their hooks.

    Raises:
        PluginError: two plugins of one name, an object without any hook, a method named like a hook that is not
            marked as one, a misspelt hook, an argument that the hook does not have, a wrapper where none may be, or
            a generator on a *first* hook (it would always win).
    """
    manager = _Manager(PROJECT)
    manager.add_hookspecs(hooks)
    for plugin in reversed(plugins):  # pluggy asks the last registered first
        _register(manager, plugin)
    _check_hooks(manager)
    return manager


def _register(manager: pluggy.PluginManager, plugin: object) -> None:
    name = plugin_name(plugin)
    if isinstance(plugin, type):
        raise PluginError(
            what=f"the plugin {name!r} is a class, not an object",
            why=f"{plugin.__name__} was passed without calling it",
            fix=f"write {plugin.__name__}()",
        )
    if manager.has_plugin(name):
        raise PluginError(
            what=f"two plugins are named {name!r}",
            why="a plugin's name is its entry point, its table and its signals' prefix at once",
            fix="pass it once, or rename one of the two",
        )
    try:
        manager.register(plugin, name)
    except (pluggy.PluginValidationError, ValueError, TypeError) as error:
        raise PluginError(
            what=f"the plugin {name!r} cannot be registered",
            why=str(error),
            fix="declare only arguments that the hook has: see `ccrouter plugins show` and the hook reference",
        ) from error
    _check_marks(manager, plugin, name)


def _check_marks(manager: pluggy.PluginManager, plugin: object, name: str) -> None:
    """Refuse an object that nobody would ever ask, and a method that looks like a hook and is none: a lost guard."""
    for method in dir(plugin):
        if method.startswith(f"{PROJECT}_"):
            found = getattr(plugin, method)
            if callable(found) and not hasattr(found, f"{PROJECT}_impl"):
                raise PluginError(
                    what=f"the method {method} of the plugin {name!r} would never be asked",
                    why="it is named like a hook and has no @hookimpl",
                    fix="put @hookimpl above it, or name it differently",
                )
    if not manager.get_hookcallers(plugin):
        raise PluginError(
            what=f"{name!r} is not a plugin",
            why=f"{type(plugin).__name__} has no method marked @hookimpl, so it would never be asked",
            fix="pass plugin objects, for example Router(Routing()); Router.from_config() finds those installed",
        )


def _check_hooks(manager: pluggy.PluginManager) -> None:
    known = [name for name in vars(hooks) if name.startswith("ccrouter_")]
    for name in vars(manager.hook):
        caller = getattr(manager.hook, name)
        for implementation in caller.get_hookimpls():
            if caller.spec is None:
                raise PluginError(
                    what=f"the plugin {implementation.plugin_name!r} implements an unknown hook {name}",
                    why=f"there is no such hook. {suggest(name, known)}".strip(),
                    fix="spell the method as the hook reference does, or drop @hookimpl",
                )
            _check_shape(name, caller, implementation)


def _check_shape(name: str, caller: Any, implementation: Any) -> None:
    import inspect  # noqa: PLC0415 - registration only

    wraps = implementation.wrapper or implementation.hookwrapper
    first = bool(caller.spec.opts.get("firstresult"))
    if implementation.hookwrapper:
        why, fix = "an old-style wrapper cannot see what was raised", "write @hookimpl(wrapper=True)"
    elif wraps and name not in WRAPPABLE:
        why, fix = f"wrappers are for {' and '.join(sorted(WRAPPABLE))}", "return records instead of wrapping"
    elif first and not wraps and inspect.isgeneratorfunction(implementation.function):
        why, fix = "a generator is never None, so it would always win this *first* hook", "return the record"
    else:
        return
    raise PluginError(
        what=f"the plugin {implementation.plugin_name!r} may not implement {name} this way", why=why, fix=fix
    )


def ties(manager: pluggy.PluginManager, order: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the *first* hooks that several third parties answer without an order between them."""
    found: dict[str, tuple[str, ...]] = {}
    for name in vars(manager.hook):
        caller = getattr(manager.hook, name)
        if caller.spec is None or not caller.spec.opts.get("firstresult"):
            continue
        names = tuple(
            implementation.plugin_name
            for implementation in caller.get_hookimpls()
            if not implementation.wrapper
            and not is_builtin(implementation.plugin)
            and implementation.plugin_name not in order
        )
        if len(names) > 1:
            found[name] = names
    return found
