"""What a script of sed runs and writes besides editing: the command ``e``, the flags ``e`` and ``w`` of ``s``, ``w FILE``."""

from __future__ import annotations

from typing import NamedTuple

from ..patterns import regex

# An address: a line number, the last line, a pattern between slashes or after a backslash, each with steps and negation.
_ADDRESS = regex(r"(?:[\s;{}]+|\d+|\$|[,~+!]|/(?:[^/\\\n]|\\.)*/[IM]*|\\(\S))")
_FLAGS = regex(r"[0-9gpiImMew]*")
_LINE_END = regex(r"[^\n]*")
_LABEL = regex(r"[^\n;}]*")


class SedScript(NamedTuple):
    """The shell texts that a script of sed runs (None: one that is not known), and the files that it writes."""

    runs: tuple[str | None, ...]
    writes: tuple[str, ...]


def read_sed(script: str) -> SedScript:
    """Read `script`. Total on any string, linear time."""
    runs: list[str | None] = []
    writes: list[str] = []
    position = 0
    while position < len(script):
        address = _ADDRESS.match(script, position)
        if address:
            position = address.end()
            if address.group(1):
                position = _part(script, position, address.group(1))
            continue
        letter = script[position]
        position += 1
        if letter in "sy":
            position = _substitution(script, position, letter, runs, writes)
        elif letter in "eraicwRW#":
            line = _LINE_END.match(script, position)
            rest, position = (line.group().strip(), line.end()) if line else ("", position)
            if letter == "e":
                runs.append(rest or None)
            elif letter in "wW":
                writes.append(rest)
        elif letter in ":btTqQlL":
            label = _LABEL.match(script, position)
            position = label.end() if label else position
    return SedScript(tuple(runs), tuple(writes))


def _substitution(script: str, position: int, letter: str, runs: list[str | None], writes: list[str]) -> int:
    """Read ``s/a/b/flags`` from its first delimiter on; return where it ends."""
    if position >= len(script):
        return position
    delimiter = script[position]
    middle = _part(script, position + 1, delimiter)
    end = _part(script, middle, delimiter)
    flags = _FLAGS.match(script, end)
    if letter == "y" or flags is None:
        return end
    position = flags.end()
    if "e" in flags.group():
        replacement = script[middle : max(middle, end - 1)]
        runs.append(None if "&" in replacement or "\\" in replacement else replacement)
    if "w" in flags.group():
        line = _LINE_END.match(script, position)
        if line:
            writes.append(line.group().strip())
            position = line.end()
    return position


def _part(script: str, position: int, delimiter: str) -> int:
    """Return the index after the next `delimiter` that no backslash hides."""
    while position < len(script) and script[position] != delimiter:
        position += 2 if script[position] == "\\" else 1
    return min(position + 1, len(script))
