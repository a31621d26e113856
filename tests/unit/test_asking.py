"""Asking plugins: whoever breaks is named, whoever watches cannot disturb, wrappers wrap."""

from __future__ import annotations

import logging
import sys
import time
from functools import partial

import pytest
from attrs import evolve

from ccrouter_core import (
    Action,
    Decision,
    Event,
    Ladder,
    Outcome,
    PluginError,
    Request,
    Signal,
    Tier,
    hookimpl,
    plugin,
)
from ccrouter_core.calls import Calls
from ccrouter_core.registry import build_manager
from ccrouter_core.services import Cancel
from ccrouter_core.settings import Settings, default_ladder

REQUEST = Request(text="explain it")
HAIKU = Decision(action=Action.ROUTE, tier="haiku")


def calls(*plugins: object) -> Calls:
    """Return the typed calls over plugins, the first of which is asked first."""
    return Calls(build_manager(plugins), default_ladder())


def routed(*plugins: object) -> Decision | None:
    """Return what plugins decide."""
    return calls(*plugins).route(REQUEST, None, (), (), ())


def executed(*plugins: object, text: str = "core") -> Outcome | None:
    """Return what plugins make of an execution that core would answer with `text`."""
    own = partial(Outcome, text=text, tier="haiku")
    return calls(*plugins).execute(REQUEST, HAIKU, "", Cancel(), own)


@plugin
class Routes:
    """Answers `ccrouter_route` and the cache's key with what it is given; an exception is raised."""

    answer: object

    @hookimpl
    def ccrouter_route(self):
        """Answer or raise."""
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    @hookimpl
    def ccrouter_cache_key(self):
        """Answer or raise."""
        return self.ccrouter_route()


@plugin
class Watches:
    """Does at `ccrouter_observe` what it is given."""

    act: object

    @hookimpl
    def ccrouter_observe(self, event):
        """Do it."""
        self.act(event)


@plugin
class Wraps:
    """Wraps an execution in its name; can break in every way."""

    name: str = "w"
    fault: str = ""

    @hookimpl(wrapper=True)
    def ccrouter_execute(self):
        """Put its name around the text."""
        if self.fault == "before":
            raise ValueError(self.fault)
        if self.fault != "never":
            try:
                outcome = yield
            except ZeroDivisionError:
                if self.fault != "rescue":
                    raise
                return Outcome(text="rescued", tier="haiku")
            if self.fault == "after":
                raise ValueError(self.fault)
            if self.fault == "type":
                return 5
            if self.fault == "twice":
                yield
            return Outcome(text=f"{self.name}({outcome.text})", tier=outcome.tier)
        return None


@plugin(name="outer")
class Outer(Wraps):
    """Another wrapper."""


# --- the first answer ------------------------------------------------------------------------------------------


def test_the_first_answer_wins_and_the_rest_is_not_asked() -> None:
    """None is no answer; after an answer nobody else is asked."""
    later = Routes(answer=ZeroDivisionError())
    later.plugin_name = "later"
    assert routed(Watches(act=id), Routes(answer=HAIKU), later) is HAIKU
    assert routed(Watches(act=id)) is None


@pytest.mark.parametrize("answer", [5, "haiku", [HAIKU], ZeroDivisionError("x"), SystemExit(3)])
def test_a_wrong_first_answer_names_its_plugin(answer: object) -> None:
    """A wrong type, an exception and `sys.exit` are errors that say whose they are."""
    with pytest.raises(PluginError, match="the plugin routes broke at ccrouter_route"):
        routed(Routes(answer=answer))


def test_ctrl_c_is_not_the_plugins_fault() -> None:
    """The person's interrupt passes through."""
    with pytest.raises(KeyboardInterrupt):
        routed(Routes(answer=KeyboardInterrupt()))


@pytest.mark.parametrize("answer", [5, ZeroDivisionError("secret words"), SystemExit(3)])
def test_without_a_key_the_request_goes_on(caplog: pytest.LogCaptureFixture, answer: object) -> None:
    """A broken cache key means none; the plugin is named once, without what the exception says."""
    asked = calls(Routes(answer=answer))
    assert [asked.cache_key(REQUEST, None) for _ in range(3)] == [None] * 3
    (told,) = caplog.messages
    assert told.startswith("plugin routes: ccrouter_cache_key: it ")
    assert "secret" not in told


# --- wrappers --------------------------------------------------------------------------------------------------


def test_wrappers_wrap_in_order() -> None:
    """The plugin that is asked first is outermost; core's own answer is innermost."""
    outcome = executed(Outer(name="outer"), Wraps(name="inner"))
    assert outcome is not None
    assert outcome.text == "outer(inner(core))"


@pytest.mark.parametrize("fault", ["before", "after", "type", "twice", "never"])
def test_a_wrapper_that_breaks_is_named(fault: str) -> None:
    """Whatever it does wrong, the error says which of two wrappers it was."""
    with pytest.raises(PluginError, match="the plugin wraps broke at ccrouter_execute"):
        executed(Outer(), Wraps(fault=fault))


