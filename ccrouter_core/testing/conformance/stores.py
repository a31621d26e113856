"""What every store must do."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ccrouter_core.errors import UsageError
from ccrouter_core.models import utc_now
from ccrouter_core.services import Area, Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_THREADS = 8
_ROUNDS = 10
_WAIT_S = 30.0

DOCUMENTS: tuple[dict[str, Any], ...] = (
    {},
    {"text": "Grüße, 世界 🎉\n\t\"quoted\" 'single' % _ \\ \u0000 end"},
    {"int": 2**53, "negative": -1, "float": 0.1, "true": True, "none": None},
    {"nested": {"list": [1, [2, {"deep": []}]], "empty": {}}, "": "an empty key"},
    {"long": "x" * 200_000},
)


class StoreConformance:
    """The laws of `services.Store`. Subclasses bring the fixture `store`: an open, empty store."""

    @pytest.fixture
    def store(self) -> Store:
        """Return an open, empty store; overridden by every subclass."""
        raise NotImplementedError("a subclass of StoreConformance brings the fixture `store`")

    @pytest.fixture(params=["state", "cache"])
    def area(self, store: Store, request: pytest.FixtureRequest) -> Area:
        """Return each area in turn: both keep the same laws."""
        area: Area = getattr(store, request.param)
        return area

    # --- documents ---------------------------------------------------------------------------------------------

    def test_what_was_never_written_is_none(self, area: Area) -> None:
        """A key without a document reads as None, in a collection that nobody used too."""
        assert area.get("nowhere", "nothing") is None
        assert area.find("nowhere") == []

    @pytest.mark.parametrize("document", DOCUMENTS, ids=["empty", "text", "scalars", "nested", "long"])
    def test_a_document_reads_as_it_was_written(self, area: Area, document: dict[str, Any]) -> None:
        """Every JSON value survives the way in and out, unchanged in value and type."""
        area.put("c", "key", document)
        found = area.get("c", "key")
        assert found == document
        assert json.dumps(found, sort_keys=True) == json.dumps(
            document, sort_keys=True
        )  # 1 is not 1.0 or true

    @pytest.mark.parametrize(
        "key", ["a", "Ä/ö 世界", "per%cent_under", "a'b\"c", "x" * 500, "sp ace", "a:b-c"]
    )
    def test_any_text_is_a_key(self, area: Area, key: str) -> None:
        """Keys are plain text: no character means anything."""
        area.put("c", key, {"is": key})
        assert area.get("c", key) == {"is": key}
        assert area.find("c", prefix=key) == [(key, {"is": key})]

    def test_put_replaces_the_whole_document(self, area: Area) -> None:
        """Nothing of the earlier document is left."""
        area.put("c", "key", {"old": 1, "both": 1})
        area.put("c", "key", {"both": 2})
        assert area.get("c", "key") == {"both": 2}

    def test_what_was_read_is_a_copy(self, area: Area) -> None:
        """Changing what was written or read changes nothing that is stored."""
        written: dict[str, Any] = {"list": [1]}
        area.put("c", "key", written)
        written["list"].append(2)
        read = area.get("c", "key") or {}
        read["list"].append(3)
        assert area.get("c", "key") == {"list": [1]}

    @pytest.mark.parametrize("value", [object(), float("nan"), float("inf"), {1, 2}, "\ud800"])
    def test_what_json_cannot_hold_is_refused(self, area: Area, value: object) -> None:
        """A document that could not be read again is a UsageError, and the earlier one stays."""
        area.put("c", "key", {"old": 1})
        with pytest.raises(UsageError):
            area.put("c", "key", {"value": value})
        assert area.get("c", "key") == {"old": 1}

    def test_delete_says_whether_there_was_one(self, area: Area) -> None:
        """Deleting removes one document, once."""
        area.put("c", "key", {})
        area.put("c", "other", {})
        assert area.delete("c", "key") is True
        assert area.delete("c", "key") is False
        assert [key for key, _ in area.find("c")] == ["other"]

    def test_find_is_in_key_order(self, area: Area) -> None:
        """Keys come in the order of their code points, whatever order they were written in."""
        keys = ["b", "a", "B", "é", "10", "9", "a/b", "世", "_", "%"]
        for key in keys:
            area.put("c", key, {"key": key})
        assert [key for key, _ in area.find("c")] == sorted(keys)
        assert [key for key, _ in area.find("c", limit=3)] == sorted(keys)[:3]

    def test_a_prefix_is_literal(self, area: Area) -> None:
        """The prefix knows neither patterns nor case."""
        for key in ("a%1", "a%2", "ab1", "A%1", "a_", "a%"):
            area.put("c", key, {})
        assert [key for key, _ in area.find("c", prefix="a%")] == ["a%", "a%1", "a%2"]
        assert [key for key, _ in area.find("c", prefix="a_")] == ["a_"]
        assert [key for key, _ in area.find("c", prefix="a%", limit=1)] == ["a%"]

    def test_collections_and_areas_are_apart(self, store: Store) -> None:
        """The same key in another collection or area is another document."""
        store.state.put("c", "key", {"in": "state/c"})
        store.state.put("d", "key", {"in": "state/d"})
        store.cache.put("c", "key", {"in": "cache/c"})
        store.state.delete("d", "key")
        assert store.state.get("c", "key") == {"in": "state/c"}
        assert store.cache.get("c", "key") == {"in": "cache/c"}
        assert store.cache.get("d", "key") is None

    # --- transactions ------------------------------------------------------------------------------------------

    def test_an_exception_rolls_everything_back(self, area: Area) -> None:
        """Documents, deletions and log entries of a transaction that raised are as before it."""
        area.put("c", "kept", {"n": 1})
        area.append("log", {"n": 1}, id="first")
        with pytest.raises(ZeroDivisionError), area.transaction():
            area.put("c", "kept", {"n": 2})
            area.put("c", "new", {})
            area.delete("c", "kept")
            area.append("log", {"n": 2}, id="second")
            area.trim("log", before=utc_now() + timedelta(days=9999))
            area.append("log", {"n": 3}, id="third")
            raise ZeroDivisionError
        assert area.find("c") == [("kept", {"n": 1})]
        assert [entry.record for entry in area.read("log")] == [{"n": 1}]
        assert area.append("log", {"n": 2}, id="second") > area.append("log", {"n": 1}, id="first")

    def test_a_transaction_sees_its_own_writes(self, area: Area) -> None:
        """Inside, reads see what was written; afterwards everybody does."""
        with area.transaction():
            area.put("c", "key", {"n": 1})
            assert area.get("c", "key") == {"n": 1}
        assert area.get("c", "key") == {"n": 1}

    def test_nested_use_joins_the_outer_transaction(self, area: Area) -> None:
        """What an inner block did is rolled back with the outer one."""
        with pytest.raises(ZeroDivisionError), area.transaction():
            with area.transaction():
                area.put("c", "key", {})
            assert area.get("c", "key") == {}
            raise ZeroDivisionError
        assert area.get("c", "key") is None

    def test_the_area_works_on_after_a_rollback(self, area: Area) -> None:
        """A transaction that failed leaves no lock and no half-open transaction behind."""
        with pytest.raises(ZeroDivisionError), area.transaction():
            raise ZeroDivisionError
        _in_threads(lambda n: area.put("c", str(n), {}), 2)
        assert len(area.find("c")) == 2

    def test_nobody_sees_what_is_rolled_back(self, area: Area) -> None:
        """Another thread reads the old state while a transaction is open, or waits for its end."""
        seen: list[object] = []
        reader = threading.Thread(target=lambda: seen.append(area.get("c", "key")))
        with pytest.raises(ZeroDivisionError), area.transaction():
            area.put("c", "key", {"uncommitted": True})
            reader.start()
            reader.join(0.2)
            raise ZeroDivisionError
        reader.join(_WAIT_S)
        assert seen == [None]

    def test_read_modify_write_loses_no_update(self, area: Area) -> None:
        """Threads that count in transactions count every time."""
        area.put("c", "counter", {"n": 0})

        def count(_: int) -> None:
            for _round in range(_ROUNDS):
                with area.transaction():
                    found = area.get("c", "counter") or {}
                    area.put("c", "counter", {"n": found["n"] + 1})

        _in_threads(count, _THREADS)
        assert area.get("c", "counter") == {"n": _THREADS * _ROUNDS}

    # --- logs --------------------------------------------------------------------------------------------------

    def test_entries_are_numbered_from_one(self, area: Area) -> None:
        """The sequence of a log starts at 1 and belongs to that log alone."""
        assert [area.append("log", {"n": n}) for n in range(3)] == [1, 2, 3]
        assert area.append("other", {}) == 1

    def test_a_log_reads_back_in_order(self, area: Area) -> None:
        """Reading gives records, numbers, ids and aware times, oldest first."""
        before = [area.append("log", document) for document in DOCUMENTS]
        entries = area.read("log")
        assert [entry.sequence for entry in entries] == before
        assert [entry.record for entry in entries] == list(DOCUMENTS)
        assert len({entry.id for entry in entries}) == len(DOCUMENTS)
        assert all(entry.at.utcoffset() == timedelta(0) for entry in entries)

    def test_a_log_is_read_in_parts(self, area: Area) -> None:
        """`after` and `limit` let a reader go on where it stopped."""
        numbers = [area.append("log", {"n": n}) for n in range(5)]
        assert [entry.record["n"] for entry in area.read("log", limit=2)] == [0, 1]
        assert [entry.record["n"] for entry in area.read("log", after=numbers[1], limit=2)] == [2, 3]
        assert area.read("log", after=numbers[-1]) == []

    def test_the_latest_come_newest_first(self, area: Area) -> None:
        """`latest` gives the end of the log, backwards."""
        for n in range(5):
            area.append("log", {"n": n})
        assert [entry.record["n"] for entry in area.latest("log", limit=3)] == [4, 3, 2]
        assert area.latest("empty") == []

    def test_an_id_is_counted_once(self, area: Area) -> None:
        """Appending an id again changes nothing and returns the number it has; logs do not share ids."""
        first = area.append("log", {"n": 1}, id="same")
        area.append("log", {"n": 2}, id="other")
        assert area.append("log", {"n": 3}, id="same") == first
        assert [entry.record["n"] for entry in area.read("log")] == [1, 2]
        area.append("second", {"n": 4}, id="same")
        assert [entry.record["n"] for entry in area.read("second")] == [4]

    def test_threads_append_without_loss(self, area: Area) -> None:
        """Entries of many threads are all there, each with a number of its own."""

        def work(thread: int) -> None:
            for n in range(_ROUNDS):
                area.append("log", {"n": n}, id=f"{thread}-{n}")
                area.append("log", {"n": n}, id=f"common-{n}")

        _in_threads(work, _THREADS)
        entries = area.read("log")
        assert len(entries) == len({entry.sequence for entry in entries}) == (_THREADS + 1) * _ROUNDS

    def test_trim_removes_only_what_is_older(self, area: Area) -> None:
        """Trimming by age says how many it removed, and leaves other logs alone."""
        for n in range(3):
            area.append("log", {"n": n})
        area.append("other", {})
        oldest = area.read("log")[0].at
        assert area.trim("log", before=oldest) == 0
        assert area.trim("log", before=area.latest("log")[0].at + timedelta(seconds=1)) == 3
        assert area.read("log") == []
        assert len(area.read("other")) == 1

    def test_numbers_are_never_used_twice(self, area: Area) -> None:
        """After trimming the sequence goes on, so a reader's place stays valid."""
        last = [area.append("log", {}) for _ in range(3)][-1]
        area.trim("log", before=area.latest("log")[0].at + timedelta(seconds=1))
        assert area.append("log", {"n": "after"}) > last
        assert [entry.record for entry in area.read("log", after=last)] == [{"n": "after"}]

    # --- the store ---------------------------------------------------------------------------------------------

    def test_it_is_a_store(self, store: Store) -> None:
        """It has every method of the protocols and says where it is."""
        assert isinstance(store, Store)
        assert isinstance(store.state, Area)
        assert isinstance(store.cache, Area)
        assert ":" in store.location

    def test_backup_writes_files_and_changes_nothing(self, store: Store, tmp_path: Path) -> None:
        """A backup leaves non-empty private files in the folder, and the store goes on."""
        store.state.put("c", "key", {"n": 1})
        folder = tmp_path / "backup"
        files = store.backup(folder)
        assert files
        for path in files:
            assert path.is_relative_to(folder)
            assert path.stat().st_size > 0
            assert path.stat().st_mode & 0o077 == 0
        store.state.put("c", "key", {"n": 2})
        assert store.state.get("c", "key") == {"n": 2}

    def test_close_twice_is_harmless(self, store: Store) -> None:
        """Closing what is closed does nothing."""
        store.close()
        store.close()


def _in_threads(work: Callable[[int], object], count: int) -> None:
    """Run `work(0)` to `work(count - 1)` at once; raise what one of them raised."""
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_WAIT_S)
        assert not thread.is_alive(), "a thread of the law hangs"
    if errors:
        raise errors[0]
