"""Locks, atomic writes and path guards: for every file that others read or that belongs to somebody else.

Standard library only and no heavy module, because client hooks use it.
"""
# pathlib costs more to import than all of this:
# ruff: noqa: PTH103, PTH105, PTH108, PTH110, PTH112, PTH114, PTH118, PTH120, PTH123

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from contextlib import contextmanager, suppress

from ccrouter_core.errors import NotFound, StoreError, StoreLocked, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    AnyPath = str | os.PathLike[str]

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
LOCK_SUFFIX = ".lock"

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)  # 0 on Windows, which has neither
_BINARY = getattr(os, "O_BINARY", 0)  # exists on Windows only
_NON_BLOCK = getattr(os, "O_NONBLOCK", 0)
_LONGEST_POLL_S = 0.02

_FIXES = {
    errno.ENOSPC: "free some space there, then try again",
    errno.EDQUOT: "free some of your disk quota, then try again",
    errno.EFBIG: "raise the limit on file sizes (`ulimit -f`), then try again",
    errno.EROFS: "mount it writable, or choose another folder (CCROUTER_HOME for ccrouter's own)",
    errno.EACCES: "give this user the right to it (chmod or chown), then try again",
    errno.EPERM: "give this user the right to it (chmod or chown), then try again",
    errno.ENOENT: "create the folder first, then try again",
    errno.ENOTDIR: "a part of that path is a file: choose another path",
    errno.ELOOP: "a symbolic link stands there: use the path that it points to",
    errno.EISDIR: "a folder stands there: choose another name",
    errno.ENAMETOOLONG: "choose a shorter name",
}


def os_error(what: str, error: OSError) -> StoreError:
    """Return a StoreError for an operating system's error, with a fix for the usual causes.

    Args:
        what: what could not be done, naming the file.
        error: the cause; only its number and standard words are shown.
    """
    number = error.errno or 0
    why = os.strerror(number) if number else type(error).__name__
    return StoreError(what=what, why=why, fix=_FIXES.get(number, "look at that path, then try again"))


def _name(path: AnyPath) -> str:
    name = os.fspath(path)
    if not name or "\0" in name:
        raise UsageError(
            what=f"not a usable path: {name!r}",
            why="a path is not empty and holds no NUL character",
            fix="pass the path of a file",
        )
    return name


# --- locks -----------------------------------------------------------------------------------------------------


@contextmanager
def locked(path: AnyPath, timeout_s: float = 10.0) -> Iterator[None]:
    """Hold the one lock that belongs to `path` while the `with` block runs: between threads and processes.

    The lock is `PATH.lock` beside the file; it stays there. The kernel frees it when its holder dies, however it
    dies. Not re-entrant: a nested use in the same thread waits for itself.

    Args:
        path: the file to protect; it need not exist, its folder must.
        timeout_s: seconds to wait for another holder; 0 tries once.

    Raises:
        StoreLocked: somebody else kept it; the error names who (process, host, since when).
        StoreError: the lock file cannot be opened.
    """
    name = _name(path) + LOCK_SUFFIX
    try:
        descriptor = os.open(name, os.O_RDWR | os.O_CREAT | _NO_FOLLOW | _BINARY, PRIVATE_FILE)
    except OSError as error:
        raise os_error(f"cannot open the lock {name}", error) from error
    try:
        _acquire(descriptor, name, timeout_s)
        try:
            yield
        finally:
            _release(descriptor)
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    _LOCKED_BYTE = 1 << 30  # far behind the holder's name, which others must be able to read

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

    def _host() -> str:
        return os.environ.get("COMPUTERNAME", "this-host")

    def _alive(pid: int) -> bool:  # noqa: ARG001 - signal 0 is not a question on Windows, it ends the process
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        # flock, not lockf: it excludes the threads of one process too, and closing another descriptor keeps it.
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _host() -> str:
        return os.uname().nodename or "this-host"

    def _alive(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:  # it lives, as another user
            return True
        return True


def _acquire(descriptor: int, name: str, timeout_s: float) -> None:
    """Poll for the lock with growing pauses, then write down who holds it."""
    deadline = time.monotonic() + timeout_s
    pause_s = 0.0005
    while not _try_lock(descriptor):
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            raise StoreLocked(
                what=f"{name.removesuffix(LOCK_SUFFIX)} is locked",
                why=f"{_holder(name)} has held it for longer than {timeout_s:g} s",
                fix="wait for that process to finish, or end it; then try again",
            )
        time.sleep(min(pause_s, left_s))
        pause_s = min(pause_s * 2, _LONGEST_POLL_S)
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    with suppress(OSError):  # a full disk: the lock holds all the same, only its holder's name is missing
        os.ftruncate(descriptor, 0)  # a killed holder left its name
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, f"{os.getpid()} {_host()} {since}\n".encode())


