"""What the router writes down of each request, so that `explain`, `feedback` and learning can read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import evolve

from ccrouter_core.errors import NotFound
from ccrouter_core.laws import floor_of, state_of
from ccrouter_core.models import Turn, to_usd
from ccrouter_core.models.values import text_digest
from ccrouter_core.retention import enter
from ccrouter_core.scrub import Secret, is_name, knowing, marks, scrubbed

if TYPE_CHECKING:
    from ccrouter_core.models import Answer, Attempt, Decision, Ladder, Signal, Verdict
    from ccrouter_core.services import Area, Document

DECISIONS = "decisions"
TURNS = "turns"
OUTCOMES = "outcomes"
STARTED = "started"  # attempts under way; one that stays belongs to a process that was killed

# What stands in these fields is a name: of a request, a session, a tier, an agent, a model, a check, a kind, a moment.
# What stands in any other may quote the request or an answer to it: a reason, a question, a finding, a path.
_NAMES = frozenset(
    "id request session created digest domain state action tier agent signals name floor ceiling supports model"
    " cost_provenance total_cost_provenance kind check status rule cached".split()
)


def record(area: Area, answer: Answer, *, ladder: Ladder, keep_text: bool, at: datetime) -> None:
    """Write an answer under its request's id, the turn of its session, and one log line per executed attempt.

    What is a secret in the request or in what a model said is one in all that is written.

    Args:
        area: where to; it redacts what it is given.
        answer: what came of the request.
        ladder: the tiers.
        at: the present moment, from which on it is kept for as long as the user wants.
        keep_text: False writes neither the request's text nor what may quote it: only names, figures and digests.
    """
    request = answer.request
    places = [(DECISIONS, request.id), *([(TURNS, request.session)] if request.session else [])]
    with knowing(request.text, *(attempt.outcome.text for attempt in answer.attempts)), area.transaction():
        enter(area, owner=request.id, places=places, at=at)
        kept = _whole if keep_text else _without_text
        area.put(DECISIONS, request.id, kept(to_document(_placed(answer)), request.text))
        if request.session:
            area.put(TURNS, request.session, kept(_turn(answer, ladder), request.text))
        for attempt in answer.attempts:
            if attempt.outcome.executed:  # what never took place teaches nothing
                area.append(OUTCOMES, kept(_outcome(answer, attempt), request.text), id=attempt.id)


def _whole(document: Document, _: str) -> Document:
    return document


def _without_text(document: Document, text: str) -> Document:
    """Return the names and figures of a document, and the digest that tells whether the same text comes again."""
    return {**_names(document), "digest": text_digest(text)}


def _names(value: Any, field: str = "") -> Any:
    """Return a value without texts: a text that is no name becomes None, in a list its digest."""
    if isinstance(value, str):
        return value if field in _NAMES and is_name(value) else None
    if isinstance(value, Mapping):
        return {key: _names(item, key) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        kept = [_names(item, field) for item in value]
        return [
            text_digest(item) if isinstance(item, str) and name is None else name
            for item, name in zip(value, kept, strict=True)
        ]
    return value


def load(area: Area, request_id: str) -> Document:
    """Return what was written for a request; an unambiguous beginning of the id is enough.

    Raises:
        NotFound: no request has this id, or several begin so.
    """
    found = area.find(DECISIONS, prefix=request_id, limit=2) if request_id else []
    exact = [document for key, document in found if key == request_id]
    if exact or len(found) == 1:
        return exact[0] if exact else found[0][1]
    raise NotFound(
        what=f"there is no request {request_id!r}",
        why="several ids begin so" if found else "no decision of this id is in the store",
        fix="copy the id that `ccrouter route` or `ccrouter run` printed",
    )


def earlier_turn(area: Area, session: str) -> Turn | None:
    """Return the last turn of a session, or None."""
    document = area.get(TURNS, session)
    if document is None:
        return None
    return Turn(
        text=document["text"] or "",
        digest=document.get("digest"),
        tier=document["tier"],
        floor=document["floor"],
        domain=document["domain"],
        rejected=document["rejected"],
        confirmed=document.get("confirmed", False),
    )


def to_document(answer: Answer) -> Document:
    """Return an answer as JSON values, with its texts as they are: `record` redacts them, `shown` does."""
    request = answer.request
    return {
        "id": request.id,
        "created": request.created.isoformat(),
        "text": request.text,
        "length": len(request.text),
        "cwd": request.cwd,
        "session": request.session,
        "domain": answer.domain.domain if answer.domain else None,
        "state": state_of(answer),
        "decision": decision_document(answer.decision, answer.signals, answer.question),
        "considered": [signal_document(signal) for signal in answer.signals],
        "attempts": [attempt_document(attempt) for attempt in answer.attempts],
        "cached": answer.cached.reason if answer.cached else None,
        "admission": answer.admission.reason if answer.admission else None,
        "total_cost_usd": to_usd(answer.total_cost_nano_usd) if paid(answer) else None,
        "total_cost_provenance": answer.total_cost_provenance.value if paid(answer) else None,
    }


def paid(answer: Answer) -> bool:
    """Return whether something was or may have been paid for: an attempt, or a model that was asked how to route."""
    return bool(answer.attempts) or answer.decision.cost_nano_usd != 0


def shown(answer: Answer) -> Document:
    """Return an answer as JSON values, redacted as it is when it is written."""
    with knowing(answer.request.text):
        document: Document = scrubbed(to_document(_placed(answer)))
    return document


def _placed(answer: Answer) -> Answer:
    """Return the answer with the spans of its signals moved to where they stand in the redacted text."""
    secrets = marks(answer.request.text)
    if not secrets:
        return answer
    reasons = tuple(_moved(signal, secrets) for signal in answer.decision.reasons)
    signals = tuple(_moved(signal, secrets) for signal in answer.signals)
    return evolve(answer, decision=evolve(answer.decision, reasons=reasons), signals=signals)


def _moved(signal: Signal, secrets: Sequence[Secret]) -> Signal:
    if signal.span is None:
        return signal
    start, end = signal.span
    return evolve(signal, span=(_place(start, secrets, at_end=False), _place(end, secrets, at_end=True)))


def _place(place: int, secrets: Sequence[Secret], *, at_end: bool) -> int:
    """Return where a place of the text stands once secrets are marked; inside a secret, at an end of its mark."""
    shift = 0
    for kind, start, end in secrets:
        mark = len(f"[redacted:{kind}]")  # the form that `redact` promises
        if place >= end:
            shift += mark - (end - start)
        elif place > start:
            return start + shift + (mark if at_end else 0)
    return place + shift


def decision_document(decision: Decision, signals: tuple[Signal, ...], question: str | None) -> Document:
    """Return a decision as JSON values, with the signals it rests on."""
    return {
        "action": decision.action.value,
        "tier": decision.tier,
        "agent": decision.agent,
        "confidence": decision.confidence,
        "reasons": [signal_document(signal) for signal in decision.reasons or signals],
        "question": question,
        "expected_cost_usd": to_usd(decision.expected_cost_nano_usd),
        "cost_usd": to_usd(decision.cost_nano_usd),
        "cost_provenance": decision.cost_provenance.value,
    }


def signal_document(signal: Signal) -> Document:
    """Return a signal as JSON values."""
    return {
        "name": signal.name,
        "reason": signal.reason,
        "span": list(signal.span) if signal.span else None,
        "floor": signal.floor,
        "ceiling": signal.ceiling,
        "supports": signal.supports,
    }


def attempt_document(attempt: Attempt) -> Document:
    """Return an attempt as JSON values, without the model's text."""
    outcome = attempt.outcome
    return {
        "id": attempt.id,
        "tier": outcome.tier,
        "model": outcome.model,
        "cost_usd": to_usd(outcome.cost_nano_usd),
        "cost_provenance": outcome.cost_provenance.value,
        "duration_ms": outcome.duration_ms,
        "executed": outcome.executed,
        "changed": list(outcome.changed),
        "added": list(outcome.added),
        "deleted": list(outcome.deleted),
        "notes": list(outcome.notes),
        "error": {"kind": outcome.error.kind.value, "message": outcome.error.message}
        if outcome.error
        else None,
        "verdicts": [verdict_document(verdict) for verdict in attempt.verdicts],
    }


