"""What a one-liner in a programming language would do.

Python is read with the standard library's parser; other languages (and Python that does not parse) by the calls that
their text makes outside strings. Strings handed to a shell or a database are returned as payloads for the caller.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..patterns import regex
from .effects import DESTRUCTIVE, RUN, UNKNOWN, WRITE, Payload, weight
from .sql import is_sql


class CodeVerdict(NamedTuple):
    """What a program text would do by itself, and what it hands on."""

    effect: str
    reason: str
    payloads: tuple[Payload, ...] = ()
    writes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


def judge_code(text: str, language: str) -> CodeVerdict:
    """Judge `text` in `language` (python, js, perl, ruby, php, lua, r, mongo, awk, applescript, code). Total."""
    if language not in ("python", "code"):
        return _judge_calls(text, language)
    from .code_python import judge_python

    verdict = judge_python(text)
    if verdict is None:
        return _judge_calls(text, language)
    return worse(verdict, _judge_calls(text, language)) if language == "code" else verdict


# -- any language: calls outside strings ---------------------------------------------------------------------------

_PIECE = regex(r"\"\"\"|'''|\"|'|`|//|/\*|#|\\.", re.DOTALL)
_LINE_COMMENTS = {
    "#": frozenset(("python", "perl", "ruby", "php", "r", "awk", "code")),
    "//": frozenset(("js", "php", "mongo")),
}

_DELETES = regex(
    r"""(?:
      (?<![\w$])(?:
      (?:fs|fsp|fse|promises|fsPromises|fsExtra|Deno|Bun|FileUtils|File|Dir|Files|Pathname|shutil|os|path|Path|io|IO|file|IO\.File
         |Directory|pathlib)\s*(?:\)|\.promises)?(?:\.|::|->)\s*
         (?:rm\w{0,20}|unlink\w{0,12}|remove\w{0,20}|rmdir\w{0,12}|truncate\w{0,12}|ftruncate\w{0,12}|delete\w{0,20}|empty\w{0,12}
            |safe_unlink|remove_entry\w{0,10}|rmtree|rm!?|outputFileSync0|copy_file0|drop|kill)\s*[!?]?(?:\s*\(|\s+["'`$@\[%]|\s*$)
    | (?:rmSync|unlinkSync|rmdirSync|truncateSync|rimraf(?:\.sync|Sync)?|rimrafSync|del\.sync|deleteSync|removeSync|emptyDirSync|rmtree
         |remove_tree|unlink_all|deltree|delTree)\s*\(
    | (?:unlink|rmdir|rmtree|remove_tree|truncate|file\.remove|os\.remove|os\.rename0|delete_file)\s*(?:\(|\s+["'`$@<%*\w/])
    ) | \.(?:deleteMany|deleteOne|dropDatabase|dropCollection|dropIndexes|dropIndex|dropUser|dropAllUsersFromDatabase|dropRole|
          findOneAndDelete|findAndRemove|findByIdAndDelete|remove_all|delete_many|delete_one|drop_all|drop_table|drop_collection
          |drop_database|flushall|flushdb|flushAll|flushDb|destroy_all|delete_all|destroyAll|deleteAll|dropTable|dropSchema
          |dropAllSchemas|truncate|destroy|rmtree|unlink|rmdir|unlinkSync|rmSync|terminate_instances|delete_bucket|delete_objects?
          |rm_rf|rm_r|purge|purge_queue|delete_(?!attr|op)\w{2,40}|terminate_\w{2,40}|deleteBucket|shutdownServer|obliterate
          |stop_instances|rmrf|kill|delete!|destroy!)\s*(?:\(|$|;|!)
    | (?<![\w$])db(?:\.\w{1,60}|\[[^\]]{0,60}\]|\.getCollection\([^)]{0,60}\)|\.getSiblingDB\([^)]{0,60}\)){1,4}\.(?:drop|remove|deleteMany|deleteOne)\s*\(
    | (?<![\w$])(?:FileUtils|Dir|File)\.(?:rm|rm_f|rm_r|rm_rf|remove_dir|remove_entry|delete|unlink|rmdir|truncate)\b
    | (?<=->)forceDelete\s*\( | \bempty\s+(?:the\s+)?trash\b | \bfile\s+delete\s | &:(?:delete|destroy|unlink|rmtree|rm_rf)\b | \bmethod\(:(?:delete|unlink|rm_rf|rm_r|rm)\)
    | \[(?:System\.)?IO\.(?:File|Directory)\]::(?:Delete|Move|WriteAllText)\s*\(
    | (?<![\w$])(?:sh|rs)\.(?:remove|stepDown|removeShard)\s*\(
    | (?<![\w$])(?:Process|os|signal)\.(?:kill|killpg|abort_all)\s*\(
    | (?<![\w$])process\.kill\s*\(
    | \(\s*(?:delete-(?:file|directory)|uiop:delete-\w+|fs:delete-\w+)
    | (?<![\w$])(?:axios|requests|http|client|got|ky|superagent|httpx|\$)\.(?:delete|del)\s*\(
    )""",
    re.VERBOSE,
)
_RUNS_SHELL = regex(
    r"""(?<![\w$.])(?:(?:\w{1,30}|\)|\])(?:\.|->|::)){0,3}(?:system|popen\w{0,3}|exec\w{0,10}|spawn\w{0,8}|fork_exec|shell_exec|passthru|
        proc_open|pcntl_exec|qx|run|check_output|check_call|call|getoutput|getstatusoutput|capture2e?|capture3|pipeline|shell(?:-command(?:-to-string)?)?|cmd|sh|\$)
        \s*(?:\(|\s+["'`%\[]|[{/|!](?=\s*\w)|(?=["'`]))|do\s+shell\s+script\s|%x[\[({|!/<]|\|\s*getline|\|\s*["']|Kernel\.""",
    re.VERBOSE,
)
_WRITES = regex(
    r"\b(?:writeFile\w{0,6}|appendFile\w{0,6}|write_text|write_bytes|file_put_contents|File\.write|IO\.write|fopen|mkdir\w{0,6}"
    r"|copyFile\w{0,6}|rename\w{0,6}|insert(?:One|Many)|update(?:One|Many)|createIndex|move|copy\w{0,8}|open)\s*\("
)
_EVALS = regex(
    r"(?<![\w.])(?:eval|exec|instance_eval|loadstring|load|Function|assert|create_function)\s*\(\s*(?!\s*[\"'`)])"
)
_METHOD_DELETE = regex(
    r"method\s*[:=]\s*['\"]DELETE['\"]|runCommand\s*\(\s*\{\s*['\"]?(?:drop|delete)", re.IGNORECASE
)
_APPLE_LOSES = regex(
    r"\b(?:delete|erase|empty\s+(?:the\s+)?trash|to\s+(?:the\s+)?trash|shut\s+down|restart)\b", re.IGNORECASE
)
# The second argument is an empty string: nothing stays of what was in the file.
_EMPTY_WRITE = regex(
    r"\b(?:writeFile(?:Sync)?|outputFile(?:Sync)?|writeTextFile(?:Sync)?|file_put_contents|(?:File|IO)\.(?:bin)?write)\s*\("
    r"\s*[^(),;]{1,300},\s*(?:\"\"|''|``|null|Buffer\.alloc\(0\))\s*[,)]"
)
_EMPTY_REMOVE = regex(r"\.(?:drop|remove)\s*\(\s*(?:\{\s*\}\s*)?\)")
# Names taken out of the module for files stand alone: `import { rm } from "node:fs/promises"`.
_FILE_MODULE = regex(r"(?:from|require\(|import\()\s*['\"](?:node:)?fs(?:/promises|-extra)?['\"]")
_BARE_DELETE = regex(r"(?<![\w$.])(?:rm|unlink|rmdir|truncate|remove|emptyDir)\s*\(")
_TCL_EXEC = regex(r"\bexec\s+([^;\]\n]{1,400})")
_SHELL_CALL = regex(r"(?:\w+\.){0,4}(?:system|execSync|popen|shell_exec|passthru)\s*\($")
_BRACKET = regex(r"[()\[\]{}]")
_STATEMENT_END = regex(r"[;\n]")
_MAX_SHOWN = 400
_MAX_CODE = 100_000


class _Blanked(NamedTuple):
    """Program text with its strings blanked out, and the strings."""

    code: str
    strings: tuple[tuple[str, str, int], ...]  # text, quote, position


def _blank(text: str, language: str) -> _Blanked:
    """Replace what is inside quotes by spaces; comments go too."""
    out: list[str] = []
    strings: list[tuple[str, str, int]] = []
    position = 0
    while True:
        match = _PIECE.search(text, position)
        if not match:
            break
        token, start = match.group(), match.start()
        out.append(text[position:start])
        if token[0] == "\\":
            out.append(token)
            position = match.end()
        elif token in _LINE_COMMENTS or token == "/*":
            position = _after_comment(text, token, language, match.end(), out)
        else:
            position = _after_string(text, token, match.end())
            body = text[match.end() : max(match.end(), position - len(token))]
            strings.append((body, token, start))
            out.append(token + " " * max(0, position - match.end() - len(token)) + token)
    out.append(text[position:])
    return _Blanked("".join(out), tuple(strings))


def _after_comment(text: str, token: str, language: str, position: int, out: list[str]) -> int:
    """Blank a comment, or keep the sign when `language` has no such comment."""
    begun = position - len(token)
    glued = begun > 0 and not text[begun - 1].isspace() and text[begun - 1] not in ";{}"
    if token == "/*":
        close = text.find("*/", position)
        closed = len(text) if close < 0 else close + 2
    elif language not in _LINE_COMMENTS[token] or glued:
        out.append(token)
        return position
    else:
        close = text.find("\n", position)
        closed = len(text) if close < 0 else close
    out.append(" " * (closed - begun))
    return closed


def _after_string(text: str, quote: str, position: int) -> int:
    """Return the index after the string that `quote` opens."""
    while True:
        close = text.find(quote, position)
        if close < 0:
            return len(text)
        slashes = 0
        while close - slashes - 1 >= position and text[close - slashes - 1] == "\\":
            slashes += 1
        position = close + len(quote)
        if slashes % 2 == 0:
            return position


def _judge_calls(text: str, language: str) -> CodeVerdict:
    """Judge a program by the calls in its text."""
    text = text[:_MAX_CODE]
    blanked = _blank(text, language)
    payloads = _payloads(text, blanked, language)
    match = _DELETES.search(blanked.code)
    if match and not _is_name(text, match):
        return CodeVerdict(DESTRUCTIVE, f"the code calls {_shown(match.group())}", payloads)
    if _METHOD_DELETE.search(text):
        return CodeVerdict(DESTRUCTIVE, "the code sends a request to delete", payloads)
    if language == "applescript" and _APPLE_LOSES.search(blanked.code):
        return CodeVerdict(DESTRUCTIVE, "the script deletes something or stops the machine", payloads)
    if _EMPTY_WRITE.search(text):
        return CodeVerdict(
            DESTRUCTIVE, "the code writes nothing over a file", payloads, writes=_paths(blanked)
        )
    if language == "mongo" and _EMPTY_REMOVE.search(blanked.code):
        return CodeVerdict(DESTRUCTIVE, "the code drops or empties a collection", payloads)
    if _FILE_MODULE.search(text) and _BARE_DELETE.search(blanked.code):
        return CodeVerdict(DESTRUCTIVE, "the code calls a function that deletes files", payloads)
    hidden = _hidden_call(blanked)
    if hidden:
        return CodeVerdict(DESTRUCTIVE, f"the code calls {hidden}", payloads)
    if _EVALS.search(blanked.code):
        return CodeVerdict(UNKNOWN, "the code runs text that is not known", payloads)
    if _WRITES.search(blanked.code):
        return CodeVerdict(WRITE, "the code writes", payloads, writes=_paths(blanked))
    return CodeVerdict(RUN, "runs code", payloads, reads=_paths(blanked))


_CALLS_BY_NAME = (
    "[",
    "send(",
    "array_map(",
    "array_walk(",
    "call_user_func(",
    "call_user_func_array(",
    "getattr(",
)
_DELETING_MODULES = frozenset(("rimraf", "del", "trash", "rmfr"))
_MEMBER = regex(r"(?:rm|unlink|rmdir|rmtree|remove|truncate)(?:Sync|_rf|_r|_f)?")


def _hidden_call(blanked: _Blanked) -> str:
    """Find ``fs["rmSync"](...)``, ``File.send(:delete)``, ``array_map("unlink", ...)``: a function named by a string."""
    for body, _quote, start in blanked.strings:
        before = blanked.code[max(0, start - 24) : start].rstrip()
        if _MEMBER.fullmatch(body) and before.endswith(_CALLS_BY_NAME):
            return body
        if body in _DELETING_MODULES and before.endswith(("require(", "import(", "from")):
            return body
    return ""


def _is_name(text: str, match: re.Match[str]) -> bool:
    """Tell whether the match is the definition of a function of that name."""
    return (
        re.search(r"(?:def|function|sub|func)\s+$", text[max(0, match.start() - 12) : match.start()])
        is not None
    )


def _shown(call: str) -> str:
    return call.strip().rstrip("(\"'` ")[:40]


def _payloads(text: str, blanked: _Blanked, language: str) -> tuple[Payload, ...]:
    """Return the strings that the code hands to a shell or a database."""
    strings = blanked.strings
    payloads = [Payload("sql", body) for body, _, _ in strings if is_sql(body)]
    if language in ("perl", "ruby", "php"):
        payloads += [Payload("shell", body) for body, quote, _ in strings if quote == "`"]
    if language == "tcl":
        payloads += [Payload("shell", match.group(1)) for match in _TCL_EXEC.finditer(text)]
    if language == "awk":
        payloads += [
            Payload("shell", body) for body, _, start in strings if _is_piped(blanked.code, start, body)
        ]
    calls = list(_RUNS_SHELL.finditer(blanked.code))
    ends = _closings(blanked.code) if calls else {}
    index = 0
    for call in calls:
        while index < len(strings) and strings[index][2] < call.start():
            index += 1
        end = _end_of_call(blanked.code, call, ends)
        taken = []
        while index < len(strings) and strings[index][2] < end:
            taken.append(strings[index][0])
            index += 1
        body = " ".join(taken) if taken else text[call.end() : end][:_MAX_SHOWN].strip(" )]}/|!;")
        if taken or call.group().strip().startswith(("qx", "%x")):
            payloads.append(Payload("shell", body))
        elif body and _SHELL_CALL.match(call.group()):
            payloads.append(Payload("unknown", body))
    return tuple(payloads)


def _is_piped(code: str, start: int, body: str) -> bool:
    """Tell whether awk runs the string at `start`: `"cmd" | getline`, `print | "cmd"`."""
    after = code[start + len(body) + 2 : start + len(body) + 40].lstrip()
    return after.startswith("|") or code[:start].endswith(("| ", "|"))


def _closings(code: str) -> dict[int, int]:
    """Return, for the index of every opening parenthesis or bracket, where it is closed."""
    closings: dict[int, int] = {}
    opened: list[int] = []
    for match in _BRACKET.finditer(code):
        if match.group() in "([{":
            opened.append(match.start())
        elif opened:
            closings[opened.pop()] = match.start()
    return closings


def _end_of_call(code: str, call: re.Match[str], closings: dict[int, int]) -> int:
    """Return the index where a call ends: at its closing parenthesis, else with its statement."""
    last = call.end() - 1
    if code[last] in "([{":
        return closings.get(last, len(code))
    end = _STATEMENT_END.search(code, call.end())
    return end.start() if end else len(code)


def _paths(blanked: _Blanked) -> tuple[str, ...]:
    """Return the strings that look like paths."""
    found = [
        body for body, _, _ in blanked.strings if body and len(body) < 300 and not re.search(r"\s", body)
    ]
    return tuple(body for body in found if "/" in body or re.search(r"\.\w{1,10}$", body))


def worse(first: CodeVerdict, second: CodeVerdict) -> CodeVerdict:
    """Return the worse of two verdicts on the same text."""
    return first if weight(first.effect) >= weight(second.effect) else second
