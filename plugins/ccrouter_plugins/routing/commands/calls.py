"""Judges the call of a tool of the tables: its rule, the code it is given, the command it wraps."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..patterns import regex
from . import tools
from .effects import DESTRUCTIVE, READ, RUN, UNKNOWN, WRITE, Payload
from .programs import judge_git, judge_npm, judge_options
from .sed_script import read_sed
from .shell import parse
from .shell_words import Field, output
from .strangers import judge_handed, judge_script, judge_written
from .tools import Rule, Tool
from .tools.arguments import Arguments
from .tools.requests import asks_help, is_dry, is_grave
from .tools.verbs import effect_by_verb, is_loss
from .walk import ASSIGNMENT, Feed, is_path, span_of

if TYPE_CHECKING:
    from .walk import Walk

_STDIN = frozenset(("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"))
_STARTS_COMMAND = frozenset(("-exec", "-execdir", "-ok", "-okdir", "-x", "-X", "--exec", "--exec-batch"))
_SUBSTITUTES_ALL = regex(
    r"(?:s([/|,#!])\^?\(?\.[*+]\)?\$?\1\1|s\{\^?\.[*+]\$?\}\{\}|\$_\s*=\s*(?:\"\"|''))[a-z]*;?"
)
_GENERATES_LOSS = regex(r"drop|flush|delete|truncate|destroy|wipe|purge|teardown", re.IGNORECASE)
_CODE_OPTIONS = frozenset(("--command", "-c", "--execute", "--sql"))
_MAX_CLUSTER = 5
# Options of many tools that name where their results go.
_PLACES = (
    "--directory",
    "--target-directory",
    "--output",
    "--output-dir",
    "--outdir",
    "--out-dir",
    "--outfile",
    "--destination",
)


class Call(NamedTuple):
    """One call of a tool."""

    tool: Tool
    fields: Sequence[Field]  # the name and all words after it
    arguments: Arguments
    values: frozenset[str]  # the options that take a value
    rule: Rule | None
    feed: Feed | None

    @property
    def span(self) -> tuple[int, int]:
        """Where the call stands."""
        return span_of(self.fields)


def judge_call(walk: Walk, name: str, fields: Sequence[Field], feed: Feed | None) -> None:
    """Note in `walk` what calling the tool `name` with `fields` (its name and its arguments) would do."""
    tool = tools.find(name)
    if tool is None:
        return
    values = tool.values
    arguments = Arguments(fields[1:], values, tool.keys.get("style", ""))
    rule = tool.match(arguments)
    if "wrap" in tool.keys and not (rule is not None and rule.words):
        # What follows the inner command's name is not for the wrapper: `command rm -v x` is no `command -v`.
        inner = _rest(fields[1:], values, int(tool.keys["wrap"]), settings="join" not in tool.keys)
        arguments = Arguments(fields[1 : len(fields) - len(inner)], values)
        rule = tool.match(arguments)
    call = Call(tool, fields, arguments, values, rule, feed)
    if call.rule is not None and call.rule.mark[0] == "=":
        _sub_command(walk, call, call.rule)
        return
    judge_options(walk, call)
    special = _SPECIAL.get(tool.name)
    if special is not None:
        special(walk, call)
    ran = _given_code(walk, call) or _named_code(walk, call)
    if "wrap" in tool.keys and not (call.rule is not None and call.rule.mark == "?"):
        ran = _wrapped(walk, call) or ran
    if call.rule is not None or not ran:
        _verdict(walk, call)


# -- the rule ------------------------------------------------------------------------------------------------------


# A request that is handed over as JSON says in one of its keys what is done.
_ORDERS_LOSS = regex(
    r"\"(?:action|operation|op|method|verb|type|change_?type|command)\"\s*:\s*"
    r"\"(?:delete|remove|destroy|drop|purge|terminate|revoke|wipe|truncate|flush|erase)",
    re.IGNORECASE,
)


def _verdict(walk: Walk, call: Call) -> None:
    """Note what the rule (or the default) of the tool says."""
    label = _label(call)
    if call.rule is not None:
        effect, grave = tools.effect_of(call.rule.mark), call.rule.mark == "!!"
        reason = f"{label} {call.rule.reason}"
        verb = _later_verb(call, call.rule)
        if verb:
            effect, label = DESTRUCTIVE, f"{label} {verb}"
            reason = f"{label} loses data, access or service"
    else:
        effect, verb = _default(call)
        label, grave = f"{label} {verb}".strip(), is_grave(call.fields, whole=True)
        reason = f"{label} loses data, access or service" if effect == DESTRUCTIVE else label
    if effect in (RUN, WRITE) and any(_ORDERS_LOSS.search(field.text) for field in call.fields):
        effect, reason = DESTRUCTIVE, f"{label} is handed an order to delete"
    if _harmless(call):
        effect, reason = READ, f"{label} only shows what it would do"
    if effect == RUN:
        judge_handed(walk, call.fields)
    walk.note(effect, reason, label, call.span, grave=grave or is_grave(call.fields))
    _paths(walk, call, effect)


def _later_verb(call: Call, rule: Rule) -> str:
    """Return the verb of loss that follows the words of a harmless rule: `gcloud run services delete`."""
    if call.tool.keys.get("default") != "verb" or rule.mark not in ("+", ">") or call.tool.name == "git":
        return ""
    following = call.arguments.texts()[len(rule.words) : len(rule.words) + 1]
    return following[0] if following and is_loss(following[0]) else ""


def _default(call: Call) -> tuple[str, str]:
    """Return the effect when no rule matches, and the verb that says so."""
    if not call.fields[1:]:
        return READ if call.tool.keys.get("default", ">") in (">", "verb", "?", "+") else DESTRUCTIVE, ""
    default = call.tool.keys.get("default", ">")
    return effect_by_verb(call.arguments) if default == "verb" else (tools.effect_of(default), "")


def _harmless(call: Call) -> bool:
    """Tell whether only help, a version or a dry run is asked for."""
    has_dry_run = call.tool.keys.get("dry") != "no"
    if asks_help(call.arguments, short=has_dry_run):
        return True
    return has_dry_run and is_dry(call.arguments, call.tool.options("dry"))


def _paths(walk: Walk, call: Call, effect: str) -> None:
    """Note the paths among the operands as read or written."""
    which, texts = call.tool.keys.get("writes", ""), call.arguments.texts()
    if effect == READ:
        walk.reads += [text for text in texts if is_path(text)]
        return
    if which.startswith("-"):
        written = [field.text for flag, field, _ in call.arguments.given if flag in which.split(",")]
    elif which == "last":
        written = texts[-1:] if len(texts) > 1 else texts
    else:
        chosen = {"all": texts, "rest": texts[1:], "first": texts[:1], "none": []}
        written = chosen.get(which, [text for text in texts if is_path(text)])
    walk.writes += written
    walk.writes += [value for flag in _PLACES if (value := call.arguments.flags.get(flag, ""))]
    walk.writes += [
        field.text for flag, field, _ in call.arguments.given if flag in call.tool.options("places")
    ]
    if "touches" in call.tool.keys:
        walk.writes.append(call.tool.keys["touches"])
    others = set(texts).difference(written)
    walk.reads += [text for text in texts if text in others and is_path(text)]


def _label(call: Call) -> str:
    """Return the tool with the sub-commands and options that decided."""
    if call.rule is None:
        return call.tool.name
    words = [operand.text for operand in call.arguments.operands[: len(call.rule.words)]]
    flags = [next(filter(call.arguments.has, group), "") for group in call.rule.wanted]
    return " ".join(piece[:40] for piece in (call.tool.name, *words, *flags) if piece)


# -- code ----------------------------------------------------------------------------------------------------------


def _given_code(walk: Walk, call: Call) -> bool:
    """Judge the code on the command line itself; False when there is none."""
    ran = False
    for flag, field, index in call.arguments.given:
        language = call.tool.payloads.get(flag)
        if language:
            walk.payload(Payload(language, _body(call, field, index)), (field.start, field.end))
            ran = True
    which, _, language = call.tool.keys.get("operand", "").partition(":")
    for field in _chosen(call.arguments.operands, which):
        walk.payload(Payload(language, field.text), (field.start, field.end))
        ran = ran or language != "maybe"
    return ran


def _body(call: Call, field: Field, index: int) -> str:
    """Return the code that an option is given; in `bash -ce CODE` it is the first operand."""
    word = call.arguments.fields[index].text
    glued = word.startswith("-") and field.text in word and len(field.text) < _MAX_CLUSTER
    if glued and "script" in call.tool.keys and call.arguments.operands:
        return call.arguments.operands[0].text
    return field.text


def _chosen(operands: list[Field], which: str) -> list[Field]:
    """Return the operands that are code: one of them, all but the first, or all together."""
    if which.isdigit():
        return operands[int(which) : int(which) + 1]
    if which == "rest":
        return operands[1:]
    if which == "all" and len(operands) > 1 and not any(" " in field.text for field in operands):
        return [operands[0]._replace(text=" ".join(field.text for field in operands))]
    return operands if which == "all" else []


def _named_code(walk: Walk, call: Call) -> bool:
    """Judge the module, the script or the standard input that an interpreter runs; False when there is none."""
    for flag, field, index in call.arguments.given:
        if flag in call.tool.options("module"):
            _run_script(walk, call, [field, *call.fields[index + 2 :]])
            return True
    operands = call.arguments.operands
    if (
        "script" in call.tool.keys
        and operands
        and operands[0].text not in _STDIN
        and not call.arguments.has("-s")
    ):
        _run_script(walk, call, call.fields[call.arguments.indexes[0] + 1 :])
        return True
    return _standard_input(walk, call)


def _run_script(walk: Walk, call: Call, fields: Sequence[Field]) -> None:
    """Judge `bash file`, `python manage.py flush`, `python -m pip uninstall x`, `source <(cmd)`."""
    script = fields[0]
    if script.text.startswith("<("):
        text = output(parse(script.text[2:-1]), walk.values)
        walk.payload(Payload("unknown" if text is None else "shell", text or ""), call.span)
    elif tools.find(script.text.rpartition("/")[2].lower()) is not None and call.tool.name not in (
        "source",
        ".",
    ):
        walk.fields(fields, call.feed)
    else:
        language = call.tool.keys.get("stdin", "shell")
        if not judge_written(walk, script.text, language, call.span):
            judge_script(walk, script.text, fields)


def _standard_input(walk: Walk, call: Call) -> bool:
    """Judge the code that is fed to an interpreter; False when none is."""
    language, feed, name = call.tool.keys.get("stdin", ""), call.feed, call.tool.name
    if not language or feed is None:
        return False
    if feed.text is not None:
        walk.payload(Payload(language, feed.text), call.span)
    elif feed.is_file:
        walk.note(UNKNOWN if language == "sql" else RUN, f"{name} runs a file", name, call.span)
    elif any(map(_GENERATES_LOSS.search, feed.source)):
        walk.note(DESTRUCTIVE, f"{name} runs what {' '.join(feed.source)[:60]} prints", name, call.span)
    elif language != "line":
        walk.note(UNKNOWN, f"{name} runs text that is not known", name, call.span)
    return language != "line"


# -- commands inside commands --------------------------------------------------------------------------------------


def _wrapped(walk: Walk, call: Call) -> bool:
    """Judge the command that a wrapper runs; False when it has none."""
    settings = "join" not in call.tool.keys
    inner = _rest(call.fields[1:], call.values, int(call.tool.keys["wrap"]), settings=settings)
    if "more" in call.tool.keys:
        inner = _with_input(call, inner)
    if inner and inner[0].text == ":::":  # parallel: only arguments follow, each is a command
        inner = inner[1:]
    if inner and "join" in call.tool.keys:
        walk.payload(Payload("shell", " ".join(field.text for field in inner)), span_of(inner))
    elif inner:
        walk.fields(inner, call.feed)
    return bool(inner)


def _with_input(call: Call, inner: list[Field]) -> list[Field]:
    """Add the arguments that `xargs` or `parallel` read from their input."""
    given = call.feed.text.strip() if call.feed is not None and call.feed.text else None
    if not inner:
        takes_lines = "join" in call.tool.keys and call.feed is not None
        return [_unseen(call.span) if given is None else Field(given, *call.span)] if takes_lines else []
    filled = [_filled(field, given) for field in inner]
    return [*filled, _unseen((inner[-1].start, inner[-1].end))] if filled == inner else filled


def _sub_command(walk: Walk, call: Call, rule: Rule) -> None:
    """Judge the command or the code that a sub-command runs: `docker exec box CMD`, `rails runner CODE`."""
    kind = rule.mark[1:]
    if kind.isalpha() and kind != "c":
        fields = call.arguments.operands[len(rule.words) :]
        fields += [field for flag, field, _ in call.arguments.given if flag in _CODE_OPTIONS]
        for field in fields:
            walk.payload(Payload(kind, field.text), (field.start, field.end))
        return
    known = walk.known
    walk.note(RUN, f"{_label(call)} {rule.reason}", _label(call), call.span)
    inner = _inner(call, rule, kind)
    if len(inner) == 1 and " " in inner[0].text:
        walk.payload(Payload("shell", inner[0].text), span_of(inner))
    elif inner:
        walk.fields(inner, call.feed)
    elif call.feed is not None and call.feed.text:
        walk.payload(Payload("shell", call.feed.text), call.span)
    walk.known = known  # what runs in a container need not be in the tables


def _inner(call: Call, rule: Rule, kind: str) -> list[Field]:
    """Return the command that follows a sub-command."""
    if kind == "c":
        places = [index for index, field in enumerate(call.fields) if field.text in ("-c", "--command")]
        return list(call.fields[places[0] + 1 :]) if places else []
    if kind == "--" and call.arguments.dashes >= 0:
        return list(call.fields[call.arguments.dashes + 2 :])
    skip = len(rule.words) + (int(kind) if kind.isdigit() else 0)
    return _rest(call.fields[1:], call.values, skip)


def _rest(
    fields: Sequence[Field], values: frozenset[str], skip: int, *, settings: bool = True
) -> list[Field]:
    """Return the command that follows the options of a wrapper and `skip` operands.

    `settings` says that words like ``A=1`` before it set variables; where the words are joined to one text they belong
    to that text.
    """
    position = 0
    while position < len(fields):
        text = fields[position].text
        if text == "--":
            return list(fields[position + 1 :])
        if len(text) > 1 and text[0] == "-":
            position += 2 if _takes_next(text, values) else 1
        elif settings and ASSIGNMENT.fullmatch(text):
            position += 1
        elif skip:
            skip -= 1
            position += 1
        else:
            return list(fields[position:])
    return []


def _takes_next(option: str, values: frozenset[str]) -> bool:
    """Tell whether the value of `option` is the next word: `-u`, `-itu`, `--user`, but not `-uroot`."""
    if option in values:
        return True
    cluster = option[1] != "-" and len(option) <= _MAX_CLUSTER
    return cluster and option[:2] not in values and "-" + option[-1] in values


def _filled(field: Field, text: str | None) -> Field:
    """Put what `{}` stands for in its place."""
    if "{}" not in field.text:
        return field
    filled = field.text.replace("{}", "$x" if text is None else text)
    return field._replace(text=filled, hole=len(filled) if text is None else 0)


def _unseen(span: tuple[int, int]) -> Field:
    """Return an argument that is not known."""
    return Field("$x", *span, hole=2)


# -- tools with habits of their own --------------------------------------------------------------------------------


def _define_aliases(walk: Walk, call: Call) -> None:
    for field in call.fields[1:]:
        match = ASSIGNMENT.fullmatch(field.text)
        if match:
            walk.aliases[match.group(1)] = match.group(2)


def _assign(walk: Walk, call: Call) -> None:
    for operand in call.arguments.operands:
        match = ASSIGNMENT.fullmatch(operand.text)
        if match:
            walk.values[match.group(1)] = None if operand.hole else match.group(2)


def _read_names(walk: Walk, call: Call) -> None:
    walk.values.update(dict.fromkeys(call.arguments.texts()))


def _found(walk: Walk, call: Call) -> None:
    """Judge what `find -exec` or `fd -x` would run on what it finds."""
    fields, position = call.fields, 1
    while position < len(fields):
        if fields[position].text in _STARTS_COMMAND:
            end = position + 1
            while end < len(fields) and fields[end].text not in (";", "+"):
                end += 1
            inner = [_filled(field, None) for field in fields[position + 1 : end]]
            if inner:
                walk.fields([*inner, _unseen(span_of(inner))], None)
            position = end
        position += 1


def _in_place(walk: Walk, call: Call) -> None:
    """`perl -pi -e CODE file` writes the file."""
    if call.arguments.has("-i") or any(flag.startswith("-i.") for flag in call.arguments.flags):
        walk.note(WRITE, f"{call.tool.name} changes files in place", call.tool.name, call.span)
        walk.writes += call.arguments.texts()
        if any(_SUBSTITUTES_ALL.fullmatch(field.text.strip()) for _, field, _ in call.arguments.given):
            walk.note(DESTRUCTIVE, f"{call.tool.name} deletes every line", call.tool.name, call.span)


def _copied(walk: Walk, call: Call) -> None:
    """What this text wrote may run under the name of a copy."""
    texts = call.arguments.texts()
    if len(texts) == 2 and texts[0].removeprefix("./") in walk.files:
        walk.keep(texts[1], walk.content_of(texts[0]))


def _fetched(walk: Walk, call: Call) -> None:
    """What comes from the network is not known when it runs."""
    for flag, field, _ in call.arguments.given:
        if flag in ("-o", "--output", "-O", "--output-document"):
            walk.keep(field.text, None)


def _sed(walk: Walk, call: Call) -> None:
    """A script of sed can run commands and write files of its own."""
    given = [field for flag, field, _ in call.arguments.given if flag in ("-e", "--expression")]
    for field in given or call.arguments.operands[:1]:
        script = read_sed(field.text)
        span = (field.start, field.end)
        for text in script.runs:
            walk.payload(Payload("unknown" if text is None else "shell", text or ""), span)
        for path in script.writes:
            if path and not path.startswith("/dev/std"):
                walk.note(WRITE, f"sed writes {path[:60]}", "sed", span)
                walk.writes.append(path)


def _plus_commands(walk: Walk, call: Call) -> None:
    """`vim +CMD` and `less +CMD` run a command of their own when they start."""
    for field in call.arguments.operands:
        if field.text.startswith("+"):
            text, span = field.text[1:], (field.start, field.end)
            if "stdin" in call.tool.keys:
                walk.payload(Payload("ex", text), span)
            elif text.lstrip("+")[:1] in ("!", "|"):
                walk.payload(Payload("shell", text.lstrip("+!|")), span)


def _emptied(walk: Walk, call: Call) -> None:
    """`tee file </dev/null` leaves an empty file; what it writes else may run later."""
    for text in call.arguments.texts() if call.feed is not None else ():
        walk.keep(text, call.feed.text if call.feed else None, append=call.arguments.has("-a"))
    if (
        call.feed is not None
        and call.feed.text == ""
        and call.arguments.operands
        and not call.arguments.has("-a")
    ):
        walk.note(DESTRUCTIVE, f"{call.tool.name} empties its files", call.tool.name, call.span)


_SPECIAL: dict[str, Callable[[Walk, Call], None]] = {
    "alias": _define_aliases,
    **dict.fromkeys(("export", "declare", "local", "typeset", "readonly"), _assign),
    "read": _read_names,
    "git": judge_git,
    **dict.fromkeys(("sed", "gsed"), _sed),
    **dict.fromkeys(
        ("vim", "vi", "nvim", "ex", "ed", "view", "gvim", "rvim", "less", "more", "most"), _plus_commands
    ),
    **dict.fromkeys(("npm", "pnpm", "yarn"), judge_npm),
    **dict.fromkeys(("cp", "mv", "install", "ln"), _copied),
    **dict.fromkeys(("curl", "wget"), _fetched),
    **dict.fromkeys(("perl", "ruby"), _in_place),
    **dict.fromkeys(("find", "gfind", "bfs", "fd", "fdfind"), _found),
    **dict.fromkeys(("tee", "sponge"), _emptied),
}
