"""Laws of the client as executor, against a scripted program that speaks its protocol as a real process."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccrouter_core.models import FailureKind, Outcome, Prices, Provenance, Tier, Usage
from ccrouter_core.processes import ProcessResult
from ccrouter_core.services import Cancel, ExecutionEvent, Job, Limits
from ccrouter_core.settings import default_ladder
from ccrouter_core.testing import ExecutorConformance
from ccrouter_plugins.claude_code import ClaudeCode, ClaudeCodeExecutor, ClaudeSettings
from ccrouter_plugins.claude_code.agents import parse_agent
from ccrouter_plugins.claude_code.arguments import environment, permit_settings
from ccrouter_plugins.claude_code.failures import failure_of
from ccrouter_plugins.claude_code.stream import StreamReader

TIER = Tier(name="haiku", rank=1, model="haiku", prices=Prices(input=0.1, output=0.5))
MODEL = "claude-haiku-5-5"
INIT = {
    "type": "system",
    "subtype": "init",
    "session_id": "s1",
    "model": MODEL,
    "claude_code_version": "2.1.330",
}
LIMITS = Limits(total_ms=20_000)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)

PROGRAM = """#!{python}
import json, os, pathlib, sys, time
folder = pathlib.Path(__file__).parent
record = {{"argv": sys.argv[1:], "env": dict(os.environ), "cwd": os.getcwd()}}
if "--version" in sys.argv:
    print("9.9.9 (stand-in)"); sys.exit(0)
if "auth" in sys.argv:
    print((folder / "auth").read_text()); sys.exit(0)
record["stdin"] = sys.stdin.read()
(folder / "seen").write_text(json.dumps(record))
for step in json.loads((folder / "script").read_text()):
    if "say" in step: sys.stdout.buffer.write(step["say"].encode("latin-1")); sys.stdout.flush()
    if "err" in step: sys.stderr.write(step["err"])
    if "sleep" in step: time.sleep(step["sleep"])
    if "kill" in step: os.kill(os.getpid(), step["kill"])
    if "exit" in step: sys.exit(step["exit"])
"""


class Client:
    """A program that follows a script, and what it saw."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = folder / "stand-in"
        self.program.write_text(PROGRAM.format(python=sys.executable))
        self.program.chmod(0o700)
        self.events: list[ExecutionEvent] = []

    def run(
        self,
        *steps: dict[str, Any],
        limits: Limits = LIMITS,
        cancel: Cancel | None = None,
        job: dict[str, Any] | None = None,
        **settings: Any,
    ) -> Outcome:
        """Run a job against the script; remember its events."""
        (self.folder / "script").write_text(json.dumps(steps))
        work = self.folder / "work"
        work.mkdir(exist_ok=True)
        executor = ClaudeCodeExecutor(
            ClaudeSettings(executable=str(self.program), **settings), default_ladder()
        )
        fields = {"prompt": "do it", "tier": TIER, "cwd": str(work), **(job or {})}
        handle = executor.start(Job(**fields), limits, cancel or Cancel())
        self.events = list(handle.events())
        return handle.result()

    @property
    def seen(self) -> dict[str, Any]:
        """What the program saw."""
        return json.loads((self.folder / "seen").read_text())  # type: ignore[no-any-return]

    @property
    def argv(self) -> list[str]:
        """The arguments that the program saw."""
        return list(self.seen["argv"])

    def value(self, flag: str) -> str:
        """The value that follows a flag."""
        return self.argv[self.argv.index(flag) + 1]


@pytest.fixture
def client(tmp_path: Path) -> Client:
    """A scripted client in a folder of its own."""
    return Client(tmp_path)


def says(*events: dict[str, Any]) -> dict[str, Any]:
    """A step that writes the events, one a line."""
    return {"say": "".join(json.dumps(event) + "\n" for event in events)}


