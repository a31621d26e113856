"""`ccrouter inspect`: what ccrouter keeps on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import frozen

from ccrouter_core import history
from ccrouter_core.cli.command import Command
from ccrouter_core.cli.output import emit_json, table
from ccrouter_core.errors import RouterError
from ccrouter_core.redact import without_credentials
from ccrouter_core.runtime import default_home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccrouter_core.cli.invocation import Invocation
    from ccrouter_core.services import Area


@frozen(kw_only=True)
class Kept:
    """A file of the state folder, by its path relative to it."""

    path: str
    size_bytes: int
    mode: str  # permission bits, octal


@click.command(
    "inspect",
    cls=Command,
    short_help="Show what is kept on this machine.",
    examples=("ccrouter inspect", "ccrouter inspect --json"),
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """Show what is in the state folder: files, sizes, and how many records there are. Nothing is changed."""
    invocation: Invocation = ctx.obj
    settings = invocation.settings()
    home = settings.home or default_home()
    files = list(kept_files(home))
    counts = _counts(invocation) if files or not settings.store.startswith("sqlite:") else {}
    if as_json:
        listed = [{"path": file.path, "size_bytes": file.size_bytes, "mode": file.mode} for file in files]
        emit_json(
            "inspect", home=str(home), store=without_credentials(settings.store), files=listed, counts=counts
        )
        return
    click.echo(f"{home}{'' if files else ': nothing is kept yet'}")
    if files:
        rows = [(file.path, f"{file.size_bytes:,}", file.mode) for file in files]
        table(("file", "bytes", "mode"), rows)
        click.echo("\n" + ", ".join(f"{count} {name}" for name, count in counts.items()))


def kept_files(home: Path) -> Iterator[Kept]:
    """Yield every file below the state folder in path order; links are not followed."""
    for folder, folders, names in os.walk(home):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            state = path.lstat()
            relative = path.relative_to(home).as_posix()
            yield Kept(path=relative, size_bytes=state.st_size, mode=f"{state.st_mode & 0o777:03o}")


def _counts(invocation: Invocation) -> dict[str, Any]:
    """Return the number of records of each kind; what cannot be counted is told on standard error."""
    try:
        with invocation.router() as router:
            area = router.runtime.store.state
            return {
                "decisions": len(area.find(history.DECISIONS)),
                "sessions": len(area.find(history.TURNS)),
                "attempts": _appended(area, history.OUTCOMES),
                "unfinished": len(area.find(history.STARTED)),
            }
    except RouterError as error:
        click.echo(f"the records cannot be counted: {error}", err=True)
        return {}


def _appended(area: Area, log: str) -> int:
    """Return how many entries a log was given so far, trimmed ones included."""
    newest = area.latest(log, limit=1)
    return newest[0].sequence if newest else 0
