"""What somebody wants done."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from ccrouter_core.models.values import aware, check_text, new_id, text_or_none, texts, utc_now, word
from ccrouter_core.models.words import Timing


@frozen(kw_only=True)
class Turn:
    """An earlier turn of the session that a request may continue. Where texts are not kept, `digest` stands for its."""

    text: str
    digest: str | None = None
    tier: str | None = None
    floor: str | None = None
    domain: str | None = None
    rejected: bool = False  # the person said that its answer was wrong
    confirmed: bool = False  # it was of the kind that asks the person first


@frozen(kw_only=True)
class RequestLimits:
    """What the person allows for one request; None is no limit."""

    tier: str | None = None  # the tier the person chose; never below a floor
    max_cost_nano_usd: int | None = None
    deadline: datetime | None = field(default=None, validator=aware)


@frozen(kw_only=True)
class Request:
    """Something a person or program wants done: 1 to 100,000 characters, without NUL, valid Unicode.

    Raises UsageError for a text that cannot be used.
    """

    text: str = field(validator=check_text)
    files: tuple[str, ...] = field(default=(), converter=texts)
    cwd: str | None = field(default=None, converter=text_or_none)
    session: str | None = None
    earlier: Turn | None = None
    timing: Timing = field(default=Timing.NOW, validator=word(Timing))
    limits: RequestLimits = RequestLimits()
    warm_cache_tokens: int = 0  # tokens of the session's warm prompt cache, lost when the model changes
    warm_cache_tier: str | None = None  # the tier whose cache that is
    id: str = field(factory=lambda: new_id("r"))
    created: datetime = field(factory=utc_now, validator=aware)
