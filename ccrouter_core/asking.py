"""How plugins are asked: one implementation at a time, so that whoever breaks can be named.

The only module that touches pluggy's `.hook`. `calls` says which hook is asked in which way.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, Union

from ccrouter_core import logs
from ccrouter_core.errors import PluginError, RouterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pluggy

T = TypeVar("T")

Fault = Callable[[Any], Union[str, None]]

_SLOW_S = 0.1  # what a person notices as waiting


def _faultless(_: object) -> None:
    """Find nothing wrong."""


class _WrongAnswerError(Exception):
    """An answer that is not of the announced type, or that core cannot use."""


class Asking:
    """Asks the plugins registered with a manager.

    An exception is whatever a plugin raises, `sys.exit` included; only Ctrl-C passes through.
    """

    def __init__(self, manager: pluggy.PluginManager) -> None:
        self._hook = manager.hook
        self._told: set[tuple[str, str]] = set()

    def each(self, hook: str, **arguments: Any) -> Iterator[tuple[str, Any]]:
        """Yield (plugin, answer or exception) of each implementation, first registered rank first."""
        for implementation in self._implementations(hook, wrapping=False):
            values = [arguments[name] for name in implementation.argnames]
            yield implementation.plugin_name, _answer(implementation.function, values)

    def each_alone(self, hook: str, argument_of: Callable[[str], Any]) -> Iterator[tuple[str, Any]]:
        """As `each`, for a hook of at most one argument, which every plugin gets for itself."""
        for implementation in self._implementations(hook, wrapping=False):
            plugin = implementation.plugin_name
            yield (
                plugin,
                _answer(implementation.function, [argument_of(plugin) for _ in implementation.argnames]),
            )

    def collect(self, hook: str, kind: type[T], **arguments: Any) -> Iterator[tuple[str, T]]:
        """Yield (plugin, record) of all plugins; an exception or a wrong type is a PluginError that names one."""
        for plugin, answer in self.each(hook, **arguments):
            for record in self.records(plugin, hook, kind, answer):
                yield plugin, record

    def isolated(
        self, hook: str, kind: type[T], **arguments: Any
    ) -> tuple[list[tuple[str, T]], list[tuple[str, BaseException]]]:
        """Return (plugin, record) of those that answer well, and (plugin, exception) of the others, reported."""
        found: list[tuple[str, T]] = []
        troubles: list[tuple[str, BaseException]] = []
        for plugin, answer in self.each(hook, **arguments):
            try:
                found += [(plugin, record) for record in self.records(plugin, hook, kind, answer)]
            except PluginError as error:
                troubles.append((plugin, error.__cause__ or error))
                self.report(plugin, hook, error.__cause__ or error)
        return found, troubles

    def tell(self, hook: str, **arguments: Any) -> None:
        """Tell every plugin; what it answers or raises does not matter. One that everybody waits for is named."""
        began = time.monotonic()
        for plugin, answer in self.each(hook, **arguments):
            ended = time.monotonic()
            if isinstance(answer, BaseException):
                self.report(plugin, hook, answer)
            if ended - began > _SLOW_S:
                message = f"{hook} took {ended - began:.1f} s, and the request waits for it"
                self.warn_once(plugin, f"slow {hook}", message)
            began = ended

    def first(self, hook: str, kind: Any, *, fault: Fault = _faultless, **arguments: Any) -> Any:
        """Return the first answer that is not None; an exception or a wrong answer is an error that names the plugin.

        `fault` says what is wrong with an answer of the right type, None when nothing is.
        """
        plugin, answer = self._first(hook, **arguments)
        if isinstance(answer, RouterError):
            raise answer
        (found,) = self.records(plugin, hook, kind, answer, many=False) or (None,)
        if found is not None and (wrong := fault(found)):
            raise blame(plugin, hook, _WrongAnswerError(wrong))
        return found

    def first_if_any(self, hook: str, kind: Any, **arguments: Any) -> Any:
        """As `first`; one that breaks is reported and counts as without an answer."""
        plugin, answer = self._first(hook, **arguments)
        return self._if_good(plugin, hook, kind, answer)

    def later(self, plugin: str, hook: str, kind: Any, function: Callable[[], Any]) -> Any:
        """Return what a function that a plugin handed over gives; None, and a report, when it breaks."""
        return self._if_good(plugin, hook, kind, _answer(function, []))

    def _if_good(self, plugin: str, hook: str, kind: Any, answer: Any) -> Any:
        try:
            return next(iter(self.records(plugin, hook, kind, answer, many=False)), None)
        except PluginError as error:
            self.report(plugin, hook, error.__cause__ or error)
            return None

    def _first(self, hook: str, **arguments: Any) -> tuple[str, Any]:
        found = (found for found in self.each(hook, **arguments) if found[1] is not None)
        return next(found, ("", None))

    def wrapped(
        self, hook: str, kind: Any, inner: Callable[[], Any], *, fault: Fault = _faultless, **arguments: Any
    ) -> Any:
        """Return the answer of `inner` as it comes out of the wrappers around the hook, innermost first.

        `fault` as for `first`.
        """
        for wrapper in reversed(self._implementations(hook, wrapping=True)):
            values = [arguments[name] for name in wrapper.argnames]
            inner = partial(_through, wrapper, hook, partial(_wrong, kind, fault), values, inner)
        return inner()

    def records(
        self, plugin: str, hook: str, kind: type[T], answer: Any, *, many: bool = True
    ) -> tuple[T, ...]:
        """Return the records of one answer; an exception or a wrong type is a PluginError that names the plugin."""
        if isinstance(answer, PluginError):
            raise answer
        if isinstance(answer, BaseException):
            raise blame(plugin, hook, answer) from answer
        try:
            return _records(kind, answer, many=many)
        except _WrongAnswerError as error:
            raise blame(plugin, hook, error) from error

    def report(self, plugin: str, hook: str, error: BaseException) -> None:
        """Log what a plugin raised, once per hook; its message is left out, because it may quote a request."""
        reason = str(error) if isinstance(error, _WrongAnswerError) else f"it raised {type(error).__name__}"
        self.warn_once(plugin, hook, f"{hook}: {reason}; further cases are not repeated")

    def warn_once(self, plugin: str, about: str, message: str) -> None:
        """Log a warning that names the plugin, once for each thing that it is about."""
        if (plugin, about) not in self._told:
            self._told.add((plugin, about))
            logs.logger("ccrouter.plugins").warning("plugin %s: %s", plugin, message)

    def _implementations(self, hook: str, *, wrapping: bool) -> list[Any]:
        """Return the implementations in the order they are asked, or the wrappers around them, outermost first."""
        known = getattr(self._hook, hook).get_hookimpls()
        return [implementation for implementation in reversed(known) if implementation.wrapper is wrapping]


def blame(plugin: str, hook: str, error: BaseException) -> PluginError:
    """Return the error that names the plugin which broke, and where."""
    if isinstance(error, PluginError):
        return error
    return PluginError(
        what=f"the plugin {plugin} broke at {hook}",
        why=str(error) if isinstance(error, _WrongAnswerError) else f"{type(error).__name__}: {error}",
        fix="update the plugin, or disable it in [ccrouter] disable",
    )


def _answer(function: Callable[..., Any], values: list[Any]) -> Any:
    """Return the answer of an implementation, a generator run to its end, or the exception that it raised."""
    try:
        answer = function(*values)
        return tuple(answer) if hasattr(answer, "__next__") else answer
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - plugins may raise anything; who asked decides
        return error


def _records(kind: Any, answer: Any, *, many: bool = True) -> tuple[Any, ...]:
    """Return the records of one answer: a record, an iterable of records where there may be many, or None."""
    if answer is None or kind is object:  # object: the hook only tells, nobody reads an answer
        return ()
    if isinstance(answer, kind):
        return (answer,)
    if not many or isinstance(answer, (str, bytes)) or not hasattr(answer, "__iter__"):
        raise _WrongAnswerError(_not_a(kind, answer))
    records: Any = _answer(tuple, [answer])
    if isinstance(records, BaseException):
        raise _WrongAnswerError(_not_a(kind, answer)) from records
    for record in records:
        if not isinstance(record, kind):
            raise _WrongAnswerError(_not_a(kind, record))
    return tuple(records)


def _wrong(kind: Any, fault: Fault, answer: Any) -> str | None:
    """Return what is wrong with an answer: its type, or what `fault` says of it."""
    if answer is None:
        return None
    return fault(answer) if isinstance(answer, kind) else _not_a(kind, answer)


def _not_a(kind: Any, answer: object) -> str:
    return f"it answered {type(answer).__name__}, not {kind.__name__}"


def _through(wrapper: Any, hook: str, wrong: Fault, values: list[Any], inner: Callable[[], Any]) -> Any:
    """Return what a wrapper makes of the answer of `inner`. It sees an exception of `inner` as well.

    What it raises itself is blamed on it; what it lets through is not.
    """
    generator = wrapper.function(*values)
    passed_on: BaseException | None = None
    asked = False
    try:
        next(generator)
        asked = True
        try:
            answer = inner()
        except BaseException as error:  # noqa: BLE001 - thrown into the wrapper, which raises it again
            passed_on = error
            generator.throw(error)
        else:
            generator.send(answer)
        generator.close()
        raise _WrongAnswerError("a wrapper yields once")
    except StopIteration as end:
        fault = wrong(end.value) if asked else "a wrapper yields once"
        if fault is None:
            return end.value
        raise blame(wrapper.plugin_name, hook, _WrongAnswerError(fault)) from None
    except (RouterError, KeyboardInterrupt):
        raise
    except BaseException as error:
        if error is passed_on:
            raise
        raise blame(wrapper.plugin_name, hook, error) from error
