"""The LaTeX domain: who it owns, its floor, and what its checks find."""

from __future__ import annotations

import pytest

from ccrouter_core import Outcome, Request, Status
from ccrouter_latex import Latex

WHOLE = """\\documentclass{article}
\\begin{document}
\\section{One}\\label{sec:one}
See~\\ref{sec:one} and \\cite{smith2024}. % \\ref{commented}
\\begin{verbatim}
\\ref{verbatim} \\begin{nothing}
\\end{verbatim}
\\end{document}
"""
BIB = "@article{smith2024, title={A}}\n"


@pytest.fixture
def folders(tmp_path):
    """A project before a change and its copy after it."""
    for name in ("before", "after"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "paper.tex").write_text(WHOLE, "utf-8")
        (folder / "refs.bib").write_text(BIB, "utf-8")
    return tmp_path / "before", tmp_path / "after"


def verdicts(folders, changed=("paper.tex",)):
    """Return the status of each check on the change between the folders."""
    request = Request(text="edit paper.tex", cwd=folders[0])
    outcome = Outcome(text="done", tier="haiku", workspace=str(folders[1]), changed=changed)
    return {verdict.check: verdict.status for verdict in Latex().ccrouter_validate(request, outcome)}


def test_a_whole_document_passes(folders):
    """Comments and verbatim text are not references."""
    assert set(verdicts(folders).values()) == {Status.PASS}


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        ("\\end{document}", "", "latex.structure"),
        ("\\section{One}", "\\section{One", "latex.structure"),
        ("\\label{sec:one}", "", "latex.references"),
        ("smith2024", "smith2025", "latex.references"),
        ("\\begin{verbatim}", "\\end{itemize}\\begin{verbatim}", "latex.structure"),
    ],
)
def test_each_fault_that_a_change_brings_fails(folders, old, new, check):
    """Structure, labels and citations are compared with the state before."""
    (folders[1] / "paper.tex").write_text(WHOLE.replace(old, new, 1), "utf-8")
    assert verdicts(folders)[check] is Status.FAIL


def test_a_key_removed_from_the_bibliography_fails(folders):
    """A changed bibliography concerns every source."""
    (folders[1] / "refs.bib").write_text("", "utf-8")
    assert verdicts(folders, ("refs.bib",))["latex.references"] is Status.FAIL


def test_what_was_broken_before_does_not_count(folders):
    """Only new findings fail."""
    for folder in folders:
        (folder / "paper.tex").write_text(WHOLE.replace("smith2024", "nobody"), "utf-8")
    assert verdicts(folders)["latex.references"] is Status.PASS


def test_medical_content_sets_the_floor(router):
    """A patient in a LaTeX request is not a matter for the lowest tier."""
    answer = router(Latex()).decide(Request(text="fix the typo in the patient table of case.tex"))
    assert answer.domain.domain == "latex"
    assert [signal.floor for signal in answer.signals] == ["sonnet"]


def test_a_request_about_another_kind_of_file_is_not_its(tmp_path):
    """In a mixed project the request answers, not the folder."""
    (tmp_path / "main.tex").write_text(WHOLE, "utf-8")
    assert Latex().ccrouter_domain(Request(text="fix the loop in run.py", cwd=tmp_path)) is None
    assert Latex().ccrouter_domain(Request(text="shorten the abstract", cwd=tmp_path)).domain == "latex"
