"""Reading files of one JSON object a line, as a stream, without trusting any line."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ccrouter_core.cli.output import printable
from ccrouter_core.errors import NotFound, UsageError
from ccrouter_core.models import Request

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

MAX_LINE_BYTES = 2_000_000  # a text of 100,000 characters, each escaped, with its file names


@contextlib.contextmanager
def opened(name: str) -> Iterator[IO[bytes]]:
    """Open a file for reading; "-" is standard input.

    Raises:
        NotFound: there is no such file.
        UsageError: it is a folder.
        StoreError: it cannot be read.
    """
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 - closed below, where its user cannot be blamed for the opening
    except FileNotFoundError:
        raise NotFound(
            what=f"{name} does not exist", why="no file has that name", fix="check the path"
        ) from None
    except IsADirectoryError:
        raise UsageError(
            what=f"{printable(name)} cannot be read", why="it is a folder", fix="name a file in it"
        ) from None
    except OSError as error:
        from ccrouter_core.files import os_error  # noqa: PLC0415 - rare

        raise os_error(f"cannot read {name}", error) from error
    with stream:
        yield stream


def read_lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield (number from 1, line) of the lines that are not blank.

    Of an over-long line the first MAX_LINE_BYTES + 1 bytes are yielded and the rest is passed over, so that no
    line can fill the memory; `json_object` refuses it.
    """
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE_BYTES)
        if line.strip():
            yield number, line


def json_object(line: bytes, keys: Collection[str]) -> dict[str, Any]:
    """Return the JSON object on a line.

    Raises:
        UsageError: it is over-long, not a JSON object, or has other keys than the ones given.
    """
    if len(line) > MAX_LINE_BYTES:
        raise bad_line(f"it is longer than {MAX_LINE_BYTES:,} bytes", keys)
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise bad_line(f"it is not JSON: {error}", keys) from None  # the cause would show the text
    if not isinstance(fields, dict):
        raise bad_line(f"it is a JSON {type(fields).__name__}, not an object", keys)
    unknown = ", ".join(sorted(set(fields) - set(keys)))
    if unknown:
        raise bad_line(f"it has no meaning for the key {unknown[:80]}", keys)
    return fields


def request_of(fields: Mapping[str, Any], keys: Collection[str], session: str | None = None) -> Request:
    """Return the request that the fields of a line describe; without "cwd" it stands in the working folder.

    Raises:
        UsageError: text, cwd or files are of a wrong type, or cannot be used.
    """
    cwd, files = fields.get("cwd"), fields.get("files") or []
    if not isinstance(cwd, (str, type(None))):
        raise bad_line("cwd is not a string", keys)
    if not isinstance(files, list) or not all(isinstance(name, str) for name in files):
        raise bad_line("files is not a list of strings", keys)
    text: Any = fields.get("text")  # Request checks its type
    return Request(text=text, cwd=cwd or str(Path.cwd()), files=tuple(files), session=session)


def bad_line(why: str, keys: Collection[str]) -> UsageError:
    """Return the error for a line that cannot be used."""
    return UsageError(
        what="this line cannot be used",
        why=why,
        fix=f"write one JSON object a line, with keys of: {', '.join(keys)}",
    )
