"""How much of the service is left."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from ccrouter_core.models.values import aware
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