def verdict_document(verdict: Verdict) -> Document:
    """Return a verdict as JSON values."""
    findings = [
        {"rule": finding.rule, "message": finding.message, "path": finding.path, "line": finding.line}
        for finding in verdict.findings
    ]
    return {
        "check": verdict.check,
        "status": verdict.status.value,
        "reason": verdict.reason,
        "findings": findings,
    }


def give_feedback(area: Area, request_id: str, verdict: str, *, at: datetime) -> Document:
    """Attach the person's word on an answer; "wrong" makes the next turn of its session start a tier higher.

    Raises:
        NotFound: no request has this id.
    """
    with area.transaction():
        document = load(area, request_id)
        document["feedback"] = {"verdict": verdict, "at": at.isoformat()}
        area.put(DECISIONS, document["id"], document)
        turn = area.get(TURNS, document["session"]) if document["session"] else None
        if turn is not None and turn["id"] == document["id"]:
            area.put(TURNS, document["session"], {**turn, "rejected": verdict == "wrong"})
    return document


def _turn(answer: Answer, ladder: Ladder) -> Document:
    floor = floor_of(answer.signals, ladder)
    return {
        "id": answer.request.id,
        "text": answer.request.text,
        "tier": answer.tier,
        "floor": None if floor is ladder.lowest else floor.name,
        "domain": answer.domain.domain if answer.domain else None,
        "rejected": False,
        "confirmed": any(signal.confirm for signal in answer.signals),
    }


def _outcome(answer: Answer, attempt: Attempt) -> Document:
    return {
        "request": answer.request.id,
        "domain": answer.domain.domain if answer.domain else None,
        "action": answer.decision.action.value,
        "length": len(answer.request.text),
        "signals": [signal.name for signal in answer.signals],
        **attempt_document(attempt),
    }
