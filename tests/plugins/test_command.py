"""Laws of programs described by a template, run as real processes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from ccrouter_core.models import FailureKind, Outcome, Prices, Provenance, Tier
from ccrouter_core.services import Cancel, Job, Limits
from ccrouter_core.testing import ExecutorConformance
from ccrouter_plugins.command import Command, CommandExecutor, CommandTemplate

TIER = Tier(name="local", rank=0, model="llama3", prices=Prices(input=1.0, output=2.0))
ARGV = "import json, os, sys; print(json.dumps([sys.argv[1:], sys.stdin.read(), sorted(os.environ)]))"


def python(code: str, *arguments: str, **fields: Any) -> CommandTemplate:
    """A template that runs a piece of Python."""
    return CommandTemplate(argv=(sys.executable, "-c", code, *arguments), **fields)


def answer(template: CommandTemplate, *, limits: Limits | None = None, **job: Any) -> Outcome:
    """Run a prompt through a template."""
    executor = CommandExecutor("mine", template)
    fields = {"prompt": "Why?", "tier": TIER, **job}
    return executor.start(Job(**fields), limits or Limits(total_ms=20_000), Cancel()).result()


def test_placeholders_are_filled_once(tmp_path: Path):
    """Model, tier and folder are filled in; what they hold is not filled again, braces of JSON stay."""
    tier = Tier(name="local", rank=0, model="{tier}")
    template = python(ARGV, "{model}", "{tier}-{cwd}", '{"a": {}}')
    arguments, prompt, _ = json.loads(answer(template, tier=tier, cwd=str(tmp_path), context="Context.").text)
    assert arguments == ["{tier}", f"local-{tmp_path}", '{"a": {}}']
    assert prompt == "Context.\n\nWhy?"


def test_prompt_file_is_private_and_gone_afterwards():
    """A program that reads a file gets one that only its owner can read, for the time of the run."""
    code = "import os, sys; f = sys.argv[1]; print(f, oct(os.stat(f).st_mode & 0o777), open(f).read(), sys.stdin.read())"
    name, mode, prompt = answer(python(code, "{prompt_file}")).text.split()
    assert (mode, prompt) == ("0o600", "Why?")
    assert not Path(name).exists()


def test_environment_is_an_allow_list(monkeypatch: pytest.MonkeyPatch):
    """A program sees no secret that its template does not name."""
    monkeypatch.setenv("OPENAI_API_KEY", "dummy")
    monkeypatch.setenv("OTHER_SECRET", "dummy")
    seen = json.loads(answer(python(ARGV, environment=("OPENAI_*",))).text)[2]
    assert "OPENAI_API_KEY" in seen
    assert "CCROUTER_ACTIVE" in seen
    assert "OTHER_SECRET" not in seen


def test_json_answer_is_read_by_path():
    """Text and tokens are taken from where the template says; the cost follows from the tokens."""
    said = {"choices": [{"text": "Because."}], "usage": {"in": 100, "out": 10}}
    template = python(
        f"print({json.dumps(said)!r})",
        output="json",
        json_path="choices.0.text",
        input_tokens_path="usage.in",
        output_tokens_path="usage.out",
    )
    outcome = answer(template)
    assert outcome.text == "Because."
    assert outcome.structured == said
    assert outcome.cost_nano_usd == 100 * 1_000 + 10 * 2_000
    assert CommandExecutor("mine", template).capabilities().cost == "computed"


@pytest.mark.parametrize("said", ["no JSON", '{"a": 1}', "[" * 100_000])
def test_json_that_does_not_fit_is_a_crash(said: str):
    """Output that is not as described is never an answer."""
    template = python(f"print({said!r})", output="json", json_path="b")
    failure = answer(template).error
    assert failure is not None
    assert failure.kind is FailureKind.CRASHED


def test_cost_of_plain_text_is_unknown():
    """Without counted tokens no cost is made up."""
    outcome = answer(python("print('hi')"))
    assert outcome.cost_nano_usd is None
    assert outcome.cost_provenance is Provenance.UNKNOWN


@pytest.mark.parametrize(
    ("code", "words", "kind"),
    [
        (53, "", FailureKind.MAX_TURNS),
        (1, "HTTP 429 Too Many Requests", FailureKind.RATE_LIMITED),
        (1, "usage limit reached, resets 3pm (UTC)", FailureKind.QUOTA),
        (1, "Traceback", FailureKind.CRASHED),
    ],
)
def test_exit_codes_and_words_tell_the_kind(code: int, words: str, kind: FailureKind):
    """The template's exit codes come first, then what the program said."""
    script = f"import sys; print('half'); print({words!r}, file=sys.stderr); sys.exit({code})"
    outcome = answer(python(script, exit_codes={"53": FailureKind.MAX_TURNS}))
    assert outcome.error is not None
    assert outcome.error.kind is kind
    assert outcome.partial
    assert (outcome.error.resets_at is not None) == (kind is FailureKind.QUOTA)


def test_program_that_edits_needs_a_way_to_only_read():
    """A program that can change files serves a read-only job only with arguments that hold it to that."""
    failure = answer(python(ARGV, edits=True)).error
    assert failure is not None
    assert failure.kind is FailureKind.UNAVAILABLE
    sandboxed = python(ARGV, edits=True, read_args=("--sandbox", "read-only"), edit_args=("--write",))
    assert json.loads(answer(sandboxed).text)[0] == ["--sandbox", "read-only"]
    assert json.loads(answer(sandboxed, read_only=False).text)[0] == ["--write"]


def test_missing_program_says_which_option_names_it():
    """The check and the outcome point to the table of the program."""
    executor = CommandExecutor("mine", CommandTemplate(argv=("no-such-program",)))
    assert "[plugins.command.executors.mine]" in executor.check().fix


def test_plugin_brings_one_executor_per_template(tmp_path: Path):
    """Tiers ask for programs by the names of their tables."""
    plugin = Command(executors={"a": python("1"), "b": python("2")})
    runtime = type("Runtime", (), {"ladder": None})()
    assert [executor.name for executor in plugin.ccrouter_executors(runtime=runtime)] == ["a", "b"]
    assert all(check.passed for check in plugin.ccrouter_self_test(folder=tmp_path))


class TestConformance(ExecutorConformance):
    """The laws of every executor."""

    echoes = True

    @pytest.fixture
    def executor(self) -> CommandExecutor:
        """Return one that repeats its prompt."""
        return CommandExecutor("cat", CommandTemplate(argv=("cat",)))

    @pytest.fixture
    def slow_executor(self) -> CommandExecutor:
        """Return one that speaks, then waits."""
        return CommandExecutor(
            "slow", python("import time; print('first words', flush=True); time.sleep(60)")
        )

    @pytest.fixture
    def broken_executor(self) -> CommandExecutor:
        """Return one whose program is missing."""
        return CommandExecutor("broken", CommandTemplate(argv=("no-such-program",)))

    @pytest.fixture
    def editing_executor(self) -> CommandExecutor:
        """Return one that writes unless it is told to read only."""
        code = "import sys; '--read' in sys.argv or open('made.txt', 'w').write('x'); print('done')"
        return CommandExecutor("editor", python(code, edits=True, read_args=("--read",)))
