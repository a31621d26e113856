"""Where an attempt works: in place when it only reads, else in a copy of its own that leaves no trace.

Inside a git repository the copy is a work tree of it, on no branch, that holds what the user sees: the commit plus
uncommitted and new files. Elsewhere it is a plain copy. Both live below the private state folder.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from ccrouter_core.diffs import FileChange, file_change, file_diff
from ccrouter_core.errors import NotFound, StoreError, StoreLocked, UsageError
from ccrouter_core.files import atomic_write, ensure_private_dir, locked, os_error
from ccrouter_core.git import GitError, Repository, Worktree, drop_worktree, find_repository
from ccrouter_core.landing import apply_diff
from ccrouter_core.models import new_id
from ccrouter_core.patches import FileState, conflict, read_state
from ccrouter_core.trees import CopyLimits, Snapshot, copy_files, project_files, remove_tree, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from ccrouter_core._compat import Self

__all__ = ["Changes", "Workspace", "apply_diff", "open_workspace", "sweep"]

_FOLDER = "workspaces"
_TREE = "tree"
_BASE = "base"
_OWNER = "owner.json"
_RECORDS = "records"  # locked while git's records of work trees change: git itself does not


@frozen(kw_only=True)
class Changes:
    """What an attempt changed: files below the working folder with their diff, and files outside of it."""

    files: tuple[FileChange, ...]
    strays: tuple[str, ...]
    diff: str


@define(eq=False, kw_only=True)
class Workspace:
    """A folder in which one attempt works. Use it in a `with`: leaving it discards what was not taken out.

    Attributes:
        path: the folder to work in; it stands for `root`.
        root: the user's own folder.
        writable: whether it is a copy; in place nothing may be written.
        notes: what differs from the user's folder, in sentences for people.
    """

    path: Path
    root: Path
    writable: bool = False
    notes: tuple[str, ...] = ()
    _tree: Path | None = None  # the copy's top; `path` is it or a sub-folder
    _worktree: Worktree | None = None
    _start: Snapshot = field(factory=dict)
    _dirty: tuple[str, ...] = ()  # what differed from the commit when the work began
    _held: ExitStack = field(factory=ExitStack)  # the lock that says that the owner lives

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def changed(self) -> tuple[str, ...]:
        """Return the files below `root` created, changed or deleted since the start, relative to it, sorted.

        Ignored files do not count. Raises StoreError when a file cannot be read.
        """
        return self._parted(self._differing())[0]

    def strays(self) -> tuple[str, ...]:
        """Return the files changed outside `root`, relative to the repository's top: they are never taken over."""
        return self._parted(self._differing())[1]

    def diff(self) -> str:
        """Return what `changed` names as a patch in git's format, paths relative to `root`; empty when nothing.

        Raises PatchConflict when the state at the start is known no more: the user changed the same file meanwhile
        and git cannot tell what it was.
        """
        return self._patch(self.changed())

    def changes(self) -> Changes:
        """Return what `changed`, `strays` and `diff` return, for the price of one look at the files."""
        paths, strays = self._parted(self._differing())
        files, parts = [], []
        for name, old, new in self._states(paths):
            files.append(file_change(name, old, new))
            parts.append(file_diff(name, old, new))
        return Changes(files=tuple(files), strays=strays, diff="".join(parts))

    def _parted(self, names: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names below `root`, relative to it, and the others."""
        prefix = self._prefix()
        inner = tuple(name[len(prefix) :] for name in names if name.startswith(prefix))
        return inner, tuple(name for name in names if not name.startswith(prefix))

    def _patch(self, names: tuple[str, ...]) -> str:
        return "".join(file_diff(name, old, new) for name, old, new in self._states(names))

    def _states(self, names: tuple[str, ...]) -> Iterator[tuple[str, FileState | None, FileState | None]]:
        """Yield each file, relative to `root`, with its state at the start and now."""
        prefix = self._prefix()
        for name in names:
            yield name, self._began_as(prefix + name), read_state(self._top() / prefix / name)

    def digest(self) -> str:
        """Return a name for the state at the start of a copy: equal for equal files. SHA-256 in hexadecimal."""
        listing = json.dumps([self._prefix(), sorted(self._start.items())])
        return hashlib.sha256(listing.encode()).hexdigest()

    def keep_branch(self, name: str, message: str = "Change made by ccrouter") -> str:
        """Keep the change as a new branch of the user's repository and return the branch's name.

        Uncommitted changes of the user that the work stands on become a commit of their own below it.

        Raises: UsageError without a git repository or for a name git refuses; GitError when the branch exists.
        """
        if self._worktree is None:
            raise UsageError(
                what="the change cannot be kept as a branch",
                why=f"{self.root} is not in a git repository with a commit, or nothing was to be written",
                fix="take the diff instead, or run `git init` and commit first",
            )
        below = {path: self._began_as(path) for path in self._dirty}
        prefix = self._prefix()
        own = {prefix + path: read_state(self.path / path) for path in self.changed()}
        steps = [("Uncommitted changes at the start of the work", below)] if below else []
        self._worktree.commit_on_branch(name, [*steps, (message, own)])
        return name

    def discard(self) -> None:
        """Remove the copy and git's record of it. In place, and the second time, there is nothing to do.

        Raises StoreError when a file resists; `sweep` tries again later.
        """
        if self._tree is None:
            return
        holder = self._tree.parent
        try:
            _remove(holder)
            holder.with_name(holder.name + ".lock").unlink(missing_ok=True)
        except OSError as error:
            raise os_error(f"the workspace {holder} could not be removed", error) from error
        finally:
            self._tree = None
            self._held.close()

    def _top(self) -> Path:
        return self._tree or self.path

    def _prefix(self) -> str:
        """Return where `path` lies below the copy's top: empty, or a name that ends with a slash."""
        inner = self.path.relative_to(self._top()).as_posix()
        return "" if inner == "." else inner + "/"

    def _differing(self) -> list[str]:
        if self._tree is None:
            return []
        try:
            listed = self._worktree.listed() if self._worktree else project_files(self._tree)
            now = snapshot(self._tree, {*listed, *self._start})
        except OSError as error:
            raise os_error(f"a file in the workspace {self._tree} cannot be read", error) from error
        return sorted(
            name for name in now.keys() | self._start.keys() if now.get(name) != self._start.get(name)
        )

    def _began_as(self, name: str) -> FileState | None:
        """Return the state a file had at the start: kept aside, still in the user's folder, or in the commit."""
        if name not in self._start:
            return None
        mode, blob = self._start[name]
        kept = read_state(self._top().parent / _BASE / name)
        if kept is None and self._worktree is not None:
            kept = read_state(self._worktree.repository.top / name)
            if kept is None or kept.blob != blob:
                kept = FileState(mode=mode, content=self._worktree.content(name))
        if kept is None or kept.blob != blob:
            raise conflict(name, "the user's file changed while the work went on")
        return FileState(mode=mode, content=kept.content)


def open_workspace(root: Path, *, writable: bool, home: Path, limits: CopyLimits | None = None) -> Workspace:
    """Return a folder in which an attempt at work on `root` can run.

    Side effect: before a copy is made, those that killed processes left behind are removed; see `sweep`.

    Args:
        root: the user's folder.
        writable: False runs in place; True makes a copy, removed by `discard`.
        home: the private state folder; the copy lives below its `workspaces`.
        limits: bounds of the copy, by default 2 GiB and 200,000 files.

    Raises: NotFound when `root` is no folder; RouterError when it is too large or cannot be copied. Nothing is left
        behind then.
    """
    root = Path(root).resolve()
    if not root.is_dir():
        raise NotFound(
            what=f"there is no folder {root}",
            why="work needs a folder to stand in",
            fix="name an existing folder",
        )
    if not writable:
        return Workspace(path=root, root=root)
    folder = Path(home).resolve() / _FOLDER
    ensure_private_dir(folder)
    sweep(home)
    holder = folder / new_id("w")
    held = ExitStack()
    try:
        held.enter_context(
            locked(holder, timeout_s=0)
        )  # before the folder: `sweep` removes folders that nobody holds
        ensure_private_dir(holder)
        return _filled(root, holder, limits or CopyLimits(), held)
    except BaseException:
        _remove(holder)
        holder.with_name(holder.name + ".lock").unlink(missing_ok=True)
        held.close()
        raise


def _filled(root: Path, holder: Path, limits: CopyLimits, held: ExitStack) -> Workspace:
    """Fill the holder from the user's folder: a work tree where git has one to give, else a copy."""
    repository = find_repository(root)
    if repository is not None:
        try:
            return _worktree(root, repository, holder, limits, held)
        except GitError as error:  # a damaged repository; its files are there all the same
            _remove(holder)
            ensure_private_dir(holder)
            return _copy(root, holder, limits, held, (f"Git could not make a work tree: {error.why}.",))
    return _copy(root, holder, limits, held, ())


def _worktree(
    root: Path, repository: Repository, holder: Path, limits: CopyLimits, held: ExitStack
) -> Workspace:
    tree = holder / _TREE
    atomic_write(holder / _OWNER, json.dumps({"common": str(repository.common)}), backups=0)
    with locked(holder.parent / _RECORDS):
        worktree = repository.add_worktree(tree)
    apart = holder.parent.parent
    names = [name for name in repository.listed() if apart not in (repository.top / name).parents]
    copied = copy_files(repository.top, tree, names, limits)
    worktree.fill_index()
    dirty = tuple(name for name in worktree.dirty() if name not in copied.outward)
    copy_files(tree, holder / _BASE, dirty, limits)
    path = tree / root.relative_to(repository.top.resolve())
    path.mkdir(parents=True, exist_ok=True)
    notes = [_outward_note(copied.outward)] if copied.outward else []
    if repository.has_submodules():
        notes.append("Submodules are empty in the workspace: work in one by starting inside it.")
    return Workspace(
        path=path,
        root=root,
        writable=True,
        notes=tuple(notes),
        tree=tree,
        worktree=worktree,
        start=snapshot(tree, copied.names),
        dirty=dirty,
        held=held,
    )


def _copy(root: Path, holder: Path, limits: CopyLimits, held: ExitStack, notes: tuple[str, ...]) -> Workspace:
    tree = holder / _TREE
    tree.mkdir()
    try:
        names = list(project_files(root, apart=holder.parent.parent))
    except OSError as error:
        raise os_error(f"{root} cannot be listed", error) from error
    copied = copy_files(root, tree, names, limits)
    copy_files(tree, holder / _BASE, copied.names, limits)
    if copied.outward:
        notes = (*notes, _outward_note(copied.outward))
    return Workspace(
        path=tree,
        root=root,
        writable=True,
        notes=notes,
        tree=tree,
        start=snapshot(tree, copied.names),
        held=held,
    )


def _outward_note(names: list[str]) -> str:
    return f"Links that point out of the project are left out: {', '.join(sorted(names)[:5])}."


def sweep(home: Path) -> int:
    """Remove the workspaces of processes that ended without doing so; return how many.

    Workspaces of living processes, this one included, stay: they hold a lock that the kernel frees at their death.
    One that resists is left for the next time. Costs one try of a lock per workspace.
    """
    removed = 0
    for holder in _holders(home):
        try:
            with locked(holder, timeout_s=0):
                _remove(holder)
                holder.with_name(holder.name + ".lock").unlink(missing_ok=True)
        except (
            StoreError,
            OSError,
            ValueError,
        ):  # its owner lives, or it resists: the next sweep tries again
            continue
        removed += 1
    return removed


def _holders(home: Path) -> list[Path]:
    """Return the folders that are workspaces; what else lies beside them is somebody else's."""
    folder = Path(home).resolve() / _FOLDER
    return [one for one in sorted(folder.glob("w-*")) if one.is_dir() and not one.is_symlink()]


def in_use(home: Path) -> list[Path]:
    """Return the workspaces of living processes, this one included. Nothing is changed."""
    found = []
    for holder in _holders(home):
        if not holder.with_name(holder.name + ".lock").exists():
            continue
        try:
            with locked(holder, timeout_s=0):
                pass
        except StoreLocked:
            found.append(holder)
    return found


def abandoned(home: Path) -> list[Path]:
    """Return the workspaces that `sweep` would try to remove. Nothing is changed."""
    living = in_use(home)
    return [holder for holder in _holders(home) if holder not in living]


def _remove(holder: Path) -> None:
    """Delete git's record of a workspace's work tree, then its folder, which says whose record that is."""
    owner = holder / _OWNER
    if owner.exists():
        with locked(holder.parent / _RECORDS):
            drop_worktree(Path(json.loads(owner.read_text())["common"]), holder / _TREE)
    remove_tree(holder)
