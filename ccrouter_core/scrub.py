"""What may be written down of a document: every text in it is redacted, whatever field it stands in.

Rules that look at one text alone are not enough: a signal quotes a command and leaves the word "password" before its
value behind, an error cuts a key in half. So what `redact` finds in the texts of a request (see `knowing`) is a secret
in every text of that time, in pieces of eight characters too. Time is linear in the texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from types import MappingProxyType
from typing import Any

from ccrouter_core.redact import find_secrets, lower_case

Secret = tuple[str, int, int]  # kind, start, end
Known = Mapping[int, Mapping[str, str]]  # length -> secret or piece of one, in lower case -> kind

PIECE_CHARS = 8  # of a secret; shorter pieces are ordinary words too often
_SHORTEST = 6  # characters of the shortest text that `redact` finds a secret in: an address such as a@b.co

_KNOWN: ContextVar[Known] = ContextVar("ccrouter_known_secrets", default=MappingProxyType({}))
_CLEAN: ContextVar[frozenset[str]] = ContextVar("ccrouter_clean_texts", default=frozenset())


@contextmanager
def knowing(*texts: str) -> Iterator[None]:
    """Hold what is a secret in one of the texts for a secret in every text, while the `with` block runs.

    Nested use adds to what the outer block knows. It holds for the thread (or task) that entered the block.

    Args:
        texts: what the person wrote, what a model answered: whatever may be quoted in documents.
    """
    known = {length: dict(pieces) for length, pieces in _KNOWN.get().items()}
    clean = set(_CLEAN.get())
    for text in texts:
        secrets = [] if text in clean else find_secrets(text)
        for kind, start, end in secrets:
            _learn(known, kind, lower_case(text[start:end]))
        if not secrets:
            clean.add(text)
    tokens = _KNOWN.set(known), _CLEAN.set(frozenset(clean))
    try:
        yield
    finally:
        _KNOWN.reset(tokens[0])
        _CLEAN.reset(tokens[1])


def _learn(known: dict[int, dict[str, str]], kind: str, secret: str) -> None:
    length = min(len(secret), PIECE_CHARS)
    pieces = known.setdefault(length, {})
    for place in range(len(secret) - length + 1):
        pieces.setdefault(secret[place : place + length], kind)


def marks(text: str) -> list[Secret]:
    """Return (kind, start, end) of what must not be written down, in order and without overlaps."""
    known = _KNOWN.get()
    found = [] if len(text) < _SHORTEST or text in _CLEAN.get() else find_secrets(text)
    if not known:
        return found
    judged = [secret[1:] for secret in found] + [mark.span() for mark in _expression("mark").finditer(text)]
    return _joined(found, _known_in(_blanked(lower_case(text), judged), known))


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return the text with NUL, which is in no secret, at each place of the spans."""
    pieces: list[str] = []
    done = 0
    for start, end in sorted(spans):
        pieces += (text[done:start], "\0" * (end - start))
        done = end
    return "".join(pieces) + text[done:]


def _known_in(text: str, known: Known) -> Iterator[Secret]:
    """Yield where known secrets, or pieces of them, stand in a lower-case text; spans may overlap."""
    for length, pieces in known.items():
        whole = length < PIECE_CHARS
        if whole and len(text) > length and is_name(text):
            continue  # a number of four digits is part of many moments and ids
        for start in range(len(text) - length + 1):
            kind = pieces.get(text[start : start + length])
            if kind is not None and not (whole and _inside_word(text, start, start + length)):
                yield kind, start, start + length


def _inside_word(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()


def _joined(found: list[Secret], pieces: Iterable[Secret]) -> list[Secret]:
    """Return all spans in order, overlapping pieces as one."""
    joined: list[Secret] = []
    for kind, start, end in sorted([*found, *pieces], key=lambda span: span[1:]):
        if joined and start < joined[-1][2]:
            first, begin, last = joined[-1]
            joined[-1] = (first, begin, max(last, end))
        else:
            joined.append((kind, start, end))
    return joined


def is_name(text: str) -> bool:
    """Return whether a text is one word of plain letters, digits and `_.:+-`: an id, a moment, a tier, a check."""
    return _expression("name").fullmatch(text) is not None


@cache
def _expression(name: str) -> re.Pattern[str]:
    patterns = {"mark": r"\[redacted:\w+\]", "name": r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,99}"}
    return re.compile(patterns[name])


def scrubbed(value: Any) -> Any:
    """Return a document with every secret in its texts replaced by `[redacted:KIND]`, the keys of tables included.

    Args:
        value: a table, a list or a scalar, as JSON has them, at any depth.
    """
    # One look at all texts is much quicker than one at each, and a line end is as good a border as the end of a text.
    if not marks("\n".join(dict.fromkeys(_texts(value)))):
        return value
    return _replaced(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


def _replaced(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return {_replaced(key): _replaced(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_replaced(item) for item in value]
    return value


def _text(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for kind, start, end in marks(text):
        pieces += (text[done:start], f"[redacted:{kind}]")
        done = end
    return "".join(pieces) + text[done:] if done else text
