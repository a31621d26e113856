"""Patches turn exactly the state they were made from into the new one, here and in git."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import suppress
from itertools import permutations, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccrouter_core.diffs import file_diff
from ccrouter_core.errors import RouterError, UsageError
from ccrouter_core.landing import apply_diff
from ccrouter_core.patches import (
    FILE_MODE,
    LINK_MODE,
    PROGRAM_MODE,
    FileState,
    PatchConflict,
    read_diff,
    read_state,
)

if TYPE_CHECKING:
    from pathlib import Path

NAMES = (
    "a.txt",
    "two words.txt",
    "ünï/çödé.txt",
    'quo"te\\.txt',
    "tab\there",
    "line\nfeed",
    "b/ b/x",
    "x'));os.((.json",
)

contents = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(["a\n", "b\n", "c\r\n", "\n", "é\n", "diff --git a/x b/x\n", "--- a\n", "\x0b\n"])
    ).map(lambda rows: "".join(rows).encode()),
    st.lists(st.sampled_from(["a\n", "b\n"]), max_size=40).map(lambda rows: ("".join(rows) + "end").encode()),
)
states = st.one_of(
    st.none(),
    st.builds(FileState, mode=st.sampled_from([FILE_MODE, PROGRAM_MODE]), content=contents),
    st.builds(FileState, mode=st.just(LINK_MODE), content=st.sampled_from([b"a.txt", b"x"])),
)


def put(root: Path, name: str, state: FileState | None) -> None:
    """Give a file the state, whatever it was."""
    place = root / name
    place.unlink(missing_ok=True)
    if state is None:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if state.mode == LINK_MODE:
        place.symlink_to(os.fsdecode(state.content))
    else:
        place.write_bytes(state.content)
        place.chmod(state.mode & 0o777)


@given(old=states, new=states, name=st.sampled_from(NAMES))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_patch_gives_the_new_state_from_the_old_one(
    tmp_path: Path, old: FileState | None, new: FileState | None, name: str
) -> None:
    """Whatever the bytes, modes and names: applying the difference gives the new state."""
    put(tmp_path, name, old)
    diff = file_diff(name, old, new)
    assert apply_diff(tmp_path, diff, (name,) if diff else ()) == ((name,) if diff else ())
    assert read_state(tmp_path / name) == new
    assert not list(tmp_path.glob(".ccrouter-*"))
    diff.encode()


@given(old=states, new=states, name=st.sampled_from(NAMES))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_git_understands_every_patch(
    tmp_path: Path, old: FileState | None, new: FileState | None, name: str
) -> None:
    """`git apply` comes to the same state."""
    put(tmp_path, name, old)
    diff = file_diff(name, old, new)
    if diff:
        done = git_apply(tmp_path, diff)
        assert done.returncode == 0, (done.stderr, diff)
    assert read_state(tmp_path / name) == new


def git_apply(folder: Path, diff: str) -> subprocess.CompletedProcess[bytes]:
    """Let git apply a patch to a folder that is no repository."""
    return subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"],
        cwd=folder,
        input=diff.encode(),
        capture_output=True,
        check=False,
    )


def test_a_line_inserted_above_equal_lines_and_one_of_them_removed_is_a_patch_for_git(tmp_path: Path) -> None:
    """A hunk ends with context when the file goes on: git takes a change at its end for the file's end."""
    old, new = state("a\na\na\na\na\n"), state("\na\na\na\na\n")
    put(tmp_path, "f", old)
    done = git_apply(tmp_path, file_diff("f", old, new))
    assert done.returncode == 0, done.stderr
    assert read_state(tmp_path / "f") == new


def test_git_understands_every_change_among_repeated_lines(tmp_path: Path) -> None:
    """All pairs of texts of five lines, each line one of two, in one patch of 992 files."""
    texts = ["".join(lines) for lines in product(("a\n", "\n"), repeat=5)]
    files = {
        f"f{number}": (state(old), state(new)) for number, (old, new) in enumerate(permutations(texts, 2))
    }
    for name, (old, _) in files.items():
        put(tmp_path, name, old)
    done = git_apply(tmp_path, "".join(file_diff(name, old, new) for name, (old, new) in files.items()))
    assert done.returncode == 0, done.stderr
    assert all(read_state(tmp_path / name) == new for name, (_, new) in files.items())


@given(
    text=st.text(max_size=300),
    head=st.sampled_from(["", "diff --git a/x b/x\n", f"diff --git a/x b/x\nindex {'0' * 40}..{'1' * 40}\n"]),
)
def test_any_text_is_a_patch_or_a_usage_error(text: str, head: str) -> None:
    """Reading never fails in another way."""
    with suppress(UsageError):
        read_diff(head + text)


def state(text: str, mode: int = FILE_MODE) -> FileState:
    """Return the state of a text file."""
    return FileState(mode=mode, content=text.encode())


def test_a_file_that_changed_meanwhile_is_a_conflict_with_exit_code_5(tmp_path: Path) -> None:
    """The user's later edit wins, and the other files of the patch stay untouched too."""
    (tmp_path / "a").write_text("old\n")
    (tmp_path / "b").write_text("edited by the user\n")
    diff = file_diff("a", state("old\n"), state("new\n")) + file_diff("b", state("old\n"), state("new\n"))
    with pytest.raises(PatchConflict) as caught:
        apply_diff(tmp_path, diff, ("a", "b"))
    assert caught.value.exit_code == 5
    assert (tmp_path / "a").read_text() == "old\n"
    assert (tmp_path / "b").read_text() == "edited by the user\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [(None, state("x")), (state("x"), None), (state("x"), state("x", PROGRAM_MODE))],
    ids=["created", "deleted", "mode"],
)
def test_creating_deleting_and_mode_changes_conflict_too(
    tmp_path: Path, old: FileState | None, new: FileState | None
) -> None:
    """Each kind of change is checked against the present state."""
    put(tmp_path, "f", state("y", PROGRAM_MODE) if old is None or new else None)
    with pytest.raises(PatchConflict):
        apply_diff(tmp_path, file_diff("f", old, new))


