"""The store on SQLite keeps the laws of every store, between processes too, and outlives what kills them."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccrouter_core.errors import ConfigError, NotFound, StoreDamaged, StoreError, StoreLocked, UsageError
from ccrouter_core.testing import FixedClock, MemoryStore, StoreConformance
from ccrouter_plugins.sqlite import Sqlite, SqliteStore, restore_newest

COUNT = """
import sys
from pathlib import Path
from ccrouter_plugins.sqlite import SqliteStore
store = SqliteStore(Path(sys.argv[1]), timeout_s=60)
for number in range(int(sys.argv[2])):
    with store.state.transaction():
        found = store.state.get("c", "counter") or {"n": 0}
        store.state.put("c", "counter", {"n": found["n"] + 1})
    store.cache.append("log", {}, id=str(number))
store.close()
"""
DIE_INSIDE = """
import sys, time
from pathlib import Path
from ccrouter_plugins.sqlite import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
with store.state.transaction():
    store.state.put("c", "key", {"half": "done"})
    store.state.append("log", {"half": "done"})
    print("inside", flush=True)
    time.sleep(60)
"""
FORK = """
import os, sys
from pathlib import Path
from ccrouter_plugins.sqlite import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
store.state.put("c", "parent", {})
child = os.fork()
if not child:
    store.state.put("c", "child", {})
    store.close()
    os._exit(0)
_, status = os.waitpid(child, 0)
store.state.put("c", "after", {})
print(status, [key for key, _ in store.state.find("c")])
store.close()
"""


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Run code in another Python process."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the store under test lives; not made yet."""
    return tmp_path / "home"


@pytest.fixture
def store(folder: Path):
    """An open, empty store."""
    opened = SqliteStore(folder)
    yield opened
    opened.close()


class TestSqliteStore(StoreConformance):
    """The conformance suite, on real files."""

    @pytest.fixture
    def store(self, folder: Path):
        """Return an open, empty store."""
        opened = SqliteStore(folder)
        yield opened
        opened.close()


# --- processes -------------------------------------------------------------------------------------------------


def test_eight_processes_lose_no_update(folder: Path) -> None:
    """Read-modify-write counts every time, an id is counted once, and all may open a new store at once."""
    workers = [start(COUNT, folder, 25) for _ in range(8)]
    for worker in workers:
        worker.communicate(timeout=100)
    assert [worker.returncode for worker in workers] == [0] * 8
    store = SqliteStore(folder)
    assert store.state.get("c", "counter") == {"n": 200}
    assert len(store.cache.read("log")) == 25
    store.close()


def test_a_process_killed_inside_a_transaction_leaves_nothing(folder: Path) -> None:
    """After kill -9 the store opens at once, without the half-done change, and takes new ones."""
    before = SqliteStore(folder)
    before.state.put("c", "key", {"whole": True})
    before.close()
    with start(DIE_INSIDE, folder) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "inside\n"
        process.send_signal(signal.SIGKILL)
    store = SqliteStore(folder)
    assert store.state.get("c", "key") == {"whole": True}
    assert store.state.read("log") == []
    store.state.put("c", "key", {"next": True})
    store.close()


def test_a_busy_store_says_so_in_time(store: SqliteStore, folder: Path) -> None:
    """A writer that never lets go makes the others stop waiting, with nothing changed."""
    impatient = SqliteStore(folder, timeout_s=0.05)
    with store.state.transaction(), pytest.raises(StoreLocked) as caught:
        impatient.state.put("c", "key", {})
    assert "state.db is busy" in caught.value.what
    assert impatient.state.get("c", "key") is None
    impatient.state.put("c", "key", {})
    impatient.close()


def test_readers_go_on_while_somebody_writes(store: SqliteStore, folder: Path) -> None:
    """An open change of another process does not stop a read."""
    store.state.put("c", "key", {"n": 1})
    reader = SqliteStore(folder, timeout_s=0)
    with store.state.transaction():
        store.state.put("c", "key", {"n": 2})
        assert reader.state.get("c", "key") == {"n": 1}
    assert reader.state.get("c", "key") == {"n": 2}
    reader.close()


