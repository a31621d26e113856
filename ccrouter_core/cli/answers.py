"""How the answer to a run is shown, and how a run would go: lines for a person, JSON for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccrouter_core.cli.decisions import decision_json, decision_lines, labelled, usd
from ccrouter_core.history import paid
from ccrouter_core.laws import state_of
from ccrouter_core.models import Action, Provenance, Status

if TYPE_CHECKING:
    from ccrouter_core.models import Answer, Attempt, Ladder, Verdict

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
    "unverified": "done on {tier}, but nothing could check it",
    "cached": "answered from the cache, by {tier}",
    "failed": "failed: the checks found faults on every tier that was tried",
    "clarify": "a question first",
    "wait": "waiting",
    "defer": "later",
    "refuse": "refused",
    "error": "no answer from {tier}",
}
_COLOURS = {"passed": "green", "cached": "green", "unverified": "yellow", "failed": "red", "error": "red"}
_NEVER_SURE = {Status.NOT_APPLICABLE}


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
        lines += labelled("judge", usd(decision.cost_nano_usd, decision.cost_provenance))
    for attempt in answer.attempts:
        lines += attempt_lines(attempt)
    if answer.outcome is not None and answer.outcome.changed:
        made = "" if changed else " (not applied)" if answer.outcome.diff else " (in place)"
        lines += labelled("changed", ", ".join(answer.outcome.changed) + made)
    if paid(answer):
        lines += labelled("cost", f"{usd(answer.total_cost_nano_usd, total_provenance(answer))} in all")
    hint = {"refuse": "; --yes agrees beforehand", "clarify": "; run it again with the answer in the text"}
    return [*lines, *labelled("id", answer.request.id + hint.get(state, ""))]


def attempt_lines(attempt: Attempt) -> list[str]:
    """Return one tier's try: what it cost and took, its error, and each check that says something."""
    outcome = attempt.outcome
    seconds = outcome.duration_ms / 1000
    lines = labelled(outcome.tier, f"{usd(outcome.cost_nano_usd, outcome.cost_provenance)}, {seconds:.1f} s")
    if outcome.error is not None:
        lines += labelled("", f"{outcome.error.kind.value.replace('_', ' ')}: {outcome.error.message}")
    for verdict in attempt.verdicts:
        if verdict.status not in _NEVER_SURE:
            lines += verdict_lines(verdict)
    for note in outcome.notes:
        lines += labelled("", note)
    return lines


def verdict_lines(verdict: Verdict) -> list[str]:
    """Return a check's word, and up to five places that it complains about."""
    lines = labelled("", f"{verdict.check}: {verdict.status.value.replace('_', ' ')}: {verdict.reason}")
    for finding in verdict.findings[:5]:
        place = ":".join(str(part) for part in (finding.path, finding.line) if part)
        lines += labelled("", f"  {place} {finding.message}".rstrip())
    if len(verdict.findings) > 5:  # noqa: PLR2004 - as above
        lines += labelled("", f"  and {len(verdict.findings) - 5} more")
    return lines


def total_provenance(answer: Answer) -> Provenance:
    """Return how the total cost is known: as badly as its worst part."""
    decided = [answer.decision.cost_provenance] if answer.decision.cost_nano_usd != 0 else []
    kinds = [*decided, *(attempt.outcome.cost_provenance for attempt in answer.attempts)]
    worst = (Provenance.UNKNOWN, Provenance.ESTIMATED, Provenance.MEASURED)
    return next(kind for kind in worst if kind in kinds)


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
