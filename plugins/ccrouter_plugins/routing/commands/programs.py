"""Programs that stand in options, settings and variables: they are judged like a command.

A tool runs more than its command line says: a pager, an editor, a helper. Where a name or an option is known to hold a
program, its value is judged as one; where neither is known, a value that would lose something as a command fails closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from re import DOTALL
from typing import TYPE_CHECKING

from ..patterns import regex
from . import tools
from .effects import DESTRUCTIVE, UNKNOWN, WRITE, Payload
from .walk import ASSIGNMENT, Walk, quoted

if TYPE_CHECKING:
    from .calls import Call

Span = tuple[int, int]

# Manuals of git (1), less (1), bash (1), ssh (1), rsync (1), man (1), cvs (1), hg (1), sudo (8).
_VARIABLE = regex(
    r"(?:[A-Z]+_)?(?:PAGER|EDITOR|ASKPASS|BROWSER)|MANPAGER|HGEDITOR|VISUAL|FCEDIT|PROMPT_COMMAND|LESSOPEN|LESSCLOSE"
    r"|GIT_(?:EXTERNAL_DIFF|SSH|SSH_COMMAND|PROXY_COMMAND)|(?:RSYNC|CVS)_RSH|SVN_SSH|RSYNC_CONNECT_PROG|TAR_OPTIONS"
    r"|\w+_(?:COMMAND|CMD|PROGRAM)|BORG_RSH|MAKESHELL|LESSEDIT|FZF_DEFAULT_COMMAND|MERGE_TOOL"
)
# They name a file whose code runs before the command itself.
_LOADED = regex(
    r"BASH_ENV|LD_PRELOAD|LD_AUDIT|DYLD_INSERT_LIBRARIES|PYTHONSTARTUP|GIT_CONFIG(?:_\w+)?|GIT_EXEC_PATH|GIT_TEMPLATE_DIR"
    r"|PERL5DB|ZDOTDIR"
)
# They may name such a file: `NODE_OPTIONS=--require ./x.js`, but not `--max-old-space-size=4096`; ENV=prod is a stage.
_MAY_LOAD = regex(
    r"NODE_OPTIONS=.*(?:--require|--import|--loader|(?:^|[\s=])-r\b).*|(?:PERL5OPT|RUBYOPT)=.*-[rM].*|ENV=.*/.*"
    r"|JAVA_TOOL_OPTIONS=.*-(?:javaagent|agent).*|PYTHONWARNINGS=.*\..*\..*",
    DOTALL,
)
# A key of git whose value is a program, by its last part, or by its first (git-config (1)).
_KEY = regex(
    r"(?:alias|pager)\..+|.*\.(?:pager|editor|sshcommand|fsmonitor|askpass|gitproxy|alternaterefscommand|external|command|cmd"
    r"|textconv|driver|clean|smudge|process|helper|program|browser|uploadpack|receivepack|packobjectshook|difffilter"
    r"|tocmd|cccmd|headercmd|sendmailcmd|defaultkeycommand|vcs|update)"
)
_LOADED_KEY = regex(
    r"core\.(?:hookspath|attributesfile|worktree)|include(?:if\..*)?\.path|init\.templatedir|protocol\.(?:ext\.)?allow"
    r"|url\..*\.(?:insteadof|pushinsteadof)",
)
_SSH_KEYS = frozenset(("proxycommand", "localcommand", "remotecommand", "knownhostscommand", "match"))
_NPM_KEYS = frozenset(
    ("script-shell", "shell", "editor", "viewer", "browser", "git", "init-module", "onload-script")
)
# What these options and settings may hold instead of a program.
_NO_PROGRAM = frozenset(
    "true false yes no on off 0 1 none auto always never merge rebase checkout cat : - store cache osxkeychain manager manager-core libsecret wincred".split()
)
_EXT = regex(r"ext::(.*)", DOTALL)
_SCRIPT_WORD = regex(r"\s*[\"']?([^\s\"';|&]+)")
_SPACE = regex(r"\s")
_CHECKPOINT = "exec="
_MORE = '"$x"'  # what the tool hands to its program
_MAKERS = frozenset(("make", "gmake", "nmake", "bmake", "mingw32-make", "remake"))
_SETTERS = frozenset(("export", "declare", "local", "typeset", "readonly", "setenv"))
_TRANSFERS = frozenset(
    (
        "clone",
        "fetch",
        "pull",
        "push",
        "ls-remote",
        "remote",
        "archive",
        "submodule",
        "fetch-pack",
        "send-pack",
    )
)
_GIT_OPTIONS = {
    "grep": ("-O", "--open-files-in-pager"),
    "difftool": ("-x", "--extcmd"),
    "rebase": ("-x", "--exec"),
    **dict.fromkeys(_TRANSFERS, ("--upload-pack", "--receive-pack", "--exec")),
    "send-email": ("--sendmail-cmd", "--to-cmd", "--cc-cmd", "--header-cmd", "--smtp-server"),
}
_MAX_VALUE = 4_000


def judge_program(walk: Walk, text: str, span: Span, *, argument: bool = True) -> None:
    """Note in `walk` what the program `text` would do when the tool that holds it starts it.

    `argument` says that it is handed something more, a file or an address. A script whose text is not at hand is unknown:
    nothing in the command shows that it runs.
    """
    body = text.strip().lstrip("!|").strip()
    if not body or body.lower() in _NO_PROGRAM:
        return
    first = _SCRIPT_WORD.match(body)
    name = first.group(1) if first else ""
    base = name.rpartition("/")[2].lower().removesuffix(".exe")
    if "/" in name and tools.find(base) is None and walk.content_of(name) is None:
        walk.note(UNKNOWN, f"starts {name[:60]}, which is not known", base, span)
    known = walk.known
    walk.payload(Payload("shell", f"{body} {_MORE}" if argument else body), span)
    walk.known = known  # an editor or a pager need not be in the tables
    walk.writes[:] = [path for path in walk.writes if path != "$x"]


def judge_setting(walk: Walk, name: str, value: str, span: Span, *, alone: bool = False) -> None:
    """Note what setting the variable `name` for a command would run; `alone` says that no command follows.

    Any other variable than those for programs fails closed when its value would lose something as a command.
    """
    if not value:
        return
    if _VARIABLE.fullmatch(name):
        judge_program(walk, value, span)
    elif _LOADED.fullmatch(name) or _MAY_LOAD.fullmatch(f"{name}={value[:_MAX_VALUE]}"):
        walk.note(UNKNOWN, f"{name} brings code that runs first", name, span)
    elif not alone:
        _suspect(walk, name, value, span)


def judge_git_key(walk: Walk, key: str, value: str, span: Span) -> None:
    """Note what a setting of git would run."""
    key = key.lower()
    if key.startswith("alias.") and not value.lstrip().startswith("!"):
        judge_program(walk, f"git {value}", span)
    elif _LOADED_KEY.fullmatch(key):
        walk.note(UNKNOWN, f"{key} brings code that is not known", "git", span)
    elif _KEY.fullmatch(key) or value.startswith("!"):
        judge_program(walk, value, span)
    else:
        _suspect(walk, key, value, span)


def judge_options(walk: Walk, call: Call) -> None:
    """Note the programs in the options and settings of a call."""
    for flag, field, _ in call.arguments.given:
        if flag in call.tool.options("programs"):
            judge_program(walk, field.text, (field.start, field.end))
        elif flag == "-o" and "sshopts" in call.tool.keys:
            _ssh_option(walk, field.text, (field.start, field.end))
        elif flag == "--checkpoint-action" and field.text.startswith(_CHECKPOINT):
            judge_program(walk, field.text.removeprefix(_CHECKPOINT), (field.start, field.end))
    name = call.tool.name
    wraps = "wrap" in call.tool.keys and "join" not in call.tool.keys
    if wraps or name in _MAKERS or name in _SETTERS:
        for field in call.arguments.operands:
            match = ASSIGNMENT.fullmatch(field.text)
            if match:
                value = match.group(2).lstrip("=")
                span = (field.start, field.end)
                if name in _MAKERS and match.group(1) == "SHELL":
                    judge_program(walk, value, span)
                judge_setting(walk, match.group(1), value, span, alone=name in _SETTERS)


def judge_git(walk: Walk, call: Call) -> None:
    """Note the programs that a call of git brings along: settings, options, addresses, and what it configures."""
    texts = call.arguments.texts()
    command = texts[0].lower() if texts else ""
    for flag, field, index in call.arguments.given:
        span = (field.start, field.end)
        before = index < call.arguments.indexes[0] if texts else True
        if (flag == "-c" and (before or command == "clone")) or flag == "--config":
            key, _, value = field.text.partition("=")
            judge_git_key(walk, key, value, span)
        elif flag in ("--config-env", "--exec-path") and field.text:
            walk.note(UNKNOWN, f"git {flag} brings code that is not known", "git", span)
        elif flag in _GIT_OPTIONS.get(command, ()):
            judge_program(walk, field.text, span)
    _git_cluster(walk, call, command)
    if command in _TRANSFERS:
        for field in call.arguments.operands[1:]:
            match = _EXT.match(field.text)
            if match:
                judge_program(walk, _ext_command(match.group(1)), (field.start, field.end))
    if command == "config":
        _git_config(walk, call, texts)


def _git_cluster(walk: Walk, call: Call, command: str) -> None:
    """Judge ``-O'cmd'``, ``-x cmd`` and ``-u cmd`` of a sub-command: the same letters mean other things elsewhere."""
    short = {"grep": "-O", "difftool": "-x", "rebase": "-x", "clone": "-u"}.get(command, "")
    fields = call.fields
    for position, field in enumerate(fields[1:], 1):
        if short and field.text.startswith(short):
            glued = field.text[len(short) :]
            following = fields[position + 1].text if position + 1 < len(fields) and short != "-O" else ""
            judge_program(walk, glued or following, (field.start, field.end))


def _git_config(walk: Walk, call: Call, texts: Sequence[str]) -> None:
    """Judge what `git config KEY VALUE` sets; a program in it changes the steering of the repository."""
    words = [text for text in texts[1:] if text.lower() not in ("set", "--")][:2]
    if len(words) < 2 or words[0].lower() in (
        "get",
        "unset",
        "list",
        "edit",
        "remove-section",
        "rename-section",
    ):
        return
    key, value = words[0].lower(), words[1]
    before = len(walk.findings)
    judge_git_key(walk, key, value, call.span)
    plain_alias = key.startswith("alias.") and not value.startswith("!")
    if (_KEY.fullmatch(key) or _LOADED_KEY.fullmatch(key)) and not plain_alias:
        walk.writes.append(".git/config")
    elif plain_alias:
        # To define a short name for a loss loses nothing yet.
        walk.findings[before:] = [
            one._replace(effect=UNKNOWN) if one.effect == DESTRUCTIVE else one
            for one in walk.findings[before:]
        ]


def judge_npm(walk: Walk, call: Call) -> None:
    """Judge `npm config set KEY VALUE`, `npm set KEY=VALUE`."""
    texts = call.arguments.texts()
    words = texts[1:] if texts[:1] in (["config"], ["c"]) else texts
    if words[:1] != ["set"]:
        return
    key, _, value = words[1].partition("=") if len(words) > 1 else ("", "", "")
    value = value or " ".join(words[2:3])
    walk.note(WRITE, "changes the settings of npm", call.tool.name, call.span)
    if key in _NPM_KEYS:
        judge_program(walk, value, call.span)
        walk.writes.append("~/.npmrc")


def _ssh_option(walk: Walk, text: str, span: Span) -> None:
    """Judge ``-o ProxyCommand=...``."""
    key, _, value = text.replace("=", " ", 1).partition(" ")
    if key.lower() in _SSH_KEYS:
        judge_program(walk, value.strip().removeprefix("exec "), span, argument=False)


def _suspect(walk: Walk, name: str, value: str, span: Span) -> None:
    """Fail closed when a value would lose something, or cannot be read, as a command of a known tool."""
    if not _SPACE.search(value.strip()) and "`" not in value and "$(" not in value:
        return
    first = _SCRIPT_WORD.match(value.lstrip("!|"))
    if first is None or tools.find(first.group(1).rpartition("/")[2].lower()) is None:
        return
    before, known = len(walk.findings), walk.known
    walk.payload(Payload("shell", value.lstrip("!|")), span)
    found = walk.findings[before:]
    walk.findings[before:] = []
    walk.known = known
    if any(one.effect in (DESTRUCTIVE, UNKNOWN) for one in found):
        walk.note(UNKNOWN, f"{name[:40]} holds a command that may run", name, span)


def _ext_command(address: str) -> str:
    """Return the command of an ``ext::`` address, where ``% `` is a space inside a word (git-remote-ext (1))."""
    hidden = address.replace("%%", "\0").replace("% ", "\1")
    return " ".join(quoted(word.replace("\1", " ").replace("\0", "%")) for word in hidden.split())
