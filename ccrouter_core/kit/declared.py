"""What a plugin's class declares: its options and its hooks. Nothing is called."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from attrs import NOTHING

from ccrouter_core import hooks
from ccrouter_core.config.options import Option, options_of, plain
from ccrouter_core.config.structure import structured
from ccrouter_core.errors import suggest
from ccrouter_core.kit.remarks import Remark
from ccrouter_core.registry import WRAPPABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PREFIX = "ccrouter_"
SPECS: dict[str, Callable[..., Any]] = {
    name: value for name, value in vars(hooks).items() if hasattr(value, "ccrouter_spec")
}
# Hooks by which a request may be stopped, asked about or kept from a cheap tier: their options weaken a guard.
_GUARDS = ("domain", "signals", "cache_guard", "admit", "validate")


def option_remarks(cls: type) -> Iterator[Remark]:
    """Yield what is wrong with the options of a class, one remark that all is well when nothing is."""
    broken = [
        *_class_remarks(cls),
        *(remark for one in options_of(cls) for remark in _option_remarks(cls, one)),
    ]
    yield from broken
    if not broken:
        reason = f"{len(options_of(cls))} options, each with a type, a default and a help"
        yield Remark(check="options", state="ok", reason=reason)
    yield from _unguarded(cls)


def _class_remarks(cls: type) -> Iterator[Remark]:
    summary = next(iter((cls.__doc__ or "").strip().splitlines()), "")
    if not summary or summary.startswith(f"{cls.__name__}("):  # attrs and dataclasses write such a line
        fix = "say in the class's docstring what it does: `ccrouter plugins list` shows the first line"
        yield Remark(
            check="plugin.summary", state="broken", reason=f"{cls.__name__} has no docstring", fix=fix
        )
    if not isinstance(cls.__dict__.get("plugin_name"), str):
        fix = "put @plugin before the class: it makes the fields its options and gives it its name"
        yield Remark(
            check="plugin.class", state="broken", reason=f"{cls.__name__} is not made by @plugin", fix=fix
        )


def _option_remarks(cls: type, option: Option) -> Iterator[Remark]:
    def broken(what: str, reason: str, fix: str) -> Remark:
        return Remark(check=f"options.{what}", state="broken", reason=f"{option.name}: {reason}", fix=fix)

    if not option.help:
        yield broken("help", "it has no help", 'declare it as option(default, help="...")')
    if option.required:
        yield broken("default", "it has no default", "give it one: an absent table means defaults")
    if option.type is Any:
        yield broken("type", "it has no type", "annotate it: name: str = option(...)")
    elif not option.in_toml:
        yield Remark(
            check="options.type",
            state="advice",
            reason=f"{option.name}: TOML cannot express its type, so it can only be set from Python",
            fix="use bool, int, float, str, Path, dates, enums, Literal, attrs records, or arrays and tables of them",
        )
    elif option.default is not NOTHING and option.default is not None:
        default = plain(option.default)
        faults = structured(cls, {option.name: default}, ())[1] if default is not NOTHING else ()
        for fault in faults:
            if fault.path[:1] == (option.name,):
                yield broken(
                    "default", f"its own default is refused: {fault.problem}", "mend type or default"
                )


def _unguarded(cls: type) -> Iterator[Remark]:
    """Yield advice for each option that a guard reads and any project's file may set."""
    for option in options_of(cls):
        readers = [
            name for name in _GUARDS if option.name in _names_read(getattr(cls, f"{PREFIX}{name}", None))
        ]
        if readers and not option.user_only:
            yield Remark(
                check="options.user_only",
                state="advice",
                reason=f"{option.name}: {PREFIX}{readers[0]} reads it, and the file of a cloned project may set it",
                fix="declare it with user_only=True, unless no value of it can weaken a guard",
            )


def _names_read(function: Any) -> tuple[str, ...]:
    code = getattr(inspect.unwrap(function), "__code__", None) if function is not None else None
    return tuple(code.co_names) if code is not None else ()


def hook_remarks(cls: type) -> Iterator[Remark]:
    """Yield what is wrong with the hooks of a class, one remark that all is well when nothing is."""
    found = [name for name in dir(cls) if name.startswith(PREFIX) or _impl(cls, name) is not None]
    found = [name for name in found if callable(getattr(cls, name, None))]
    broken = [remark for name in found for remark in _hook_remarks(cls, name)]
    yield from broken
    if not found:
        fix = "implement a question of the hook reference and mark it with @hookimpl"
        yield Remark(
            check="hooks", state="broken", reason="it implements no hook, so it does nothing", fix=fix
        )
    elif not broken:
        yield Remark(check="hooks", state="ok", reason=", ".join(name.removeprefix(PREFIX) for name in found))


def _impl(cls: type, name: str) -> dict[str, Any] | None:
    """Return what `@hookimpl` left at a method, None when it is not marked."""
    found = getattr(inspect.getattr_static(cls, name, None), "ccrouter_impl", None)
    return found if isinstance(found, dict) else None


def _hook_remarks(cls: type, name: str) -> Iterator[Remark]:
    def broken(what: str, reason: str, fix: str) -> Remark:
        return Remark(check=f"hooks.{what}", state="broken", reason=f"{name}: {reason}", fix=fix)

    marks, spec = _impl(cls, name), SPECS.get(name)
    if marks is None:
        yield broken("mark", "it is not marked, so it is never asked", "put @hookimpl before it")
        return
    if spec is None:
        yield broken(
            "name",
            f"there is no such hook. {suggest(name, SPECS)}".rstrip(),
            "spell it as the reference does",
        )
        return
    known = inspect.signature(spec).parameters
    for parameter in list(inspect.signature(getattr(cls, name)).parameters.values())[1:]:
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
            yield broken("arguments", f"*{parameter.name} gets nothing", "name the arguments that it uses")
        elif parameter.name not in known:
            hint = suggest(parameter.name, known)
            why = f"the hook has no argument {parameter.name}; it has: {', '.join(known) or 'none'}. {hint}"
            yield broken("arguments", why.rstrip(), "declare only arguments that the hook has")
        elif parameter.default is not parameter.empty:
            yield broken(
                "arguments", f"{parameter.name} has a default, so it is never given", "drop the default"
            )
    wraps = bool(marks.get("wrapper") or marks.get("hookwrapper"))
    if wraps and name not in WRAPPABLE:
        yield broken(
            "wrapper", f"only {' and '.join(sorted(WRAPPABLE))} may be wrapped", "return records instead"
        )
    first = bool(spec.ccrouter_spec.get("firstresult"))  # type: ignore[attr-defined]  # pluggy's mark
    if first and not wraps and inspect.isgeneratorfunction(inspect.unwrap(getattr(cls, name))):
        yield broken(
            "generator", "a generator is never None, so it would always win", "return the record or None"
        )
