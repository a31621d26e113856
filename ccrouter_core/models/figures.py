"""Numbers as they are shown, events, and checks of the machine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import Factory, field, frozen

from ccrouter_core.models.values import Scalar, aware, new_id, utc_now
from ccrouter_core.models.words import Provenance


@frozen(kw_only=True)
class QuotaWindow:
    """A limit of the service over a period. `used` and `limit` are None when unknown."""

    name: str
    tiers: tuple[str, ...] = ()  # empty = all
    unit: str = "percent"  # messages | tokens | percent | usd
    limit: float | None = None
    used: float | None = None
    opens: datetime | None = field(default=None, validator=aware)
    closes: datetime | None = field(default=None, validator=aware)
    provenance: Provenance = Provenance.UNKNOWN


@frozen(kw_only=True)
class Figure:
    """A number as shown: its unit, how it is known, and its age."""

    value: float | None
    unit: str
    provenance: Provenance
    age_s: float | None = None


@frozen(kw_only=True)
class Metric:
    """A figure with a name and a target range."""

    name: str
    figure: Figure
    target: tuple[float, float] | None = None
    help: str = ""


@frozen(kw_only=True)
class View:
    """What a dashboard shows under one name: plain rows and figures."""

    name: str
    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Scalar, ...], ...] = ()
    figures: tuple[Metric, ...] = ()


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


@frozen(kw_only=True)
class Check:
    """The result of one self-test or readiness check; `fix` says what to do when it did not pass."""

    name: str
    passed: bool
    reason: str = ""
    fix: str = ""
