"""The Dev domain: who it owns, and what a change must not leave behind."""

from __future__ import annotations

import pytest

from ccrouter_core import Outcome, Request, Status
from ccrouter_dev import Dev


@pytest.mark.parametrize(
    "text", ["<<<<<<< HEAD\nx = 1\n", "x = 1\nbreakpoint()\n", "import pdb; pdb.set_trace()\n"]
)
def test_leftovers_of_a_change_fail(tmp_path, text):
    """Conflict markers and debugger calls are found with their line."""
    verdict = check(tmp_path, "x = 1\n", text)
    assert verdict.status is Status.FAIL
    assert verdict.findings[0].path == "a.py"


@pytest.mark.parametrize("text", ["x = 2\n", "# <<<<<<<\n", "def breakpoint_at(): ...\n"])
def test_an_ordinary_change_is_not_failed(tmp_path, text):
    """What only looks like a leftover is none; that none was found does not make a change pass."""
    assert check(tmp_path, "x = 1\n", text).status is Status.NOT_APPLICABLE


def test_a_debugger_call_that_was_there_before_does_not_count(tmp_path):
    """Only new findings fail."""
    assert check(tmp_path, "breakpoint()\n", "y = 1\nbreakpoint()\n").status is Status.NOT_APPLICABLE


def test_a_software_project_is_detected_by_its_markers(tmp_path):
    """A request without a file name belongs to what the folder consists of."""
    (tmp_path / "pyproject.toml").write_text("[project]\n", "utf-8")
    (tmp_path / "app.py").write_text("x = 1\n", "utf-8")
    found = Dev().ccrouter_domain(Request(text="why is it slow", cwd=tmp_path))
    assert found.domain == "dev"
    assert "pyproject.toml" in found.evidence


def test_an_empty_folder_is_no_domain(tmp_path):
    """Nothing is claimed where nothing is."""
    assert Dev().ccrouter_domain(Request(text="why is it slow", cwd=tmp_path)) is None


def check(tmp_path, before, after):
    """Return the verdict on a change of a.py."""
    for name, text in (("before", before), ("after", after)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text(text, "utf-8")
    request = Request(text="edit a.py", cwd=tmp_path / "before")
    outcome = Outcome(text="done", tier="haiku", workspace=str(tmp_path / "after"), changed=("a.py",))
    return Dev().ccrouter_validate(request, outcome)
