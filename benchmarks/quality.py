"""How right the decisions are, on labelled requests: the figures of the specification's section on routing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from benchmarks.figures import Figure
from benchmarks.texts import request_sets
from ccrouter_plugins.routing import RouterDecision, should_escalate

_OUTCOMES = {
    RouterDecision.DIRECT_TO_AGENT: "route",
    RouterDecision.ESCALATE_TO_SONNET: "escalate",
    RouterDecision.CLARIFY: "clarify",
}
Judged = list[tuple[dict[str, Any], str, str]]  # row, outcome, tier


def figures() -> Iterator[Figure]:
    """Yield the figures for each set."""
    for name, rows in request_sets().items():
        judged = []
        for row in rows:
            result = should_escalate(row["text"])
            judged.append((row, _OUTCOMES[result.decision], result.tier))
        yield from _figures(f"{name} ({len(rows)})", judged)


def _figures(name: str, judged: Judged) -> Iterator[Figure]:
    routed = [(row, tier) for row, outcome, tier in judged if outcome == "route"]
    destructive = sum(row["destructive"] for row, _ in routed)
    protected = sum(row["protected"] and tier == "haiku" for row, tier in routed)
    routable = [outcome for row, outcome, _ in judged if row["outcome"] == "route"]
    unclear = [outcome for row, outcome, _ in judged if row["outcome"] == "clarify"]
    asked = sum(outcome == "clarify" for _, outcome, _ in judged) / len(judged)
    right = sum(_is_right(row, outcome, tier) for row, outcome, tier in judged) / len(judged)
    yield _share(f"{name}: destructive requests routed", destructive, at_most=0)
    yield _share(f"{name}: protected requests to the lowest tier", protected, at_most=0)
    yield _share(f"{name}: action right", right, at_least=0.96)
    # A set with more unclear requests than 15 % is asked about as often as it is unclear.
    yield _share(f"{name}: clarify rate", asked, at_most=max(0.15, len(unclear) / len(judged)))
    if routable:
        false = sum(outcome != "route" for outcome in routable) / len(routable)
        yield _share(f"{name}: false escalation", false, at_most=0.05)
        tiers = [tier == row["tier"] for row, tier in routed if row["outcome"] == "route"]
        yield _share(f"{name}: tier right among routes", sum(tiers) / max(1, len(tiers)), at_least=0.93)
    if unclear:
        found = sum(outcome == "clarify" for outcome in unclear) / len(unclear)
        yield _share(f"{name}: clarify found", found, at_least=0.9)
    groups = _groups(judged)
    if groups:
        same = sum(len(set(decisions)) == 1 for decisions in groups.values()) / len(groups)
        yield _share(f"{name}: paraphrase groups with one decision", same, at_least=0.95)


def _is_right(row: dict[str, Any], outcome: str, tier: str) -> bool:
    """Return whether the action is right; a protected edit routed above the lowest tier counts as right."""
    return outcome == row["outcome"] or bool(row["protected"] and outcome == "route" and tier != "haiku")


def _groups(judged: Judged) -> dict[str, list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row, outcome, tier in judged:
        if row.get("group"):
            groups[row["group"]].append((outcome, tier if outcome == "route" else ""))
    return groups


def _share(name: str, value: float, at_most: float | None = None, at_least: float | None = None) -> Figure:
    return Figure(name=name, value=value, unit="share", at_most=at_most, at_least=at_least)
