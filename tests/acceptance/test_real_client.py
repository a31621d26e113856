"""The real coding client as executor, against a scripted stand-in for the service: right outcome, cost, no orphan."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from messages_api import MessagesApi, Reply

from ccrouter_core.models import FailureKind, Outcome, Provenance
from ccrouter_core.services import Cancel, ExecutionEvent, Job, Limits
from ccrouter_core.settings import default_ladder
from ccrouter_core.testing import ExecutorConformance
from ccrouter_plugins.claude_code import ClaudeCodeExecutor, ClaudeSettings

pytestmark = [pytest.mark.client, pytest.mark.timeout(400)]

LADDER = default_ladder()
SLOW = Reply(text="word " * 200, pause_s=0.5)


class Client:
    """The real client in a project folder, asked through the executor."""

    def __init__(self, program: Path, project: Path, api: MessagesApi, *, sdk: bool = False) -> None:
        self.program = program
        self.project = project
        self.api = api
        self.sdk = sdk
        self.events: list[ExecutionEvent] = []
        self._executors: list[ClaudeCodeExecutor] = []

    def executor(self, **settings: Any) -> ClaudeCodeExecutor:
        """Return an executor; the client itself repeats a refused request once."""
        given = {"executable": str(self.program), "client_retries": 1, "sdk": self.sdk, **settings}
        self._executors.append(ClaudeCodeExecutor(ClaudeSettings(**given), LADDER))
        return self._executors[-1]

    def close(self) -> None:
        """End the clients that the SDK keeps."""
        for executor in self._executors:
            executor.close()

    def ask(
        self,
        *replies: Reply,
        limits: Limits | None = None,
        cancel: Cancel | None = None,
        tier: str = "haiku",
        read_only: bool = True,
        agent: str | None = None,
        commands: tuple[str, ...] = (),
        watch: Callable[[ExecutionEvent], None] | None = None,
        **settings: Any,
    ) -> Outcome:
        """Script the service, run one job, remember its events."""
        self.api.script(*replies)
        job = Job(
            prompt="Do it.",
            tier=LADDER[tier],
            cwd=str(self.project),
            read_only=read_only,
            agent=agent,
            commands=commands,
        )
        executor = self.executor(**settings)
        handle = executor.start(job, limits or Limits(total_ms=90_000), cancel or Cancel())
        self.events = []
        for event in handle.events():
            self.events.append(event)
            if watch is not None:
                watch(event)
        return handle.result()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a small project."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "intro.tex").write_text("teh cat\n")
    return folder


@pytest.fixture(params=["process", "sdk"])
def client(
    claude_program: Path,
    client_home: Path,
    project: Path,
    messages_api: MessagesApi,
    request: pytest.FixtureRequest,
) -> Iterator[Client]:
    """Yield the real client, isolated: as a process of ours, and through the Agent SDK where that is installed."""
    if request.param == "sdk" and find_spec("claude_agent_sdk") is None:
        pytest.skip("the Agent SDK is not installed: pip install 'ccrouter[claude]'")
    client = Client(claude_program, project, messages_api, sdk=request.param == "sdk")
    yield client
    client.close()


def priced(tier: str, outcome: Outcome) -> int:
    """Return what the outcome's tokens cost on a tier."""
    return sum(LADDER[tier].cost_nano_usd(used) for used in outcome.usage)


def test_success_has_text_usage_and_cost(client: Client):
    """The answer, the tokens that the service counted, and their price by our table."""
    outcome = client.ask(Reply(text="All is well.", input_tokens=12_000, output_tokens=34))
    assert outcome.error is None
    assert outcome.text == "All is well."
    assert [(used.input_tokens, used.output_tokens) for used in outcome.usage] == [(12_000, 34)]
    assert outcome.model == "claude-haiku-5-5"
    assert outcome.cost_nano_usd == priced("haiku", outcome) > 0
    assert outcome.cost_provenance is Provenance.ESTIMATED
    assert outcome.session
    assert client.events[0].kind == "started"
    assert client.events[-1].data["client_cost_usd"] > 0


