"""No plugin can break the laws: rogue plugins on the real path."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from attrs import evolve

from ccrouter_core import (
    Action,
    Admission,
    Admit,
    CacheEntry,
    CacheKey,
    Decision,
    DomainMatch,
    FailureKind,
    FileStamp,
    Outcome,
    Piece,
    PluginError,
    Request,
    RequestLimits,
    Signal,
    Status,
    Verdict,
    hookimpl,
    laws,
    plugin,
)
from ccrouter_core.settings import Settings, default_ladder
from ccrouter_core.testing import MemoryCache, MemoryQueue, Reply

SECRET = "grandmothers-maiden-name"  # noqa: S105 - a marker that must not leak


@plugin
class Cheapskate:
    """Proposes the lowest tier, whatever was said and tried."""

    action: Action = Action.ROUTE

    @hookimpl
    def ccrouter_route(self):
        """Say haiku."""
        return Decision(action=self.action, tier="haiku", agent="haiku-general")


@plugin
class Says:
    """Answers hooks with what the test gives it."""

    signals: tuple[Signal, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    admissions: tuple[Admission, ...] = ()
    pieces: tuple[Piece, ...] = ()

    @hookimpl
    def ccrouter_signals(self):
        """Notice what was given."""
        return self.signals

    @hookimpl
    def ccrouter_validate(self):
        """Judge as was given."""
        return self.verdicts

    @hookimpl
    def ccrouter_admit(self):
        """Admit as was given."""
        return self.admissions

    @hookimpl
    def ccrouter_context(self):
        """Offer what was given."""
        return self.pieces


@plugin
class Breaks:
    """Raises at every hook of the path that is named."""

    at: str = ""

    def _maybe(self, hook: str) -> None:
        if hook == self.at:
            raise ZeroDivisionError(hook)

    @hookimpl
    def ccrouter_domain(self):
        """Perhaps raise."""
        self._maybe("domain")

    @hookimpl
    def ccrouter_signals(self):
        """Perhaps raise, late: in a generator."""
        yield from ()
        self._maybe("signals")

    @hookimpl
    def ccrouter_route(self):
        """Perhaps raise."""
        self._maybe("route")

    @hookimpl
    def ccrouter_cache_key(self):
        """Perhaps raise."""
        self._maybe("cache_key")

    @hookimpl
    def ccrouter_quota(self):
        """Perhaps raise."""
        self._maybe("quota")

    @hookimpl
    def ccrouter_admit(self):
        """Perhaps raise."""
        self._maybe("admit")

    @hookimpl
    def ccrouter_context(self):
        """Perhaps raise."""
        self._maybe("context")

    @hookimpl
    def ccrouter_validate(self):
        """Perhaps raise."""
        self._maybe("validate")

    @hookimpl
    def ccrouter_observe(self):
        """Perhaps raise."""
        self._maybe("observe")


@plugin
class Remembers:
    """Opens a cache and a queue in memory and gives every request a key."""

    cache: MemoryCache
    depends: tuple[FileStamp, ...] = ()

    @hookimpl
    def ccrouter_open_cache(self):
        """Give the cache of the test."""
        return self.cache

    @hookimpl
    def ccrouter_open_queue(self, runtime):
        """Give a queue."""
        return MemoryQueue(runtime.clock)

    @hookimpl
    def ccrouter_cache_key(self, request):
        """Key by the text."""
        digest = hashlib.sha256(request.text.encode()).hexdigest()
        return CacheKey(scope="test", digest=digest, text=request.text, depends=self.depends)


@plugin
class Listens:
    """Keeps every event."""

    heard: list

    @hookimpl
    def ccrouter_observe(self, event):
        """Keep it."""
        self.heard.append(event)


def verdict(status: Status, **changes) -> Verdict:
    """Return a verdict of a status."""
    return Verdict(check="test.check", status=status, reason="because", **changes)


@pytest.fixture
def ask(tmp_path):
    """Return a function that makes a reading request in an empty project."""
    project = tmp_path / "project"
    project.mkdir()

    def make(text: str = "explain how it works", **changes) -> Request:
        return Request(text=text, cwd=str(project), **changes)

    return make


# --- floor, climb, question ------------------------------------------------------------------------------------


def test_the_highest_floor_holds_whoever_routes(router, ask) -> None:
    """A router that proposes haiku cannot go below a floor of any plugin."""
    floors = Says(signals=tuple(Signal(name=tier, reason="", floor=tier) for tier in ("opus", "sonnet")))
    assert router(Cheapskate(), floors).decide(ask()).decision.tier == "opus"


def test_the_persons_choice_is_never_below_a_floor(router, ask) -> None:
    """A chosen tier wins over the rules, but not over a floor."""
    opened = router(Cheapskate(), Says(signals=(Signal(name="s", reason="", floor="sonnet"),)))
    chosen = {tier: RequestLimits(tier=tier) for tier in ("haiku", "sonnet", "opus")}
    found = {tier: opened.decide(ask(limits=limits)).decision.tier for tier, limits in chosen.items()}
    assert found == {"haiku": "sonnet", "sonnet": "sonnet", "opus": "opus"}


def test_the_persons_choice_is_above_a_ceiling(router, ask) -> None:
    """A ceiling is advice of a plugin; the person may pay more."""
    opened = router(Cheapskate(), Says(signals=(Signal(name="s", reason="", ceiling="haiku"),)))
    assert opened.decide(ask(limits=RequestLimits(tier="opus"))).decision.tier == "opus"


def test_failures_climb_strictly_to_the_top(router, scripted_executor, ask) -> None:
    """A router that insists on haiku gets each tier once, in order, and the chain ends."""
    opened = router(Cheapskate(), Says(verdicts=(verdict(Status.FAIL),)), replies=["bad"] * 9)
    answer = opened.handle(ask())
    assert [attempt.outcome.tier for attempt in answer.attempts] == ["haiku", "sonnet", "opus"]
    assert [job.tier.name for job in scripted_executor.jobs] == ["haiku", "sonnet", "opus"]
    assert laws.state_of(answer) == "failed"


@pytest.mark.parametrize("status", [Status.CANNOT_RUN, Status.NOT_APPLICABLE])
def test_only_fail_climbs(router, scripted_executor, ask, status: Status) -> None:
    """A check that could not run buys no dearer model, and the answer is unverified, not passed."""
    opened = router(Cheapskate(), Says(verdicts=(verdict(status),)), replies=["fine"] * 9)
    answer = opened.handle(ask())
    assert (len(scripted_executor.jobs), laws.state_of(answer)) == (1, "unverified")


def test_an_edit_request_without_a_change_fails_whatever_plugins_say(router, scripted_executor, ask) -> None:
    """Words are not an edit: the next tier is asked, also where nothing else judges or all say that it is fine."""
    for judges in ((), (Says(verdicts=(verdict(Status.PASS),)),)):
        replies = ["I fixed it.", Reply(text="Done.", edits={"a.txt": "the text\n"})]
        answer = router(Cheapskate(), *judges, replies=replies).handle(ask("fix the typo in a.txt"))
        assert [attempt.outcome.tier for attempt in answer.attempts] == ["haiku", "sonnet"]
        assert [found.check for found in answer.attempts[0].verdicts if found.status is Status.FAIL] == [
            "core.no_change"
        ]
        assert laws.state_of(answer) == ("passed" if judges else "unverified")


def test_an_error_does_not_climb(router, scripted_executor, ask) -> None:
    """A timeout ends the attempt: a dearer model would not help."""
    replies = [Reply(text="half", failure=FailureKind.TIMEOUT)] * 9
    answer = router(Cheapskate(), replies=replies).handle(ask())
    assert (len(scripted_executor.jobs), laws.state_of(answer)) == (1, "error")


def test_a_refusal_climbs(router, scripted_executor, ask) -> None:
    """A model that refuses has failed; the next one is asked."""
    answer = router(Cheapskate(), replies=[Reply(failure=FailureKind.REFUSAL), "here it is"]).handle(ask())
    assert [job.tier.name for job in scripted_executor.jobs] == ["haiku", "sonnet"]
    assert answer.outcome.text == "here it is"


def test_a_question_is_asked_before_anything_is_paid(router, scripted_executor, ask) -> None:
    """One fact with a question is enough, whatever the router says."""
    opened = router(Cheapskate(), Says(signals=(Signal(name="s", reason="", question="Which file?"),)))
    answer = opened.handle(ask())
    assert (answer.decision.action, answer.question) == (Action.CLARIFY, "Which file?")
    assert scripted_executor.jobs == ()


def test_without_anybody_to_route_the_top_tier_takes_it(router, ask) -> None:
    """Unknown is not cheap: nobody's decision is ESCALATE at the top."""
    decision = router().decide(ask()).decision
    assert (decision.action, decision.tier) == (Action.ESCALATE, "opus")


