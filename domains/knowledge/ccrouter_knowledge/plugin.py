"""Knowledge as a plugin: who owns a request, how its work is done, and whether a change broke links."""

from __future__ import annotations

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
    Verdict,
    Workflow,
)
from ccrouter_core.plugin import hookimpl, plugin
from ccrouter_core.projects import Markers, match
from ccrouter_knowledge import links

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
_TIERS = (
    ("search", "haiku"),
    ("tagging", "haiku"),
    ("organization", "sonnet"),
    ("summarization", "sonnet"),
    ("linking", "sonnet"),
    ("synthesis", "opus"),
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
        yield _workflow("content_organization", "survey sort verify", Parallelism.HIGH)
        yield _workflow("search_and_discovery", "search rank", Parallelism.HIGH)
        yield _workflow("note_taking", "draft link", Parallelism.LOW)
        yield _workflow("knowledge_synthesis", "collect compare write verify", Parallelism.SEQUENTIAL)
        yield _workflow("documentation_update", "find update verify", Parallelism.MEDIUM)

    @hookimpl
    def ccrouter_validate(self, request: Request, outcome: Outcome) -> Iterator[Verdict]:
        """Compare links and front matter before and after the change."""
        for check, find in (("knowledge.links", _links), ("knowledge.front_matter", _front_matter)):
            verdict = compare(check, request, outcome, find, links.NOTES)
            if verdict is not None:
                yield verdict

    @hookimpl
    def ccrouter_self_test(self, folder: Path) -> Check:
        """Find a planted broken link."""
        (folder / "a.md").write_text("[[b]] and [[nowhere]]\n", "utf-8")
        (folder / "b.md").write_text("# B\n", "utf-8")
        found = [finding.message for finding in _links(folder, ("a.md",))]
        return Check(
            name="knowledge.links", passed=found == ["[[nowhere]] leads nowhere"], reason=f"found {found}"
        )


def _workflow(name: str, phases: str, parallelism: Parallelism) -> Workflow:
    steps = [Phase(name=phase) for phase in phases.split()]
    steps[-1] = Phase(name=steps[-1].name, gates=("knowledge.links", "knowledge.front_matter"))
    context = "the notes that the request names and what links to them"
    return Workflow(
        name=name,
        domain="knowledge",
        phases=tuple(steps),
        parallelism=parallelism,
        tiers=_TIERS,
        context=context,
    )


def _links(root: Path, _: tuple[str, ...]) -> Iterator[Finding]:
    """Yield the broken links of all notes: a renamed note concerns every note that linked to it."""
    vault = links.Vault(root)
    for note in vault.notes:
        yield from vault.broken(note)


def _front_matter(root: Path, paths: tuple[str, ...]) -> Iterator[Finding]:
    for note in paths:
        yield from links.unclosed_front_matter(root, note)
