"""How the answer to a run is shown, and how a run would go: lines for a person, JSON for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccrouter_core.cli.decisions import decision_json, decision_lines, labelled, usd
from ccrouter_core.history import attempt_document, paid
from ccrouter_core.laws import state_of
from ccrouter_core.models import Action, Status, to_usd

if TYPE_CHECKING:
    from ccrouter_core.models import Answer, Ladder
    from ccrouter_core.services import Document

# State of an answer -> exit code of `ccrouter run`.
EXIT_CODES = {
    "decided": 0,
    "passed": 0,
    "unverified": 0,
    "cached": 0,
    "failed": 4,
    "clarify": 6,
    "wait": 75,
    "defer": 75,
    "refuse": 1,
    "error": 1,
}
_HEADLINES = {
    "decided": "not executed: {tier} would take it",
    "passed": "passed on {tier}",
    "unverified": "answered by {tier}, unverified: whether it is done could not be checked",
    "cached": "answered from the cache, by {tier}",
    "failed": "failed: the checks found faults on every tier that was tried",
    "clarify": "a question first",
    "wait": "waiting",
    "defer": "later",
    "refuse": "refused",
    "error": "no answer from {tier}",
}
_COLOURS = {"passed": "green", "cached": "green", "unverified": "yellow", "failed": "red", "error": "red"}
_SHOWN = 5  # findings of one check


def answer_lines(answer: Answer, changed: tuple[str, ...]) -> list[str]:
    """Return how a run ended, for a person.

    Args:
        answer: what came of the request.
        changed: the paths that were changed in the project; empty when nothing was applied.
    """
    state = state_of(answer)
    headline = _HEADLINES[state].format(tier=answer.tier)
    lines = [click.style(headline, bold=True, fg=_COLOURS.get(state))]
    lines += labelled("question", answer.question) if answer.question else []
    if answer.admission is not None and state in {"wait", "defer", "refuse"}:
        lines += labelled("because", answer.admission.reason)
        if answer.admission.not_before:
            lines += labelled("try again", f"after {answer.admission.not_before:%Y-%m-%d %H:%M} UTC")
    decision = answer.decision
    if decision.cost_nano_usd != 0:
        lines += labelled("judge", usd(to_usd(decision.cost_nano_usd), decision.cost_provenance))
    for attempt in answer.attempts:
        lines += attempt_lines(attempt_document(attempt))
    if answer.outcome is not None and answer.outcome.changed:
        made = "" if changed else " (not applied)" if answer.outcome.diff else " (in place)"
        lines += _changed_lines(attempt_document(answer.attempts[-1]), made)
    if paid(answer):
        total = usd(to_usd(answer.total_cost_nano_usd), answer.total_cost_provenance)
        lines += labelled("cost", f"{total} in all")
    hint = {"refuse": "; --yes agrees beforehand", "clarify": "; run it again with the answer in the text"}
    return [*lines, *labelled("id", answer.request.id + hint.get(state, ""))]


def attempt_lines(attempt: Document, *, whole: bool = False) -> list[str]:
    """Return one tier's try, as it is written down: what it cost and took, its error, what each check says.

    Args:
        attempt: as `history.attempt_document` has it.
        whole: also what it changed, and the checks that did not apply.
    """
    took = f"{usd(attempt['cost_usd'], attempt['cost_provenance'])}, {attempt['duration_ms'] / 1000:.1f} s"
    model = attempt["model"] if attempt["model"] != attempt["tier"] else ""
    lines = labelled(attempt["tier"] or "-", f"{model or ''} {took}".strip())
    if attempt["error"]:
        kind = attempt["error"]["kind"].replace("_", " ")
        lines += labelled("", _joined(kind, attempt["error"]["message"]))
    if whole:
        lines += [line for kind, paths in _changed(attempt) for line in labelled("", f"{kind} {paths}")]
    for verdict in attempt["verdicts"]:
        # A check that does not apply and yet names places has something to tell.
        if whole or verdict["status"] != Status.NOT_APPLICABLE.value or verdict["findings"]:
            lines += verdict_lines(verdict)
    for note in attempt.get("notes", ()):
        lines += labelled("", note)
    return lines


def _changed(attempt: Document) -> list[tuple[str, str]]:
    """Return what an attempt did to files: added, changed or deleted, and the paths; nothing for no paths."""
    added, deleted = attempt.get("added") or (), attempt.get("deleted") or ()
    rest = [path for path in attempt["changed"] if path not in {*added, *deleted}]
    kinds = (("added", added), ("changed", rest), ("deleted", deleted))
    return [(kind, ", ".join(map(str, paths))) for kind, paths in kinds if paths]


def _changed_lines(attempt: Document, made: str) -> list[str]:
    return [line for kind, paths in _changed(attempt) for line in labelled(kind, paths + made)]


def verdict_lines(verdict: Document) -> list[str]:
    """Return a check's word, as it is written down, and up to five places that it complains about."""
    lines = labelled("", _joined(verdict["check"], verdict["status"].replace("_", " "), verdict["reason"]))
    findings = verdict["findings"]
    for finding in findings[:_SHOWN]:
        place = ":".join(str(part) for part in (finding["path"], finding["line"]) if part)
        lines += labelled("", f"  {place} {finding['message'] or finding['rule']}".rstrip())
    if len(findings) > _SHOWN:
        lines += labelled("", f"  and {len(findings) - _SHOWN} more")
    return lines


def _joined(*parts: str | None) -> str:
    """Return the parts with colons; texts are missing in the records of who does not keep them."""
    return ": ".join(part for part in parts if part)


def plan_json(answer: Answer, ladder: Ladder) -> dict[str, Any]:
    """Return how a run would go, as JSON values: the decision, who executes, where it could climb to."""
    return {
        **decision_json(answer),
        "executor": ladder[answer.decision.tier].executor,
        "climbs_to": climbs(answer, ladder),
        "needs_yes": needs_yes(answer),
    }


def plan_lines(answer: Answer, ladder: Ladder) -> list[str]:
    """Return how a run would go, for a person."""
    lines = decision_lines(answer)
    if answer.decision.action is Action.CLARIFY:
        return lines
    lines += labelled("executor", ladder[answer.decision.tier].executor)
    lines += labelled("climbs to", ", ".join(climbs(answer, ladder)) or "nothing above it")
    for what in needs_yes(answer):
        lines += labelled("asks first", what)
    return [*lines, "Nothing was executed: this is a dry run."]


def climbs(answer: Answer, ladder: Ladder) -> list[str]:
    """Return the tiers that a failed check could climb to; none when the person chose the tier."""
    if answer.request.limits.tier is not None or needs_yes(answer):
        return []
    rank = ladder[answer.decision.tier].rank
    return [tier.name for tier in ladder if tier.rank > rank]


def needs_yes(answer: Answer) -> list[str]:
    """Return what the person must agree to before it runs."""
    return [signal.confirm for signal in answer.signals if signal.confirm]
