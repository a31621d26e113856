"""The questions that ccrouter asks its plugins.

An implementation is a method (or function) marked `@hookimpl` that declares only the arguments it uses.
Kinds: *collect* - every plugin may answer with one record, an iterable of records, or None; *first* - the first
record that is not None wins and `yield` is not allowed. Hooks are synchronous and must be thread-safe. Arguments
are added freely and never renamed within a major version. New-style wrappers are welcome on `ccrouter_execute`
and `ccrouter_route`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.plugin import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    import click

    from ccrouter_core import models
    from ccrouter_core.runtime import Runtime
    from ccrouter_core.services import Cancel, Executor, Queue, ResultCache, Store


@hookspec
def ccrouter_startup(runtime: Runtime) -> None:
    """What must a plugin open before the first request?

    Kind: collect.
    Asked by: the Router when it opens, in registration order, after store, queue, cache and executors stand.
    Arguments: runtime: the shared objects (store, queue, cache, clock, ladder, emit).
    Returns: None.
    An exception: the Router does not open; the error names the plugin.

    Example:
        ```python
        @hookimpl
        def ccrouter_startup(self, runtime):
            self.seen = runtime.store.state.get("greeter", "seen")
        ```
    """


@hookspec
def ccrouter_shutdown(runtime: Runtime) -> None:
    """What must a plugin close?

    Kind: collect.
    Asked by: the Router when it closes, also after a failed startup; every plugin is asked whatever the others do.
    Arguments: runtime: the same object as at startup.
    Returns: None.
    An exception: reported in the log, with the plugin's name; the other plugins are still closed.

    Example:
        ```python
        @hookimpl
        def ccrouter_shutdown(self, runtime):
            runtime.store.state.put("greeter", "seen", {"at": runtime.clock.now().isoformat()})
        ```
    """


@hookspec
def ccrouter_domain(request: models.Request) -> models.DomainMatch | Iterable[models.DomainMatch] | None:
    """Which domain owns this request, and how sure are you?

    Kind: collect.
    Asked by: step 1 of the path; the match of highest confidence wins, ties go to the earlier plugin name.
    Arguments: request: the request; `cwd` and `files` say where it stands.
    Returns: matches with a confidence of 0..1.
    An exception: the request fails with an error that names the plugin: an unknown domain could lose its floors.

    Example:
        ```python
        @hookimpl
        def ccrouter_domain(self, request):
            if any(name.endswith(".sql") for name in request.files):
                return DomainMatch(domain="sql", confidence=0.9, evidence=request.files)
            return None
        ```
    """


@hookspec
def ccrouter_workflows() -> models.Workflow | Iterable[models.Workflow] | None:
    """Which ways of working do you bring?

    Kind: collect.
    Asked by: the domain engine and `ccrouter domain workflow`.
    Arguments: none.
    Returns: workflows: phases with gates, parallelism, default tiers, context strategy.
    An exception: reported by plugin name; the other plugins' workflows stay.

    Example:
        ```python
        @hookimpl
        def ccrouter_workflows(self):
            phases = (Phase(name="write"), Phase(name="verify", gates=("sql.parses",)))
            return Workflow(name="migration", domain="sql", phases=phases)
        ```
    """


@hookspec
def ccrouter_signals(
    request: models.Request, domain: models.DomainMatch | None
) -> models.Signal | Iterable[models.Signal] | None:
    """What do you notice about this request?

    Kind: collect.
    Asked by: step 2 of the path.
    Arguments: request: the request. domain: who owns it, or None.
    Returns: facts, each perhaps with a floor, a ceiling, a question, or as evidence for a tier. The highest floor of
        all plugins holds, whoever routes. A floor that is no tier of the ladder counts as the highest tier; a ceiling
        or evidence that is none does not count. Both are told in the log, once. A fact may say what the request asks
        to run, exactly as written (`command`, `effect`): harmless commands may then run, destructive ones after the
        person's yes to its `confirm`.
    An exception: the request fails, closed: a guard that broke must not let it through.

    Example:
        ```python
        @hookimpl
        def ccrouter_signals(self, request, domain):
            at = request.text.lower().find("drop table")
            if at >= 0:
                yield Signal(name="sql.risky", reason="drops a table", span=(at, at + 10), floor="sonnet")
        ```
    """


@hookspec(firstresult=True)
def ccrouter_route(
    request: models.Request,
    domain: models.DomainMatch | None,
    signals: Sequence[models.Signal],
    attempts: Sequence[models.Attempt],
    windows: Sequence[models.QuotaWindow],
    spending: Cancel | None,
) -> models.Decision | None:
    """Which tier and agent should take this?

    Kind: first.
    Asked by: step 4 of the path: for a decision, once more when an escalated request is about to run, and for each
        climb.
    Arguments: request: the request. domain: who owns it, or None. signals: all facts. attempts: what was tried
        already, oldest first. windows: what the quotas allow. spending: None while deciding must be free. For an
        escalated request that is about to run it is the token that ends it: a model may then be asked, and the
        decision says what that cost.
    Returns: a decision for a tier of the ladder, or None to leave it to the next plugin. The laws of core are applied
        to it afterwards.
    An exception: the request fails, closed; so it does for a tier that is not on the ladder.

    Example:
        ```python
        @hookimpl
        def ccrouter_route(self, request, signals):
            if request.text.startswith("translate"):
                return Decision(action=Action.ROUTE, tier="haiku", agent="translator", confidence=0.9)
            return None
        ```
    """


@hookspec(firstresult=True)
def ccrouter_cache_key(request: models.Request, domain: models.DomainMatch | None) -> models.CacheKey | None:
    """Where may an earlier result of this request be found?

    Kind: first.
    Asked by: step 3 of the path and before remembering.
    Arguments: request: the request. domain: who owns it, or None.
    Returns: a key, or None: do not cache.
    An exception: the request goes on without a cache.

    Example:
        ```python
        @hookimpl
        def ccrouter_cache_key(self, request, domain):
            digest = hashlib.sha256(request.text.encode()).hexdigest()
            return CacheKey(scope=f"project:{request.cwd}", digest=digest, text=request.text)
        ```
    """


@hookspec
def ccrouter_cache_guard(
    query: models.CacheKey, candidate: models.CacheEntry
) -> models.Veto | Iterable[models.Veto] | None:
    """Must this candidate not answer this query?

    Kind: collect.
    Asked by: the cache, for every candidate that is not exactly equal.
    Arguments: query: what is asked. candidate: what was stored.
    Returns: vetoes, each with a reason.
    An exception: counts as a veto.

    Example:
        ```python
        @hookimpl
        def ccrouter_cache_guard(self, query, candidate):
            if ("not" in query.text.split()) != ("not" in candidate.key.text.split()):
                return Veto(guard="negation", reason="one of the two is negated")
            return None
        ```
    """


@hookspec(firstresult=True)
def ccrouter_embed(texts: Sequence[str]) -> Sequence[Sequence[float]] | None:
    """What are the vectors of these texts?

    Kind: first.
    Asked by: cache, session search and routing.
    Arguments: texts: up to some hundred short texts.
    Returns: one vector of floats per text, all of one length, or None.
    An exception: the asker goes on without vectors.

    Example:
        ```python
        @hookimpl
        def ccrouter_embed(self, texts):
            return [[float(len(text)), float(text.count(" "))] for text in texts]
        ```
    """


@hookspec(firstresult=True)
def ccrouter_open_cache(runtime: Runtime) -> ResultCache | None:
    """Who keeps results?

    Kind: first.
    Asked by: the Router when it opens.
    Arguments: runtime: store and clock stand already.
    Returns: an object of the ResultCache protocol, or None.
    An exception: the Router does not open.

    Example:
        ```python
        @hookimpl
        def ccrouter_open_cache(self, runtime):
            return MemoryCache()
        ```
    """


@hookspec(firstresult=True)
def ccrouter_open_queue(runtime: Runtime) -> Queue | None:
    """Who keeps the work?

    Kind: first.
    Asked by: the Router when it opens.
    Arguments: runtime: store and clock stand already.
    Returns: an object of the Queue protocol, or None.
    An exception: the Router does not open.

    Example:
        ```python
        @hookimpl
        def ccrouter_open_queue(self, runtime):
            return MemoryQueue(clock=runtime.clock)
        ```
    """


@hookspec
def ccrouter_quota(now: datetime) -> models.QuotaWindow | Iterable[models.QuotaWindow] | None:
    """Which quota windows are open, and how much of each is used?

    Kind: collect.
    Asked by: step 4 of the path and the dashboards.
    Arguments: now: the present moment, UTC.
    Returns: windows, each with its provenance; unknown is said as unknown.
    An exception: reported; the request goes on as if the window were unknown.

    Example:
        ```python
        @hookimpl
        def ccrouter_quota(self, now):
            return QuotaWindow(name="daily", tiers=("opus",), unit="messages", limit=250.0, used=12.0)
        ```
    """


@hookspec
def ccrouter_admit(
    request: models.Request, decision: models.Decision, windows: Sequence[models.QuotaWindow], now: datetime
) -> models.Admission | Iterable[models.Admission] | None:
    """May this attempt start now?

    Kind: collect.
    Asked by: step 5 of the path and the worker before each item.
    Arguments: request: the request. decision: what is about to run. windows: the quotas. now: UTC.
    Returns: admissions; the strictest of all wins.
    An exception: the attempt is refused, closed.

    Example:
        ```python
        @hookimpl
        def ccrouter_admit(self, request, decision, windows, now):
            if now.hour < 6 and decision.tier == "opus":
                return Admission(verdict=Admit.DEFER, reason="opus sleeps at night")
            return None
        ```
    """


@hookspec
def ccrouter_context(
    request: models.Request, domain: models.DomainMatch | None, decision: models.Decision, budget: int
) -> models.Piece | Iterable[models.Piece] | None:
    """Which parts of the project should the model see?

    Kind: collect.
    Asked by: step 6 of the path.
    Arguments: request: the request. domain: who owns it, or None. decision: what is about to run. budget: tokens
        that all pieces together may take.
    Returns: pieces of known size whose text is loaded late; the budget law packs them. What was loaded is measured
        again: a piece that is larger than it said and no longer fits is left out.
    An exception: reported; the request goes on without that plugin's pieces, or without the one that cannot be loaded.

    Example:
        ```python
        @hookimpl
        def ccrouter_context(self, request, domain, decision, budget):
            return Piece(source="glossary", tokens=12, priority=1.0, load=lambda: "tier: a rung of the ladder")
        ```
    """


@hookspec
def ccrouter_executors(runtime: Runtime) -> Executor | Iterable[Executor] | None:
    """Which executors do you bring?

    Kind: collect.
    Asked by: the Router when it opens.
    Arguments: runtime: the shared objects.
    Returns: executor objects; a tier names the one it uses. Two of one name are an error.
    An exception: the Router does not open.

    Example:
        ```python
        @hookimpl
        def ccrouter_executors(self, runtime):
            return ScriptedExecutor(replies=["done"])
        ```
    """


@hookspec(firstresult=True)
def ccrouter_execute(
    request: models.Request, decision: models.Decision, context: str, cancel: Cancel
) -> models.Outcome | None:
    """Who does the work?

    Kind: first.
    Asked by: step 7 of the path; core's own answer, asked last, calls the tier's executor in a workspace.
    Arguments: request: the request as it reads in the workspace; its limits say what is left of money and time.
        decision: the tier and agent. context: the packed pieces. cancel: set when the person or the limits say stop.
    Returns: an outcome, or None. A wrapper may watch or change it.
    An exception: the attempt ends with an error outcome.

    Example:
        ```python
        @hookimpl(wrapper=True)
        def ccrouter_execute(self, request):
            outcome = yield
            self.count += 1
            return outcome
        ```
    """


@hookspec
def ccrouter_validate(
    request: models.Request,
    domain: models.DomainMatch | None,
    decision: models.Decision,
    outcome: models.Outcome,
) -> models.Verdict | Iterable[models.Verdict] | None:
    """Is this outcome good?

    Kind: collect.
    Asked by: step 8 of the path, for outcomes that were executed and ended without an error; and `ccrouter validate`,
        about files as they stand: `outcome.executed` is False then, there is no answer to judge, and `request.cwd` is
        None because no state before is known.
    Arguments: request: the request; its `cwd` is the project before the change. domain: who owns it, or None.
        decision: what ran. outcome: what came out; its `workspace` is the folder to look at, `changed` what was
        touched.
    Returns: verdicts. FAIL climbs; a tool that is missing is CANNOT_RUN, never PASS.
    An exception: counts as CANNOT_RUN with the exception as reason.

    Example:
        ```python
        @hookimpl
        def ccrouter_validate(self, outcome):
            if not outcome.executed:
                return None
            status = Status.PASS if outcome.text.strip() else Status.FAIL
            return Verdict(check="greeter.not-empty", status=status, reason="the answer must say something")
        ```
    """


@hookspec(firstresult=True)
def ccrouter_open_store(location: str) -> Store | None:
    """Who keeps state at this location?

    Kind: first.
    Asked by: the Router when it opens.
    Arguments: location: a URL whose scheme chooses, such as "sqlite:/folder" or "postgresql://host/db".
    Returns: an object of the Store protocol, or None for a scheme that is not yours.
    An exception: the Router does not open.

    Example:
        ```python
        @hookimpl
        def ccrouter_open_store(self, location):
            return MemoryStore() if location.startswith("memory:") else None
        ```
    """


@hookspec(firstresult=True)
def ccrouter_restore_store(location: str) -> Path | None:
    """Who can mend the damaged store at this location from a backup?

    Kind: first.
    Asked by: `ccrouter doctor --restore`, only after the store refused to open because it is damaged.
    Arguments: location: the URL that `ccrouter_open_store` was asked with.
    Returns: the backup that now stands in the store's place, or None for a scheme that is not yours.
    An exception: told to the person; the store must be as it was.

    Example:
        ```python
        @hookimpl
        def ccrouter_restore_store(self, location):
            return Path("/backups/newest.db") if location.startswith("greeter:") else None
        ```
    """


@hookspec
def ccrouter_observe(event: models.Event) -> None:
    """Something happened; do you keep count?

    Kind: collect.
    Asked by: every step, isolated.
    Arguments: event: a name and figures, never any text of a request.
    Returns: None.
    An exception: cannot stop or change a request; reported once per plugin in the log. Observers run in the thread of
        the request, so a slow one delays it: one that takes longer than 0.1 s is named once in the log, and one that
        never returns is not ended, because Python cannot. Hand long work to a thread of your own.

    Example:
        ```python
        @hookimpl
        def ccrouter_observe(self, event):
            self.count += event.name == "validated"
        ```
    """


@hookspec
def ccrouter_metrics(since: datetime, until: datetime) -> models.Metric | Iterable[models.Metric] | None:
    """Which figures do you know for this span of time?

    Kind: collect.
    Asked by: CLI, web page and Prometheus.
    Arguments: since, until: UTC, half open.
    Returns: metrics, each with its provenance.
    An exception: reported by plugin name; the others' figures stay.

    Example:
        ```python
        @hookimpl
        def ccrouter_metrics(self, since, until):
            figure = Figure(value=3.0, unit="greetings", provenance=Provenance.MEASURED)
            return Metric(name="greeter.greetings", figure=figure)
        ```
    """


@hookspec(firstresult=True)
def ccrouter_view(name: str, since: datetime, until: datetime) -> models.View | None:
    """What does the dashboard named so show?

    Kind: first.
    Asked by: the data layer behind CLI, terminal and web page.
    Arguments: name: forecast, plan, board, health, ... since, until: UTC.
    Returns: a view, or None for a name that is not yours.
    An exception: the dashboard says that it is not available, and why.

    Example:
        ```python
        @hookimpl
        def ccrouter_view(self, name):
            if name != "greetings":
                return None
            return View(name=name, title="Greetings", columns=("who",), rows=(("Ada",),))
        ```
    """


@hookspec
def ccrouter_client_event(event: models.ClientEvent) -> None:
    """The coding client did something; does it concern you?

    Kind: collect.
    Asked by: the daemon and the client's hooks, isolated.
    Arguments: event: the one record that may carry text (prompt, changed files, usage).
    Returns: None.
    An exception: cannot disturb the client; reported once per plugin in the log, as is one that takes longer than 0.1 s.

    Example:
        ```python
        @hookimpl
        def ccrouter_client_event(self, event):
            if event.name == "SessionEnd":
                self.count += 1
        ```
    """


@hookspec
def ccrouter_commands() -> click.Command | Iterable[click.Command] | None:
    """Which commands do you add to `ccrouter`?

    Kind: collect.
    Asked by: the command line, only when a name is not one of core's, and for the list in `ccrouter --help`.
    Arguments: none.
    Returns: click commands or groups.
    An exception: reported by plugin name; the other commands work.

    Example:
        ```python
        @hookimpl
        def ccrouter_commands(self):
            @click.command("greet")
            def greet():
                '''Say hello.'''
                click.echo("hello")

            return greet
        ```
    """


@hookspec
def ccrouter_self_test(folder: Path) -> models.Check | Iterable[models.Check] | None:
    """Do you work on this machine?

    Kind: collect.
    Asked by: `ccrouter doctor --self-test` and `python -m ... --test`.
    Arguments: folder: an empty folder of your own to write in; removed afterwards.
    Returns: checks, each passed or with the reason and the fix.
    An exception: counts as a failed check.

    Example:
        ```python
        @hookimpl
        def ccrouter_self_test(self, folder):
            (folder / "hello.txt").write_text("hello")
            return Check(name="greeter.writes", passed=(folder / "hello.txt").exists())
        ```
    """
