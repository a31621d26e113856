"""The errors ccrouter raises: each says what went wrong, why, and how to fix it.

Plain classes on the standard library only, because client hooks import this module on every prompt;
`typing` alone would cost more than the rest of the module, hence the constant below.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class RouterError(Exception):
    """Something ccrouter refuses or cannot do; nothing was changed.

    Remedy: follow the `fix` line. Every other error of ccrouter is a child of this one.

    Args:
        what: what went wrong, naming the thing (option, file, item) concerned.
        why: the reason, as far as it is known.
        fix: what the reader can do about it.

    The texts are shown to people and written to logs: secrets in them are redacted. They must not hold a request's text.
    """

    exit_code: int = 1  # what the command line exits with when this error ends it

    def __init__(self, what: str, why: str, fix: str) -> None:
        """Keep the three texts, redacted; they are also `args`, so the error survives pickling and copying."""
        from ccrouter_core.redact import redact  # noqa: PLC0415 - an error is rare, this module is hot

        self.what, self.why, self.fix = (redact(str(text)) for text in (what, why, fix))
        super().__init__(self.what, self.why, self.fix)

    def __str__(self) -> str:
        """Return the error as three lines: what, why, fix."""
        return f"{self.what}\n  why: {self.why}\n  fix: {self.fix}"


class ConfigError(RouterError):
    """A configuration file, environment variable or option is not valid.

    Remedy: correct the named option; `ccrouter config validate` lists every fault at once.
    """

    exit_code = 78


class PluginError(RouterError):
    """A plugin cannot be loaded, or breaks the contract of a hook.

    Remedy: update or disable the named plugin; `ccrouter plugins check NAME` shows what it breaks.
    """

    exit_code = 78


class StoreError(RouterError):
    """A file or database of ccrouter cannot be read or written; what it held is intact.

    Remedy: free space, mend permissions or restore a backup, as the `fix` line says.
    """


class StoreLocked(StoreError):  # noqa: N818 - a contract name
    """Another process held a lock for longer than the timeout.

    Remedy: wait for the named holder to finish, or end it; then try again.
    """

    exit_code = 5


class StoreDamaged(StoreError):  # noqa: N818 - a state, like StoreLocked
    """A database file exists but is not a whole database; it was left exactly as it is.

    Remedy: `ccrouter doctor --restore` mends it from the newest backup.
    """


class QuotaError(RouterError):
    """A quota window has nothing left for this work.

    Remedy: wait for the named reset, or choose a tier whose window is open.
    """

    exit_code = 75


class ExecutorError(RouterError):
    """An executor could not be started or gave no usable answer.

    Remedy: see the named cause; `ccrouter doctor` checks every executor.
    """


class UsageError(RouterError):
    """An argument has the wrong type, is out of range, or makes no sense here.

    Remedy: correct the named argument and call again.
    """

    exit_code = 2


class NotFound(RouterError):  # noqa: N818 - a contract name
    """No item, session, file or entry has the given name.

    Remedy: list what exists with the matching `list` or `show` command.
    """

    exit_code = 3


def suggest(name: str, known: Iterable[str]) -> str:
    """Return "Did you mean X?" for the known name most like `name`, or "" when none is like it.

    Case is ignored in the comparison. `difflib` is imported here because only mistakes need it.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - a mistake is rare, this module is hot

    by_lower = {word.lower(): word for word in known}
    close = get_close_matches(name.lower(), by_lower, n=1)
    return f"Did you mean {by_lower[close[0]]}?" if close else ""