def result(**fields: Any) -> dict[str, Any]:
    """A result object as the client writes it."""
    books = {MODEL: {"inputTokens": 1000, "outputTokens": 100, "costUSD": 0.9}}
    return {
        "type": "result",
        "subtype": "success",
        "is_error": False,
        "api_error_status": None,
        "session_id": "s1",
        "terminal_reason": "completed",
        "result": "done",
        "num_turns": 1,
        "total_cost_usd": 0.9,
        "modelUsage": books,
        "stop_reason": "end_turn",
        "permission_denials": [],
        **fields,
    }


def answer(
    model: str, *, number: int = 1, tokens: tuple[int, int] = (1000, 100), text: str = "do"
) -> list[Any]:
    """The stream of one answer of the service."""
    identity = f"msg_{number}"
    usage = {"input_tokens": tokens[0], "output_tokens": 1}
    parts = (
        {"type": "message_start", "message": {"id": identity, "model": model, "usage": usage}},
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": text}},
        {"type": "message_delta", "usage": {"input_tokens": tokens[0], "output_tokens": tokens[1]}},
    )
    return [{"type": "stream_event", "event": part, "api_message_id": identity} for part in parts]


def test_answer_carries_text_usage_cost_and_session(client: Client):
    """A finished run is text, tokens per model, and a cost by our own prices, not by the client's."""
    outcome = client.run(says(INIT, *answer(MODEL), result()))
    assert outcome.error is None
    assert (outcome.text, outcome.model, outcome.session, outcome.tier) == ("done", MODEL, "s1", "haiku")
    assert outcome.usage == (Usage(model=MODEL, input_tokens=1000, output_tokens=100),)
    assert outcome.cost_nano_usd == 1000 * 100 + 100 * 500
    assert outcome.cost_provenance is Provenance.ESTIMATED
    assert [event.kind for event in client.events] == ["started", "text", "usage", "finished"]
    assert client.events[-1].data["client_cost_usd"] == 0.9


def test_prompt_goes_by_standard_input_only(client: Client):
    """No other user of the machine can read the prompt; a long one does not deadlock."""
    prompt = "fix the typo\n" * 20_000
    client.run(says(INIT, result()), job={"prompt": prompt, "context": "CONTEXT"})
    assert client.seen["stdin"] == "CONTEXT\n\n" + prompt
    assert not any("fix the typo" in argument or "CONTEXT" in argument for argument in client.argv)


def test_read_only_job_gets_reading_tools_only(client: Client):
    """Whatever mode the user chose for edits, a read-only job can only read."""
    client.run(says(INIT, result()), permission_mode="bypassPermissions", allowed_tools=("Edit(notes/**)",))
    assert client.value("--tools") == "Read,Glob,Grep"
    assert client.value("--permission-mode") == "dontAsk"
    assert "--allowedTools" not in client.argv
    assert "--settings" not in client.argv


def test_edit_job_may_edit_and_nothing_else(client: Client):
    """By default an edit job gets no tool that runs a command, no server, no project settings."""
    client.run(says(INIT, result()), job={"read_only": False})
    assert client.value("--permission-mode") == "acceptEdits"
    assert "Bash" not in client.value("--tools")
    assert client.value("--setting-sources") == "user"
    assert "--strict-mcp-config" in client.argv


def test_user_may_allow_more(client: Client):
    """Tools that the user's own configuration allows are offered, with their rules."""
    for read_only in (False, True):
        client.run(says(INIT, result()), job={"read_only": read_only}, allowed_tools=("Bash(pytest *)",))
        assert client.value("--tools").split(",")[-1] == "Bash"
        assert client.value("--allowedTools") == "Bash(pytest *)"


def test_whole_files_are_moved_only_where_the_client_keeps_it_to_its_folder(client: Client):
    """In the mode that asks for nothing but files of the folder; in another the user has said otherwise."""
    for mode, offered in (("acceptEdits", True), ("default", False), ("bypassPermissions", False)):
        client.run(says(INIT, result()), job={"read_only": False, "moves": True}, permission_mode=mode)
        assert ("Bash" in client.value("--tools").split(",")) is offered
        assert "--settings" not in client.argv


