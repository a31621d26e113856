"""LaTeX as a plugin: who owns a request, how its work is done, and whether a change kept the document whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccrouter_core.baseline import compare
from ccrouter_core.models import Signal
from ccrouter_core.plugin import hookimpl, option, plugin
from ccrouter_core.projects import Markers, match

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ccrouter_core.models import Check, DomainMatch, Outcome, Request, Verdict, Workflow

MARKERS = Markers(
    domain="latex",
    suffixes=(".tex", ".bib", ".sty", ".cls", ".bst", ".tikz"),
    names=("latexmkrc", ".latexmkrc", "main.tex", "thesis.tex", "paper.tex"),
    words=("latex", "bibtex", "tikz", "bibliography", "theorem", "lemma", "thesis", "latexmk", "beamer"),
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
        from ccrouter_latex.workflows import workflows  # noqa: PLC0415 - deciding does not need it

        yield from workflows()

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
        from ccrouter_latex import finders  # noqa: PLC0415 - deciding does not need it

        for check, find in (
            ("latex.structure", finders.structure),
            ("latex.references", finders.references),
        ):
            verdict = compare(check, request, outcome, find, (".tex", ".bib"))
            if verdict is not None:
                yield verdict

    @hookimpl
    def ccrouter_self_test(self, folder: Path) -> Check:
        """Find a planted broken reference."""
        from ccrouter_core.models import Check  # noqa: PLC0415 - deciding does not need it
        from ccrouter_latex.finders import references  # noqa: PLC0415

        (folder / "a.tex").write_text("\\begin{document}\\ref{nowhere}\\end{document}\n", "utf-8")
        found = [finding.rule for finding in references(folder, ("a.tex",))]
        return Check(name="latex.references", passed=found == ["reference"], reason=f"found {found}")
