"""What an attempt changed where it had only to read, or outside of its folder, is named and fails."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import click
import pytest

from ccrouter_core import Answer, FailureKind, Outcome, Request, Status, Verdict, hookimpl, laws, plugin
from ccrouter_core.cli.answers import answer_lines
from ccrouter_core.models import Failure
from ccrouter_core.services import Capabilities
from ccrouter_core.settings import Settings, default_ladder
from ccrouter_core.testing import ScriptedExecutor
from ccrouter_core.watching import Watch

IDENTITY = ["-c", "user.name=t", "-c", "user.email=t@localhost"]


@plugin
class Content:
    """Passes whatever comes."""

    @hookimpl
    def ccrouter_validate(self):
        """Be content."""
        return Verdict(check="test.content", status=Status.PASS, reason="always")


def git(folder: Path, *words: str) -> None:
    """Run git in a folder."""
    subprocess.run(["git", *IDENTITY, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture(params=["git", "plain"])
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Return a folder with files of each kind, in a repository and without one."""
    folder = tmp_path / "project"
    (folder / "sub").mkdir(parents=True)
    for name in ("clean", "gone", "dirty", "undone", "sub/a.md"):
        (folder / name).write_text("old\n")
    if request.param == "git":
        git(folder, "init", "-q")
        git(folder, "add", ".")
        git(folder, "commit", "-qm", "start")
        (folder / "dirty").write_text("the user's change\n")
        (folder / "undone").write_text("the user's change\n")
        (folder / "new").write_text("the user's new file\n")
    return folder


def test_nothing_changed_is_nothing(project: Path):
    """A look finds no change, nor do reading and a new time of access."""
    watch = Watch(project)
    assert (project / "clean").read_text()
    os.utime(project / "sub")
    assert watch.changed() == ()


def test_every_kind_of_change_is_seen(project: Path):
    """A clean file, one that was changed before, one taken back, one deleted, one created, in every folder."""
    watch = Watch(project)
    for name in ("clean", "dirty", "undone", "sub/a.md"):
        (project / name).write_text("old\n" * 2 if name != "undone" else "old\n\n")
    (project / "gone").unlink()
    (project / "made.txt").write_text("x")
    assert watch.changed() == ("clean", "dirty", "gone", "made.txt", "sub/a.md", "undone")


def test_named_files_and_the_state_folder(tmp_path: Path):
    """Files outside count when they are named; the router's own state never does."""
    folder, home = tmp_path / "project", tmp_path / "project" / "state"
    home.mkdir(parents=True)
    watch = Watch(folder, ["../other.md"], apart=home)
    (home / "state.db").write_text("x")
    (tmp_path / "other.md").write_text("x")
    (tmp_path / "unnamed.md").write_text("x")
    assert watch.changed() == ("../other.md",)


def shown(answer: Answer) -> str:
    """Return what a person reads of an answer, as one line."""
    return " ".join(click.unstyle(" ".join(answer_lines(answer, ()))).split())


def test_a_folder_that_is_too_large_is_looked_at_in_part(tmp_path: Path, monkeypatch):
    """What was looked at is compared; what was not never counts as new."""
    monkeypatch.setattr("ccrouter_core.watching._MOST_FILES", 3)
    for name in "abcde":
        (tmp_path / name).write_text("x")
    watch = Watch(tmp_path)
    (tmp_path / "a").unlink()
    (tmp_path / "b").write_text("changed")
    (tmp_path / "e").write_text("changed")
    assert watch.changed() == ("a", "b")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_read_stops_nothing(tmp_path: Path):
    """The request goes on; what can be seen is seen."""
    (tmp_path / "a").write_text("x")
    (tmp_path / "shut").mkdir(mode=0)
    watch = Watch(tmp_path)
    (tmp_path / "a").write_text("changed")
    (tmp_path / "shut").chmod(0o700)
    assert watch.changed() == ("a",)


def write(folder: Path, name: str, *, error: bool = False):
    """Return a reply that writes into the folder whatever the job allows, as a client with a shell could."""

    def reply(job):
        (folder / name).write_text("changed\n")
        failure = Failure(kind=FailureKind.TIMEOUT, message="too long") if error else None
        return Outcome(text="It explains the project.", tier=job.tier.name, error=failure)

    return reply


def test_a_reading_request_that_changed_files_ends_failed(router, scripted_executor, project: Path):
    """It is named, it does not climb from there, and it is never passed."""
    opened = router(Content(), replies=[write(project, "clean"), "an answer"])
    answer = opened.handle(Request(text="explain clean", cwd=str(project)))
    assert laws.state_of(answer) == "failed"
    assert [verdict.check for verdict in answer.verdicts] == ["core.read_only", "test.content"]
    assert "clean" in answer.verdicts[0].reason
    assert answer.outcome.changed == ("clean",)
    assert len(scripted_executor.jobs) == 1
    assert "clean (in place)" in shown(answer)


def test_an_error_does_not_hide_the_change(router, project: Path):
    """The attempt ends with its error, and a note names the files."""
    answer = router(Content(), replies=[write(project, "clean", error=True)]).handle(
        Request(text="explain clean", cwd=str(project))
    )
    assert laws.state_of(answer) == "error"
    assert any("clean" in note for note in answer.outcome.notes)
    assert "only to read: clean" in shown(answer)


class Speaker(ScriptedExecutor):
    """An executor that can change no file, as a plain call of a service."""

    def capabilities(self) -> Capabilities:
        """Say so."""
        return Capabilities()


def test_an_executor_that_cannot_edit_is_not_watched(router, project: Path):
    """Nothing is looked at for a plain call of a service: what changed then was somebody else."""

    @plugin
    class Brings:
        """Brings the executor."""

        @hookimpl
        def ccrouter_executors(self):
            """Return it."""
            return Speaker("speaker", [write(project, "clean")])

    opened = router(Content(), Brings(), settings=Settings(ladder=default_ladder("speaker")))
    assert laws.state_of(opened.handle(Request(text="explain clean", cwd=str(project)))) == "passed"


@pytest.mark.parametrize("project", ["git"], indirect=True)
def test_a_change_outside_of_the_working_folder_fails(router, project: Path):
    """In a sub-folder of a repository a change beside it is named; it cannot be applied."""

    def reply(job):
        (Path(job.cwd) / "a.md").write_text("changed\n")
        (Path(job.cwd).parent / "clean").write_text("changed\n")
        return "I fixed it."

    opened = router(Content(), replies=[reply] * 3)
    answer = opened.handle(Request(text="fix the typo in a.md", cwd=str(project / "sub")))
    assert laws.state_of(answer) == "failed"
    said = [verdict for verdict in answer.verdicts if verdict.check == "core.outside"]
    assert [finding.path for finding in said[0].findings] == ["clean"]
    assert (project / "clean").read_text() == "old\n"


def test_what_a_workspace_leaves_out_is_told(router, project: Path, tmp_path: Path):
    """The notes of the workspace reach the person."""
    (project / "out").symlink_to(tmp_path)
    answer = router(Content(), replies=["I fixed it."]).handle(
        Request(text="fix the typo in clean.md", cwd=str(project))
    )
    assert any("out" in note for note in answer.outcome.notes)
    assert "point out of the project" in shown(answer)