@pytest.mark.parametrize(
    "name", ["../out", "/etc/x", ".git/hooks/pre-commit", "a/../../out", "sub/.GIT/config"]
)
def test_no_patch_leaves_the_folder_or_enters_git(tmp_path: Path, name: str) -> None:
    """A path outside the project is refused before anything is written."""
    with pytest.raises(UsageError):
        apply_diff(tmp_path, file_diff(name, None, state("x")))


def test_a_patch_does_not_write_through_links(tmp_path: Path) -> None:
    """Neither a linked folder nor a new link leads out of the project."""
    project, outside = tmp_path / "project", tmp_path / "outside"
    project.mkdir()
    outside.mkdir()
    (project / "linked").symlink_to(outside)
    with pytest.raises(UsageError, match="symbolic link"):
        apply_diff(project, file_diff("linked/f", None, state("x")))
    for goal in (b"../outside", b"/etc/passwd"):
        with pytest.raises(UsageError, match="point out"):
            apply_diff(project, file_diff("l", None, FileState(mode=LINK_MODE, content=goal)))
    assert not list(outside.iterdir())


def test_only_announced_files_are_touched(tmp_path: Path) -> None:
    """A patch that does more or less than announced is refused."""
    diff = file_diff("a", None, state("x"))
    for announced in ((), ("b",), ("a", "b")):
        with pytest.raises(UsageError, match="announced"):
            apply_diff(tmp_path, diff, announced)


def test_an_error_on_the_way_puts_everything_back(tmp_path: Path) -> None:
    """A folder in the way of the last file takes the first ones back, permissions included."""
    (tmp_path / "a").write_text("old\n")
    (tmp_path / "a").chmod(0o640)
    (tmp_path / "gone").write_text("still here\n")
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "kept").write_text("kept")
    diff = (
        file_diff("a", state("old\n"), state("new\n"))
        + file_diff("gone", state("still here\n"), None)
        + file_diff("new/deep/file", None, state("x"))
        + file_diff("z", None, state("a file where a folder is"))
    )
    with pytest.raises(RouterError):
        apply_diff(tmp_path, diff)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == [
        "a",
        "gone",
        "z",
        "z/kept",
    ]
    assert (tmp_path / "a").read_text() == "old\n"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_permissions_stay_and_emptied_folders_go(tmp_path: Path) -> None:
    """A file keeps its own permission bits; a folder whose last file is deleted disappears."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "only").write_text("x")
    (tmp_path / "private").write_text("a")
    (tmp_path / "private").chmod(0o600)
    apply_diff(
        tmp_path, file_diff("private", state("a"), state("b")) + file_diff("sub/only", state("x"), None)
    )
    assert (tmp_path / "private").stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "sub").exists()


def test_a_folder_may_become_a_file_and_back(tmp_path: Path) -> None:
    """Deletions happen before creations."""
    put(tmp_path, "a/b", state("x"))
    apply_diff(tmp_path, file_diff("a/b", state("x"), None) + file_diff("a", None, state("file")))
    apply_diff(tmp_path, file_diff("a", state("file"), None) + file_diff("a/b", None, state("x")))
    assert (tmp_path / "a" / "b").read_text() == "x"


def test_a_large_rewritten_text_is_compared_in_bounded_time() -> None:
    """Forty thousand changed lines become one hunk instead of minutes of comparing."""
    old = "".join(f"old {number}\n" for number in range(40_000))
    new = "".join(f"new {number}\n" for number in range(40_000))
    began = time.process_time()
    diff = file_diff("big", state(f"head\n{old}tail\n"), state(f"head\n{new}tail\n"))
    assert time.process_time() - began < 5
    assert diff.count("@@ -") == 1
    assert diff.startswith("diff --git a/big b/big\n")


def test_distant_changes_become_separate_hunks() -> None:
    """A small change in a long file is a small patch."""
    lines = [f"{number}\n" for number in range(1000)]
    edited = [*lines]
    edited[10], edited[900] = "ten\n", "nine hundred\n"
    diff = file_diff("f", state("".join(lines)), state("".join(edited)))
    assert diff.count("@@ -") == 2
    assert len(diff.splitlines()) < 25


def test_damaged_patches_are_refused() -> None:
    """A wrong count, an abbreviated hash, a rename and a broken binary part each say so."""
    good = file_diff("f", state("a\n"), state("b\n"))
    binary = file_diff("f", None, FileState(mode=FILE_MODE, content=bytes(range(256))))
    for bad in (
        good.replace("@@ -1 +1 @@", "@@ -1,2 +1 @@"),
        good.replace(state("a\n").blob, state("a\n").blob[:7]),
        good.replace("b/f", "b/g", 1),
        binary.replace("literal 256", "literal 255"),
        binary.replace("literal 256\nz", "literal 256\n!"),
        "not a patch",
    ):
        with pytest.raises(UsageError):
            read_diff(bad)
