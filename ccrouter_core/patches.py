"""Patches in git's format: the states of files, what a patch text says of them, and what comes out.

`ccrouter_core.diffs` writes the text, `ccrouter_core.landing` brings it into a folder.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import stat
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import field, frozen

from ccrouter_core.errors import RouterError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FILE_MODE = 0o100644
PROGRAM_MODE = 0o100755
LINK_MODE = 0o120000
LENGTHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"  # git's sign for 1..52 bytes in a binary row
ESCAPES = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}  # in quoted names
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


class PatchConflict(RouterError):  # noqa: N818 - a state, like StoreLocked
    """A file is not in the state that a patch was made from; nothing was changed.

    Remedy: run the request again, so that it starts from the present state of the file.
    """

    exit_code = 5


@frozen(kw_only=True)
class FileState:
    """A file as a patch sees it: its mode in git's words and its bytes (of a link: where it points)."""

    mode: int
    content: bytes = field(repr=False)

    @property
    def blob(self) -> str:
        """Return the content's hash as git names it: 40 hexadecimal digits."""
        header = b"blob %d\0" % len(self.content)
        return hashlib.sha1(header + self.content, usedforsecurity=False).hexdigest()


def read_state(path: Path) -> FileState | None:
    """Return the file's or link's state; None when there is neither (a folder, a device and a pipe count as none).

    Raises OSError when it is there and cannot be read.
    """
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISLNK(status.st_mode):
        return FileState(mode=LINK_MODE, content=os.fsencode(path.readlink()))
    if not stat.S_ISREG(status.st_mode):
        return None
    mode = PROGRAM_MODE if status.st_mode & stat.S_IXUSR else FILE_MODE
    return FileState(mode=mode, content=path.read_bytes())


def text_of(content: bytes) -> str | None:
    """Return the content as text; None when a patch must carry it as binary: it holds a NUL or is not UTF-8."""
    if b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def lines_of(text: str) -> list[str]:
    """Split at line feeds only (never at the other line ends of Unicode), each line with its end."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


@frozen(kw_only=True)
class FilePatch:
    """What a patch does to one file.

    Attributes:
        path: the file, relative to the patched folder.
        old_mode, new_mode: None when the file did not exist before, or does not afterwards.
        old_blob: the hash of the bytes before; empty when the bytes stay.
        hunks: for text, (index of the first line replaced, old lines, new lines), in order.
        literal: for binary, the new content.
    """

    path: str
    old_mode: int | None = FILE_MODE
    new_mode: int | None = FILE_MODE
    mode_kept: bool = True
    old_blob: str = ""
    new_blob: str = ""
    hunks: tuple[tuple[int, tuple[str, ...], tuple[str, ...]], ...] = ()
    literal: bytes | None = None

    def applied(self, state: FileState | None) -> FileState | None:
        """Return the state after the patch. PatchConflict when `state` is not the one it was made from."""
        self._check(state)
        if self.new_mode is None:
            return None
        mode = state.mode if self.mode_kept and state else self.new_mode
        after = FileState(mode=mode, content=self._content(state.content if state else b""))
        if self.new_blob and after.blob != self.new_blob:
            raise unusable(f"the part for {self.path!r} does not give the content that it announces")
        return after

    def _check(self, state: FileState | None) -> None:
        if self.old_mode is None:
            if state is not None:
                raise conflict(self.path, "it was to be created and exists by now")
        elif state is None:
            raise conflict(self.path, "it does not exist any more")
        elif self.old_blob and state.blob != self.old_blob:
            raise conflict(self.path, "its content changed in the meantime")
        elif not self.mode_kept and state.mode != self.old_mode:
            raise conflict(self.path, "its permissions changed in the meantime")

    def _content(self, before: bytes) -> bytes:
        if self.literal is not None:
            return self.literal
        if not self.hunks:
            return before
        lines, result, position = lines_of(text_of(before) or ""), list[str](), 0
        for first, old, new in self.hunks:
            if first < position or tuple(lines[first : first + len(old)]) != old:
                raise unusable(f"a hunk for {self.path!r} does not fit")
            result += [*lines[position:first], *new]
            position = first + len(old)
        return "".join([*result, *lines[position:]]).encode()


def read_diff(diff: str) -> tuple[FilePatch, ...]:
    """Return what a patch does, file by file, in its order.

    Reads what `file_diff` writes: full hashes, text hunks, binary literals; no renames. Raises UsageError for
    anything else.
    """
    rows = diff.split("\n")
    starts = [index for index, row in enumerate(rows) if row.startswith("diff --git ")]
    if any(row.strip() for row in rows[: starts[0] if starts else len(rows)]):
        raise unusable("it does not start with a file header")
    return tuple(_read_file(rows[start:end]) for start, end in pairwise([*starts, len(rows)]))


def _read_file(rows: Sequence[str]) -> FilePatch:
    """Return one file's part, read from its rows (the first is the `diff --git` header)."""
    path = _header_path(rows[0])
    found: dict[str, str] = {}
    at = 1
    while at < len(rows) and not rows[at].startswith(("@@ ", "GIT binary patch")):
        key, value = _header_row(rows[at])
        found[key] = value
        at += 1
    kept = "old mode" not in found
    old_blob, _, new_blob = found.get("index", "").split(" ")[0].partition("..")
    try:
        modes = {key: int(value, 8) for key, value in found.items() if key.endswith("mode")}
    except ValueError:
        raise unusable(f"a mode of {path!r} is not a number") from None
    created, deleted = "new file mode" in found, "deleted file mode" in found
    blobs = {old_blob, new_blob} - {""}
    if any(not re.fullmatch(r"[0-9a-f]{40}", blob) for blob in blobs) or (at < len(rows) and not blobs):
        raise unusable(f"the part for {path!r} does not carry full hashes")
    binary = at < len(rows) and rows[at].startswith("GIT")
    return FilePatch(
        path=path,
        old_mode=None if created else modes.get("deleted file mode", modes.get("old mode", FILE_MODE)),
        new_mode=None if deleted else modes.get("new file mode", modes.get("new mode", FILE_MODE)),
        mode_kept=kept and not created and not deleted,
        old_blob="" if created else old_blob,
        new_blob="" if deleted else new_blob,
        literal=_read_literal(rows[at + 1 :]) if binary else None,
        hunks=() if binary else tuple(_read_hunks(rows[at:])),
    )


