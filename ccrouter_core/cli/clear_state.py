"""`ccrouter clear-state`: forget everything."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import frozen

from ccrouter_core.cli.command import Command
from ccrouter_core.cli.kept import FOLDERS, Kept, kept_files, places
from ccrouter_core.cli.output import printable
from ccrouter_core.config import config_paths
from ccrouter_core.errors import StoreLocked, UsageError
from ccrouter_core.files import os_error, refuse_symlink
from ccrouter_core.redact import without_credentials

if TYPE_CHECKING:
    from ccrouter_core.cli.invocation import Invocation

_WORKSPACE_PARTS = 2  # of "workspaces/w-1f/tree/a.py", as which a whole workspace is shown


@frozen(kw_only=True)
class Part:
    """What goes from one folder and what stays there."""

    folder: Path
    doomed: tuple[Kept, ...]
    left: tuple[Kept, ...]


@click.command(
    "clear-state",
    cls=Command,
    short_help="Delete everything that is kept.",
    examples=("ccrouter clear-state --dry-run", "ccrouter clear-state --yes"),
)
@click.option("--dry-run", is_flag=True, help="List what would be deleted; delete nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def command(ctx: click.Context, *, dry_run: bool, yes: bool) -> None:
    """Delete everything that ccrouter keeps: decisions, sessions, cache, backups, workspaces, changes not applied.

    Only what ccrouter writes itself goes, from the state folder and from the folder of the store when that is another
    one. Your configuration stays, and so does what others put there. A store on a server is not touched.
    """
    invocation: Invocation = ctx.obj
    settings = invocation.settings()
    home, elsewhere = places(settings)
    parts = [_part(home, home=True), *([_part(elsewhere, home=False)] if elsewhere else [])]
    count = sum(len(part.doomed) for part in parts)
    _show(parts)
    if "://" in settings.store:
        click.echo(
            f"the store at {without_credentials(settings.store)} stays: clear it with the tools of its server"
        )
    if not count:
        click.echo(f"{home}: nothing is kept there")
    elif dry_run:
        click.echo(f"would delete {count} files")
    else:
        _refuse_while_in_use(home)
        _agree(count, yes=yes)
        for part in parts:
            _delete(part, home=part.folder == home)
        click.echo(f"deleted {count} files")


def _part(folder: Path, *, home: bool) -> Part:
    """Return what would go from a folder. Refuses a link, and what cannot be ccrouter's own, whatever is configured."""
    refuse_symlink(folder)
    _check(folder)
    found = list(kept_files(folder))
    ours = [file.is_ours(home=home) for file in found]
    return Part(
        folder=folder,
        doomed=tuple(file for file, own in zip(found, ours, strict=True) if own),
        left=tuple(file for file, own in zip(found, ours, strict=True) if not own) if home else (),
    )


def _check(folder: Path) -> None:
    real = folder.resolve()
    around = (Path.home().resolve(), Path.cwd().resolve())
    if any(place == real or real in place.parents for place in around) or (real / ".git").exists():
        raise UsageError(
            what=f"{folder} is not cleared",
            why="it is, or holds, your home folder, the working folder or a repository",
            fix="set CCROUTER_HOME to a folder of its own, or delete ccrouter's files there by hand",
        )


def _show(parts: list[Part]) -> None:
    """List what goes and what stays; a workspace is one line."""
    configuration = config_paths(None, os.environ)[0].path
    for part in parts:
        sizes: dict[str, int] = {}
        for file in part.doomed:
            steps = file.path.split("/")
            whole = steps[0] == "workspaces" and len(steps) > _WORKSPACE_PARTS
            shown = "/".join(steps[:_WORKSPACE_PARTS]) + "/" if whole else file.path
            sizes[shown] = sizes.get(shown, 0) + file.size_bytes
        for path, size_bytes in sizes.items():
            click.echo(f"{size_bytes:>14,} bytes  {printable(str(part.folder / path))}")
        for file in part.left:
            mine = (part.folder / file.path).name.startswith(configuration.name)
            why = "your configuration" if mine else "not written by ccrouter"
            click.echo(f"{'':>14} stays  {printable(str(part.folder / file.path))} ({why})")


def _refuse_while_in_use(home: Path) -> None:
    from ccrouter_core.workspaces import in_use  # noqa: PLC0415 - only when it deletes

    busy = in_use(home)
    if busy:
        raise StoreLocked(
            what="nothing was deleted",
            why=f"a run is at work in {busy[0]}",
            fix="wait until it has ended, or end it; then try again",
        )


def _agree(count: int, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(what="nothing was deleted", why="nobody is there to agree", fix="pass --yes")
    click.confirm(f"Delete these {count} files?", abort=True, err=True)


def _delete(part: Part, *, home: bool) -> None:
    """Delete what is listed, then the folders that ccrouter made and that are empty."""
    from ccrouter_core.workspaces import sweep  # noqa: PLC0415 - only when it deletes

    if home:
        sweep(part.folder)  # tells the repositories that their work trees are gone
    try:
        for file in part.doomed:
            (part.folder / file.path).unlink(missing_ok=True)
        made = [part.folder / name for name in FOLDERS]
        for folder in (*made, part.folder) if home else made[:1]:
            if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
                folder.rmdir()
    except OSError as error:
        raise os_error(f"{part.folder} could not be cleared completely", error) from error
