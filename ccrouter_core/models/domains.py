"""Who owns a request."""

from __future__ import annotations

from attrs import field, frozen

from ccrouter_core.models.values import share


@frozen(kw_only=True)
class DomainMatch:
    """Who owns a request, how sure (0..1), and what showed it."""

    domain: str
    confidence: float = field(validator=share)
    workflow: str | None = None
    root: str | None = None
    evidence: tuple[str, ...] = ()
