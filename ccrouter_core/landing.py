"""Bringing a patch into the user's files: all of it, or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from attrs import define, field

from ccrouter_core.errors import RouterError
from ccrouter_core.patches import (
    LINK_MODE,
    PROGRAM_MODE,
    FileState,
    conflict,
    read_diff,
    read_state,
    unusable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_EXECUTE = 0o111
_READ = 0o444


def apply_diff(root: Path, diff: str, changed: Sequence[str] | None = None) -> tuple[str, ...]:
    """Apply a patch to the files below `root`: all of it, or nothing.

    Every new file is written whole, beside the project's, before the first one is put in place; an error on the
    way puts everything back. Only a killed process in the midst of the renames can leave a part behind.

    Args:
        root: the folder that the patch's paths are relative to.
        diff: the text that `Workspace.diff` returned.
        changed: the paths that the patch must touch, exactly; None allows any below `root`.

    Returns: the paths changed, sorted.

    Raises: PatchConflict (exit code 5) when a touched file is not as it was when the work began; UsageError for a
        patch that is damaged, leaves the folder or touches other files than announced; RouterError when the files
        cannot be written. After an error the files are as they were.
    """
    patches = read_diff(diff)
    touched = {patch.path for patch in patches}
    if changed is not None and touched != set(changed):
        stray = ", ".join(sorted(touched ^ set(changed))[:5])
        raise unusable(f"it does not touch exactly the files announced: {stray}")
    after: dict[str, FileState | None] = {}
    for patch in patches:
        target = _place(root, patch.path)
        try:
            before = after[patch.path] if patch.path in after else read_state(target)
        except OSError as error:
            raise _unwritable(error) from error
        after[patch.path] = patch.applied(before)
        _check_link(root, patch.path, after[patch.path])
    if after:
        _land(root, after)
    return tuple(sorted(touched))


def _place(root: Path, path: str) -> Path:
    """Return where a patched file lies, refusing every way out of the folder and into git's own."""
    parts = PurePosixPath(path).parts
    strange = not parts or path.startswith("/") or "\0" in path
    if strange or any(part == ".." or part.lower() == ".git" for part in parts):
        raise unusable(f"{path!r} is not a file of the project")
    place = root
    for part in parts[:-1]:
        place /= part
        if place.is_symlink():
            raise unusable(f"{path!r} lies behind a symbolic link")
    return place / parts[-1]


def _check_link(root: Path, path: str, state: FileState | None) -> None:
    """Refuse a new link that points out of the project."""
    if state is None or state.mode != LINK_MODE:
        return
    top = os.path.realpath(root)
    goal = os.path.normpath(Path(top, path).parent / os.fsdecode(state.content))
    if os.path.commonpath([goal, top]) != top:
        raise unusable(f"the link {path!r} would point out of the project")


def _land(root: Path, after: Mapping[str, FileState | None]) -> None:
    """Bring the files to the states given; on any error bring them back."""
    try:
        stage = Path(tempfile.mkdtemp(prefix=".ccrouter-", dir=root))
    except OSError as error:
        raise _unwritable(error) from error
    landing = _Landing(stage=stage)
    try:
        ready = [
            (root / path, _written(stage / f"new{number}", root / path, state))
            for number, (path, state) in enumerate(sorted(after.items()))
            if state is not None
        ]
        for path in sorted(path for path, state in after.items() if state is None):
            landing.remove(root, root / path)
        for target, source in ready:
            landing.put(source, target)
    except OSError as error:
        landing.undo()
        raise _unwritable(error) from error
    except BaseException:
        landing.undo()
        raise
    finally:
        if not landing.stuck:
            shutil.rmtree(stage, ignore_errors=True)


def _written(stage: Path, target: Path, state: FileState) -> Path:
    """Write a state to the staging place with the permissions that the target has or would get."""
    if state.mode == LINK_MODE:
        stage.symlink_to(os.fsdecode(state.content))
        return stage
    program = state.mode == PROGRAM_MODE
    descriptor = os.open(stage, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o777 if program else 0o666)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(state.content)
        stream.flush()
        os.fsync(stream.fileno())
    if target.is_file() and not target.is_symlink():
        kept = target.stat().st_mode & 0o777
        readable = (kept & _READ) >> 2
        stage.chmod(kept | readable if program else kept & ~_EXECUTE)
    return stage


@define
class _Landing:
    """The steps taken so far, so that they can be taken back."""

    stage: Path
    stuck: bool = False
    _done: list[tuple[Path, Path | None]] = field(factory=list)  # (target, its original set aside)
    _folders: list[Path] = field(factory=list)  # made, outermost first

    def _set_aside(self, target: Path) -> None:
        original: Path | None = None
        if target.is_symlink() or target.exists():
            original = self.stage / f"old{len(self._done)}"
            shutil.copy2(target, original, follow_symlinks=False)
        self._done.append((target, original))

    def remove(self, root: Path, target: Path) -> None:
        """Delete a file and the folders that it leaves empty."""
        self._set_aside(target)
        target.unlink()
        folder = target.parent
        while folder != root and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent

    def put(self, source: Path, target: Path) -> None:
        """Move a staged file into its place, making the folders it needs."""
        missing = [folder for folder in target.parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir()
            self._folders.append(folder)
        self._set_aside(target)
        source.replace(target)

    def undo(self) -> None:
        """Put every original back. RouterError that names the originals' folder when that fails too."""
        try:
            for target, original in reversed(self._done):
                if original is None:
                    target.unlink(missing_ok=True)
                    continue
                for folder in reversed([folder for folder in target.parents if not folder.exists()]):
                    folder.mkdir()
                original.replace(target)
            for folder in reversed(self._folders):
                folder.rmdir()
        except OSError as error:
            self.stuck = True
            raise RouterError(
                what="a change could neither be completed nor taken back",
                why=str(error),
                fix=f"the originals are in {self.stage}: move them back, then delete that folder",
            ) from error


def _unwritable(error: OSError) -> RouterError:
    if isinstance(error, (IsADirectoryError, NotADirectoryError, FileExistsError)):
        return conflict(
            str(error.filename2 or error.filename or ""),
            "a folder and a file of this name are in each other's way",
        )
    return RouterError(
        what="the change could not be written; nothing was changed",
        why=str(error),
        fix="check the folder's permissions and free space, then run the request again",
    )
