"""An attempt that may write works in a copy of its own; only an accepted change reaches the user's files."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ccrouter_core.errors import NotFound, RouterError, UsageError
from ccrouter_core.git import GitError
from ccrouter_core.patches import PatchConflict
from ccrouter_core.trees import CopyLimits
from ccrouter_core.workspaces import apply_diff, open_workspace, sweep

AUTHOR = {
    "GIT_AUTHOR_NAME": "T",
    "GIT_AUTHOR_EMAIL": "t@t",
    "GIT_COMMITTER_NAME": "T",
    "GIT_COMMITTER_EMAIL": "t@t",
}


def git(folder: Path, *arguments: str) -> str:
    """Run git as a test author; return what it printed."""
    done = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *arguments],
        cwd=folder,
        env={**os.environ, **AUTHOR},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def write(root: Path, **files: str) -> None:
    """Write files whose names say `__` for a slash and `_dot_` for a dot."""
    for name, text in files.items():
        place = root / name.replace("__", "/").replace("_dot_", ".")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return where the state folder will be."""
    return tmp_path / "home"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A plain folder with a few files."""
    root = tmp_path / "pro ject"
    write(root, README="hello\n", src__a_dot_py="x = 1\n", src__b_dot_py="y = 1\n")
    return root


@pytest.fixture
def repository(project: Path) -> Path:
    """The same folder as a repository with one commit, and an ignored file."""
    write(project, _dot_gitignore="*.log\nbuild/\n", debug_dot_log="noise")
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "start")
    return project


def everything(root: Path) -> dict[str, bytes]:
    """Return every file below the folder with its content, git's own included but for its index's clock."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != "index"
    }


@pytest.mark.parametrize("kind", ["repository", "project"])
def test_work_stays_in_the_copy_until_it_is_applied(
    kind: str, home: Path, request: pytest.FixtureRequest
) -> None:
    """Created, changed and deleted files show in `changed` and `diff`, and reach the user's folder by the diff."""
    root: Path = request.getfixturevalue(kind)
    before = everything(root)
    with open_workspace(root, writable=True, home=home) as space:
        assert (space.changed(), space.diff()) == ((), "")
        (space.path / "src/a.py").write_text("x = 2\n")
        (space.path / "src/b.py").unlink()
        write(space.path, new__file_dot_txt="new\n", __pycache____x_dot_pyc="junk")
        assert space.changed() == ("new/file.txt", "src/a.py", "src/b.py")
        diff, changed = space.diff(), space.changed()
        own = {name: data for name, data in everything(root).items() if not name.startswith(".git/")}
        assert own == {name: data for name, data in before.items() if not name.startswith(".git/")}
    assert everything(root) == before
    apply_diff(root, diff, changed)
    assert (root / "src/a.py").read_text() == "x = 2\n"
    assert (root / "new/file.txt").read_text() == "new\n"
    assert not (root / "src/b.py").exists()


def test_the_model_sees_what_the_user_sees(repository: Path, home: Path) -> None:
    """Staged, unstaged, deleted and new files are as in the user's folder, and git there reports them as changes."""
    write(repository, README="unstaged\n", src__a_dot_py="staged\n", notes_dot_txt="untracked\n")
    git(repository, "add", "src/a.py")
    (repository / "src/b.py").unlink()
    with open_workspace(repository, writable=True, home=home) as space:
        assert (space.path / "README").read_text() == "unstaged\n"
        assert (space.path / "src/a.py").read_text() == "staged\n"
        assert (space.path / "notes.txt").read_text() == "untracked\n"
        assert not (space.path / "src/b.py").exists()
        assert not (space.path / "debug.log").exists()
        assert space.changed() == ()
        status = git(space.path, "status", "--porcelain").splitlines()
        assert sorted(line.split()[-1] for line in status) == ["README", "notes.txt", "src/a.py", "src/b.py"]


def test_a_change_on_top_of_uncommitted_work_applies_to_it(repository: Path, home: Path) -> None:
    """The diff is made from the user's present state, not from the commit."""
    write(repository, README="mine\nhello\n")
    with open_workspace(repository, writable=True, home=home) as space:
        write(space.path, README="mine\nhello\nmore\n")
        diff = space.diff()
    assert "+mine" not in diff
    apply_diff(repository, diff, ("README",))
    assert (repository / "README").read_text() == "mine\nhello\nmore\n"


