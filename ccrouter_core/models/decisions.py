"""What is noticed about a request and what is decided."""

from __future__ import annotations

from attrs import field, frozen

from ccrouter_core.models.values import share, word
from ccrouter_core.models.words import Action, Provenance


@frozen(kw_only=True)
class Signal:
    """A fact about a request, with the place that shows it.

    A fact may set a floor or a ceiling (tier names), ask a question (the request is then CLARIFY), be
    positive evidence that a tier can do the work (`supports`), call for a better judge (`escalates`), or name
    what the person must agree to before it runs (`confirm`). It may say what the request asks to run: `command` is that
    exactly as written, empty when it is not spelled out, and `effect` what it would do: look (at files, for which a
    model needs no command), read, run (builds, tests, starts), write, destructive or unknown.
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
    command: str | None = None
    effect: str = ""


@frozen(kw_only=True)
class Decision:
    """What is to be done with a request, and why. Confidence is 0..1.

    `expected_cost_nano_usd` is what doing it may cost; `cost_nano_usd` is what deciding cost, None when unknown: 0
    unless a model was asked.
    """

    action: Action = field(validator=word(Action))
    tier: str
    agent: str | None = None
    reasons: tuple[Signal, ...] = ()
    confidence: float = field(default=1.0, validator=share)
    question: str | None = None
    expected_cost_nano_usd: int | None = None
    cost_nano_usd: int | None = 0
    cost_provenance: Provenance = field(default=Provenance.MEASURED, validator=word(Provenance))
