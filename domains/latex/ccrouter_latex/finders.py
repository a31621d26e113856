"""What a change may have broken in a document, looked for in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ccrouter_core.models import Finding
from ccrouter_core.projects import SKIPPED
from ccrouter_latex import source


def structure(root: Path, paths: tuple[str, ...]) -> Iterator[Finding]:
    """Yield what is unbalanced in the sources, of those given."""
    for path in paths:
        if path.endswith(".tex"):
            yield from source.structure(source.read(root / path), path)


def references(root: Path, _: tuple[str, ...]) -> Iterator[Finding]:
    """Yield the broken references of all sources: a label or entry that is gone concerns whoever named it."""
    files = [path for path in root.rglob("*") if path.suffix in {".tex", ".bib"}]
    files = [path for path in files if not SKIPPED & set(path.relative_to(root).parts)]
    texts = {path.relative_to(root).as_posix(): source.read(path) for path in files if path.suffix == ".tex"}
    bibs = [source.read(path) for path in files if path.suffix == ".bib"]
    yield from source.references(texts, "\n".join(bibs) if bibs else None)
