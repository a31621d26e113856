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

from attrs import frozen

from ccrouter_core.patches import ESCAPES, LENGTHS, LINK_MODE, FileState, lines_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NO_HASH = "0" * 40
_CONTEXT_LINES = 3
_MAX_LINE_PAIRS = 4_000_000  # above it a comparison takes seconds: one hunk replaces the whole middle
_LITERAL_BYTES = len(LENGTHS)  # bytes in one row of a binary part
_ESCAPE_OF = {code: letter for letter, code in ESCAPES.items()}


@frozen(kw_only=True)
class FileChange:
    """How one file differs from what it was.

    Attributes:
        path: relative to the working folder.
        kind: "added", "changed" or "deleted".
        lines: how many lines with anything but blanks it had and has.
        bytes: its size before and after.
    """

    path: str
    kind: str
    lines: tuple[int, int] = (0, 0)
    bytes: tuple[int, int] = (0, 0)


def file_change(path: str, old: FileState | None, new: FileState | None) -> FileChange:
    """Return how a file changed between two states, not both None."""
    before, after = old.content if old else b"", new.content if new else b""
    return FileChange(
        path=path,
        kind="added" if old is None else "deleted" if new is None else "changed",
        lines=(_filled_lines(before), _filled_lines(after)),
        bytes=(len(before), len(after)),
    )


def _filled_lines(content: bytes) -> int:
    return sum(1 for line in content.split(b"\n") if line.strip())


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


_Change = tuple[int, int, int, int]  # [old start, old end) is replaced by [new start, new end)


def _hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """Yield the hunks of a unified diff with three lines of context."""
    for hunk in _grouped(_changes(old, new)):
        (first_old, _, first_new, _), (_, last_old, _, last_new) = hunk[0], hunk[-1]
        above = min(_CONTEXT_LINES, first_old)
        below = min(_CONTEXT_LINES, len(old) - last_old)
        ranges = _range(first_old - above, last_old + below), _range(first_new - above, last_new + below)
        yield f"@@ -{ranges[0]} +{ranges[1]} @@\n"
        at = first_old - above
        for i1, i2, j1, j2 in hunk:
            yield from (_signed(" ", line) for line in old[at:i1])
            yield from (_signed("-", line) for line in old[i1:i2])
            yield from (_signed("+", line) for line in new[j1:j2])
            at = i2
        yield from (_signed(" ", line) for line in old[at : last_old + below])


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[_Change]:
    """Yield what differs between the equal lines at both ends; for very long texts all of it as one change.

    The equal ends are no part of the comparison. Where lines repeat, it could pair them otherwise and end the last
    hunk with a change instead of context; git takes that for the end of the file.
    """
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    shorter -= head
    tail = next((at for at in range(shorter) if old[-1 - at] != new[-1 - at]), shorter)
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(before) * len(after) > _MAX_LINE_PAIRS:
        yield head, len(old) - tail, head, len(new) - tail
        return
    for what, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            yield head + i1, head + i2, head + j1, head + j2


def _grouped(changes: Iterator[_Change]) -> Iterator[list[_Change]]:
    """Yield the changes of each hunk: those whose contexts touch."""
    hunk: list[_Change] = []
    for change in changes:
        if hunk and change[0] - hunk[-1][1] > 2 * _CONTEXT_LINES:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


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