def _header_row(row: str) -> tuple[str, str]:
    for key in ("old mode", "new mode", "new file mode", "deleted file mode", "index", "---", "+++"):
        if row.startswith(key + " "):
            return key, row[len(key) + 1 :]
    if row == "":
        return "", ""
    raise unusable(f"{row[:60]!r} is not understood")


def _header_path(row: str) -> str:
    """Return the path of a `diff --git a/PATH b/PATH` row, where both paths are the same."""
    rest = row[len("diff --git ") :]
    half = (len(rest) - 1) // 2
    if rest[:half] == rest[half + 1 :].replace("b/", "a/", 1) and rest.startswith(("a/", '"a/')):
        return _unquoted(rest[:half])[2:]
    raise unusable("it renames a file or its header is damaged")


def _unquoted(name: str) -> str:
    if not name.startswith('"'):
        return name
    body = name[1:-1].encode()

    def plain(match: re.Match[bytes]) -> bytes:
        sign = match[1].decode()
        code = ESCAPES[sign] if sign in ESCAPES else int(sign, 8)
        return bytes([code & 0xFF])

    return os.fsdecode(re.sub(rb"\\([0-7]{3}|[abtnvfr\"\\])", plain, body))


def _read_hunks(rows: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...], tuple[str, ...]]]:
    at = 0
    while at < len(rows) and rows[at]:
        match = _HUNK.match(rows[at])
        if match is None:
            raise unusable(f"{rows[at][:60]!r} is not the head of a hunk")
        first, old_count, new_count = int(match[1]), int(match[2] or 1), int(match[4] or 1)
        old: list[str] = []
        new: list[str] = []
        at += 1
        while at < len(rows) and (len(old) < old_count or len(new) < new_count):
            at = _read_row(rows, at, old, new)
        if len(old) != old_count or len(new) != new_count:
            raise unusable("a hunk has another length than it says")
        yield first - (old_count > 0), tuple(old), tuple(new)


def _read_row(rows: Sequence[str], at: int, old: list[str], new: list[str]) -> int:
    """Add the hunk row at `at` to the old and new lines; return the index of the next row."""
    sign, line = rows[at][:1], rows[at][1:]
    bare = at + 1 < len(rows) and rows[at + 1].startswith("\\")
    line += "" if bare else "\n"
    if sign not in (" ", "-", "+"):
        raise unusable(f"{rows[at][:60]!r} is not a row of a hunk")
    if sign != "+":
        old.append(line)
    if sign != "-":
        new.append(line)
    return at + 1 + bare


def _read_literal(rows: Sequence[str]) -> bytes:
    match = re.fullmatch(r"literal (\d+)", rows[0]) if rows else None
    if match is None:
        raise unusable("a binary part is not a literal")
    size = int(match[1])
    try:
        packed = b"".join(base64.b85decode(row[1:])[: LENGTHS.index(row[0]) + 1] for row in rows[1:] if row)
        content = zlib.decompressobj().decompress(packed, size + 1)
    except (ValueError, zlib.error):
        raise unusable("a binary part is damaged") from None
    if len(content) != size:
        raise unusable("a binary part has another size than it says")
    return content


def unusable(why: str) -> UsageError:
    """Return the error for a patch that is damaged or not allowed, for the reason given."""
    return UsageError(
        what="the patch cannot be used",
        why=why,
        fix="use the text that Workspace.diff() returned, unchanged",
    )


def conflict(path: str, why: str) -> PatchConflict:
    """Return the error for a file that is not in the state a patch was made from."""
    return PatchConflict(
        what=f"the change to {path!r} does not fit any more; nothing was changed",
        why=why,
        fix="run the request again: it then starts from the present state",
    )
