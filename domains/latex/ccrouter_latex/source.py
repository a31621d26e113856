"""Reads LaTeX without running it: structure, labels, references and citations, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ccrouter_core.models import Finding

MAX_BYTES = 8 << 20
_COMMENT = re.compile(r"(?<!\\)%.*")
_VERBATIM = re.compile(r"\\begin\{(verbatim\*?|lstlisting|minted|comment)\}.*?\\end\{\1\}", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_LABEL = re.compile(r"\\label\s*\{([^{}]+)\}")
_REFERENCE = re.compile(r"\\(?:eq|page|auto|name|c|C|v)?ref\*?\s*\{([^{}]+)\}")
_CITATION = re.compile(r"\\(?:[a-zA-Z]*cite[a-zA-Z]*)\*?\s*(?:\[[^\]]*\]\s*){0,2}\{([^{}]+)\}")
_BIB_KEY = re.compile(r"@\s*(?!comment|string|preamble)\w+\s*[{(]\s*([^\s,{}]+)\s*,", re.IGNORECASE)
_BIB_ITEM = re.compile(r"\\bibitem\s*(?:\[[^\]]*\])?\s*\{([^{}]+)\}")


def read(path: Path) -> str:
    """Return a source without comments and verbatim text, its line breaks kept; "" when it cannot be read."""
    try:
        if path.stat().st_size > MAX_BYTES or path.is_symlink():
            return ""
        text = path.read_text("utf-8", errors="replace")
    except OSError:
        return ""
    text = _VERBATIM.sub(lambda found: "\n" * found[0].count("\n"), text)
    return _COMMENT.sub("", text)


def structure(text: str, path: str) -> Iterator[Finding]:
    """Yield unbalanced environments and braces."""
    open_environments: list[tuple[str, int]] = []
    for found in _ENVIRONMENT.finditer(text):
        line, name = _line(text, found.start()), found[2]
        if found[1] == "begin":
            open_environments.append((name, line))
        elif open_environments and open_environments[-1][0] == name:
            open_environments.pop()
        else:
            yield Finding(rule="environment", message=f"\\end{{{name}}} closes nothing", path=path, line=line)
    for name, line in open_environments:
        yield Finding(rule="environment", message=f"\\begin{{{name}}} is never closed", path=path, line=line)
    yield from _braces(text, path)


def _braces(text: str, path: str) -> Iterator[Finding]:
    opened: list[int] = []
    for found in _BRACE.finditer(text):
        if found[0] == "{":
            opened.append(found.start())
        elif found[0] == "}":
            if not opened:
                line = _line(text, found.start())
                yield Finding(rule="brace", message="a } closes nothing", path=path, line=line)
                return
            opened.pop()
    if opened:
        yield Finding(rule="brace", message="a { is never closed", path=path, line=_line(text, opened[-1]))


def references(texts: dict[str, str], bibliography: str | None) -> Iterator[Finding]:
    """Yield references without a label and citations without an entry.

    Args:
        texts: all sources of the project by relative path.
        bibliography: the text of all .bib files, or None when the project has none to compare with.
    """
    labels = {name.strip() for text in texts.values() for name in _LABEL.findall(text)}
    items = {name.strip() for text in texts.values() for name in _BIB_ITEM.findall(text)}
    keys = items | set(_BIB_KEY.findall(bibliography or ""))
    for path, text in texts.items():
        for found in _REFERENCE.finditer(text):
            for name in _names(found[1]):
                if name not in labels:
                    message = f"there is no \\label{{{name}}}"
                    yield Finding(
                        rule="reference", message=message, path=path, line=_line(text, found.start())
                    )
        if bibliography is None and not items:
            continue
        for found in _CITATION.finditer(text):
            for name in _names(found[1]):
                if name not in keys and name != "*":
                    message = f"the bibliography has no entry {name!r}"
                    yield Finding(
                        rule="citation", message=message, path=path, line=_line(text, found.start())
                    )


def _names(group: str) -> Iterator[str]:
    return (name.strip() for name in group.split(",") if name.strip() and "#" not in name)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
