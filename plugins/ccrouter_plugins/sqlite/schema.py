"""The tables of the store, by version. Released versions never change; a change is a new version at the end."""

from __future__ import annotations

COMPONENT = "store"

# `at_us` is in microseconds since 1970 UTC. A log's `last` is the highest sequence ever given: a number is never used
# twice, also after trimming. A log is append-only: entries never change, and only those older than `keep_from_us`,
# which a trim moves in its own transaction, can be removed.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE documents (
            collection TEXT NOT NULL,
            key TEXT NOT NULL,
            document TEXT NOT NULL,
            PRIMARY KEY (collection, key)
        ) STRICT""",
        """CREATE TABLE logs (
            log TEXT PRIMARY KEY,
            last INTEGER NOT NULL,
            keep_from_us INTEGER NOT NULL DEFAULT 0
        ) STRICT""",
        """CREATE TABLE log_entries (
            log TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            id TEXT NOT NULL,
            at_us INTEGER NOT NULL,
            record TEXT NOT NULL,
            PRIMARY KEY (log, sequence),
            UNIQUE (log, id)
        ) STRICT""",
        """CREATE TRIGGER log_entries_never_change BEFORE UPDATE ON log_entries
        BEGIN SELECT RAISE(ABORT, 'a log is append-only'); END""",
        """CREATE TRIGGER log_entries_stay BEFORE DELETE ON log_entries
        WHEN OLD.at_us >= (SELECT keep_from_us FROM logs WHERE log = OLD.log)
        BEGIN SELECT RAISE(ABORT, 'a log is append-only'); END""",
    ),
)