# --- recall and remember ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", list(Status))
def test_only_what_passed_is_remembered(router, ask, status: Status) -> None:
    """An outcome that failed or was not verified never enters the cache."""
    cache = MemoryCache()
    opened = router(
        Cheapskate(), Remembers(cache=cache), Says(verdicts=(verdict(status),)), replies=["x"] * 3
    )
    opened.handle(ask())
    assert len(cache) == (1 if status is Status.PASS else 0)


def test_what_is_remembered_answers_the_same_request(router, scripted_executor, ask) -> None:
    """The second time nothing runs, and the answer says that it is cached."""
    opened = router(
        Cheapskate(), Remembers(cache=MemoryCache()), Says(verdicts=(verdict(Status.PASS),)), replies=["x"]
    )
    opened.handle(ask())
    answer = opened.handle(ask())
    assert (laws.state_of(answer), answer.outcome.text, len(scripted_executor.jobs)) == ("cached", "x", 1)


def cached(request: Request, clock, tier: str = "haiku", **changes) -> CacheEntry:
    """Return an entry that answers a request as far as the cache can tell."""
    digest = hashlib.sha256(request.text.encode()).hexdigest()
    key = CacheKey(scope="test", digest=digest, text=request.text)
    entry = CacheEntry(id="c", key=key, outcome=Outcome(text="old", tier=tier), created=clock.now())
    return evolve(entry, **changes)


