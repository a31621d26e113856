"""What an append-only log gives back."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from ccrouter_core.services.stores import Document


@frozen(kw_only=True)
class LogEntry:
    """A record of an append-only log with its sequence number (1, 2, ...)."""

    sequence: int
    id: str
    at: datetime
    record: Document