def test_a_forked_child_has_connections_of_its_own(folder: Path) -> None:
    """Parent and child both write, and the child's closing takes nothing from the parent."""
    shown, _ = start(FORK, folder).communicate(timeout=30)
    assert shown == "0 ['after', 'child', 'parent']\n"


def test_connections_of_ended_threads_are_closed(store: SqliteStore) -> None:
    """A pool that starts and ends many threads does not pile up connections."""
    for number in range(20):
        thread = threading.Thread(target=store.state.put, args=("c", str(number), {}))
        thread.start()
        thread.join()
    assert len(store.state.find("c")) == 20
    assert len(store.state.database._open) <= 3


# --- laws beyond the suite -------------------------------------------------------------------------------------

KEYS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=6)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory):
    """One store for all examples of a property: opening one per example would take seconds."""
    opened = SqliteStore(tmp_path_factory.mktemp("shared"), synchronous="normal")
    yield opened
    opened.close()


@given(keys=st.lists(KEYS, max_size=12), prefix=KEYS, limit=st.none() | st.integers(0, 5))
def test_find_agrees_with_the_twin_in_memory(
    shared: SqliteStore, keys: list[str], prefix: str, limit: int | None
) -> None:
    """For any keys and prefix both stores give the same documents in the same order."""
    twin, area = MemoryStore().state, shared.state
    for key, _ in area.find("c"):
        area.delete("c", key)
    for key in keys:
        twin.put("c", key, {"key": key})
        area.put("c", key, {"key": key})
    assert area.find("c", prefix=prefix, limit=limit) == twin.find("c", prefix=prefix, limit=limit)


@pytest.mark.parametrize("key", ["half \ud800", 7, None, b"bytes"])
def test_what_is_not_text_is_no_key(store: SqliteStore, key: object) -> None:
    """Such a key is a usage error and changes nothing."""
    with pytest.raises(UsageError):
        store.state.put("c", key, {})  # type: ignore[arg-type]
    assert store.state.find("c") == []


def test_a_document_never_shows_in_an_error(store: SqliteStore) -> None:
    """What cannot be stored may be confidential."""
    with pytest.raises(UsageError) as caught:
        store.state.put("c", "key", {"value": "confidential \ud800"})
    assert "confidential" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_entries_are_dated_by_the_given_clock(folder: Path) -> None:
    """The clock dates to the microsecond, and trimming follows its dates."""
    clock = FixedClock()
    store = SqliteStore(folder, clock=clock)
    store.state.append("log", {"n": 1})
    first = clock.now()
    clock.advance(microseconds=1)
    store.state.append("log", {"n": 2})
    assert [entry.at for entry in store.state.read("log")] == [first, first + timedelta(microseconds=1)]
    assert store.state.trim("log", before=clock.now()) == 1
    assert [entry.record for entry in store.state.read("log")] == [{"n": 2}]
    store.close()


def test_a_log_cannot_be_rewritten(store: SqliteStore) -> None:
    """Entries neither change nor vanish but by trimming, whoever opens the file."""
    store.state.append("log", {"n": 1})
    for sql in ("UPDATE log_entries SET record = '{}'", "DELETE FROM log_entries"):
        with pytest.raises(StoreError, match="append-only"):
            store.state.database.query(sql)
    assert [entry.record for entry in store.state.read("log")] == [{"n": 1}]


def test_everything_is_there_after_closing(folder: Path) -> None:
    """Closing leaves two whole files and no log beside them."""
    store = SqliteStore(folder)
    store.state.put("c", "key", {"n": 1})
    store.close()
    assert sorted(path.name for path in folder.iterdir() if path.suffix != ".lock") == [
        "cache.db",
        "state.db",
    ]
    again = SqliteStore(folder)
    assert again.state.get("c", "key") == {"n": 1}
    again.close()