def _release(descriptor: int) -> None:
    with suppress(OSError):  # the next holder overwrites a name that stays
        os.ftruncate(descriptor, 0)
    _unlock(descriptor)


def _holder(name: str) -> str:
    """Return who holds the lock, as far as its text can be believed: a dead process holds nothing."""
    unnamed = "another process, which has not written its name,"
    try:
        with open(name, encoding="utf-8", errors="replace") as file:
            words = file.read(512).split()
    except OSError:  # gone or unreadable: the lock itself is what counts
        return unnamed
    if len(words) != 3 or not words[0].isdecimal():  # noqa: PLR2004 - process, host, time
        return unnamed
    pid, host, since = int(words[0]), words[1], words[2]
    if host == _host() and not _alive(pid):
        return unnamed
    mine = " (this very process)" if pid == os.getpid() and host == _host() else ""
    return f"process {pid}{mine} on {host}, since {since},"


# --- writing ---------------------------------------------------------------------------------------------------


def atomic_write(path: AnyPath, data: bytes | str, mode: int = PRIVATE_FILE, backups: int = 3) -> None:
    """Replace a file whole: readers see the old content or the new, also after a crash or a power cut.

    Writes a temporary file in the same folder, sets its mode, flushes it to disk, keeps the old file as
    `PATH.bak1` (older ones roll to `.bak2`, `.bak3`, ...), renames and flushes the folder.

    Args:
        path: the file; its folder must exist.
        data: the whole new content; a string is written as UTF-8.
        mode: permission bits of the new file, whatever the umask.
        backups: how many earlier contents to keep, 0 for none.

    Raises:
        StoreError: it could not be written (disk full, read-only, no right, a symbolic link); the old content is
            intact and no temporary file stays behind.
        UsageError: the string is not valid Unicode.
    """
    name = _name(path)
    content = _encoded(name, data)
    refuse_symlink(name)
    temporary = _temporary(name)
    try:
        _write_new(temporary, content, mode)
        if backups > 0 and os.path.exists(name):
            _roll(name, backups)
        os.replace(temporary, name)
    except OSError as error:
        raise os_error(f"cannot write {name}; its old content is intact", error) from error
    finally:
        _remove(temporary)
    try:
        sync_folder(os.path.dirname(name))
    except OSError as error:
        raise os_error(f"{name} is written, but a power cut may still undo it", error) from error


def _encoded(name: str, data: bytes | str) -> bytes:
    if isinstance(data, bytes):
        return data
    try:
        return data.encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            what=f"the text for {name} is not valid Unicode",
            why=f"character {error.start} is half of a surrogate pair",
            fix="remove it, or pass bytes",
        ) from None  # the cause would show the text


def _temporary(name: str) -> str:
    folder, base = os.path.split(name)
    return os.path.join(folder, f".{base}.{os.getpid()}.{os.urandom(4).hex()}.tmp")


def _write_new(name: str, content: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
    descriptor = os.open(name, flags, PRIVATE_FILE)
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, mode)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _roll(name: str, backups: int) -> None:
    """Keep the present file as NAME.bak1 and push older ones back; NAME itself never vanishes meanwhile."""
    for number in range(backups, 1, -1):
        if os.path.exists(f"{name}.bak{number - 1}"):
            os.replace(f"{name}.bak{number - 1}", f"{name}.bak{number}")
    kept = _temporary(name)
    try:
        _copy(name, kept)
        os.replace(kept, f"{name}.bak1")
    finally:
        _remove(kept)


