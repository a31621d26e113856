"""Walks the commands of a text, looks through what wraps them, and notes what each would do."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from typing import NamedTuple

from . import tools
from .code import judge_code
from .effects import DESTRUCTIVE, READ, RUN, UNKNOWN, WRITE, Finding, Payload, weight
from .shell import OPAQUE, Command, Script, Word, parse
from .shell_words import Field, assigned, expand, fed_to, output, text_of
from .sql import is_sql, judge_sql
from .tools import Rule, Tool
from .tools.arguments import Arguments
from .tools.files import is_device
from .tools.powershell import cmdlet_effect
from .tools.verbs import effect_by_verb, name_destroys

# Commands inside commands inside commands: deeper than this nobody writes in good faith.
MAX_DEPTH = 6

_TESTS = frozenset(("[", "[["))
_SILENT = frozenset((":", "true", "false"))
_NOWHERE = re.compile(r"/dev/(?:null|stdout|stderr|stdin|tty|fd/\d+)|NUL|\$null|[\d-]", re.IGNORECASE)
_SCRIPT = re.compile(
    r".*\.(?:sh|bash|zsh|py|rb|pl|js|ts|mjs|php|ps1|bat|cmd|r|jl|lua|run|bin|AppImage)$", re.IGNORECASE
)
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_PRODUCTION = re.compile(r"(?<![a-z])(?:prod|production|prd)(?![a-z])", re.IGNORECASE)
_WHOLE = frozenset(
    "project projects account accounts organization organizations organisation subscription subscriptions tenant tenants "
    "cluster clusters".split()
)
_DRY = (
    "--dry-run",
    "--dryrun",
    "--dry_run",
    "--simulate",
    "--what-if",
    "--whatif",
    "--noop",
    "--no-op",
    "-whatif",
)
_DRY_SINGLE = ("-dry-run", "-dryrun", "-whatif", "-noop")
_SQL_WORDS = frozenset(
    "select insert update delete drop truncate alter create grant revoke with merge replace vacuum explain begin commit "
    "rollback show describe call exec execute use set copy match do start purge reset shutdown flush detach attach".split()
)
_CODE_BLOCK = re.compile(r"\{([^{}]*)\}")
_MAX_SOURCE = 12
_GENERATES_LOSS = re.compile(r"drop|flush|delete|truncate|destroy|wipe|purge|cleanup|teardown", re.IGNORECASE)
_STDIN = frozenset(("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"))
_UNSEEN = Field("$x", 0, 0, 2)


class Feed(NamedTuple):
    """What stands on a command's standard input: a text, a file, or (neither) the output of something not known.

    `source` holds the words of the command that prints what is not known: `sqlflush`, `generate-drop`.
    """

    text: str | None
    is_file: bool = False
    source: tuple[str, ...] = ()


class Walk:
    """One walk over one source; the results are in its attributes."""

    def __init__(self) -> None:
        """Start with nothing known and nothing found."""
        self.findings: list[Finding] = []
        self.known = True
        self.writes: list[str] = []
        self.reads: list[str] = []
        self.lenient = False  # the text is of another language: words that are no tools do not count
        self._values: dict[str, str | None] = {}
        self._aliases: dict[str, str] = {}
        self._functions: set[str] = set()
        self._depth = 0
        self._span: tuple[int, int] | None = None  # where the payload stands that is walked now

    # -- texts -------------------------------------------------------------------------------------------------

    def payload(self, payload: Payload, span: tuple[int, int]) -> None:
        """Judge a text that a command would run; what is found is shown at `span`."""
        if self._depth >= MAX_DEPTH or payload.language == "unknown":
            self._note(UNKNOWN, "runs text that is not known", "", span)
            return
        outer = self._span
        self._span = outer or span
        self._depth += 1
        self._in_language(payload.language, payload.text, span)
        self._depth -= 1
        self._span = outer

    def _in_language(self, language: str, text: str, span: tuple[int, int]) -> None:
        if language == "shell":
            self.script(parse(text), text)
        elif language == "sql" or (language == "maybe" and is_sql(text)):
            verdict = judge_sql(text)
            grave = verdict.grave or bool(_PRODUCTION.search(text))
            self._note(verdict.effect, verdict.reason, "sql", span, grave=grave)
            for inner in verdict.payloads:
                self.payload(inner, span)
        elif language == "utf16":
            self._encoded(text, span)
        elif language in ("redis", "line", "ftp"):
            self._lines(language, text, span)
        elif language == "commands":
            for quoted in re.findall(r"\"((?:[^\"\\]|\\.)*)\"|'([^']*)'", text):
                self.payload(Payload("shell", quoted[0] or quoted[1]), span)
        elif language != "maybe":
            self._code(text, language, span)

    def _code(self, text: str, language: str, span: tuple[int, int]) -> None:
        verdict = judge_code(text, language)
        self._note(verdict.effect, verdict.reason, language, span, grave=bool(_PRODUCTION.search(text)))
        self.writes += verdict.writes
        self.reads += verdict.reads
        for inner in verdict.payloads:
            self.payload(inner, span)

    def _encoded(self, text: str, span: tuple[int, int]) -> None:
        try:
            plain = base64.b64decode(text, validate=False).decode("utf-16-le")
        except (binascii.Error, UnicodeDecodeError):
            self._note(UNKNOWN, "runs encoded text that cannot be read", "", span)
            return
        self.payload(Payload("shell", plain), span)

    def _lines(self, language: str, text: str, span: tuple[int, int]) -> None:
        """Judge the lines typed at a client: the first word is the command."""
        for line in re.split(r"[\n;]|\\[rn]", text):
            words = line.split()
            if not words:
                continue
            if language == "ftp":
                loses = (
                    words[0].lower() in ("rm", "mrm", "del", "delete", "mdel", "mdelete", "rmdir")
                    or "--delete" in words
                )
                self._note(DESTRUCTIVE if loses else WRITE, "the transfer commands", "ftp", span)
            elif words[0].lower() in ("flush_all", "delete", "quit", "shutdown") and language == "line":
                loses = words[0].lower() != "quit"
                self._note(DESTRUCTIVE if loses else RUN, f"{words[0]} is sent to a server", "nc", span)
            else:
                fields = [Field(word, *span) for word in ("redis-cli", *words)]
                self._tool(tools.find("redis-cli"), fields, None)

    # -- commands ----------------------------------------------------------------------------------------------

    def script(self, script: Script, source: str) -> None:
        """Judge every command of `script`, in order; `source` is the text that it was read from."""
        self._functions |= script.functions
        for command in script.commands:
            self._command(command, source)
            if command.function and command.pipe and self._is_bomb(command):
                self._note(
                    DESTRUCTIVE,
                    "a function that starts itself without end",
                    "",
                    (command.start, command.end),
                    grave=True,
                )
        if not script.sound:
            self._note(UNKNOWN, "the text is not complete", "", (0, len(source)))

    def _is_bomb(self, command: Command) -> bool:
        """A function that pipes itself into itself."""
        names = [word.words[0].literal for word in (command, command.pipe) if word and word.words]
        return names == [command.function] * 2

    def _command(self, command: Command, source: str) -> None:
        words = [
            *command.words,
            *(word for _, word in command.assigns),
            *(one.target for one in command.redirects),
        ]
        for word in words:
            self._substitutions(word, source)
        if not command.words:
            self._values.update(assigned(command.assigns, self._values))
            self._redirects(command, [], None)
            return
        fields = [field for word in command.words for field in expand(word, self._values)]
        feed = self._feed(command)
        if fields:
            start = command.words[0].start
            if fields[0].text.lower() in _SQL_WORDS and is_sql(source[start : start + 6_000]):
                self._in_language("sql", source[start : max(command.end, start)], (start, command.end))
            else:
                self.fields(fields, feed)
        self._redirects(command, fields, feed)

    def _substitutions(self, word: Word, source: str) -> None:
        """Judge the scripts inside a word: they run before the command does."""
        for part in word.parts:
            if part.script is not None:
                for command in part.script.commands:
                    self._command(command, source)

    def _feed(self, command: Command) -> Feed | None:
        for redirect in command.redirects:
            if redirect.operator == "<":
                name = redirect.target.literal or ""
                return Feed("") if name == "/dev/null" else Feed(None, is_file=not name.startswith("<("))
        heredoc = any(redirect.operator in ("<<", "<<<") for redirect in command.redirects)
        if not heredoc and command.pipe is None:
            return None
        words = command.pipe.words[:_MAX_SOURCE] if command.pipe is not None else []
        return Feed(fed_to(command, self._values), source=tuple(word.literal or "" for word in words))

    def _redirects(self, command: Command, fields: Sequence[Field], feed: Feed | None) -> None:
        """Note the files that redirections write and read."""
        for redirect in command.redirects:
            target = text_of(redirect.target, self._values)
            shown = target if target is not None else "".join(part.value for part in redirect.target.parts)
            span = (command.start, command.end)
            if redirect.operator in ("<<", "<<<"):
                continue
            if redirect.operator == "<":
                self.reads.append(shown)
            elif not shown or _NOWHERE.fullmatch(shown):
                continue
            elif is_device(shown):
                self._note(DESTRUCTIVE, f"> {shown} overwrites a device", ">", span, grave=True)
            else:
                self.writes.append(shown)
                empties = redirect.operator != ">>" and not command.tail and _prints_nothing(fields, feed)
                effect = DESTRUCTIVE if empties and redirect.operator not in ("<>", ">&") else WRITE
                reason = f"> {shown} empties the file" if empties else f"writes {shown}"
                self._note(effect, reason, ">", span)

    # -- one command -------------------------------------------------------------------------------------------

    def fields(self, fields: Sequence[Field], feed: Feed | None) -> None:
        """Judge one command given as words."""
        first = fields[0]
        base = first.text.rpartition("/")[2]
        if first.hole > len(first.text) - len(base) or first.text in ("{}", "$x"):
            self.known = False
            self._note(UNKNOWN, "the name of the command is not known", first.text, _span(fields))
            return
        name = base.lower().removesuffix(".exe")
        if base in self._aliases:
            text = " ".join([self._aliases[base], *(_shell_quoted(field) for field in fields[1:])])
            self.payload(Payload("shell", text), _span(fields))
            return
        if not name or name in self._functions or name in _TESTS:
            self._note(
                READ if name in _TESTS else RUN, "a test or a function of the text", name, _span(fields)
            )
            return
        tool = tools.find(name)
        if tool is None:
            self._stranger(first.text, base, fields)
            return
        before = len(self.findings)
        self._tool(tool, fields, feed)
        shouted = any(
            letter.isupper()
            for field in fields[:3]
            for letter in field.text[:20]
            if not field.text.startswith("-")
        )
        if shouted and all(finding.effect != DESTRUCTIVE for finding in self.findings[before:]):
            self._tool(tool, [field._replace(text=field.text.lower()) for field in fields], feed)

    def _stranger(self, text: str, base: str, fields: Sequence[Field]) -> None:
        """Judge a command that no table has."""
        cmdlet = cmdlet_effect(base)
        if cmdlet:
            self._cmdlet(base, cmdlet, fields)
            return
        if re.fullmatch(r"\S*\.(?:Delete|Kill|Stop|Remove\w*)(?:\(.*)?", text):
            self._note(DESTRUCTIVE, f"{base[:60]} deletes or stops something", base, _span(fields))
            return
        is_script = "/" in text or _SCRIPT.fullmatch(base) is not None
        if name_destroys(base):
            self._note(DESTRUCTIVE, f"{base[:60]} destroys something by its name", base, _span(fields))
        elif self.lenient:
            return
        elif is_script:
            self._note(RUN, f"runs {base[:60]}", base, _span(fields))
            self.reads.append(text)
        else:
            self.known = False
            self._by_verb(base, Arguments(fields[1:]), fields)
        self._statements_in(fields)

    def _statements_in(self, fields: Sequence[Field]) -> None:
        """An unknown tool that is handed SQL probably runs it."""
        for field in fields[1:]:
            if field.quoted and " " in field.text and is_sql(field.text):
                self.payload(Payload("sql", field.text), (field.start, field.end))

    def _by_verb(self, name: str, arguments: Arguments, fields: Sequence[Field]) -> None:
        effect, verb = effect_by_verb(arguments)
        if weight(effect) > weight(READ) and _is_dry(arguments, ()) or _asks_help(arguments, frozenset()):
            effect = READ
        loses = effect == DESTRUCTIVE
        reason = (
            f"{name[:60]} {verb} loses data, access or service" if loses else f"{name[:60]} {verb}".strip()
        )
        whole = loses and any(field.text.lower() in _WHOLE for field in fields)
        self._note(
            effect,
            reason,
            f"{name[:60]} {verb}".strip(),
            _span(fields),
            grave=whole or _in_production(fields, effect),
        )
        paths = [operand.text for operand in arguments.operands if _is_path(operand.text)]
        (self.reads if effect == READ else self.writes).extend(paths)

    def _cmdlet(self, name: str, cmdlet: tuple[str, bool], fields: Sequence[Field]) -> None:
        """Judge a PowerShell cmdlet and the script blocks among its arguments."""
        effect, grave = cmdlet
        arguments = Arguments(fields[1:], (), "long")
        lowered = name.lower()
        if lowered == "invoke-expression":
            self.payload(Payload("shell", " ".join(field.text for field in fields[1:])), _span(fields))
            return
        dry = "-whatif" in arguments.flags and arguments.has("-whatif")
        if lowered.startswith("invoke-") and any(field.text.lower() == "delete" for field in fields):
            effect = DESTRUCTIVE
        if dry:
            effect = READ
        reason = f"{name} {'loses data, access or service' if effect == DESTRUCTIVE else effect}"
        self._note(effect, reason, name, _span(fields), grave=grave and not dry)
        (self.reads if effect == READ else self.writes).extend(
            text for text in arguments.texts() if _is_path(text)
        )
        text = " ".join(field.text for field in fields[1:])
        for block in _CODE_BLOCK.findall(text)[:8]:
            self.payload(Payload("shell", block), _span(fields))

    # -- tools -------------------------------------------------------------------------------------------------

    def _tool(self, tool: Tool | None, fields: Sequence[Field], feed: Feed | None) -> None:
        """Judge a command whose tool is in the tables."""
        if tool is None:
            return
        payloads = dict(pair.split(":") for pair in tool.options("payload"))
        values = frozenset(tool.options("values")) | payloads.keys() | set(tool.options("module"))
        arguments = Arguments(fields[1:], values, tool.keys.get("style", ""))
        rule = tool.match(arguments)
        if rule is not None and rule.mark[0] == "=":
            self._inner(tool, rule, arguments, fields, values, feed)
            return
        if self._special(tool.name, fields, arguments):
            return
        ran = self._payloads(tool, payloads, arguments, fields, feed)
        if "wrap" in tool.keys and not (rule is not None and rule.mark == "?"):
            ran = self._wrapped(tool, arguments, fields, values, feed) or ran
        if rule is None and ran:
            return
        self._verdict(tool, rule, arguments, fields, feed)

    def _verdict(
        self, tool: Tool, rule: Rule | None, arguments: Arguments, fields: Sequence[Field], feed: Feed | None
    ) -> None:
        """Note what the rule (or the default) of `tool` says."""
        label, reason, grave = _label(tool.name, rule, arguments), "", False
        if rule is not None:
            effect, reason, grave = tools.effect_of(rule.mark), f"{label} {rule.reason}", rule.mark == "!!"
        else:
            default = tool.keys.get("default", ">" if fields[1:] else "?")
            if default == "verb":
                effect, verb = effect_by_verb(arguments)
                label = f"{label} {verb}".strip()
                reason = f"{label} loses data, access or service" if effect == DESTRUCTIVE else label
                effect = effect if fields[1:] else READ
                grave = effect == DESTRUCTIVE and any(field.text.lower() in _WHOLE for field in fields)
            else:
                effect, reason = tools.effect_of(default), label
        if (
            tool.name in ("tee", "sponge")
            and feed is not None
            and feed.text == ""
            and arguments.operands
            and not arguments.has("-a")
        ):
            effect, reason = DESTRUCTIVE, "tee empties its files"
        harmless = _asks_help(arguments, arguments.flags) or (
            tool.keys.get("dry") != "no" and _is_dry(arguments, tool.options("dry"))
        )
        if harmless or (tool.keys.get("dry") == "no" and _asks_long_help(arguments)):
            effect, reason, grave = READ, f"{label} only shows what it would do", False
        self._note(effect, reason, label, _span(fields), grave=grave or _in_production(fields, effect))
        self._files(tool, effect, arguments)

    def _files(self, tool: Tool, effect: str, arguments: Arguments) -> None:
        """Note the paths among the operands as read or written."""
        which = tool.keys.get("writes", "")
        texts = arguments.texts()
        written: list[str] = []
        if which.startswith("-"):
            written = [field.text for flag, field, _ in arguments.given if flag in which.split(",")]
        elif which == "all":
            written = texts
        elif which in ("last", "rest", "first"):
            written = {"last": texts[-1:], "rest": texts[1:], "first": texts[:1]}[which]
            written = written if which != "last" or len(texts) > 1 else texts
        elif not which:
            written = [text for text in texts if _is_path(text)]
        if effect == READ:
            self.reads += [text for text in texts if _is_path(text)]
            return
        self.writes += written
        self.reads += [text for text in texts if text not in written and _is_path(text)]

    def _special(self, name: str, fields: Sequence[Field], arguments: Arguments) -> bool:
        """Handle the few builtins that change how later words are read; True when nothing more is to be judged."""
        if name == "alias":
            for field in fields[1:]:
                match = _ASSIGNMENT.fullmatch(field.text)
                if match:
                    self._aliases[match.group(1)] = match.group(2)
            return False
        if name in ("export", "declare", "local", "typeset", "readonly"):
            for operand in arguments.operands:
                match = _ASSIGNMENT.fullmatch(operand.text)
                if match:
                    self._values[match.group(1)] = None if operand.hole else match.group(2)
        elif name == "read":
            self._values.update(dict.fromkeys(arguments.texts()))
        elif name == "git":
            self._git_settings(arguments)
        elif name in ("find", "gfind", "bfs", "fd", "fdfind"):
            self._executed(fields)
        return False

    def _git_settings(self, arguments: Arguments) -> None:
        """Judge the commands that `git -c alias.x='!cmd'` and `-c core.sshCommand=cmd` bring along."""
        for flag, field, _ in arguments.given:
            key, _, value = field.text.partition("=")
            if flag == "-c" and value and (value.startswith("!") or key.lower().endswith("command")):
                self.payload(Payload("shell", value.lstrip("!")), (field.start, field.end))

    def _executed(self, fields: Sequence[Field]) -> None:
        """Judge what `find -exec` or `fd -x` would run."""
        starts = ("-exec", "-execdir", "-ok", "-okdir", "-x", "-X", "--exec", "--exec-batch")
        position = 1
        while position < len(fields):
            if fields[position].text in starts:
                end = position + 1
                while end < len(fields) and fields[end].text not in (";", "+"):
                    end += 1
                inner = [_filled(field, "$x") for field in fields[position + 1 : end]]
                if inner:
                    self.fields([*inner, _UNSEEN._replace(start=inner[-1].start, end=inner[-1].end)], None)
                position = end
            position += 1

    # -- commands inside commands ------------------------------------------------------------------------------

    def _wrapped(
        self,
        tool: Tool,
        arguments: Arguments,
        fields: Sequence[Field],
        values: frozenset[str],
        feed: Feed | None,
    ) -> bool:
        """Judge the command that a wrapper runs; False when it has none."""
        inner = _rest(fields[1:], values, int(tool.keys["wrap"]))
        if "more" in tool.keys:
            inner = self._more(tool, inner, feed)
        if inner and inner[0].text == ":::":
            inner = inner[1:]
        if not inner:
            return False
        if "join" in tool.keys or (len(inner) == 1 and " " in inner[0].text):
            self.payload(Payload("shell", " ".join(_joined(inner))), _span(inner))
        else:
            self.fields(inner, feed)
        del arguments
        return True

    def _more(self, tool: Tool, inner: list[Field], feed: Feed | None) -> list[Field]:
        """Add the arguments that `xargs` or `parallel` read from their input."""
        given = feed.text.strip() if feed is not None and feed.text else "$x"
        if not inner:
            if "join" in tool.keys and feed is not None:
                return [Field(given, 0, 0, 0)] if feed.text else [_UNSEEN]
            return []
        filled = [_filled(field, given) for field in inner]
        last = filled[-1]
        return [*filled, Field("$x", last.start, last.end, 2)] if filled == inner else filled

    def _inner(
        self,
        tool: Tool,
        rule: Rule,
        arguments: Arguments,
        fields: Sequence[Field],
        values: frozenset[str],
        feed: Feed | None,
    ) -> None:
        """Judge the command that a sub-command runs (`docker exec box CMD`, `kubectl exec pod -- CMD`)."""
        known = self.known
        kind = rule.mark[1:]
        if kind.isdigit():
            inner = _rest(fields[1:], values, len(rule.words) + int(kind))
        elif kind == "--":
            inner = list(fields[arguments.dashes + 2 :]) if arguments.dashes >= 0 else []
            if not inner:
                inner = _rest(fields[1:], values, len(rule.words))
        elif kind == "c":
            places = [index for index, field in enumerate(fields) if field.text in ("-c", "--command")]
            inner = list(fields[places[0] + 1 :]) if places else []
        else:
            self._texts(kind, rule, arguments)
            return
        self._note(RUN, f"{tool.name} {rule.reason}", _label(tool.name, rule, arguments), _span(fields))
        if len(inner) == 1 and " " in inner[0].text:
            self.payload(Payload("shell", inner[0].text), _span(inner))
        elif inner:
            self.fields(inner, feed)
        elif feed is not None and feed.text:
            self.payload(Payload("shell", feed.text), _span(fields))
        self.known = known

    def _texts(self, kind: str, rule: Rule, arguments: Arguments) -> None:
        """Judge the operands (or the value of --command) of a sub-command that takes code."""
        language = kind.removesuffix("flag")
        fields = arguments.operands[len(rule.words) :]
        fields += [
            field
            for flag, field, _ in arguments.given
            if flag in ("--command", "-c", "--execute", "--sql", "--file")
        ]
        for field in fields:
            self.payload(Payload(language, field.text), (field.start, field.end))

    def _payloads(
        self,
        tool: Tool,
        payloads: dict[str, str],
        arguments: Arguments,
        fields: Sequence[Field],
        feed: Feed | None,
    ) -> bool:
        """Judge the code that a command is given: by an option, as an operand, in a file or on standard input."""
        ran = False
        for flag, field, index in arguments.given:
            language = payloads.get(flag)
            if language:
                glued = (
                    "script" in tool.keys
                    and language == "shell"
                    and field.text in arguments.fields[index].text[1:]
                )
                body = (
                    arguments.operands[0] if glued and arguments.operands and len(field.text) < 5 else field
                )  # noqa: PLR2004
                self.payload(Payload(language, body.text), (field.start, field.end))
                ran = True
        ran = self._operands(tool, arguments) or ran
        if ran:
            return True
        if self._module(tool, arguments, fields, feed):
            return True
        if (
            "script" in tool.keys
            and arguments.operands
            and arguments.operands[0].text not in _STDIN
            and not arguments.has("-s")
        ):
            self._run_script(tool, arguments, fields, feed)
            return True
        return self._standard_input(tool, feed, fields)

    def _operands(self, tool: Tool, arguments: Arguments) -> bool:
        which, _, language = tool.keys.get("operand", "").partition(":")
        if not language:
            return False
        operands = arguments.operands
        if which == "rest":
            operands = operands[1:]
        elif which.isdigit():
            operands = operands[int(which) : int(which) + 1]
        if (
            which == "all"
            and language == "shell"
            and len(operands) > 1
            and not any(" " in field.text for field in operands)
        ):
            operands = [operands[0]._replace(text=" ".join(_joined(list(arguments.fields))))]
        for field in operands:
            self.payload(Payload(language, field.text), (field.start, field.end))
        return bool(operands) and language != "maybe"

    def _module(self, tool: Tool, arguments: Arguments, fields: Sequence[Field], feed: Feed | None) -> bool:
        """Judge `python -m pip ...` and `java -jar cli.jar ...` as the tool that they start."""
        for flag, field, index in arguments.given:
            if flag in tool.options("module"):
                inner = [field, *fields[index + 2 :]]
                if tools.find(field.text.rpartition("/")[2].lower()) is not None:
                    self.fields(inner, feed)
                else:
                    self._by_script(field.text, inner)
                return True
        return False

    def _run_script(
        self, tool: Tool, arguments: Arguments, fields: Sequence[Field], feed: Feed | None
    ) -> None:
        """Judge `bash file`, `python manage.py flush`, `source <(cmd)`."""
        script = arguments.operands[0]
        if script.text.startswith("<("):
            inner = parse(script.text[2:-1])
            text = output(inner, self._values)
            self.payload(
                Payload("shell" if text is not None else "unknown", text or ""), (script.start, script.end)
            )
            return
        rest = fields[arguments.indexes[0] + 1 :]
        if tools.find(script.text.rpartition("/")[2].lower()) is not None and tool.name != "source":
            self.fields(rest, feed)
        else:
            self._by_script(script.text, rest)

    def _by_script(self, path: str, fields: Sequence[Field]) -> None:
        """Judge the run of a script by its name and its first argument."""
        base = path.rpartition("/")[2]
        loses = name_destroys(base)
        effect = effect_by_verb(Arguments(fields[1:]))[0] if not loses else DESTRUCTIVE
        effect = effect if effect == DESTRUCTIVE and not _is_dry(Arguments(fields[1:]), ()) else RUN
        reason = (
            f"{base[:60]} destroys something by its name" if effect == DESTRUCTIVE else f"runs {base[:60]}"
        )
        self._note(effect, reason, base[:60], _span(fields), grave=_in_production(fields, effect))
        self.reads.append(path)

    def _standard_input(self, tool: Tool, feed: Feed | None, fields: Sequence[Field]) -> bool:
        """Judge the code that is fed to an interpreter."""
        language = tool.keys.get("stdin", "")
        if not language or feed is None:
            return False
        if feed.text is not None:
            self.payload(Payload(language, feed.text), _span(fields))
        elif feed.is_file:
            self._note(
                WRITE if language == "sql" else RUN, f"{tool.name} runs a file", tool.name, _span(fields)
            )
        elif any(_GENERATES_LOSS.search(word) for word in feed.source):
            self._note(
                DESTRUCTIVE,
                f"{tool.name} runs what {' '.join(feed.source)[:60]} prints",
                tool.name,
                _span(fields),
            )
        elif language != "line":
            self._note(UNKNOWN, f"{tool.name} runs text that is not known", tool.name, _span(fields))
        return language != "line"

    # -- results -----------------------------------------------------------------------------------------------

    def _note(
        self, effect: str, reason: str, tool: str, span: tuple[int, int], *, grave: bool = False
    ) -> None:
        start, end = self._span or span
        self.findings.append(Finding(effect, reason, tool, start, end, grave and effect == DESTRUCTIVE))


def _span(fields: Sequence[Field]) -> tuple[int, int]:
    return (fields[0].start, max(field.end for field in fields)) if fields else (0, 0)


def _rest(fields: Sequence[Field], values: frozenset[str], skip: int) -> list[Field]:
    """Return the command that follows the options of a wrapper and `skip` operands."""
    position = 0
    while position < len(fields):
        text = fields[position].text
        if text == "--":
            return list(fields[position + 1 :])
        if len(text) > 1 and text[0] == "-":
            takes = text in values or (text[1] != "-" and len(text) > 2 and "-" + text[-1] in values)  # noqa: PLR2004
            glued = len(text) > 2 and text[1] != "-" and text[:2] in values  # noqa: PLR2004
            position += 2 if takes and not glued else 1
        elif _ASSIGNMENT.fullmatch(text):
            position += 1
        elif skip:
            skip -= 1
            position += 1
        else:
            return list(fields[position:])
    return []


def _joined(fields: Sequence[Field]) -> list[str]:
    """Return the words as one shell text: a remote shell or `eval` reads them again."""
    return [field.text for field in fields]


def _shell_quoted(field: Field) -> str:
    return field.text if not field.quoted else "'" + field.text.replace("'", "'\\''") + "'"


def _filled(field: Field, text: str) -> Field:
    """Put what `{}` stands for in its place."""
    if "{}" not in field.text:
        return field
    return field._replace(text=field.text.replace("{}", text), hole=len(field.text) if text == "$x" else 0)


def _is_path(text: str) -> bool:
    return ("/" in text or "." in text or text.startswith("~")) and not text.startswith(
        ("http://", "https://", "-")
    )


def _prints_nothing(fields: Sequence[Field], feed: Feed | None) -> bool:
    """Tell whether a command leaves an empty file where its output goes."""
    if not fields:
        return feed is None or feed.text == ""
    name = fields[0].text.rpartition("/")[2]
    arguments = [field.text for field in fields[1:] if not re.fullmatch(r"-[neE]+", field.text)]
    if name in _SILENT:
        return True
    if name in ("echo", "printf"):
        return not any(argument.strip() for argument in arguments)
    return name in ("cat", "cp", "dd") and arguments == ["/dev/null"]


def _is_dry(arguments: Arguments, more: Sequence[str]) -> bool:
    flags = arguments.flags
    if any(flag in flags and arguments.has(flag) for flag in (*_DRY, *_DRY_SINGLE)):
        return True
    return any(flag in flags and arguments.has(flag) for flag in more)


def _asks_long_help(arguments: Arguments) -> bool:
    return "--help" in arguments.flags or [field.text for field in arguments.fields] in (
        ["--version"],
        ["-V"],
        ["-h"],
    )


def _asks_help(arguments: Arguments, _flags: object) -> bool:
    """Tell whether the command only prints its help or its version."""
    if "--help" in arguments.flags or "-help" in arguments.flags or not arguments.fields:
        return bool(arguments.fields)
    first, last = arguments.fields[0].text, arguments.fields[-1].text
    if last in ("-h", "-?", "/?") and arguments.dashes < 0:
        return True
    operands = arguments.texts()
    if operands and (operands[0] == "help" or (operands[-1] == "help" and len(operands) > 1)):
        return True
    return len(arguments.fields) == 1 and first in ("--version", "-V", "-v", "-version", "version", "help")


def _in_production(fields: Sequence[Field], effect: str) -> bool:
    return effect == DESTRUCTIVE and any(_PRODUCTION.search(field.text) for field in fields)


def _label(name: str, rule: Rule | None, arguments: Arguments) -> str:
    """Return the tool with the sub-commands and options that decided."""
    if rule is None:
        return name
    words = [operand.text for operand in arguments.operands[: len(rule.words)]]
    flags = [next((flag for flag in group if arguments.has(flag)), "") for group in rule.wanted]
    return " ".join(piece[:40] for piece in (name, *words, *flags) if piece)
