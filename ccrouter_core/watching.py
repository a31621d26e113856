"""Notices what changed in the user's own folder while an attempt worked in place, where it should only read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ccrouter_core.diffs import FileChange
from ccrouter_core.git import GitError, git
from ccrouter_core.trees import project_files

# Of a folder without git so many files are looked at: a tenth of a second, and more than most such folders hold.
_MOST_FILES = 5_000
_STATUS = ("--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=all")


class Watch:
    """The state of a folder at the start of an attempt.

    In a git repository every file that git would show as changed or new is seen, also outside of the folder; elsewhere
    the first 5,000 files below it that can be read, and those that are named. Of more files only the change of those
    5,000 is seen, and nothing new. Costs one `git status`, or one look at each file.

    Args:
        root: the folder.
        names: further files to look at, relative to it or absolute.
        apart: a folder whose files do not count: the private state folder.
    """

    def __init__(self, root: Path, names: Iterable[str] = (), apart: Path | None = None) -> None:
        self._root = Path(root).resolve()
        self._names = tuple(names)
        self._apart = None if apart is None else f"{Path(apart).resolve()}{os.sep}"
        self._cut = False
        self._tracked: set[str] = set()
        self._start = {path: _stamp(path) for path in self._paths()}

    def changed(self) -> tuple[str, ...]:
        """Return the files created, changed or deleted since the start, relative to the folder, sorted."""
        return tuple(change.path for change in self.changes())

    def changes(self) -> tuple[FileChange, ...]:
        """Return how the files created, changed or deleted since the start differ, sorted by path; see `changed`.

        What somebody else changed meanwhile is among them: nobody can tell who it was.
        """
        # Of a folder that was not looked at as a whole, what is new cannot be told from what was not looked at.
        appeared = set() if self._cut else {path for path in self._paths() if path not in self._start}
        differing = {path for path, stamp in self._start.items() if stamp != _stamp(path)}
        return tuple(
            FileChange(path=os.path.relpath(path, self._root), kind=self._kind(path))
            for path in sorted(appeared | differing)
        )

    def _kind(self, path: str) -> str:
        if _stamp(path) is None:
            return "deleted"
        # A path that git did not show at first was either not there or as it is in the commit.
        was_there = self._start[path] is not None if path in self._start else path in self._tracked
        return "changed" if was_there else "added"

    def _paths(self) -> Iterator[str]:
        for path in (*self._listed(), *(str(self._root / name) for name in self._names)):
            if self._apart is None or not path.startswith(self._apart):
                yield path

    def _listed(self) -> Iterator[str]:
        try:
            top = os.fsdecode(git(self._root, "rev-parse", "--show-toplevel").removesuffix(b"\n"))
            shown = git(self._root, "status", *_STATUS)
        except GitError:  # no git, or no repository there
            yield from self._walked()
            return
        for entry in shown.split(b"\0"):
            if entry:
                path = f"{top}/{os.fsdecode(entry[3:])}"
                if not entry.startswith((b"??", b"A")):
                    self._tracked.add(path)
                yield path

    def _walked(self) -> Iterator[str]:
        try:
            for number, name in enumerate(project_files(self._root)):
                if number == _MOST_FILES:
                    self._cut = True
                    return
                yield str(self._root / name)
        except OSError:  # a folder that cannot be read: what follows it is not looked at
            self._cut = True


def _stamp(path: str) -> tuple[int, int, int] | None:
    """Return mode, size in bytes and time of change in ns of a file or link; None when there is none."""
    try:
        status = os.lstat(path)
    except (OSError, ValueError):  # deleted, or no name of a file
        return None
    return status.st_mode, status.st_size, status.st_mtime_ns
