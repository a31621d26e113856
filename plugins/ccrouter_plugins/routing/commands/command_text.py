"""Where commands stand inside prose, and whether a line is a command at all.

Many tools are English words (make, find, sort, kill, test). Grammar decides: a command has options, paths and operators
where a sentence has articles, prepositions and verbs.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from itertools import islice

from ..patterns import regex
from . import tools
from .sql import is_sql
from .tools.powershell import cmdlet_effect
from .tools.verbs import verb_effect

_MAX_TOKENS = 40
# A shorter word after "a" is no noun that it could be the article of.
_LETTERS = 3
_MAX_LINE = 4_000
# Of a tail of a line so much is read to see whether it is a command.
_TAIL = 400

# Tools that are also ordinary English words: their name alone says nothing.
_ENGLISH = frozenset(
    "make find sort cut test kill cat touch head tail time watch split join format install link open code move copy rename "
    "patch tree file stat which type date set export read source local declare wait jobs history who last host dig log less "
    "more look at batch script start stop service net mail convert identify display import compare reset clear yes true "
    "false expect serve up down task just go next render beam arc step vector act screen w r bb g k sl dog pass age op hub "
    "crane reg dive slim kind moon waf air black standard safety coverage behave robot trial ward green ab hey tap sage dart "
    "swift crystal scala racket factor pig hive presto drill snow fold column paste choose banner fortune enable bind let "
    "eval trap exec command alias hash info man unset times return shift help logout exit printf echo expand shred wipe "
    "scrub trash unison micro cursor init halt reboot shutdown measure select where group query title color prompt start "
    "ship deployer envoy fab fabric invoke doit cake mask mage thor robo fly now surge railway cycle upsun cf eb sam port "
    "draft tilt garden encore shuttle modal replicate sentry datadog segment linear slack notion asana databricks dep salt "
    "puppet chef knife ark borg kopia unlink builtin env nice entr parallel rush tar zip split tidy vale alex locate word "
    "delete erase del move mi fuser du df ps top z disown users cal seq sleep tee sponge m4 watchman reflex goose migrate "
    "atlas soda tern flask rails rake console symfony craft curator consul nomad vault boundary pulp fx jj hg stack nix "
    "guix snap scoop port pip-x rye hatch flit tox nox sdk n volta gem bundle pod tuist ionic capacitor fastlane pub expo "
    "rest bun turbo rush lerna lead ant mill buck pants conan dub fpm nimble shards zef black mon mount sync eject "
    "label assoc subst query attrib chat ring cols stow trip lookup host join comm diff tr nl od strip size ld ar as nm cc "
    "query call perform break continue caller complete bring dict words process update upgrade add remove drop write say "
    "print show list get put run do fix close back forward note notes plan review check document test lint clean build".split()
)
# Of these not even a path makes a command: "format src/a.py", "test src/a.py", "move a.py".
_NEEDS_OPTION = frozenset(
    "format test install link open move copy rename patch import compare read set local declare wait start stop reset clear "
    "display identify next render step act watch kind standard export history last up down task just go enable bind let "
    "exec return shift help wipe scrub trash delete erase del migrate update upgrade add remove drop write say print show "
    "list get put run do fix close note notes plan review check document lint clean build make tidy select query measure "
    "where group choose process split join touch sync mount label convert sort find cut code replicate modal draft strip "
    "size expand fold complete pass call perform title color prompt time kill file type which locate time act".split()
)
# Words of sentences; between options and paths they have no place.
_PROSE = frozenset(
    "the a an this that these those my our your his her its their all every some any each both is are was were be been in "
    "on of for to from with into onto by at as and or but not so if when while because since how what why who where whose "
    "it them me us you we they he she i please there here then than also too very just only out off over under up down "
    "about after before between through during until without within again once more most other such own same".split()
)
_VERBS = frozenset(
    "is are was were be does do did fails failed fail failing keeps kept hangs works worked working broken breaks gives gave "
    "says said returns returned takes took throws threw crashes crashed vs versus can could should would will has have had "
    "doesn't isn't don't didn't can't won't means deletes removes shows seems looks needs wants might may must".split()
)
_BREAKS = frozenset(
    "so because since and then but otherwise before after until while unless which instead".split()
)
_TARGETS = frozenset(
    "all test tests clean install build check lint fmt run dev docs doc distclean mrproper release deploy uninstall dist coverage "
    "format typecheck help serve start stop up down bench package publish setup init ci e2e image push watch pdf html".split()
)
_GO = frozenset(
    "build test run mod get vet fmt install generate list env version work tool clean doc fix".split()
)
_WRAPPERS = frozenset(
    "sudo doas time env nice nohup command builtin exec watch eval timeout xargs then".split()
)
# What they are asked about is a tool or a number.
_ABOUT_ONE = frozenset("kill type which man hash command help info".split())
_SETTERS = frozenset("alias export set declare local".split())
SHELL_TAGS = frozenset(
    "sh bash zsh shell console terminal shell-session shellsession sql psql mysql postgresql sqlite powershell ps1 pwsh bat cmd "
    "batch fish python py javascript js ruby perl php mongo mongosh redis".split()
)

_TOKEN = regex(r"(?:[^\s'\"`]+|'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`|['\"`])+")
_FLAG = regex(r"--?[A-Za-z][\w-]*(?:=.*)?|-\d+|--|-[A-Za-z0-9]+=?.*|\+[A-Za-z]\w*")
_PATH = regex(
    r"(?:[~.]{0,2}/|\.\.?$|[\w.@~$*{}-]+/)|[\w*-]*\.[A-Za-z][\w]{0,9}$|.*[*?\[]|[\w.-]+:[\w/.-]+$|\$\{?\w|[a-z]:\\",
    re.IGNORECASE,
)
_OPERATOR = regex(r"(?:\|\|?|&&|>>?|<<?<?|2>&1|[12]?>[^\s]*|&|;)$")
_ASSIGNMENT = regex(r"[A-Za-z_]\w*=\S*$")
_CODE = regex(
    r"(?:db|fs|os|shutil|sh|rs|FileUtils|File|Dir|subprocess|pathlib|Path)(?:[.:]{1,2}\w+|\([^)]*\))*\.?\w*[(!]|\[[\w.]+\]::\w+\(|:\(\)\s*\{"
)
# What no sentence has: a loop, a branch, a function, a variable that is set.
_SYNTAX = regex(
    r"(?:for\s+\w+\s+in\s[^;\n]*;\s*do|(?:while|until)\s[^;\n]*;\s*do|if\s[^;\n]*;\s*then|case\s+\S+\s+in)\b"
    r"|:\s*>\|?\s*\S|(?:''|\"\")\s*\|\s*\w|`[^`\n]*`\s+--?\w|\[\[?\s[^\n]*\s\]\]?|[A-Za-z_]\w*\(\)\s*\{|[A-Za-z_]\w*=(?:\$\(|[^\s;]*;|'[^'\n]*'\s+\S|\"[^\"\n]*\"\s+\S)"
)
_SCRIPT = regex(r"[\w.-]{1,60}\.(?:sh|bash|zsh|py|rb|pl|js|mjs|ts|php|ps1|bat|cmd)")
_PROMPTED = regex(r"\s*(?:\$|PS [^>\n]{0,80}>)\s+\S")
# Manners before a command are no part of it: "please rm -rf x" runs rm.
OPENERS = regex(
    r"\s*(?:(?:please|pls|plz|kindly|hey|hi|hello|ok|okay|yo|so|now|just|then|claude|thanks"
    r"|(?:can|could|would|will) (?:you|we|u))\b[,:!.]?\s*)+(?=\S)",
    re.IGNORECASE,
)
_TOLD_TO_RUN = regex(
    r"\b(?:run|running|execute|executing|exec|issue|invoke|launch|perform|do|try)\b[^`\n.;]{0,25}$",
    re.IGNORECASE,
)
_FENCE = regex(r"^[ \t]*(`{3,8}|~{3,8})[ \t]*([\w+-]{0,30})[^\n]*\n", re.MULTILINE)
_HERE = regex(r"<<-?\s*[\"']?([A-Za-z_]\w*)[\"']?")
# `"$(cat <<EOF` is closed on the line after the document.
_LONE = regex(r"^[ \t]*([A-Za-z_]\w*)[ \t]*$(?:\n[ \t]*[)\"']+[ \t]*$)?", re.MULTILINE)
# Options after the closing mark belong to what is between the marks: "`echo rm` -rf x".
_TICKED = regex(r"`([^`\n]{1,2000})`(?!\s+--?\w)|(`[^`\n]{1,2000}`\s+--?\w[^\n]{0,2000})")
_QUOTED = regex(
    r"\b(?:run|runs|running|execute|executing|do|issue|issuing|type|invoke|perform|launch|enter|use|call|paste|send|exec|eval)"
    r"\b[^\"'`\n.;]{0,40}?(?:\"([^\"\n]{1,2000})\"|(?<!\w)'([^'\n]{1,2000})')",
    re.IGNORECASE,
)
_JOINT = regex(
    r";[ \t]*(?:then\s+)?|&&[ \t]*|\|\|[ \t]*|(?<!\|)\|(?!\|)[ \t]*|[:,][ \t]+(?:and\s+|then\s+|just\s+)*|(?<=[.!?])[ \t]+"
    r"|\b(?:and\s+then|then|and|afterwards|finally|or|to|with|via|by|just|please)\s+"
    r"|\b(?:run|execute|exec|launch|invoke|issue|do|doing|running|executing|perform|call|try)\s+",
    re.IGNORECASE,
)
_STRONG_JOINT = regex(
    r"(?:run|execute|exec|launch|invoke|issue|running|executing|perform)\s+$", re.IGNORECASE
)
_SQL_START = regex(
    r"\b(?:DROP|TRUNCATE|DELETE\s+FROM|ALTER|UPDATE|GRANT|REVOKE|INSERT\s+INTO|SELECT|CREATE|WITH)\b"
)
_CODE_START = regex(r"\b(?:db\.[\w.]{1,80}\(|(?:shutil|os|fs|FileUtils|subprocess)\.\w+\()")
_FIRST_WORD = regex(r"[A-Za-z./~$\\'\"{(>`:\[!_][^\s]{0,200}")
# Courtesy, a remark or the end of a sentence after a command is no argument of it.
_MANNERS = regex(
    r"(?<=\S)(?:[,.!]*\s+(?:please|pls|now|thanks|thank you|thx|asap|for me|right away|just kidding|\([a-z][\w ,]*\)))+[\s,.!?]*$"
    r"|(?<=[\w\"'*/])[.!?]+\s*$",
    re.IGNORECASE,
)
_MANNERS_MAX = 80
_CUTTABLE = "`$()|;&<>\n"
_BREAK = regex(
    # "Name, Id, WS" is one list of operands.
    r"(?<=\S)(?:[.!?]\s|,\s(?!(?:(?-i:[A-Z])\w{0,40},\s){0,8}(?-i:[A-Z])\w{0,40}$))|\s(?:so|because|since|but|otherwise|unless|which)\s|\s(?:and|then)\s",
    re.IGNORECASE,
)


def looks_like_command(line: str) -> bool:
    """Tell whether a bare line is a command (shell, SQL, PowerShell, a call in a scripting language), not English."""
    line = _unopened(line.strip()[:_MAX_LINE]).lstrip("({! ")
    line = line[: _length(line)] if _MANNERS.search(line, max(0, len(line) - _MANNERS_MAX)) else line
    if not line:
        return False
    if is_sql(line) or _CODE.match(line) or _PROMPTED.match(line) or _SYNTAX.match(line):
        return True
    return _is_command(_words(line), asked=False)


def _unopened(line: str) -> str:
    """Return a line without the manners it opens with."""
    opener = OPENERS.match(line)
    # "just --list" runs a tool that is called like a word of manners.
    return line[opener.end() :] if opener and line[opener.end()] != "-" else line


def commands_in(text: str) -> list[tuple[int, int]]:
    """Return the spans of command text inside prose, in order and without overlap.

    Fenced blocks, backticked and quoted commands, lines that are commands, and the tails of sentences that are. Whether
    the prose asks to run them is for the caller to decide.
    """
    text = text.replace("\\\n", "  ")  # a line that goes on below, of the same length: spans stay true
    spans: list[tuple[int, int]] = []
    covered = _fences(text, spans)
    spans += [
        match.span(match.lastindex or 0)
        for match in _TICKED.finditer(text)
        if not _inside(match.start(), covered)
        and (
            _coded(match.group(match.lastindex or 0))
            or _TOLD_TO_RUN.search(text, max(0, match.start() - 60), match.start())
        )
    ]
    for match in _QUOTED.finditer(text):
        group = 1 if match.group(1) is not None else 2
        if not _inside(match.start(), covered) and _coded(match.group(group)):
            spans.append(match.span(group))
    marked = _merged(spans)
    lone_words = _lone_words(text) if "<<" in text else {}
    position = 0
    for line in text.splitlines(keepends=True):
        if line.strip() and not _inside(position, covered):
            found = len(spans)
            _in_line(text, (position, position + len(line.rstrip())), spans, marked)
            body = _here_document(line, position + len(line), lone_words) if len(spans) > found else None
            if body is not None:
                spans[-1] = (spans[-1][0], body)
                covered.append((position, body))
        position += len(line)
    return _merged(spans)


# -- one line ------------------------------------------------------------------------------------------------------


def _is_command(tokens: list[str], *, asked: bool) -> bool:
    """Decide by the words of a line; `asked` tells that the words before it were "run" or that it stands in backticks."""
    while tokens and (_ASSIGNMENT.match(tokens[0]) and len(tokens) > 1):
        tokens = tokens[1:]
    if not tokens:
        return False
    if not _begins(tokens[0]):
        return False
    ended = tokens[0].endswith((".", ";", "!", "?")) and tokens[0].startswith("./")
    name = _bare(tokens[0])
    rest = [] if ended else _head(tokens[1:])
    if name.lower() in _WRAPPERS and rest and (name.islower() or name.isupper()):
        inner = [token for token in rest if not _FLAG.match(token)]
        if inner and _is_command(inner, asked=asked):
            return True
    if tokens[0].startswith((">", "./", "../", "~/")) or (
        tokens[0].startswith("/") and len(rest) < 3 and "." not in tokens[0]
    ):
        return _is_redirect(tokens) if tokens[0].startswith(">") else not _sentence(rest)
    if _SCRIPT.fullmatch(name) and rest and _FLAG.fullmatch(rest[0]):
        return True
    cmdlet = cmdlet_effect(name)
    if cmdlet is not None and name[:1].isupper() and name.partition("-")[2][:1].isupper():
        return True
    if tools.find(name.lower()) is None:
        return False
    if any(token.startswith(("<(", ">(", "$(", "<<")) for token in rest):
        return True
    if _has_sub_command(name, rest):
        return True
    if name.lower() in _ENGLISH or len(name) == 1:
        return _ambiguous(name, rest, asked=asked)
    return _plain_tool(name, rest)


def _begins(token: str) -> bool:
    """Tell whether a command can begin with this word: it is a path, a redirection, or names a tool."""
    name = _bare(token)
    lowered = name.lower()
    return (
        lowered in _WRAPPERS
        or token.startswith((">", "./", "../", "~/", "/"))
        or tools.find(lowered) is not None
        or _SCRIPT.fullmatch(name) is not None
        or cmdlet_effect(name) is not None
    )


def _words(text: str) -> list[str]:
    """Return the first words of a text; quoted pieces belong to their word."""
    return [match.group() for match in islice(_TOKEN.finditer(text), _MAX_TOKENS)]


def _bare(token: str) -> str:
    """Return the name that a first word stands for: without quotes, backslashes and its folder."""
    plain = token.replace("\\", "").replace("'", "").replace('"', "") if len(token) < 80 else ""
    return plain.rpartition("/")[2].rstrip(",;:")


def _head(tokens: list[str]) -> list[str]:
    """Return the words up to where a new clause of English begins."""
    for index, token in enumerate(tokens):
        if token.lower() in _BREAKS:
            return tokens[:index]
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        sentence = (
            token.endswith((".", "!")) and len(token) > 1 and (token[:-1].isalpha() or following.istitle())
        )
        if token.endswith((",", "?", ";")) or sentence:
            return [*tokens[:index], token[:-1]]
    return tokens


def _is_redirect(tokens: list[str]) -> bool:
    """`> logs/app.log` empties a file; `> quoted text` is a quotation."""
    target = tokens[0].lstrip(">|") or (tokens[1] if len(tokens) > 1 else "")
    return len(tokens) <= 2 and _PATH.match(target) is not None


def _sentence(rest: list[str]) -> bool:
    """Tell whether a word of prose comes before the first option, path or operator."""
    for token in rest:
        lowered = token.lower()
        if lowered in _PROSE or lowered in _VERBS:
            return True
        if _FLAG.fullmatch(token) or _OPERATOR.match(token):
            return False
    return False


def _is_letter(words: list[str], index: int) -> bool:
    """Tell whether "a" or "i" is a name here, not a word of a sentence: "mv a b", "redis-cli ttl a"."""
    following = words[index + 1] if index + 1 < len(words) else ""
    return words[index] in ("a", "i") and (len(following) < _LETTERS or not following.isalpha())


def _plain_tool(name: str, rest: list[str]) -> bool:
    """A tool whose name is no English word: a command unless a sentence follows."""
    if not rest:
        return True
    lowered = [token.lower() for token in rest]
    if any(token.rstrip(":") in _VERBS for token in lowered):
        return False
    lowered = ["" if _is_letter(lowered, index) else token for index, token in enumerate(lowered)]
    flags = [index for index, token in enumerate(rest) if _FLAG.fullmatch(token) or _OPERATOR.match(token)]
    tool = tools.find(name.lower())
    known = tool.words if tool is not None else frozenset()
    prose = next((i for i, token in enumerate(lowered) if token in _PROSE and token not in known), len(rest))
    if prose == len(rest) or (flags and flags[0] < prose):
        return True
    # "terraform destroy in envs/prod", "mkfs.ext4 on /dev/sda": a verb or the name of a disk tool, then where.
    if prose > 0 and verb_effect(rest[0]) is not None:
        return True
    placed = prose == 0 and lowered[0] in ("on", "in", "from") and len(rest) > 1 and _PATH.match(rest[1])
    return bool(placed) and tool is not None and tool.always_destroys()


def _has_sub_command(name: str, rest: list[str]) -> bool:
    """Tell whether a tool is followed by a sub-command of its table, and no sentence after it: "flask run", "op whoami"."""
    if not rest or name in _NEEDS_OPTION or not name.islower():
        return False
    found = tools.find(name)
    later = [token.lower() for token in rest[1:]]
    if found is None or any(
        (token in _PROSE or token in _VERBS) and token not in found.words for token in later
    ):
        return False
    by_verb = found.keys.get("default") == "verb"
    return any(found.names(word) or (by_verb and verb_effect(word) is not None) for word in rest[:2])


def _ambiguous(name: str, rest: list[str], *, asked: bool) -> bool:
    """A tool whose name is an English word."""
    lowered = name.lower()
    if not rest:
        return asked and lowered in ("make", "reboot", "shutdown", "halt")
    if any(token.lower() in _VERBS for token in rest):
        return False
    if lowered in ("make", "just", "task", "go"):
        words = [token for token in rest if not _FLAG.fullmatch(token) and not _ASSIGNMENT.match(token)]
        known = _GO if lowered == "go" else _TARGETS
        return all(word in known for word in words) if lowered != "go" else bool(words) and words[0] in known
    if lowered in _ABOUT_ONE and all(
        token.lstrip("%").isdigit() or tools.find(token.lower()) is not None for token in rest
    ):
        return True
    prose = next((index for index, token in enumerate(rest) if token.lower() in _PROSE), len(rest))
    if lowered in _SETTERS and _ASSIGNMENT.match(rest[0].partition("'")[0].partition('"')[0]):
        return prose == len(rest)
    flag = next(
        (index for index, token in enumerate(rest) if _FLAG.fullmatch(token) and token != "--"), len(rest)
    )
    operator = next((index for index, token in enumerate(rest) if _OPERATOR.match(token)), len(rest))
    if min(flag, operator) < prose or (len(rest) > 1 and rest[0].startswith("/dev/")):
        return True
    if prose < len(rest) or (name.istitle() and not any(map(_PATH.match, rest))):
        return False
    if lowered in ("echo", "printf") or (asked and lowered not in _NEEDS_OPTION):
        return True
    if verb_effect(rest[0]) is not None and lowered not in _NEEDS_OPTION and len(rest) > 1:
        return True
    return lowered not in _NEEDS_OPTION and (
        any(map(_PATH.match, rest)) or all(token.isdigit() for token in rest)
    )


# -- prose ---------------------------------------------------------------------------------------------------------


def _coded(inner: str) -> bool:
    """Tell whether a text in backticks or quotes is a command."""
    inner = inner.strip().lstrip("({! ")
    if is_sql(inner) or _CODE.match(inner) or _PROMPTED.match(inner):
        return True
    tokens = _words(inner)
    if len(tokens) == 1 and not tokens[0].startswith((">", "./")):
        return False
    return _is_command(tokens, asked=True)


def _fences(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Add the fenced blocks that hold commands; return the spans of all fenced blocks."""
    covered: list[tuple[int, int]] = []
    position = 0
    while True:
        opener = _FENCE.search(text, position)
        if not opener:
            return covered
        close = text.find("\n" + opener.group(1), opener.end() - 1)
        end = len(text) if close < 0 else close
        body = text[opener.end() : end]
        tag = opener.group(2).lower()
        first = next((line for line in body.splitlines() if line.strip()), "")
        if tag in SHELL_TAGS or (not tag and looks_like_command(first)):
            spans.append((opener.end(), max(opener.end(), end)))
        covered.append((opener.start(), end))
        position = max(end + 1, opener.end())


