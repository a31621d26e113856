"""How long documents and records stay: what is older than the user wants is removed, at most once a day.

A document's age is not part of a store, so whatever is to go one day is entered in a list by moment. Removing reads
that list from its old end and stops at the first entry that stays: it costs as much as there is to remove.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ccrouter_core.keeping import kept_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccrouter_core.services import Area

_DUE = "due"
_UPKEEP = "upkeep"
_TRIMMED = "trimmed"
_PAUSE = timedelta(days=1)
_AT_ONCE = 1000  # entries in one transaction, so that other writers wait for milliseconds only


def enter(area: Area, *, owner: str, places: Iterable[tuple[str, str]], at: datetime) -> None:
    """Let documents go when `at` is longer ago than the user wants to keep.

    Args:
        area: where they are.
        owner: the `id` that the documents have; one that has another by then is younger and stays.
        places: (collection, key) of each.
        at: when they were written.
    """
    listed = [[collection, kept_name(key)] for collection, key in places]
    area.put(_DUE, f"{_stamp(at)} {owner}", {"owner": owner, "places": listed})


def trim(area: Area, *, logs: Iterable[str], days: int, now: datetime) -> int:
    """Remove what is older than `days`, unless that was done within the last day; return how many documents went.

    Args:
        area: where it is.
        logs: append-only logs whose old entries go too.
        days: how long documents and entries are kept.
        now: the present moment.
    """
    if _was_just_done(area, now):
        return 0
    before = now - timedelta(days=days)
    removed, last = 0, _AT_ONCE
    while last == _AT_ONCE:
        with area.transaction():
            last, count = _remove_some(area, before)
            removed += count
    with area.transaction():
        for log in logs:
            area.trim(log, before=before)
        area.put(_UPKEEP, _TRIMMED, {"at": now.isoformat()})
    return removed


def _was_just_done(area: Area, now: datetime) -> bool:
    """Return whether it was done less than a day ago, or less than a day ahead by a clock that stepped back since."""
    done = area.get(_UPKEEP, _TRIMMED)
    return done is not None and abs(now - datetime.fromisoformat(done["at"])) < _PAUSE


def _remove_some(area: Area, before: datetime) -> tuple[int, int]:
    """Remove the oldest entries with their documents; return how many entries and how many documents went."""
    limit = _stamp(before)
    entries = [(key, entry) for key, entry in area.find(_DUE, limit=_AT_ONCE) if key < limit]
    removed = 0
    for key, entry in entries:
        area.delete(_DUE, key)
        for collection, name in entry["places"]:
            document = area.get(collection, name)
            if document is not None and document.get("id") == entry["owner"]:
                removed += area.delete(collection, name)
    return len(entries), removed


def _stamp(at: datetime) -> str:
    """Return a moment as text that sorts by time."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}"
