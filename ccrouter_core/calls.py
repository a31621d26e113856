"""The typed way to ask plugins. The only module that touches pluggy's `.hook`.

Every method asks one hook, checks that the answers are of the announced type, and treats an exception as the
hook's documentation says: closed (the request fails, the plugin is named) or isolated (reported, others go on).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ccrouter_core import logs
from ccrouter_core import models as m
from ccrouter_core.errors import PluginError, RouterError
from ccrouter_core.services import Cancel, Executor, Queue, ResultCache, Store

if TYPE_CHECKING:
    import pluggy

    from ccrouter_core.runtime import Runtime

T = TypeVar("T")
Trouble = tuple[str, Exception]  # plugin name, what it raised


class Calls:
    """Asks the plugins registered with a manager."""

    def __init__(self, manager: pluggy.PluginManager) -> None:
        self._hook = manager.hook
        self._told: set[tuple[str, str]] = set()

    # --- how hooks are asked -----------------------------------------------------------------------------------

    def _each(self, hook: str, **arguments: Any) -> Iterator[tuple[str, Any]]:
        """Yield (plugin, answer or exception) of each implementation, first registered rank first."""
        for implementation in reversed(getattr(self._hook, hook).get_hookimpls()):
            values = [arguments[name] for name in implementation.argnames]
            try:
                answer = implementation.function(*values)
                if (
                    answer is not None
                    and not isinstance(answer, (str, bytes))
                    and hasattr(answer, "__next__")
                ):
                    answer = tuple(answer)  # run a generator here, where its exception can be caught
            except Exception as error:  # noqa: BLE001 - plugins may raise anything; the caller decides
                answer = error
            yield implementation.plugin_name, answer

    def _collect(self, hook: str, kind: type[T], **arguments: Any) -> Iterator[T]:
        """Yield the records of all plugins; an exception or a wrong type is a PluginError that names the plugin."""
        for plugin, answer in self._each(hook, **arguments):
            if isinstance(answer, Exception):
                raise _blame(plugin, hook, answer) from answer
            yield from _records(plugin, hook, kind, answer)

    def _isolated(self, hook: str, kind: type[T], troubles: list[Trouble], **arguments: Any) -> Iterator[T]:
        """Yield the records of the plugins that answer well; what the others raised goes into `troubles`."""
        for plugin, answer in self._each(hook, **arguments):
            try:
                if isinstance(answer, Exception):
                    raise answer
                yield from _records(plugin, hook, kind, answer)
            except Exception as error:  # noqa: BLE001 - isolation is the point: see the hook's documentation
                troubles.append((plugin, error))
                self._report(plugin, hook, error)

    def _report(self, plugin: str, hook: str, error: Exception) -> None:
        if (plugin, hook) not in self._told:
            self._told.add((plugin, hook))
            logs.logger("ccrouter.plugins").warning(
                "plugin %s: %s raised %s; further cases are not repeated", plugin, hook, type(error).__name__
            )

    def _first(self, hook: str, kind: Any, **arguments: Any) -> Any:
        """Return the first answer that is not None, wrappers included."""
        caller = getattr(self._hook, hook)
        try:
            answer = caller(**arguments)
        except RouterError:
            raise
        except Exception as error:
            raise _blame(_culprit(caller, error), hook, error) from error
        if answer is not None and not isinstance(answer, kind):
            raise _blame("of third parties", hook, TypeError(f"it answered {type(answer).__name__}"))
        return answer

    # --- life --------------------------------------------------------------------------------------------------

    def startup(self, runtime: Runtime) -> None:
        """Tell every plugin that the router opens; the first that raises stops it."""
        for plugin, answer in self._each("ccrouter_startup", runtime=runtime):
            if isinstance(answer, Exception):
                raise _blame(plugin, "ccrouter_startup", answer) from answer

    def shutdown(self, runtime: Runtime) -> None:
        """Tell every plugin that the router closes, whatever the others do."""
        for _ in self._isolated("ccrouter_shutdown", object, [], runtime=runtime):
            pass

    def store(self, location: str) -> Store | None:
        """Ask who keeps state at this location."""
        return self._first("ccrouter_open_store", Store, location=location)  # type: ignore[no-any-return]

    def restore_store(self, location: str) -> Path | None:
        """Ask who can put a backup in the place of a damaged store; return the backup, None when nobody can."""
        return self._first("ccrouter_restore_store", Path, location=location)  # type: ignore[no-any-return]

    def queue(self, runtime: Runtime) -> Queue | None:
        """Ask who keeps the work."""
        return self._first("ccrouter_open_queue", Queue, runtime=runtime)  # type: ignore[no-any-return]

    def cache(self, runtime: Runtime) -> ResultCache | None:
        """Ask who keeps results."""
        return self._first("ccrouter_open_cache", ResultCache, runtime=runtime)  # type: ignore[no-any-return]

    def executors(self, runtime: Runtime) -> dict[str, Executor]:
        """Return all executors by name. PluginError when two share a name."""
        found: dict[str, Executor] = {}
        for executor in self._collect("ccrouter_executors", Executor, runtime=runtime):  # type: ignore[type-abstract]
            if executor.name in found:
                raise PluginError(
                    what=f"two executors are named {executor.name!r}",
                    why="a tier names its executor, so the name must be one",
                    fix="disable one of the plugins that bring it, or name it differently",
                )
            found[executor.name] = executor
        return found

    # --- the path ----------------------------------------------------------------------------------------------

    def domain(self, request: m.Request) -> m.DomainMatch | None:
        """Return the domain that owns the request with the highest confidence."""
        matches = self._collect("ccrouter_domain", m.DomainMatch, request=request)
        return max(matches, key=lambda match: match.confidence, default=None)

    def domains(self, request: m.Request) -> tuple[m.DomainMatch, ...]:
        """Return all matches, best first."""
        matches = self._collect("ccrouter_domain", m.DomainMatch, request=request)
        return tuple(sorted(matches, key=lambda match: -match.confidence))

    def workflows(self) -> tuple[m.Workflow, ...]:
        """Return all ways of working."""
        return tuple(self._isolated("ccrouter_workflows", m.Workflow, []))

    def signals(self, request: m.Request, domain: m.DomainMatch | None) -> tuple[m.Signal, ...]:
        """Return everything that is noticed about the request."""
        return tuple(self._collect("ccrouter_signals", m.Signal, request=request, domain=domain))

    def route(
        self,
        request: m.Request,
        domain: m.DomainMatch | None,
        signals: Sequence[m.Signal],
        attempts: Sequence[m.Attempt],
        windows: Sequence[m.QuotaWindow],
        spending: Cancel | None = None,
    ) -> m.Decision | None:
        """Return the first plugin's decision; only with `spending` may it cost something."""
        return self._first(  # type: ignore[no-any-return]
            "ccrouter_route",
            m.Decision,
            request=request,
            domain=domain,
            signals=signals,
            attempts=attempts,
            windows=windows,
            spending=spending,
        )

    def cache_key(self, request: m.Request, domain: m.DomainMatch | None) -> m.CacheKey | None:
        """Return where an earlier result may be found; None, also after an exception, means do not cache."""
        try:
            return self._first("ccrouter_cache_key", m.CacheKey, request=request, domain=domain)  # type: ignore[no-any-return]
        except PluginError as error:
            self._report("of the cache key", "ccrouter_cache_key", error)
            return None

    def vetoes(self, query: m.CacheKey, candidate: m.CacheEntry) -> tuple[m.Veto, ...]:
        """Return why the candidate must not answer; a guard that raises vetoes."""
        troubles: list[Trouble] = []
        found = list(
            self._isolated("ccrouter_cache_guard", m.Veto, troubles, query=query, candidate=candidate)
        )
        found += [
            m.Veto(guard=plugin, reason=f"the guard raised {type(error).__name__}")
            for plugin, error in troubles
        ]
        return tuple(found)

    def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]] | None:
        """Return one vector per text, or None when nobody can; an exception counts as None."""
        try:
            return self._first("ccrouter_embed", Sequence, texts=texts)  # type: ignore[no-any-return]
        except PluginError as error:
            self._report("of the vectors", "ccrouter_embed", error)
            return None

    def quota(self, now: datetime) -> tuple[m.QuotaWindow, ...]:
        """Return the quota windows that are known."""
        return tuple(self._isolated("ccrouter_quota", m.QuotaWindow, [], now=now))

    def admit(
        self, request: m.Request, decision: m.Decision, windows: Sequence[m.QuotaWindow], now: datetime
    ) -> tuple[m.Admission, ...]:
        """Return what plugins say about starting now; one that raises refuses."""
        troubles: list[Trouble] = []
        arguments = {"request": request, "decision": decision, "windows": windows, "now": now}
        found = list(self._isolated("ccrouter_admit", m.Admission, troubles, **arguments))
        for plugin, error in troubles:
            reason = f"the plugin {plugin} raised {type(error).__name__} when asked"
            found.append(m.Admission(verdict=m.Admit.REFUSE, reason=reason))
        return tuple(found)

    def context(
        self, request: m.Request, domain: m.DomainMatch | None, decision: m.Decision, budget: int
    ) -> tuple[m.Piece, ...]:
        """Return the pieces that plugins offer."""
        arguments = {"request": request, "domain": domain, "decision": decision, "budget": budget}
        return tuple(self._isolated("ccrouter_context", m.Piece, [], **arguments))

    def execute(
        self, request: m.Request, decision: m.Decision, context: str, cancel: Cancel
    ) -> m.Outcome | None:
        """Return the outcome of the first plugin that does the work."""
        arguments = {"request": request, "decision": decision, "context": context, "cancel": cancel}
        return self._first("ccrouter_execute", m.Outcome, **arguments)  # type: ignore[no-any-return]

    def validate(
        self, request: m.Request, domain: m.DomainMatch | None, decision: m.Decision, outcome: m.Outcome
    ) -> tuple[m.Verdict, ...]:
        """Return all verdicts; a check that raises could not run."""
        troubles: list[Trouble] = []
        arguments = {"request": request, "domain": domain, "decision": decision, "outcome": outcome}
        found = list(self._isolated("ccrouter_validate", m.Verdict, troubles, **arguments))
        for plugin, error in troubles:
            reason = f"the check raised {type(error).__name__}: {error}"
            found.append(m.Verdict(check=f"{plugin}.error", status=m.Status.CANNOT_RUN, reason=reason))
        return tuple(found)

    # --- watching ----------------------------------------------------------------------------------------------

    def observe(self, event: m.Event) -> None:
        """Tell every observer; none of them can disturb the request."""
        for _ in self._isolated("ccrouter_observe", object, [], event=event):
            pass

    def client_event(self, event: m.ClientEvent) -> None:
        """Tell every plugin what the client did; none of them can disturb it."""
        for _ in self._isolated("ccrouter_client_event", object, [], event=event):
            pass

    def metrics(self, since: datetime, until: datetime) -> tuple[m.Metric, ...]:
        """Return the figures that are known."""
        return tuple(self._isolated("ccrouter_metrics", m.Metric, [], since=since, until=until))

    def view(self, name: str, since: datetime, until: datetime) -> m.View | None:
        """Return what the dashboard of this name shows."""
        return self._first("ccrouter_view", m.View, name=name, since=since, until=until)  # type: ignore[no-any-return]

    def commands(self) -> tuple[Any, ...]:
        """Return the click commands that plugins add."""
        import click  # noqa: PLC0415 - slow, and only the command line asks

        return tuple(self._isolated("ccrouter_commands", click.Command, []))

    def self_test(self, folder_of: Callable[[str], Path]) -> tuple[m.Check, ...]:
        """Return the checks of all plugins, each in a folder of its own; one that raises has failed."""
        checks: list[m.Check] = []
        for implementation in reversed(self._hook.ccrouter_self_test.get_hookimpls()):
            plugin = implementation.plugin_name
            try:
                answer = implementation.function(*[folder_of(plugin) for _ in implementation.argnames])
                checks.extend(_records(plugin, "ccrouter_self_test", m.Check, answer))
            except Exception as error:  # noqa: BLE001 - a self-test that raises is a failed check
                reason = f"{type(error).__name__}: {error}"
                checks.append(m.Check(name=f"{plugin}.self_test", passed=False, reason=reason))
        return tuple(checks)