@pytest.mark.parametrize("fault", ["none", "floor", "file", "expiry"])
def test_an_unlawful_entry_is_not_served(router, scripted_executor, fixed_clock, ask, fault: str) -> None:
    """Below the floor, with a changed file or expired: a cache that offers it anyway is overruled."""
    request, cache = ask(), Trusting()
    entry = cached(request, fixed_clock)
    if fault == "file":
        stamp = FileStamp(path="a.py", size_bytes=1, sha256="0" * 64)
        entry = evolve(entry, key=evolve(entry.key, depends=(stamp,)))
    if fault == "expiry":
        entry = evolve(entry, expires=fixed_clock.now() - timedelta(seconds=1))
    cache.remember(entry)
    floor = "sonnet" if fault == "floor" else None
    plugins = (
        Cheapskate(),
        Remembers(cache=cache),
        Says(signals=(Signal(name="s", reason="", floor=floor),)),
    )
    answer = router(*plugins, clock=fixed_clock, replies=["new"]).handle(request)
    assert answer.outcome.text == ("old" if fault == "none" else "new")
    assert len(scripted_executor.jobs) == (0 if fault == "none" else 1)


class Trusting(MemoryCache):
    """A cache that checks nothing: it serves what has expired."""

    def lookup(self, key, *, now):
        """Return what is there as if it were young."""
        found = super().lookup(key, now=now)
        return evolve(found, reason="exact", entry=found.entry or found.candidate)


# --- admission, budget, silence --------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict_", [Admit.WAIT, Admit.DEFER, Admit.REFUSE])
def test_the_strictest_admission_wins(router, scripted_executor, ask, verdict_: Admit) -> None:
    """One plugin that objects is enough, and nothing runs."""
    said = [Admission(verdict=Admit.RUN, reason="go"), Admission(verdict=verdict_, reason="stop")]
    opened = router(Cheapskate(), Remembers(cache=MemoryCache()), Says(admissions=tuple(said)))
    answer = opened.handle(ask())
    assert laws.state_of(answer) == verdict_
    assert scripted_executor.jobs == ()
    tickets = opened.runtime.queue.items()
    assert [item.id for item in tickets] == ([] if verdict_ is Admit.REFUSE else [answer.item.id])


def test_what_destroys_needs_a_persons_yes(router, scripted_executor, ask) -> None:
    """Refused when nobody is there or the person says no; asked with what would happen."""
    opened = router(
        Cheapskate(), Says(signals=(Signal(name="s", reason="", confirm="delete build/"),)), replies=["done"]
    )
    asked = []
    assert laws.state_of(opened.handle(ask())) == "refuse"
    assert laws.state_of(opened.handle(ask(), confirm=lambda what: asked.append(what) or False)) == "refuse"
    assert (asked, scripted_executor.jobs) == (["delete build/"], ())
    assert laws.state_of(opened.handle(ask(), confirm=lambda _: True)) == "unverified"


