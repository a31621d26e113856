"""What a router tidies up when it opens: work of killed runs, and records older than the user wants to keep.

Neither keeps a request waiting: what cannot be done now is told in a warning and done another time.
"""

from __future__ import annotations

from datetime import datetime

from ccrouter_core import history, logs, retention
from ccrouter_core.errors import StoreDamaged, StoreError
from ccrouter_core.services import Area


def end_leftovers(state: Area) -> None:
    """End what a killed process left running; seldom there is anything.

    Args:
        state: the precious area of the store, where attempts under way are written down.

    Raises:
        StoreDamaged: the store is damaged; every other trouble of it is a warning.
    """
    if not state.find(history.STARTED, limit=1):
        return
    from ccrouter_core import leftovers  # noqa: PLC0415 - a decision seldom needs it

    try:
        attempts = leftovers.end_leftovers(state)
    except StoreDamaged:
        raise
    except StoreError as error:
        logs.warn(f"attempts of killed processes are still written down: {error}")
        return
    if attempts:
        logs.warn(f"what a killed run had left at work was ended: {', '.join(attempts)}")


def trim(state: Area, *, days: int, now: datetime) -> None:
    """Remove outcomes older than `days` days, at most once a day.

    Args:
        state: the precious area of the store.
        days: how long they are kept.
        now: the present moment, UTC.

    Raises:
        StoreDamaged: the store is damaged; every other trouble of it is a warning.
    """
    try:
        retention.trim(state, logs=(history.OUTCOMES,), days=days, now=now)
    except StoreDamaged:
        raise
    except StoreError as error:
        logs.warn(f"what is older than {days} days could not be removed: {error}")
