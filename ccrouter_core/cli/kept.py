"""What lies in the state folder and in the folder of the store, and which of it ccrouter wrote: that is told by name."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from ccrouter_core.runtime import default_home, store_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccrouter_core.settings import Settings

_TEMPORARY = r"(?:\.\d+\.[0-9a-f]{8}\.tmp)?"  # of an atomic write that was killed
_SIDE = r"(?:-wal|-shm|-journal)?"
_OF_A_STORE = (
    rf"\.?(?:state|cache)\.db(?:\.lock|(?:\.damaged)?{_SIDE}|{_TEMPORARY}{_SIDE})",
    rf"backups/\.?(?:state|cache)-\d{{8}}T\d{{12}}Z\.db{_TEMPORARY}{_SIDE}",
)
_OF_THE_HOME = (
    rf"\.?entry-points\.json{_TEMPORARY}",
    rf"unapplied/\.?r-[0-9a-f]{{20}}\.diff{_TEMPORARY}",
    r"workspaces/(?:records\.lock|w-[^/]+(?:\.lock|/.*))",
)
FOLDERS = ("backups", "unapplied", "judge", "workspaces")  # that ccrouter makes there


@frozen(kw_only=True)
class Kept:
    """A file, by its path relative to the folder that is looked at; a link is one itself, whatever it leads to."""

    path: str
    size_bytes: int
    mode: str  # permission bits, octal
    is_link: bool = False

    def is_ours(self, *, home: bool) -> bool:
        """Return whether ccrouter writes a file of that name: into the state folder, or into that of a store alone."""
        patterns = (*_OF_A_STORE, *_OF_THE_HOME) if home else _OF_A_STORE
        in_workspace = self.path.startswith("workspaces/w-")
        return (not self.is_link or in_workspace) and any(re.fullmatch(one, self.path) for one in patterns)


def places(settings: Settings) -> tuple[Path, Path | None]:
    """Return the state folder, and the folder of a store that is kept in another one of this machine."""
    home = settings.home or default_home()
    folder = store_folder(settings.store, home)
    return home, None if folder is None or folder.resolve() == home.resolve() else folder


def kept_files(folder: Path) -> Iterator[Kept]:
    """Yield every file below a folder in path order. Links are not followed."""
    for inner, folders, names in os.walk(folder):
        folders.sort()
        links = [name for name in folders if Path(inner, name).is_symlink()]
        for name in sorted([*names, *links]):
            path = Path(inner, name)
            state = path.lstat()
            yield Kept(
                path=path.relative_to(folder).as_posix(),
                size_bytes=state.st_size,
                mode=f"{state.st_mode & 0o777:03o}",
                is_link=path.is_symlink(),
            )
