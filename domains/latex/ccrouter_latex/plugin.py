"""LaTeX as a plugin: who owns a request, how its work is done, and whether a change kept the document whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ccrouter_core.baseline import compare
from ccrouter_core.models import (
    Check,
    DomainMatch,
    Finding,
    Outcome,
    Parallelism,
    Phase,
    Request,
    Signal,
    Verdict,
    Workflow,
)
from ccrouter_core.plugin import hookimpl, option, plugin
from ccrouter_core.projects import SKIPPED, Markers, match
from ccrouter_latex import source

MARKERS = Markers(
    domain="latex",
    suffixes=(".tex", ".bib", ".sty", ".cls", ".bst", ".tikz"),
    names=("latexmkrc", ".latexmkrc", "main.tex", "thesis.tex", "paper.tex"),
    words=("latex", "bibtex", "tikz", "bibliography", "theorem", "lemma", "thesis", "latexmk", "beamer"),
)
_TIERS = (
    ("syntax", "haiku"),
    ("formatting", "haiku"),
    ("integration", "sonnet"),
    ("illustration", "sonnet"),
    ("review", "sonnet"),
    ("verification", "opus"),
    ("formalization", "opus"),
)


@plugin
class Latex:
    """Papers and theses: medical content deserves judgement, and a change must leave the document whole."""

    medical: tuple[str, ...] = option(
        default=("patient", "diagnosis", "clinical", "dosage", "case report"),
        help="words of medical or case content, which never goes to the lowest tier",
        user_only=True,
    )
    floor: str = option(default="sonnet", help="the lowest tier for medical or case content", user_only=True)

    @hookimpl
    def ccrouter_domain(self, request: Request) -> DomainMatch | None:
        """Own requests about .tex and .bib files, and what is asked inside a LaTeX project."""
        return match(MARKERS, request)

    @hookimpl
    def ccrouter_workflows(self) -> Iterator[Workflow]:
        """Yield the five ways of working on a document."""
        yield _workflow("literature_integration", "search assess integrate verify", Parallelism.LOW)
        yield _workflow("formalization", "analyze model verify document", Parallelism.SEQUENTIAL)
        yield _workflow("bulk_editing", "propose review apply", Parallelism.HIGH)
        yield _workflow("section_review", "read review", Parallelism.MEDIUM)
        yield _workflow("tikz_illustration", "sketch draw validate", Parallelism.SEQUENTIAL)

    @hookimpl
    def ccrouter_signals(self, request: Request, domain: DomainMatch | None) -> Iterator[Signal]:
        """Set the floor for medical and case content."""
        if domain is None or domain.domain != MARKERS.domain or not self.medical:
            return
        words = "|".join(re.escape(word) for word in self.medical)
        found = re.search(rf"\b(?:{words})s?\b", request.text, re.IGNORECASE)
        if found:
            reason = f"medical or case content ({found[0]!r}) is reviewed by a stronger tier"
            yield Signal(name="latex.medical", reason=reason, span=found.span(), floor=self.floor)

    @hookimpl
    def ccrouter_validate(self, request: Request, outcome: Outcome) -> Iterator[Verdict]:
        """Compare structure, references and citations before and after the change."""
        for check, find in (("latex.structure", _structure), ("latex.references", _references)):
            verdict = compare(check, request, outcome, find, (".tex", ".bib"))
            if verdict is not None:
                yield verdict

    @hookimpl
    def ccrouter_self_test(self, folder: Path) -> Check:
        """Find a planted broken reference."""
        (folder / "a.tex").write_text("\\begin{document}\\ref{nowhere}\\end{document}\n", "utf-8")
        found = [finding.rule for finding in _references(folder, ("a.tex",))]
        return Check(name="latex.references", passed=found == ["reference"], reason=f"found {found}")


def _workflow(name: str, phases: str, parallelism: Parallelism) -> Workflow:
    gates = ("latex.structure", "latex.references")
    steps = [Phase(name=phase) for phase in phases.split()]
    steps[-1] = Phase(name=steps[-1].name, gates=gates)
    context = "by chapter; bibliography entries as they are cited"
    return Workflow(
        name=name, domain="latex", phases=tuple(steps), parallelism=parallelism, tiers=_TIERS, context=context
    )


def _structure(root: Path, paths: tuple[str, ...]) -> Iterator[Finding]:
    for path in paths:
        if path.endswith(".tex"):
            yield from source.structure(source.read(root / path), path)


def _references(root: Path, _: tuple[str, ...]) -> Iterator[Finding]:
    """Yield the broken references of all sources: a label or entry that is gone concerns whoever named it."""
    files = [path for path in root.rglob("*") if path.suffix in {".tex", ".bib"}]
    files = [path for path in files if not SKIPPED & set(path.relative_to(root).parts)]
    texts = {path.relative_to(root).as_posix(): source.read(path) for path in files if path.suffix == ".tex"}
    bibs = [source.read(path) for path in files if path.suffix == ".bib"]
    yield from source.references(texts, "\n".join(bibs) if bibs else None)
