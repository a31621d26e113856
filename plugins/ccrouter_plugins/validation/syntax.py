"""Does every changed file still parse? Only faults that a change brought count."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Union

from attrs import frozen

from ccrouter_core._compat import tomllib
from ccrouter_core.errors import ExecutorError
from ccrouter_core.models import Finding, Verdict
from ccrouter_core.processes import ProcessLimits, run
from ccrouter_plugins.validation.interpreters import parsers
from ccrouter_plugins.validation.subject import Subject, cannot_run, failed, not_applicable, passed

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BYTES = 10_000_000  # parsing more takes seconds and hundreds of megabytes
_LIMITS = ProcessLimits(total_ms=20_000, output_bytes=1 << 20)
_WITH_COMMENTS = re.compile(
    r"(^|/)(tsconfig[\w.-]*|jsconfig[\w.-]*|devcontainer|\.eslintrc|\.?renovate)\.json5?$|(^|/)\.vscode/"
)
_PYTHON = (
    "import ast,sys\n"
    "try: ast.parse(sys.stdin.buffer.read())\n"
    "except (SyntaxError,ValueError,RecursionError,MemoryError) as e:\n"
    "    print('%s: %s' % (getattr(e,'lineno',0) or 0, getattr(e,'msg',None) or e)); sys.exit(3)\n"
)
_REFUSED = 3  # exit code of the program above for text that does not parse


@frozen
class Fault:
    """A place where a file does not parse."""

    message: str
    line: int | None = None


@frozen
class Unchecked:
    """Why a file could not be checked."""

    reason: str


Result = Union[Fault, Unchecked, None]  # None: it parses
Checker = Callable[[Path, Path], Result]  # (file, project) -> result


def check_syntax(subject: Subject) -> Verdict:
    """FAIL for a changed file that does not parse and did before; mechanical, so no tier is skipped.

    A file that was broken before the work is not held against it. A format without a checker is passed over; a
    missing checker, and a file above 10 MB, is CANNOT_RUN.
    """
    folder = subject.folder
    if folder is None:
        return cannot_run("syntax", "there is no folder to look in")
    findings, unchecked, parsed, known = [], [], 0, 0
    for name in subject.changed_files():
        checker = _checker(name, folder / name)
        if checker is None:
            continue
        result = _bounded(checker, folder / name, folder)
        if isinstance(result, Unchecked):
            unchecked.append(Finding(rule="syntax.unchecked", message=result.reason, path=name))
        elif result is None:
            parsed += 1
        elif _was_broken(checker, subject, name):
            known += 1
        else:
            findings.append(Finding(rule="syntax", message=result.message, path=name, line=result.line))
    if findings:
        first = findings[0]
        reason = (
            f"{len(findings)} file(s) do not parse; first: {first.path}:{first.line or '?'} {first.message}"
        )
        return failed("syntax", reason, tuple(findings))
    if unchecked:
        return cannot_run("syntax", f"{unchecked[0].path}: {unchecked[0].message}", tuple(unchecked))
    if parsed or known:
        return passed(
            "syntax", f"{parsed} file(s) parse" + (f", {known} did not before either" if known else "")
        )
    return not_applicable("syntax", "no changed file has a syntax that is checked")


def _checker(name: str, path: Path) -> Checker | None:
    suffix = path.suffix.lower()
    if suffix in {".json", ".json5"} and (_WITH_COMMENTS.search(name) or suffix == ".json5"):
        return None
    if not suffix and _shebang(path):
        return _bash
    return _CHECKERS.get(suffix)


def _shebang(path: Path) -> bool:
    with path.open("rb") as stream:
        return re.match(rb"#!.*\b(ba)?sh\b", stream.readline(200)) is not None


def _bounded(checker: Checker, path: Path, project: Path) -> Result:
    try:
        if path.stat().st_size > MAX_BYTES:
            return Unchecked(f"it is larger than {MAX_BYTES // 1_000_000} MB")
        return checker(path, project)
    except OSError as error:
        return Unchecked(f"it cannot be read: {error.strerror}")


def _was_broken(checker: Checker, subject: Subject, name: str) -> bool:
    if subject.origin is None or not (subject.origin / name).is_file():
        return False
    return isinstance(_bounded(checker, subject.origin / name, subject.origin), Fault)


# --- the checkers ----------------------------------------------------------------------------------------------


def _text(path: Path) -> str | Fault:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        return Fault(f"it is not UTF-8: {error.reason} at byte {error.start}")


def _python(path: Path, _: Path) -> Result:
    """Parse with our Python; a newer one of the machine may accept what ours does not know yet."""
    fault: Result = Unchecked("no Python could be started")
    for program in parsers():
        try:
            done = run(
                [program, "-I", "-W", "ignore", "-c", _PYTHON], stdin=path.read_bytes(), limits=_LIMITS
            )
        except ExecutorError:  # not there after all; the next one may be
            continue
        if done.exit_code == 0:
            return None
        if done.exit_code == _REFUSED:
            line, _sep, message = done.stdout.decode(errors="replace").strip().partition(": ")
            fault = Fault(message, int(line) or None if line.isdigit() else None)
        elif not isinstance(fault, Fault):
            fault = Unchecked("the parser did not end in time or crashed")
    return fault


def _json(path: Path, _: Path) -> Result:
    text = _text(path)
    if isinstance(text, Fault):
        return text
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return Fault(error.msg, error.lineno)
    except RecursionError:
        return Unchecked("it is nested too deeply to be parsed")
    return None


def _jsonl(path: Path, _: Path) -> Result:
    text = _text(path)
    if isinstance(text, Fault):
        return text
    for number, row in enumerate(text.split("\n"), start=1):
        fault = _json_row(row)
        if fault is not None:
            return Fault(fault, number)
    return None


def _json_row(row: str) -> str | None:
    try:
        if row.strip():
            json.loads(row)
    except (ValueError, RecursionError) as error:
        return str(error)
    return None


def _toml(path: Path, _: Path) -> Result:
    text = _text(path)
    if isinstance(text, Fault):
        return text
    try:
        tomllib.loads(text)
    except ValueError as error:
        found = re.search(r"line (\d+)", str(error))
        return Fault(str(error), int(found[1]) if found else None)
    except RecursionError:
        return Unchecked("it is nested too deeply to be parsed")
    return None


def yaml_fault(text: str) -> str | None:
    """Return why a text is not YAML, None when it is. ModuleNotFoundError without PyYAML. Tags are not resolved."""
    import yaml  # noqa: PLC0415 - an optional extra

    try:
        for _ in yaml.parse(text, Loader=yaml.SafeLoader):
            pass
    except (yaml.YAMLError, RecursionError) as error:
        return str(error).replace("\n", " ")
    return None


def _yaml(path: Path, _: Path) -> Result:
    text = _text(path)
    if isinstance(text, Fault):
        return text
    try:
        fault = yaml_fault(text)
    except ModuleNotFoundError:
        return Unchecked("PyYAML is not installed")
    if fault is None:
        return None
    if "{{" in text or "{%" in text:
        return Unchecked("it is a template, not YAML yet")
    found = re.findall(r"line (\d+)", fault)  # the first says where it began, the last where it broke
    return Fault(fault, int(found[-1]) if found else None)


def _external(program: str, *arguments: str) -> Checker:
    def check(path: Path, _: Path) -> Result:
        found = shutil.which(program)
        if found is None:
            return Unchecked(f"{program} is not installed")
        done = run([found, *arguments, str(path.absolute())], limits=_LIMITS)
        words = done.stderr.decode(errors="replace")
        if done.exit_code == 0:
            return None
        if (
            done.timed_out
            or "ERR_UNKNOWN_FILE_EXTENSION" in words
            or "SyntaxError" not in words + _SHELL_WORDS.get(program, "")
        ):
            return Unchecked(f"{program} cannot check it")
        return _external_fault(words, path)

    return check


_SHELL_WORDS = {"bash": "SyntaxError"}  # whatever `bash -n` complains about is one


def _external_fault(words: str, path: Path) -> Fault:
    line = re.search(rf"{re.escape(path.name)}:(?: line )?(\d+)", words)
    said = re.search(r"SyntaxError: (.*)", words)
    message = (
        said[1] if said else (words.strip().splitlines() or ["it does not parse"])[0].rpartition(": ")[2]
    )
    return Fault(message.strip(), int(line[1]) if line else None)


_bash = _external("bash", "-n")

_TEX_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%.*")
_TEX_VERBATIM = re.compile(
    r"\\begin\{(verbatim\*?|lstlisting|minted|Verbatim|comment)\}.*?\\end\{\1\}|\\(?:verb\*?|lstinline)([^\w\s{]).*?\2",
    re.DOTALL,
)
_TEX_TOKEN = re.compile(r"\\(begin|end)\s*\{([^{}\n]*)\}|\\.|[{}]|\n", re.DOTALL)


def _tex(path: Path, _: Path) -> Result:
    """Check that braces and environments close in order. Definitions may do otherwise: their file is passed over."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix in {".sty", ".cls"}:
        return None
    text = _TEX_VERBATIM.sub(lambda match: "\n" * match[0].count("\n"), text)
    text = "\n".join(_TEX_COMMENT.sub(r"\1", row) for row in text.split("\n"))
    line = 1
    open_: list[tuple[str, int]] = []
    for token in _TEX_TOKEN.finditer(text):
        line += token[0].count("\n")
        if token[0] == "{" or token[1] == "begin":
            open_.append((token[2] or "{", line))
        elif token[0] == "}" or token[1] == "end":
            wanted = token[2] or "{"
            if not open_ or open_[-1][0] != wanted:
                return Fault(_tex_words(wanted, open_), line)
            open_.pop()
    if open_:
        name, where = open_[-1]
        return Fault(
            "an opening brace is never closed" if name == "{" else f"\\begin{{{name}}} is never closed", where
        )
    return None


def _tex_words(wanted: str, open_: Sequence[tuple[str, int]]) -> str:
    closing = "a closing brace" if wanted == "{" else f"\\end{{{wanted}}}"
    if not open_:
        return f"{closing} closes nothing"
    name, line = open_[-1]
    return f"{closing} comes before the {'brace' if name == '{' else name} of line {line} is closed"


_CHECKERS: dict[str, Checker] = {
    **dict.fromkeys((".py", ".pyi"), _python),
    **dict.fromkeys((".json", ".ipynb"), _json),
    **dict.fromkeys((".jsonl", ".ndjson"), _jsonl),
    ".toml": _toml,
    **dict.fromkeys((".yaml", ".yml"), _yaml),
    **dict.fromkeys(
        (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx"), _external("node", "--check")
    ),
    **dict.fromkeys((".sh", ".bash"), _bash),
    **dict.fromkeys((".tex", ".sty", ".cls"), _tex),
}
