"""A database file is opened only when whole, migrated only after a copy, and never changed by a refusal."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import traceback
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccrouter_core.database import Database, find_damage
from ccrouter_core.errors import StoreDamaged, StoreError
from ccrouter_core.testing import FixedClock
from ccrouter_plugins.sqlite import SqliteStore

KILLED = """
import os, sys
from pathlib import Path
from ccrouter_plugins.sqlite import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
store.state.put("c", "key", {"only": "in the log"})
os._exit(9)
"""
LIMITED = """
import resource, sys
from pathlib import Path
from ccrouter_core.errors import StoreError
from ccrouter_plugins.sqlite import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
store.state.put("c", "key", {"n": 1})
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    for number in range(10_000):
        store.state.put("c", str(number), {"long": "x" * 10_000})
except StoreError as error:
    print(error)
print(store.state.get("c", "key"))
"""
FILL = """
import sys
from pathlib import Path
from ccrouter_core.errors import StoreError
from ccrouter_plugins.sqlite import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
store.state.put("c", "key", {"n": 1})
try:
    with store.state.transaction():
        store.state.put("c", "key", {"n": 2})
        for number in range(10_000):
            store.state.put("c", str(number), {"long": "x" * 10_000})
except StoreError as error:
    print(error)
print(store.state.get("c", "key"), len(store.state.find("c")))
"""
ONE = (("CREATE TABLE things (name TEXT) STRICT",),)
TWO = (*ONE, ("ALTER TABLE things ADD COLUMN size INTEGER", "CREATE TABLE more (name TEXT) STRICT"))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store that holds 200 documents and a log of 200 entries; tests copy it."""
    path = tmp_path_factory.mktemp("filled") / "home"
    store = SqliteStore(path)
    for area in (store.state, store.cache):
        with area.transaction():
            for number in range(200):
                area.put("c", f"{number:03}", {"n": number, "text": "x" * 300})
                area.append("log", {"n": number})
    store.close()
    return path


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """A copy of the filled store."""
    return Path(shutil.copytree(filled, tmp_path / "home"))


def changed(path: Path, how: str) -> bytes:
    """Damage a file in one of several ways; return its bytes afterwards."""
    whole = path.read_bytes()
    pages = len(whole) // 4096
    content = {
        "empty": b"",
        "one byte": whole[:1],
        "shorter than a header": whole[:99],
        "only a header": whole[:100],
        "less than a page": whole[:511],
        "half": whole[: pages // 2 * 4096],
        "one byte missing": whole[:-1],
        "another file": b"# not a database\n" * 500,
        "zeros": bytes(len(whole)),
        "wrong magic": b"X" + whole[1:],
        "zero page": whole[:8192] + bytes(4096) + whole[12288:],
        "garbage page": whole[:4096] + b"\xa5" * 4096 + whole[8192:],
    }[how]
    path.write_bytes(content)
    return content


DAMAGES = ["empty", "one byte", "shorter than a header", "only a header", "less than a page", "half"]
DAMAGES += ["one byte missing", "another file", "zeros", "wrong magic", "zero page", "garbage page"]


# --- damage ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", DAMAGES)
def test_damaged_state_is_refused_byte_for_byte(folder: Path, how: str) -> None:
    """The file keeps every byte, and the error names the remedy."""
    before = changed(folder / "state.db", how)
    for _ in range(2):
        with pytest.raises(StoreDamaged) as caught:
            SqliteStore(folder)
        assert (folder / "state.db").read_bytes() == before
    assert "ccrouter doctor --restore" in caught.value.fix
    assert str(folder / "state.db") in caught.value.what


@pytest.mark.parametrize("how", DAMAGES)
def test_damaged_cache_is_moved_aside(folder: Path, how: str, caplog: pytest.LogCaptureFixture) -> None:
    """One warning, the damaged bytes beside it, and an empty cache that works; the state is untouched."""
    before = changed(folder / "cache.db", how)
    with caplog.at_level(logging.INFO):
        store = SqliteStore(folder)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert (folder / "cache.db.damaged").read_bytes() == before
    assert store.cache.find("c") == []
    store.cache.put("c", "key", {})
    assert len(store.state.find("c")) == 200
    store.close()
    caplog.clear()
    SqliteStore(folder).close()
    assert caplog.records == []


@pytest.fixture
def killed(folder: Path) -> Path:
    """The same folder after a process died with its last change in the log only."""
    subprocess.run([sys.executable, "-c", KILLED, folder], check=False)
    assert (folder / "state.db-wal").stat().st_size > 0
    return folder


def test_a_log_left_by_a_dead_process_is_no_damage(killed: Path) -> None:
    """What it holds is there."""
    store = SqliteStore(killed)
    assert store.state.get("c", "key") == {"only": "in the log"}
    store.close()


def test_a_refusal_does_not_touch_the_log_either(killed: Path) -> None:
    """A damaged file beside a full log: both keep every byte."""
    changed(killed / "state.db", "zero page")
    before = {name: (killed / name).read_bytes() for name in ("state.db", "state.db-wal")}
    with pytest.raises(StoreDamaged):
        SqliteStore(killed)
    assert {name: (killed / name).read_bytes() for name in before} == before


def test_a_log_without_its_file_is_damage(killed: Path) -> None:
    """A missing file whose log is there is not taken for a new, empty store."""
    (killed / "state.db").unlink()
    with pytest.raises(StoreDamaged, match="missing"):
        SqliteStore(killed)
    assert not (killed / "state.db").exists()
    assert (killed / "state.db-wal").stat().st_size > 0


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1, exclude_max=True), noise=st.binary(min_size=1, max_size=64))
def test_noise_is_never_taken_for_an_answer(folder: Path, at: float, noise: bytes) -> None:
    """Whatever bytes change: the file is refused untouched, or each read gives a document or an error of ours."""
    path = folder / "state.db"
    whole = path.read_bytes()
    place = int(at * len(whole))
    path.write_bytes(whole[:place] + noise + whole[place + len(noise) :])
    before = path.read_bytes()
    try:
        store = SqliteStore(folder, backup_hours=0)
    except StoreError:
        assert path.read_bytes() == before
    else:
        for number in range(200):
            with suppress(StoreError):
                document = store.state.get("c", f"{number:03}")
                assert document is None or isinstance(document, dict)
        store.close()
    finally:
        path.write_bytes(whole)


