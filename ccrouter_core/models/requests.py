"""What somebody wants done."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from ccrouter_core.models.places import check_folder, in_project
from ccrouter_core.models.values import (
    a,
    aware,
    check_text,
    name,
    name_or_none,
    new_id,
    path_text_or_none,
    texts,
    utc_now,
    whole,
    word,
)
from ccrouter_core.models.words import Timing

_MOST_NANO_USD = 10**18  # a thousand million USD
_MOST_TOKENS = 10**9


@frozen(kw_only=True)
class Turn:
    """An earlier turn of the session that a request may continue. Where texts are not kept, `digest` stands for its.

    Raises UsageError for a value of the wrong type.
    """

    text: str = field(validator=a(str))
    digest: str | None = field(default=None, validator=name_or_none)
    tier: str | None = field(default=None, validator=name_or_none)
    floor: str | None = field(default=None, validator=name_or_none)
    domain: str | None = field(default=None, validator=name_or_none)
    rejected: bool = field(default=False, validator=a(bool))  # the person said that its answer was wrong
    confirmed: bool = field(default=False, validator=a(bool))  # it was of the kind that asks the person first


@frozen(kw_only=True)
class RequestLimits:
    """What the person allows for one request; None is no limit. Raises UsageError for a value out of range."""

    tier: str | None = field(
        default=None, validator=name_or_none
    )  # chosen by the person; never below a floor
    max_cost_nano_usd: int | None = field(default=None, validator=whole(0, _MOST_NANO_USD, optional=True))
    deadline: datetime | None = field(default=None, validator=aware)


@frozen(kw_only=True)
class Request:
    """Something a person or program wants done: 1 to 100,000 characters, without NUL, valid Unicode.

    Files are named relative to `cwd` (the project; None = the working folder) or absolutely, and lie in it.

    Raises UsageError for a field that cannot be used: of the wrong type, empty, over-long, out of range, with NUL or
    invalid Unicode, a file outside of the project.
    """

    text: str = field(validator=check_text)
    files: tuple[str, ...] = field(default=(), converter=texts)
    cwd: str | None = field(default=None, converter=path_text_or_none)
    session: str | None = field(default=None, validator=name_or_none)
    earlier: Turn | None = field(default=None, validator=a(Turn, type(None)))
    timing: Timing = field(default=Timing.NOW, validator=word(Timing))
    limits: RequestLimits = field(default=RequestLimits(), validator=a(RequestLimits))
    # Tokens of the session's warm prompt cache, lost when the model changes, and the tier whose cache that is.
    warm_cache_tokens: int = field(default=0, validator=whole(0, _MOST_TOKENS))
    warm_cache_tier: str | None = field(default=None, validator=name_or_none)
    id: str = field(factory=lambda: new_id("r"), validator=name)
    created: datetime = field(factory=utc_now, validator=[a(datetime), aware])

    def __attrs_post_init__(self) -> None:
        """Refuse a folder that cannot be one, and files outside of it."""
        check_folder(self.cwd)
        if self.files:
            object.__setattr__(self, "files", in_project(self.files, self.cwd))
