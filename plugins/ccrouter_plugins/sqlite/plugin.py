"""The plugin: an address in, the store out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrs import validators

from ccrouter_core.plugin import hookimpl, option, plugin
from ccrouter_core.runtime import default_home, store_folder
from ccrouter_plugins.sqlite.engine import SqliteStore, restore_newest

if TYPE_CHECKING:
    from ccrouter_core.models import Check


@plugin
class Sqlite:
    """Keeps state in two SQLite files of one private folder: nothing to install, nothing to run."""

    synchronous: str = option(
        "full",
        help="full | normal: normal is several times faster, and a power cut may forget the last changes",
        validator=validators.in_(("full", "normal")),
    )
    timeout_ms: int = option(
        5_000, help="how long a change waits for other writers, in milliseconds", validator=validators.ge(0)
    )
    backup_hours: int = option(
        24,
        help="how old the newest automatic backup may get, in hours; 0: only before migrations",
        validator=validators.ge(0),
    )

    @hookimpl(trylast=True)
    def ccrouter_open_store(self, location: str) -> SqliteStore | None:
        """Open `sqlite:FOLDER`; without a folder the state folder (CCROUTER_HOME, else the platform's)."""
        folder = store_folder(location, default_home())
        if folder is None:
            return None
        return SqliteStore(
            folder,
            synchronous="normal" if self.synchronous == "normal" else "full",
            timeout_s=self.timeout_ms / 1000,
            backup_hours=self.backup_hours,
        )

    @hookimpl(trylast=True)
    def ccrouter_restore_store(self, location: str) -> Path | None:
        """Mend the damaged `state.db` of `sqlite:FOLDER` from its newest whole backup."""
        folder = store_folder(location, default_home())
        return None if folder is None else restore_newest(folder)

    @hookimpl
    def ccrouter_self_test(self, folder: Path) -> tuple[Check, ...]:
        """Write, read back, back up and refuse a damaged file, in the given folder."""
        from ccrouter_plugins.sqlite.selftest import checks  # noqa: PLC0415 - only this hook needs it

        return checks(folder)
