"""The typed way to ask plugins.

Every method asks one hook, checks that the answers are of the announced type, and treats an exception as the
hook's documentation says: closed (the request fails, the plugin is named) or isolated (reported, others go on).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import evolve

from ccrouter_core import models as m
from ccrouter_core.asking import Asking
from ccrouter_core.errors import PluginError
from ccrouter_core.services import Cancel, Executor, Queue, ResultCache, Store

if TYPE_CHECKING:
    import pluggy

    from ccrouter_core.runtime import Runtime

T = TypeVar("T")


class Calls:
    """Asks the plugins registered with a manager.

    Args:
        manager: holds the plugins.
        ladder: the tiers that plugins may name.
    """

    def __init__(self, manager: pluggy.PluginManager, ladder: m.Ladder) -> None:
        self._ask = Asking(manager)
        self._ladder = ladder

    def _all(self, hook: str, kind: type[T], **arguments: Any) -> tuple[T, ...]:
        """Return the records of all plugins; the first that breaks is a PluginError."""
        return tuple(record for _, record in self._ask.collect(hook, kind, **arguments))

    def _good(self, hook: str, kind: type[T], **arguments: Any) -> tuple[T, ...]:
        """Return the records of the plugins that answer well; the others are reported."""
        return tuple(record for _, record in self._ask.isolated(hook, kind, **arguments)[0])

    # --- life --------------------------------------------------------------------------------------------------

    def startup(self, runtime: Runtime) -> None:
        """Tell every plugin that the router opens; the first that raises stops it."""
        self._all("ccrouter_startup", object, runtime=runtime)

    def shutdown(self, runtime: Runtime) -> None:
        """Tell every plugin that the router closes, whatever the others do."""
        self._ask.tell("ccrouter_shutdown", runtime=runtime)

    def store(self, location: str) -> Store | None:
        """Ask who keeps state at this location."""
        return self._ask.first("ccrouter_open_store", Store, location=location)  # type: ignore[no-any-return]

    def restore_store(self, location: str) -> Path | None:
        """Ask who can put a backup in the place of a damaged store; return the backup, None when nobody can."""
        return self._ask.first("ccrouter_restore_store", Path, location=location)  # type: ignore[no-any-return]

    def queue(self, runtime: Runtime) -> Queue | None:
        """Ask who keeps the work."""
        return self._ask.first("ccrouter_open_queue", Queue, runtime=runtime)  # type: ignore[no-any-return]

    def cache(self, runtime: Runtime) -> ResultCache | None:
        """Ask who keeps results."""
        return self._ask.first("ccrouter_open_cache", ResultCache, runtime=runtime)  # type: ignore[no-any-return]

    def executors(self, runtime: Runtime) -> dict[str, Executor]:
        """Return all executors by name. PluginError when two share a name."""
        found: dict[str, Executor] = {}
        bringers: dict[str, str] = {}
        for plugin, executor in self._ask.collect("ccrouter_executors", Executor, runtime=runtime):  # type: ignore[type-abstract]
            if executor.name in found:
                raise PluginError(
                    what=f"two executors are named {executor.name!r}",
                    why=f"the plugins {bringers[executor.name]} and {plugin} bring one each, and a tier names one",
                    fix="disable one of the two plugins, or name one executor differently",
                )
            found[executor.name], bringers[executor.name] = executor, plugin
        return found

    # --- the path ----------------------------------------------------------------------------------------------

    def domain(self, request: m.Request) -> m.DomainMatch | None:
        """Return the domain that owns the request with the highest confidence."""
        matches = self._all("ccrouter_domain", m.DomainMatch, request=request)
        return max(matches, key=lambda match: match.confidence, default=None)

    def domains(self, request: m.Request) -> tuple[m.DomainMatch, ...]:
        """Return all matches, best first."""
        matches = self._all("ccrouter_domain", m.DomainMatch, request=request)
        return tuple(sorted(matches, key=lambda match: -match.confidence))

    def workflows(self) -> tuple[m.Workflow, ...]:
        """Return all ways of working."""
        return self._good("ccrouter_workflows", m.Workflow)

    def signals(self, request: m.Request, domain: m.DomainMatch | None) -> tuple[m.Signal, ...]:
        """Return everything that is noticed about the request, in terms of tiers that exist."""
        found = self._ask.collect("ccrouter_signals", m.Signal, request=request, domain=domain)
        return tuple(self._on_ladder(plugin, signal) for plugin, signal in found)

    def _on_ladder(self, plugin: str, signal: m.Signal) -> m.Signal:
        """Return the signal without unknown tiers: a floor becomes the highest tier, what would lower is dropped."""
        floor = self._known(plugin, signal, "floor", self._ladder.highest.name)
        ceiling = self._known(plugin, signal, "ceiling", None)
        supports = self._known(plugin, signal, "supports", None)
        if (floor, ceiling, supports) == (signal.floor, signal.ceiling, signal.supports):
            return signal
        return evolve(signal, floor=floor, ceiling=ceiling, supports=supports)

    def _known(self, plugin: str, signal: m.Signal, place: str, instead: str | None) -> str | None:
        name: str | None = getattr(signal, place)
        if name is None or name in self._ladder:
            return name
        then = f"{instead} counts instead" if instead else "it does not count"
        message = f"the {place} {name!r} of {signal.name} is no tier of the ladder ({self._names()}): {then}"
        self._ask.warn_once(plugin, f"{place} {name}", message)
        return instead

    def _names(self) -> str:
        return ", ".join(tier.name for tier in self._ladder)

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
        hook, kind = "ccrouter_route", m.Decision
        arguments: dict[str, Any] = {
            "request": request,
            "domain": domain,
            "signals": signals,
            "attempts": attempts,
            "windows": windows,
            "spending": spending,
        }
        ask = partial(self._ask.first, hook, kind, fault=self._unknown_tier, **arguments)
        return self._ask.wrapped(hook, kind, ask, fault=self._unknown_tier, **arguments)  # type: ignore[no-any-return]

    def _unknown_tier(self, decision: m.Decision) -> str | None:
        known = decision.tier in self._ladder
        return None if known else f"{decision.tier!r} is no tier of the ladder ({self._names()})"

    def cache_key(self, request: m.Request, domain: m.DomainMatch | None) -> m.CacheKey | None:
        """Return where an earlier result may be found; None, also after an exception, means do not cache."""
        return self._ask.first_if_any("ccrouter_cache_key", m.CacheKey, request=request, domain=domain)  # type: ignore[no-any-return]

    def vetoes(self, query: m.CacheKey, candidate: m.CacheEntry) -> tuple[m.Veto, ...]:
        """Return why the candidate must not answer; a guard that raises vetoes."""
        arguments = {"query": query, "candidate": candidate}
        found, troubles = self._ask.isolated("ccrouter_cache_guard", m.Veto, **arguments)
        raised = [
            m.Veto(guard=plugin, reason=f"the guard raised {type(error).__name__}")
            for plugin, error in troubles
        ]
        return (*(veto for _, veto in found), *raised)

    def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]] | None:
        """Return one vector per text, or None when nobody can; an exception counts as None."""
        return self._ask.first_if_any("ccrouter_embed", Sequence, texts=texts)  # type: ignore[no-any-return]

    def quota(self, now: datetime) -> tuple[m.QuotaWindow, ...]:
        """Return the quota windows that are known."""
        return self._good("ccrouter_quota", m.QuotaWindow, now=now)

    def admit(
        self, request: m.Request, decision: m.Decision, windows: Sequence[m.QuotaWindow], now: datetime
    ) -> tuple[m.Admission, ...]:
        """Return what plugins say about starting now; one that raises refuses."""
        arguments = {"request": request, "decision": decision, "windows": windows, "now": now}
        found, troubles = self._ask.isolated("ccrouter_admit", m.Admission, **arguments)
        admissions = [admission for _, admission in found]
        for plugin, error in troubles:
            reason = f"the plugin {plugin} raised {type(error).__name__} when asked"
            admissions.append(m.Admission(verdict=m.Admit.REFUSE, reason=reason))
        return tuple(admissions)

    def context(
        self, request: m.Request, domain: m.DomainMatch | None, decision: m.Decision, budget: int
    ) -> tuple[m.Piece, ...]:
        """Return the pieces that plugins offer. Loading one never raises: a piece that breaks is reported and empty."""
        arguments = {"request": request, "domain": domain, "decision": decision, "budget": budget}
        found, _ = self._ask.isolated("ccrouter_context", m.Piece, **arguments)
        return tuple(evolve(piece, load=partial(self._text, plugin, piece)) for plugin, piece in found)

    def _text(self, plugin: str, piece: m.Piece) -> str:
        def load() -> str:
            text = piece.load()
            text.encode()  # what is no Unicode could not be sent
            return text

        return self._ask.later(plugin, "ccrouter_context", str, load) or ""

    def execute(
        self,
        request: m.Request,
        decision: m.Decision,
        context: str,
        cancel: Cancel,
        otherwise: Callable[[], m.Outcome],
    ) -> m.Outcome | None:
        """Return the outcome of the first plugin that does the work, else of `otherwise`: core's own way."""
        hook, kind = "ccrouter_execute", m.Outcome
        arguments: dict[str, Any] = {
            "request": request,
            "decision": decision,
            "context": context,
            "cancel": cancel,
        }

        def work() -> m.Outcome:
            outcome: m.Outcome | None = self._ask.first(hook, kind, **arguments)
            return otherwise() if outcome is None else outcome

        return self._ask.wrapped(hook, kind, work, **arguments)  # type: ignore[no-any-return]

    def validate(
        self, request: m.Request, domain: m.DomainMatch | None, decision: m.Decision, outcome: m.Outcome
    ) -> tuple[m.Verdict, ...]:
        """Return all verdicts; a check that raises could not run."""
        arguments = {"request": request, "domain": domain, "decision": decision, "outcome": outcome}
        found, troubles = self._ask.isolated("ccrouter_validate", m.Verdict, **arguments)
        verdicts = [verdict for _, verdict in found]
        for plugin, error in troubles:
            reason = f"the check raised {type(error).__name__}: {error}"
            verdicts.append(m.Verdict(check=f"{plugin}.error", status=m.Status.CANNOT_RUN, reason=reason))
        return tuple(verdicts)

    # --- watching ----------------------------------------------------------------------------------------------

    def observe(self, event: m.Event) -> None:
        """Tell every observer; none of them can disturb the request."""
        self._ask.tell("ccrouter_observe", event=event)

    def client_event(self, event: m.ClientEvent) -> None:
        """Tell every plugin what the client did; none of them can disturb it."""
        self._ask.tell("ccrouter_client_event", event=event)

    def metrics(self, since: datetime, until: datetime) -> tuple[m.Metric, ...]:
        """Return the figures that are known."""
        return self._good("ccrouter_metrics", m.Metric, since=since, until=until)

    def view(self, name: str, since: datetime, until: datetime) -> m.View | None:
        """Return what the dashboard of this name shows."""
        return self._ask.first("ccrouter_view", m.View, name=name, since=since, until=until)  # type: ignore[no-any-return]

    def commands(self) -> tuple[Any, ...]:
        """Return the click commands that plugins add."""
        import click  # noqa: PLC0415 - slow, and only the command line asks

        return self._good("ccrouter_commands", click.Command)

    def self_test(self, folder_of: Callable[[str], Path]) -> tuple[m.Check, ...]:
        """Return the checks of all plugins, each in a folder of its own; one that raises has failed."""
        hook = "ccrouter_self_test"
        checks: list[m.Check] = []
        for plugin, answer in self._ask.each_alone(hook, folder_of):
            try:
                checks += self._ask.records(plugin, hook, m.Check, answer)
            except PluginError as error:
                checks.append(m.Check(name=f"{plugin}.self_test", passed=False, reason=error.why))
        return tuple(checks)
