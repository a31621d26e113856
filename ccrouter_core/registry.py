"""From entry points to registered plugins: who is installed, who is loaded, in which order."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pluggy
from attrs import asdict, evolve, frozen

from ccrouter_core import hooks, logs
from ccrouter_core.errors import PluginError, StoreError, suggest
from ccrouter_core.plugin import PROJECT, plugin_name

GROUP = "ccrouter"
WRAPPABLE = frozenset({"ccrouter_execute", "ccrouter_route"})
_CACHE_FILE = "entry-points.json"
_CACHE_VERSION = 2
_OWN_DISTRIBUTION = "ccrouter"


@frozen(kw_only=True)
class EntryPointRef:
    """An installed plugin that is not imported yet: `value` is "module:Class"."""

    name: str
    value: str
    distribution: str = ""
    version: str = ""
    blocked: str = ""  # why it is never imported: another distribution has the same name

    @property
    def is_builtin(self) -> bool:
        """Return whether the plugin comes with ccrouter itself."""
        ours = _normal(self.distribution) == _OWN_DISTRIBUTION
        return ours and not self.blocked and self.value.startswith("ccrouter_plugins.")

    @property
    def label(self) -> str:
        """Return how it is told from others: its name, with the distribution when the name is not its own."""
        return (
            f"{self.name} ({self.distribution or 'of an unknown distribution'})"
            if self.blocked
            else self.name
        )

    def load(self) -> Any:
        """Import and return the class (or module). PluginError when that fails or may not be, naming the plugin."""
        if self.blocked:
            raise PluginError(
                what=f"the plugin {self.name!r} of {self.distribution or 'an unknown distribution'} is not imported",
                why=self.blocked,
                fix=f"uninstall {self.distribution or 'it'}, or have its maintainer name the entry point differently",
            )
        module, _, attribute = self.value.partition(":")
        try:
            target: Any = import_module(module)
            for part in filter(None, attribute.split(".")):
                target = getattr(target, part)
        except (Exception, SystemExit) as error:  # a plugin may fail in any way at import; it must be named
            raise PluginError(
                what=f"the plugin {self.name!r} cannot be loaded",
                why=f"importing {self.value} raised {type(error).__name__}: {error}",
                fix=f"update or uninstall {self.distribution or module}, or add it to [ccrouter] disable",
            ) from error
        return target


def _normal(distribution: str) -> str:
    """Return a distribution's name in the one spelling of the packaging standard."""
    return distribution.lower().replace("_", "-").replace(".", "-")


def _fingerprint() -> list[list[Any]]:
    """Return what the entry points depend on: the Python version, each path entry and its change time."""
    marks: list[list[Any]] = [[_CACHE_VERSION, sys.version, sys.prefix]]
    for entry in sys.path:
        try:
            marks.append([entry, os.stat(entry).st_mtime_ns])  # noqa: PTH116 - many entries, on a hot path
        except OSError:
            marks.append([entry, 0])
    return marks


def _scan() -> dict[str, EntryPointRef]:
    from ccrouter_core._compat import entry_points  # noqa: PLC0415 - slow to import, needed when the cache is stale

    by_name: dict[str, list[EntryPointRef]] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        distribution = getattr(point, "dist", None)
        ref = EntryPointRef(
            name=point.name,
            value=point.value,
            distribution=distribution.name if distribution else "",
            version=distribution.version if distribution else "",
        )
        namesakes = by_name.setdefault(point.name, [])
        if ref not in namesakes:
            namesakes.append(ref)
    return {ref.label: ref for refs in by_name.values() for ref in _told_apart(refs)}


def _told_apart(namesakes: list[EntryPointRef]) -> list[EntryPointRef]:
    """Return plugins of one name, all blocked but the built-in one: whoever is found first must not win a guard."""
    if len(namesakes) == 1:
        return namesakes
    ours = [ref for ref in namesakes if ref.is_builtin]
    owners = ", ".join(sorted({ref.distribution or "an unknown distribution" for ref in namesakes}))
    why = "ccrouter's own plugin has that name" if ours else f"several bring a plugin of that name: {owners}"
    return [ref if ref in ours[:1] else evolve(ref, blocked=why) for ref in namesakes]


def discover(home: Path | None = None) -> dict[str, EntryPointRef]:
    """Return the installed plugins by their label, which is the name but for those that must not be imported.

    Args:
        home: the state folder; when given the scan is cached there, keyed by the paths that Python searches and
            their change times, because a scan costs more than a whole decision. A folder that others could write
            is not read, and one that cannot be written holds no cache.
    """
    if home is None:
        return _scan()
    path, mark = home / _CACHE_FILE, _fingerprint()
    try:
        cached = json.loads(path.read_text("utf-8")) if _is_ours(home) else {}
        if cached["mark"] == mark:
            return {label: EntryPointRef(**ref) for label, ref in cached["plugins"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no cache, or one of another version: scan
    found = _scan()
    document = {"mark": mark, "plugins": {label: asdict(ref) for label, ref in found.items()}}
    _keep(home, json.dumps(document))
    return found


def _is_ours(folder: Path) -> bool:
    """Return whether only this user can write the folder: what it names is imported."""
    state = folder.lstat()
    return stat.S_ISDIR(state.st_mode) and (
        sys.platform == "win32" or (state.st_uid == os.geteuid() and not state.st_mode & 0o022)
    )


def _keep(home: Path, document: str) -> None:
    from ccrouter_core.files import atomic_write, ensure_private_dir  # noqa: PLC0415 - only when the cache is stale

    try:
        ensure_private_dir(home)
        atomic_write(home / _CACHE_FILE, document, backups=0)
    except (
        StoreError
    ) as error:  # the next command looks again; who needs the folder says what is wrong with it
        logs.logger("ccrouter.plugins").info("the list of plugins is not kept: %s", error)


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
    """Return the *first* hooks that several third parties answer without an order, and who, first asked first."""
    found: dict[str, tuple[str, ...]] = {}
    for name in vars(manager.hook):
        caller = getattr(manager.hook, name)
        if caller.spec is None or not caller.spec.opts.get("firstresult"):
            continue
        names = tuple(
            implementation.plugin_name
            for implementation in reversed(caller.get_hookimpls())
            if not implementation.wrapper
            and not is_builtin(implementation.plugin)
            and implementation.plugin_name not in order
        )
        if len(names) > 1:
            found[name] = names
    return found