def test_a_later_edit_of_the_user_is_a_conflict(repository: Path, home: Path) -> None:
    """Editing the same file in the meantime refuses the change and keeps the user's text."""
    with open_workspace(repository, writable=True, home=home) as space:
        write(space.path, README="model\n")
        write(repository, README="user\n")
        diff = space.diff()
    with pytest.raises(PatchConflict):
        apply_diff(repository, diff, ("README",))
    assert (repository / "README").read_text() == "user\n"


@pytest.mark.parametrize("kind", ["repository", "project"])
def test_discard_leaves_no_trace(kind: str, home: Path, request: pytest.FixtureRequest) -> None:
    """Neither a file, nor a branch, nor a work tree's record stays, even where writing was forbidden."""
    root: Path = request.getfixturevalue(kind)
    before = everything(root)
    space = open_workspace(root, writable=True, home=home)
    (space.path / "src").chmod(0o500)
    space.discard()
    space.discard()
    assert everything(root) == before
    assert [path.name for path in (home / "workspaces").iterdir() if path.name.startswith("w-")] == []
    assert not (root / ".git" / "worktrees").exists()


def test_a_failing_body_discards_too(repository: Path, home: Path) -> None:
    """Leaving the `with` by an exception removes the copy."""
    with pytest.raises(ZeroDivisionError), open_workspace(repository, writable=True, home=home) as space:
        _ = 1 / 0
    assert not space.path.exists()


def test_the_copy_is_private(repository: Path, home: Path) -> None:
    """Others on the machine cannot look into it."""
    with open_workspace(repository, writable=True, home=home) as space:
        assert (home / "workspaces").stat().st_mode & 0o777 == 0o700
        assert space.path.parent.stat().st_mode & 0o777 == 0o700


def test_reading_happens_in_place(project: Path, home: Path) -> None:
    """Work that only reads gets the user's own folder and makes nothing."""
    with open_workspace(project, writable=False, home=home) as space:
        assert space.path == project
        assert (space.changed(), space.diff()) == ((), "")
        with pytest.raises(UsageError):
            space.keep_branch("x")
    assert project.exists()
    assert not home.exists()


@pytest.mark.parametrize("where", ["src", "src/deep"])
def test_a_sub_folder_maps_to_the_same_sub_folder(repository: Path, home: Path, where: str) -> None:
    """Paths are relative to the folder the user stands in; changes above it are strays."""
    write(repository, src__deep__c_dot_py="z = 1\n")
    with open_workspace(repository / where, writable=True, home=home) as space:
        (space.path / "new.py").write_text("n = 1\n")
        (space.path.parents[where.count("/")] / "README").write_text("stray\n")
        assert space.changed() == ("new.py",)
        assert space.strays() == ("README",)
        diff = space.diff()
    apply_diff(repository / where, diff, ("new.py",))
    assert (repository / where / "new.py").exists()


STRANGE = [
    "two words",
    "ünï-çödé.txt",
    "line\nfeed",
    "tab\t",
    "'quote\"\\",
    "-dash",
    "x'));import os;((.json",
]


@pytest.mark.parametrize("kind", ["repository", "project"])
def test_strange_names_survive(kind: str, home: Path, request: pytest.FixtureRequest) -> None:
    """Blanks, line feeds, quotes and letters of all languages in names are only names."""
    root: Path = request.getfixturevalue(kind)
    for name in STRANGE[::2]:
        (root / name).write_text("old\n")
    with open_workspace(root, writable=True, home=home) as space:
        for name in STRANGE:
            (space.path / name).write_text("new\n")
        assert set(space.changed()) == set(STRANGE)
        diff, changed = space.diff(), space.changed()
    apply_diff(root, diff, changed)
    assert {(root / name).read_text() for name in STRANGE} == {"new\n"}


def test_binary_modes_and_links_travel(repository: Path, home: Path) -> None:
    """Bytes that are no text, the executable bit and links inside the project are part of the diff."""
    with open_workspace(repository, writable=True, home=home) as space:
        (space.path / "image.png").write_bytes(bytes(range(256)) * 10)
        (space.path / "src/a.py").chmod(0o755)
        (space.path / "link").symlink_to("src/b.py")
        diff, changed = space.diff(), space.changed()
    apply_diff(repository, diff, changed)
    assert (repository / "image.png").read_bytes() == bytes(range(256)) * 10
    assert os.access(repository / "src/a.py", os.X_OK)
    assert (repository / "link").readlink() == Path("src/b.py")
    assert git(repository, "status", "--porcelain").split() == [
        "M",
        "src/a.py",
        "??",
        "image.png",
        "??",
        "link",
    ]


