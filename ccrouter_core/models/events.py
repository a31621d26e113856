"""What happened, here and in the coding client."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import Factory, field, frozen

from ccrouter_core.models.values import Scalar, aware, new_id, utc_now


@frozen(kw_only=True)
class Event:
    """Something that happened, without any text of a request."""

    name: str  # for example "decided", "attempted", "validated"
    request: str | None = None  # the request's id
    data: Mapping[str, Scalar] = Factory(dict)
    id: str = Factory(lambda: new_id("e"))
    at: datetime = field(factory=utc_now, validator=aware)


@frozen(kw_only=True)
class ClientEvent:
    """An event of the coding client. The one record that may carry text of the person."""

    name: str
    session: str | None = None
    cwd: str | None = None
    payload: Mapping[str, Any] = Factory(dict)
    at: datetime = field(factory=utc_now, validator=aware)
