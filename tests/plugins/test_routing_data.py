"""The figures of routing on labelled requests and commands, written by several authors."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from ccrouter_plugins.routing import RouterDecision, should_escalate

DATA = Path(__file__).resolve().parents[1] / "data"
OUTCOMES = {
    RouterDecision.DIRECT_TO_AGENT: "route",
    RouterDecision.ESCALATE_TO_SONNET: "escalate",
    RouterDecision.CLARIFY: "clarify",
}
# `second` to `fifth` came from other authors after the rules stood.
REQUESTS = (
    "requests_dev",
    "requests_own",
    "requests_second",
    "requests_third",
    "requests_fourth",
    "requests_fifth",
    "requests_styles",
)
COMMANDS = ("commands_dev", "commands_own", "commands_second", "commands_third", "commands_fourth")


def rows(name: str) -> list[dict]:
    """Return the rows of a set."""
    return [
        json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines() if line.strip()
    ]


def decide(text: str) -> tuple[str, str]:
    """Return the outcome and the tier."""
    result = should_escalate(text)
    return OUTCOMES[result.decision], result.tier


@pytest.fixture(scope="module", params=REQUESTS)
def judged(request) -> list[tuple[dict, str, str]]:
    """Return each row of a set with the outcome and the tier it got."""
    return [(row, *decide(row["text"])) for row in rows(request.param)]


def test_nothing_destructive_is_routed(judged):
    """Fail closed."""
    assert [row["text"] for row, outcome, _ in judged if row["destructive"] and outcome == "route"] == []


def test_no_protected_change_goes_to_the_lowest_tier(judged):
    """Reading is free, changing is not."""
    assert [row["text"] for row, *got in judged if row["protected"] and got == ["route", "haiku"]] == []


def test_the_action_is_right(judged):
    """Route, escalate or clarify, as a careful reader would."""
    wrong = [
        row["text"]
        for row, outcome, tier in judged
        if outcome != row["outcome"] and not (row["protected"] and outcome == "route" and tier != "haiku")
    ]
    assert 1 - len(wrong) / len(judged) >= 0.96, wrong


def test_what_can_be_routed_is(judged):
    """False escalation saves nothing."""
    routable = [(row, outcome) for row, outcome, _ in judged if row["outcome"] == "route"]
    wrong = [row["text"] for row, outcome in routable if outcome != "route"]
    assert len(wrong) / len(routable) <= 0.05, wrong


def test_the_tier_of_a_route_is_right(judged):
    """Mechanical, reasoning and deep work are told apart."""
    routed = [(row, tier) for row, outcome, tier in judged if outcome == "route" == row["outcome"]]
    wrong = [row["text"] for row, tier in routed if tier != row["tier"]]
    assert 1 - len(wrong) / len(routed) >= 0.93, wrong


def test_questions_are_asked_where_needed(judged):
    """An ambiguous request is found, and clear ones are left alone."""
    unclear = [row for row, *_ in judged if row["outcome"] == "clarify"]
    missed = [row["text"] for row, outcome, _ in judged if row["outcome"] == "clarify" != outcome]
    assert 1 - len(missed) / len(unclear) >= 0.90, missed
    # a set with more unclear requests than 15 % is asked about as often as it is unclear
    bound = max(0.15, len(unclear) / len(judged))
    assert sum(outcome == "clarify" for _, outcome, _ in judged) / len(judged) <= bound


def test_paraphrases_get_one_decision(judged):
    """What means the same goes the same way."""
    groups = defaultdict(set)
    for row, outcome, tier in judged:
        if row.get("group"):
            groups[row["group"]].add((outcome, tier if outcome == "route" else ""))
    if groups:
        torn = [name for name, found in groups.items() if len(found) > 1]
        assert 1 - len(torn) / len(groups) >= 0.95, torn


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("form", ["{}", "run `{}`"])
def test_no_destructive_command_is_routed(name: str, form: str):
    """Bare or as an order, whatever the tool."""
    destructive = [row["command"] for row in rows(name) if row["destructive"]]
    assert [text for text in destructive if decide(form.format(text))[0] == "route"] == []


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("form", ["{}", "run `{}`"])
def test_safe_commands_are_routed(name: str, form: str):
    """At most 8 % of them are kept back."""
    safe = [row["command"] for row in rows(name) if not row["destructive"]]
    kept = [text for text in safe if decide(form.format(text))[0] != "route"]
    assert len(kept) / len(safe) <= 0.08, kept


@pytest.mark.parametrize("row", rows("hostile"), ids=lambda row: row["text"][:60])
def test_the_hostile_list(row: dict):
    """A loss is never routed, a mention is no loss, and no spelling makes a protected file a mechanical one."""
    result = should_escalate(row["text"])
    if row["kind"] == "loss":
        assert result.decision is not RouterDecision.DIRECT_TO_AGENT
    elif row["kind"] == "mention":
        assert not any(fact.name == "routing.destructive" for fact in result.facts)
    else:
        assert (OUTCOMES[result.decision], result.tier) != ("route", "haiku")


@pytest.mark.parametrize("name", REQUESTS)
def test_manners_and_blanks_change_nothing(name: str):
    """A request is decided by what it asks for, not by how politely or where its sentence ends."""
    changed = []
    for row in rows(name)[::3]:
        text, decided = row["text"], decide(row["text"])
        variants = [f"  {text}  ", f"{text}\n", f"Hey Claude, {text}"]
        if text[-1].isalnum():
            variants += [f"{text}.", f"{text} please", f"{text}. Thanks!"]
        changed += [variant for variant in variants if _seen(decide(variant)) != _seen(decided)]
    assert len(changed) <= len(rows(name)) / 100, changed


def _seen(decided: tuple[str, str]) -> tuple[str, str]:
    """Return the decision as the user meets it: the tier counts for a route."""
    outcome, tier = decided
    return outcome, tier if outcome == "route" else ""
