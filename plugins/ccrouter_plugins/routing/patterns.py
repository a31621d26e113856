"""Regular expressions that are compiled on first use.

The rules hold far more of them than one request meets, and to compile all of them costs more than many decisions.
"""

from __future__ import annotations

import re
from typing import Any


class LazyRegex:
    """Stands for a compiled pattern; each method that is asked for stays at hand, so that it is found once."""

    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags
        self._compiled: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._compiled is None:
            self._compiled = re.compile(self._source, self._flags)
        value = getattr(self._compiled, name)
        setattr(self, name, value)
        return value


def regex(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return a regular expression that compiles when its first method is called.

    Args:
        source: as for `re.compile`.
        flags: as for `re.compile`.

    Raises:
        re.error: at that first call, when the source is no regular expression.
    """
    lazy: Any = LazyRegex(source, flags)
    return lazy  # type: ignore[no-any-return]
