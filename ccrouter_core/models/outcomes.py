"""What an execution produced and what the checks say of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import Factory, field, frozen

from ccrouter_core.models.decisions import Decision
from ccrouter_core.models.usage import Usage
from ccrouter_core.models.values import aware, new_id, word
from ccrouter_core.models.words import Admit, FailureKind, Provenance, Status


@frozen(kw_only=True)
class Failure:
    """Why an execution gave no usable answer; `resets_at` says when a quota opens again, if known."""

    kind: FailureKind = field(validator=word(FailureKind))
    message: str
    resets_at: datetime | None = field(default=None, validator=aware)


@frozen(kw_only=True)
class Outcome:
    """What one execution produced. Usage is per model; cost None means unknown."""

    text: str
    tier: str
    model: str = ""
    usage: tuple[Usage, ...] = ()
    cost_nano_usd: int | None = None
    cost_provenance: Provenance = field(default=Provenance.UNKNOWN, validator=word(Provenance))
    duration_ms: int = 0
    changed: tuple[str, ...] = ()  # project-relative paths that the attempt created, changed or deleted
    added: tuple[str, ...] = ()  # of them, those that were not there before
    deleted: tuple[str, ...] = ()  # of them, those that are no more
    diff: str = ""  # unified diff of what it changed in a workspace; empty for what changed in place
    workspace: str | None = None  # the folder it worked in, where validators look
    session: str | None = None  # the executor's own session id, for resuming
    structured: Any = None
    partial: bool = False
    ran: tuple[str, ...] = ()  # the commands that it ran, exactly as they ran
    notes: tuple[str, ...] = ()  # what a person should know of how it went, in sentences
    executed: bool = True  # False: it only says what would run, so there is nothing to judge or remember
    error: Failure | None = None


@frozen(kw_only=True)
class Finding:
    """A place that a check complains about."""

    rule: str
    message: str
    path: str | None = None
    line: int | None = None


@frozen(kw_only=True)
class Verdict:
    """What one check says of an outcome."""

    check: str
    status: Status = field(validator=word(Status))
    reason: str
    findings: tuple[Finding, ...] = ()
    skips_tier: bool = False  # the failure shows missing reasoning: the next tier up may be skipped


@frozen(kw_only=True)
class Attempt:
    """One tier's try: the decision that led to it, what came out, what the checks said."""

    decision: Decision
    outcome: Outcome
    verdicts: tuple[Verdict, ...] = ()
    id: str = Factory(lambda: new_id("a"))


@frozen(kw_only=True)
class Admission:
    """Whether an attempt may start now; `not_before` says when to try again."""

    verdict: Admit = field(validator=word(Admit))
    reason: str
    not_before: datetime | None = field(default=None, validator=aware)