def test_git_takes_the_diff(repository: Path, home: Path) -> None:
    """The text is a patch that `git apply` accepts."""
    with open_workspace(repository, writable=True, home=home) as space:
        write(space.path, README="hello\nagain", src__new_dot_py="")
        (space.path / "src/b.py").unlink()
        diff = space.diff()
    patch = repository.parent / "change.patch"
    patch.write_text(diff)
    git(repository, "apply", str(patch))
    assert (repository / "README").read_text() == "hello\nagain"
    assert (repository / "src/new.py").exists()
    assert not (repository / "src/b.py").exists()


def test_ways_out_of_the_project_are_left_out(repository: Path, home: Path, tmp_path: Path) -> None:
    """Through a copied link nobody can reach the user's files or a stranger's."""
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (repository / "out").symlink_to(secret)
    (repository / "own").symlink_to(repository / "README")
    (repository / "inside").symlink_to("README")
    (repository / "chain").symlink_to("out")
    os.mkfifo(repository / "pipe")
    with open_workspace(repository, writable=True, home=home) as space:
        present = {path.name for path in space.path.iterdir()}
        assert present >= {"inside", "README"}
        assert not present & {"out", "own", "chain", "pipe"}
        assert any("out" in note for note in space.notes)
        assert space.changed() == ()


def test_a_repository_without_commits_is_copied(project: Path, home: Path) -> None:
    """There is no commit to stand on, so a plain copy serves."""
    git(project, "init", "-q")
    with open_workspace(project, writable=True, home=home) as space:
        assert not (space.path / ".git").exists()
        write(space.path, README="new\n")
        assert space.changed() == ("README",)
        with pytest.raises(UsageError, match="branch"):
            space.keep_branch("x")


@pytest.mark.parametrize("damage", ["HEAD", "objects"])
def test_a_damaged_repository_is_copied(repository: Path, home: Path, damage: str) -> None:
    """Files can be worked on although git cannot."""
    if damage == "HEAD":
        (repository / ".git/HEAD").write_bytes(b"\0garbage")
    else:
        for path in (repository / ".git/objects").rglob("*"):
            if path.is_file():
                path.chmod(0o600)
                path.write_bytes(b"garbage")
    with open_workspace(repository, writable=True, home=home) as space:
        write(space.path, README="new\n")
        assert space.changed() == ("README",)
        assert "+new" in space.diff()
    assert not (repository / ".git/worktrees").exists()


def test_a_bare_repository_is_copied_as_a_folder(tmp_path: Path, home: Path) -> None:
    """A bare repository has no files to check out; its folder is one like any other."""
    bare = tmp_path / "bare.git"
    bare.mkdir()
    git(bare, "init", "-q", "--bare")
    with open_workspace(bare, writable=True, home=home) as space:
        assert (space.path / "HEAD").exists()


def test_submodules_are_named_not_followed(repository: Path, home: Path, tmp_path: Path) -> None:
    """A submodule's folder is empty in the copy, a note says so, and removing the copy works."""
    library = tmp_path / "library"
    write(library, f="x")
    git(library, "init", "-q")
    git(library, "add", "-A")
    git(library, "commit", "-qm", "lib")
    git(repository, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library), "lib")
    git(repository, "commit", "-qm", "with a library")
    with open_workspace(repository, writable=True, home=home) as space:
        assert any("ubmodule" in note for note in space.notes)
        assert space.changed() == ()
    assert not (repository / ".git/worktrees").exists()
    with open_workspace(repository / "lib", writable=True, home=home) as space:
        (space.path / "f").write_text("y")
        assert space.changed() == ("f",)


def test_an_ignored_folder_is_copied(repository: Path, home: Path) -> None:
    """Git would show nothing of it, so the work gets a plain copy."""
    write(repository, build__scratch_dot_txt="x")
    with open_workspace(repository / "build", writable=True, home=home) as space:
        assert (space.path / "scratch.txt").read_text() == "x"


def test_a_state_folder_inside_the_project_is_not_copied_into_itself(project: Path) -> None:
    """The copy never contains copies."""
    home = project / "state"
    with open_workspace(project, writable=True, home=home) as space:
        assert not (space.path / "state").exists()
    git(project, "init", "-q")
    git(project, "add", "README")
    git(project, "commit", "-qm", "x")
    with open_workspace(project, writable=True, home=home) as space:
        assert not (space.path / "state").exists()
        assert space.changed() == ()


