"""`ccrouter run` as a process, with the real client as executor: it climbs, applies what passed, and leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from messages_api import MessagesApi, Reply

from ccrouter_core.settings import default_ladder

pytestmark = [pytest.mark.client, pytest.mark.timeout(400)]

CCROUTER = Path(sys.executable).parent / "ccrouter"
BROKEN = '{"name": "demo", "version": "1.0.1",}\n'
WHOLE = '{"name": "demo", "version": "1.0.1"}\n'
REQUEST = "bump the version in package.json from 1.0.0 to 1.0.1"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a git repository with one file."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "package.json").write_text('{"name": "demo", "version": "1.0.0"}\n')
    identity = ["-c", "user.name=t", "-c", "user.email=t@localhost"]
    for words in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "start"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


@pytest.fixture
def arguments(claude_program: Path, client_home: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return `ccrouter` with the real client as executor, in a home of its own."""
    monkeypatch.setenv("CCROUTER_HOME", str(client_home / "ccrouter"))
    monkeypatch.delenv("CCROUTER_ACTIVE", raising=False)
    options = [f"plugins.claude_code.executable={claude_program}", "plugins.claude_code.client_retries=1"]
    return [str(CCROUTER), *(word for option in options for word in ("--set", option)), "run", "--json"]


def edits(content: str, model: str) -> tuple[Reply, ...]:
    """Return the replies by which a model reads package.json and replaces it whole."""
    read = Reply(model=model, times=1, tool=("Read", {"file_path": "package.json"}), input_tokens=2_000)
    write = Reply(
        model=model,
        times=1,
        tool=("Write", {"file_path": "package.json", "content": content}),
        input_tokens=300,
        output_tokens=40,
    )
    return read, write, Reply(model=model, text="I bumped the version.", input_tokens=200, output_tokens=9)


