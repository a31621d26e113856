"""Walks the commands of a text in order and notes what each would do.

This module follows variables, aliases, pipes and redirections; what one command does is decided in `calls` (tools of the
tables), `strangers` (everything else) and `texts` (code in other languages).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..patterns import regex
from . import tools
from .effects import DESTRUCTIVE, READ, RUN, UNKNOWN, WRITE, Finding, Payload
from .shell import Command, Redirect, Script, Word
from .shell_words import WRAPPERS, Field, assigned, expand, fed_to, printed_by, text_of, unwrapped
from .sql import is_sql
from .tools.files import is_device

# Commands inside commands inside commands: deeper than this nobody writes in good faith.
MAX_DEPTH = 6
MAX_WRAPPERS = 24
# An alias or a variable can name itself many times over: of the texts that a source would run so much is followed, in
# characters for each character of the source, at least `_LEAST`; each text counts as `_SHORTEST` characters or more.
_REPEATS = 4
_LEAST = 20_000
_SHORTEST = 10

ASSIGNMENT = regex(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)

_INIT_SCRIPT = regex(r"/(?:init|rc)\.d/[^/]+$")
_TESTS = frozenset(("[", "[["))
_SILENT = frozenset((":", "true", "false"))
_NOWHERE = regex(r"/dev/(?:null|stdout|stderr|stdin|tty|fd/\d+)|NUL|\$null|[\d-]", re.IGNORECASE)
_SQL_WORDS = frozenset(
    "select insert update delete drop truncate alter create grant revoke with merge replace vacuum explain begin commit "
    "rollback show describe call exec execute use set copy match do start purge reset shutdown flush detach attach".split()
)
_SQL_LOOK = 6_000
_SOURCE_WORDS = 12
_OUT = frozenset((">", ">>", ">|", "&>", "&>>", "<>", ">&"))
_KEPT = 20_000  # characters of a written file that are kept to be judged when it runs
_READERS = frozenset(
    "cat grep egrep fgrep rg sed awk gawk sort uniq cut tr head tail tac nl jq yq rev fold fmt column iconv paste comm diff "
    "join shuf tee xmllint perl python python3 ruby node black prettier cpp m4 envsubst base64 xxd strings nkf pandoc".split()
)
_ECHO_FLAGS = regex(r"-[neE]+")


class Feed(NamedTuple):
    """What stands on a command's standard input: a text, a file, or (neither) the output of something not known.

    `source` holds the words of the command that prints what is not known: `sqlflush`, `generate-drop`.
    """

    text: str | None
    is_file: bool = False
    source: tuple[str, ...] = ()


class Walk:
    """One walk over one source. The results are `findings`, `known`, `writes` and `reads`."""

    def __init__(self, length: int) -> None:
        """Start with nothing known and nothing found; `length` is that of the source in characters."""
        self.findings: list[Finding] = []
        self.known = True
        self.writes: list[str] = []
        self.reads: list[str] = []
        self.lenient = False  # the text is of another language: a word that is no tool says nothing
        self.values: dict[str, str | None] = {}
        self.aliases: dict[str, str] = {}
        self.files: dict[
            str, str | None
        ] = {}  # what this text writes: the content, None when it is not known
        self._functions: set[str] = set()
        self._depth = 0
        self._wrappers = 0
        self._budget = max(_LEAST, _REPEATS * length)
        self._span: tuple[int, int] | None = None  # where the payload that is walked now stands in the source

    def note(
        self, effect: str, reason: str, tool: str, span: tuple[int, int], *, grave: bool = False
    ) -> None:
        """Add a finding; `grave` counts for losses only."""
        start, end = self._span or span
        self.findings.append(Finding(effect, reason, tool, start, end, grave and effect == DESTRUCTIVE))

    def payload(self, payload: Payload, span: tuple[int, int]) -> None:
        """Judge a text that a command would run; what is found is shown at `span`."""
        from .texts import judge_text

        self._budget -= max(_SHORTEST, len(payload.text))
        if self._depth >= MAX_DEPTH or self._budget < 0 or payload.language == "unknown":
            self.note(UNKNOWN, "runs text that is not known", "", span)
            return
        outer = self._span
        self._span = outer or span
        self._depth += 1
        judge_text(self, payload, span)
        self._depth -= 1
        self._span = outer

    def content_of(self, path: str) -> str | None:
        """Return what this text wrote to `path` before, or None when it did not or that is not known."""
        return self.files.get(path.removeprefix("./"))

    # -- scripts -----------------------------------------------------------------------------------------------

    def script(self, script: Script, source: str) -> None:
        """Judge every command of `script`, in order; `source` is the text that it was read from."""
        self._functions |= script.functions
        for command in script.commands:
            self._command(command, source)
        if not script.sound:
            self.note(UNKNOWN, "the text is not complete", "", (0, len(source)))

    def _command(self, command: Command, source: str) -> None:
        """Judge one command: first what is inside its words, then the command, then where its output goes."""
        for word in _all_words(command):
            for part in word.parts:
                for inner in part.script.commands if part.script is not None else ():
                    self._command(inner, source)
        if command.function and command.pipe and _is_bomb(command):
            span = (command.start, command.end)
            self.note(DESTRUCTIVE, "a function that starts itself without end", "", span, grave=True)
        self._settings(command)
        if not command.words:
            self.values.update(assigned(command.assigns, self.values))
            self._redirects(command, [], None)
            return
        fields = [field for word in command.words for field in expand(word, self.values)]
        feed = self._feed(command)
        if fields:
            start = command.words[0].start
            if fields[0].text.lower() in _SQL_WORDS and is_sql(source[start : start + _SQL_LOOK]):
                self.payload(Payload("sql", source[start : command.end]), (start, command.end))
            else:
                self.fields(fields, feed)
        self._redirects(command, fields, feed)

    def _settings(self, command: Command) -> None:
        """Judge the variables that are set for `command`: some hold programs."""
        from .programs import judge_setting

        for name, word in command.assigns:
            value = text_of(word, self.values)
            if value:
                judge_setting(self, name, value, (word.start, word.end), alone=not command.words)

    def _feed(self, command: Command) -> Feed | None:
        """Return what stands on the standard input of `command`."""
        for redirect in command.redirects:
            if redirect.operator == "<":
                name = redirect.target.literal or ""
                if name.removeprefix("./") in self.files:
                    return Feed(self.content_of(name))
                return Feed("") if name == "/dev/null" else Feed(None, is_file=not name.startswith("<("))
        fed = any(redirect.operator in ("<<", "<<<") for redirect in command.redirects)
        if not fed and command.pipe is None:
            return None
        words = command.pipe.words[:_SOURCE_WORDS] if command.pipe is not None else []
        return Feed(fed_to(command, self.values), source=tuple(word.literal or "" for word in words))

    def _redirects(self, command: Command, fields: Sequence[Field], feed: Feed | None) -> None:
        """Note the files that redirections write and read."""
        empty = bool(command.redirects) and _prints_nothing(fields, feed)
        for redirect in command.redirects:
            for field in () if redirect.operator in ("<<", "<<<") else expand(redirect.target, self.values):
                if redirect.operator == "<":
                    self.reads.append(field.text)
                elif redirect.operator in _OUT and field.text:
                    self._written(command, redirect, field.text, empty=empty)

    def _written(self, command: Command, redirect: Redirect, path: str, *, empty: bool) -> None:
        """Note the file that a redirection writes; without output it is emptied."""
        if _NOWHERE.fullmatch(path):
            return
        span = (command.start, command.end)
        if is_device(path):
            self.note(DESTRUCTIVE, f"> {path} overwrites a device", ">", span, grave=True)
            return
        self.writes.append(path)
        truncates = redirect.operator in (">", ">|", "&>")
        self.keep(path, printed_by(command, self.values), append=not truncates)
        if path == "/proc/sysrq-trigger":
            self.note(DESTRUCTIVE, "> /proc/sysrq-trigger orders the kernel to stop", ">", span, grave=True)
        elif truncates and not command.tail and (empty or _reads_itself(command, path)):
            self.note(DESTRUCTIVE, f"> {path} empties the file", ">", span)
        else:
            self.note(WRITE, f"writes {path}", ">", span)

    def keep(self, path: str, content: str | None, *, append: bool = False) -> None:
        """Remember what this text writes to `path`: it may run it later."""
        name = path.removeprefix("./")
        if append and content is not None and name in self.files:
            before = self.files[name]
            content = None if before is None else before + content
        self.files[name] = content if content is None or len(content) <= _KEPT else None

    # -- one command -------------------------------------------------------------------------------------------

    def fields(self, fields: Sequence[Field], feed: Feed | None) -> None:
        """Judge one command given as words; `fields` is not empty."""
        from .strangers import judge_stranger

        first = fields[0]
        base = first.text.rpartition("/")[2].lstrip("{(")
        name = base.lower().removesuffix(".exe")
        if first.hole > len(first.text) - len(base) or first.text == "{}":
            self.known = False
            self.note(UNKNOWN, "the name of the command is not known", first.text, span_of(fields))
        elif base in self.aliases:
            text = " ".join([self.aliases[base], *(quoted(field.text) for field in fields[1:])])
            self.payload(Payload("shell", text), span_of(fields))
        elif name[:1] == "-":
            self.known = False
            self.note(UNKNOWN, "options without their command", first.text, span_of(fields))
        elif not name or base in self._functions:
            self.note(RUN, "runs a function of the text", base, span_of(fields))
        elif name in _TESTS:
            self.note(READ, "a test", name, span_of(fields))
        elif _INIT_SCRIPT.search(first.text):
            self._call("service", [first._replace(text="service"), *fields], feed, shouted=False)
        elif tools.find(name) is None:
            judge_stranger(self, fields, feed)
        else:
            self._wrappers += 1
            self._call(name, fields, feed, shouted=_shouted(base, fields))
            self._wrappers -= 1

    def _call(self, name: str, fields: Sequence[Field], feed: Feed | None, *, shouted: bool) -> None:
        """Judge the call of a tool; `GIT CLEAN -FDX` once more in lower case, of which only a loss counts."""
        from .calls import judge_call

        if self._wrappers > MAX_WRAPPERS:
            self.note(UNKNOWN, "too many wrappers around a command", name, span_of(fields))
            return
        judge_call(self, name, fields, feed)
        if not shouted:
            return
        second = Walk(0)
        second._depth, second._wrappers, second._budget = self._depth, self._wrappers, self._budget
        second.values = self.values
        judge_call(second, name, [field._replace(text=field.text.lower()) for field in fields], feed)
        self._budget = second._budget
        for finding in second.findings:
            if finding.effect == DESTRUCTIVE:
                self.note(finding.effect, finding.reason, finding.tool, span_of(fields), grave=finding.grave)


def span_of(fields: Sequence[Field]) -> tuple[int, int]:
    """Return the span from the first to the last of `fields`."""
    return (fields[0].start, max(field.end for field in fields)) if fields else (0, 0)


def quoted(word: str) -> str:
    """Return `word` so that a shell reads it as one word."""
    return word if re.fullmatch(r"[\w@%+=:,./~$-]+", word) else "'" + word.replace("'", "'\\''") + "'"


def is_path(text: str) -> bool:
    """Tell whether an operand looks like a file, not like a name, a number or an address."""
    return ("/" in text or "." in text or text.startswith("~")) and not text.startswith(
        ("http://", "https://")
    )


def _all_words(command: Command) -> list[Word]:
    assigned_words = [word for _, word in command.assigns]
    return [*assigned_words, *command.words, *(redirect.target for redirect in command.redirects)]


def _is_bomb(command: Command) -> bool:
    """A function that pipes itself into itself: `:(){ :|:& };:`."""
    names = [one.words[0].literal for one in (command, command.pipe) if one and one.words]
    return names == [command.function] * 2


def _shouted(base: str, fields: Sequence[Field]) -> bool:
    """Tell whether the name of the tool or of its sub-command is not in lower case."""
    second = fields[1].text if len(fields) > 1 else ""
    return base != base.lower() or (second.isalpha() and second != second.lower())


def _reads_itself(command: Command, path: str) -> bool:
    """Tell whether a pipeline reads the file that it writes: the shell empties that before anything is read."""
    name = path.removeprefix("./")
    step: Command | None = command
    while step is not None:
        words = [(word.literal or "").removeprefix("./") for word in step.words]
        tool = next(
            (one for one in (word.rpartition("/")[2].lower() for word in words) if one not in WRAPPERS), ""
        )
        if tool in _READERS and name in words[1:]:
            return True
        inputs = [one.target.literal or "" for one in step.redirects if one.operator == "<"]
        if name in (one.removeprefix("./") for one in inputs):
            return True
        step = step.pipe
    return False


def _prints_nothing(fields: Sequence[Field], feed: Feed | None) -> bool:
    """Tell whether a command leaves an empty file where its output goes."""
    if not fields:
        return feed is None or feed.text == ""
    name, *words = unwrapped(fields) or [":"]
    arguments = [word for word in words if not _ECHO_FLAGS.fullmatch(word)]
    if name in _SILENT:
        return True
    if name in ("echo", "printf"):
        return not any(argument.strip() for argument in arguments)
    if name == "cat" and not arguments:
        return feed is not None and feed.text == ""
    return name in ("cat", "cp", "dd") and arguments == ["/dev/null"]
