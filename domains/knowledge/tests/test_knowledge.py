"""The Knowledge domain: who it owns, and which links count as broken."""

from __future__ import annotations

import pytest

from ccrouter_core import Outcome, Request, Status
from ccrouter_knowledge import Knowledge

NOTE = """---
title: A
aliases: [Alpha]
---
# A

[[b]] and [[B|the b]] and [[sub/c#Heading]], ![[picture.png]], [web](https://example.org), [c](sub/c.md#x)
`[[code]]`
"""


@pytest.fixture
def folders(tmp_path):
    """A vault before a change and its copy after it."""
    for name in ("before", "after"):
        folder = tmp_path / name
        (folder / "sub").mkdir(parents=True)
        (folder / "a.md").write_text(NOTE, "utf-8")
        (folder / "b.md").write_text("back to [[Alpha]] and [[some day]]\n", "utf-8")
        (folder / "sub/c.md").write_text("# Heading\n", "utf-8")
        (folder / "picture.png").write_bytes(b"png")
    return tmp_path / "before", tmp_path / "after"


def verdicts(folders, changed):
    """Return the verdicts on the change between the folders by check."""
    request = Request(text="edit a.md", cwd=folders[0])
    outcome = Outcome(text="done", tier="haiku", workspace=str(folders[1]), changed=changed)
    return {verdict.check: verdict for verdict in Knowledge().ccrouter_validate(request, outcome)}


def test_links_by_name_path_alias_and_heading_resolve(folders):
    """Case, code and web addresses are no broken links; a link to a future note is not new."""
    assert {verdict.status for verdict in verdicts(folders, ("a.md",)).values()} == {Status.PASS}


def test_a_renamed_note_breaks_what_linked_to_it(folders):
    """The notes that were not touched are looked at too."""
    (folders[1] / "b.md").rename(folders[1] / "bee.md")
    verdict = verdicts(folders, ("b.md", "bee.md"))["knowledge.links"]
    assert verdict.status is Status.FAIL
    assert verdict.findings[0].path == "a.md"


def test_a_missing_picture_fails(folders):
    """Media are files of the vault like notes."""
    (folders[1] / "a.md").write_text(NOTE.replace("picture.png", "photo.png"), "utf-8")
    assert verdicts(folders, ("a.md",))["knowledge.links"].status is Status.FAIL


def test_front_matter_that_is_never_closed_fails(folders):
    """The note would show its own metadata as text."""
    (folders[1] / "a.md").write_text(NOTE.replace("---\n# A", "# A"), "utf-8")
    assert verdicts(folders, ("a.md",))["knowledge.front_matter"].status is Status.FAIL


def test_a_vault_is_detected(tmp_path):
    """Notes make a vault."""
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / "a.md").write_text("# A\n", "utf-8")
    assert (
        Knowledge().ccrouter_domain(Request(text="what did I write on rafts", cwd=tmp_path)).domain
        == "knowledge"
    )
