"""What an open router shares with its plugins."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from attrs import Factory, define

from ccrouter_core.models import Event, Ladder
from ccrouter_core.services import Clock, Executor, Queue, ResultCache, Store
from ccrouter_core.settings import Settings

SQLITE = "sqlite:"  # the scheme of the embedded store's address


@define(eq=False, kw_only=True)
class Runtime:
    """The shared objects of an open router. Plugins read it; only the router writes it."""

    settings: Settings
    home: Path  # the private state folder
    clock: Clock
    store: Store
    queue: Queue | None = None
    cache: ResultCache | None = None
    executors: Mapping[str, Executor] = Factory(dict)
    emit: Callable[[Event], None] = lambda _: None

    @property
    def ladder(self) -> Ladder:
        """Return the tiers, cheapest first."""
        return self.settings.ladder


def default_home(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the state folder: CCROUTER_HOME, else the platform's state folder for `ccrouter`."""
    given = environ.get("CCROUTER_HOME")
    if given:
        return Path(given).expanduser().absolute()
    from platformdirs import user_state_dir  # noqa: PLC0415 - not needed when CCROUTER_HOME is set

    return Path(user_state_dir("ccrouter", appauthor=False))


def store_folder(location: str, home: Path) -> Path | None:
    """Return the folder of a `sqlite:` address, absolute; None for an address of another kind.

    Args:
        location: `sqlite:` (the state folder), `sqlite:FOLDER` or `sqlite:///FOLDER`.
        home: the state folder.
    """
    if not location.startswith(SQLITE):
        return None
    name = location.removeprefix(SQLITE)
    name = name.removeprefix("//") if name.startswith("//") else name
    return Path(name).expanduser().absolute() if name else home
