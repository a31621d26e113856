"""The request's own words are the permission to run a command; what did not run has not passed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccrouter_core import Outcome, Request, Signal, Status, hookimpl, laws, plugin
from ccrouter_core.cli.answers import answer_lines
from ccrouter_core.commands import Grant, commands_verdict, granted
from ccrouter_core.services import Capabilities, notes_for
from ccrouter_core.settings import Settings, default_ladder
from ccrouter_core.testing import ScriptedExecutor
from ccrouter_plugins.routing import Routing
from ccrouter_plugins.validation import Validation

STATUS = Signal(name="s", reason="", command="git status", effect="read")
PUSH = Signal(name="s", reason="", command="git push", effect="write")
MOVE = Signal(name="s", reason="", command="mv a b", effect="write")
LOSS = Signal(name="s", reason="", command="rm -rf build", effect="destructive", confirm="deletes")
UNASKED_LOSS = Signal(name="s", reason="", command="rm -rf x", effect="destructive")
UNKNOWN = Signal(name="s", reason="", command="frobnicate", effect="unknown")
LOOK = Signal(name="s", reason="", command="cat a.md", effect="look")
WORDS = Signal(name="s", reason="", command="", effect="run")
OTHER = Signal(name="s", reason="")


class Runner(ScriptedExecutor):
    """An executor that may run commands; the script says what it ran."""

    def capabilities(self) -> Capabilities:
        """Say so."""
        return Capabilities(commands=True, edits=True, cost="computed")


@plugin
class Brings:
    """Brings an executor."""

    executor: ScriptedExecutor

    @hookimpl
    def ccrouter_executors(self):
        """Return it."""
        return self.executor


@pytest.fixture
def runner() -> Runner:
    """Return an executor that runs what it is allowed to."""

    def obedient(job):
        return Outcome(text="It says that all is well.", tier=job.tier.name, ran=job.commands)

    return Runner("runner", [obedient] * 9)


@pytest.fixture
def handle(router, tmp_path: Path):
    """Return a function that handles a request with an executor in an empty project."""

    def made(executor: ScriptedExecutor, text: str, **options):
        settings = Settings(ladder=default_ladder(executor.name))
        opened = router(Routing(), Validation(run_tests=False), Brings(executor=executor), settings=settings)
        return opened.handle(Request(text=text, cwd=str(tmp_path)), **options)

    return made


# --- what may run ----------------------------------------------------------------------------------------------------


def test_in_place_runs_what_is_harmless_or_agreed_to():
    """In the order of the request, each once; nothing unknown and nothing that was not asked about."""
    signals = [STATUS, PUSH, LOSS, UNASKED_LOSS, UNKNOWN, WORDS, OTHER, STATUS]
    assert granted(signals, edit=False) == ("git status", "git push", "rm -rf build")


def test_in_a_copy_runs_what_reads_builds_or_changes_files():
    """What reaches beyond the files would be lost with the copy, or not be brought back from it."""
    assert granted([STATUS, PUSH, MOVE, LOSS, UNKNOWN], edit=True) == ("git status", "mv a b")


# --- what became of it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signals", "may_run", "ran", "edit", "status"),
    [
        ([OTHER], (), (), False, None),
        ([STATUS], ("git status",), ("git status",), False, Status.PASS),
        ([STATUS], ("git status",), (), False, Status.FAIL),
        ([STATUS], ("git status",), ("ls",), False, Status.CANNOT_RUN),
        ([STATUS, PUSH], ("git status", "git push"), ("git status",), False, Status.CANNOT_RUN),
        ([STATUS], (), (), False, Status.CANNOT_RUN),
        ([UNKNOWN], (), (), False, Status.CANNOT_RUN),
        ([WORDS], (), (), False, Status.CANNOT_RUN),
        ([WORDS], (), ("pytest -q",), False, Status.PASS),
        ([STATUS, WORDS], ("git status",), ("git status",), False, Status.PASS),
        ([PUSH], (), (), True, Status.CANNOT_RUN),
        ([LOOK], ("cat a.md",), (), False, None),
        ([LOOK], (), (), False, None),
        ([LOOK], ("cat a.md",), ("cat a.md",), False, Status.PASS),
        ([Signal(name="s", reason="", command="", effect="destructive")], (), (), True, None),
        ([Signal(name="s", reason="", command="", effect="destructive")], (), (), False, Status.CANNOT_RUN),
    ],
)
def test_only_what_ran_passes(signals, may_run, ran, edit, status):
    """Not run though it might have been is a failure, as long as nothing was; all else is not known."""
    outcome = Outcome(text="All is well.", tier="haiku", ran=ran)
    verdict = commands_verdict(signals, Grant(commands=may_run, executor="x"), outcome, edit=edit)
    assert (verdict and verdict.status) is status


# --- on the path ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["git status", "npm install left-pad", "please run `make test` and tell me how it went"]
)
def test_a_command_that_ran_is_passed(handle, runner, text: str):
    """The job names it, in place and read-only; nothing else is allowed by it."""
    answer = handle(runner, text)
    assert laws.state_of(answer) == "passed"
    (job,) = runner.jobs
    assert (len(job.commands), job.read_only) == (1, True)
    assert job.commands[0] in text
    assert job.commands[0] in job.message()


@pytest.mark.parametrize(
    "text", ["git status", "run the tests", "npm install left-pad", "commit the changes", "run black on a.py"]
)
def test_an_executor_that_cannot_run_never_passes_it(handle, text: str):
    """The answer is delivered, as unverified; the reason names the executor, and no dearer model is paid."""
    speaker = ScriptedExecutor("speaker", ["On branch main, nothing to commit."] * 3)
    answer = handle(speaker, text)
    said = {verdict.check: verdict for verdict in answer.verdicts}["core.commands"]
    assert said.status is Status.CANNOT_RUN
    assert "speaker" in said.reason
    assert "done on" not in " ".join(answer_lines(answer, ()))
    assert laws.state_of(answer) in {"unverified", "failed"}  # failed where it also had to change a file
    assert all(job.commands == () for job in speaker.jobs)


def test_what_might_have_run_and_did_not_climbs(handle):
    """The first model only talks about it, the second does it."""

    def obedient(job):
        return Outcome(text="On branch main.", tier=job.tier.name, ran=job.commands)

    runner = Runner("runner", ["On branch main, nothing to commit.", obedient])
    answer = handle(runner, "git status")
    assert [job.tier.name for job in runner.jobs] == ["haiku", "sonnet"]
    assert laws.state_of(answer) == "passed"


def test_what_has_effects_never_runs_twice(handle):
    """The command ran; that the answer is empty is told, and nothing is tried again."""
    empty = Runner("runner", [lambda job: Outcome(text="Done.", tier=job.tier.name, ran=job.commands)] * 3)
    answer = handle(empty, "npm install left-pad")
    assert laws.state_of(answer) == "failed"
    assert len(empty.jobs) == 1


def test_what_destroys_runs_after_the_yes_and_is_failed_when_it_did_not(handle, runner):
    """Refused without a yes; the command that was shown is the one that may run."""
    shown: list[str] = []
    assert laws.state_of(handle(runner, "rm -rf build")) == "refuse"
    answer = handle(runner, "rm -rf build", confirm=lambda what: shown.append(what) or True)
    assert laws.state_of(answer) == "passed"
    assert "rm -rf build" in shown[0]
    assert [job.commands for job in runner.jobs] == [("rm -rf build",)]
    liar = Runner("liar", ["I removed the folder build and all in it."])
    assert laws.state_of(handle(liar, "rm -rf build", confirm=lambda _: True)) == "failed"


def test_what_is_to_be_destroyed_in_words_is_never_passed_by_words(handle, runner):
    """No command was agreed to, so none may run."""
    answer = handle(runner, "wipe the production database", confirm=lambda _: True)
    assert laws.state_of(answer) == "unverified"
    assert [job.commands for job in runner.jobs] == [()]


def test_files_are_moved_in_the_copy(handle, tmp_path: Path):
    """An edit that moves whole files may do so in its workspace; the command is the same there."""
    (tmp_path / "a.py").write_text("x = 1\n")

    def move(job):
        (Path(job.cwd) / "a.py").rename(Path(job.cwd) / "b.py")
        return Outcome(text="I moved it.", tier=job.tier.name, ran=job.commands)

    for text in ("rename a.py to b.py", "mv a.py b.py", f"mv {tmp_path}/a.py {tmp_path}/b.py"):
        runner = Runner("runner", [move])
        answer = handle(runner, text)
        (job,) = runner.jobs
        assert (job.read_only, job.moves) == (False, True)
        assert not any(str(tmp_path / "a.py") in command for command in job.commands)
        assert laws.state_of(answer) == "passed", answer.verdicts
        assert answer.outcome.changed == ("a.py", "b.py")


def test_a_plain_edit_moves_nothing(handle, runner, tmp_path: Path):
    """It gets no more than it needs."""
    (tmp_path / "a.md").write_text("teh\n")
    handle(runner, "fix the typo in a.md")
    assert (runner.jobs[0].commands, runner.jobs[0].moves) == ((), False)


# --- what the model is told -------------------------------------------------------------------------------------------


def test_a_model_is_told_how_to_ask_for_a_stronger_one(handle, runner):
    """Where there is a tier to climb to, and nowhere else."""
    handle(runner, "explain a.py")
    assert "ESCALATE: why" in runner.jobs[0].message()
    handle(runner, "rm -rf build", confirm=lambda _: True)
    assert "ESCALATE" not in runner.jobs[-1].message()
    assert notes_for((), escalation=False) == ()


def test_asking_for_a_stronger_model_climbs(handle):
    """The line that the model was told is the line that is read."""
    asks = Runner(
        "runner", ["ESCALATE: the proof needs case analysis", "It holds because both sides are even."]
    )
    answer = handle(asks, "explain a.py")
    assert [attempt.decision.tier for attempt in answer.attempts] == ["haiku", "sonnet"]
    assert laws.state_of(answer) == "passed"
