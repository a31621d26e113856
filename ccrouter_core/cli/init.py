"""`ccrouter init`: the first steps on a machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccrouter_core import config
from ccrouter_core.cli.command import Command

if TYPE_CHECKING:
    from ccrouter_core.cli.invocation import Invocation

NEXT_STEPS = (
    "Next:",
    "  ccrouter doctor                                check this machine",
    '  ccrouter route "Fix the typo in README.md"     see what would take a request, for free',
    '  ccrouter run "Fix the typo in README.md"       have it done, checked and applied',
)


@click.command(
    "init",
    cls=Command,
    short_help="Write a commented configuration; first steps.",
    examples=("ccrouter init", "ccrouter init --dry-run"),
)
@click.option("--dry-run", is_flag=True, help="Print the configuration file instead of writing it.")
@click.pass_context
def command(ctx: click.Context, *, dry_run: bool) -> None:
    """Write a commented configuration file for this user, unless there is one, and say what to do next.

    Every option stands in it with its meaning and its default; all are commented out, so it changes nothing.
    """
    from ccrouter_core.cli.config import init as write_config  # noqa: PLC0415 - not when the file exists

    invocation: Invocation = ctx.obj
    path = invocation.config or config.config_paths(Path.cwd(), os.environ)[0].path
    if path.exists() and not dry_run:
        click.echo(f"{path} exists already; it is left as it is")
    else:
        ctx.invoke(write_config, project=False, dry_run=dry_run, force=False)
    if not dry_run:
        click.echo("\n".join(NEXT_STEPS))