def _copy(name: str, copy: str) -> None:
    try:
        os.link(name, copy)
    except OSError:  # a file system without hard links
        with open(name, "rb") as file:
            _write_new(copy, file.read(), stat.S_IMODE(os.fstat(file.fileno()).st_mode))


def _remove(name: str) -> None:
    with suppress(OSError):  # renamed, never made, or on a disk whose first error is already on its way
        os.unlink(name)


def sync_folder(folder: AnyPath) -> None:
    """Flush a folder's list of names to disk, so that a rename in it survives a power cut. No-op on Windows."""
    if sys.platform == "win32":
        return
    descriptor = os.open(os.fspath(folder) or ".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot flush a folder
            raise
    finally:
        os.close(descriptor)


# --- guards ----------------------------------------------------------------------------------------------------


def refuse_symlink(path: AnyPath) -> None:
    """Raise StoreError when `path` is a symbolic link: writing through it would change somebody else's file."""
    name = _name(path)
    if os.path.islink(name):
        raise StoreError(
            what=f"{name} is a symbolic link",
            why="writing through a link changes a file that stands elsewhere",
            fix=f"use its target, {os.path.realpath(name)}, or remove the link",
        )


def ensure_private_dir(path: AnyPath) -> None:
    """Make `path` a folder that only this user can enter (0700), creating it and its parents when missing.

    Raises:
        StoreError: it is a symbolic link, not a folder, owned by another user, or cannot be made.
    """
    name = _name(path)
    refuse_symlink(name)
    try:
        os.makedirs(name, mode=PRIVATE_FOLDER, exist_ok=True)
        if sys.platform != "win32":
            _make_private(name)
    except OSError as error:
        raise os_error(f"cannot make {name} a private folder", error) from error


def ensure_folder(path: AnyPath) -> None:
    """Make a folder, private (0700), when it is missing; one that is there keeps its mode: others may share it.

    Raises:
        StoreError: something else stands there, or it cannot be made.
    """
    if not os.path.isdir(path):
        ensure_private_dir(path)


def _make_private(name: str) -> None:
    """Check owner and mode through one descriptor, so that nobody can swap the folder in between."""
    descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | _NO_FOLLOW)
    try:
        state = os.fstat(descriptor)
        if state.st_uid != os.geteuid():
            raise StoreError(
                what=f"{name} belongs to another user (id {state.st_uid})",
                why="that user could read or change what is kept there",
                fix="choose a folder of your own (CCROUTER_HOME), or change its owner",
            )
        if stat.S_IMODE(state.st_mode) != PRIVATE_FOLDER:
            os.fchmod(descriptor, PRIVATE_FOLDER)
    finally:
        os.close(descriptor)


def read_text_limited(path: AnyPath, max_bytes: int) -> str:
    """Return a regular file's text (UTF-8, a byte order mark is dropped, line ends as they are).

    Args:
        path: the file; a symbolic link is followed, a pipe or device is refused without blocking.
        max_bytes: the largest size to accept.

    Raises:
        NotFound: there is no such file.
        StoreError: it is too large, not a regular file, not UTF-8, or cannot be read.
    """
    name = _name(path)
    try:
        descriptor = os.open(name, os.O_RDONLY | _NON_BLOCK | _BINARY)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _unreadable(name, "it is not a regular file", "name a text file")
            content = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise NotFound(
            what=f"{name} does not exist", why="no file has that name", fix="check the path"
        ) from None
    except OSError as error:
        raise os_error(f"cannot read {name}", error) from error
    if len(content) > max_bytes:
        raise _unreadable(name, f"it is larger than {max_bytes} bytes", "make it smaller or name another")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        why = f"byte {error.start} is not valid UTF-8"
        raise _unreadable(name, why, "save it as UTF-8") from None  # the cause would show the content


def _unreadable(name: str, why: str, fix: str) -> StoreError:
    return StoreError(what=f"cannot read {name}", why=why, fix=fix)


def is_inside(path: AnyPath, root: AnyPath) -> bool:
    """Return whether `path` is `root` or below it once links and `..` are resolved; neither need exist."""
    try:
        real_root = os.path.realpath(root)
        return os.path.commonpath((os.path.realpath(path), real_root)) == real_root
    except ValueError:  # a NUL, or two drives on Windows
        return False