def test_a_closed_store_says_so(store: SqliteStore) -> None:
    """Use after closing is an error with a remedy, not a crash."""
    store.close()
    with pytest.raises(StoreError, match="open it again"):
        store.state.get("c", "key")


def test_a_swallowed_failure_cannot_split_a_transaction(store: SqliteStore) -> None:
    """When SQLite itself undid a transaction, the rest of its block changes nothing."""

    def change() -> None:
        with store.state.transaction():
            store.state.put("c", "first", {})
            store.state.database.query("ROLLBACK")  # as SQLite does on a full disk
            store.state.put("c", "second", {})

    with pytest.raises(StoreError, match="taken back"):
        change()
    assert store.state.find("c") == []


def test_a_store_moved_away_takes_no_change(store: SqliteStore, folder: Path) -> None:
    """A file that was replaced while open is noticed before anything is written to the old one."""
    store.state.put("c", "key", {})
    (folder / "state.db").rename(folder / "elsewhere.db")
    with pytest.raises(StoreError, match="moved or replaced"):
        store.state.put("c", "key", {"lost": True})


# --- durability, privacy ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wanted", "level"), [("full", 2), ("normal", 1)])
def test_durability_is_what_was_asked_for(folder: Path, wanted: str, level: int) -> None:
    """`state.db` syncs as told, `cache.db` always the quick way; both use a write-ahead log."""
    store = SqliteStore(folder, synchronous=wanted)  # type: ignore[arg-type]
    assert store.state.database.query("PRAGMA synchronous") == [(level,)]
    assert store.cache.database.query("PRAGMA synchronous") == [(1,)]
    assert store.state.database.query("PRAGMA journal_mode") == [("wal",)]
    store.close()


def test_everything_is_private_whatever_the_umask(folder: Path) -> None:
    """The folder is 0700 and every file in it 0600, side files and backups included."""
    before = os.umask(0)
    try:
        SqliteStore(folder).close()
        store = SqliteStore(folder)
        store.state.put("c", "key", {})
        store.backup(folder / "copies")
        modes = {
            str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")
        }
        store.close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {"state.db-wal", "state.db-shm", "backups", "copies"} <= set(modes)
    folders = {"backups", "copies"}
    assert {
        name: oct(mode) for name, mode in modes.items() if mode != (0o700 if name in folders else 0o600)
    } == {}


