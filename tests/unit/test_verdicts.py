"""What core says of an attempt, whatever plugins are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccrouter_core import Request, Status, Verdict, hookimpl, laws, plugin
from ccrouter_core.testing import Reply
from ccrouter_core.verdicts import is_echo
from ccrouter_plugins.validation import Validation


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with a text."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "README.md").write_text("Teh project.\n")
    (folder / "words.txt").write_text("a\n")
    return folder


@plugin
class Content:
    """Passes whatever comes."""

    @hookimpl
    def ccrouter_validate(self):
        """Be content."""
        return Verdict(check="test.content", status=Status.PASS, reason="always")


def failed_checks(answer) -> list[list[str]]:
    """Return the checks that failed, per attempt."""
    return [
        [verdict.check for verdict in attempt.verdicts if verdict.status is Status.FAIL]
        for attempt in answer.attempts
    ]


def test_an_edit_without_a_change_fails_without_any_plugin(router, scripted_executor, project):
    """Words are not an edit; it climbs and ends failed."""
    opened = router(replies=["I fixed it."] * 3)
    answer = opened.handle(Request(text="fix the typo in README.md", cwd=str(project)))
    assert laws.state_of(answer) == "failed"
    assert failed_checks(answer)[0] == ["core.no_change"]


@pytest.mark.parametrize(
    "plugins", [(), (Content(),), (Validation(),)], ids=["none", "content", "validation"]
)
def test_an_echo_is_no_answer_at_any_tier(router, scripted_executor, project, plugins):
    """Neither the request itself, nor the request with what failed before, nor that alone."""

    def echo(job):
        return "\n\n".join(part for part in (job.context, job.prompt) if part)

    opened = router(*plugins, replies=[echo, echo, lambda job: job.context or job.prompt])
    answer = opened.handle(Request(text="explain what this project is about", cwd=str(project)))
    assert laws.state_of(answer) == "failed"
    assert all("core.echo" in checks for checks in failed_checks(answer))


@pytest.mark.parametrize(
    ("text", "echo"),
    [
        ("Explain the parser.", True),
        ("> explain THE parser", True),
        ("explain the parser explain the parser", True),
        ("explain the parser\n\nAn earlier attempt failed", True),
        ("explain the parser the whole file", True),
        ("the whole file", False),
        ("The parser reads tokens.", False),
        ("explain the parser: it reads tokens", False),
        ("", False),
        ("parser", False),
    ],
)
def test_an_echo_holds_nothing_new(text: str, echo: bool):
    """Case, marks and repetition count for nothing; to repeat a part of the project may be the answer."""
    told = ("explain the parser", "An earlier attempt failed")
    assert is_echo(text, told, "the whole file") is echo


def test_words_alone_pass_no_edit(router, project):
    """What no tool can check, and the request does not name, is unverified; what it names is passed."""
    edit = Reply(text="I fixed it, the text is right now.", edits={"words.txt": "b\n"})
    opened = router(Validation(run_tests=False), replies=[edit] * 5)

    def state(text: str) -> str:
        return laws.state_of(opened.handle(Request(text=text, cwd=str(project))))

    assert state("fix the typos in the text files") == "unverified"
    assert state("fix the typo in words.txt") == "passed"
    assert state("fix the typo in README.md") == "failed"
