"""Differences between two states of a file, written in git's patch format.

Made from raw bytes, without git: no filter, attribute, hook or external tool of a repository takes part, and a
plain folder needs no repository. `git apply` understands the text. Every changed file carries the full hash of the
bytes that it changes, so a patch fits exactly the state it was made from and never "about there".
"""

from __future__ import annotations

import base64
import os
import zlib
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from ccrouter_core.patches import ESCAPES, LENGTHS, LINK_MODE, FileState, lines_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NO_HASH = "0" * 40
_CONTEXT_LINES = 3
_MAX_LINE_PAIRS = 4_000_000  # above it a comparison takes seconds: one hunk replaces the whole middle
_LITERAL_BYTES = len(LENGTHS)  # bytes in one row of a binary part
_ESCAPE_OF = {code: letter for letter, code in ESCAPES.items()}


def file_diff(path: str, old: FileState | None, new: FileState | None) -> str:
    """Return the patch that turns `old` into `new`, empty when they are equal.

    Args:
        path: the file's name relative to the folder the patch is for, with `/`.
        old: its state before, None when it did not exist.
        new: its state after, None when it no longer exists.
    """
    if old == new:
        return ""
    if old and new and (old.mode == LINK_MODE) != (new.mode == LINK_MODE):
        return file_diff(path, old, None) + file_diff(path, None, new)
    ours, theirs = _quoted(f"a/{path}"), _quoted(f"b/{path}")
    header = [f"diff --git {ours} {theirs}", *_mode_lines(old, new)]
    before, after = old.content if old else b"", new.content if new else b""
    if (old.blob if old else None) == (new.blob if new else None):
        return "\n".join(header) + "\n"
    kept_mode = f" {old.mode:o}" if old and new and old.mode == new.mode else ""
    header.append(f"index {old.blob if old else _NO_HASH}..{new.blob if new else _NO_HASH}{kept_mode}")
    if before == after:  # an empty file came or went
        return "\n".join(header) + "\n"
    texts = text_of(before), text_of(after)
    if texts[0] is None or texts[1] is None:
        return "\n".join(header) + "\n" + _literal(after)
    header.append(f"--- {_marked(ours) if old else '/dev/null'}")
    header.append(f"+++ {_marked(theirs) if new else '/dev/null'}")
    return "\n".join(header) + "\n" + "".join(_hunks(lines_of(texts[0]), lines_of(texts[1])))


def _mode_lines(old: FileState | None, new: FileState | None) -> list[str]:
    if old is None and new is not None:
        return [f"new file mode {new.mode:o}"]
    if new is None and old is not None:
        return [f"deleted file mode {old.mode:o}"]
    if old and new and old.mode != new.mode:
        return [f"old mode {old.mode:o}", f"new mode {new.mode:o}"]
    return []


def _hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """Yield the hunks of a unified diff with three lines of context."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    start, kept = max(0, head - _CONTEXT_LINES), max(0, tail - _CONTEXT_LINES)
    before, after = old[start : len(old) - kept], new[start : len(new) - kept]
    for group in _groups(before, after, head - start, tail - kept):
        (_, first, _, first_new, _), (_, _, last, _, last_new) = group[0], group[-1]
        yield f"@@ -{_range(first + start, last + start)} +{_range(first_new + start, last_new + start)} @@\n"
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (_signed(" ", line) for line in before[i1:i2])
            else:
                yield from (_signed("-", line) for line in before[i1:i2])
                yield from (_signed("+", line) for line in after[j1:j2])


_Group = list[tuple[str, int, int, int, int]]


def _groups(before: Sequence[str], after: Sequence[str], head: int, tail: int) -> Iterator[_Group]:
    """Yield difflib's groups of operations; for very long texts one that replaces all between head and tail."""
    old_end, new_end = len(before) - tail, len(after) - tail
    if (old_end - head) * (new_end - head) <= _MAX_LINE_PAIRS:
        for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_CONTEXT_LINES):
            yield [tuple(step) for step in group]  # type: ignore[misc]  # named tuples on some Pythons
        return
    whole: _Group = [
        ("equal", 0, head, 0, head),
        ("replace", head, old_end, head, new_end),
        ("equal", old_end, len(before), new_end, len(after)),
    ]
    yield [step for step in whole if step[1] < step[2] or step[3] < step[4]]


def _range(start: int, stop: int) -> str:
    """Return a hunk's range: first line (1-based) and count; an empty range names the line before it."""
    count = stop - start
    return f"{start + 1}" if count == 1 else f"{start + (count > 0)},{count}"


def _signed(sign: str, line: str) -> str:
    return sign + line if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"


def _literal(content: bytes) -> str:
    """Return git's binary patch: the whole new content, compressed, in base 85."""
    packed = zlib.compress(content)
    rows = [f"GIT binary patch\nliteral {len(content)}\n"]
    for start in range(0, len(packed), _LITERAL_BYTES):
        part = packed[start : start + _LITERAL_BYTES]
        rows.append(f"{LENGTHS[len(part) - 1]}{base64.b85encode(part, pad=True).decode()}\n")
    return "".join([*rows, "\n"])


def _quoted(name: str) -> str:
    """Return a name as git writes it: in quotes with escapes when it is not plain UTF-8 text."""
    raw = os.fsencode(name)
    plain = text_of(raw) is not None
    if plain and not any(code < 0x20 or code in (0x22, 0x5C, 0x7F) for code in raw):  # noqa: PLR2004 - ASCII
        return name
    signs = []
    for code in raw:
        if code in _ESCAPE_OF:
            signs.append("\\" + _ESCAPE_OF[code])
        elif 0x20 <= code < 0x7F:  # noqa: PLR2004 - printable ASCII
            signs.append(chr(code))
        else:
            signs.append(f"\\{code:03o}")
    return '"' + "".join(signs) + '"'


def _marked(name: str) -> str:
    """Return a name for a `---` or `+++` line, where git ends names that hold a blank with a tab."""
    return name + "\t" if " " in name and not name.startswith('"') else name
