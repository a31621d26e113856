"""Shell words after expansion, as far as that can be known without running anything.

Variables set earlier in the same text, brace lists, ``$(echo ...)`` and decoded pipelines are resolved; anything else
stays in the text as it was written and is marked as a hole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..patterns import regex
from .shell import OPAQUE, OUTPUT, TEXT, VARIABLE, Command, Part, Script, Word


class Field(NamedTuple):
    """One word as the command receives it.

    `hole` is the index in `text` after the last piece that is not known (0 when all is known); `quoted` tells that some
    of it was quoted.
    """

    text: str
    start: int
    end: int
    hole: int = 0
    quoted: bool = False


# What a variable may hold: its text, or None when it is not known.
Values = Mapping[str, str | None]

_MAX_FIELDS = 64
_MAX_BRACES = 40
_MAX_BRACE_TEXT = 2_000
_MAX_VALUE = 4_000
_MAX_OUTPUT = 100_000
_MAX_STAGES = 8  # pipelines longer than this are not followed
_BRACE_STEP = regex(r"[{},]|[^{},]+")
_PRIVATE = {"{": "\ue000", "}": "\ue001", ",": "\ue002"}
_HIDE = str.maketrans(_PRIVATE)
_SHOW = str.maketrans({hidden: shown for shown, hidden in _PRIVATE.items()})


def expand(word: Word, values: Values) -> list[Field]:
    """Return the fields that `word` expands to, given what the variables hold."""
    literal = word.parts[0].value if len(word.parts) == 1 and word.parts[0].kind == TEXT else None
    if literal is not None and "{" not in literal:
        return [Field(literal, word.start, word.end, 0, word.parts[0].quoted)]
    texts, hole = _pieces(word.parts, values)
    quoted = any(part.quoted for part in word.parts)
    fields = []
    for text in texts:
        for alternative in _braces(text):
            shown = alternative.translate(_SHOW)
            fields.append(Field(shown, word.start, word.end, min(hole, len(shown)), quoted))
    return fields[:_MAX_FIELDS]


def _pieces(parts: tuple[Part, ...], values: Values) -> tuple[list[str], int]:
    """Join `parts`; an unquoted variable may split the word into several texts."""
    done: list[str] = []
    pieces: list[str] = []
    hole = 0
    written = 0
    for part in parts:
        value = part.value if part.kind == TEXT else resolve(part, values)
        if value is None:
            pieces.append(_as_written(part).translate(_HIDE))
            hole = written + len(pieces[-1])
        elif part.kind == TEXT:
            pieces.append(value.translate(_HIDE) if part.quoted else value)
        elif part.quoted or len(value.split()) <= 1:
            pieces.append((value if part.quoted else value.strip()).translate(_HIDE))
        else:
            first, *middle, last = value.translate(_HIDE).split()
            done += ["".join(pieces) + first, *middle]
            pieces, hole, written = [], 0, 0
            pieces.append(last)
        written += len(pieces[-1])
    text = "".join(pieces)
    if text or any(part.quoted for part in parts):
        done.append(text)
    return done, hole


def _as_written(part: Part) -> str:
    if part.kind == VARIABLE and not part.value.startswith("$"):
        return "$" + part.value
    return part.value


def resolve(part: Part, values: Values) -> str | None:
    """Return the text that a variable or a substitution stands for, or None when it is not known."""
    if part.kind == VARIABLE:
        if part.value in values:
            return values[part.value]
        return part.default
    if part.kind == OUTPUT and part.script is not None:
        return output(part.script, values)
    return None


def text_of(word: Word, values: Values) -> str | None:
    """Return all of `word` as one text, or None when a piece of it is not known."""
    pieces = []
    for part in word.parts:
        value = part.value if part.kind == TEXT else resolve(part, values)
        if value is None:
            return None
        pieces.append(value)
    return "".join(pieces)


def feed_of(word: Word, values: Values) -> str:
    """Return the text of a here-document or here-string; unknown pieces stay as they are written."""
    pieces = []
    for part in word.parts:
        value = part.value if part.kind == TEXT else resolve(part, values)
        pieces.append(_as_written(part) if value is None else value)
    return "".join(pieces)


# -- brace lists ---------------------------------------------------------------------------------------------------


def _braces(text: str) -> list[str]:
    """Expand ``a{b,c}d``; the text itself when there is no list, or too much of one."""
    if "{" not in text or "," not in text or len(text) > _MAX_BRACE_TEXT or text.count("{") > _MAX_BRACES:
        return [text]
    frames: list[tuple[list[str], list[str]]] = [
        ([], [""])
    ]  # per open brace: finished alternatives, the current one
    for step in _BRACE_STEP.findall(text):
        done, current = frames[-1]
        if step == "{":
            frames.append(([], [""]))
        elif step == "," and len(frames) > 1:
            frames[-1] = (done + current, [""])
        elif step == "}" and len(frames) > 1:
            frames.pop()
            made = done + current if done else ["{" + one + "}" for one in current]
            frames[-1] = (frames[-1][0], _product(frames[-1][1], made))
        else:
            frames[-1] = (done, _product(current, [step]))
        if len(frames[-1][0]) + len(frames[-1][1]) > _MAX_FIELDS:
            return [text]
    if len(frames) > 1:
        return [text]
    return [one for one in frames[0][1] if one]


def _product(left: list[str], right: list[str]) -> list[str]:
    if len(left) * len(right) > _MAX_FIELDS:
        return [""] * (_MAX_FIELDS + 1)
    return [one + other for one in left for other in right]


# -- the output of simple commands ---------------------------------------------------------------------------------

_ECHO_ESCAPE = regex(r"\\(x[0-9A-Fa-f]{1,2}|0?[0-7]{1,3}|[abefnrtv\\])")
_CONTROL_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", "r": "\r"}
_FILTERS = frozenset(("base64", "gbase64", "xxd", "rev", "cat", "tee"))
WRAPPERS = frozenset(("sudo", "doas", "env", "command", "builtin", "nohup", "exec", "time", "nice"))
_SETTING = regex(r"[A-Za-z_]\w{0,80}=")
_FORMAT = regex(r"%[-0-9.]*([sbdiqc%])")


def output(script: Script, values: Values) -> str | None:
    """Return what `script` prints when it is one simple, known pipeline, without trailing newlines; else None."""
    if len(script.commands) == 0:
        return ""
    last = script.commands[-1]
    chain = 1
    step = last
    while step.pipe is not None and step.pipe is not OPAQUE:
        step = step.pipe
        chain += 1
    if chain != len(script.commands):
        return None
    printed = printed_by(last, values)
    return None if printed is None else printed.rstrip("\n")


def printed_by(command: Command, values: Values, stages: int = _MAX_STAGES) -> str | None:
    """Return what `command` writes to its standard output, or None when that is not known."""
    if not command.words or stages == 0:
        return None
    fields = [field for word in command.words for field in expand(word, values)]
    if not fields or any(field.hole for field in fields):
        return None
    name, *arguments = unwrapped(fields) or [""]
    if name in ("true", "false", ":"):
        return ""
    if name == "echo":
        return _echo(arguments)
    if name == "printf":
        return _printf(arguments)
    if name == "cat" and arguments == ["/dev/null"]:
        return ""
    if name in ("which", "command", "type", "realpath", "basename") and arguments:
        return arguments[-1].rpartition("/")[2]
    if name not in _FILTERS:
        return None
    return _filtered(name, arguments, fed_to(command, values, stages))


def unwrapped(fields: Sequence[Field]) -> list[str]:
    """Return the words of a command without what only wraps it (`sudo -n`, `env A=1`), its name in lower case."""
    words = [field.text for field in fields]
    while words and words[0].rpartition("/")[2].lower() in WRAPPERS:
        words.pop(0)
        while words and (words[0].startswith("-") or _SETTING.match(words[0])):
            words.pop(0)
    return [words[0].rpartition("/")[2].lower(), *words[1:]] if words else []


def fed_to(command: Command, values: Values, stages: int = _MAX_STAGES) -> str | None:
    """Return the text on the standard input of `command`, or None when it has none or that is not known."""
    for redirect in reversed(command.redirects):
        if redirect.operator in ("<<", "<<<"):
            return feed_of(redirect.target, values)
    if command.pipe is None or command.pipe is OPAQUE:
        return None
    return printed_by(command.pipe, values, stages - 1)


def _echo(arguments: list[str]) -> str:
    """Return what ``echo`` prints; escapes are always interpreted (some shells do)."""
    while arguments and re.fullmatch(r"-[neE]+", arguments[0]):
        arguments = arguments[1:]
    return _ECHO_ESCAPE.sub(_echo_escape, " ".join(arguments))


def _echo_escape(match: re.Match[str]) -> str:
    body = match.group(1)
    if body[0] == "x":
        return chr(int(body[1:], 16))
    if body[0] in "01234567":
        return chr(int(body, 8) % 256)
    return _CONTROL_ESCAPES.get(body, "")


def _printf(arguments: list[str]) -> str | None:
    if arguments and arguments[0] == "--":
        arguments = arguments[1:]
    if not arguments or arguments[0].startswith("-"):
        return None
    template, rest = arguments[0], iter(arguments[1:])
    count = sum(1 for kind in _FORMAT.findall(template) if kind != "%")
    rounds = max(1, -(-(len(arguments) - 1) // count)) if count else 1
    if rounds * len(template) > _MAX_OUTPUT:
        return None

    def fill(match: re.Match[str]) -> str:
        return "%" if match.group(1) == "%" else next(rest, "")

    texts = [_ECHO_ESCAPE.sub(_echo_escape, _FORMAT.sub(fill, template)) for _ in range(rounds)]
    return "".join(texts)


def _filtered(name: str, arguments: list[str], fed: str | None) -> str | None:
    """Return what a filter makes of the text it is fed."""
    if fed is None or len(fed) > _MAX_OUTPUT:
        return None
    flags = [argument for argument in arguments if argument.startswith("-")]
    if name in ("base64", "gbase64") and any(flag in ("-d", "-D", "--decode", "-di") for flag in flags):
        return _from_base64(fed)
    if name == "xxd" and "r" in "".join(flags) and "p" in "".join(flags):
        return _from_hex(fed)
    if name == "rev":
        return "\n".join(line[::-1] for line in fed.split("\n"))
    if (name == "cat" and not [one for one in arguments if one != "-"]) or name == "tee":
        return fed
    return None


def _from_base64(text: str) -> str | None:
    try:
        import base64

        return base64.b64decode("".join(text.split()), validate=False).decode("utf-8", "replace")
    except ValueError:
        return None


def _from_hex(text: str) -> str | None:
    try:
        return bytes.fromhex("".join(text.split())).decode("utf-8", "replace")
    except ValueError:
        return None


def assigned(words: Iterable[tuple[str, Word]], values: Values) -> dict[str, str | None]:
    """Return what each assigned name holds: its text, or None when that is not known or has more than one value."""
    found: dict[str, str | None] = {}
    for name, word in words:
        value = text_of(word, values)
        known = found.get(name, values.get(name, value))
        found[name] = value if known == value and len(value or "") <= _MAX_VALUE else None
    return found
