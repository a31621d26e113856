"""Words with a fixed meaning: actions, verdicts, provenances and the like."""

from __future__ import annotations

import enum


class Word(str, enum.Enum):
    """An enum whose members are, print as and serialise as their lower-case word."""

    def __str__(self) -> str:
        return str(self.value)


class Action(Word):
    """What a decision does: run on a tier, ask a better judge how to, or ask the person what."""

    ROUTE = "route"
    ESCALATE = "escalate"
    CLARIFY = "clarify"


class Status(Word):
    """What one check found. Only FAIL climbs; CANNOT_RUN is never counted as passed."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    CANNOT_RUN = "cannot_run"
    NOT_APPLICABLE = "not_applicable"


class Timing(Word):
    """When a request wants its answer: the user waits, or any time."""

    NOW = "now"
    BACKGROUND = "background"


class Admit(Word):
    """Whether an attempt may start, from the most lenient to the strictest."""

    RUN = "run"
    WAIT = "wait"
    DEFER = "defer"
    REFUSE = "refuse"


class Provenance(Word):
    """How a figure is known."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


class WorkStatus(Word):
    """The life of a work item."""

    QUEUED = "queued"
    ACTIVE = "active"
    BLOCKED = "blocked"
    COMPLETED = "completed"
    FAILED = "failed"


class Parallelism(Word):
    """How many items of a workflow may run at once: 1, 2, 3 or 4."""

    SEQUENTIAL = "sequential"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def width(self) -> int:
        """Return the number of items that may run at once."""
        return {"sequential": 1, "low": 2, "medium": 3, "high": 4}[self.value]


class FailureKind(Word):
    """Why an executor gave no usable answer. REFUSAL and DEGENERATE are judged as FAIL; the rest end the attempt."""

    RATE_LIMITED = "rate_limited"  # transient: 429 with a short wait, 529
    QUOTA = "quota"  # the subscription window is used up: reschedule, never retry
    AUTH = "auth"
    CONTEXT_TOO_LONG = "context_too_long"
    REFUSAL = "refusal"
    BUDGET = "budget"
    MAX_TURNS = "max_turns"
    BLOCKED = "blocked"  # a hook of the client stopped the prompt
    API = "api"  # any other answer of the service that is an error
    CRASHED = "crashed"
    TIMEOUT = "timeout"
    ABORTED = "aborted"
    UNAVAILABLE = "unavailable"  # the executor is not installed or cannot be reached
