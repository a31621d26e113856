"""`ccrouter inspect`: what ccrouter keeps on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from attrs import evolve

from ccrouter_core import history
from ccrouter_core.cli.command import Command
from ccrouter_core.cli.kept import kept_files, places
from ccrouter_core.cli.output import emit_json, table
from ccrouter_core.errors import RouterError
from ccrouter_core.redact import without_credentials
from ccrouter_core.runtime import SQLITE

if TYPE_CHECKING:
    from pathlib import Path

    from ccrouter_core.cli.invocation import Invocation
    from ccrouter_core.services import Area
    from ccrouter_core.settings import Settings


_COUNTED = ("decisions", "sessions", "attempts", "unfinished")


@click.command(
    "inspect",
    cls=Command,
    short_help="Show what is kept on this machine.",
    examples=("ccrouter inspect", "ccrouter inspect --json"),
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """Show what is kept: files of the state folder and of the store, sizes, and how many records there are.

    Nothing is changed. Files of a store that stands elsewhere are listed with their whole path.
    """
    invocation: Invocation = ctx.obj
    settings = invocation.settings()
    home, elsewhere = places(settings)
    files = list(kept_files(home))
    if elsewhere is not None:
        found = (file for file in kept_files(elsewhere) if file.is_ours(home=False))
        files += [evolve(file, path=str(elsewhere / file.path)) for file in found]
    counts = _counts(invocation) if _is_there(settings, elsewhere or home) else dict.fromkeys(_COUNTED, 0)
    store = without_credentials(settings.store)
    if as_json:
        listed = [{"path": file.path, "size_bytes": file.size_bytes, "mode": file.mode} for file in files]
        emit_json("inspect", home=str(home), store=store, files=listed, counts=counts)
        return
    click.echo(f"{home}{'' if files else ': nothing is kept yet'}")
    if settings.store != "sqlite:":
        click.echo(f"the store is {store}")
    if files:
        rows = [(file.path, f"{file.size_bytes:,}", file.mode) for file in files]
        table(("file", "bytes", "mode"), rows)
    if files and counts:
        click.echo("\n" + ", ".join(f"{count} {name}" for name, count in counts.items()))


def _is_there(settings: Settings, folder: Path) -> bool:
    """Return whether there is a store to look into: to look must not make one."""
    if settings.store.startswith(SQLITE):
        return (folder / "state.db").exists()
    return not settings.store.startswith("memory:")


def _counts(invocation: Invocation) -> dict[str, Any]:
    """Return the number of records of each kind; what cannot be counted is told on standard error."""
    try:
        with invocation.router() as router:
            area = router.runtime.store.state
            figures = (
                len(area.find(history.DECISIONS)),
                len(area.find(history.TURNS)),
                _appended(area, history.OUTCOMES),
                len(area.find(history.STARTED)),
            )
            return dict(zip(_COUNTED, figures, strict=True))
    except RouterError as error:
        click.echo(f"the records cannot be counted: {error}", err=True)
        return {}


def _appended(area: Area, log: str) -> int:
    """Return how many entries a log was given so far, trimmed ones included."""
    newest = area.latest(log, limit=1)
    return newest[0].sequence if newest else 0