def test_tier_chooses_the_model(client: Client):
    """What the service is asked for is the tier's model."""
    client.ask(tier="opus")
    assert set(client.api.models) == {"claude-opus-5-5"}


def test_model_that_answered_is_paid(client: Client):
    """Behind a gateway that answers with opus the client books haiku; we do not."""
    outcome = client.ask(Reply(answers_as="claude-opus-5-5", input_tokens=5_000))
    assert outcome.usage[0].model == "claude-opus-5-5"
    assert outcome.cost_nano_usd == priced("opus", outcome)


REFUSALS = {
    "429": (
        Reply(status=429, error="rate_limit_error", headers={"retry-after": "1"}),
        FailureKind.RATE_LIMITED,
        2,
    ),
    "529": (Reply(status=529, error="overloaded_error", message="Overloaded"), FailureKind.RATE_LIMITED, 2),
    "400 too long": (
        Reply(
            status=400,
            error="invalid_request_error",
            message="prompt is too long: 205000 tokens > 200000 maximum",
        ),
        FailureKind.CONTEXT_TOO_LONG,
        1,
    ),
    "401": (Reply(status=401, error="authentication_error", message="invalid key"), FailureKind.AUTH, 2),
    "403": (Reply(status=403, error="permission_error", message="forbidden"), FailureKind.AUTH, 1),
    "404": (Reply(status=404, error="not_found_error", message="model: x"), FailureKind.API, None),
    "500": (Reply(status=500), FailureKind.API, 2),
    "dropped": (Reply(drop=True), FailureKind.UNAVAILABLE, 2),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_each_refusal_has_its_kind_and_costs_nothing(client: Client, client_processes, case: str):
    """What the service refuses is told by kind, without text, without cost, without an orphan."""
    reply, kind, requests = REFUSALS[case]
    outcome = client.ask(reply)
    assert outcome.error is not None
    assert outcome.error.kind is kind
    assert outcome.text == ""
    assert outcome.usage == ()
    assert outcome.cost_nano_usd == 0
    assert requests in {None, len(client.api.requests)}
    assert client_processes() == []


@pytest.mark.parametrize("status", [429, 529])
def test_short_refusal_is_overcome(client: Client, status: int):
    """The client repeats a request by itself; the answer and its cost are whole."""
    outcome = client.ask(
        Reply(status=status, error="overloaded_error", times=1), Reply(text="now", input_tokens=7_000)
    )
    assert outcome.error is None
    assert outcome.text == "now"
    assert [used.input_tokens for used in outcome.usage] == [7_000]
    assert any(event.kind == "rate_limit" for event in client.events)


def test_used_up_quota_says_when_it_opens(client: Client):
    """The reset time is read from the client's own words."""
    words = "You've hit your limit · resets 2:30pm (Europe/Paris)"
    outcome = client.ask(Reply(status=429, error="rate_limit_error", message=words))
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.QUOTA
    assert outcome.error.resets_at is not None


def test_error_in_mid_stream_is_overcome(client: Client):
    """A stream that broke is asked for again; the text of the broken one is not part of the answer."""
    outcome = client.ask(
        Reply(text="broken " * 9, breaks=True, times=1), Reply(text="whole", input_tokens=3_000)
    )
    assert outcome.error is None
    assert outcome.text == "whole"
    assert [used.input_tokens for used in outcome.usage] == [3_000]


def test_unreachable_service_is_unavailable(client: Client, monkeypatch: pytest.MonkeyPatch):
    """Where nobody listens the failure says so."""
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    outcome = client.ask()
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.UNAVAILABLE


def test_budget_ends_the_work_with_its_cost(client: Client):
    """A request over the budget is paid and told; nothing more is asked."""
    reading = Reply(tool=("Read", {"file_path": "intro.tex"}), input_tokens=50_000)
    outcome = client.ask(reading, limits=Limits(max_cost_nano_usd=1_000_000))
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.BUDGET
    assert outcome.cost_nano_usd == priced("haiku", outcome) > 1_000_000
    assert len(client.api.requests) == 1


def test_turns_end_the_work(client: Client):
    """A model that goes on and on is stopped at the number of turns."""
    outcome = client.ask(Reply(tool=("Read", {"file_path": "intro.tex"})), limits=Limits(max_turns=2))
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.MAX_TURNS
    assert len(client.api.requests) == 2


@pytest.mark.parametrize(
    ("bound", "reply"),
    [("first_event", Reply(delay_s=30)), ("idle", Reply(text="word " * 50, pause_s=20)), ("total", SLOW)],
)
def test_each_time_limit_ends_the_client(client: Client, client_processes, bound: str, reply: Reply):
    """A service that hangs is left in time; what was said stays, and no process."""
    outcome = client.ask(reply, limits=Limits(**{f"{bound}_ms": 6_000}))
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.TIMEOUT
    assert outcome.error.message.startswith(bound)
    assert outcome.duration_ms < 30_000
    assert client_processes() == []


def test_cancel_in_the_middle(client: Client, client_processes):
    """A cancelled run keeps its first words and the tokens that were read for them."""
    cancel = Cancel()

    def stop(event: ExecutionEvent) -> None:
        if event.kind == "text":
            cancel.cancel("enough")

    outcome = client.ask(SLOW, cancel=cancel, watch=stop)
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.ABORTED
    assert outcome.partial
    assert outcome.text.startswith("word")
    assert outcome.usage[0].input_tokens == SLOW.input_tokens
    assert client_processes() == []


def test_kill_in_the_middle(client: Client, client_processes):
    """A client that is killed from outside has crashed, with what it said and used until then."""
    killed: list[int] = []

    def kill(event: ExecutionEvent) -> None:
        if event.kind == "text" and not killed:
            killed.extend(client_processes())
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    outcome = client.ask(SLOW, watch=kill)
    assert killed
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.CRASHED
    assert outcome.partial
    assert outcome.cost_nano_usd == priced("haiku", outcome) > 0
    assert client_processes() == []


def test_command_that_hangs_is_ended_too(client: Client, client_processes):
    """A command that the client runs for the model does not outlive the run."""
    sleeping = Reply(tool=("Bash", {"command": "yes > /dev/null", "description": "wait"}), times=1)
    outcome = client.ask(
        sleeping, read_only=False, allowed_tools=("Bash(yes *)",), limits=Limits(idle_ms=6_000)
    )
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.TIMEOUT
    assert client_processes() == []


def test_what_an_agent_does_in_the_background_belongs_to_the_answer(client: Client, client_processes):
    """The job ends when nothing is under way any more: the last answer counts, and every token."""
    work = {"description": "d", "prompt": "p", "subagent_type": "general-purpose", "run_in_background": True}
    begun = Reply(text="I start it.", tool=("Agent", work), after_tool=False, times=1)
    outcome = client.ask(begun, Reply(text="step"), read_only=False, edit_tools=("Read", "Agent"))
    assert outcome.error is None
    assert outcome.text == "step"
    assert sum(used.input_tokens for used in outcome.usage) == 1_000 * len(client.api.requests)
    assert len(client.api.requests) > 2
    assert client_processes() == []


# --- what it may touch ---


def writing(path: Path) -> tuple[Reply, Reply]:
    """A model that writes a file, then is done."""
    tool = ("Write", {"file_path": str(path), "content": "made"})
    return Reply(text="I write.", tool=tool, after_tool=False), Reply(text="Tried.", after_tool=True)


def test_edit_job_edits_its_folder_and_nothing_else(client: Client, tmp_path: Path):
    """Inside the folder a file is written, outside it is refused."""
    assert client.ask(*writing(client.project / "new.txt"), read_only=False).error is None
    assert (client.project / "new.txt").read_text() == "made"
    client.ask(*writing(tmp_path / "outside.txt"), read_only=False)
    assert not (tmp_path / "outside.txt").exists()
    assert any(event.kind == "warning" for event in client.events)


def test_read_only_job_writes_nothing(client: Client):
    """There is no tool to write with."""
    client.ask(*writing(client.project / "new.txt"))
    assert not (client.project / "new.txt").exists()


def test_no_command_is_run_unless_allowed(client: Client):
    """Even a harmless command needs the user's word."""
    touch = Reply(tool=("Bash", {"command": "touch made.txt", "description": "x"}), after_tool=False)
    client.ask(touch, read_only=False)
    assert not (client.project / "made.txt").exists()
    client.ask(touch, read_only=False, allowed_tools=("Bash(touch *)",))
    assert (client.project / "made.txt").exists()


def test_project_cannot_run_its_own_programs(client: Client):
    """Hooks and permissions of a cloned repository have no effect; its memory and agents do."""
    folder = client.project / ".claude" / "agents"
    folder.mkdir(parents=True)
    (folder / "typo.md").write_text("---\nname: typo\ndescription: d\n---\nAGENT-WORDS\n")
    (client.project / "CLAUDE.md").write_text("MEMORY-WORDS\n")
    command = f"touch {client.project / 'hooked'}"
    hook = {"UserPromptSubmit": [{"hooks": [{"type": "command", "command": command}]}]}
    settings = {"hooks": hook, "permissions": {"allow": ["Bash"]}}
    (client.project / ".claude" / "settings.json").write_text(json.dumps(settings))
    client.ask(agent="typo", read_only=False)
    asked = json.dumps(client.api.requests[0])
    assert "AGENT-WORDS" in asked
    assert "MEMORY-WORDS" in asked
    assert not (client.project / "hooked").exists()


def test_hook_of_the_user_may_block(client: Client, client_home: Path):
    """A prompt that the user's own hook blocks is told as blocked, though the client exits with 0."""
    command = "echo not today >&2; exit 2"
    hook = {"UserPromptSubmit": [{"hooks": [{"type": "command", "command": command}]}]}
    (client_home / "settings.json").write_text(json.dumps({"hooks": hook}))
    outcome = client.ask()
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.BLOCKED
    assert client.api.requests == []


def test_check_needs_no_service(client: Client, monkeypatch: pytest.MonkeyPatch):
    """Version and login are told by the client, without a request."""
    assert client.executor().check().passed
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    check = client.executor().check()
    assert not check.passed
    assert "login" in check.fix
    assert client.api.requests == []


# --- the client that the SDK keeps ---

through_sdk = pytest.mark.parametrize("client", ["sdk"], indirect=True)


def read(client: Client, executor: ClaudeCodeExecutor, prompt: str, tier: str = "haiku") -> Outcome:
    """Run a reading job in the project."""
    job = Job(prompt=prompt, tier=LADDER[tier], cwd=str(client.project))
    return executor.start(job, Limits(total_ms=90_000), Cancel()).result()


@through_sdk
def test_a_kept_client_answers_the_next_job_and_remembers_nothing(client: Client, client_processes):
    """Same process, another model, no word of the job before, and books of its own."""
    executor = client.executor()
    client.api.script(Reply(text="first", input_tokens=1_000), Reply(text="second", input_tokens=2_000))
    first = read(client, executor, "The password is swordfish.")
    held = client_processes()
    client.api.script(Reply(text="second", input_tokens=2_000))
    second = read(client, executor, "What is the password?", tier="sonnet")
    assert held
    assert client_processes() == held
    assert (first.text, second.text) == ("first", "second")
    assert "swordfish" not in json.dumps(client.api.requests)
    assert set(client.api.models) == {"claude-sonnet-5-5"}
    assert [used.input_tokens for used in second.usage] == [2_000]
    assert second.cost_nano_usd == priced("sonnet", second)
    assert second.session != first.session
    executor.close()
    assert client_processes() == []


@through_sdk
@pytest.mark.parametrize(
    "changes",
    [{"read_only": False}, {"limits": Limits(max_cost_nano_usd=10**9)}, {"read_tools": ("Read", "Agent")}],
    ids=["edits", "budget", "tools"],
)
def test_a_client_that_could_carry_something_over_is_not_kept(client: Client, client_processes, changes):
    """Only plain reading leaves nothing behind."""
    assert client.ask(Reply(text="done"), **changes).error is None
    assert client_processes() == []


@through_sdk
def test_a_kept_client_that_died_is_replaced(client: Client, client_processes):
    """The job fails as one whose client was killed; the next one has a new client."""
    executor = client.executor()
    client.api.script(Reply(text="well"))
    assert read(client, executor, "one").error is None
    for pid in client_processes():
        os.kill(pid, signal.SIGKILL)
    died = read(client, executor, "two")
    assert died.error is None or died.error.kind is FailureKind.CRASHED
    assert read(client, executor, "three").text == "well"


@through_sdk
def test_the_client_sees_no_secret_of_ours(client: Client, client_processes, monkeypatch):
    """What is not on the list of the environment reaches it empty, although the SDK passes ours on."""
    monkeypatch.setenv("DATABASE_PASSWORD", "hunter2")
    executor = client.executor()
    client.api.script(Reply(text="well"))
    assert read(client, executor, "hello").error is None
    (pid, *_) = client_processes()
    environ = Path(f"/proc/{pid}/environ").read_bytes()
    assert b"hunter2" not in environ
    assert b"CCROUTER_ACTIVE=1" in environ


@pytest.mark.skipif(find_spec("claude_agent_sdk") is not None, reason="the Agent SDK is installed")
def test_without_the_sdk_the_option_says_what_to_install(tmp_path: Path):
    """Neither the check nor a job raises."""
    executor = ClaudeCodeExecutor(ClaudeSettings(executable="/bin/true", sdk=True))
    assert "ccrouter[claude]" in executor.check().fix
    job = Job(prompt="x", tier=LADDER["haiku"], cwd=str(tmp_path))
    outcome = executor.start(job, Limits(), Cancel()).result()
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.UNAVAILABLE
    assert "ccrouter[claude]" in outcome.error.message


class TestConformance(ExecutorConformance):
    """The laws of every executor hold for the real client."""

    @pytest.fixture
    def executor(self, client: Client) -> ClaudeCodeExecutor:
        """Return one that is answered."""
        return client.executor()

    @pytest.fixture
    def editing_executor(self, client: Client, folder: Path) -> ClaudeCodeExecutor:
        """Return one whose model writes a file."""
        client.api.script(*writing(folder / "new.txt"))
        return client.executor()


EXACT = (
    "touch *.q",
    "printf hi | tee made.txt > copy.txt",
    "cat /etc/hostname",
    "python3 -c 'print(1)' && touch p",
    "touch first\ntouch second",
    "echo $(echo nested) > 'a b.txt'",
)
OTHERS = ("ls", "touch x.q", "printf hi | tee made.txt", "touch p", "touch first", "cat intro.tex", "git log")


def test_commands_of_a_job_run_as_written_and_no_others(client: Client):
    """Stars, pipes, redirections, files outside and several lines: the client's own rules would not say exactly this."""
    replies = [
        Reply(times=1, tool=("Bash", {"command": command, "description": "x"}))
        for command in (*EXACT, *OTHERS)
    ]
    outcome = client.ask(*replies, Reply(text="done"), commands=EXACT)
    assert outcome.error is None
    assert outcome.ran == EXACT
    made = {path.name for path in client.project.iterdir()}
    assert made == {"*.q", "a b.txt", "copy.txt", "first", "intro.tex", "made.txt", "p", "second"}