def test_commands_are_let_through_by_a_hook_and_never_by_argv(client: Client):
    """The shell is offered; which commands may run stands in a private file, and the model is told."""
    client.run(says(INIT, result()), job={"commands": ("cat secret-name | wc -l",)})
    assert client.value("--tools") == "Read,Glob,Grep,Bash"
    assert client.value("--permission-mode") == "dontAsk"
    assert "--allowedTools" not in client.argv
    assert not Path(client.value("--settings")).exists()  # with the run
    assert "secret-name" not in " ".join(client.argv)
    assert "    cat secret-name | wc -l" in client.seen["stdin"]


def asked_hook(folder: Path, job: Job, command: object, **settings: Any) -> str | None:
    """Return what the hook says of a command, as the client would run it."""
    folder.mkdir()
    arguments = permit_settings(ClaudeSettings(**settings), job, folder)
    (entry,) = json.loads(Path(arguments[1]).read_text())["hooks"]["PreToolUse"]
    assert entry["matcher"] == "Bash"
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    event = json.dumps({"tool_name": "Bash", "tool_input": {"command": command}})
    program = entry["hooks"][0]["command"]
    done = subprocess.run(program, shell=True, input=event, capture_output=True, text=True, check=True)  # noqa: S602 - as the client does
    return json.loads(done.stdout)["hookSpecificOutput"]["permissionDecision"] if done.stdout else None


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("git status", "allow"),
        ("ls *.py | wc -l > 'a b'", "allow"),
        ("git  status", "deny"),
        ("git status ", "deny"),
        ("git status && ls", "deny"),
        ("ls a.py | wc -l > 'a b'", "deny"),
        ("", "deny"),
        (None, "deny"),
        (["git status"], "deny"),
    ],
)
def test_the_hook_allows_exactly_what_was_asked_for(tmp_path: Path, command: object, said: str):
    """Letter by letter; no star, pipe or redirection stands for anything else."""
    job = Job(prompt="x", tier=TIER, commands=("git status", "ls *.py | wc -l > 'a b'"))
    assert asked_hook(tmp_path / "a", job, command) == said


def test_the_hook_leaves_other_commands_to_the_users_own_rules(tmp_path: Path):
    """Where the user allows commands, and where whole files are moved, it only adds."""
    job = Job(prompt="x", tier=TIER, commands=("git status",))
    assert asked_hook(tmp_path / "a", job, "pytest", allowed_tools=("Bash(pytest *)",)) is None
    assert asked_hook(tmp_path / "b", job, "git status", allowed_tools=("Bash(pytest *)",)) == "allow"
    moving = Job(prompt="x", tier=TIER, commands=("git status",), moves=True, read_only=False)
    assert asked_hook(tmp_path / "c", moving, "mv a b") is None


def test_what_ran_is_what_was_not_refused(client: Client):
    """A call of the shell counts once it has a result and the client did not deny it."""

    def call(number: int, command: str, name: str = "Bash") -> dict[str, Any]:
        block = {"type": "tool_use", "id": f"t{number}", "name": name, "input": {"command": command}}
        return {"type": "assistant", "message": {"id": f"m{number}", "model": MODEL, "content": [block]}}

    def back(number: int) -> dict[str, Any]:
        block = {"type": "tool_result", "tool_use_id": f"t{number}", "content": "x"}
        return {"type": "user", "message": {"content": [block]}}

    calls = [
        call(1, "git status"),
        back(1),
        call(2, "rm -rf /"),
        back(2),
        call(3, "ls"),
        call(4, "x", "Read"),
        back(4),
    ]
    denied = [{"tool_name": "Bash", "tool_use_id": "t2", "tool_input": {"command": "rm -rf /"}}]
    outcome = client.run(says(INIT, *calls, result(permission_denials=denied)))
    assert outcome.ran == ("git status",)


def test_bounds_reach_the_client(client: Client):
    """Budget and turns are the client's to keep as well."""
    client.run(says(INIT, result()), limits=Limits(max_cost_nano_usd=50_000_000, max_turns=7))
    assert float(client.value("--max-budget-usd")) == 0.05
    assert client.value("--max-turns") == "7"


