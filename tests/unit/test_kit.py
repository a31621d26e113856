"""The conformance kit: what ships keeps the contract, and each way to break it is found and named."""

from __future__ import annotations

import inspect
import sys
import textwrap
import time
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from ccrouter_core import (
    Action,
    Check,
    Decision,
    DomainMatch,
    PluginError,
    Request,
    Signal,
    Status,
    UsageError,
    Verdict,
    hookimpl,
    option,
    plugin,
)
from ccrouter_core.kit import samples, skeleton, trials
from ccrouter_core.kit.declared import SPECS
from ccrouter_core.kit.loading import candidates_at, name_remarks
from ccrouter_core.models import Piece
from ccrouter_core.testing import check_plugin

OURS = ("ccrouter", "ccrouter-dev", "ccrouter-knowledge", "ccrouter-latex")


def installed() -> list:
    """Return the classes of the plugins that come with the project, by name."""
    points = [point for point in entry_points(group="ccrouter") if point.dist and point.dist.name in OURS]
    return [pytest.param(point.load(), id=point.name) for point in sorted(points, key=lambda one: one.name)]


def broken(cls: object, *requests: Request) -> dict[str, str]:
    """Return what is broken, reasons by check."""
    return {remark.check: remark.reason for remark in check_plugin(cls, requests) if remark.state == "broken"}


