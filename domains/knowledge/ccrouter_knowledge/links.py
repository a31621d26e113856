"""Reads Markdown notes: their links, what the links could mean, and their front matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from ccrouter_core.models import Finding
from ccrouter_core.projects import SKIPPED

MAX_BYTES = 4 << 20
NOTES = (".md", ".markdown")
_CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1[^\n]*$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_WIKI = re.compile(r"!?\[\[([^\[\]\n]+?)\]\]")
_MARKDOWN = re.compile(r"\[[^\[\]\n]*\]\(<?([^()<>\s]+)>?(?:\s+\"[^\"]*\")?\)")
_ALIASES = re.compile(r"^aliases:\s*(?:\[(.*?)\]|((?:\n\s*-\s*.+)+))", re.MULTILINE)


def read(path: Path) -> str:
    """Return a note's text, or "" when it cannot be read."""
    try:
        if path.is_symlink() or path.stat().st_size > MAX_BYTES:
            return ""
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


class Vault:
    """The names that links in a folder of notes can mean: paths, file names, note names, aliases."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.names: set[str] = set()
        self.notes: list[str] = []
        for path in root.rglob("*"):
            relative = path.relative_to(root)
            if SKIPPED & set(relative.parts) or not path.is_file():
                continue
            self.names |= {_key(relative.as_posix()), _key(path.name)}
            if path.suffix.lower() in NOTES:
                self.notes.append(relative.as_posix())
                self.names |= {_key(relative.with_suffix("").as_posix()), _key(path.stem)}
                self.names |= {_key(alias) for alias in aliases(read(path))}

    def broken(self, note: str) -> Iterator[Finding]:
        """Yield the links of a note (path relative to the root) that lead nowhere."""
        text = _CODE.sub(lambda found: "\n" * found[0].count("\n"), read(self.root / note))
        for found in _WIKI.finditer(text):
            target = re.split(r"\\?\||#", found[1], maxsplit=1)[0].strip()
            if target and _key(target) not in self.names:
                yield _finding(text, found.start(), note, f"[[{target}]] leads nowhere")
        for found in _MARKDOWN.finditer(text):
            target = unquote(found[1].partition("#")[0])
            if not self._resolves(note, target):
                yield _finding(text, found.start(), note, f"the link to {target} leads nowhere")

    def _resolves(self, note: str, target: str) -> bool:
        """Return whether a Markdown link leads somewhere: an address, an anchor, a file beside the note, a name."""
        if not target or "://" in target or target.startswith(("mailto:", "/")):
            return True
        return (self.root / note).parent.joinpath(target).exists() or _key(target) in self.names


def aliases(text: str) -> Iterator[str]:
    """Yield the aliases that a note's front matter gives it."""
    front = front_matter(text)
    found = _ALIASES.search(front or "")
    if found:
        for alias in re.split(r",|\n\s*-", found[1] or found[2]):
            if alias.strip():
                yield alias.strip().strip("\"'-").strip()


def front_matter(text: str) -> str | None:
    """Return the front matter's text, or None when there is none or it is never closed."""
    if not text.startswith("---\n"):
        return None
    end = text.find("\n---", 3)
    return None if end < 0 else text[4:end]


def unclosed_front_matter(root: Path, note: str) -> Iterator[Finding]:
    """Yield a finding when a note opens front matter and never closes it."""
    text = read(root / note)
    if text.startswith("---\n") and front_matter(text) is None and re.match(r"---\n[\w-]+:", text):
        yield Finding(rule="front-matter", message="the front matter is never closed", path=note, line=1)


def broken_links(root: Path, _: tuple[str, ...]) -> Iterator[Finding]:
    """Yield the broken links of all notes: a renamed note concerns every note that linked to it."""
    vault = Vault(root)
    for note in vault.notes:
        yield from vault.broken(note)


def unclosed_front_matters(root: Path, notes: tuple[str, ...]) -> Iterator[Finding]:
    """Yield the notes, of those given, whose front matter is never closed."""
    for note in notes:
        yield from unclosed_front_matter(root, note)


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _finding(text: str, offset: int, note: str, message: str) -> Finding:
    return Finding(rule="link", message=message, path=note, line=text.count("\n", 0, offset) + 1)