def test_copies_leave_out_what_is_ignored(project: Path, home: Path) -> None:
    """In a plain folder `.gitignore` files count too, the nearest one first."""
    write(
        project,
        _dot_gitignore="*.out\n",
        sub___dot_gitignore="!keep.out\n",
        a_dot_out="1",
        sub__keep_dot_out="1",
        sub__drop_dot_out="1",
        node_modules__x_dot_js="1",
        _dot_venv__y="1",
    )
    with open_workspace(project, writable=True, home=home) as space:
        names = {path.relative_to(space.path).as_posix() for path in space.path.rglob("*") if path.is_file()}
        assert names == {"README", "src/a.py", "src/b.py", ".gitignore", "sub/.gitignore", "sub/keep.out"}


@pytest.mark.parametrize("limits", [CopyLimits(size_bytes=10), CopyLimits(files=2)])
def test_a_project_above_the_bound_is_refused(project: Path, home: Path, limits: CopyLimits) -> None:
    """The error says what to do, and nothing is left behind."""
    with pytest.raises(RouterError, match="too large") as caught:
        open_workspace(project, writable=True, home=home, limits=limits)
    assert f"3 files of 0.0 MiB in it; the limits are {limits.files:,} files" in caught.value.why
    assert "workspace_max_mb" in caught.value.fix
    assert list((home / "workspaces").glob("w-*")) == []


def test_a_missing_folder_is_an_error(tmp_path: Path, home: Path) -> None:
    """Work needs a place to stand."""
    with pytest.raises(NotFound):
        open_workspace(tmp_path / "nowhere", writable=True, home=home)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_an_error_that_names_it(project: Path, home: Path) -> None:
    """Half a copy would be a wrong one."""
    (project / "src/a.py").chmod(0)
    with pytest.raises(RouterError, match=r"src/a\.py"):
        open_workspace(project, writable=True, home=home)
    assert list((home / "workspaces").glob("w-*")) == []


def test_a_branch_keeps_the_change_and_the_users_work_below_it(repository: Path, home: Path) -> None:
    """Two commits: what the user had not committed, then the change; the user's folder stays as it is."""
    write(repository, README="mine\n", extra="untracked\n")
    (repository / "src/b.py").unlink()
    with open_workspace(repository, writable=True, home=home) as space:
        write(space.path, src__a_dot_py="x = 2\n")
        assert space.keep_branch("night/one", "Raise x") == "night/one"
        with pytest.raises(GitError):
            space.keep_branch("night/one")
        with pytest.raises(UsageError):
            space.keep_branch("no good..name")
    log = git(repository, "log", "--format=%s", "night/one").splitlines()
    assert log == ["Raise x", "Uncommitted changes at the start of the work", "start"]
    assert git(repository, "diff", "--name-status", "night/one~1", "night/one").split() == ["M", "src/a.py"]
    assert git(repository, "show", "night/one:extra") == "untracked\n"
    assert "src/b.py" not in git(repository, "ls-tree", "-r", "--name-only", "night/one")
    assert git(repository, "branch", "--show-current").strip() == "main"
    assert (repository / "README").read_text() == "mine\n"


def test_a_branch_for_a_sub_folder_has_whole_paths(repository: Path, home: Path) -> None:
    """The commit names files from the repository's top."""
    with open_workspace(repository / "src", writable=True, home=home) as space:
        (space.path / "a.py").write_text("x = 3\n")
        space.keep_branch("sub")
    assert git(repository, "show", "sub:src/a.py") == "x = 3\n"


def test_hooks_and_monitors_of_the_repository_do_not_run(repository: Path, home: Path) -> None:
    """A repository's own programs take no part in making a work tree or a branch."""
    witness = repository.parent / "ran"
    for name in ("post-checkout", "pre-commit", "post-commit", "reference-transaction"):
        hook = repository / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch '{witness}'\n")
        hook.chmod(0o755)
    git(repository, "config", "core.fsmonitor", f"touch '{witness}'")
    git(repository, "config", "commit.gpgsign", "true")
    with open_workspace(repository, writable=True, home=home) as space:
        write(space.path, README="x\n")
        space.keep_branch("kept")
    assert not witness.exists()


def test_git_does_not_believe_the_work_trees_own_pointer(repository: Path, home: Path) -> None:
    """Whoever works there may rewrite or delete `.git`; the change is found all the same."""
    with open_workspace(repository, writable=True, home=home) as space:
        (space.path / ".git").unlink()
        write(space.path, README="x\n")
        assert space.changed() == ("README",)
        assert "+x" in space.diff()
    assert not (repository / ".git/worktrees").exists()


