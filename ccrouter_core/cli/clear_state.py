"""`ccrouter clear-state`: forget everything."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccrouter_core.cli.command import Command
from ccrouter_core.cli.inspect import kept_files
from ccrouter_core.config import config_paths
from ccrouter_core.errors import UsageError
from ccrouter_core.files import os_error
from ccrouter_core.runtime import default_home

if TYPE_CHECKING:
    from ccrouter_core.cli.invocation import Invocation

_SHOWN = 20


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
    """Delete everything in the state folder: queue, history, sessions, cache, backups, and the folder itself.

    Your configuration file stays, also when it lies in that folder. A store on a server is not touched.
    """
    invocation: Invocation = ctx.obj
    home = invocation.settings().home or default_home()
    _check(home)
    configuration = config_paths(None, os.environ)[0].path
    doomed = [file for file in kept_files(home) if home / file.path != configuration]
    if not doomed:
        click.echo(f"{home}: nothing is kept there")
        return
    for file in doomed[:_SHOWN]:
        click.echo(f"{file.size_bytes:>14,} bytes  {file.path}")
    if len(doomed) > _SHOWN:
        click.echo(f"{'':>14}        and {len(doomed) - _SHOWN} more")
    if dry_run:
        click.echo(f"would delete {len(doomed)} files in {home}")
        return
    _agree(len(doomed), home, yes=yes)
    _delete(home, configuration)
    click.echo(f"deleted {len(doomed)} files in {home}")


def _check(home: Path) -> None:
    """Refuse a folder that cannot be ccrouter's own, whatever CCROUTER_HOME says."""
    real = home.resolve()
    around = (Path.home().resolve(), Path.cwd().resolve())
    if any(place == real or real in place.parents for place in around) or (real / ".git").exists():
        raise UsageError(
            what=f"{home} is not cleared",
            why="it is, or holds, your home folder, the working folder or a repository",
            fix="set CCROUTER_HOME to a folder of its own, or delete ccrouter's files there by hand",
        )


def _agree(count: int, home: Path, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(what="nothing was deleted", why="nobody is there to agree", fix="pass --yes")
    click.confirm(f"Delete these {count} files in {home}?", abort=True, err=True)


def _delete(home: Path, configuration: Path) -> None:
    """Delete the folder's content but the configuration, and the folder when it is empty then."""
    from ccrouter_core.workspaces import sweep  # noqa: PLC0415 - only when it deletes

    sweep(home)  # tells the repositories that their work trees are gone
    try:
        for entry in home.iterdir():
            if entry == configuration:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        if not any(home.iterdir()):
            home.rmdir()
    except OSError as error:
        raise os_error(f"{home} could not be cleared completely", error) from error
