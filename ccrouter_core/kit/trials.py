"""What a plugin's hooks answer to sample arguments. Each call has a thread of its own and ten seconds."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccrouter_core import models as m
from ccrouter_core.errors import RouterError
from ccrouter_core.kit import samples
from ccrouter_core.kit.answers import announced, fits, in_words
from ccrouter_core.kit.declared import PREFIX, SPECS
from ccrouter_core.kit.remarks import Remark
from ccrouter_core.registry import build_manager
from ccrouter_core.settings import default_ladder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

LONGEST_S = 10.0  # a hook that takes longer delays every request
_TELLS = frozenset({"ccrouter_startup", "ccrouter_shutdown", "ccrouter_observe", "ccrouter_client_event"})
_LAST = "ccrouter_shutdown"
_WORKS = "ccrouter_execute"  # it may cost money
_VARY = frozenset(
    {"request", "domain", "decision", "attempts", "outcome", "texts", "budget"}
)  # from sample to sample
# Protocols with a suite in ccrouter_core.testing that tests of an implementation run.
_SUITES = {
    "ccrouter_open_store": "StoreConformance",
    "ccrouter_open_queue": "QueueConformance",
    "ccrouter_open_cache": "CacheConformance",
    "ccrouter_executors": "ExecutorConformance",
}


def made(cls: type) -> tuple[object | None, Remark]:
    """Return a plugin made with its defaults and registered alone, or None; and what is to be said about that."""
    try:
        plugin = cls()
        build_manager([plugin])
    except RouterError as error:
        return None, Remark(
            check="plugin.made", state="broken", reason=f"{error.what}: {error.why}", fix=error.fix
        )
    except Exception as error:  # noqa: BLE001 - a constructor may raise anything
        reason = f"{cls.__name__}() raised {type(error).__name__}: {error}"
        return None, Remark(
            check="plugin.made", state="broken", reason=reason, fix="let it be made with defaults alone"
        )
    return plugin, Remark(
        check="plugin.made", state="ok", reason="it is made with its defaults, and registers"
    )


def trial_remarks(plugin: object, name: str, requests: Sequence[m.Request] = ()) -> Iterator[Remark]:
    """Yield one remark for each hook of a plugin that was called: what it did wrong first, else that all is well.

    Args:
        plugin: what `made` returned.
        name: the plugin's name, with which the names of its signals and checks begin.
        requests: further requests to call the hooks with.
    """
    manager = build_manager([plugin])
    with tempfile.TemporaryDirectory(prefix="ccrouter-kit-", ignore_cleanup_errors=True) as folder:
        own = samples.own_requests(plugin, name, Path(folder))
        values = tuple(samples.arguments(name, Path(folder), (*own, *requests)))
        for hook in (*(hook for hook in SPECS if hook != _LAST), _LAST):
            for implementation in getattr(manager.hook, hook).get_hookimpls():
                if hook == _WORKS or implementation.wrapper or implementation.hookwrapper:
                    reason = f"{hook}: it was not called: that would do the work"
                    yield Remark(
                        check="answers", state="advice", reason=reason, fix="call it in a test of your own"
                    )
                else:
                    yield _tried(hook, implementation, values, name)


def _tried(hook: str, implementation: Any, values: Sequence[Mapping[str, Any]], name: str) -> Remark:
    """Call a hook with each sample; return the first thing that is wrong, else that all is well."""
    seen = 0
    values = values if _VARY.intersection(implementation.argnames) else values[:1]
    for sample in values:
        given = {
            **sample,
            **({"event": m.ClientEvent(name="SessionEnd")} if hook == "ccrouter_client_event" else {}),
        }
        wrong, answers = _called(
            implementation, [given[argument] for argument in implementation.argnames], hook
        )
        wrong = wrong or next(
            (fault for answer in answers if (fault := _fault(hook, answer, given, name))), ""
        )
        if wrong:
            request = (
                f" (request: {given['request'].text[:40]!r})" if "request" in implementation.argnames else ""
            )
            return Remark(
                check="answers",
                state="broken",
                reason=f"{hook}: {wrong}{request}",
                fix=f"see {hook} in the hook reference",
            )
        seen += len(answers)
    suite = f"; test what it brings with ccrouter_core.testing.{_SUITES[hook]}" if hook in _SUITES else ""
    return Remark(check="answers", state="ok", reason=f"{hook}: {len(values)} calls, {seen} records{suite}")


def _called(implementation: Any, arguments: list[Any], hook: str) -> tuple[str, tuple[Any, ...]]:
    """Return what was wrong with a call, "" when nothing was, and the records that it answered."""
    answer, error = _in_time(lambda: _whole(implementation.function(*arguments)))
    if error is not None:
        return f"it raised {type(error).__name__}: {error}", ()
    if hook in _TELLS:
        return "", ()
    if not fits(answer, announced(hook)):
        return f"it answered {_named(answer)}, not {in_words(announced(hook))}", ()
    is_many = isinstance(answer, (tuple, list, set, frozenset))
    return "", () if answer is None else tuple(answer) if is_many else (answer,)


def _in_time(work: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    """Return the answer of a function and None, or None and what it raised; TimeoutError when it takes too long."""
    ended: list[tuple[Any, BaseException | None]] = []

    def run() -> None:
        try:
            ended.append((work(), None))
        except BaseException as error:  # noqa: BLE001 - a plugin may raise anything, even SystemExit
            ended.append((None, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(LONGEST_S)
    return ended[0] if ended else (None, TimeoutError(f"no answer after {LONGEST_S:g} s"))


def _whole(answer: Any) -> Any:
    """Return an answer with its generator run."""
    return tuple(answer) if hasattr(answer, "__next__") else answer


def _named(answer: Any) -> str:
    if isinstance(answer, (tuple, list)):
        inner = ", ".join(dict.fromkeys(type(one).__name__ for one in answer))
        return f"{type(answer).__name__} of {inner or 'nothing'}"
    return type(answer).__name__


# --- what records must keep ------------------------------------------------------------------------------------


def _fault(hook: str, record: Any, sample: Mapping[str, Any], name: str) -> str:
    """Return what is wrong with one record, "" when nothing is."""
    if isinstance(record, m.Signal):
        return _prefix(record.name, name) or _tiers(record) or _span(record, sample["request"].text)
    if isinstance(record, m.Decision):
        return _tier(record.tier)
    if isinstance(record, (m.Verdict, m.Check)):
        label = record.check if isinstance(record, m.Verdict) else record.name
        failed = isinstance(record, m.Check) and not record.passed
        return _prefix(label, name) or (f"the check {label} failed: {record.reason}" if failed else "")
    if isinstance(record, m.Piece):
        return _piece(record)
    if hook == f"{PREFIX}commands":
        return "" if record.help else f"the command {record.name} has no help"
    return ""


def _prefix(label: str, name: str) -> str:
    return "" if label.startswith(f"{name}.") else f"the name {label!r} does not begin with {name + '.'!r}"


def _tiers(signal: m.Signal) -> str:
    named = (tier for tier in (signal.floor, signal.ceiling, signal.supports) if tier)
    return next((fault for tier in named if (fault := _tier(tier))), "")


def _tier(tier: str) -> str:
    ladder = default_ladder()
    known = ", ".join(one.name for one in ladder)
    return "" if tier in ladder else f"it names the tier {tier!r}; by default there is: {known}"


def _span(signal: m.Signal, text: str) -> str:
    if signal.span is None:
        return ""
    start, end = signal.span
    return "" if 0 <= start <= end <= len(text) else f"the span {signal.span} lies outside of the text"


def _piece(piece: m.Piece) -> str:
    text, error = _in_time(piece.load)
    if error is not None:
        return f"the piece {piece.source} raised {type(error).__name__} when it was loaded"
    return "" if isinstance(text, str) else f"the piece {piece.source} loads {type(text).__name__}, not str"
