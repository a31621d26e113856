"""`ccrouter plugins new`: a whole third-party domain to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccrouter_core.cli.command import Command
from ccrouter_core.cli.output import emit_json
from ccrouter_core.errors import RouterError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccrouter_core.cli.invocation import Invocation

_CONFLICT = 5
_FILE_MODE = 0o644  # source code, which others are to read


@click.command(
    "new",
    cls=Command,
    short_help="Write a domain to begin with.",
    examples=("ccrouter plugins new sql", "ccrouter plugins new sql --dir ~/work --dry-run"),
)
@click.argument("name")
@click.option(
    "--dir",
    "parent",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Make the folder ccrouter-NAME in here.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be written; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def new(invocation: Invocation, /, name: str, *, parent: Path, dry_run: bool, as_json: bool) -> None:
    """Write a whole domain NAME: a pyproject.toml, a module of one class, and a test that passes as it is.

    NAME is one lower-case word; it names the distribution, the import, the entry point, the table, the class and the
    signals. Nothing is overwritten: exit code 5 when the folder ccrouter-NAME is there and not empty.
    """
    from ccrouter_core.kit import skeleton  # noqa: PLC0415 - slow, and only this command needs it
    from ccrouter_core.registry import discover  # noqa: PLC0415

    skeleton.check_name(name, discover(invocation.settings().home))
    folder = parent / f"ccrouter-{name.replace('_', '-')}"
    _refuse_existing(folder)
    written = {folder / place: text for place, text in skeleton.files(name).items()}
    if not dry_run:
        _write(written)
    if as_json:
        emit_json("plugins-new", folder=str(folder), files=[str(path) for path in written], dry_run=dry_run)
        return
    for path in written:
        click.echo(f"{'would write' if dry_run else 'wrote'} {path}")
    click.echo(f"next: pip install -e {folder}; pytest {folder}; ccrouter plugins check {name}")


def _refuse_existing(folder: Path) -> None:
    try:
        taken = folder.is_symlink() or not folder.is_dir() if _exists(folder) else False
        taken = taken or (_exists(folder) and any(folder.iterdir()))
    except OSError as error:
        raise UsageError(
            what=f"{folder} cannot be used", why=error.strerror or str(error), fix="name another --dir"
        ) from error
    if taken:
        refusal = RouterError(
            what=f"{folder} exists",
            why="what is there would be overwritten",
            fix="choose another name or --dir",
        )
        refusal.exit_code = _CONFLICT
        raise refusal


def _exists(folder: Path) -> bool:
    return folder.is_symlink() or folder.exists()


def _write(texts: Mapping[Path, str]) -> None:
    """Write new files and their folders; one that appeared meanwhile is not overwritten."""
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
            path.chmod(_FILE_MODE)
        except OSError as error:
            raise UsageError(
                what=f"{path} cannot be written", why=error.strerror or str(error), fix="name another --dir"
            ) from error