def test_a_wrapper_sees_what_was_raised() -> None:
    """It may answer instead; an exception that it lets through is not blamed on it."""

    def broken() -> Outcome:
        raise ZeroDivisionError

    wrapped = partial(calls(Wraps(fault="rescue")).execute, REQUEST, HAIKU, "", Cancel())
    outcome = wrapped(broken)
    assert outcome is not None
    assert outcome.text == "rescued"
    with pytest.raises(ZeroDivisionError):
        calls(Wraps()).execute(REQUEST, HAIKU, "", Cancel(), broken)


# --- watching --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [ZeroDivisionError(), SystemExit(3), GeneratorExit()])
def test_an_observer_cannot_end_anything(error: BaseException) -> None:
    """Whatever one raises, the others are told and the request goes on; Ctrl-C alone passes."""
    heard: list[object] = []

    def fail(_: object) -> None:
        raise error

    quiet = Watches(act=heard.append)
    quiet.plugin_name = "quiet"
    calls(Watches(act=fail), quiet).observe(Event(name="x"))
    assert len(heard) == 1


def test_an_observer_that_keeps_everybody_waiting_is_named_once(caplog: pytest.LogCaptureFixture) -> None:
    """A slow one delays each request, so its plugin is told once, with the time it took."""
    asked = calls(Watches(act=lambda _: time.sleep(0.15)))
    for _ in range(2):
        asked.observe(Event(name="x"))
    (told,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert told.getMessage().startswith("plugin watches: ccrouter_observe took 0.")


def test_sys_exit_in_an_observer_does_not_end_the_request(router, tmp_path) -> None:
    """The whole path is taken all the same."""
    opened = router(Watches(act=lambda _: sys.exit(3)), replies=["fine"])
    answer = opened.handle(Request(text="explain how it works", cwd=str(tmp_path)))
    assert answer.outcome.text == "fine"


# --- names of tiers --------------------------------------------------------------------------------------------

SMALL_BIG = Ladder(
    tuple(
        Tier(name=name, rank=rank, model=name, executor="scripted")
        for rank, name in enumerate(("small", "big"))
    )
)


@plugin
class Notices:
    """Notices what it is given."""

    signal: Signal

    @hookimpl
    def ccrouter_signals(self):
        """Notice it."""
        return self.signal


@plugin
class Reroutes:
    """Wraps the decision to a tier of its own."""

    tier: str = "sonnet"

    @hookimpl(wrapper=True)
    def ccrouter_route(self):
        """Change it."""
        decision = yield
        return evolve(decision, tier=self.tier)


def decided(router, *plugins: object) -> Decision:
    """Return the decision on a ladder of two tiers, small and big."""
    return router(*plugins, settings=Settings(ladder=SMALL_BIG)).decide(Request(text="explain it")).decision


def test_a_floor_that_is_no_tier_is_the_highest(router, caplog: pytest.LogCaptureFixture) -> None:
    """A guard that speaks of tiers which this ladder has not still guards; its plugin is told, once."""
    small = Routes(answer=evolve(HAIKU, tier="small"))
    guard = Notices(signal=Signal(name="notices.care", reason="r", floor="sonnet"))
    assert decided(router, small).tier == "small"
    assert [decided(router, small, guard).tier for _ in range(2)] == ["big", "big"]
    told = "plugin notices: the floor 'sonnet' of notices.care is no tier of the ladder (small, big): big counts instead"
    assert told in caplog.messages


@pytest.mark.parametrize("place", ["ceiling", "supports"])
def test_an_unknown_tier_lowers_nothing(router, caplog: pytest.LogCaptureFixture, place: str) -> None:
    """What would make a request cheaper does not count when it names no tier of the ladder."""
    big = Routes(answer=evolve(HAIKU, tier="big"))
    said = Notices(signal=Signal(name="notices.ease", reason="r", **{place: "haiku"}))
    assert decided(router, big, said).tier == "big"
    assert "it does not count" in caplog.text


def test_a_decision_for_no_tier_names_its_plugin(router) -> None:
    """Whoever decided, or changed the decision, is the one to mend."""
    with pytest.raises(PluginError, match=r"the plugin routes broke at ccrouter_route\n.*'haiku' is no tier"):
        decided(router, Routes(answer=HAIKU))
    with pytest.raises(
        PluginError, match=r"the plugin reroutes broke at ccrouter_route\n.*'sonnet' is no tier"
    ):
        decided(router, Reroutes(), Routes(answer=evolve(HAIKU, tier="small")))


def test_the_shipped_domains_work_on_any_ladder(router, caplog: pytest.LogCaptureFixture, tmp_path) -> None:
    """Medical content in a paper goes to the highest tier where nobody knows the default floor's name."""
    latex = pytest.importorskip("ccrouter_latex")
    (tmp_path / "main.tex").write_text("\\documentclass{article}\n")
    request = Request(text="Explain the patient case in main.tex", files=("main.tex",), cwd=str(tmp_path))
    small = Routes(answer=evolve(HAIKU, tier="small"))
    opened = router(small, latex.Latex(), settings=Settings(ladder=SMALL_BIG))
    assert opened.decide(request).decision.tier == "big"
    assert "plugin latex: the floor 'sonnet' of latex.medical" in caplog.text
