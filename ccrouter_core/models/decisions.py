"""What is known of a request and what is decided."""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen

from ccrouter_core.models.values import share, word
from ccrouter_core.models.words import Action, Parallelism


@frozen(kw_only=True)
class DomainMatch:
    """Who owns a request, how sure (0..1), and what showed it."""

    domain: str
    confidence: float = field(validator=share)
    workflow: str | None = None
    root: str | None = None
    evidence: tuple[str, ...] = ()


@frozen(kw_only=True)
class Phase:
    """A step of a workflow and the checks that close it."""

    name: str
    gates: tuple[str, ...] = ()


@frozen(kw_only=True)
class Workflow:
    """How a domain does a kind of work."""

    name: str
    domain: str
    phases: tuple[Phase, ...]
    parallelism: Parallelism = Parallelism.SEQUENTIAL
    tiers: tuple[tuple[str, str], ...] = ()  # (kind of task, default tier)
    context: str = ""  # the context strategy, one line


@frozen(kw_only=True)
class Signal:
    """A fact about a request, with the place that shows it.

    A fact may set a floor or a ceiling (tier names), ask a question (the request is then CLARIFY), be
    positive evidence that a tier can do the work (`supports`), call for a better judge (`escalates`), or name
    what the person must agree to before it runs (`confirm`).
    `span` is [start, end) in characters of the request's text.
    """

    name: str
    reason: str
    span: tuple[int, int] | None = None
    floor: str | None = None
    ceiling: str | None = None
    question: str | None = None
    supports: str | None = None
    escalates: bool = False
    confirm: str | None = None


@frozen(kw_only=True)
class Decision:
    """What is to be done with a request, and why. Confidence is 0..1."""

    action: Action = field(validator=word(Action))
    tier: str
    agent: str | None = None
    reasons: tuple[Signal, ...] = ()
    confidence: float = field(default=1.0, validator=share)
    question: str | None = None
    expected_cost_nano_usd: int | None = None


@frozen(kw_only=True)
class Piece:
    """A part of the project worth showing to the model. `load` reads the text late."""

    source: str
    start: int = 1  # first line, 1-based
    end: int = 1  # last line, inclusive
    tokens: int = 0
    priority: float = 0.0
    load: Callable[[], str] = field(repr=False, eq=False)