def test_loose_modes_are_mended(folder: Path) -> None:
    """A file or folder that somebody opened to others is private again after opening."""
    SqliteStore(folder).close()
    folder.chmod(0o755)
    (folder / "state.db").chmod(0o644)
    store = SqliteStore(folder)
    store.state.put("c", "key", {})
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("state.db", "state.db-wal", "state.db-shm"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    store.close()


@pytest.mark.parametrize("name", ["state.db", "state.db-wal", "cache.db", "state.db.lock"])
def test_links_are_refused(folder: Path, tmp_path: Path, name: str) -> None:
    """A symbolic link in the place of any of our files is refused and its target untouched."""
    SqliteStore(folder).close()
    (folder / name).unlink(missing_ok=True)
    (tmp_path / "theirs").write_text("theirs")
    (folder / name).symlink_to(tmp_path / "theirs")
    with pytest.raises(StoreError, match="symbolic link"):
        SqliteStore(folder)
    assert (tmp_path / "theirs").read_text() == "theirs"


# --- the plugin ------------------------------------------------------------------------------------------------


def test_the_plugin_answers_to_its_scheme_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`sqlite:` with or without a folder is ours; other schemes are not."""
    monkeypatch.setenv("CCROUTER_HOME", str(folder / "home"))
    plugin = Sqlite()
    for location, where in (
        (f"sqlite:{folder}/a", folder / "a"),
        (f"sqlite://{folder}/b", folder / "b"),
        ("sqlite:", folder / "home"),
    ):
        opened = plugin.ccrouter_open_store(location)
        assert opened is not None
        assert opened.location == f"sqlite:{where}"
        opened.close()
    assert plugin.ccrouter_open_store("postgresql://host/db") is None
    assert plugin.ccrouter_restore_store("memory:") is None


def test_options_are_checked() -> None:
    """A durability that does not exist is refused when the plugin is made."""
    with pytest.raises((ValueError, ConfigError)):
        Sqlite(synchronous="sometimes")


def test_the_self_test_passes_and_removes_nothing_else(tmp_path: Path) -> None:
    """Every check passes on this machine."""
    found = Sqlite().ccrouter_self_test(tmp_path)
    assert len(found) == 3
    assert [check for check in found if not check.passed] == []


@pytest.mark.parametrize("arguments", [[], ["--test"]])
def test_the_module_runs_alone(arguments: list[str]) -> None:
    """`python -m` shows a store or tests it."""
    command = [sys.executable, "-m", "ccrouter_plugins.sqlite", *arguments]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert ("ok   sqlite.keeps" if arguments else "wrote a note") in shown


def test_the_engine_imports_no_hooks() -> None:
    """The engine works without pluggy and without the plugin."""
    code = (
        "import sys, ccrouter_plugins.sqlite.engine as e;"
        "print([n for n in sys.modules if n == 'pluggy' or n in ('ccrouter_core.hooks', 'ccrouter_core.plugin')])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


def test_restoring_brings_back_the_newest_backup(folder: Path) -> None:
    """A damaged state is mended by the newest copy, wherever below `backups` it is, and the damaged file is kept."""
    store = SqliteStore(folder)
    store.state.put("c", "key", {"n": 1})
    store.backup(folder / "backups" / "by-hand")
    store.state.put("c", "key", {"n": 2})
    (newest, _) = store.backup(folder / "backups" / "later")
    store.close()
    (folder / "state.db").write_bytes(b"damage" * 50)
    with pytest.raises(StoreDamaged):
        SqliteStore(folder)
    assert Sqlite().ccrouter_restore_store(f"sqlite:{folder}") == newest
    assert (folder / "state.db.damaged").read_bytes() == b"damage" * 50
    mended = SqliteStore(folder)
    assert mended.state.get("c", "key") == {"n": 2}
    mended.close()


def test_restoring_never_replaces_a_whole_file(folder: Path) -> None:
    """Newer whole data is never replaced by older, and without a backup nothing is touched."""
    store = SqliteStore(folder)
    store.backup(folder / "backups")
    store.close()
    with pytest.raises(UsageError, match="is whole"):
        restore_newest(folder)
    (folder / "backups").rename(folder / "gone")
    (folder / "state.db").write_bytes(b"")
    with pytest.raises(NotFound):
        restore_newest(folder)
    assert (folder / "state.db").read_bytes() == b""


def test_a_damaged_backup_is_passed_over(folder: Path) -> None:
    """Restoring takes the newest backup that is whole."""
    store = SqliteStore(folder)
    (good, _) = store.backup(folder / "backups")
    (bad, _) = store.backup(folder / "backups")
    store.close()
    bad.write_bytes(b"x" * 5000)
    (folder / "state.db").write_bytes(b"")
    assert restore_newest(folder) == good


def test_a_backup_is_one_whole_file_while_others_write(store: SqliteStore, tmp_path: Path) -> None:
    """Copies are consistent, need no side file, and never overwrite each other."""
    with store.state.transaction():
        store.state.put("c", "a", {})
    other = threading.Thread(target=lambda: [store.state.put("c", str(n), {}) for n in range(50)])
    other.start()
    for _ in range(3):
        for path in store.backup(tmp_path / "copies"):
            copy = sqlite3.connect(path)
            assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            copy.close()
    other.join()
    names = [path.name for path in (tmp_path / "copies").iterdir()]
    assert len(names) == 6
    assert all(name.endswith("Z.db") for name in names)
