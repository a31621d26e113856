"""Earlier results, where they are found and what they depend on."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from ccrouter_core.models.outcomes import Outcome
from ccrouter_core.models.values import aware, utc_now


@frozen(kw_only=True)
class FileStamp:
    """A file's identity by content. `sha256` is empty for a file that does not exist."""

    path: str
    size_bytes: int
    sha256: str


@frozen(kw_only=True)
class CacheKey:
    """Where a result may be found again: a scope that never matches fuzzily, and a digest of the exact request."""

    scope: str
    digest: str
    text: str
    depends: tuple[FileStamp, ...] = ()


@frozen(kw_only=True)
class CacheEntry:
    """A stored answer and what it depends on."""

    id: str
    key: CacheKey
    outcome: Outcome
    domain: str | None = None
    created: datetime = field(factory=utc_now, validator=aware)
    expires: datetime | None = field(default=None, validator=aware)


@frozen(kw_only=True)
class Lookup:
    """The answer of a cache: one reason code (see DESIGN: exact, semantic, no-candidate, ...) and perhaps an entry."""

    reason: str
    entry: CacheEntry | None = None
    similarity: float | None = None
    candidate: CacheEntry | None = None


@frozen(kw_only=True)
class Veto:
    """Why a cached candidate must not answer a query."""

    guard: str
    reason: str
