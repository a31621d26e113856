"""What commands print: one JSON object for programs, aligned columns for people."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_GAP = "  "


def emit_json(command: str, **fields: Any) -> None:
    """Print `{"schema": "ccrouter/<command>/1", ...}` on one line of standard output.

    Args:
        command: the command's words with dashes, for example "config-show".
        fields: the other keys; dates and other types that JSON lacks are written as text.
    """
    click.echo(json.dumps({"schema": f"ccrouter/{command}/1", **fields}, default=str))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows in aligned columns below their names; on a terminal drawn by rich, which wraps what is too wide.

    Args:
        columns: the columns' names.
        rows: one value a column; None is shown as "-".
    """
    cells = [[printable("-" if value is None else str(value)) for value in row] for row in rows]
    if sys.stdout.isatty():
        _draw(columns, cells)
        return
    widths = [max(map(_width, column)) for column in zip(columns, *cells, strict=True)]
    for line in (columns, *cells):
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
        click.echo(_GAP.join(padded).rstrip())


def printable(text: str) -> str:
    """Return a text without control characters, each shown as an escape: a terminal must not obey a file's content."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _width(text: str) -> int:
    """Return the columns of a terminal that a text takes: wide East Asian letters two, combining marks none."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def _draw(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from rich.console import Console  # noqa: PLC0415 - slow to import, and only for people
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in cells:
        drawn.add_row(*map(Text, row))
    Console().print(drawn)