def test_line_ends_and_filters_do_not_disturb(repository: Path, home: Path) -> None:
    """With conversion of line ends the diff is still in the bytes that the user's files have."""
    git(repository, "config", "core.autocrlf", "true")
    (repository / "README").write_bytes(b"one\r\ntwo\r\n")
    git(repository, "commit", "-qam", "crlf")
    with open_workspace(repository, writable=True, home=home) as space:
        assert (space.path / "README").read_bytes() == b"one\r\ntwo\r\n"
        assert space.changed() == ()
        (space.path / "README").write_bytes(b"one\r\n2\r\n")
        diff = space.diff()
    apply_diff(repository, diff, ("README",))
    assert (repository / "README").read_bytes() == b"one\r\n2\r\n"


def test_a_sparse_checkout_stays_sparse(repository: Path, home: Path) -> None:
    """Files that the user keeps out of the folder are neither shown nor reported as deleted."""
    git(repository, "sparse-checkout", "set", "--no-cone", "/README", "/.gitignore")
    with open_workspace(repository, writable=True, home=home) as space:
        assert not (space.path / "src").exists()
        write(space.path, README="x\n")
        space.keep_branch("kept")
    assert "src/a.py" in git(repository, "ls-tree", "-r", "--name-only", "kept")


CRASH = """
import os, sys
from pathlib import Path
from ccrouter_core.workspaces import open_workspace
space = open_workspace(Path(sys.argv[1]), writable=True, home=Path(sys.argv[2]))
print(space.path, flush=True)
os.kill(os.getpid(), 9)
"""


def crash(root: Path, home: Path) -> Path:
    """Let a process open a workspace and be killed in it; return the workspace."""
    dead = subprocess.run(
        [sys.executable, "-c", CRASH, root, home], capture_output=True, text=True, check=False
    )
    assert dead.returncode == -9
    return Path(dead.stdout.strip())


@pytest.mark.parametrize("kind", ["repository", "project"])
def test_sweep_removes_what_a_killed_process_left(
    kind: str, home: Path, request: pytest.FixtureRequest
) -> None:
    """After kill -9 files and git's record are removed; living workspaces stay."""
    root: Path = request.getfixturevalue(kind)
    before = everything(root)
    with open_workspace(root, writable=True, home=home) as alive:
        dead = crash(root, home)
        assert dead.exists()
        assert sweep(home) == 1
        assert sweep(home) == 0
        assert not dead.exists()
        assert alive.path.exists()
        assert alive.changed() == ()
    assert everything(root) == before


def test_a_new_copy_sweeps_first(repository: Path, home: Path) -> None:
    """No command is needed: the next attempt that may write removes what is dead; one that reads does not look."""
    before = everything(repository)
    dead = crash(repository, home)
    with open_workspace(repository, writable=False, home=home):
        assert dead.exists()
    with open_workspace(repository, writable=True, home=home) as alive:
        assert not dead.exists()
        assert alive.path.exists()
    assert everything(repository) == before


def test_what_cannot_be_swept_does_not_stop_an_attempt(repository: Path, home: Path) -> None:
    """A workspace whose record is damaged is left alone."""
    dead = crash(repository, home)
    (dead.parent / "owner.json").write_text("{")
    with open_workspace(repository, writable=True, home=home) as alive:
        assert alive.path.exists()
    assert dead.exists()


def test_sweep_survives_a_repository_that_is_gone(repository: Path, home: Path, tmp_path: Path) -> None:
    """The user may have moved the project meanwhile."""
    crash(repository, home)
    repository.rename(tmp_path / "elsewhere")
    assert sweep(home) == 1
    assert sweep(tmp_path / "no-home") == 0


def test_several_attempts_at_once_do_not_meet(repository: Path, home: Path) -> None:
    """Each thread has its own copy; afterwards none is left."""
    results: list[tuple[str, ...]] = []

    def attempt(number: int) -> None:
        with open_workspace(repository, writable=True, home=home) as space:
            write(space.path, **{f"file{number}": "x"})
            results.append(space.changed())

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [(f"file{number}",) for number in range(6)]
    assert not (repository / ".git/worktrees").exists()


def test_equal_states_have_equal_digests(repository: Path, home: Path) -> None:
    """The digest names the state at the start, whatever happens in the copy."""
    with open_workspace(repository, writable=True, home=home) as one:
        write(one.path, README="x\n")
        with open_workspace(repository, writable=True, home=home) as two:
            assert one.digest() == two.digest()
        write(repository, README="other\n")
        with open_workspace(repository, writable=True, home=home) as three:
            assert one.digest() != three.digest()
