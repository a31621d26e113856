"""Judges text that a command would run: shell, SQL, program code, the lines typed at a client."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from ..patterns import regex
from .code import judge_code
from .effects import DESTRUCTIVE, RUN, UNKNOWN, WRITE, Payload
from .shell import parse
from .shell_words import Field
from .sql import is_sql, judge_sql

if TYPE_CHECKING:
    from .walk import Walk

Span = tuple[int, int]

PRODUCTION = regex(r"(?<![a-z])(?:prod|production|prd)(?![a-z])", re.IGNORECASE)

_QUOTED = regex(r"\"((?:[^\"\\]|\\.)*)\"|'([^']*)'")
_LINE = regex(r"[\n;]|\\[rn]")
_EX = regex(r"[\n|]")
_EX_SHELL = regex(r"[\s:]*(?:silent\s+|w\s+|r\s+|[%\d,$.]+)?!")
_EX_EMPTIES = regex(r"[\s:]*(?:(?:%|[01]?,\$)d|g/[.^]?/d|call\s+delete\()")
_FTP_LOSES = frozenset(("rm", "mrm", "del", "delete", "mdel", "mdelete", "rmdir"))
_SENT_LOSES = frozenset(("flush_all", "delete", "shutdown"))


def judge_text(walk: Walk, payload: Payload, span: Span) -> None:
    """Note in `walk` what running `payload` would do; `span` is where it stands."""
    language, text = payload
    if language == "query":
        language = "sql" if is_sql(text) else "python"
    if language == "shell":
        walk.script(parse(text), text)
    elif language in ("sql", "maybe"):
        if language == "sql" or is_sql(text):
            _statements(walk, text, span)
    elif language == "utf16":
        _encoded(walk, text, span)
    elif language in ("redis", "line", "ftp"):
        for line in _LINE.split(text):
            if line.strip():
                _line(walk, language, line.split(), span)
    elif language == "ex":
        _editor(walk, text, span)
    elif language == "commands":
        for match in _QUOTED.finditer(text):
            walk.payload(Payload("shell", match.group(1) or match.group(2) or ""), span)
    else:
        _code(walk, text, language, span)


def _statements(walk: Walk, text: str, span: Span) -> None:
    verdict = judge_sql(text)
    grave = verdict.grave or PRODUCTION.search(text) is not None
    walk.note(verdict.effect, verdict.reason, "sql", span, grave=grave)
    for inner in verdict.payloads:
        walk.payload(inner, span)


def _code(walk: Walk, text: str, language: str, span: Span) -> None:
    verdict = judge_code(text, language)
    walk.note(verdict.effect, verdict.reason, language, span, grave=PRODUCTION.search(text) is not None)
    walk.writes += verdict.writes
    for path in verdict.writes:
        walk.keep(path, None)
    walk.reads += verdict.reads
    for inner in verdict.payloads:
        walk.payload(inner, span)


def _encoded(walk: Walk, text: str, span: Span) -> None:
    """Judge what `powershell -EncodedCommand` gets: base64 of UTF-16."""
    try:
        plain = base64.b64decode(text, validate=False).decode("utf-16-le")
    except (binascii.Error, UnicodeDecodeError):
        walk.note(UNKNOWN, "runs encoded text that cannot be read", "", span)
        return
    if not plain.strip():
        walk.note(UNKNOWN, "runs encoded text that cannot be read", "", span)
    walk.payload(Payload("shell", plain), span)


def _editor(walk: Walk, text: str, span: Span) -> None:
    """Judge the commands of a line editor: every line deleted, or a shell command."""
    for line in _EX.split(text):
        shell = line.partition("!")[2] if _EX_SHELL.match(line) else ""
        if shell:
            walk.payload(Payload("shell", shell), span)
        elif _EX_EMPTIES.match(line):
            walk.note(DESTRUCTIVE, "deletes every line of the file", "ex", span)


def _line(walk: Walk, language: str, words: list[str], span: Span) -> None:
    """Judge a line typed at a client: its first word is the command."""
    from .calls import judge_call

    verb = words[0].lower()
    if language == "ftp":
        loses = verb in _FTP_LOSES or "--delete" in words
        walk.note(DESTRUCTIVE if loses else WRITE, f"{verb[:40]} is sent to a file server", "ftp", span)
    elif language == "line" and verb in _SENT_LOSES:
        walk.note(DESTRUCTIVE, f"{verb} is sent to a server", "nc", span)
    elif language == "redis" or verb.startswith("flush"):
        judge_call(walk, "redis-cli", [Field(word, *span) for word in ("redis-cli", *words)], None)
    else:
        walk.note(RUN, "sends a line to a server", "nc", span)
