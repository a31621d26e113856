"""What an edit takes away without being asked fails, whatever plugins are there; what it does beside is told."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from ccrouter_core import Action, Decision, Request, Signal, Status, Verdict, hookimpl, laws, plugin
from ccrouter_core.cli.answers import answer_lines
from ccrouter_core.diffs import file_change
from ccrouter_core.patches import FILE_MODE, FileState
from ccrouter_core.testing import Reply
from ccrouter_core.unasked import Edited, asked_of, unasked_verdicts

TEXT = "".join(f"line {number}\n" for number in range(40))
MECHANICAL = (Signal(name="routing.mechanical", reason="x"),)


@plugin
class Content:
    """Begins at the bottom and passes whatever comes."""

    @hookimpl
    def ccrouter_route(self):
        """Say haiku."""
        return Decision(action=Action.ROUTE, tier="haiku", agent="haiku-general")

    @hookimpl
    def ccrouter_validate(self):
        """Be content."""
        return Verdict(check="test.content", status=Status.PASS, reason="always")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with a text and a program."""
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "README.md").write_text("Teh project.\n")
    (folder / "src" / "geo.py").write_text("x = 1\n")
    return folder


def state(text: str | None) -> FileState | None:
    """Return a file's state, None for none."""
    return None if text is None else FileState(mode=FILE_MODE, content=text.encode())


def verdicts(request: str, edits: dict[str, tuple], **facts) -> list[tuple[str, str]]:
    """Return what is said of an edit: (check, status), for {path: (text before, text after)}."""
    changes = tuple(file_change(path, state(old), state(new)) for path, (old, new) in edits.items())
    edited = Edited(request=Request(text=request), changes=changes, **facts)
    return [(verdict.check, verdict.status.value) for verdict in unasked_verdicts(edited)]


def test_an_unasked_deletion_fails_at_every_tier_and_is_told(router, scripted_executor, project):
    """The file that was to be edited was, and another is gone: never applied, and the lines say which."""
    edit = Reply(text="Fixed it.", edits={"README.md": "The project.\n", "src/geo.py": None})
    opened = router(Content(), replies=[edit] * 5)
    answer = opened.handle(Request(text="fix the typo in README.md", cwd=str(project)))
    assert laws.state_of(answer) == "failed"
    assert len(answer.attempts) > 1
    assert all(
        ("core.deleted" in {v.check for v in a.verdicts if v.status is Status.FAIL}) for a in answer.attempts
    )
    assert answer.outcome.deleted == ("src/geo.py",)
    lines = [" ".join(click.unstyle(line).split()) for line in answer_lines(answer, ())]
    assert "changed README.md (not applied)" in lines
    assert "deleted src/geo.py (not applied)" in lines


def test_added_changed_and_deleted_are_told_apart(router, scripted_executor, project):
    """Each path under what became of it."""
    edit = Reply(text="Done.", edits={"README.md": "The project.\n", "src/geo.py": None, "new.md": "x\n"})
    answer = router(Content(), replies=[edit]).handle(
        Request(text="delete src/geo.py and fix the typo in README.md", cwd=str(project))
    )
    assert laws.state_of(answer) == "passed"
    lines = [" ".join(click.unstyle(line).split()) for line in answer_lines(answer, answer.outcome.changed)]
    assert [line for line in lines if line.startswith(("added", "changed", "deleted"))] == [
        "added new.md",
        "changed README.md",
        "deleted src/geo.py",
    ]


GONE = [
    ("fix the typo in README.md", "src/geo.py", False),
    ("fix the typo in README.md", "README.md", False),
    ("rename the function area in src/geo.py to surface", "src/geo.py", False),
    ("remove the unused imports from src/geo.py", "src/geo.py", False),
    ("remove the unused imports", "src/geo.py", False),
    ("fix the delete button in src/app.js", "src/app.js", False),
    ("delete old.py", "src/geo.py", False),
    ("move a.py into src/", "b.py", False),
    ("add a docstring to src/geo.py", "notes.txt", False),
    ("sort the lines in words.txt", "src/geo.py", False),
    ("refactor the function area in src/geo.py", "src/other.py", False),
    ("add a file to docs/", "docs/.gitkeep", True),
    ("delete old.py", "old.py", True),
    ("please delete src/geo.py and its tests", "src/geo.py", True),
    ("rename a.py to b.py", "a.py", True),
    ("git mv a.py b.py", "a.py", True),
    ("git rm old.py", "old.py", True),
    ("move a.py into src/", "a.py", True),
    ("in src/ delete old.py", "src/old.py", True),
    ("delete the obsolete files", "src/geo.py", True),
    ("remove all test files from tests/old/", "tests/old/test_a.py", True),
    ("merge a.py and b.py into c.py", "b.py", True),
    ("convert config.json to config.yaml", "config.json", True),
    ("split src/geo.py into a package", "src/geo.py", True),
    ("refactor the project into packages", "src/geo.py", True),
    ("revert the last commit", "src/geo.py", True),
    ("old.py should be deleted", "old.py", True),
    ("get rid of src/old.py", "src/old.py", True),
    ("drop the legacy module old.py", "old.py", True),
    ("nobody needs old.py, delete it", "old.py", True),
    ("rm -rf build/", "build/a.txt", True),
    ("supprime le fichier old.py", "old.py", True),
    ("die Datei old.py löschen", "old.py", True),
    ("delete a.py, b.py and c.py", "c.py", True),
    ("update README.md after removing notes.txt", "notes.txt", True),
    ("remove the print statement in a.py and delete b.py", "a.py", False),
    ("fix a.py where files get deleted in store.py", "other.py", False),
    ("add type hints to all files", "a.py", False),
    ("fix the crash after deleting a file in store.py", "other.py", False),
    ("fix store.py, files must not be deleted there", "other.py", False),
]


