"""`ccrouter validate`: the checks that judge a model's work, on the files as they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import evolve

from ccrouter_core.cli.answers import verdict_lines
from ccrouter_core.cli.baselines import read_baseline, without_known, write_baseline
from ccrouter_core.cli.command import Command
from ccrouter_core.cli.decisions import echo_lines
from ccrouter_core.cli.output import emit_json
from ccrouter_core.errors import NotFound, UsageError
from ccrouter_core.history import verdict_document
from ccrouter_core.laws import failed, passed
from ccrouter_core.models import Action, Decision, Outcome, Request, Status

if TYPE_CHECKING:
    from ccrouter_core.cli.invocation import Invocation
    from ccrouter_core.models import Verdict
    from ccrouter_core.pipeline import Router

_EXIT_CODES = {"passed": 0, "failed": 4, "unverified": 1}


@click.command(
    "validate",
    cls=Command,
    short_help="Run the checks on the files as they are.",
    examples=(
        "ccrouter validate",
        "ccrouter validate src/a.py docs --json",
        "ccrouter validate --record findings.json",
        "ccrouter validate --baseline findings.json",
    ),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Let only what is new against these recorded findings fail.",
)
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write what is found to this file, as a baseline for later, and exit 0.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(
    ctx: click.Context, paths: tuple[Path, ...], *, baseline: Path | None, record: Path | None, as_json: bool
) -> None:
    """Run the checks that judge a model's work on files as they are; without PATHS on the whole project.

    Every finding counts, whoever made it; with a baseline those that were recorded do not. Tests, and checks that
    follow references, look at the whole project. What only an answer or a change can be judged by is not asked.

    Exit codes: 0 all that ran passed; 4 one failed; 1 nothing could be checked, or a check could not run.
    """
    invocation: Invocation = ctx.obj
    root = Path.cwd()
    files = tuple(_files(root, paths))
    known = {} if baseline is None else read_baseline(baseline)
    with invocation.router(running=True, keeps=False) as router:
        verdicts = [without_known(verdict, known) for verdict in _verdicts(router, root, files)]
    state = "failed" if failed(verdicts) else "passed" if passed(verdicts) else "unverified"
    if record is not None:
        write_baseline(record, verdicts)
    if as_json:
        emit_json(
            "validate", state=state, files=len(files), verdicts=[verdict_document(one) for one in verdicts]
        )
    else:
        for verdict in verdicts:
            if verdict.status is not Status.NOT_APPLICABLE:
                echo_lines(verdict_lines(verdict_document(verdict)))
        click.echo(f"{state}: {len(verdicts)} checks on {len(files)} files")
    ctx.exit(0 if record is not None else _EXIT_CODES[state])


def _files(root: Path, paths: tuple[Path, ...]) -> list[str]:
    """Return the project's files that are, or lie below, the paths; relative to the root.

    Raises:
        NotFound: a path does not exist.
        UsageError: a path lies outside of the working folder.
    """
    from ccrouter_core.trees import project_files  # noqa: PLC0415 - not needed for the help

    everything = sorted(project_files(root))
    if not paths:
        return everything
    chosen: set[str] = set()
    for path in paths:
        if not path.exists():
            raise NotFound(what=f"{path} does not exist", why="no file has that name", fix="check the path")
        name = _relative(path, root)
        below = "" if name == "." else f"{name}/"
        chosen.update([name] if path.is_file() else (file for file in everything if file.startswith(below)))
    return sorted(chosen)


def _relative(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        raise UsageError(
            what=f"{path} lies outside of the project",
            why=f"checks run in {root}",
            fix="go there first: ccrouter -C DIR validate",
        ) from None


def _verdicts(router: Router, root: Path, files: tuple[str, ...]) -> tuple[Verdict, ...]:
    """Ask every check about the files as they stand: nothing was executed, and no state before is known."""
    if not files:
        return ()
    here = Request(text=f"Check {len(files)} files.", files=files, cwd=str(root))
    tier = router.settings.ladder.lowest.name
    outcome = Outcome(text="", tier=tier, changed=files, workspace=str(root), executed=False)
    decision = Decision(action=Action.ROUTE, tier=tier)
    return router.calls.validate(evolve(here, cwd=None), router.calls.domain(here), decision, outcome)