def _starts(line: str, joint: re.Match[str]) -> bool:
    """Tell whether a command starts after a joint of a line."""
    if _SYNTAX.match(line, joint.end()):
        return True
    tail = line[joint.end() : joint.end() + _TAIL]
    if not _may_start(line, joint.end()):
        return is_sql(tail)
    tokens = _words(tail)
    asked = _STRONG_JOINT.search(joint.group()) is not None
    return is_sql(tail) or (
        bool(tokens) and _is_command(tokens, asked=asked) and _tail_counts(joint.group(), tokens)
    )


def _may_start(line: str, position: int) -> bool:
    """Tell whether the word at `position` could be the first of a command; a cheap look before the thorough one."""
    word = _FIRST_WORD.match(line, position)
    if word is None:
        return False
    if word.group().isalpha():
        return _begins(word.group())
    token = _TOKEN.match(line, position, position + _TAIL)
    return token is not None and ("=" in token.group() or _begins(token.group()))


def _lone_words(text: str) -> dict[str, list[tuple[int, int]]]:
    """Return the lines that are one word, by that word: where each begins and ends, closing marks below included."""
    places: dict[str, list[tuple[int, int]]] = {}
    for match in _LONE.finditer(text):
        places.setdefault(match.group(1), []).append(match.span())
    return places