def test_empty_budget_starts_nothing(client: Client):
    """Without money the client is not even started."""
    outcome = client.run(says(INIT, result()), limits=Limits(max_cost_nano_usd=0))
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.BUDGET
    assert not (client.folder / "seen").exists()


def test_session_is_resumed(client: Client):
    """A job with a session goes on with it; one without gets a fresh one."""
    client.run(says(INIT, result()), job={"session": "abc"})
    assert client.value("--resume") == "abc"
    client.run(says(INIT, result()))
    assert len(client.value("--session-id")) == 36


def test_environment_is_scrubbed(client: Client, monkeypatch: pytest.MonkeyPatch):
    """The child sees what belongs to the client, no secret of others, and no surrounding session."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "dummy")
    monkeypatch.setenv("CLAUDECODE", "1")
    monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", "outer")
    client.run(says(INIT, result()))
    seen = client.seen["env"]
    assert seen["ANTHROPIC_API_KEY"] == "dummy"
    assert seen["CCROUTER_ACTIVE"] == "1"
    assert not {"AWS_SECRET_ACCESS_KEY", "CLAUDECODE", "CLAUDE_CODE_SESSION_ID"} & set(seen)
    assert "AWS_SECRET_ACCESS_KEY" in environment(ClaudeSettings(pass_environment=("AWS_*",)))


def test_declared_agent_is_handed_over(client: Client):
    """An agent of the project reaches the client as a file; an undeclared one is left out with a warning."""
    folder = client.folder / "work" / ".claude" / "agents"
    folder.mkdir(parents=True)
    (folder / "typo.md").write_text(
        "---\nname: typo\ndescription: Fixes\ntools: [Read, Edit]\n---\nBe brief.\n"
    )
    client.run(says(INIT, result()), job={"agent": "typo"})
    assert client.value("--agent") == "typo"
    assert client.value("--agents").endswith(".json")
    client.run(says(INIT, result()), job={"agent": "haiku-general"})
    assert "--agent" not in client.argv
    assert "haiku-general" in client.events[0].text


def test_agent_file_is_parsed():
    """Head and body are told apart; a list of tools may be written in any of three ways."""
    for tools in ("tools: Read, Grep", "tools: [Read, Grep]", "tools:\n  - Read\n  - Grep"):
        agent = parse_agent(f'---\nname: "a"\n{tools}\n---\n\nBody.\n', "file")
        assert (agent.name, agent.tools, agent.prompt) == ("a", ("Read", "Grep"), "Body.")
    assert parse_agent("No head.", "file").name == "file"


# --- one row per way to fail ---


def api_error(status: int | None, text: str, **fields: Any) -> dict[str, Any]:
    """The result of a run that ended with an error of the service."""
    given = {"is_error": True, "api_error_status": status, "terminal_reason": "api_error", "modelUsage": {}}
    return result(**{**given, "result": text, "total_cost_usd": 0, **fields})


QUOTA = "API Error: Request rejected (429) · You've hit your limit · resets 2:30pm (Europe/Paris)"
FAILURES = {
    "429": (api_error(429, "API Error: Request rejected (429)"), 1, FailureKind.RATE_LIMITED),
    "429 quota": (api_error(429, QUOTA), 1, FailureKind.QUOTA),
    "529": (
        api_error(529, "API Error: 529 Overloaded. Check your usage limit."),
        1,
        FailureKind.RATE_LIMITED,
    ),
    "400": (api_error(400, "API Error: 400 bad thing"), 1, FailureKind.API),
    "400 long": (
        api_error(400, "Prompt is too long", terminal_reason="prompt_too_long"),
        1,
        FailureKind.CONTEXT_TOO_LONG,
    ),
    "413": (
        api_error(413, "Request too large", terminal_reason="image_error"),
        1,
        FailureKind.CONTEXT_TOO_LONG,
    ),
    "401": (api_error(401, "Invalid API key"), 1, FailureKind.AUTH),
    "403": (api_error(403, "Failed to authenticate. API Error: 403 forbidden"), 1, FailureKind.AUTH),
    "404": (api_error(404, "There's an issue with the selected model"), 1, FailureKind.API),
    "500": (api_error(500, "API Error: 500 boom"), 1, FailureKind.API),
    "dropped": (api_error(None, "API Error: Connection dropped (ECONNRESET)"), 1, FailureKind.UNAVAILABLE),
    "refused": (api_error(None, "API Error: Connection refused (ECONNREFUSED)"), 1, FailureKind.UNAVAILABLE),
    "no answer": (
        api_error(None, "Request timed out. Set API_TIMEOUT_MS above 2000."),
        1,
        FailureKind.TIMEOUT,
    ),
    "logged out": (api_error(None, "Not logged in · Please run /login"), 1, FailureKind.AUTH),
    "budget": (result(subtype="error_max_budget_usd", is_error=True, result=None), 1, FailureKind.BUDGET),
    "turns": (result(subtype="error_max_turns", is_error=True, result=None), 1, FailureKind.MAX_TURNS),
    "refusal": (
        result(is_error=True, stop_reason="refusal", result="can't help with this"),
        1,
        FailureKind.REFUSAL,
    ),
    "hook": (
        result(modelUsage={}, result="UserPromptSubmit operation blocked by hook: no"),
        0,
        FailureKind.BLOCKED,
    ),
    "no session": (
        result(
            is_error=True, subtype="error_during_execution", errors=["No conversation found with session ID"]
        ),
        1,
        FailureKind.UNAVAILABLE,
    ),
    "exit status": (result(), 3, FailureKind.CRASHED),
}


@pytest.mark.parametrize("case", FAILURES)
def test_each_failure_has_its_kind(client: Client, case: str):
    """What the client met is told by kind, with its words; the text of an answer stays empty."""
    final, code, kind = FAILURES[case]
    outcome = client.run(says(INIT, final), {"exit": code})
    assert outcome.error is not None
    assert outcome.error.kind is kind
    assert outcome.error.message
    assert outcome.text == ""
    assert client.events[-1].data["error"] == str(kind)


def test_refused_request_costs_nothing(client: Client):
    """Empty books are a known cost of zero; a run without books has an unknown one."""
    assert client.run(says(INIT, api_error(500, "boom")), {"exit": 1}).cost_nano_usd == 0
    assert client.run(says(INIT), {"kill": 9}).cost_nano_usd is None


def test_quota_says_when_it_opens_again(client: Client):
    """The reset time is read from the words, or better from the client's own event."""
    told = client.run(says(INIT, api_error(429, QUOTA)), {"exit": 1})
    assert told.error is not None
    assert told.error.resets_at is not None
    info = {"status": "rejected", "resetsAt": 1_900_000_000, "rateLimitType": "five_hour"}
    event = {"type": "rate_limit_event", "rate_limit_info": info}
    counted = client.run(says(INIT, event, api_error(429, "API Error: 429")), {"exit": 1})
    assert counted.error is not None
    assert counted.error.kind is FailureKind.QUOTA
    assert counted.error.resets_at == datetime.fromtimestamp(1_900_000_000, timezone.utc)


