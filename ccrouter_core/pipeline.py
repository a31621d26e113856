"""The one path of a request: domain, signals, recall, route, admit, context, execute, validate, remember."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from attrs import evolve

from ccrouter_core import history, housekeeping, laws, logs
from ccrouter_core import models as m
from ccrouter_core.calls import Calls
from ccrouter_core.clock import SystemClock
from ccrouter_core.errors import PluginError, UsageError
from ccrouter_core.keeping import ScrubbedStore
from ccrouter_core.redact import find_secrets, redact, without_credentials
from ccrouter_core.registry import build_manager, ordered, ties
from ccrouter_core.runtime import Runtime, default_home
from ccrouter_core.scrub import knowing
from ccrouter_core.services import Cancel, Clock, Store
from ccrouter_core.settings import Settings

if TYPE_CHECKING:
    from ccrouter_core._compat import Self
    from ccrouter_core.tries import Progress, Terms

Confirm = Callable[[str], bool]


class Router:
    """Sends requests down the path. Use it as a context manager; it is thread-safe while open.

    Args:
        plugins: exactly these plugins are used. See `from_config` for TOML and entry points.
        settings: core options and the ladder; the defaults when None.
        clock: where time comes from.

    Example:
        ```python
        from ccrouter_core import Request, Router
        from ccrouter_plugins.routing import Routing

        with Router(Routing()) as router:
            answer = router.decide(Request(text="Fix the typo in intro.tex"))
        assert answer.decision.tier == "haiku"
        ```
    """

    def __init__(
        self, *plugins: object, settings: Settings | None = None, clock: Clock | None = None
    ) -> None:
        self.settings = settings or Settings()
        self.plugins = tuple(ordered(plugins, self.settings.order))
        self.broken: Mapping[str, PluginError] = {}  # installed plugins that could not be used, by name
        self.home = self.settings.home or default_home()
        self._manager = build_manager(self.plugins)
        self.calls = Calls(self._manager, self.settings.ladder)
        self._clock = clock or SystemClock()
        self._runtime: Runtime | None = None
        self._told: set[str] = set()  # warnings that were given: once is enough

    @classmethod
    def from_config(
        cls,
        path: Path | str | None = None,
        *,
        cwd: Path | str | None = None,
        overrides: Sequence[str] = (),
        without: Collection[str] = (),
        keeps: bool = True,
    ) -> Self:
        """Return a router made of the installed plugins and the configuration files.

        A third-party plugin that cannot be loaded is left out: it is named in a warning and kept in `broken`.

        Args:
            path: exactly this TOML file; None = the user's file and the project's.
            cwd: where the project file is looked for; None = the working folder.
            overrides: "dotted.key=value" settings that win over every file.
            without: plugins that this use of the router does not need; they are not imported.
            keeps: False forgets everything at the end, wherever the store would be: nothing is written there.

        Raises:
            ConfigError: the configuration is not valid; all faults are named.
            PluginError: a built-in plugin cannot be loaded.
        """
        from ccrouter_core import config  # noqa: PLC0415 - programs that pass plugins need no TOML

        faults: tuple[config.Fault, ...] = ()
        try:
            settings = config.load(
                Path(path) if path else None, cwd=Path(cwd) if cwd else None, overrides=overrides
            )
        except config.ConfigFaults as error:
            if error.usable is None:
                raise
            settings, faults = error.usable, error.faults
        if not keeps:
            settings = evolve(settings, store="memory:")
        from ccrouter_core.installed import load_plugins  # noqa: PLC0415 - see above

        plugins, broken = load_plugins(settings, without=without, faults=faults)
        router = cls(*plugins, settings=settings)
        router.broken = broken
        return router

    # --- life --------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self, *, tidy: bool = True) -> None:
        """Open store, queue, cache and executors, then tell the plugins. Opening twice is harmless.

        Args:
            tidy: also end what killed runs left at work, and remove what is older than the user wants to keep.
        """
        if self._runtime is not None:
            return
        store = ScrubbedStore(self._open_store())
        runtime = Runtime(
            settings=self.settings, home=self.home, clock=self._clock, store=store, emit=self.calls.observe
        )
        try:
            runtime.queue = self.calls.queue(runtime)
            runtime.cache = self.calls.cache(runtime)
            runtime.executors = self.calls.executors(runtime)
            self._runtime = runtime
            self.calls.startup(runtime)
        except BaseException:
            self._runtime = runtime
            self.close()
            raise
        self._warn_of_ties()
        if not tidy:
            return
        housekeeping.end_leftovers(store.state)
        housekeeping.trim(store.state, days=self.settings.retention_days, now=self._clock.now())

    def close(self) -> None:
        """Tell the plugins and close the store. Closing twice is harmless."""
        runtime, self._runtime = self._runtime, None
        if runtime is None:
            return
        self.calls.shutdown(runtime)
        runtime.store.close()

    @property
    def runtime(self) -> Runtime:
        """Return the shared objects. UsageError while the router is closed."""
        if self._runtime is None:
            raise UsageError(
                what="the router is not open",
                why="store and executors exist only between open and close",
                fix="use it in a with block: with Router(...) as router:",
            )
        return self._runtime

    @property
    def location(self) -> str:
        """Return where the store is, as its plugin is told: "sqlite:" alone stands for the state folder."""
        return f"sqlite:{self.home}" if self.settings.store == "sqlite:" else self.settings.store

    def _open_store(self) -> Store:
        location = self.location
        store = self.calls.store(location)
        if store is not None:
            return store
        without_sqlite = location.startswith("sqlite:") and not self._manager.has_plugin("sqlite")
        if location.startswith("memory:") or without_sqlite:
            from ccrouter_core.memory import MemoryStore  # noqa: PLC0415 - where something is to be kept

            return MemoryStore()
        raise PluginError(
            what=f"no plugin keeps a store at {without_credentials(location)!r}",
            why="the scheme before the colon chooses the store, and nobody answers to this one",
            fix='install the plugin for it, or set [ccrouter] store = "sqlite:"',
        )

    @property
    def ties(self) -> tuple[str, ...]:
        """Return a sentence for each hook that several third parties answer though one answer counts."""
        return tuple(
            f"{', '.join(names)} all answer {hook}, where only the first answer counts, and `[ccrouter] order` "
            f"does not say who that is: {names[0]} is asked first"
            for hook, names in ties(self._manager, self.settings.order).items()
        )

    def _warn_of_ties(self) -> None:
        for text in self.ties:
            if text not in self._told:
                self._told.add(text)
                logs.warn(text)

    # --- deciding ----------------------------------------------------------------------------------------------

    def decide(self, request: m.Request, *, keep: bool = True) -> m.Answer:
        """Return what would be done: steps 1 to 4 of the path. Nothing is paid or changed.

        Args:
            request: what would be done.
            keep: write the decision down, so that it can be explained and continued.

        Raises:
            PluginError: a plugin that guards broke (closed).
        """
        with knowing(request.text):
            answer = self._considered(request)
            if keep:
                self._record(answer)
        return answer

    def _considered(self, request: m.Request) -> m.Answer:
        request = self._with_earlier(request)
        domain = self.calls.domain(request)
        signals = self.calls.signals(request, domain)
        decision = self._route(request, domain, signals)
        answer = _questioned(m.Answer(request=request, decision=decision, domain=domain, signals=signals))
        self._emit(
            "decided",
            request,
            action=answer.decision.action.value,
            tier=decision.tier,
            domain=domain.domain if domain else None,
            confidence=decision.confidence,
        )
        return answer

    def _with_earlier(self, request: m.Request) -> m.Request:
        """Return the request with the last turn of its session, when the caller did not give one."""
        if request.session is None or request.earlier is not None:
            return request
        return evolve(request, earlier=history.earlier_turn(self.runtime.store.state, request.session))

    def _route(
        self,
        request: m.Request,
        domain: m.DomainMatch | None,
        signals: Sequence[m.Signal],
        attempts: Sequence[m.Attempt] = (),
        spending: Cancel | None = None,
    ) -> m.Decision:
        """Ask for a decision and apply the laws to it. Without anybody to ask, the top tier takes it.

        Deciding is free without `spending`, the cancel token of a request that is about to run.
        """
        windows = self.calls.quota(self._clock.now())
        decision = self.calls.route(request, domain, signals, attempts, windows, spending)
        ladder = self.settings.ladder
        if decision is None:
            top = ladder.highest
            decision = m.Decision(
                action=m.Action.ESCALATE, tier=top.name, agent=top.general_agent, confidence=0.0
            )
        if request.limits.tier is not None:  # what the person chose wins over ceilings, never over floors
            floor = laws.floor_of(signals, ladder)
            return laws.moved(decision, ladder.max((request.limits.tier, floor.name)), ladder)
        return laws.bounded(decision, signals, ladder)

    def _rerouted(self, answer: m.Answer) -> m.Decision:
        return self._route(answer.request, answer.domain, answer.signals, answer.attempts)

    # --- handling ----------------------------------------------------------------------------------------------

    def handle(
        self,
        request: m.Request,
        *,
        cancel: Cancel | None = None,
        progress: Progress | None = None,
        confirm: Confirm | None = None,
    ) -> m.Answer:
        """Take a request down the whole path and return the answer.

        Edits are made in a workspace and come back as `answer.outcome.diff`; `apply` brings them into the project.

        Args:
            request: what is to be done.
            cancel: set it from another thread to stop.
            progress: called with every event and sign of life.
            confirm: asked, with what would happen, before anything destructive runs; None = nobody is there, so
                it is refused.

        Raises:
            PluginError: a plugin that guards broke (closed).
        """
        from ccrouter_core.tries import Terms  # noqa: PLC0415 - deciding alone does not need it

        terms = Terms(cancel=cancel or Cancel(), progress=progress or (lambda _: None))
        with knowing(request.text):
            answer = self._considered(request)
            if answer.question is None:
                answer = self._recalled(answer) or self._run(answer, confirm, terms)
            self._record(answer)
        self._emit("answered", request, state=laws.state_of(answer), cost_nano_usd=answer.total_cost_nano_usd)
        return answer

    def apply(self, answer: m.Answer) -> tuple[str, ...]:
        """Bring the diff of an answer into the project; return the paths that changed.

        Raises:
            StoreError: a file changed in the meantime; nothing is applied.
            UsageError: a check failed or the executor erred: what came of that is never applied.
        """
        outcome = answer.outcome
        if outcome is None or not outcome.diff:
            return ()
        state = laws.state_of(answer)
        if state in {"failed", "error"}:
            raise UsageError(
                what=f"the changes of {answer.request.id} cannot be applied",
                why=f"the request ended as {state}",
                fix="apply only what passed or is unverified; look at the diff in answer.outcome.diff",
            )
        from ccrouter_core.workspaces import apply_diff  # noqa: PLC0415 - only when something changed

        root = Path(answer.request.cwd) if answer.request.cwd else Path.cwd()
        apply_diff(root, outcome.diff, outcome.changed)
        return outcome.changed

    def _recalled(self, answer: m.Answer) -> m.Answer | None:
        """Return the answer from the cache, or None. Step 3, after the question law."""
        cache = self.runtime.cache
        key = self.calls.cache_key(answer.request, answer.domain) if cache is not None else None
        if cache is None or key is None:
            return None
        lookup = cache.lookup(key, now=self._clock.now())
        if lookup.entry is not None:
            lookup = self._lawful(lookup, answer)
        self._emit("recalled", answer.request, reason=lookup.reason)
        return evolve(answer, cached=lookup) if lookup.entry is not None else None

    def _lawful(self, lookup: m.Lookup, answer: m.Answer) -> m.Lookup:
        """Return the lookup, without its entry when the recall law forbids it."""
        from ccrouter_core.stamps import stamps  # noqa: PLC0415 - only when a candidate exists

        entry = lookup.entry
        if entry is None:
            return lookup
        ladder = self.settings.ladder
        root = Path(answer.request.cwd or os.curdir)
        current = stamps(root, [stamp.path for stamp in entry.key.depends])
        floor = laws.floor_of(answer.signals, ladder)
        reason = laws.recallable(entry, now=self._clock.now(), stamps=current, floor=floor, ladder=ladder)
        return (
            lookup
            if reason is None
            else m.Lookup(reason=reason, candidate=entry, similarity=lookup.similarity)
        )

    def _run(self, answer: m.Answer, confirm: Confirm | None, terms: Terms) -> m.Answer:
        """Admit, let an escalation be judged, attempt; a tier that the judge chose is admitted too."""
        admitted = self._admitted(answer, confirm)
        if not _runs(admitted):
            return admitted
        judged = self._judged(admitted, terms)
        if judged.decision.tier != admitted.decision.tier:
            judged = self._admitted(judged, confirm)
        return self._attempted(judged, terms) if _runs(judged) else judged

    def _judged(self, answer: m.Answer, terms: Terms) -> m.Answer:
        """Return the answer with an escalated decision asked for again, now that deciding may cost something.

        What needs the person's yes is not judged: nobody may talk it into another tier after the yes.
        """
        request, signals = answer.request, answer.signals
        if answer.decision.action is not m.Action.ESCALATE or any(signal.confirm for signal in signals):
            return answer
        decision = self._route(request, answer.domain, signals, spending=terms.cancel)
        if decision == answer.decision:
            return answer
        self._emit(
            "judged",
            request,
            progress=terms.progress,
            action=decision.action.value,
            tier=decision.tier,
            cost_nano_usd=decision.cost_nano_usd,
        )
        return _questioned(evolve(answer, decision=decision))

    def _admitted(self, answer: m.Answer, confirm: Confirm | None) -> m.Answer:
        """Return the answer with its admission: the person's word on what is destructive, and the plugins'."""
        request, decision = answer.request, answer.decision
        refusal = _unconfirmed(answer.signals, confirm)
        now = self._clock.now()
        asked = (refusal,) if refusal else self.calls.admit(request, decision, self.calls.quota(now), now)
        admission = laws.strictest(asked)
        self._emit("admitted", request, verdict=admission.verdict.value)
        answer = evolve(answer, admission=admission)
        return self._queued(answer) if admission.verdict in {m.Admit.WAIT, m.Admit.DEFER} else answer

    def _queued(self, answer: m.Answer) -> m.Answer:
        """Return the answer with a ticket in the queue, when there is a queue."""
        queue, admission = self.runtime.queue, answer.admission
        if queue is None or admission is None:
            return answer
        text = redact(answer.request.text)[: m.MAX_REQUEST_CHARS]  # a queue outlives this process
        request = evolve(answer.request, text=text, timing=m.Timing.BACKGROUND)
        item = m.WorkItem(
            m.new_id("w"),
            request.text,
            request=request,
            not_before=admission.not_before,
            deadline=request.limits.deadline,
        )
        return evolve(answer, item=queue.add(item))

    def _attempted(self, answer: m.Answer, terms: Terms) -> m.Answer:
        """Try, check and climb; what has no quota left gets a ticket in the queue, what passed is remembered."""
        from ccrouter_core.attempts import Attempts  # noqa: PLC0415 - deciding alone does not need it

        attempts = Attempts(
            calls=self.calls, runtime=self.runtime, route=self._rerouted, emit=self._emit, terms=terms
        )
        answer = attempts.run(answer)
        error = answer.attempts[-1].outcome.error
        if error is not None and error.kind is m.FailureKind.QUOTA:
            admission = m.Admission(verdict=m.Admit.DEFER, reason=error.message, not_before=error.resets_at)
            return self._queued(evolve(answer, admission=admission))
        self._remember(answer)
        return answer

    def _remember(self, answer: m.Answer) -> None:
        """Put a passed outcome into the cache. Step 9; what changed files is not a result to repeat."""
        cache, attempt = self.runtime.cache, answer.attempts[-1]
        if cache is None or not laws.memorable(attempt) or attempt.outcome.changed:
            return
        if find_secrets(answer.request.text) or find_secrets(attempt.outcome.text):
            return  # what holds a secret is not kept
        key = self.calls.cache_key(answer.request, answer.domain)
        if key is not None:
            domain = answer.domain.domain if answer.domain else None
            cache.remember(m.CacheEntry(id=m.new_id("c"), key=key, outcome=attempt.outcome, domain=domain))

    # --- telling -----------------------------------------------------------------------------------------------

    def _record(self, answer: m.Answer) -> None:
        state = self.runtime.store.state
        keep_text, now = self.settings.keep_text, self._clock.now()
        history.record(state, answer, ladder=self.settings.ladder, keep_text=keep_text, at=now)

    def _emit(
        self, name: str, request: m.Request | None, *, progress: Progress | None = None, **data: m.Scalar
    ) -> None:
        event = m.Event(name=name, request=request.id if request else None, data=data, at=self._clock.now())
        self.calls.observe(event)
        if progress is not None:
            progress(event)


def _runs(answer: m.Answer) -> bool:
    """Return whether an answer may go on to its attempts: it was admitted and asks nothing."""
    admitted = answer.admission is None or answer.admission.verdict is m.Admit.RUN
    return admitted and answer.question is None


def _questioned(answer: m.Answer) -> m.Answer:
    """Return the answer with the question that must be answered first, if there is one (question law)."""
    question = laws.question_of(answer.signals, answer.decision)
    if question is None:
        return answer
    decision = evolve(answer.decision, action=m.Action.CLARIFY, question=question)
    return evolve(answer, decision=decision, question=question)


def _unconfirmed(signals: Sequence[m.Signal], confirm: Confirm | None) -> m.Admission | None:
    """Return a refusal when something destructive was not agreed to; None when all is well."""
    wanted = [signal.confirm for signal in signals if signal.confirm]
    if not wanted:
        return None
    what = "; ".join(dict.fromkeys(wanted))
    if confirm is None:
        return m.Admission(verdict=m.Admit.REFUSE, reason=f"needs a person's yes: {what}")
    if not confirm(what):
        return m.Admission(verdict=m.Admit.REFUSE, reason=f"the person said no: {what}")
    return None


def as_mapping(answer: m.Answer) -> Mapping[str, Any]:
    """Return an answer as JSON values, the request's text included (redacted)."""
    return history.shown(answer)