def _here_document(line: str, after: int, lone_words: dict[str, list[tuple[int, int]]]) -> int | None:
    """Return where the here-document that a command line opens ends, or None: its body is data, not a line.

    `after` is where the next line begins.
    """
    opener = _HERE.search(line)
    places = lone_words.get(opener.group(1), []) if opener else []
    index = bisect_left(places, (after, 0))
    return places[index][1] if index < len(places) else None


def _in_line(
    text: str, at: tuple[int, int], spans: list[tuple[int, int]], marked: list[tuple[int, int]]
) -> None:
    """Add the line itself, or the tails of it that are commands; `marked` is what was found by its quotes."""
    start, end = at
    line = text[start:end]
    listed = line.lstrip().startswith(("- ", "* ", "1."))
    stripped = len(line) - len(line.lstrip(" \t>*-0123456789." if listed else " \t"))
    behind = 0
    if looks_like_command(line[stripped:]):
        opener = OPENERS.match(line, stripped)
        first = opener.end() if opener else stripped
        behind = first + _length(line[first:])
        spans.append((start + first, start + behind))
    for joint in _JOINT.finditer(line):
        if joint.end() < behind or not _starts(line, joint):
            continue
        behind = joint.end() + _length(line[joint.end() :])
        spans.append((start + joint.end(), start + behind))
    for pattern in (_SQL_START, _CODE_START):
        for match in pattern.finditer(line):
            if _inside(start + match.start(), marked):
                continue
            if pattern is _CODE_START or is_sql(line[match.start() : match.start() + _MAX_LINE]):
                spans.append((start + match.start(), start + match.start() + _length(line[match.start() :])))
                break


