"""What a session knows, and the agents a project declares."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from ccrouter_core.models.values import aware, utc_now


@frozen(kw_only=True)
class SearchRecord:
    """A search that was done, so that it need not be paid twice."""

    query: str
    agent: str
    summary: str = ""
    at: datetime = field(factory=utc_now, validator=aware)


@frozen(kw_only=True)
class DecisionRecord:
    """A choice that was made, why, and what was rejected."""

    decision: str
    rationale: str = ""
    rejected: tuple[str, ...] = ()
    at: datetime = field(factory=utc_now, validator=aware)


@frozen(kw_only=True)
class FileModification:
    """A file that was changed, and for what."""

    path: str
    purpose: str = ""
    at: datetime = field(factory=utc_now, validator=aware)


@frozen(kw_only=True)
class SessionState:
    """What a session knows."""

    id: str
    project: str
    domain: str | None = None
    started: datetime = field(factory=utc_now, validator=aware)
    ended: datetime | None = field(default=None, validator=aware)
    focus: str = ""
    active: tuple[str, ...] = ()
    completed: tuple[str, ...] = ()
    searches: tuple[SearchRecord, ...] = ()
    decisions: tuple[DecisionRecord, ...] = ()
    modifications: tuple[FileModification, ...] = ()
    parent: str | None = None
    related: tuple[str, ...] = ()
    summary: str = ""


@frozen(kw_only=True)
class AgentSpec:
    """A declared agent: where it comes from and which model it wants."""

    name: str
    description: str = ""
    model: str | None = None
    tools: tuple[str, ...] = ()
    origin: str = "project"  # project | user | plugin | general
