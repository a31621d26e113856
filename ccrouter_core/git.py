"""Questions to git and orders for it, by argument list, with nothing of the user's set-up running along.

No hook, no file system monitor, no signing, no prompt and no variable of the environment that starts with `GIT_`
takes part.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from ccrouter_core.errors import RouterError, UsageError
from ccrouter_core.patches import LINK_MODE
from ccrouter_core.processes import ProcessLimits, allowed_environment, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ccrouter_core.patches import FileState

_QUIET = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "commit.gpgSign=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "advice.detachedHead=false",
    "worktree.useRelativePaths=false",
)
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",  # a question must not take the lock of the user's index
    "GIT_LFS_SKIP_SMUDGE": "1",  # no download
}
_LIMITS = ProcessLimits(total_ms=300_000, output_bytes=1 << 30)
_LIST = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
_NO_COMMIT = "0" * 40


class GitError(RouterError):
    """Git could not do what was asked of it.

    Remedy: run the named git command by hand and mend what it complains about.
    """


def git(folder: Path, *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> bytes:
    """Run one git command in `folder` and return what it printed.

    Raises: GitError when git is missing, fails, or takes longer than five minutes.
    """
    settings = [word for setting in _QUIET for word in ("-c", setting)]
    program = shutil.which("git")
    if program is None:
        raise GitError(what="git cannot be run", why="it is not installed", fix="install git")
    environment = allowed_environment({**_ENVIRONMENT, **(env or {})})
    result = run([program, *settings, *arguments], cwd=folder, env=environment, stdin=stdin, limits=_LIMITS)
    if result.exit_code != 0 or result.stdout_truncated:
        words = result.stderr.decode(errors="replace").strip().splitlines()
        raise GitError(
            what=f"`git {arguments[0]}` failed in {folder}",
            why="it took too long"
            if result.timed_out
            else (words[-1] if words else f"exit code {result.exit_code}"),
            fix="run `git status` there and mend what it reports",
        )
    return result.stdout


def _line(output: bytes) -> str:
    return os.fsdecode(output.removesuffix(b"\n"))


def _listed(output: bytes) -> list[str]:
    return sorted(set(_names(output)))  # a file in conflict is listed once per side


def _names(output: bytes) -> list[str]:
    return [os.fsdecode(name) for name in output.split(b"\0") if name]


@frozen(kw_only=True)
class Repository:
    """A git repository with a work tree and at least one commit."""

    top: Path  # the root of the user's work tree
    common: Path  # the folder of git's own files, shared by all work trees
    commit: str  # what HEAD is

    def listed(self) -> list[str]:
        """Return the files that git keeps or would keep: tracked or new, not ignored, relative to `top`, sorted.

        Tracked names that are not there any more and folders of other repositories are among them.
        """
        return _listed(git(self.top, *_LIST))

    def has_submodules(self) -> bool:
        """Return whether other repositories are tracked as folders of this one."""
        return (self.top / ".gitmodules").exists()

    def add_worktree(self, tree: Path) -> Worktree:
        """Register the folder `tree` as a work tree at this commit, on no branch and with no file in it yet."""
        git(self.top, "worktree", "add", "--detach", "--no-checkout", "--quiet", str(tree), self.commit)
        record = (tree / ".git").read_text().removeprefix("gitdir: ").removesuffix("\n")
        return Worktree(repository=self, tree=tree, record=Path(record))


@frozen(kw_only=True)
class Worktree:
    """A further work tree of a repository.

    Git is told where its record is, and does not read the `.git` file in it: who works there could change that.
    """

    repository: Repository
    tree: Path
    record: Path

    def git(self, *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> bytes:
        """Run git on this work tree; see `git`."""
        here = {"GIT_DIR": str(self.record), "GIT_WORK_TREE": str(self.tree)}
        return git(self.tree, *arguments, stdin=stdin, env={**here, **(env or {})})

    def listed(self) -> list[str]:
        """Return the files that git keeps or would keep; see `Repository.listed`."""
        return _listed(self.git(*_LIST))

    def fill_index(self) -> None:
        """Let the index say what the commit holds, so that git there shows the user's own changes as changes."""
        self.git("read-tree", self.repository.commit)
        tagged = _names(git(self.repository.top, "ls-files", "-z", "-t", "--cached"))
        hidden = [name[2:] for name in tagged if name.startswith("S ")]  # by a sparse checkout
        hidden = [name for name in hidden if not (self.tree / name).exists()]
        if hidden:
            names = b"".join(os.fsencode(name) + b"\0" for name in hidden)
            self.git("update-index", "-z", "--skip-worktree", "--stdin", stdin=names)

    def dirty(self) -> list[str]:
        """Return the files that differ from the commit, new ones included."""
        options = ("--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=all")
        return [entry[3:] for entry in _names(self.git("status", *options))]

    def content(self, name: str) -> bytes:
        """Return a file of the commit as a checkout would write it."""
        return self.git("cat-file", "--filters", f"{self.repository.commit}:{name}")

    def commit_on_branch(
        self, branch: str, steps: Sequence[tuple[str, Mapping[str, FileState | None]]]
    ) -> None:
        """Make a branch with one commit per step on top of the commit. No file and no index is touched.

        Args:
            branch: the branch's name.
            steps: (message, the files that differ from the step before; None removes one).

        Raises: UsageError for a name that cannot be a branch; GitError (nothing made) when it exists already.
        """
        try:
            self.git("check-ref-format", "--branch", branch)
        except GitError as error:
            raise UsageError(
                what=f"{branch!r} cannot be the name of a branch",
                why="git does not allow it",
                fix="use letters, digits, '-' and '/'",
            ) from error
        index = self.tree.parent / "index"
        env = {"GIT_INDEX_FILE": str(index)}
        identity = self._identity()
        try:
            commit = self.repository.commit
            self.git("read-tree", commit, env=env)
            for message, files in steps:
                rows = b"".join(self._index_row(name, state) for name, state in files.items())
                self.git("update-index", "-z", "--index-info", stdin=rows, env=env)
                stored = _line(self.git("write-tree", env=env))
                commit = _line(self.git(*identity, "commit-tree", stored, "-p", commit, "-m", message))
            self.git("update-ref", f"refs/heads/{branch}", commit, _NO_COMMIT)
        finally:
            index.unlink(missing_ok=True)

    def _index_row(self, name: str, state: FileState | None) -> bytes:
        """Store a file's content and return its row for `update-index --index-info`."""
        if state is None:
            return b"0 %s\t%s\0" % (_NO_COMMIT.encode(), os.fsencode(name))
        how = ("--no-filters",) if state.mode == LINK_MODE else ("--path", name)
        blob = self.git("hash-object", "-w", *how, "--stdin", stdin=state.content).strip()
        return b"%o %s\t%s\0" % (state.mode, blob, os.fsencode(name))

    def _identity(self) -> tuple[str, ...]:
        """Return options that name an author when the user has not set one."""
        try:
            self.git("var", "GIT_COMMITTER_IDENT")
        except GitError:  # no identity is configured
            return ("-c", "user.name=ccrouter", "-c", "user.email=ccrouter@localhost")
        return ()


