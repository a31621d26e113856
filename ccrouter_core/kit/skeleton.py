"""A whole third-party domain to begin with: two files and a test, which passes as it is written."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Mapping

from ccrouter_core.errors import UsageError
from ccrouter_core.plugin import snake_case

_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*")
_LONGEST = 40
_RESERVED = frozenset({"core", "plugins", "ccrouter"})  # names that core itself uses

_PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "ccrouter-{dashed}"
version = "0.1.0"
description = "A ccrouter domain: {name}."
requires-python = ">=3.10"
dependencies = ["ccrouter"]

[project.entry-points.ccrouter]
{name} = "ccrouter_{name}:{cls}"

[tool.hatch.build.targets.wheel]
only-include = ["ccrouter_{name}.py"]
"""

_MODULE = '''\
"""The domain {name}: this module and one entry-point line in `pyproject.toml`."""

from __future__ import annotations

import re

from ccrouter_core import DomainMatch, Signal, Status, Verdict, hookimpl, option, plugin

_FILE = re.compile(r"[^\\s\\"'`(),;:]+\\.{name}\\b", re.IGNORECASE)  # its files, by their names


@plugin
class {cls}:
    """Requests about .{name} files: what is risky deserves judgment, an answer must say something."""

    # `user_only`: the ccrouter.toml of a cloned repository must not lower a guard.
    risky: tuple[str, ...] = option(("delete", "drop"), help="words that set the floor", user_only=True)
    floor: str = option("sonnet", help="the lowest tier for what is risky", user_only=True)

    @hookimpl
    def ccrouter_domain(self, request):
        files = tuple(_FILE.findall(" ".join((*request.files, request.text))))
        return DomainMatch(domain="{name}", confidence=0.9, evidence=files) if files else None

    @hookimpl
    def ccrouter_signals(self, request, domain):
        for word in self.risky if domain and domain.domain == "{name}" else ():
            found = re.search(rf"\\b{{re.escape(word)}}\\b", request.text, re.IGNORECASE)
            if found:
                reason = f"it says {{word}}"
                yield Signal(name="{name}.risky", reason=reason, span=found.span(), floor=self.floor)

    @hookimpl
    def ccrouter_validate(self, domain, outcome):
        if domain is None or domain.domain != "{name}":
            return None
        status = Status.PASS if outcome.text.strip() else Status.FAIL  # a real check comes here
        return Verdict(check="{name}.says_something", status=status, reason="it must say something")
'''

_TEST = '''\
"""The domain {name} on the real path, with the fixtures that ccrouter brings."""

from __future__ import annotations

import pytest

from ccrouter_core import Request, Status
from ccrouter_core.testing import check_plugin
from ccrouter_{name} import {cls}

ABOUT = Request(text="explain what to delete in a.{name}")


def test_it_keeps_the_contract():
    """Options, hooks and their answers to samples, as `ccrouter plugins check {name}` sees them."""
    assert [remark for remark in check_plugin({cls}, [ABOUT]) if remark.state == "broken"] == []


@pytest.mark.parametrize("text", ["explain what to delete in a.{name}", "Drop all of `A.{upper}`."])
def test_what_is_risky_never_goes_to_the_lowest_tier(router, text):
    """The floor holds, whoever routes."""
    answer = router({cls}()).decide(Request(text=text))
    assert answer.domain.domain == "{name}"
    assert "sonnet" in {{signal.floor for signal in answer.signals}}


def test_other_requests_are_left_alone(router):
    """Without a file of its own the domain says nothing."""
    answer = router({cls}()).decide(Request(text="explain what to delete in a.other"))
    assert answer.domain is None
    assert answer.signals == ()


@pytest.mark.parametrize(("text", "status"), [("It has parts.", Status.PASS), (" ", Status.FAIL)])
def test_an_answer_must_say_something(router, text, status):
    """The check judges every answer about its files."""
    answer = router({cls}(), replies=[text] * 3).handle(Request(text="explain a.{name}"))
    found = {{verdict.check: verdict.status for verdict in answer.attempts[0].verdicts}}
    assert found["{name}.says_something"] is status
'''


def class_name(name: str) -> str:
    """Return a plugin's name as the name of its class: `my_notes` becomes `MyNotes`."""
    return "".join(word.capitalize() for word in name.split("_"))


def check_name(name: str, taken: Collection[str] = ()) -> None:
    """Refuse what cannot be a plugin's name in all places: distribution, import, entry point, table, class, signals.

    Args:
        name: the name that somebody wants.
        taken: the names of the installed plugins.

    Raises:
        UsageError: it is no lower-case word (or words with "_" between), too long, reserved or taken.
    """
    why = None
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        why = f"it must be lower-case letters and digits, words joined by _, at most {_LONGEST} characters"
    elif keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in _RESERVED:
        why = "the word has a meaning of its own"
    elif snake_case(class_name(name)) != name:
        why = f"its class would be {class_name(name)}, which reads back as {snake_case(class_name(name))}"
    elif name in taken:
        why = "an installed plugin has that name already"
    if why:
        raise UsageError(
            what=f"{name!r} cannot be the name of a plugin",
            why=f"{why}; it stands in the distribution, import, entry point, table, class and signals at once",
            fix="choose another word, for example sql",
        )


def files(name: str) -> Mapping[str, str]:
    """Return the texts of a new domain by path below its folder `ccrouter-NAME`."""
    words = {"name": name, "dashed": name.replace("_", "-"), "cls": class_name(name), "upper": name.upper()}
    return {
        "pyproject.toml": _PYPROJECT.format(**words),
        f"ccrouter_{name}.py": _MODULE.format(**words),
        f"tests/test_ccrouter_{name}.py": _TEST.format(**words),
    }
