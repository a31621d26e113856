"""`ccrouter rules`: try the routing rules on examples of one's own, without spending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from attrs import frozen

from ccrouter_core.cli.command import Group
from ccrouter_core.cli.jsonl import bad_line, json_object, opened, read_lines, request_of
from ccrouter_core.cli.output import emit_json, printable
from ccrouter_core.cli.texts import quoted
from ccrouter_core.errors import RouterError, UsageError
from ccrouter_core.models import Action, Request

if TYPE_CHECKING:
    from ccrouter_core.cli.invocation import Invocation
    from ccrouter_core.models import Ladder
    from ccrouter_core.pipeline import Router

KEYS = ("text", "action", "tier", "cwd", "files")
_GATE_FAILED = 4


@frozen(kw_only=True)
class Expectation:
    """A request, and what should be decided for it; None expects nothing."""

    line: int
    request: Request
    action: str | None
    tier: str | None


@click.group("rules", cls=Group, examples=("ccrouter rules test expectations.jsonl",))
def command() -> None:
    """Try the routing rules on examples of your own."""


@command.command(
    "test", examples=("ccrouter rules test expectations.jsonl", "ccrouter rules test --json mine.jsonl")
)
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def test(ctx: click.Context, file: str, *, as_json: bool) -> None:
    """Route each line of FILE with the present configuration and compare. Nothing is executed, paid or kept.

    A line is {"text": "...", "action": "route|escalate|clarify", "tier": "..."}, action or tier or both; "cwd" and
    "files" may say where it stands. "-" is standard input. Exit code 4 when one differs.
    """
    invocation: Invocation = ctx.obj
    with opened(file) as stream, invocation.router(keeps=False) as router:
        ladder = router.settings.ladder
        expected = [_expectation(line, number, ladder) for number, line in read_lines(stream)]
        mismatches = [found for one in expected if (found := _mismatch(router, one)) is not None]
    total = len(expected)
    if not total:
        raise UsageError(
            what=f"{printable(file)} expects nothing",
            why="it has no line, so nothing was compared",
            fix='write lines such as {"text": "fix the typo in README.md", "tier": "haiku"}',
        )
    if as_json:
        emit_json("rules-test", total=total, matched=total - len(mismatches), mismatches=mismatches)
    else:
        for found in mismatches:
            click.echo(f"line {found['line']}: {_difference(found)}  {quoted(found['text'])}")
        click.echo(f"{total - len(mismatches)} of {total} as expected")
    ctx.exit(_GATE_FAILED if mismatches else 0)


def _expectation(line: bytes, number: int, ladder: Ladder) -> Expectation:
    """Return what a line expects. UsageError, naming the line, when it cannot be used."""
    try:
        fields = json_object(line, KEYS)
        action, tier = fields.get("action"), fields.get("tier")
        if action is None and tier is None:
            raise bad_line("it expects neither an action nor a tier", KEYS)
        if action is not None and action not in list(Action):
            raise bad_line(f"the action is one of {', '.join(Action)}", KEYS)
        if tier is not None and tier not in ladder:
            raise bad_line(f"the tier is one of {', '.join(each.name for each in ladder)}", KEYS)
        request = request_of(fields, KEYS)
    except RouterError as error:
        error.what = f"line {number}: {error.what}"
        raise
    return Expectation(line=number, request=request, action=action, tier=tier)


def _mismatch(router: Router, one: Expectation) -> dict[str, Any] | None:
    """Return how the decision differs from what was expected, or None."""
    answer = router.decide(one.request, keep=False)
    action, tier = answer.decision.action.value, answer.decision.tier
    if one.action in {None, action} and one.tier in {None, tier}:
        return None
    return {
        "line": one.line,
        "text": one.request.text,
        "expected": {"action": one.action, "tier": one.tier},
        "got": {"action": action, "tier": tier},
        "reasons": [signal.name for signal in answer.decision.reasons or answer.signals],
    }


def _difference(found: dict[str, Any]) -> str:
    expected = " ".join(word for word in found["expected"].values() if word)
    return f"expected {expected}, got {found['got']['action']} {found['got']['tier']} ({', '.join(found['reasons'])})"