def test_text_about_hooks_is_no_failure(client: Client):
    """A model that writes about blocked hooks has answered."""
    outcome = client.run(says(INIT, result(result="Operation blocked by hook: that is what it prints.")))
    assert outcome.error is None


@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        ([{"say": '{"type": "result", "subt'}, {"exit": 0}], FailureKind.CRASHED),
        ([{"say": "garbage\n\xff\xfe\n[1,2\n"}, {"exit": 0}], FailureKind.CRASHED),
        ([{"err": "error: unknown option '--tools'\n"}, {"exit": 1}], FailureKind.UNAVAILABLE),
        ([{"kill": 9}], FailureKind.CRASHED),
        ([{"exit": 0}], FailureKind.CRASHED),
    ],
)
def test_run_without_a_result_has_failed(client: Client, steps: list[dict[str, Any]], kind: FailureKind):
    """Truncated, garbled, refused, killed or silent: never an answer, whatever the exit status."""
    outcome = client.run(*steps)
    assert outcome.error is not None
    assert outcome.error.kind is kind


def test_noise_and_unknown_kinds_change_nothing(client: Client):
    """Lines of later versions, plain text, invalid UTF-8 and a long line do not disturb the answer."""
    noise = {"say": 'warning: hi\n\xff\xfe\n{"type": "from_the_future", "x": [1]}\n{"type": 5}\n[]\n'}
    long = {"say": json.dumps({"type": "from_the_future", "x": "y" * 3_000_000}) + "\n"}
    outcome = client.run(noise, says(INIT), long, *(says(event) for event in answer(MODEL)), says(result()))
    assert outcome.text == "done"
    assert outcome.error is None


