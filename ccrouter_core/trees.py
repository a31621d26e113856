"""Folders of files: listing what belongs to a project, copying it without a way out, removing it for good."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from ccrouter_core.errors import RouterError
from ccrouter_core.patches import read_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pathspec import GitIgnoreSpec

SKIPPED = frozenset({".git", "node_modules", ".venv", "__pycache__"})
Snapshot = dict[str, tuple[int, str]]  # name -> (mode, hash of the content)


# --- listing ---------------------------------------------------------------------------------------------------


def project_files(root: Path, apart: Path | None = None) -> Iterator[str]:
    """Yield the files and links of a plain folder, relative to it, that are worth keeping.

    Left out: the folders of `SKIPPED`, what a `.gitignore` names, devices, pipes and sockets. Links are not
    followed.

    Args:
        root: the folder.
        apart: a folder below it that does not belong to the project.

    Raises: OSError for a folder that cannot be read.
    """
    yield from _walk(root, "", (), apart)


def _walk(
    root: Path, prefix: str, rules: tuple[tuple[str, GitIgnoreSpec], ...], apart: Path | None
) -> Iterator[str]:
    folder = root / prefix
    own = _ignore_rules(folder / ".gitignore")
    rules = (*rules, (prefix, own)) if own is not None else rules
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        name = prefix + entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if _ignored(name + "/" * is_folder, rules):
            continue
        if is_folder:
            if entry.name not in SKIPPED and root / name != apart:
                yield from _walk(root, name + "/", rules, apart)
        elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
            yield name


def _ignore_rules(path: Path) -> GitIgnoreSpec | None:
    if path.is_symlink() or not path.is_file():
        return None
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - slow to import, and most plain folders have no rules

    return GitIgnoreSpec.from_lines(path.read_text(errors="replace").splitlines())


def _ignored(name: str, rules: Sequence[tuple[str, GitIgnoreSpec]]) -> bool:
    """Return what the nearest `.gitignore` with an opinion says."""
    for prefix, spec in reversed(rules):
        verdict = spec.check_file(name[len(prefix) :]).include
        if verdict is not None:
            return verdict
    return False


def snapshot(tree: Path, names: Iterable[str]) -> Snapshot:
    """Return mode and content hash of each of the names that is a file or link. OSError when one is unreadable."""
    states = ((name, read_state(tree / name)) for name in names)
    return {name: (state.mode, state.blob) for name, state in states if state is not None}


# --- copying ---------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class CopyLimits:
    """Bounds of one copy. A project above the defaults is better served in one of its sub-folders."""

    size_bytes: int = 2 << 30
    files: int = 200_000


@define
class Copied:
    """What a copy took and what it left out."""

    names: list[str] = field(factory=list)
    outward: list[str] = field(factory=list)  # links that point out of the folder


def copy_files(source: Path, target: Path, names: Iterable[str], limits: CopyLimits) -> Copied:
    """Copy the named files and links from one folder into another, with permissions and times.

    A link is copied as a link, and only when it is relative and stays inside the folder: through any other, work in
    the copy could reach the original or a stranger's files. Names that are folders or gone are passed over.

    Raises: RouterError when the files are more than the limits allow (nothing is copied then), or one cannot be
        read or written.
    """
    names = _worth_copying(source, names, limits)
    copied = Copied()
    top = os.path.realpath(source)
    for name in names:
        original = source / name
        with _told(name):
            if original.is_symlink() and not _stays_inside(original, top):
                copied.outward.append(name)
                continue
            place = target / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(original, place, follow_symlinks=False)
            copied.names.append(name)
    return copied


def _worth_copying(source: Path, names: Iterable[str], limits: CopyLimits) -> list[str]:
    """Return the names that are files or links; RouterError when they are more than the limits allow."""
    found, size_bytes = list[str](), 0
    for name in names:
        with _told(name):
            size = _size_bytes(source / name)
        if size is not None:
            found.append(name)
            size_bytes += size
    if size_bytes > limits.size_bytes or len(found) > limits.files:
        raise _too_large(source, size_bytes, len(found), limits)
    return found


def _size_bytes(path: Path) -> int | None:
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode) else None


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn the system's error about a file into one that names it."""
    try:
        yield
    except OSError as error:
        raise RouterError(
            what=f"{name!r} could not be copied into a workspace",
            why=str(error.strerror or error),
            fix="mend its permissions, free some space, or name the file in .gitignore",
        ) from error


def _stays_inside(link: Path, top: str) -> bool:
    if link.readlink().is_absolute():
        return False
    goal = os.path.realpath(link)
    return goal != top and os.path.commonpath([goal, top]) == top


def _too_large(source: Path, size_bytes: int, files: int, limits: CopyLimits) -> RouterError:
    def mib(size: int) -> str:
        return f"{size / (1 << 20):,.1f} MiB"

    return RouterError(
        what=f"{source} is too large to work on in a copy",
        why=f"git would keep {files:,} files of {mib(size_bytes)} in it; the limits are {limits.files:,} files and "
        f"{mib(limits.size_bytes)}",
        fix="name data and build results in .gitignore, start in the sub-folder concerned, or raise [ccrouter] "
        "workspace_max_files and workspace_max_mb in your own configuration",
    )


# --- removing --------------------------------------------------------------------------------------------------


def remove_tree(path: Path) -> None:
    """Delete a folder with all that is in it, also where somebody took away the right to write.

    Links are removed, not followed. OSError when something resists.
    """
    if not path.is_symlink() and not path.exists():
        return
    for folder, folders, _ in os.walk(path):
        for name in folders:
            inner = Path(folder, name)
            if not inner.is_symlink():
                inner.chmod(0o700)
    shutil.rmtree(path)
