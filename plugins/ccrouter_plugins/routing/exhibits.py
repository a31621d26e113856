"""Material that a request only shows: pasted logs, traces, output of tools. It is data, not what is asked for."""

from __future__ import annotations

from typing import NamedTuple

from .patterns import regex

__all__ = ["Exhibits", "without_exhibits"]

# How a line of output begins, or what only a line of output holds.
_OUTPUT = regex(
    r"\s*(?:Traceback \(most recent|File \"[^\"\n]{1,300}\", line|at [^\s(]{1,200}[ (:].{0,300}\d|\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d"
    r"|\[?\d\d:\d\d:\d\d|(?:[A-Z]\w{0,60}\.)*[A-Z]\w{0,60}(?:Error|Exception|Warning)(?:: |\(|$)"
    r"|[^\s:]{1,200}(?::\d+){0,2}: (?:fatal )?(?:error|warning): "
    r"|(?:error|warning|fatal|panic|note)(?:\[\w{1,20}\])?: |npm (?:ERR!|error|WARN)|(?:FAIL|FAILED|FATAL|ERROR|WARN|WARNING|INFO|DEBUG|LOG|E)\b[: ]\s"
    r"|Caused by: |Process finished|Segmentation fault|={5,}|-{5,})"
)
# Who is told to do what the material says must have it read.
_OBEYS = regex(
    r"(?<!nothing to )(?<!n.t )(?<!not )(?<!never )\b(?:run|execute|exec|apply|follow|perform|carry out|do (?:it|this|that|what|as|the)|issue|type|enter|replay)\b",
    2,
)
_FILE = regex(r"[\w@~+-][\w./@~+\\-]{0,200}\.[A-Za-z]\w{0,8}(?=[\"':),\s]|$)")
_FOREIGN_CODE = ("site-packages", "node_modules", "/usr/lib", "/lib/python", "dist-packages", "vendor/")
_LINES_MAX = 2_000
_FILES_MAX = 2


class Exhibits(NamedTuple):
    """A request without its exhibits (each blanked, every position kept), and the last files that they name."""

    text: str
    shown: bool
    files: tuple[str, ...]


def without_exhibits(text: str) -> Exhibits:
    """Take the blocks of pasted output off a request.

    A block begins with a line of output and ends at the next empty line. A request that is nothing else, or that says to
    run or follow what is pasted, is left as it is. Linear in the length of `text`.
    """
    if "\n" not in text:
        return Exhibits(text, shown=False, files=())
    kept: list[str] = []
    blocks: list[str] = []
    inside = False
    for line in text.splitlines(keepends=True):
        inside = bool(line.strip()) and (inside or _OUTPUT.match(line[:_LINES_MAX]) is not None)
        if inside:
            blocks.append(line)
            kept.append(" " * (len(line) - 1) + line[-1:] if line.endswith("\n") else " " * len(line))
        else:
            kept.append(line)
    plain = "".join(kept)
    if not blocks or not plain.strip() or _OBEYS.search(plain):
        return Exhibits(text, shown=False, files=())
    found = [
        match.group()
        for line in blocks
        for match in _FILE.finditer(line[:_LINES_MAX])
        if "/" in match.group() and not any(piece in match.group() for piece in _FOREIGN_CODE)
    ]
    return Exhibits(plain, shown=True, files=tuple(dict.fromkeys(found))[-_FILES_MAX:])
