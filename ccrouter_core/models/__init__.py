"""The records that hooks and services exchange.

All records are frozen and keyword-only. Times are UTC-aware `datetime`s, money is integer nano-USD
(1 USD = 1_000_000_000), sizes and durations carry their unit in the name, collections are tuples.
Copy with a change by `attrs.evolve(record, field=value)`.

Names load on first use: to make the class of a record takes attrs half a millisecond, and to decide a request takes a
third of them.
"""

from __future__ import annotations

from ccrouter_core.lazy import loader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ccrouter_core.models.answers import Answer as Answer
    from ccrouter_core.models.caching import CacheEntry as CacheEntry
    from ccrouter_core.models.caching import CacheKey as CacheKey
    from ccrouter_core.models.caching import FileStamp as FileStamp
    from ccrouter_core.models.caching import Lookup as Lookup
    from ccrouter_core.models.caching import Veto as Veto
    from ccrouter_core.models.checks import Check as Check
    from ccrouter_core.models.decisions import Decision as Decision
    from ccrouter_core.models.decisions import Signal as Signal
    from ccrouter_core.models.domains import DomainMatch as DomainMatch
    from ccrouter_core.models.events import ClientEvent as ClientEvent
    from ccrouter_core.models.events import Event as Event
    from ccrouter_core.models.figures import Figure as Figure
    from ccrouter_core.models.figures import Metric as Metric
    from ccrouter_core.models.figures import View as View
    from ccrouter_core.models.outcomes import Admission as Admission
    from ccrouter_core.models.outcomes import Attempt as Attempt
    from ccrouter_core.models.outcomes import Failure as Failure
    from ccrouter_core.models.outcomes import Finding as Finding
    from ccrouter_core.models.outcomes import Outcome as Outcome
    from ccrouter_core.models.outcomes import Verdict as Verdict
    from ccrouter_core.models.pieces import Piece as Piece
    from ccrouter_core.models.quotas import QuotaWindow as QuotaWindow
    from ccrouter_core.models.requests import Request as Request
    from ccrouter_core.models.requests import RequestLimits as RequestLimits
    from ccrouter_core.models.requests import Turn as Turn
    from ccrouter_core.models.sessions import AgentSpec as AgentSpec
    from ccrouter_core.models.sessions import DecisionRecord as DecisionRecord
    from ccrouter_core.models.sessions import FileModification as FileModification
    from ccrouter_core.models.sessions import SearchRecord as SearchRecord
    from ccrouter_core.models.sessions import SessionState as SessionState
    from ccrouter_core.models.tiers import Ladder as Ladder
    from ccrouter_core.models.tiers import Prices as Prices
    from ccrouter_core.models.tiers import Tier as Tier
    from ccrouter_core.models.usage import Usage as Usage
    from ccrouter_core.models.values import MAX_REQUEST_CHARS as MAX_REQUEST_CHARS
    from ccrouter_core.models.values import NANO_PER_USD as NANO_PER_USD
    from ccrouter_core.models.values import Scalar as Scalar
    from ccrouter_core.models.values import new_id as new_id
    from ccrouter_core.models.values import to_nano_usd as to_nano_usd
    from ccrouter_core.models.values import to_usd as to_usd
    from ccrouter_core.models.values import utc_now as utc_now
    from ccrouter_core.models.words import Action as Action
    from ccrouter_core.models.words import Admit as Admit
    from ccrouter_core.models.words import FailureKind as FailureKind
    from ccrouter_core.models.words import Parallelism as Parallelism
    from ccrouter_core.models.words import Provenance as Provenance
    from ccrouter_core.models.words import Status as Status
    from ccrouter_core.models.words import Timing as Timing
    from ccrouter_core.models.words import WorkStatus as WorkStatus
    from ccrouter_core.models.work import Lease as Lease
    from ccrouter_core.models.work import WorkItem as WorkItem
    from ccrouter_core.models.workflows import Phase as Phase
    from ccrouter_core.models.workflows import Workflow as Workflow

_HOMES = {
    "answers": "Answer",
    "caching": "CacheEntry CacheKey FileStamp Lookup Veto",
    "checks": "Check",
    "decisions": "Decision Signal",
    "domains": "DomainMatch",
    "events": "ClientEvent Event",
    "figures": "Figure Metric View",
    "outcomes": "Admission Attempt Failure Finding Outcome Verdict",
    "pieces": "Piece",
    "quotas": "QuotaWindow",
    "requests": "Request RequestLimits Turn",
    "sessions": "AgentSpec DecisionRecord FileModification SearchRecord SessionState",
    "tiers": "Ladder Prices Tier",
    "usage": "Usage",
    "values": "MAX_REQUEST_CHARS NANO_PER_USD Scalar new_id to_nano_usd to_usd utc_now",
    "words": "Action Admit FailureKind Parallelism Provenance Status Timing WorkStatus",
    "work": "Lease WorkItem",
    "workflows": "Phase Workflow",
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [*_HOME_OF]  # noqa: PLE0604 - built from the table above, so that a name is written once

__getattr__ = loader(__name__, _HOME_OF)


def __dir__() -> list[str]:
    return sorted(__all__)
