"""`ccrouter store`: care for the two files, or the database, that keep what ccrouter knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccrouter_core.cli.command import Group
from ccrouter_core.cli.output import emit_json
from ccrouter_core.errors import StoreError, UsageError
from ccrouter_core.files import ensure_folder

if TYPE_CHECKING:
    from ccrouter_core.cli.invocation import Invocation


@click.group(
    "store",
    cls=Group,
    short_help="Back up what is kept.",
    examples=("ccrouter store backup", "ccrouter store backup /media/usb/ccrouter"),
)
def command() -> None:
    """Care for what ccrouter keeps."""


@command.command(
    "backup", examples=("ccrouter store backup", "ccrouter store backup /media/usb/ccrouter --json")
)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--dry-run", is_flag=True, help="Say where the copy would go; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def backup(ctx: click.Context, folder: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """Write a consistent copy of everything kept into DIR, while others go on working.

    Without DIR it goes to the folder `backups` of the state folder, where `ccrouter doctor --restore` looks.
    """
    invocation: Invocation = ctx.obj
    with invocation.router() as router:
        target = folder or router.home / "backups"
        files: tuple[Path, ...] = ()
        if not dry_run:
            _make(target)
            files = router.runtime.store.backup(target)
    if as_json:
        emit_json("store-backup", folder=str(target), files=[str(file) for file in files], dry_run=dry_run)
    elif dry_run:
        click.echo(f"would write a copy of the store into {target}")
    else:
        for file in files:
            click.echo(f"{file}  {file.stat().st_size:,} bytes")


def _make(folder: Path) -> None:
    """Make the folder when it is missing. UsageError when it cannot be one: somebody named it."""
    try:
        ensure_folder(folder)
    except StoreError as error:
        raise UsageError(what=error.what, why=error.why, fix="name another folder") from error
