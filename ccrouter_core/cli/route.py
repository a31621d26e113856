"""`ccrouter route`: which tier would take a request, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccrouter_core.cli.command import Command
from ccrouter_core.cli.decisions import decision_json, decision_lines, echo_lines
from ccrouter_core.cli.jsonl import json_object, opened, read_lines, request_of
from ccrouter_core.cli.output import emit_json
from ccrouter_core.cli.texts import quoted, request_text
from ccrouter_core.errors import RouterError
from ccrouter_core.models import Request

if TYPE_CHECKING:
    from ccrouter_core.cli.invocation import Invocation
    from ccrouter_core.models import Answer
    from ccrouter_core.pipeline import Router

KEYS = ("text", "cwd", "files")


@click.command(
    "route",
    cls=Command,
    examples=(
        'ccrouter route "Fix the typo in intro.tex"',
        "git log -1 --format=%B | ccrouter route --json",
        "ccrouter route --file requests.jsonl --json > decisions.jsonl",
    ),
)
@click.argument("text", required=False)
@click.option(
    "--file",
    "batch",
    metavar="F.jsonl",
    help='Route every line {"text", "cwd"?, "files"?}; "-" is standard input.',
)
@click.option("--files", multiple=True, metavar="PATH", help="A file that the request is about. Repeatable.")
@click.option("--session", metavar="ID", help="Continue this session: its last turn counts.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, or one a line with --file.")
@click.pass_context
def command(
    ctx: click.Context,
    text: str | None,
    *,
    batch: str | None,
    files: tuple[str, ...],
    session: str | None,
    as_json: bool,
) -> None:
    """Say which tier would take a request, and why. Nothing is executed or paid.

    Without TEXT, or with "-", the text is read from standard input.
    """
    invocation: Invocation = ctx.obj
    if batch is not None:
        if text is not None:
            raise click.UsageError("Give TEXT or --file, not both.", ctx)
        ctx.exit(_route_batch(invocation, batch, session, as_json=as_json))
    request = Request(text=request_text(text), files=files, cwd=str(Path.cwd()), session=session)
    with invocation.router() as router:
        answer = router.decide(request)
    if as_json:
        emit_json("route", **decision_json(answer))
    else:
        echo_lines(decision_lines(answer))


def _route_batch(invocation: Invocation, name: str, session: str | None, *, as_json: bool) -> int:
    """Route the lines of a file in order, each answered before the next is read; return the exit code."""
    failed = False
    with opened(name) as stream, invocation.router() as router:
        for number, line in read_lines(stream):
            document, summary = _routed(router, line, number, session)
            failed = failed or "error" in document
            if as_json:
                emit_json("route", **document)
            else:
                click.echo(summary)
    return 1 if failed else 0


def _routed(router: Router, line: bytes, number: int, session: str | None) -> tuple[dict[str, Any], str]:
    """Return the answer to one line as JSON and as words; a bad line is answered by its error."""
    try:
        answer = router.decide(request_of(json_object(line, KEYS), KEYS, session))
    except RouterError as error:
        fault = {"what": error.what, "why": error.why, "fix": error.fix}
        return {"error": fault, "line": number}, f"line {number}: {error.what}: {error.why}"
    return decision_json(answer), _summary(answer)


def _summary(answer: Answer) -> str:
    decision = answer.decision
    return f"{decision.action.value:<9} {decision.tier:<8} {quoted(answer.request.text)}"
