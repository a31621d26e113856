"""Numbers as they are shown."""

from __future__ import annotations

from attrs import frozen

from ccrouter_core.models.values import Scalar
from ccrouter_core.models.words import Provenance


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
