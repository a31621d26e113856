"""Sample arguments for every hook: ordinary ones, and those at the edges of what a plugin may be given."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from types import CodeType
from typing import Any

from ccrouter_core import models as m
from ccrouter_core.clock import SystemClock
from ccrouter_core.config.options import options_of
from ccrouter_core.memory import MemoryStore
from ccrouter_core.runtime import Runtime
from ccrouter_core.services import Cancel
from ccrouter_core.settings import Settings

_MOST_WORDS = 40
_LONGEST_WORD = 60  # characters; what is longer is a message, not a word to look for
NIGHT = datetime(2025, 6, 2, 3, tzinfo=timezone.utc)
SCHEME = "conformance-kit:"  # no store's own
_TEXTS = (
    "Fix the typo in intro.tex",
    "explain how the parser works",
    "run `rm -rf build` and push",
    "yes, do that",
    "?",
    "naïve ÅNGSTRÖM 日本語 \u0130 \U0001f600 a\u200bb\r\n\ttab",
    "word " * 20_000,
)


def requests(folder: Path, more: Sequence[m.Request] = ()) -> tuple[m.Request, ...]:
    """Return the sample requests, the caller's own after them; all stand in the folder unless they say where."""
    turn = m.Turn(text="Fix the typo in intro.tex", tier="haiku", domain="latex")
    samples = [m.Request(text=text, cwd=str(folder)) for text in _TEXTS]
    samples.append(
        m.Request(
            text="Rewrite it", files=("a.txt", "gone/b.tex", "odd name.SQL"), cwd=str(folder), earlier=turn
        )
    )
    return (*samples, *more)


def own_requests(plugin: object, name: str, folder: Path) -> tuple[m.Request, ...]:
    """Return requests made of the words that a plugin itself knows, about a file whose ending is its name.

    They are the texts among its options and in the code of its hooks: what it looks for is most likely among them.
    """
    words = {
        word for option in options_of(type(plugin)) for word in _texts_in(getattr(plugin, option.name, None))
    }
    for hook in (getattr(type(plugin), name) for name in dir(type(plugin)) if name.startswith("ccrouter_")):
        words.update(_texts_in(getattr(inspect.unwrap(hook), "__code__", None)))
    short = sorted(word for word in words if word.strip() and len(word) <= _LONGEST_WORD and "\0" not in word)
    texts = [f"Please {word} it in a.{name}" for word in short[:_MOST_WORDS]] or [f"Please read a.{name}"]
    return tuple(m.Request(text=text, files=(f"a.{name}",), cwd=str(folder)) for text in texts)


def _texts_in(value: object) -> Iterator[str]:
    """Yield the texts in an option's value, or in a function's code and the functions in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list, set, frozenset)):
        for item in value:
            yield from _texts_in(item)
    elif isinstance(value, Mapping):
        yield from _texts_in(tuple(value))
    elif isinstance(value, CodeType):
        yield from _texts_in(value.co_consts)


def runtime(folder: Path) -> Runtime:
    """Return the shared objects of a router whose state is in memory."""
    clock = SystemClock()
    return Runtime(settings=Settings(home=folder), home=folder, clock=clock, store=MemoryStore(clock=clock))


def arguments(name: str, folder: Path, more: Sequence[m.Request] = ()) -> Iterator[Mapping[str, Any]]:
    """Yield values for all arguments of all hooks, once per sample request and domain.

    Args:
        name: the plugin's name; half of the samples belong to a domain of that name.
        folder: an empty folder, which gets a project to look at and a place to write in.
        more: further requests.
    """
    project, own = folder / "project", folder / "own"
    for made in (project, own):
        made.mkdir()
    (project / "a.txt").write_text("a text\n", encoding="utf-8")
    shared = runtime(folder)
    for number, request in enumerate(requests(project, more)):
        for domain in (None, m.DomainMatch(domain=name, confidence=0.9, evidence=("a.txt",))):
            decision = m.Decision(
                action=m.Action.ROUTE, tier="sonnet", agent="sonnet-general", confidence=0.8
            )
            outcome = _outcomes(project)[number % 3]
            yield {
                "runtime": shared,
                "request": request,
                "domain": domain,
                "signals": (m.Signal(name=f"{name}.sample", reason="a sample", span=(0, 1)),),
                "attempts": () if number % 2 else (m.Attempt(decision=decision, outcome=outcome),),
                "spending": None,  # deciding must be free
                "windows": (
                    m.QuotaWindow(name="daily", tiers=("opus",), unit="messages", limit=9.0, used=1.0),
                ),
                "decision": decision,
                "outcome": outcome,
                **_stored(outcome),
                "texts": ("a text", request.text),
                "now": NIGHT,
                "budget": 0 if number == 0 else 1_000,
                "context": "",
                "cancel": Cancel(),
                "location": SCHEME,
                "event": m.Event(name="validated", at=NIGHT),
                "since": NIGHT,
                "until": NIGHT,
                "name": "no such view",
                "folder": own,
            }


def _outcomes(folder: Path) -> tuple[m.Outcome, ...]:
    """Return three answers: in words, with changed and deleted files, and empty."""
    place = str(folder)
    block = "Here it is:\n\n```python\nprint('x')\n```\n"
    return (
        m.Outcome(text=block, tier="sonnet", workspace=place),
        m.Outcome(
            text="Done as asked.", tier="sonnet", workspace=place, changed=("a.txt", "gone.txt"), diff="x"
        ),
        m.Outcome(text="", tier="sonnet", workspace=place),
    )


def _stored(outcome: m.Outcome) -> dict[str, Any]:
    query = m.CacheKey(scope="sample", digest="0" * 64, text="do not enable it")
    candidate = m.CacheKey(scope="sample", digest="1" * 64, text="enable it")
    return {
        "query": query,
        "candidate": m.CacheEntry(id="c-sample", key=candidate, outcome=outcome, created=NIGHT),
    }