@pytest.mark.parametrize(
    ("request_text", "path", "asked"), GONE, ids=[f"{row[0]} - {row[1]}" for row in GONE]
)
def test_a_file_goes_only_when_it_was_asked_for(request_text: str, path: str, asked: bool):
    """By the orders of the request, each held to the files that it names."""
    said = verdicts(request_text, {path: ("x = 1\n", None)})
    assert (("core.deleted", "fail") not in said) == asked


CUT = [
    ("fix the typo in README.md", TEXT, "", False),
    ("fix the typo in README.md", "x\n", "\n \n", False),
    ("fix the typo in README.md", TEXT, "line 1\n", False),
    ("fix the typo in README.md", TEXT, TEXT.replace("3", "4"), True),
    ("fix the typo in README.md", "a\nb\nc\nd\ne\nf\n", "a\n", True),
    ("fix the typo in README.md", TEXT, TEXT.replace("\n", " "), True),
    ("empty README.md", TEXT, "", True),
    ("remove all lines from README.md", TEXT, "", True),
    ("shorten README.md to one line", TEXT, "line 1\n", True),
    ("move everything from README.md to docs/a.md", TEXT, "", True),
    ("refactor README.md", TEXT, "line 1\n", True),
    ("delete a.txt", TEXT, "", False),
]


@pytest.mark.parametrize(("request_text", "old", "new", "fine"), CUT)
def test_a_file_loses_its_text_only_when_it_was_asked_for(request_text: str, old: str, new: str, fine: bool):
    """Nothing left of any text, or less than a fifth of a long one for a small edit."""
    said = verdicts(request_text, {"README.md": (old, new)}, signals=MECHANICAL)
    assert (("core.emptied", "fail") not in said) == fine


def test_only_a_small_edit_is_held_to_most_of_a_file():
    """What routing does not call mechanical may shorten; nothing may empty a file."""
    assert verdicts("improve README.md", {"README.md": (TEXT, "line 1\n")}) == []
    assert verdicts("improve README.md", {"README.md": (TEXT, "")}) == [("core.emptied", "fail")]


BESIDE = [
    ("fix the typo in ci.yml", "README.md", ("a\n", "b\n"), "fail"),
    ("fix the typo in geo.py", "README.md", ("a\n", "b\n"), "fail"),
    ("add a docstring to area in geo.py", "other.py", ("import geo\n", "import geo\n\n"), "not_applicable"),
    ("add a docstring to area in geo.py", "tests/test_area.py", ("a\n", "b\n"), "not_applicable"),
    ("bump the version in pyproject.toml", "uv.lock", ("a\n", "b\n"), "not_applicable"),
    ("fix the typo in ci.yml", "new.md", (None, "b\n"), "not_applicable"),
    ("fix the typo in ci.yml and in README.md", "README.md", ("a\n", "b\n"), None),
    ("rename the function area in geo.py to surface", "other.py", ("a\n", "b\n"), None),
    ("fix the typos in the texts", "README.md", ("a\n", "b\n"), None),
]


@pytest.mark.parametrize(("request_text", "path", "texts", "status"), BESIDE)
@pytest.mark.parametrize("lowest", [True, False])
def test_what_was_changed_beside_the_named_file_is_told(
    tmp_path: Path, request_text: str, path: str, texts: tuple, status: str | None, lowest: bool
):
    """A small edit climbs from the lowest tier; companions and higher tiers only leave a remark."""
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(texts[1])
    named = {name: ("a\n", "b\n") for name in ("ci.yml", "geo.py", "pyproject.toml") if name in request_text}
    said = dict(
        verdicts(request_text, {**named, path: texts}, signals=MECHANICAL, folder=tmp_path, lowest=lowest)
    )
    wanted = "not_applicable" if status == "fail" and not lowest else status
    assert said.get("core.scope") == wanted


def test_a_remark_is_shown(router, scripted_executor, project):
    """What was changed beside the named file stands in the lines of a run that passed."""
    edit = Reply(text="Fixed it.", edits={"README.md": "The project.\n", "src/geo.py": "x = 2\n"})
    answer = router(Content(), replies=[edit]).handle(
        Request(text="fix the typo in README.md", cwd=str(project))
    )
    assert laws.state_of(answer) == "passed"
    assert "changed beside what the request names" in "\n".join(answer_lines(answer, answer.outcome.changed))


def test_what_a_file_beside_the_request_points_at_may_go():
    """A pronoun stands for the file that comes with the request, and for no other."""
    asked = asked_of(Request(text="delete this file", files=("a.py",)))
    assert (set(asked.gone), asked.any_gone) == ({"a.py"}, False)
