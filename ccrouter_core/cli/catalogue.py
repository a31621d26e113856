"""What is installed: every plugin with its state, hooks and options; broken ones included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from ccrouter_core.clock import SystemClock
from ccrouter_core.errors import ConfigError, RouterError
from ccrouter_core.installed import loaded
from ccrouter_core.memory import MemoryStore
from ccrouter_core.pipeline import Router
from ccrouter_core.registry import EntryPointRef, build_manager, discover
from ccrouter_core.runtime import Runtime, default_home

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccrouter_core.config.options import Option
    from ccrouter_core.settings import Settings

PREFIX = "ccrouter_"


@frozen(kw_only=True)
class Installed:
    """An installed plugin. A disabled one is not imported, so its hooks and options are not known."""

    ref: EntryPointRef
    state: Literal["enabled", "disabled", "broken"]
    cls: Any = None  # a class, or None when it is not imported or cannot be
    plugin: object = None  # made with its options, when it is enabled
    trouble: RouterError | None = None

    @property
    def hooks(self) -> tuple[str, ...]:
        """Return the names of the hooks that it implements."""
        names = (name for name in dir(self.cls) if name.startswith(PREFIX)) if self.cls else ()
        return tuple(name for name in names if hasattr(getattr(self.cls, name), "ccrouter_impl"))

    @property
    def options(self) -> tuple[Option, ...]:
        """Return its options."""
        from ccrouter_core.config.options import options_of  # noqa: PLC0415 - only to show them

        return options_of(self.cls) if self.cls else ()

    @property
    def summary(self) -> str:
        """Return the first line of its documentation."""
        lines = ((self.cls.__doc__ if self.cls else None) or "").strip().splitlines()
        return lines[0] if lines else ""


def installed(settings: Settings) -> list[Installed]:
    """Return all installed plugins in name order. One that cannot be used says why; none is hidden."""
    return [_judged(ref, settings) for ref in discover(settings.home or default_home()).values()]


def classes_of(found: Iterable[Installed]) -> dict[str, type]:
    """Return the classes of the plugins that could be imported, by name; a module has no options."""
    return {one.ref.name: one.cls for one in found if isinstance(one.cls, type)}


def unusable(found: Iterable[Installed]) -> tuple[str, ...]:
    """Return why plugins cannot be used, for each that is broken by more than its table in the configuration."""
    return tuple(
        f"{one.trouble.what}: {one.trouble.why}; {one.trouble.fix}"
        for one in found
        if one.trouble is not None and not isinstance(one.trouble, ConfigError)
    )


def brought(found: Iterable[Installed], settings: Settings) -> tuple[str, ...]:
    """Return the names of the executors that the enabled plugins bring, in name order; nothing is kept or started.

    Raises:
        PluginError: a plugin breaks when it is asked, or two executors share a name.
    """
    router = Router(*(one.plugin for one in found if one.plugin is not None), settings=settings)
    clock = SystemClock()
    runtime = Runtime(settings=settings, home=router.home, clock=clock, store=MemoryStore(clock=clock))
    return tuple(sorted(router.calls.executors(runtime)))


def _judged(ref: EntryPointRef, settings: Settings) -> Installed:
    if ref.name in settings.disable:
        return Installed(ref=ref, state="disabled")
    cls: Any = None
    try:
        cls = ref.load()
        plugin = loaded(ref, settings)
        build_manager([plugin])
    except RouterError as error:
        return Installed(ref=ref, state="broken", cls=cls, trouble=error)
    return Installed(ref=ref, state="enabled", cls=cls, plugin=plugin)