def drop_worktree(common: Path, tree: Path) -> None:
    """Remove git's record of a work tree of ours. Needs no git and no intact repository.

    Args:
        common: the folder of the repository's own files.
        tree: the folder that was the work tree.

    Raises: OSError when the record resists.
    """
    records = common / "worktrees"
    if not records.is_dir():
        return
    for record in records.iterdir():
        pointer = record / "gitdir"
        if pointer.is_file() and _line(pointer.read_bytes()) == str(tree / ".git"):
            shutil.rmtree(record)
    with suppress(OSError):  # others have records there
        records.rmdir()


def find_repository(folder: Path) -> Repository | None:
    """Return the repository that keeps `folder`.

    None when git is missing, there is no repository, it is bare, damaged, belongs to somebody else, has no commit
    yet, or ignores the folder: then there is nothing a work tree could show.
    """
    try:
        if _line(git(folder, "rev-parse", "--is-inside-work-tree")) != "true":
            return None
        repository = Repository(
            top=Path(_line(git(folder, "rev-parse", "--show-toplevel"))),
            common=(folder / _line(git(folder, "rev-parse", "--git-common-dir"))).resolve(),
            commit=_line(git(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")),
        )
    except GitError:  # each of the reasons above; the caller goes on without git
        return None
    return None if _ignored(repository, folder) else repository


def _ignored(repository: Repository, folder: Path) -> bool:
    if folder.resolve() == repository.top.resolve():
        return False
    try:
        git(folder, "check-ignore", "--quiet", str(folder))
    except GitError:  # exit code 1: not ignored
        return False
    return True
