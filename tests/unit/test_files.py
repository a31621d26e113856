"""Locks exclude, writes are all-or-nothing, and every refusal leaves things as they were."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccrouter_core import files
from ccrouter_core.errors import NotFound, StoreError, StoreLocked, UsageError
from ccrouter_core.files import (
    atomic_write,
    ensure_private_dir,
    is_inside,
    locked,
    read_text_limited,
    refuse_symlink,
)

COUNT = """
import sys
from pathlib import Path
from ccrouter_core.files import atomic_write, locked
path = Path(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with locked(path, timeout_s=60):
        atomic_write(path, str(int(path.read_text()) + 1), backups=0)
"""
HOLD = """
import sys, time
from ccrouter_core.files import locked
with locked(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""
LIMITED = """
import resource, sys
from ccrouter_core.errors import StoreError
from ccrouter_core.files import atomic_write
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    atomic_write(sys.argv[1], b"x" * 10_000)
except StoreError as error:
    print(error)
"""

UNPRIVILEGED = """
import os
import ccrouter_core.redact  # an error needs it; the other user may not be able to read this installation
from ccrouter_core.errors import StoreError
from ccrouter_core.files import atomic_write, locked
if os.geteuid() == 0:
    os.chown(".", 65534, -1)
    os.setuid(65534)
for attempt in (lambda: atomic_write("a", "new"), lambda: locked("a").__enter__()):
    try:
        attempt()
    except StoreError as error:
        print(error)
"""


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Run code in another Python process."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def holder(tmp_path: Path):
    """Another process that holds the lock of `tmp_path / "state"`."""
    with start(HOLD, tmp_path / "state") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


# --- locks -----------------------------------------------------------------------------------------------------


def test_eight_processes_lose_no_increment(tmp_path: Path) -> None:
    """Read-modify-write under the lock counts every time."""
    counter = tmp_path / "counter"
    counter.write_text("0")
    workers = [start(COUNT, counter, 25) for _ in range(8)]
    assert [worker.communicate(timeout=100) and worker.returncode for worker in workers] == [0] * 8
    assert counter.read_text() == "200"


def test_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    """The lock is between threads too."""
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(20):
            with locked(tmp_path / "state"):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(most), max(most)) == (80, 1)


def test_a_timeout_names_the_holder(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """The error says which process on which host, and since when."""
    with pytest.raises(StoreLocked) as caught, locked(tmp_path / "state", timeout_s=0.05):
        pass
    assert f"process {holder.pid} on {socket.gethostname()}, since 2" in caught.value.why
    assert caught.value.exit_code == 5


def test_a_killed_holder_frees_the_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """After kill -9 the next one gets in at once, and its name replaces the dead one's."""
    holder.kill()
    holder.wait()
    with locked(tmp_path / "state", timeout_s=0):
        assert (tmp_path / "state.lock").read_text().split()[0] == str(os.getpid())


def test_a_dead_holders_text_is_not_believed(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """A name that a killed process left behind is never blamed."""
    holder.kill()
    holder.wait()
    lock = str(tmp_path / "state.lock")
    assert Path(lock).read_text().split()[0] == str(holder.pid)
    assert files._holder(lock) == "another process, which has not written its name,"


@pytest.mark.parametrize("text", ["", "garbage", "-1 host 2026", "1 2 3 4"])
def test_a_damaged_lock_text_is_no_name(tmp_path: Path, text: str) -> None:
    """What cannot be a holder is not shown as one."""
    (tmp_path / "x.lock").write_text(text)
    assert "has not written its name" in files._holder(str(tmp_path / "x.lock"))


def test_a_nested_lock_is_named_as_our_own(tmp_path: Path) -> None:
    """Who waits for himself is told so."""
    with locked(tmp_path / "a"), pytest.raises(StoreLocked) as caught, locked(tmp_path / "a", timeout_s=0):
        pass
    assert "this very process" in caught.value.why


def test_an_error_inside_frees_the_lock_and_its_name(tmp_path: Path) -> None:
    """Leaving by an exception lets go, and leaves no stale text."""
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "a"):
        raise ZeroDivisionError
    assert (tmp_path / "a.lock").read_text() == ""
    with locked(tmp_path / "a", timeout_s=0):
        pass


def test_a_lock_file_is_private_and_never_a_link(tmp_path: Path) -> None:
    """Nobody else reads it, and nobody redirects it."""
    with locked(tmp_path / "a"):
        assert (tmp_path / "a.lock").stat().st_mode & 0o777 == 0o600
    (tmp_path / "b.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="symbolic link"), locked(tmp_path / "b"):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_a_lock_in_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    """The folder must exist first."""
    with pytest.raises(StoreError, match="create the folder"), locked(tmp_path / "no" / "a"):
        pass


# --- writing ---------------------------------------------------------------------------------------------------


def test_a_write_replaces_whole_with_its_mode(tmp_path: Path) -> None:
    """Bytes and text arrive as given, 0600 unless told otherwise, whatever the umask."""
    path = tmp_path / "a"
    atomic_write(path, "zwölf")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == ("zwölf".encode(), 0o600)
    before = os.umask(0o077)
    try:
        atomic_write(path, b"\x00\xff", mode=0o644)
    finally:
        os.umask(before)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"\x00\xff", 0o644)


def test_earlier_contents_roll_through_the_backups(tmp_path: Path) -> None:
    """The newest three earlier contents are kept, no more, and nothing else stays in the folder."""
    path = tmp_path / "a"
    for number in range(6):
        atomic_write(path, str(number))
    kept = {entry.name: entry.read_text() for entry in tmp_path.iterdir()}
    assert kept == {"a": "5", "a.bak1": "4", "a.bak2": "3", "a.bak3": "2"}


def test_no_backup_when_none_is_wanted(tmp_path: Path) -> None:
    """`backups=0` keeps only the file."""
    atomic_write(tmp_path / "a", "1", backups=0)
    atomic_write(tmp_path / "a", "2", backups=0)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_a_file_over_its_size_limit_keeps_the_old_content(tmp_path: Path) -> None:
    """A write that stops half-way changes nothing and leaves no temporary file."""
    (tmp_path / "a").write_text("old")
    shown, _ = start(LIMITED, tmp_path / "a").communicate(timeout=20)
    assert "old content is intact" in shown
    assert "ulimit -f" in shown
    assert {entry.name: entry.read_text() for entry in tmp_path.iterdir()} == {"a": "old"}


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting needs root on Linux")
@pytest.mark.parametrize(("option", "fix"), [("size=64k", "free some space"), ("ro", "mount it writable")])
def test_a_full_or_read_only_disk_keeps_the_old_content(tmp_path: Path, option: str, fix: str) -> None:
    """The error says what to do; the file and its folder stay as they were."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let root mount a file system")
    try:
        (tmp_path / "a").write_text("old")
        if option == "ro":
            subprocess.run(["mount", "-o", "remount,ro", tmp_path], check=True)
        with pytest.raises(StoreError, match=fix):
            atomic_write(tmp_path / "a", b"x" * 1_000_000)
        assert {entry.name: entry.read_text() for entry in tmp_path.iterdir()} == {"a": "old"}
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@pytest.mark.parametrize("mode", [0o500, 0o555])
def test_a_folder_without_the_right_to_write_says_so(tmp_path: Path, mode: int) -> None:
    """Missing rights are named with a remedy, for the file and for its lock."""
    tmp_path.chmod(mode)
    command = [sys.executable, "-c", UNPRIVILEGED]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    tmp_path.chmod(0o700)
    assert shown.count("chmod or chown") == 2
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_never_written_through(tmp_path: Path) -> None:
    """The error names the target, and the target keeps its content."""
    (tmp_path / "target").write_text("theirs")
    (tmp_path / "a").symlink_to(tmp_path / "target")
    with pytest.raises(StoreError, match="target"):
        atomic_write(tmp_path / "a", "ours")
    assert ((tmp_path / "target").read_text(), (tmp_path / "a").is_symlink()) == ("theirs", True)
    with pytest.raises(StoreError):
        refuse_symlink(tmp_path / "a")
    refuse_symlink(tmp_path / "target")


@pytest.mark.parametrize("target", ["missing/a", "folder"])
def test_a_place_that_cannot_hold_a_file_stays_as_it_is(tmp_path: Path, target: str) -> None:
    """A missing folder or a folder in the way is an error, without leftovers."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError):
        atomic_write(tmp_path / target, "x")
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_text_that_is_not_unicode_is_refused_unseen(tmp_path: Path) -> None:
    """Half a surrogate pair is a usage error that does not show the text."""
    with pytest.raises(UsageError) as caught:
        atomic_write(tmp_path / "a", "confidential \ud800")
    assert "confidential" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["", "a\0b"])
def test_an_unusable_path_is_refused(path: str) -> None:
    """Empty names and NUL characters never reach the operating system."""
    with pytest.raises(UsageError):
        atomic_write(path, "x")


def test_readers_never_see_a_half_written_file(tmp_path: Path) -> None:
    """While one thread rewrites, another always reads one whole content."""
    path = tmp_path / "a"
    contents = [letter * 200_000 for letter in "ab"]
    atomic_write(path, contents[0])
    stop = threading.Event()
    seen: set[bool] = set()

    def read() -> None:
        while not stop.is_set():
            seen.add(path.read_text() in contents)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(30):
        atomic_write(path, contents[number % 2])
    stop.set()
    reader.join()
    assert seen == {True}


def test_an_atomic_write_takes_less_than_ten_milliseconds(tmp_path: Path) -> None:
    """The median of a durable write with backups stays under the promised 10 ms, or five bare ones on a slow disk."""

    def spent_ms(write: Callable[[], object]) -> float:
        start_ns = time.perf_counter_ns()
        write()
        return (time.perf_counter_ns() - start_ns) / 1e6

    def bare() -> None:
        with (tmp_path / "bare").open("w") as file:
            file.write("0" * 1000)
            file.flush()
            os.fsync(file.fileno())

    pairs = [(spent_ms(lambda: atomic_write(tmp_path / "a", "0" * 1000)), spent_ms(bare)) for _ in range(31)]
    ours, yardstick = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert ours < max(10, 5 * yardstick)


# --- guards ----------------------------------------------------------------------------------------------------


def test_a_private_folder_is_made_and_mended(tmp_path: Path) -> None:
    """New or found open to others, the folder ends as 0700; parents keep the user's own mode."""
    deep = tmp_path / "a" / "b"
    ensure_private_dir(deep)
    deep.chmod(0o755)
    ensure_private_dir(deep)
    assert deep.stat().st_mode & 0o777 == 0o700


def test_a_link_or_file_is_no_private_folder(tmp_path: Path) -> None:
    """What is not a folder of our own is refused."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").write_text("x")
    for name in ("link", "file"):
        with pytest.raises(StoreError):
            ensure_private_dir(tmp_path / name)
    assert (tmp_path / "real").stat().st_mode & 0o777 != 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_another_users_folder_is_refused_unchanged(tmp_path: Path) -> None:
    """Somebody else's folder is neither used nor changed."""
    (tmp_path / "theirs").mkdir(mode=0o755)
    os.chown(tmp_path / "theirs", 12345, -1)
    with pytest.raises(StoreError, match="belongs to another user"):
        ensure_private_dir(tmp_path / "theirs")
    assert (tmp_path / "theirs").stat().st_mode & 0o777 == 0o755


def test_reading_is_bounded_and_strict(tmp_path: Path) -> None:
    """Up to the limit the text comes back; beyond it, or not UTF-8, it is refused without being shown."""
    path = tmp_path / "a"
    path.write_bytes(b"\xef\xbb\xbfone\r\n")
    assert read_text_limited(path, 8) == "one\r\n"
    with pytest.raises(StoreError, match="larger than 7 bytes"):
        read_text_limited(path, 7)
    path.write_bytes(b"confidential \xff")
    with pytest.raises(StoreError, match="byte 13") as caught:
        read_text_limited(path, 100)
    assert caught.value.__cause__ is None


def test_reading_what_is_no_file_ends_at_once(tmp_path: Path) -> None:
    """A missing file is not found; a pipe or folder is refused without blocking."""
    with pytest.raises(NotFound):
        read_text_limited(tmp_path / "missing", 10)
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(StoreError):
            read_text_limited(path, 10)


def test_inside_sees_through_links_and_dots(tmp_path: Path) -> None:
    """Only what really lies below the root is inside."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "out").symlink_to(tmp_path)
    inside = [root, root / "a" / "b", root / "x" / ".." / "y"]
    outside = [tmp_path, tmp_path / "rootless", root / ".." / "a", root / "out" / "a", "a\0b"]
    assert [is_inside(path, root) for path in inside] == [True] * 3
    assert [is_inside(path, root) for path in outside] == [False] * 5


@given(parts=st.lists(st.sampled_from(["..", ".", "a", "b"]), max_size=8))
def test_inside_agrees_with_the_normal_form(parts: list[str]) -> None:
    """Where there are no links, a path is inside when its normal form begins with the root."""
    path = "/".join(["/r00t/x", *parts])
    normal = os.path.normpath(path)
    assert is_inside(path, "/r00t/x") == (f"{normal}/".startswith("/r00t/x/"))