def _records(plugin: str, hook: str, kind: type[T], answer: Any) -> Iterator[T]:
    """Yield the records of one answer: a record, an iterable of records, or None."""
    if answer is None or kind is object:  # object: the hook only tells, nobody reads an answer
        return
    if isinstance(answer, kind):
        yield answer
        return
    if isinstance(answer, (str, bytes)) or not hasattr(answer, "__iter__"):
        raise _blame(plugin, hook, TypeError(f"it answered {type(answer).__name__}, not {kind.__name__}"))
    for record in answer:
        if not isinstance(record, kind):
            raise _blame(plugin, hook, TypeError(f"it answered {type(record).__name__}, not {kind.__name__}"))
        yield record


def _blame(plugin: str, hook: str, error: Exception) -> PluginError:
    if isinstance(error, PluginError):
        return error
    return PluginError(
        what=f"the plugin {plugin} broke at {hook}",
        why=f"{type(error).__name__}: {error}",
        fix="update the plugin, or disable it in [ccrouter] disable",
    )


def _culprit(caller: Any, error: Exception) -> str:
    """Return the name of the plugin whose function the exception came from."""
    codes = {
        implementation.function.__code__: implementation.plugin_name
        for implementation in caller.get_hookimpls()
        if hasattr(implementation.function, "__code__")
    }
    trace = error.__traceback__
    name = "of an unknown name"
    while trace is not None:
        name = codes.get(trace.tb_frame.f_code, name)
        trace = trace.tb_next
    return name
