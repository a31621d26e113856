"""The records that hooks and services exchange.

All records are frozen and keyword-only. Times are UTC-aware `datetime`s, money is integer nano-USD
(1 USD = 1_000_000_000), sizes and durations carry their unit in the name, collections are tuples.
Copy with a change by `attrs.evolve(record, field=value)`.
"""

from __future__ import annotations

from ccrouter_core.models.answers import Answer
from ccrouter_core.models.caching import CacheEntry, CacheKey, FileStamp, Lookup, Veto
from ccrouter_core.models.decisions import Decision, DomainMatch, Phase, Piece, Signal, Workflow
from ccrouter_core.models.figures import Check, ClientEvent, Event, Figure, Metric, QuotaWindow, View
from ccrouter_core.models.outcomes import Admission, Attempt, Failure, Finding, Outcome, Verdict
from ccrouter_core.models.requests import Request, RequestLimits, Turn
from ccrouter_core.models.sessions import (
    AgentSpec,
    DecisionRecord,
    FileModification,
    SearchRecord,
    SessionState,
)
from ccrouter_core.models.tiers import Ladder, Prices, Tier, Usage
from ccrouter_core.models.values import (
    MAX_REQUEST_CHARS,
    NANO_PER_USD,
    Scalar,
    new_id,
    to_nano_usd,
    to_usd,
    utc_now,
)
from ccrouter_core.models.words import (
    Action,
    Admit,
    FailureKind,
    Parallelism,
    Provenance,
    Status,
    Timing,
    WorkStatus,
)
from ccrouter_core.models.work import Lease, WorkItem

__all__ = [
    "MAX_REQUEST_CHARS",
    "NANO_PER_USD",
    "Action",
    "Admission",
    "Admit",
    "AgentSpec",
    "Answer",
    "Attempt",
    "CacheEntry",
    "CacheKey",
    "Check",
    "ClientEvent",
    "Decision",
    "DecisionRecord",
    "DomainMatch",
    "Event",
    "Failure",
    "FailureKind",
    "Figure",
    "FileModification",
    "FileStamp",
    "Finding",
    "Ladder",
    "Lease",
    "Lookup",
    "Metric",
    "Outcome",
    "Parallelism",
    "Phase",
    "Piece",
    "Prices",
    "Provenance",
    "QuotaWindow",
    "Request",
    "RequestLimits",
    "Scalar",
    "SearchRecord",
    "SessionState",
    "Signal",
    "Status",
    "Tier",
    "Timing",
    "Turn",
    "Usage",
    "Verdict",
    "Veto",
    "View",
    "WorkItem",
    "WorkStatus",
    "Workflow",
    "new_id",
    "to_nano_usd",
    "to_usd",
    "utc_now",
]
