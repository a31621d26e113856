"""Knowledge as a plugin: who owns a request, how its work is done, and whether a change broke links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.baseline import compare
from ccrouter_core.plugin import hookimpl, plugin
from ccrouter_core.projects import Markers, match

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ccrouter_core.models import Check, DomainMatch, Outcome, Request, Verdict, Workflow

MARKERS = Markers(
    domain="knowledge",
    suffixes=(".md", ".markdown", ".canvas"),
    names=(".obsidian", ".foam", "notes", "vault", "zettelkasten"),
    words=(
        "note",
        "notes",
        "vault",
        "wikilink",
        "wikilinks",
        "backlinks",
        "obsidian",
        "zettelkasten",
        "tag",
        "tags",
    ),
)


@plugin
class Knowledge:
    """Notes and documentation: only links that a change broke count against it."""

    @hookimpl
    def ccrouter_domain(self, request: Request) -> DomainMatch | None:
        """Own requests about notes, and what is asked inside a vault."""
        return match(MARKERS, request)

    @hookimpl
    def ccrouter_workflows(self) -> Iterator[Workflow]:
        """Yield the five ways of working on notes."""
        from ccrouter_knowledge.workflows import workflows  # noqa: PLC0415 - deciding does not need it

        yield from workflows()

    @hookimpl
    def ccrouter_validate(self, request: Request, outcome: Outcome) -> Iterator[Verdict]:
        """Compare links and front matter before and after the change."""
        from ccrouter_knowledge import links  # noqa: PLC0415 - deciding does not need it

        finders = (
            ("knowledge.links", links.broken_links),
            ("knowledge.front_matter", links.unclosed_front_matters),
        )
        for check, find in finders:
            verdict = compare(check, request, outcome, find, links.NOTES)
            if verdict is not None:
                yield verdict

    @hookimpl
    def ccrouter_self_test(self, folder: Path) -> Check:
        """Find a planted broken link."""
        from ccrouter_core.models import Check  # noqa: PLC0415 - deciding does not need it
        from ccrouter_knowledge.links import broken_links  # noqa: PLC0415

        (folder / "a.md").write_text("[[b]] and [[nowhere]]\n", "utf-8")
        (folder / "b.md").write_text("# B\n", "utf-8")
        found = [finding.message for finding in broken_links(folder, ("a.md",))]
        return Check(
            name="knowledge.links", passed=found == ["[[nowhere]] leads nowhere"], reason=f"found {found}"
        )
