"""Log records. `logging` is slow to import and rarely needed, so it is imported when something is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.redact import redact

if TYPE_CHECKING:
    import logging

_for_people = False


def show_to_people() -> None:
    """Label warnings when no handler is set and Python itself writes them to standard error: "warning: ..."."""
    global _for_people  # noqa: PLW0603 - a process has one standard error
    _for_people = True


def logger(name: str) -> logging.Logger:
    """Return the logger of this name; secrets in what it says are redacted."""
    import logging  # noqa: PLC0415 - see the module

    if _for_people and logging.lastResort is not None:
        logging.lastResort.setFormatter(logging.Formatter("warning: %(message)s"))
    found = logging.getLogger(name)
    if _redacted not in found.filters:
        found.addFilter(_redacted)
    return found


def warn(message: str) -> None:
    """Warn the person about plugins or the state folder, redacted; shown on standard error by the commands."""
    logger("ccrouter.plugins").warning("%s", message)


def _redacted(record: logging.LogRecord) -> bool:
    record.msg, record.args = redact(record.getMessage()), ()
    return True
