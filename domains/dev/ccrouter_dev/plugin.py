"""Dev as a plugin: who owns a request, how its work is done, and what a change must not leave behind."""

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
    domain="dev",
    suffixes=(
        *(
            ".py",
            ".pyi",
            ".js",
            ".jsx",
            ".ts",
            ".tsx",
            ".go",
            ".rs",
            ".java",
            ".kt",
            ".c",
            ".h",
            ".cpp",
            ".hpp",
        ),
        *(
            ".cs",
            ".rb",
            ".php",
            ".swift",
            ".sh",
            ".sql",
            ".css",
            ".scss",
            ".html",
            ".vue",
            ".toml",
            ".json",
            ".yml",
        ),
    ),
    names=(
        "pyproject.toml",
        "package.json",
        "go.mod",
        "Cargo.toml",
        "Makefile",
        "pom.xml",
        "setup.py",
        "src",
    ),
    words=(
        *(
            "code",
            "function",
            "class",
            "method",
            "test",
            "tests",
            "pytest",
            "build",
            "lint",
            "refactor",
            "endpoint",
        ),
        *("api", "bug", "deploy", "git", "docker", "kubectl", "npm", "compile", "branch", "commit", "module"),
    ),
)


@plugin
class Dev:
    """Software projects: a change must not leave conflict markers or debugger calls behind."""

    @hookimpl
    def ccrouter_domain(self, request: Request) -> DomainMatch | None:
        """Own requests about source files, and what is asked inside a software project."""
        return match(MARKERS, request)

    @hookimpl
    def ccrouter_workflows(self) -> Iterator[Workflow]:
        """Yield the five ways of working on software."""
        from ccrouter_dev.workflows import workflows  # noqa: PLC0415 - deciding does not need it

        yield from workflows()

    @hookimpl
    def ccrouter_validate(self, request: Request, outcome: Outcome) -> Verdict | None:
        """Look for what the change left behind; that nothing was found proves nothing else."""
        from ccrouter_dev.leftovers import leftovers  # noqa: PLC0415 - deciding does not need it

        return compare("dev.leftovers", request, outcome, leftovers, MARKERS.suffixes, proves=False)

    @hookimpl
    def ccrouter_self_test(self, folder: Path) -> Check:
        """Find a planted debugger call."""
        from ccrouter_core.models import Check  # noqa: PLC0415 - deciding does not need it
        from ccrouter_dev.leftovers import leftovers  # noqa: PLC0415

        (folder / "a.py").write_text("x = 1\nbreakpoint()\n", "utf-8")
        found = [finding.line for finding in leftovers(folder, ("a.py",))]
        return Check(name="dev.leftovers", passed=found == [2], reason=f"found on lines {found}")
