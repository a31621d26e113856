"""Where the text of a request comes from, and how texts of others are shown on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ccrouter_core.cli.output import printable
from ccrouter_core.errors import UsageError
from ccrouter_core.models import MAX_REQUEST_CHARS

if TYPE_CHECKING:
    from pathlib import Path

_MAX_BYTES = 4 * MAX_REQUEST_CHARS + 4  # a character takes at most four; a longer text is refused by Request
_QUOTE_CHARS = 48


def request_text(given: str | None, file: Path | None = None) -> str:
    """Return the text to treat: from the file, the argument, or standard input ("-", or nothing given).

    Raises:
        UsageError: nothing is given and standard input is a terminal, both are given, the file is a folder, or
            the text is not UTF-8.
        NotFound: there is no such file.
        StoreError: the file cannot be read.
    """
    if file is not None:
        if given is not None:
            raise UsageError(
                what="a text and a file are given",
                why="the request is one of them",
                fix="drop TEXT or --file",
            )
        if file.is_dir():
            raise UsageError(
                what=f"{printable(str(file))} cannot be read", why="it is a folder", fix="name a file in it"
            )
        from ccrouter_core.files import read_text_limited  # noqa: PLC0415 - only for a file

        return read_text_limited(file, _MAX_BYTES)
    if given is not None and given != "-":
        return given
    stream = sys.stdin.buffer
    if given is None and stream.isatty():
        raise UsageError(
            what="there is no text",
            why="no TEXT is given and nothing is piped in",
            fix='give it in quotes, for example ccrouter route "Fix the typo in intro.tex"',
        )
    try:
        return stream.read(_MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            what="standard input cannot be used",
            why=f"byte {error.start} is not valid UTF-8",
            fix="convert the text to UTF-8",
        ) from None  # the cause would show the text


def harmless(text: str) -> str:
    """Return a text of several lines without the control characters that a terminal would obey."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in lines)


def quoted(text: str) -> str:
    """Return the text in quotation marks on one line of at most 50 characters."""
    line = printable(" ".join(text.split()))
    return f"“{line if len(line) <= _QUOTE_CHARS else line[: _QUOTE_CHARS - 1] + '…'}”"


def blanked(value: Any, name: str) -> Any:
    """Return the value of an option with its secrets blanked: the password in a URL, what its name says is a secret."""
    from ccrouter_core.redact import find_secrets, redact, without_credentials  # noqa: PLC0415 - only to show values

    if isinstance(value, dict):
        return {key: blanked(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [blanked(item, name) for item in value]
    if not isinstance(value, str):
        return value
    is_address = "://" in value and not any(map(str.isspace, value))
    shown = without_credentials(value) if is_address else redact(value)
    return "[redacted]" if shown == value and find_secrets(f'{name} = "{value}"') else shown