@pytest.mark.parametrize("cls", installed())
def test_what_ships_keeps_the_contract(cls: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every plugin of the project passes the kit that others are measured by."""
    monkeypatch.setenv("CCROUTER_HOME", str(tmp_path / "home"))
    assert broken(cls) == {}


def test_there_is_a_sample_for_every_argument(tmp_path: Path) -> None:
    """A hook that gets a new argument needs a sample of it."""
    wanted = {name for spec in SPECS.values() for name in inspect.signature(spec).parameters}
    for values in samples.arguments("some", tmp_path):
        assert wanted <= set(values)


def test_every_remark_says_how_to_mend() -> None:
    """What is not ok carries a fix."""
    for cls in (Misspelt, Marked, Undocumented, Unguarded):
        assert all(remark.fix for remark in check_plugin(cls) if remark.state != "ok")


# --- options ---------------------------------------------------------------------------------------------------


@plugin
class Undocumented:
    risky: tuple[str, ...] = ("drop",)

    @hookimpl
    def ccrouter_observe(self, event):
        """Say nothing."""


@plugin
class Required:
    """Needs an option."""

    key: str = option(help="a key")

    @hookimpl
    def ccrouter_observe(self, event):
        """Say nothing."""


@plugin
class Untrue:
    """Has a default that its own type refuses."""

    size: int = option("many", help="how many")

    @hookimpl
    def ccrouter_observe(self, event):
        """Say nothing."""


@plugin
class Unguarded:
    """Lets any project lower its floor."""

    floor: str = option("sonnet", help="the lowest tier")

    @hookimpl
    def ccrouter_signals(self, request):
        """Set the floor always."""
        return Signal(name="unguarded.always", reason="always", floor=self.floor)


def test_options_are_typed_documented_and_have_defaults() -> None:
    """A missing docstring, help or default, and a default of the wrong type, are each named with the option."""
    assert set(broken(Undocumented)) == {"plugin.summary", "options.help"}
    assert "key" in broken(Required)["options.default"]
    assert "size" in broken(Untrue)["options.default"]


def test_a_guards_option_that_a_project_may_set_is_advised_against() -> None:
    """It is the author's decision, so it is advice and breaks nothing."""
    advice = [remark for remark in check_plugin(Unguarded) if remark.state == "advice"]
    assert [remark.check for remark in advice] == ["options.user_only"]
    assert "floor" in advice[0].reason
    assert broken(Unguarded) == {}


# --- declarations of hooks -------------------------------------------------------------------------------------


@plugin
class Misspelt:
    """Misspells a hook."""

    @hookimpl
    def ccrouter_signal(self, request):
        """Notice nothing."""


@plugin
class Marked:
    """Forgets the mark."""

    def ccrouter_signals(self, request):
        """Notice nothing."""


@plugin
class Argued:
    """Wants what the hook does not have."""

    @hookimpl
    def ccrouter_signals(self, request, domian):
        """Notice nothing."""


@plugin
class Defaulted:
    """Gives an argument a default, so that it never comes."""

    @hookimpl
    def ccrouter_signals(self, request, domain=None):
        """Notice nothing."""


@plugin
class Starred:
    """Takes anything."""

    @hookimpl
    def ccrouter_signals(self, **arguments):
        """Notice nothing."""


@plugin
class Wrapping:
    """Wraps what may not be wrapped."""

    @hookimpl(wrapper=True)
    def ccrouter_signals(self, request):
        """Watch."""
        return (yield)


@plugin
class Generating:
    """Yields where the first answer counts."""

    @hookimpl
    def ccrouter_route(self, request):
        """Always win."""
        yield Decision(action=Action.ROUTE, tier="haiku")


@plugin
class Idle:
    """Does nothing."""


class Plain:
    """Is not made by @plugin."""

    @hookimpl
    def ccrouter_observe(self, event):
        """Say nothing."""


@pytest.mark.parametrize(
    ("cls", "check", "words"),
    [
        (Misspelt, "hooks.name", "Did you mean ccrouter_signals?"),
        (Marked, "hooks.mark", "never asked"),
        (Argued, "hooks.arguments", "Did you mean domain?"),
        (Defaulted, "hooks.arguments", "never given"),
        (Starred, "hooks.arguments", "arguments gets nothing"),
        (Wrapping, "hooks.wrapper", "may be wrapped"),
        (Generating, "hooks.generator", "always win"),
        (Idle, "hooks", "no hook"),
        (Plain, "plugin.class", "@plugin"),
        (sys, "plugin.class", "not a class"),
    ],
)
def test_a_hook_that_is_declared_wrongly_is_named(cls: object, check: str, words: str) -> None:
    """With the right spelling where one is near."""
    assert words in broken(cls)[check]


# --- answers ---------------------------------------------------------------------------------------------------


def answering(hook: str, answer, name: str = "some"):
    """Return a plugin's class whose hook answers what a function says of the request (or of what else it gets)."""
    argument = next(iter(inspect.signature(SPECS[hook]).parameters))
    names: dict = {"answer": answer}
    exec(f"def {hook}(self, {argument}):\n    'Answer.'\n    return answer({argument})", names)  # noqa: S102 - the argument's name counts
    return plugin(name=name)(type("Some", (), {"__doc__": "Answers.", hook: hookimpl(names[hook])}))


def raises(error: BaseException):
    """Return a function that raises."""

    def function(_):
        raise error

    return function


def sure(_):
    """Be surer than certain."""
    return DomainMatch(domain="some", confidence=10)


@pytest.mark.parametrize(
    ("hook", "answer", "words"),
    [
        ("ccrouter_signals", lambda _: "a fact", "answered str, not Signal, Iterable[Signal] or None"),
        ("ccrouter_signals", lambda _: [1], "list of int"),
        ("ccrouter_signals", raises(ZeroDivisionError("no")), "raised ZeroDivisionError: no"),
        ("ccrouter_signals", raises(SystemExit(3)), "raised SystemExit"),
        ("ccrouter_signals", lambda _: Signal(name="other.x", reason=""), "does not begin with 'some.'"),
        ("ccrouter_signals", lambda _: Signal(name="some.x", reason="", floor="huge"), "the tier 'huge'"),
        (
            "ccrouter_signals",
            lambda _: Signal(name="some.x", reason="", span=(0, 10**9)),
            "outside of the text",
        ),
        ("ccrouter_signals", lambda one: one.text.split()[5], "raised IndexError"),
        ("ccrouter_domain", sure, "raised UsageError"),
        ("ccrouter_route", lambda _: Decision(action=Action.ROUTE, tier="huge"), "the tier 'huge'"),
        ("ccrouter_validate", lambda _: Verdict(check="x", status=Status.PASS, reason=""), "does not begin"),
        ("ccrouter_context", lambda _: Piece(source="s", load=lambda: 3), "loads int, not str"),
        ("ccrouter_context", lambda _: Piece(source="s", load=lambda: 1 // 0), "ZeroDivisionError"),
        ("ccrouter_observe", raises(ValueError("x")), "raised ValueError"),
        ("ccrouter_self_test", lambda _: Check(name="some.x", passed=False, reason="no luck"), "no luck"),
        ("ccrouter_executors", lambda _: object(), "answered object"),
    ],
)
def test_a_wrong_answer_is_named_with_its_hook(hook: str, answer, words: str) -> None:
    """Wrong types, exceptions of any kind, and records that break a law are found by calling the hook."""
    found = broken(answering(hook, answer))
    assert set(found) == {"answers"}
    assert found["answers"].startswith(f"{hook}: ")
    assert words in found["answers"]


def test_a_hook_that_never_ends_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kit waits for a while, and goes on."""
    monkeypatch.setattr(trials, "LONGEST_S", 0.05)
    found = broken(answering("ccrouter_signals", lambda _: time.sleep(5)))
    assert "no answer after 0.05 s" in found["answers"]


def test_what_a_plugin_looks_for_is_tried() -> None:
    """A fault that only the plugin's own words uncover is found: they are taken from its options and its code."""

    @plugin(name="some")
    class Looking:
        """Looks for words."""

        words: tuple[str, ...] = option(("obliterate",), help="words", user_only=True)

        @hookimpl
        def ccrouter_signals(self, request):
            """Break the prefix law when a word of the options is there."""
            if any(word in request.text for word in self.words):
                yield Signal(name="wrong", reason="")

        @hookimpl
        def ccrouter_validate(self, request, outcome):
            """Raise when a word of the code is there."""
            if "annihilate" in request.text:
                raise ValueError(outcome)

    reasons = [remark.reason for remark in check_plugin(Looking) if remark.state == "broken"]
    assert len(reasons) == 2


def test_requests_of_the_caller_are_tried_too() -> None:
    """An author knows what the plugin is about."""
    cls = answering("ccrouter_signals", lambda one: "no record" if one.text == "quite special" else None)
    assert broken(cls) == {}
    assert "answered str" in broken(cls, Request(text="quite special"))["answers"]


def test_what_does_the_work_is_not_called() -> None:
    """The kit costs nothing: `ccrouter_execute` is left to the author's own tests, and said so."""
    called = []
    remarks = check_plugin(answering("ccrouter_execute", called.append))
    assert called == []
    assert ["ccrouter_execute" in remark.reason for remark in remarks if remark.state == "advice"] == [True]


def test_a_constructor_that_raises_is_named() -> None:
    """A plugin must be makeable with its defaults."""

    @plugin
    class Fragile:
        """Breaks when it is made."""

        def __attrs_post_init__(self) -> None:
            raise RuntimeError("no luck")

        @hookimpl
        def ccrouter_observe(self, event):
            """Say nothing."""

    assert "no luck" in broken(Fragile)["plugin.made"]


# --- where it comes from ---------------------------------------------------------------------------------------

MODULE = '''
"""A plugin."""

from ccrouter_core import hookimpl, plugin


@plugin{name}
class {cls}:
    """Watches."""

    @hookimpl
    def ccrouter_observe(self, event):
        """Say nothing."""
'''
PROJECT = (
    '[project]\nname = "{dist}"\nversion = "1"\n[project.entry-points.ccrouter]\n{point} = "{module}:{cls}"\n'
)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({}, None),
        ({"dist": "my-watch"}, "distribution"),
        ({"module": "watch"}, "import"),
        ({"point": "wach"}, "entry point"),
        ({"cls": "Watcher", "name": '(name="watch")'}, "class"),
    ],
)
@pytest.mark.parametrize("src", ["", "src"])
def test_one_word_stands_in_all_places(
    tmp_path: Path, changes: dict[str, str], place: str | None, src: str
) -> None:
    """Distribution, import, entry point, table and class say the same, in a folder or below its `src`."""
    words = {
        "dist": "ccrouter-watch",
        "module": "ccrouter_watch",
        "point": "watch",
        "cls": "Watch",
        "name": "",
    } | changes
    (tmp_path / src).mkdir(exist_ok=True)
    (tmp_path / src / f"{words['module']}.py").write_text(MODULE.format(**words))
    (tmp_path / "pyproject.toml").write_text(PROJECT.format(**words))
    (candidate,) = candidates_at(tmp_path)
    with candidate.imported() as cls:
        remarks = list(name_remarks(candidate, cls))
    wrong = [
        remark.reason.partition(":")[0].partition(",")[0] for remark in remarks if remark.state == "broken"
    ]
    assert (place is None) == (not wrong)
    assert place is None or place in wrong
    assert words["module"] not in sys.modules
    assert str(tmp_path) not in sys.path


def test_a_lone_module_is_checked_and_told_what_it_lacks(tmp_path: Path) -> None:
    """Without a pyproject.toml nobody can find it: that is advice, not a fault of the module."""
    (tmp_path / "ccrouter_watch.py").write_text(MODULE.format(cls="Watch", name=""))
    (candidate,) = candidates_at(tmp_path / "ccrouter_watch.py")
    with candidate.imported() as cls:
        remarks = list(name_remarks(candidate, cls))
    assert [remark.state for remark in remarks] == ["ok", "advice"]


@pytest.mark.parametrize(
    ("file", "text", "error"),
    [
        ("x.py", "", UsageError),
        ("pyproject.toml", "project = 3", UsageError),
        ("pyproject.toml", "[project]\nentry-points = 3", UsageError),
        ("pyproject.toml", "[project.entry-points]\nccrouter = 3", UsageError),
        ("pyproject.toml", "[project", UsageError),
        ("pyproject.toml", "[project]\nname = 'x'\n", UsageError),
        ("x.txt", "", UsageError),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, file: str, text: str, error: type[Exception]) -> None:
    """A module without a plugin, a file that is none, a folder whose tables are of another shape."""
    (tmp_path / file).write_text(text)
    path = tmp_path if file.startswith("pyproject") else tmp_path / file
    with pytest.raises(error):
        candidates_at(path)


@pytest.mark.parametrize("text", ["import nowhere_at_all", "x = (", "import sys; sys.exit(3)", "\ufeff\0"])
def test_a_module_that_does_not_load_is_a_candidate_that_says_why(tmp_path: Path, text: str) -> None:
    """Its check names the reason: that is an answer about the plugin, not a wrong call."""
    (tmp_path / "x.py").write_text(text)
    (candidate,) = candidates_at(tmp_path / "x.py")
    with pytest.raises(PluginError, match="cannot be loaded"), candidate.imported():
        pass


# --- a domain to begin with ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sql", "notes", "a", "my_notes", "sql2"])
def test_a_word_is_a_name(name: str) -> None:
    """It reads back from its class, and the texts compile."""
    skeleton.check_name(name)
    for path, text in skeleton.files(name).items():
        if path.endswith(".py"):
            compile(text, path, "exec")
            assert textwrap.dedent(text) == text
            assert max(map(len, text.splitlines())) <= 110


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Sql",
        "my-notes",
        "_x",
        "x_",
        "a__b",
        "2x",
        "class",
        "match",
        "core",
        "ünder",
        "a" * 41,
        "x_y",
        "../x",
        "a b",
        "routing",
    ],
)
def test_what_is_no_word_is_refused(name: str) -> None:
    """Nothing is written for a name that could not stand in all places, or that is taken."""
    with pytest.raises(UsageError, match="cannot be the name of a plugin"):
        skeleton.check_name(name, {"routing"})


def test_the_module_is_about_thirty_lines() -> None:
    """It is an example to read, not a framework."""
    lines = skeleton.files("sql")["ccrouter_sql.py"].splitlines()
    assert sum(bool(line.strip()) for line in lines) <= 32
