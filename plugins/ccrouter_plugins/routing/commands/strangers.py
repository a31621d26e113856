"""Judges a command that no table knows: by the verb in its name or its arguments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..patterns import regex
from .effects import DESTRUCTIVE, READ, RUN, UNKNOWN, Payload, weight
from .shell_words import Field
from .sql import is_sql
from .tools.arguments import Arguments
from .tools.powershell import cmdlet_effect
from .tools.requests import asks_help, is_dry, is_grave
from .tools.verbs import effect_by_verb, name_destroys
from .walk import is_path, span_of

if TYPE_CHECKING:
    from .walk import Feed, Walk

_SCRIPT = regex(
    r".*\.(?:sh|bash|zsh|py|rb|pl|js|ts|mjs|php|ps1|bat|cmd|r|jl|lua|run|bin|appimage)", re.IGNORECASE
)
# A program of the machine, not a script of the project: `/usr/bin/tool` is judged like `tool`.
_SYSTEM_TOOL = regex(r"/(?:usr/|usr/local/|opt/(?:[\w.-]+/){1,4})?s?bin/[\w+-]+")
_METHOD = regex(r"\S*\.(?:Delete|Kill|Stop|Remove\w*)(?:\(.*)?", re.DOTALL)
_BLOCK = regex(r"\{([^{}]*)\}")
_MAX_BLOCKS = 8
_MAX_NAME = 60
_MAX_FIRST = 200
_LANGUAGES = {
    "py": "python",
    "js": "js",
    "mjs": "js",
    "ts": "js",
    "rb": "ruby",
    "pl": "perl",
    "php": "php",
    "sql": "sql",
}
_SHEBANGS = (("python", "python"), ("node", "js"), ("ruby", "ruby"), ("perl", "perl"), ("php", "php"))


def judge_stranger(walk: Walk, fields: Sequence[Field], feed: Feed | None) -> None:
    """Note in `walk` what the command `fields` would do, as far as its words tell."""
    text = fields[0].text
    base = text.rpartition("/")[2].lstrip("{(")
    name = base[:_MAX_NAME]
    if cmdlet_effect(base) is not None:
        _cmdlet(walk, base, fields, feed)
    elif _METHOD.fullmatch(text):
        walk.note(DESTRUCTIVE, f"{name} deletes or stops something", name, span_of(fields))
    elif ("/" in text and not _SYSTEM_TOOL.fullmatch(text)) or _SCRIPT.fullmatch(base):
        if not judge_written(walk, text, "", span_of(fields)):
            judge_script(walk, text, fields)
    elif not walk.lenient and name_destroys(base):
        walk.known = False
        walk.note(DESTRUCTIVE, f"{name} destroys something by its name", name, span_of(fields))
    elif not walk.lenient:
        walk.known = False
        _by_verb(walk, name, fields)
    else:
        return
    judge_handed(walk, fields)


def judge_handed(walk: Walk, fields: Sequence[Field]) -> None:
    """Judge the SQL among the arguments of a tool that runs things: it probably runs that too."""
    for field in fields[1:]:
        if field.quoted and " " in field.text and is_sql(field.text):
            walk.payload(Payload("sql", field.text), (field.start, field.end))


def judge_written(walk: Walk, path: str, language: str, span: tuple[int, int]) -> bool:
    """Judge a script that the same text wrote before, in `language` ("": by its name and first line).

    Returns False when the text did not write it.
    """
    name = path.removeprefix("./")
    if name not in walk.files:
        return False
    text = walk.files[name]
    if text is None:
        walk.note(UNKNOWN, f"runs {name[:_MAX_NAME]}, which the same text writes", name, span)
        return True
    if not language:
        first = text[:_MAX_FIRST].partition("\n")[0]
        shebang = (
            next((one for word, one in _SHEBANGS if word in first), "shell") if first[:2] == "#!" else ""
        )
        language = shebang or _LANGUAGES.get(name.rpartition(".")[2].lower(), "shell")
    walk.payload(Payload(language, text), span)
    return True


def judge_script(walk: Walk, path: str, fields: Sequence[Field]) -> None:
    """Note the run of the script `path` (`fields` are it and its arguments): by its name, or the task it is given."""
    base = path.rpartition("/")[2][:_MAX_NAME]
    arguments = Arguments(fields[1:])
    effect = DESTRUCTIVE if name_destroys(base) else effect_by_verb(arguments)[0]
    if effect != DESTRUCTIVE or is_dry(arguments) or asks_help(arguments):
        walk.note(RUN, f"runs {base}", base, span_of(fields))
    else:
        reason = f"{base} destroys something by its name or task"
        walk.note(DESTRUCTIVE, reason, base, span_of(fields), grave=is_grave(fields))
    walk.reads.append(path)
    judge_handed(walk, fields)


def _by_verb(walk: Walk, name: str, fields: Sequence[Field]) -> None:
    arguments = Arguments(fields[1:])
    effect, verb = effect_by_verb(arguments)
    if asks_help(arguments) or (weight(effect) > weight(RUN) and is_dry(arguments)):
        effect = READ
    label = f"{name} {verb}".strip()
    reason = f"{label} loses data, access or service" if effect == DESTRUCTIVE else label
    walk.note(effect, reason, label, span_of(fields), grave=is_grave(fields, whole=True))
    paths = [text for text in arguments.texts() if is_path(text)]
    (walk.reads if effect == READ else walk.writes).extend(paths)


def _cmdlet(walk: Walk, name: str, fields: Sequence[Field], feed: Feed | None) -> None:
    """Judge a PowerShell cmdlet and the script blocks among its arguments."""
    effect, grave = cmdlet_effect(name) or (RUN, False)
    arguments = Arguments(fields[1:], (), "long")
    words = [field.text for field in fields[1:]]
    if name.lower() == "invoke-expression":
        walk.payload(Payload("shell", " ".join(words)), span_of(fields))
        return
    if name.lower().startswith("invoke-") and "delete" in map(str.lower, words):
        effect = DESTRUCTIVE
    if name.lower() in ("set-content", "out-file") and _is_emptied(fields, feed):
        effect = DESTRUCTIVE
    if arguments.has("-whatif"):
        effect = READ
    reason = f"{name} loses data, access or service" if effect == DESTRUCTIVE else name
    walk.note(effect, reason, name, span_of(fields), grave=grave or is_grave(fields))
    paths = [text for text in arguments.texts() if is_path(text)]
    (walk.reads if effect == READ else walk.writes).extend(paths)
    for block in _BLOCK.findall(" ".join(words))[:_MAX_BLOCKS]:
        walk.payload(Payload("shell", block), span_of(fields))


def _is_emptied(fields: Sequence[Field], feed: Feed | None) -> bool:
    """Tell whether nothing is written over a file: ``"" | Set-Content a.txt``, ``Set-Content a.txt $null``."""
    fed = feed is not None and feed.source in (("",), ("$null",))
    return fed or any(field.text.lower() in ("", "$null") for field in fields[1:])