@pytest.mark.parametrize(
    ("limits", "steps"),
    [
        (Limits(start_ms=400), [{"sleep": 60}]),
        (Limits(first_event_ms=600), [says(INIT), {"sleep": 60}]),
        (Limits(idle_ms=600), [says(INIT, *answer(MODEL)), {"sleep": 60}]),
        (Limits(total_ms=900), [says(INIT, *answer(MODEL)), {"sleep": 60}]),
    ],
)
def test_each_time_limit_ends_the_run_by_name(client: Client, limits: Limits, steps: list[dict[str, Any]]):
    """Start, first event, idle and total are reported separately; what was said so far is kept and marked."""
    outcome = client.run(*steps, limits=limits)
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.TIMEOUT
    bound = next(
        name for name in ("start", "first_event", "idle", "total") if outcome.error.message.startswith(name)
    )
    assert getattr(limits, f"{bound}_ms") != getattr(Limits(), f"{bound}_ms")
    assert outcome.partial == bool(outcome.text)


def test_cancel_keeps_the_partial_answer_and_its_cost(client: Client):
    """A cancelled run says so, with what was said and used until then."""
    cancel = Cancel()
    (client.folder / "script").write_text(json.dumps([says(INIT, *answer(MODEL)), {"sleep": 60}]))
    executor = ClaudeCodeExecutor(ClaudeSettings(executable=str(client.program)), default_ladder())
    handle = executor.start(Job(prompt="x", tier=TIER), LIMITS, cancel)
    for event in handle.events():
        if event.kind == "usage":
            cancel.cancel("by the person")
    outcome = handle.result()
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.ABORTED
    assert "by the person" in outcome.error.message
    assert (outcome.text, outcome.partial) == ("do", True)
    assert outcome.cost_nano_usd == 150_000


def test_missing_client_is_unavailable(tmp_path: Path):
    """A client that is not installed is said to be, with the fix."""
    executor = ClaudeCodeExecutor(ClaudeSettings(executable=str(tmp_path / "none")))
    outcome = executor.start(Job(prompt="x", tier=TIER), LIMITS, Cancel()).result()
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.UNAVAILABLE
    assert not executor.check().passed


@pytest.mark.parametrize(
    ("auth", "passed", "word"),
    [
        ('{"loggedIn": true, "authMethod": "api_key"}', True, "api_key"),
        ('{"loggedIn": false}', False, "not logged in"),
        ("what?", True, "unknown"),
    ],
)
def test_check_tells_version_and_login(client: Client, auth: str, passed: bool, word: str):
    """Readiness is asked of the client; what it cannot say is unknown."""
    (client.folder / "auth").write_text(auth)
    check = ClaudeCodeExecutor(ClaudeSettings(executable=str(client.program))).check()
    assert check.passed is passed
    assert "9.9.9" in check.reason
    assert word in check.reason


# --- the books ---


def read(*events: dict[str, Any]) -> StreamReader:
    """Feed events to a reader."""
    reader = StreamReader(lambda _: None)
    for event in events:
        reader.feed(json.dumps(event).encode())
    return reader


def test_model_that_answered_is_booked():
    """Behind a gateway that answers with another model the client's books have the wrong name."""
    reader = read(INIT, *answer("claude-opus-5-5"), result())
    assert reader.usage() == (Usage(model="claude-opus-5-5", input_tokens=1000, output_tokens=100),)


