"""Every hook is documented the same way, and its example runs."""

from __future__ import annotations

import hashlib
import inspect
import re
import textwrap
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import click
import pytest
from attrs import evolve

import ccrouter_core
from ccrouter_core import hooks, testing
from ccrouter_core.kit.answers import announced, argument_types, fits
from ccrouter_core.models import (
    Action,
    CacheEntry,
    CacheKey,
    ClientEvent,
    Decision,
    DomainMatch,
    Event,
    Outcome,
    Request,
    Signal,
)
from ccrouter_core.plugin import hookimpl, plugin
from ccrouter_core.registry import build_manager
from ccrouter_core.runtime import Runtime
from ccrouter_core.services import Cancel
from ccrouter_core.settings import Settings
from ccrouter_core.testing import FixedClock, MemoryStore

SPECS = {name: value for name, value in vars(hooks).items() if name.startswith("ccrouter_")}
SECTIONS = ("Kind:", "Asked by:", "Arguments:", "Returns:", "An exception:", "Example:")
TELLS = {"ccrouter_startup", "ccrouter_shutdown", "ccrouter_observe", "ccrouter_client_event"}

# What the examples may use without importing it.
SCOPE: dict[str, Any] = {
    **{name: getattr(ccrouter_core, name) for name in ccrouter_core.__all__},
    **{name: getattr(testing, name) for name in testing.__all__},
    "hashlib": hashlib,
    "click": click,
    "Path": Path,
}
# Where one value for all hooks does not do.
OWN: dict[str, dict[str, Any]] = {
    "ccrouter_client_event": {"event": ClientEvent(name="SessionEnd")},
    "ccrouter_restore_store": {"location": "greeter:"},
}
NIGHT = datetime(2025, 6, 2, 3, tzinfo=timezone.utc)


def options(name: str) -> dict[str, Any]:
    """Return what a hook was declared with."""
    found: dict[str, Any] = SPECS[name].ccrouter_spec
    return found


def sections(name: str) -> dict[str, str]:
    """Return the sections of a hook's docstring by their heading."""
    lines = (inspect.getdoc(SPECS[name]) or "").split("\n")
    found: dict[str, str] = {"question": lines[0]}
    current = "question"
    for line in lines[1:]:
        heading = next((heading for heading in SECTIONS if line.startswith(heading)), None)
        current = heading or current
        found[current] = found.get(current, "") + line.removeprefix(heading or "") + "\n"
    return found


# --- the form --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SPECS)
def test_a_hook_is_a_question_with_all_its_sections(name: str) -> None:
    """One line that asks, then kind, asker, arguments, answers, what an exception does, an example."""
    found = sections(name)
    question = found["question"].strip()
    assert question.endswith("?")
    assert "\n" not in question
    assert [heading for heading in SECTIONS if found.get(heading, "").strip()] == list(SECTIONS)
    assert [heading for heading in found if heading in SECTIONS] == list(SECTIONS)


@pytest.mark.parametrize("name", SPECS)
def test_the_kind_is_what_the_declaration_says(name: str) -> None:
    """*first* hooks are declared so, all others collect."""
    kind = "first" if options(name)["firstresult"] else "collect"
    assert sections(name)["Kind:"].strip().rstrip(".") == kind


@pytest.mark.parametrize("name", SPECS)
def test_arguments_are_few_annotated_and_explained(name: str) -> None:
    """At most six, each with a type and a word in the documentation; no defaults."""
    parameters = inspect.signature(SPECS[name]).parameters
    assert len(parameters) <= 6
    for parameter in parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty
        assert parameter.default is inspect.Parameter.empty
        assert re.search(rf"\b{parameter.name}\b", sections(name)["Arguments:"]), parameter.name


@pytest.mark.parametrize("name", SPECS)
def test_types_resolve(name: str) -> None:
    """Every annotation names something that exists, the answer included."""
    hints = argument_types(name)
    assert set(hints) == {*inspect.signature(SPECS[name]).parameters, "return"}


