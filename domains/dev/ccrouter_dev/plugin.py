"""Dev as a plugin: who owns a request, how its work is done, and what a change must not leave behind."""

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
    Verdict,
    Workflow,
)
from ccrouter_core.plugin import hookimpl, plugin
from ccrouter_core.projects import Markers, match

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
MAX_BYTES = 4 << 20
_TIERS = (
    ("syntax", "haiku"),
    ("formatting", "haiku"),
    ("testing", "sonnet"),
    ("refactoring", "sonnet"),
    ("debugging", "sonnet"),
    ("review", "sonnet"),
    ("architecture", "opus"),
)
_LEFTOVERS = (
    ("conflict", re.compile(r"^(?:<{7}|>{7})(?: |$)", re.MULTILINE), "a merge conflict marker"),
    (
        "debugger",
        re.compile(r"^\s*(?:breakpoint\(\)|import i?pdb\b.*|i?pdb\.set_trace\(\)|debugger;)", re.MULTILINE),
        "a debugger call",
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
        yield _workflow(
            "feature_development", "design test_first implement verify integrate", Parallelism.MEDIUM
        )
        yield _workflow("bug_fix", "reproduce diagnose fix test verify", Parallelism.HIGH)
        yield _workflow("refactoring", "plan change verify", Parallelism.SEQUENTIAL)
        yield _workflow("code_review", "read review", Parallelism.HIGH)
        yield _workflow("testing", "plan write run", Parallelism.HIGH)

    @hookimpl
    def ccrouter_validate(self, request: Request, outcome: Outcome) -> Verdict | None:
        """Look for what the change left behind."""
        return compare("dev.leftovers", request, outcome, _leftovers, MARKERS.suffixes)

    @hookimpl
    def ccrouter_self_test(self, folder: Path) -> Check:
        """Find a planted debugger call."""
        (folder / "a.py").write_text("x = 1\nbreakpoint()\n", "utf-8")
        found = [finding.line for finding in _leftovers(folder, ("a.py",))]
        return Check(name="dev.leftovers", passed=found == [2], reason=f"found on lines {found}")


def _workflow(name: str, phases: str, parallelism: Parallelism) -> Workflow:
    steps = [Phase(name=phase) for phase in phases.split()]
    steps[-1] = Phase(name=steps[-1].name, gates=("validation.tests", "dev.leftovers"))
    context = "the functions that the request names, their imports and tests"
    return Workflow(
        name=name, domain="dev", phases=tuple(steps), parallelism=parallelism, tiers=_TIERS, context=context
    )


def _leftovers(root: Path, paths: tuple[str, ...]) -> Iterator[Finding]:
    for path in paths:
        text = _read(root / path)
        for rule, pattern, message in _LEFTOVERS:
            for found in pattern.finditer(text):
                line = text.count("\n", 0, found.end()) + 1
                yield Finding(rule=rule, message=message, path=path, line=line)


def _read(path: Path) -> str:
    try:
        if path.is_symlink() or path.stat().st_size > MAX_BYTES:
            return ""
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""  # deleted, or not a file: nothing was left behind in it
