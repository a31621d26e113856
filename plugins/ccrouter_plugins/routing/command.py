"""The command judge: what would running this text do? (first version)"""

from __future__ import annotations

import shlex
from typing import NamedTuple


class Judgement(NamedTuple):
    """What running a command would do."""

    effect: str
    known: bool
    tool: str
    reason: str
    start: int
    end: int
    writes: tuple[str, ...]
    reads: tuple[str, ...]
    grave: bool


_READ = frozenset("ls cat head tail grep rg find git kubectl pwd which man echo wc diff stat file".split())
_LOSS = frozenset("rm shred mkfs dd drop delete destroy purge prune --hard --force -f -D reset".split())


def judge(source: str) -> Judgement:
    """Judge what running `source` would do."""
    try:
        words = shlex.split(source)
    except ValueError:
        words = source.split()
    if not words:
        return Judgement("read", True, "", "nothing to run", 0, 0, (), (), False)
    effect = "destructive" if _LOSS.intersection(w.lower() for w in words) else "run"
    if effect == "run" and words[0] in _READ:
        effect = "read"
    return Judgement(effect, words[0] in _READ, words[0], f"{words[0]}", 0, len(source), (), (), False)


def looks_like_command(line: str) -> bool:
    """Tell whether a bare line is a command and not English prose."""
    words = line.split()
    return bool(words) and words[0] in _READ


def commands_in(text: str) -> list[tuple[int, int]]:
    """Return the spans of command text inside prose."""
    return [(0, len(text))] if looks_like_command(text) else []
