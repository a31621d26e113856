"""`ccrouter demo`: real requests over a small project, with recorded answers and everything else real."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccrouter_core.cli.command import Command
from ccrouter_core.cli.output import emit_json, table
from ccrouter_core.errors import UsageError
from ccrouter_core.laws import state_of
from ccrouter_core.models import NANO_PER_USD, Request, Status, to_usd

if TYPE_CHECKING:
    from ccrouter_core.demo import Totals
    from ccrouter_core.models import Answer
    from ccrouter_core.pipeline import Router

_FIRST_LINE = (
    "The model's answers are recorded, with assumed token counts; the routing, the workspaces, the checks and the "
    "climbing are real."
)
_SHOWN = 46  # characters of a request in the table


@click.command(
    "demo",
    cls=Command,
    short_help="See it work on a small project, with recorded answers.",
    examples=("ccrouter demo", "ccrouter demo --json"),
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--keep", type=click.Path(path_type=Path), help="Make the project in this new folder and keep it."
)
@click.pass_context
def command(ctx: click.Context, /, *, as_json: bool, keep: Path | None) -> None:
    """Route, run and check some forty requests over a small project of code, a paper and notes.

    The model's answers were written beforehand and their token counts are assumed, so what it costs is an estimate.

    Everything happens in a temporary folder, with a configuration of its own: nothing of yours is read or changed,
    and nothing is spent. Exit code 1 when a request ends with an error.
    """
    click.echo(_FIRST_LINE, err=as_json)
    with tempfile.TemporaryDirectory(prefix="ccrouter-demo-") as name:
        answers, totals = _played(Path(name), keep or Path(name), quiet=as_json)
    if as_json:
        emit_json("demo", requests=[_json(answer) for answer in answers], totals=_totals_json(totals))
    else:
        _show(answers, totals)
    ctx.exit(any(state_of(answer) in {"error", "failed"} for answer in answers))


def _played(home: Path, folder: Path, *, quiet: bool) -> tuple[list[Answer], Totals]:
    from ccrouter_core import demo  # noqa: PLC0415 - deciding what to do comes first

    try:
        folder.mkdir(parents=True, exist_ok=True)
        project = demo.make_project(folder)
    except OSError as error:
        raise UsageError(
            what=f"the project cannot be made in {folder}",
            why=f"{error.filename or folder}: {error.strerror or error}",
            fix="name a new folder, for example --keep /tmp/ccrouter-demo",
        ) from error
    with _router(home / "home") as router:
        answers = []
        for number, text in enumerate(demo.requests(), start=1):
            if not quiet:
                click.echo(f"{number:3} {text}", err=True)
            answer = router.handle(Request(text=text, cwd=str(project)))
            if state_of(answer) in {"passed", "unverified"}:
                router.apply(answer)
            answers.append(answer)
        return answers, demo.totals(answers, router.settings.ladder)


def _router(home: Path) -> Router:
    """Return a router of the installed plugins, whose tiers play the recorded answers."""
    from ccrouter_core.demo import CASSETTE  # noqa: PLC0415
    from ccrouter_core.installed import load_plugins  # noqa: PLC0415
    from ccrouter_core.pipeline import Router  # noqa: PLC0415
    from ccrouter_core.settings import Settings, default_ladder  # noqa: PLC0415

    settings = Settings(
        home=home, ladder=default_ladder("replay"), plugins={"replay": {"cassette": str(CASSETTE)}}
    )
    plugins, broken = load_plugins(settings)
    router = Router(*plugins, settings=settings)
    router.broken = broken
    return router


def _show(answers: list[Answer], totals: Totals) -> None:
    rows = [_row(number, answer) for number, answer in enumerate(answers, start=1)]
    table(("#", "request", "tier", "result", "USD", "checks"), rows)
    from ccrouter_core import demo  # noqa: PLC0415 - see above

    saved = 1 - totals.cost_nano_usd / (totals.all_sonnet_nano_usd or 1)
    click.echo()
    click.echo(
        f"{totals.requests} requests: {totals.climbs} climbs, {totals.questions} questions asked before paying, "
        f"{totals.refused} refused because nobody was there to agree."
    )
    click.echo(
        f"Cost {totals.cost_nano_usd / NANO_PER_USD:.4f} USD, failed attempts included; all on sonnet "
        f"{totals.all_sonnet_nano_usd / NANO_PER_USD:.4f} USD: {saved:.0%} saved. Both are estimated, from list "
        "prices and assumed tokens:"
    )
    click.echo(
        f"{demo.CLIENT_TOKENS:,} of the client's own prompt for each attempt, then one for {demo.CHARS_PER_TOKEN} "
        "characters; nobody measured them."
    )
    click.echo("The comparison supposes that sonnet needs the same tokens and passes at once.")


def _row(number: int, answer: Answer) -> tuple[object, ...]:
    cost = answer.total_cost_nano_usd
    return (
        number,
        answer.request.text
        if len(answer.request.text) <= _SHOWN
        else answer.request.text[: _SHOWN - 3] + "...",
        " > ".join(attempt.decision.tier for attempt in answer.attempts) or "-",
        state_of(answer),
        None if cost is None or not answer.attempts else f"{cost / NANO_PER_USD:.5f}",
        _checks(answer),
    )


def _checks(answer: Answer) -> str:
    """Return what the checks said in a few words: what failed at each tier, then how many passed."""
    if answer.question is not None:
        return answer.question
    if not answer.attempts:
        return answer.admission.reason if answer.admission else "-"
    words = [
        f"{verdict.check} failed"
        for attempt in answer.attempts
        for verdict in attempt.verdicts
        if verdict.status is Status.FAIL
    ]
    passed = sum(verdict.status is Status.PASS for verdict in answer.verdicts)
    return ", ".join([*words, f"{passed} passed"])


def _json(answer: Answer) -> dict[str, object]:
    return {
        "text": answer.request.text,
        "action": answer.decision.action.value,
        "tiers": [attempt.decision.tier for attempt in answer.attempts],
        "state": state_of(answer),
        "cost_usd": to_usd(answer.total_cost_nano_usd) if answer.attempts else None,
        "verdicts": [
            {"tier": attempt.decision.tier, "check": verdict.check, "status": verdict.status.value}
            for attempt in answer.attempts
            for verdict in attempt.verdicts
        ],
        "question": answer.question,
    }


def _totals_json(totals: Totals) -> dict[str, object]:
    return {
        "requests": totals.requests,
        "climbs": totals.climbs,
        "questions": totals.questions,
        "refused": totals.refused,
        "cost_usd": to_usd(totals.cost_nano_usd),
        "all_sonnet_usd": to_usd(totals.all_sonnet_nano_usd),
        "provenance": "estimated",
        "tokens": "assumed",
    }