def test_pieces_never_exceed_the_budget(router, scripted_executor, ask) -> None:
    """Plugins may offer any amount; what is not packed is not even read."""
    loaded = []

    def piece(name: str, tokens: int, priority: float) -> Piece:
        return Piece(source=name, tokens=tokens, priority=priority, load=lambda: loaded.append(name) or name)

    offered = (
        piece("huge", 10**9, 10**9),
        piece("good", 60, 60),
        piece("fair", 60, 30),
        piece("small", 40, 1),
    )
    settings = Settings(budget_tokens=100, ladder=default_ladder("scripted"))
    router(Cheapskate(), Says(pieces=offered), settings=settings, replies=["x"]).handle(ask())
    assert loaded == ["good", "small"]
    assert scripted_executor.jobs[0].context == "good\n\nsmall"


def raises(error: BaseException):
    """Return a loader that raises."""

    def load() -> str:
        raise error

    return load


BAD_PIECES = {
    "raises": {"load": raises(ZeroDivisionError())},
    "exits": {"load": raises(SystemExit(3))},
    "gives bytes": {"load": lambda: b"bytes"},
    "gives nothing": {"load": lambda: None},
    "gives half a letter": {"load": lambda: "\ud800"},
    "is larger than it says": {"load": lambda: "x" * 10_000_000},
    "has a word for its priority": {"priority": "high", "load": str},
    "has no number for its priority": {"priority": float("nan"), "load": str},
    "has a negative size": {"tokens": -1, "load": str},
    "cannot be loaded": {"load": "text"},
}


@pytest.mark.parametrize("fault", BAD_PIECES)
def test_a_bad_piece_is_left_out_and_the_request_goes_on(router, scripted_executor, ask, fault: str) -> None:
    """What another plugin offers stays, and the model sees nothing of the broken one."""

    @plugin
    class Offers:
        """Offers a bad piece."""

        @hookimpl
        def ccrouter_context(self):
            """Offer it."""
            return Piece(**{"source": "bad", "tokens": 0, "priority": 9.0, **BAD_PIECES[fault]})

    good = Piece(source="good", tokens=10, load=lambda: "good text")
    answer = router(Cheapskate(), Offers(), Says(pieces=(good,)), replies=["x"]).handle(ask())
    assert (answer.outcome.text, scripted_executor.jobs[0].context) == ("x", "good text")


def test_no_event_carries_text_of_the_request(router, ask) -> None:
    """Observers learn what happened and never what was asked or answered."""
    heard: list = []
    signals = (Signal(name="s", reason=f"it says {SECRET}"),)
    plugins = (Cheapskate(), Remembers(cache=MemoryCache()), Listens(heard=heard), Says(signals=signals))
    router(*plugins, replies=[f"{SECRET}!"]).handle(ask(f"explain {SECRET}"))
    assert {event.name for event in heard} >= {"decided", "recalled", "admitted", "attempted", "answered"}
    assert SECRET not in repr(heard)


@pytest.mark.parametrize("hook", ["domain", "signals", "route"])
def test_a_guard_that_breaks_closes_the_path(router, scripted_executor, ask, hook: str) -> None:
    """The request fails with the plugin's name, and nothing runs."""
    opened = router(Breaks(at=hook), replies=["x"])
    with pytest.raises(PluginError, match="breaks"):
        opened.handle(ask())
    assert scripted_executor.jobs == ()


@pytest.mark.parametrize(
    ("hook", "state"),
    [
        ("observe", "passed"),
        ("quota", "passed"),
        ("cache_key", "passed"),
        ("context", "passed"),
        ("validate", "unverified"),
        ("admit", "refuse"),
    ],
)
def test_what_breaks_elsewhere_ends_as_documented(router, ask, hook: str, state: str) -> None:
    """Observers, quotas, keys and context are isolated; a broken check could not run; a broken gate refuses."""
    good = Says(verdicts=(verdict(Status.PASS),))
    opened = router(Breaks(at=hook), Cheapskate(), good, Remembers(cache=MemoryCache()), replies=["x"])
    assert laws.state_of(opened.handle(ask())) == state


def test_a_match_out_of_range_is_the_plugins_fault(router, ask) -> None:
    """A domain that is surer than certain is refused, and the plugin is named."""

    @plugin
    class Boaster:
        """Claims everything."""

        @hookimpl
        def ccrouter_domain(self):
            """Be surer than certain."""
            return DomainMatch(domain="mine", confidence=10)

    with pytest.raises(PluginError, match="boaster"):
        router(Boaster()).decide(ask())
