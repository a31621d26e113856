"""`ccrouter run`: the main job. Route a request, execute it, check the result, climb when a check fails."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccrouter_core import history
from ccrouter_core.cli.answers import EXIT_CODES, answer_lines, plan_json, plan_lines
from ccrouter_core.cli.command import Amount, Command
from ccrouter_core.cli.decisions import decision_json, echo_lines
from ccrouter_core.cli.output import emit_json, printable
from ccrouter_core.cli.progress import progress
from ccrouter_core.cli.stopping import stoppable
from ccrouter_core.cli.texts import harmless, request_text
from ccrouter_core.errors import RouterError
from ccrouter_core.laws import state_of
from ccrouter_core.models import FailureKind, Request, RequestLimits, to_nano_usd, utc_now

if TYPE_CHECKING:
    from ccrouter_core.cli.invocation import Invocation
    from ccrouter_core.models import Answer
    from ccrouter_core.pipeline import Confirm, Router

_TRY_LATER = 75


@click.command(
    "run",
    cls=Command,
    short_help="Do a request: route, execute, check, climb.",
    examples=(
        'ccrouter run "Fix the typo in intro.tex"',
        "ccrouter run --file request.md --max-usd 0.50",
        'ccrouter run --dry-run "Rename foo to bar in src/a.py"',
    ),
)
@click.argument("text", required=False)
@click.option("--file", type=click.Path(path_type=Path), help="Read the text of the request from this file.")
@click.option("--files", multiple=True, metavar="PATH", help="A file that the request is about. Repeatable.")
@click.option("--tier", metavar="NAME", help="Run on this tier; a floor of the request still holds.")
@click.option(
    "--max-usd",
    metavar="USD",
    type=Amount(1e-9, 1e9),  # from one nano-USD, the unit, to what 64 bits of it hold
    help="Spend at most this, all attempts together.",
)
@click.option(
    "--timeout",
    type=Amount(0.001, 31_536_000),  # to a year: longer waits overflow somewhere
    metavar="SECONDS",
    help="Stop after so many seconds.",
)
@click.option("--session", metavar="ID", help="Continue this session: its last turn counts.")
@click.option("--yes", is_flag=True, help="Agree beforehand to what is destructive.")
@click.option("--no-apply", is_flag=True, help="Print the changes as a diff instead of making them.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; spend and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(
    ctx: click.Context, /, text: str | None, *, file: Path | None, dry_run: bool, **options: Any
) -> None:
    """Run a request on the cheapest tier able to do it, check the result, climb when a check fails.

    The model works in a copy of the project; changes that were not found wrong are then made in the project. The
    answer goes to standard output, everything else to standard error. Without TEXT, or with "-", the text is read
    from standard input.

    Exit codes: 0 passed, or unverified: nothing could judge it; 1 no answer, or refused; 4 a check failed on every tier tried;
    6 a question to answer first; 75 the quota is used up, try later; 2 wrong usage; 3 not found; 5 a conflict or a lock;
    78 a configuration or plugin with faults; 129, 130, 143 stopped by SIGHUP, SIGINT, SIGTERM.
    """
    invocation: Invocation = ctx.obj
    request = _request(request_text(text, file), options)
    if dry_run:
        ctx.exit(_plan(invocation, request, as_json=options["as_json"]))
    with invocation.router(running=True) as router:
        with stoppable(options["timeout"]) as stop, progress() as shown:
            answer = router.handle(
                request, cancel=stop.cancel, progress=shown, confirm=_confirm(yes=options["yes"])
            )
        if stop.exit_code is not None:
            click.echo(_interrupted(answer), err=True)
            ctx.exit(stop.exit_code)
        changed = () if options["no_apply"] else _applied(router, answer)
    show = _show_json if options["as_json"] else _show
    show(answer, changed)
    ctx.exit(_exit_code(answer))


def _interrupted(answer: Answer) -> str:
    """Return what an interruption left: what was made in a copy is gone, what was made in place is there."""
    outcomes = [attempt.outcome for attempt in answer.attempts]
    in_place = [path for outcome in outcomes if not outcome.diff for path in outcome.changed]
    if in_place:
        return f"interrupted; changed in place: {printable(', '.join(dict.fromkeys(in_place)))}"
    if any(
        outcome.ran for outcome in outcomes
    ):  # a command may have done more than change files of this folder
        return "interrupted"
    return "interrupted; nothing was changed in the project"


def _request(text: str, options: dict[str, Any]) -> Request:
    seconds, usd = options["timeout"], options["max_usd"]
    limits = RequestLimits(
        tier=options["tier"],
        max_cost_nano_usd=None if usd is None else to_nano_usd(usd),
        deadline=None if seconds is None else utc_now() + timedelta(seconds=seconds),
    )
    return Request(
        text=text, files=options["files"], cwd=str(Path.cwd()), session=options["session"], limits=limits
    )


def _plan(invocation: Invocation, request: Request, *, as_json: bool) -> int:
    """Show what would be done; return the exit code."""
    with invocation.router(keeps=request.session is not None) as router:  # the session's last turn is kept
        answer = router.decide(request, keep=False)
        ladder = router.settings.ladder
    if as_json:
        emit_json("run", dry_run=True, **plan_json(answer, ladder))
    else:
        echo_lines(plan_lines(answer, ladder))
    return EXIT_CODES[state_of(answer)]


def _confirm(*, yes: bool) -> Confirm | None:
    """Return how to ask before something destructive: agreed already, on the terminal, or nobody is there."""
    if yes:
        return lambda _: True
    if not sys.stdin.isatty():
        return None
    return lambda what: click.confirm(
        f"This needs your yes: {printable(what)}. Go on?", default=False, err=True
    )


def _applied(router: Router, answer: Answer) -> tuple[str, ...]:
    """Make the changes of an answer that no check found wrong; return the paths. A diff that cannot land is kept."""
    outcome = answer.outcome
    if outcome is None or not outcome.diff or state_of(answer) not in {"passed", "unverified"}:
        return ()
    try:
        return router.apply(answer)
    except RouterError as error:
        error.fix += f"; {_rescued(router, answer.request.id, outcome.diff)}"
        raise


def _rescued(router: Router, name: str, diff: str) -> str:
    """Keep a diff that could not land, or print it when it holds a secret; return what became of it."""
    from ccrouter_core.files import atomic_write, ensure_private_dir  # noqa: PLC0415 - rare
    from ccrouter_core.redact import find_secrets  # noqa: PLC0415 - rare

    if find_secrets(diff):
        click.echo(diff, nl=False)
        return "the changes hold a secret, so they are printed and not kept"
    folder = router.home / "unapplied"
    ensure_private_dir(folder)
    kept = folder / f"{name}.diff"
    atomic_write(kept, diff, backups=0)
    return f"the changes are kept in {kept}"


def _show(answer: Answer, changed: tuple[str, ...]) -> None:
    outcome = answer.outcome
    if outcome is not None and outcome.text:
        click.echo(harmless(outcome.text))
    if outcome is not None and outcome.diff and not changed:
        click.echo(outcome.diff, nl=False)
    echo_lines(answer_lines(answer, changed), err=True)


def _show_json(answer: Answer, changed: tuple[str, ...]) -> None:
    if answer.question is not None:
        click.echo(answer.question, err=True)
    outcome = answer.outcome
    document = history.shown(answer)
    emit_json(
        "run",
        **decision_json(answer),
        state=document["state"],
        answered_by=outcome.tier if outcome else None,
        text=outcome.text if outcome else None,
        changed=list(outcome.changed) if outcome else [],
        added=list(outcome.added) if outcome else [],
        deleted=list(outcome.deleted) if outcome else [],
        applied=bool(changed),
        diff=outcome.diff if outcome and not changed else None,
        attempts=document["attempts"],
        total_cost_usd=document["total_cost_usd"],
        cached=document["cached"],
        admission=document["admission"],
    )


def _exit_code(answer: Answer) -> int:
    outcome = answer.outcome
    if outcome is not None and outcome.error is not None and outcome.error.kind is FailureKind.RATE_LIMITED:
        return _TRY_LATER
    return EXIT_CODES[state_of(answer)]