def test_an_unreadable_document_is_not_shown(folder: Path) -> None:
    """The error for a damaged text says so without quoting what is left of it."""
    path = folder / "state.db"
    path.write_bytes(path.read_bytes().replace(b'"n": 7, "text": "xx', b'"n": 7, "text": "\xff\xff'))
    store = SqliteStore(folder)
    with pytest.raises(StoreDamaged) as caught:
        store.state.get("c", "007")
    assert "xxx" not in "".join(traceback.format_exception(caught.value))
    store.close()


def test_a_dead_creation_leaves_nothing_to_stumble_over(tmp_path: Path) -> None:
    """A new file appears whole or not at all, so that no crash leaves an empty one that looks like damage."""
    store = SqliteStore(tmp_path / "home")
    names = {path.name for path in (tmp_path / "home").iterdir()}
    store.close()
    assert not [name for name in names if name.endswith(".tmp")]
    assert find_damage(tmp_path / "home" / "state.db") is None


# --- full disks ------------------------------------------------------------------------------------------------


def test_a_limit_on_file_sizes_takes_nothing_back(folder: Path) -> None:
    """When a file may not grow, the change fails with a remedy and what was committed stays."""
    command = [sys.executable, "-c", LIMITED, folder]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "fix: " in shown
    assert shown.endswith("{'n': 1}\n")
    assert find_damage(folder / "state.db") is None


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting needs root on Linux")
def test_a_full_disk_takes_nothing_back(tmp_path: Path) -> None:
    """On a full disk the whole transaction is undone, the error says so, and earlier changes stay."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", tmp_path]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let root mount a file system")
    try:
        command = [sys.executable, "-c", FILL, tmp_path / "home"]
        shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert "free some space" in shown
        assert shown.endswith("{'n': 1} 1\n")
    finally:
        subprocess.run(["umount", tmp_path], check=True)


# --- migrations ------------------------------------------------------------------------------------------------


def open_at(tmp_path: Path, migrations: tuple[tuple[str, ...], ...], component: str = "things") -> Database:
    """Open `x.db`, with backups, and bring a component to its newest version."""
    database = Database(tmp_path / "x.db", backups=tmp_path / "backups")
    try:
        database.migrate(component, migrations)
    except BaseException:
        database.close()
        raise
    return database


def versions(database: Database) -> dict[str, int]:
    """Return the version of each component."""
    return dict(database.query("SELECT component, version FROM schema_versions"))


def copies(tmp_path: Path) -> list[Path]:
    """Return the automatic backups, oldest first."""
    return sorted((tmp_path / "backups").glob("*.db"))


def test_each_migration_follows_a_copy(tmp_path: Path) -> None:
    """A new file needs none; an older one is copied first, and the copy holds the old tables."""
    first = open_at(tmp_path, ONE)
    first.query("INSERT INTO things VALUES ('kept')")
    first.close()
    assert copies(tmp_path) == []
    second = open_at(tmp_path, TWO)
    assert second.query("SELECT name, size FROM things") == [("kept", None)]
    assert versions(second) == {"things": 2}
    second.close()
    (copy,) = copies(tmp_path)
    old = sqlite3.connect(copy)
    assert old.execute("SELECT * FROM things").fetchall() == [("kept",)]
    old.close()
    open_at(tmp_path, TWO).close()
    assert copies(tmp_path) == [copy]


def test_components_count_their_own_versions(tmp_path: Path) -> None:
    """Several owners of tables share one file without knowing each other."""
    open_at(tmp_path, TWO).close()
    other = open_at(tmp_path, (("CREATE TABLE other (x) ",),), component="other")
    assert versions(other) == {"other": 1, "things": 2}
    other.close()


def test_a_newer_file_is_refused_untouched(tmp_path: Path) -> None:
    """An older ccrouter never writes into what a newer one made."""
    open_at(tmp_path, TWO).close()
    before = (tmp_path / "x.db").read_bytes()
    with pytest.raises(StoreError, match="newer ccrouter") as caught:
        open_at(tmp_path, ONE)
    assert "version 2" in caught.value.why
    assert (tmp_path / "x.db").read_bytes() == before
    assert copies(tmp_path) == []


def test_a_failing_migration_changes_nothing(tmp_path: Path) -> None:
    """All statements of a migration hold, or none."""
    open_at(tmp_path, ONE).close()
    with pytest.raises(StoreError):
        open_at(tmp_path, (*ONE, ("CREATE TABLE more (name TEXT) STRICT", "CREATE TABLE things (x)")))
    again = open_at(tmp_path, ONE)
    assert versions(again) == {"things": 1}
    assert again.query("SELECT count(*) FROM sqlite_schema WHERE name = 'more'") == [(0,)]
    again.close()


def test_no_copy_no_migration(tmp_path: Path) -> None:
    """When the backup cannot be written, the file stays at its version."""
    open_at(tmp_path, ONE).close()
    (tmp_path / "backups").write_text("in the way")
    with pytest.raises(StoreError):
        open_at(tmp_path, TWO)
    (tmp_path / "backups").unlink()
    again = open_at(tmp_path, ONE)
    assert versions(again) == {"things": 1}
    again.close()


def test_two_that_migrate_at_once_migrate_once(tmp_path: Path) -> None:
    """Each sees the other's work."""
    open_at(tmp_path, ONE).close()
    databases = [Database(tmp_path / "x.db", backups=tmp_path / "backups") for _ in range(4)]
    threads = [threading.Thread(target=database.migrate, args=("things", TWO)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [versions(database) for database in databases] == [{"things": 2}] * 4
    for database in databases:
        database.close()


# --- automatic backups -----------------------------------------------------------------------------------------


def test_a_day_brings_one_copy_and_three_are_kept(tmp_path: Path) -> None:
    """Opening copies the state when the newest copy is a day old, never more often, and drops the oldest."""
    clock = FixedClock()
    counts = []
    for hours in (0, 1, 22, 2, 24, 24, 24):
        clock.advance(hours=hours)
        store = SqliteStore(tmp_path, clock=clock)
        store.state.put("c", "at", {"now": clock.now().isoformat()})
        store.close()
        counts.append(len(copies(tmp_path)))
    assert counts == [0, 1, 1, 2, 3, 3, 3]
    newest = sqlite3.connect(copies(tmp_path)[-1])
    day_before = (clock.now() - timedelta(hours=24)).isoformat()
    assert day_before in newest.execute("SELECT document FROM documents").fetchone()[0]
    newest.close()


def test_zero_hours_means_no_daily_copy(tmp_path: Path) -> None:
    """The option switches daily copies off."""
    for _ in range(3):
        SqliteStore(tmp_path, backup_hours=0).close()
    assert copies(tmp_path) == []


def test_a_copy_that_fails_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A whole store opens without its daily copy, and says so."""
    SqliteStore(tmp_path / "home").close()
    (tmp_path / "home" / "backups").write_text("in the way")
    store = SqliteStore(tmp_path / "home")
    assert "no backup" in caplog.text
    store.state.put("c", "key", {})
    store.close()