def run(arguments: list[str], project: Path, *words: str) -> tuple[int, dict]:
    """Run `ccrouter run` in the project; return the exit code and the JSON it printed."""
    done = subprocess.run(
        [*arguments, *words], cwd=project, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def leftovers(project: Path) -> list[str]:
    """Return what an attempt could have left in the project."""
    shown = subprocess.run(
        ["git", "worktree", "list", "--porcelain"], cwd=project, capture_output=True, text=True, check=True
    )
    return [line for line in shown.stdout.splitlines() if line.startswith("worktree ")][1:]


def test_a_failed_check_climbs_from_haiku_to_sonnet(
    arguments, project, messages_api: MessagesApi, client_processes
):
    """Haiku's edit breaks the syntax, so nothing of it stays; sonnet's passes and is applied; both are paid."""
    messages_api.script(*edits(BROKEN, "haiku"), *edits(WHOLE, "sonnet"))
    code, answer = run(arguments, project, REQUEST)
    assert code == 0, answer
    assert [attempt["tier"] for attempt in answer["attempts"]] == ["haiku", "sonnet"]
    assert answer["state"] == "passed"
    assert (project / "package.json").read_text() == WHOLE
    assert leftovers(project) == []
    assert client_processes() == []
    ladder = default_ladder()
    haiku, sonnet = (attempt["cost_usd"] for attempt in answer["attempts"])
    tokens = 2_000 + 300 + 200
    assert haiku == pytest.approx((tokens * 0.10 + (10 + 40 + 9) * 0.50) / 1e6)
    assert sonnet / haiku == pytest.approx(ladder["sonnet"].prices.input / ladder["haiku"].prices.input)
    assert answer["total_cost_usd"] == pytest.approx(haiku + sonnet)


def test_a_refused_service_ends_the_attempt_and_never_climbs(arguments, project, messages_api: MessagesApi):
    """An overloaded service is no reason to pay a dearer model."""
    messages_api.script(Reply(status=529, error="overloaded_error", message="Overloaded"))
    code, answer = run(arguments, project, REQUEST)
    assert code == 75
    assert [attempt["tier"] for attempt in answer["attempts"]] == ["haiku"]
    assert answer["attempts"][0]["error"]["kind"] == "rate_limited"
    assert set(messages_api.models) == {"claude-haiku-5-5"}


def test_a_clarification_costs_no_request(arguments, project, messages_api: MessagesApi):
    """What has no referent is asked before anything is paid."""
    messages_api.script()
    code, answer = run(arguments, project, "fix it")
    assert code == 6
    assert answer["question"]
    assert messages_api.requests == []


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_nothing(
    arguments, project, messages_api: MessagesApi, client_processes, how, code
):
    """The client, its children and the workspace are gone, and the project is as it was."""
    messages_api.script(Reply(text="word " * 400, pause_s=0.5))
    process = subprocess.Popen(
        [*arguments, REQUEST], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
    )
    until = time.monotonic() + 60
    while not messages_api.requests and time.monotonic() < until:
        time.sleep(0.1)
    assert messages_api.requests, "the client never asked"
    process.send_signal(how)
    process.communicate(timeout=60)
    assert process.returncode == code
    assert client_processes() == []
    assert leftovers(project) == []
    assert "1.0.0" in (project / "package.json").read_text()


def shell(*commands: str, text: str = "It is done, see above.") -> tuple[Reply, ...]:
    """Return the replies by which a model runs commands, one after another, and says something."""
    calls = [Reply(times=1, tool=("Bash", {"command": command, "description": "x"})) for command in commands]
    return (*calls, Reply(text=text))


def checks(answer: dict) -> dict[str, str]:
    """Return what each check said of the last attempt."""
    return {verdict["check"]: verdict["status"] for verdict in answer["attempts"][-1]["verdicts"]}


def test_a_command_of_the_request_runs_and_no_other(arguments, project, messages_api: MessagesApi):
    """What the model tries beside it is denied, whatever it is."""
    messages_api.script(*shell("ls", "touch other.txt", "git status && touch other.txt", "git status"))
    code, answer = run(arguments, project, "git status")
    assert (code, answer["state"]) == (0, "passed"), answer
    assert checks(answer)["core.commands"] == "pass"
    assert not (project / "other.txt").exists()
    told = json.dumps(messages_api.requests[-1]["messages"])
    assert "On branch" in told
    assert told.count("Only these commands may run") == 3


def test_what_was_agreed_to_runs_in_place(arguments, project, messages_api: MessagesApi):
    """Only with a yes; and a model that only says so has failed."""
    (project / "build").mkdir()
    (project / "build" / "a.o").write_text("x")
    messages_api.script(*shell(text="I removed the folder build."))
    code, answer = run(arguments, project, "rm -rf build")
    assert (code, answer["state"], messages_api.requests) == (1, "refuse", [])
    code, answer = run(arguments, project, "--yes", "rm -rf build")
    assert (code, answer["state"], checks(answer)["core.commands"]) == (4, "failed", "fail")
    assert (project / "build").exists()
    messages_api.script(*shell("rm -rf build", text="I removed the folder build."))
    code, answer = run(arguments, project, "--yes", "rm -rf build")
    assert (code, answer["state"], checks(answer)["core.commands"]) == (0, "passed", "pass")
    assert not (project / "build").exists()


def test_what_is_not_spelled_out_is_not_run_and_not_passed(arguments, project, messages_api: MessagesApi):
    """There is no shell, so nothing that the model says of the tests is believed."""
    messages_api.script(Reply(text="All 12 tests passed."))
    code, answer = run(arguments, project, "run the tests")
    assert (code, answer["state"], checks(answer)["core.commands"]) == (0, "unverified", "cannot_run")
    assert "Bash" not in [tool["name"] for tool in messages_api.requests[0]["tools"]]


def test_a_rule_of_the_user_lets_it_run(arguments, project, messages_api: MessagesApi):
    """allowed_tools holds for reading requests too."""
    (project / "test_a.py").write_text("")
    messages_api.script(*shell("python3 -m unittest -q", text="All tests passed."))
    rule = 'plugins.claude_code.allowed_tools=["Bash(python3 -m unittest *)"]'
    code, answer = run([arguments[0], "--set", rule, *arguments[1:]], project, "run the tests")
    assert (code, checks(answer)["core.commands"]) == (0, "pass"), answer


def test_a_file_is_moved_in_the_copy(arguments, project, messages_api: MessagesApi):
    """The client may move it there, and reach nothing outside; the project gets the change."""
    away = project.parent / "away.json"
    messages_api.script(
        *shell(f"mv package.json {away}", "curl http://localhost", "mv package.json app.json")
    )
    code, answer = run(arguments, project, "rename package.json to app.json")
    assert (code, answer["state"]) == (0, "passed"), answer
    assert sorted(path.name for path in project.iterdir() if path.name != ".git") == ["app.json"]
    assert not away.exists()


def test_half_a_move_has_failed(arguments, project, messages_api: MessagesApi):
    """A copy under the new name, with the old one still there, at every tier."""
    write = ("Write", {"file_path": "app.json", "content": WHOLE})
    tiers = ("haiku", "sonnet", "opus")
    messages_api.script(
        *(reply for tier in tiers for reply in (Reply(model=tier, times=1, tool=write), Reply(model=tier)))
    )
    code, answer = run(arguments, project, "rename package.json to app.json")
    assert (code, answer["state"], checks(answer)["validation.edit_made"]) == (4, "failed", "fail")
    assert [path.name for path in project.iterdir() if path.name != ".git"] == ["package.json"]
