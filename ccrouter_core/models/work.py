"""A piece of work in the queue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import field, frozen

from ccrouter_core.models.requests import Request
from ccrouter_core.models.values import (
    MAX_REQUEST_CHARS,
    aware,
    refused,
    texts,
    unusable,
    utc_now,
    whole,
    word,
)
from ccrouter_core.models.words import Timing, WorkStatus


@frozen(kw_only=True)
class Lease:
    """How long an owner keeps an item, on a clock that never steps back."""

    boot_id: str
    expires_ns: int


def _name_like(_: object, attribute: Any, value: Any) -> None:
    problem = unusable(value, MAX_REQUEST_CHARS)
    if problem:
        raise refused(f"the item's {attribute.name}", problem, f"give the item a {attribute.name}")


@frozen
class WorkItem:
    """A piece of work in the queue. Without a request the description is the text to run.

    Priority is 1-10 (10 first), complexity 1-5. Raises UsageError for values out of range.
    """

    id: str = field(validator=_name_like)
    description: str = field(validator=_name_like)
    priority: int = field(default=5, validator=whole(1, 10))
    estimated_complexity: int = field(default=3, validator=whole(1, 5))
    dependencies: tuple[str, ...] = field(default=(), converter=texts)
    request: Request | None = field(default=None, kw_only=True)
    lane: str = field(default="default", kw_only=True)
    status: WorkStatus = field(default=WorkStatus.QUEUED, validator=word(WorkStatus), kw_only=True)
    owner: str | None = field(default=None, kw_only=True)
    token: int = field(default=0, kw_only=True)
    lease: Lease | None = field(default=None, kw_only=True)
    not_before: datetime | None = field(default=None, validator=aware, kw_only=True)
    deadline: datetime | None = field(default=None, validator=aware, kw_only=True)
    timing: Timing = field(default=Timing.BACKGROUND, validator=word(Timing), kw_only=True)
    attempts: int = field(default=0, kw_only=True)
    error: str | None = field(default=None, kw_only=True)
    created: datetime = field(factory=utc_now, validator=aware, kw_only=True)
    started: datetime | None = field(default=None, validator=aware, kw_only=True)
    finished: datetime | None = field(default=None, validator=aware, kw_only=True)