def test_requests_that_do_not_show_are_still_booked():
    """Requests beside the stream are only in the client's books, so those count when they hold more."""
    books = {MODEL: {"inputTokens": 3000, "outputTokens": 300}, "claude-opus-5-5": {"inputTokens": 5}}
    assert {
        used.model: used.input_tokens for used in read(*answer(MODEL), result(modelUsage=books)).usage()
    } == {
        MODEL: 3000,
        "claude-opus-5-5": 5,
    }


def test_one_answer_in_several_lines_is_counted_once():
    """The client repeats a message's usage with each of its blocks."""
    message = {"id": "m", "model": MODEL, "usage": {"input_tokens": 10, "output_tokens": 5}}
    lines = [{"type": "assistant", "message": {**message, "content": []}} for _ in range(3)]
    assert read(*lines).usage() == (Usage(model=MODEL, input_tokens=10, output_tokens=5),)


def test_cache_writes_are_split_by_life():
    """Writes for an hour and for five minutes have different prices."""
    books = {MODEL: {"cacheCreationInputTokens": 70, "cacheCreationEphemeral1hInputTokens": 20}}
    used = read(result(modelUsage=books)).usage()[0]
    assert (used.cache_write_5m_tokens, used.cache_write_1h_tokens) == (50, 20)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "event", "message", "usage", "id", "content", "model"]), inner
        )
    ),
    max_leaves=12,
)
KINDS = st.sampled_from(["system", "assistant", "user", "result", "stream_event", "rate_limit_event"])


@given(KINDS, st.dictionaries(st.sampled_from(["subtype", "event", "message", "modelUsage", "result"]), JSON))
def test_any_shape_is_survived(kind: str, fields: dict[str, Any]):
    """Whatever JSON a line holds, reading goes on and the books can be made."""
    reader = read({**fields, "type": kind}, *answer(MODEL))
    assert isinstance(reader.usage(), tuple)
    process = ProcessResult(exit_code=0)
    failure = failure_of(process, reader.result, None, NOW)
    assert failure is None or failure.message


@given(st.binary(max_size=200))
def test_any_bytes_are_survived(line: bytes):
    """Noise is counted, never raised, shows nothing at work, and hides nothing that follows."""
    reader = StreamReader(lambda _: None)
    counted = reader.feed(line) or reader.noise_lines == bool(line.strip())
    assert counted or isinstance(json.loads(line.decode("utf-8", errors="replace")), dict)
    reader.feed(b'{"type": "result", "result": "done"}')
    assert reader.result is not None


def test_plugin_brings_the_executor(client: Client):
    """The plugin's options are the engine's settings, and its self-test passes without the client."""
    (client.folder / "auth").write_text('{"loggedIn": true}')
    plugin = ClaudeCode(executable=str(client.program), max_turns=3)
    assert plugin.settings().max_turns == 3
    folder = client.folder / "self"
    folder.mkdir()
    assert all(check.passed for check in plugin.ccrouter_self_test(folder=folder))
    assert stat.S_IMODE((folder / "stand-in").stat().st_mode) == 0o700


class TestConformance(ExecutorConformance):
    """The laws of every executor."""

    def scripted(self, folder: Path, *steps: dict[str, Any]) -> ClaudeCodeExecutor:
        """Return an executor whose client follows the steps."""
        client = Client(folder)
        (folder / "script").write_text(json.dumps(steps))
        (folder / "auth").write_text('{"loggedIn": true}')
        return ClaudeCodeExecutor(ClaudeSettings(executable=str(client.program)), default_ladder())

    @pytest.fixture
    def executor(self, tmp_path: Path) -> ClaudeCodeExecutor:
        """Return one that answers."""
        return self.scripted(tmp_path, says(INIT, *answer(MODEL), result()))

    @pytest.fixture
    def slow_executor(self, tmp_path: Path) -> ClaudeCodeExecutor:
        """Return one that speaks, then waits."""
        return self.scripted(tmp_path, says(INIT, *answer(MODEL)), {"sleep": 60})

    @pytest.fixture
    def broken_executor(self, tmp_path: Path) -> ClaudeCodeExecutor:
        """Return one whose client crashes."""
        return self.scripted(tmp_path, {"kill": 11})