def _tail_counts(joint: str, tokens: list[str]) -> bool:
    """After a mere "to" or "and" a single word is no command: "switch to git"."""
    weak = joint.strip().lower() in (
        "and",
        "or",
        "to",
        "with",
        "via",
        "by",
        "just",
        "please",
        "try",
        "do",
        "doing",
        "call",
    )
    return not weak or len(_head(tokens)) > 1


def _length(line: str) -> int:
    """Return how much of `line` is the command; English that follows it is cut off when nothing in it can run."""
    manners = _MANNERS.search(line, max(0, len(line) - _MANNERS_MAX))
    if manners is not None:
        line = line[: manners.start()]
    first = max((line.rfind(sign) for sign in _CUTTABLE), default=-1) + 1
    counted, double, single = 0, 0, 0
    for match in _BREAK.finditer(line):
        end = match.start()
        double += line.count('"', counted, end)
        single += line.count("'", counted, end)
        counted = end
        if end >= first and double % 2 == 0 and single % 2 == 0:
            return end
    return len(line)


def _inside(position: int, covered: list[tuple[int, int]]) -> bool:
    """Tell whether `position` lies in one of the spans, which are in order and do not overlap."""
    index = bisect_right(covered, (position, sys.maxsize)) - 1
    return index >= 0 and position < covered[index][1]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sort the spans and drop those inside others."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if start < end and (not merged or start >= merged[-1][1]):
            merged.append((start, end))
    return merged
