"""One class is one plugin: its fields are its options, its decorated methods are its hooks."""

from __future__ import annotations

from typing import Any, TypeVar, overload

import attrs
import pluggy

from ccrouter_core._compat import dataclass_transform

PROJECT = "ccrouter"

hookimpl = pluggy.HookimplMarker(PROJECT)
hookspec = pluggy.HookspecMarker(PROJECT)

C = TypeVar("C", bound=type)

USER_ONLY = "ccrouter_user_only"
HELP = "ccrouter_help"


def option(default: Any = attrs.NOTHING, *, help: str = "", user_only: bool = False, **kwargs: Any) -> Any:  # noqa: A002
    """Declare an option of a plugin with its help text.

    Args:
        default: the value when TOML is silent.
        help: one line for the reference, the JSON schema and `config init`.
        user_only: refuse this option in a project file, because a cloned repository could set it.
        kwargs: passed to `attrs.field` (validator, converter, factory, ...).
    """
    metadata = {HELP: help, USER_ONLY: user_only}
    if "factory" in kwargs:
        return attrs.field(metadata=metadata, **kwargs)
    return attrs.field(default=default, metadata=metadata, **kwargs)


@overload
def plugin(cls: C) -> C: ...
@overload
def plugin(cls: None = None, *, name: str | None = None) -> Any: ...


@dataclass_transform(eq_default=False, kw_only_default=True, field_specifiers=(attrs.field, option))
def plugin(cls: Any = None, *, name: str | None = None) -> Any:
    """Make a class a plugin: `attrs.define(eq=False, kw_only=True)`.

    Identity, not value equality, because pluggy hashes plugins; keyword-only, because options have names.
    The plugin's name is the class name in snake case unless `name` is given; it is the entry point's name and
    the TOML table `[plugins.<name>]` as well.

    Example:
        ```python
        from ccrouter_core import Signal, hookimpl, option, plugin

        @plugin
        class Careful:
            floor: str = option("sonnet", help="the lowest tier for it", user_only=True)

            @hookimpl
            def ccrouter_signals(self, request):
                if "production" in request.text:
                    yield Signal(name="careful.production", reason="it names production", floor=self.floor)
        ```
    """

    def wrap(target: type) -> type:
        made = attrs.define(target, eq=False, kw_only=True, slots=False)
        made.plugin_name = name or target.__dict__.get("plugin_name") or snake_case(target.__name__)  # type: ignore[attr-defined]
        return made

    return wrap if cls is None else wrap(cls)


def snake_case(name: str) -> str:
    """Return a CamelCase name in snake_case: `ClaudeCode` becomes `claude_code`."""
    letters = [
        f"_{letter.lower()}"
        if letter.isupper() and index and not name[index - 1].isupper()
        else letter.lower()
        for index, letter in enumerate(name)
    ]
    return "".join(letters)


def plugin_name(candidate: object) -> str:
    """Return the name under which a plugin object is registered."""
    given = getattr(candidate, "plugin_name", None)
    return given if isinstance(given, str) else snake_case(type(candidate).__name__)