def test_nothing_else_is_a_hook() -> None:
    """What hooks.py declares begins with ccrouter_, and there are about twenty of them."""
    declared = {name for name, value in vars(hooks).items() if hasattr(value, "ccrouter_spec")}
    assert declared == set(SPECS)
    assert 15 <= len(SPECS) <= 30


def test_an_argument_means_the_same_everywhere() -> None:
    """Arguments of one name have one type in all hooks; `event` alone is of the router or of the client."""
    kinds: dict[str, set[str]] = {}
    for spec in SPECS.values():
        for parameter in inspect.signature(spec).parameters.values():
            kinds.setdefault(parameter.name, set()).add(str(parameter.annotation))
    assert {name for name, found in kinds.items() if len(found) > 1} == {"event"}


# --- the examples ----------------------------------------------------------------------------------------------


@pytest.fixture
def arguments(tmp_path: Path) -> dict[str, Any]:
    """Return a value for every argument that a hook has, such that the examples have something to say."""
    request = Request(text="translate: drop table users", files=("schema.sql",), cwd="/project")
    decision = Decision(action=Action.ROUTE, tier="opus")
    store = MemoryStore()
    store.state.put("greeter", "seen", {"at": "yesterday"})
    key = CacheKey(scope="project", digest="d", text="do not enable it")
    outcome = Outcome(text="done", tier="opus")
    stored = CacheEntry(id="c", key=evolve(key, text="enable it"), outcome=outcome)
    return {
        "runtime": Runtime(settings=Settings(), home=tmp_path, clock=FixedClock(NIGHT), store=store),
        "request": request,
        "domain": DomainMatch(domain="sql", confidence=0.9),
        "signals": (Signal(name="s", reason="r"),),
        "attempts": (),
        "windows": (),
        "spending": None,
        "decision": decision,
        "outcome": outcome,
        "query": key,
        "candidate": stored,
        "texts": ("a text", "another"),
        "now": NIGHT,
        "budget": 1_000,
        "context": "",
        "cancel": Cancel(),
        "location": "memory:",
        "event": Event(name="validated"),
        "since": NIGHT,
        "until": NIGHT,
        "name": "greetings",
        "folder": tmp_path,
    }


def example(name: str) -> Any:
    """Return a plugin made of a hook's example."""
    code = re.search(r"```python\n(.*?)```", sections(name)["Example:"], re.DOTALL)
    assert code, "the example is not a python block"
    body = textwrap.indent(textwrap.dedent(code[1]), "    ")
    namespace = dict(SCOPE)
    source = f"@plugin\nclass Greeter:\n    count: int = 0\n\n{body}"
    exec(compile(source, f"<example of {name}>", "exec"), namespace)  # noqa: S102 - our own documentation
    return namespace["Greeter"]()


@plugin
class Worker:
    """Does the work that a wrapper of `ccrouter_execute` wraps."""

    @hookimpl
    def ccrouter_execute(self, decision):
        """Return a plain outcome."""
        return Outcome(text="done", tier=decision.tier)


def ask(name: str, made: object, arguments: dict[str, Any]) -> list[Any]:
    """Return what plugins answer to a hook, generators run."""
    values = {**arguments, **OWN.get(name, {})}
    caller = getattr(build_manager([made, Worker()]).hook, name)
    answer = caller(**{key: values[key] for key in inspect.signature(SPECS[name]).parameters})
    answers = [answer] if options(name)["firstresult"] else answer
    return [tuple(one) if inspect.isgenerator(one) else one for one in answers]


@pytest.mark.parametrize("name", SPECS)
def test_the_example_runs_and_answers_what_is_announced(name: str, arguments: dict[str, Any]) -> None:
    """A plugin made of the example registers, and its answer to the hook is of the announced type."""
    answers = ask(name, example(name), arguments)
    assert all(fits(one, announced(name)) for one in answers)
    if name not in TELLS:
        assert any(one not in (None, ()) for one in answers), "the example has nothing to say"


@pytest.mark.parametrize("name", ["ccrouter_observe", "ccrouter_client_event", "ccrouter_execute"])
def test_examples_that_count_do_count(name: str, arguments: dict[str, Any]) -> None:
    """What an example without an answer does can be seen."""
    made = example(name)
    ask(name, made, arguments)
    assert made.count == 1
