"""The command judge: what would running this text do?

A command is judged by what it is made of (tool, sub-command, options, operands), never by what it looks like. Wrappers
are looked through, quoting and disguise are undone, text that is only data is left alone. What cannot be resolved is
"unknown", and the caller never routes that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..normalise import normalise
from ..patterns import regex
from . import tools
from .command_text import OPENERS, commands_in, looks_like_command
from .effects import DESTRUCTIVE, READ, UNKNOWN, Payload, worst
from .sql import is_sql

if TYPE_CHECKING:
    from .shell import Script
    from .walk import Walk

__all__ = ["Judgement", "commands_in", "judge", "looks_like_command"]


class Judgement(NamedTuple):
    """What running a text would do."""

    effect: str  # read | run (builds, tests, starts) | write (can be undone or adds) | destructive | unknown
    known: bool  # every command is a tool of the tables or the path of a script
    tool: str  # the tool that decided, with its sub-command: "git push"
    reason: str  # one clause
    start: int  # the span of the decisive part in the source
    end: int
    writes: tuple[str, ...]  # paths that would be created, changed or deleted
    reads: tuple[str, ...]
    grave: bool  # whole devices, production, accounts, infrastructure that does not come back


_PROMPT = regex(r"\s*(?:[$%]|>>>|PS [^>\n]{0,80}>|[\w.-]{1,40}@[\w.-]{1,40}:[^$#\n]{0,80}[$#])\s+")
_PYTHON = regex(r"\s*(?:import\s+[\w., ]+(?:;|\n|$)|from\s+[\w.]+\s+import\s)")
_MONGO = regex(r"\s*(?:use\s+[\w-]+\s*[;\n]\s*)?(?:db|sh|rs)(?:\.[\w.$]{1,200}\(|\[)")
_CALL = regex(
    r"\s*(?!\$\()(?:await\s+|new\s+)?[A-Za-z_$][\w$]*(?:(?:\.|::|->)[\w$]+|\([^()]{0,200}\)){0,8}\((?!\s*\)\s*\{)"
)
_STATEMENT = regex(r"\s*(?:const|let|var)\s+[\w${},\s]{1,80}=|\s*\$[\w.]+\s*=\s*[^=\s]|\s*\[[\w.]+\]::\w+\(")


def judge(source: str) -> Judgement:
    """Judge what running `source` would do.

    Args:
        source: Shell text of any length; also one statement of SQL, PowerShell, Python, JavaScript, Ruby or the mongo
            shell. It need not be normalised.

    Returns:
        The judgement of the worst command in it, with spans in `source`. Total on any string, linear time, no side
        effects. An empty text reads nothing.
    """
    normal = normalise(source)
    text = normal.text
    prompt = _PROMPT.match(text)
    skip = prompt.end() if prompt else 0
    opener = OPENERS.match(text, skip)
    walk = _walk(text, opener.end() if opener else skip)
    if opener and tools.find(text[skip:].split(maxsplit=1)[0].lower()) is not None:
        # "just" is also a tool: what it would lose counts.
        second = _walk(text, skip)
        walk.findings += [one for one in second.findings if one.effect == DESTRUCTIVE]
    if not walk.findings:
        return Judgement(
            READ,
            walk.known,
            "",
            "nothing to run",
            0,
            0,
            _unique(walk.writes),
            _unique(walk.reads),
            grave=False,
        )
    finding = worst(walk.findings)
    start = min(max(finding.start, 0), len(text))
    end = min(max(finding.end, start), len(text))
    return Judgement(
        finding.effect,
        walk.known,
        finding.tool,
        finding.reason,
        normal.offsets[start],
        normal.offsets[end],
        _unique(walk.writes),
        _unique(walk.reads),
        any(one.grave for one in walk.findings if one.effect == DESTRUCTIVE),
    )


def _walk(text: str, skip: int) -> Walk:
    """Walk `text` in every language that it may be written in."""
    from .shell import parse  # most requests hold no command, and need neither
    from .walk import Walk

    body = " " * skip + text[skip:]
    walk = Walk(len(text))
    language = _language(body)
    if language:
        walk.payload(Payload(language, body), (skip, len(body)))
        walk.lenient = True
    script = parse(body)
    before = len(walk.findings)
    known = walk.known
    walk.script(script, body)
    if language:
        # The text is no shell text: of the second reading only a loss counts.
        walk.findings[before:] = [one for one in walk.findings[before:] if one.effect == DESTRUCTIVE]
        walk.known = known
    elif not script.sound or any(one.effect == UNKNOWN for one in walk.findings):
        _confirm(walk, body)
    return walk


def _confirm(walk: Walk, body: str) -> None:
    """Read the text a second time with the full grammar, when that is installed: a loss that it finds counts."""
    from .shell_tree import parse_tree
    from .walk import Walk

    script: Script | None = parse_tree(body)
    if script is None:
        return
    second = Walk(len(body))
    second.script(script, body)
    walk.findings += [one for one in second.findings if one.effect == DESTRUCTIVE]


def _language(text: str) -> str:
    """Return the language of a text that is not shell text, or ""."""
    if is_sql(text):
        return "sql"
    if _MONGO.match(text):
        return "mongo"
    if _PYTHON.match(text):
        return "python"
    if _CALL.match(text):
        return "code"
    return "js" if _STATEMENT.match(text) else ""


def _unique(paths: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(path for path in paths if path))
