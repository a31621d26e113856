"""Laws of recorded answers: the same again, edits included, and every fault as the service has it."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccrouter_core.errors import UsageError
from ccrouter_core.models import FailureKind, Outcome, Prices, Tier, Usage
from ccrouter_core.services import Cancel, Job, Limits
from ccrouter_core.testing import ExecutorConformance, Reply, ScriptedExecutor
from ccrouter_plugins.replay import Cassette, Entry, RecordExecutor, Replay, ReplayExecutor
from ccrouter_plugins.replay.cassette import FAULTS, entry_line

TIER = Tier(name="haiku", rank=1, model="haiku", prices=Prices(input=1.0, output=5.0))
LIMITS = Limits(first_event_ms=500, total_ms=5_000)


def play(*entries: Entry, limits: Limits = LIMITS, **job: Any) -> Outcome:
    """Play one job against entries."""
    fields = {"prompt": "Fix the typo", "tier": TIER, **job}
    return ReplayExecutor(Cassette(entries)).start(Job(**fields), limits, Cancel()).result()


def kind_of(outcome: Outcome) -> FailureKind | None:
    """The kind of an outcome's failure."""
    return outcome.error.kind if outcome.error else None


# --- finding ---


def test_entry_answers_by_words_of_the_prompt_and_tier():
    """The first entry whose words and tier fit is played; case does not matter."""
    entries = (
        Entry(match="other", text="no"),
        Entry(match="fix THE typo", tier="sonnet", text="dear"),
        Entry(match="fix THE typo", tier="haiku", text="cheap"),
        Entry(text="anything"),
    )
    assert play(*entries).text == "cheap"


def test_unknown_prompt_is_unavailable():
    """What was not recorded is said to be missing, never made up."""
    outcome = play(Entry(match="something else"))
    assert kind_of(outcome) is FailureKind.UNAVAILABLE
    assert outcome.text == ""


def test_entry_answers_as_often_as_it_says():
    """After an overload that passes, the answer comes."""
    executor = ReplayExecutor(Cassette([Entry(fault="529", times=1), Entry(text="now")]))
    job = Job(prompt="x", tier=TIER)
    outcomes = [executor.start(job, LIMITS, Cancel()).result() for _ in range(3)]
    assert [kind_of(outcome) for outcome in outcomes] == [FailureKind.RATE_LIMITED, None, None]


# --- playing ---


def test_usage_becomes_cost():
    """Recorded tokens are priced by today's table."""
    outcome = play(Entry(text="a", usage={"input_tokens": 1_000, "output_tokens": 10}))
    assert outcome.usage == (Usage(model="haiku", input_tokens=1_000, output_tokens=10),)
    assert outcome.cost_nano_usd == 1_000 * 1_000 + 10 * 5_000


def test_edits_are_really_made(tmp_path: Path):
    """Whole files are written, deleted and, where a text stands once, replaced in."""
    (tmp_path / "intro.tex").write_text("teh cat")
    (tmp_path / "old.txt").write_text("x")
    entry = Entry(
        edits={"src/new.py": "1\n", "old.txt": None}, replace=(("intro.tex", "teh", "the"),), text="ok"
    )
    outcome = play(entry, cwd=str(tmp_path), read_only=False)
    assert outcome.error is None
    assert (tmp_path / "intro.tex").read_text() == "the cat"
    assert (tmp_path / "src/new.py").read_text() == "1\n"
    assert not (tmp_path / "old.txt").exists()


def test_reading_job_edits_nothing(tmp_path: Path):
    """An edit that was recorded is left out where the job may not write."""
    assert play(Entry(edits={"a": "b"}, text="ok"), cwd=str(tmp_path)).text == "ok"
    assert list(tmp_path.iterdir()) == []


def test_edit_that_no_longer_fits_is_a_failure(tmp_path: Path):
    """A text that is not there, or there twice, is not replaced somewhere."""
    for content in ("", "teh teh"):
        (tmp_path / "a").write_text(content)
        outcome = play(Entry(replace=(("a", "teh", "the"),)), cwd=str(tmp_path), read_only=False)
        assert kind_of(outcome) is FailureKind.CRASHED
        assert (tmp_path / "a").read_text() == content


@pytest.mark.parametrize("path", ["../out", "/tmp/out", "a/../../out", ""])  # noqa: S108 - must be refused
def test_edits_stay_in_the_folder(tmp_path: Path, path: str):
    """No cassette writes outside of the job's folder, by name or through a link."""
    with pytest.raises(UsageError, match="leaves the folder"):
        Cassette.parse(json.dumps({"edits": {path: "x"}}))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)
    outcome = play(Entry(edits={"link/out": "x"}), cwd=str(folder), read_only=False)
    assert kind_of(outcome) is FailureKind.CRASHED
    assert not (tmp_path / "out").exists()


# --- faults ---

ENDS = {
    "429": FailureKind.RATE_LIMITED,
    "529": FailureKind.RATE_LIMITED,
    "quota": FailureKind.QUOTA,
    "auth": FailureKind.AUTH,
    "too_long": FailureKind.CONTEXT_TOO_LONG,
    "refusal": FailureKind.REFUSAL,
    "crash": FailureKind.CRASHED,
    "hang": FailureKind.TIMEOUT,
    "garbage": FailureKind.CRASHED,
    "truncated": FailureKind.CRASHED,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_ends_as_the_real_one(fault: str):
    """Faults of the service are failures of their kind; bad answers are answers, for the validators to judge."""
    outcome = play(Entry(text="It was the typo in line three.", fault=fault, usage={"output_tokens": 7}))
    assert kind_of(outcome) is ENDS.get(fault)
    expected = {"degenerate": "Done.", "empty": "", "truncated": "It was the typo"}
    if fault in expected:
        assert outcome.text == expected[fault]
    if fault == "wrong_usage":
        assert outcome.usage[0].output_tokens == 7_000
    if fault == "quota":
        assert outcome.error is not None
        assert outcome.error.resets_at is not None


def test_fault_for_all_leaves_own_faults_alone():
    """A fault of the executor holds for entries without one."""
    executor = ReplayExecutor(Cassette([Entry(match="b", fault="429"), Entry(text="x")]), fault="crash")
    kinds = [kind_of(executor.start(Job(prompt=p, tier=TIER), LIMITS, Cancel()).result()) for p in "ab"]
    assert kinds == [FailureKind.CRASHED, FailureKind.RATE_LIMITED]


# --- files ---


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"txt": "a"}', "Did you mean text"),
        ('{"text": 5}', "type str"),
        ('{"times": true}', "type int"),
        ('{"fault": "418"}', "no fault '418'"),
        ('{"usage": {"output_tokens": -1}}', "usage has"),
        ('{"edits": {"a": 5}}', "a content must be"),
        ('{"replace": [["a", "b"]]}', "three strings"),
    ],
)
def test_faulty_line_is_named(tmp_path: Path, line: str, says: str):
    """A cassette with a mistake is refused with file, line and reason."""
    file = tmp_path / "c.jsonl"
    file.write_text(f"# comment\n\n{line}\n")
    with pytest.raises(UsageError, match=says) as error:
        Cassette.load(file)
    assert "c.jsonl:3" in error.value.what


def test_missing_cassette_is_refused(tmp_path: Path):
    """A cassette that is not there is an error, not an empty one."""
    with pytest.raises(UsageError, match="cannot be read"):
        Cassette.load(tmp_path / "none.jsonl")


CONTENT = st.none() | st.text() | st.binary().filter(lambda data: not _is_text(data))


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@given(
    st.builds(
        Entry,
        match=st.none() | st.text(),
        text=st.text(),
        edits=st.dictionaries(st.sampled_from(["a", "b/c"]), CONTENT),
        replace=st.just((("a", "b", "c"),)),
        usage=st.just({"model": "m", "input_tokens": 3}),
        fault=st.none() | st.sampled_from(FAULTS),
    )
)
def test_written_entry_reads_back(entry: Entry):
    """What is written to a line is what is read from it."""
    assert Cassette.parse(entry_line(entry)).entries == (entry,)


# --- recording ---


def test_recording_replays_the_same(tmp_path: Path):
    """What another executor answered and edited happens again in another folder, without it."""
    first, second = tmp_path / "one", tmp_path / "two"
    for folder in (first, second):
        folder.mkdir()
        (folder / "gone.txt").write_text("x")
    cassette = tmp_path / "tape" / "c.jsonl"
    inner = ScriptedExecutor(
        replies=[
            Reply(
                text="did it",
                edits={"a/b.txt": "new", "gone.txt": None},
                usage=(Usage(model="m", input_tokens=5),),
            )
        ]
    )
    recorder = RecordExecutor(cassette, lambda: inner)
    job = {"tier": TIER, "read_only": False}
    recorded = recorder.start(
        Job(prompt=f"Do it in {first}", cwd=str(first), **job), LIMITS, Cancel()
    ).result()
    player = ReplayExecutor(Cassette.load(cassette))
    played = player.start(Job(prompt=f"Do it in {second}", cwd=str(second), **job), LIMITS, Cancel()).result()
    assert (played.text, played.usage) == (recorded.text, recorded.usage)
    assert (second / "a/b.txt").read_text() == "new"
    assert not (second / "gone.txt").exists()
    assert stat.S_IMODE(cassette.stat().st_mode) == 0o600


def test_recording_keeps_no_prompt_no_secret_and_no_failure(tmp_path: Path):
    """The tape holds a digest of the prompt, redacted answers, and only whole ones of jobs that were executed."""
    secret = "sk-ant-api03-" + "a1B2" * 10
    dry = Outcome(text="this would run", tier="haiku", executed=False)
    inner = ScriptedExecutor(replies=[f"the key is {secret}", Reply(text="", failure=FailureKind.API), dry])
    recorder = RecordExecutor(tmp_path / "c.jsonl", lambda: inner)
    for _ in range(3):
        recorder.start(Job(prompt="my private question", tier=TIER), LIMITS, Cancel()).result()
    tape = (tmp_path / "c.jsonl").read_text()
    assert len(tape.splitlines()) == 1
    assert secret not in tape
    assert "private" not in tape


def test_plugin_plays_or_records(tmp_path: Path):
    """Without a cassette there is no executor; the mode decides which one there is."""
    cassette = tmp_path / "c.jsonl"
    cassette.write_text('{"text": "a"}\n')
    runtime = type("Runtime", (), {"ladder": None, "executors": {}})()
    assert Replay().ccrouter_executors(runtime=runtime) is None
    assert isinstance(Replay(cassette=cassette).ccrouter_executors(runtime=runtime), ReplayExecutor)
    recorder = Replay(cassette=cassette, mode="record", executor="none").ccrouter_executors(runtime=runtime)
    assert isinstance(recorder, RecordExecutor)
    outcome = recorder.start(Job(prompt="x", tier=TIER), LIMITS, Cancel()).result()
    assert kind_of(outcome) is FailureKind.UNAVAILABLE
    with pytest.raises(ValueError, match="fault"):
        Replay(fault="418")
    folder = tmp_path / "self"
    folder.mkdir()
    assert all(check.passed for check in Replay().ccrouter_self_test(folder=folder))


class TestConformance(ExecutorConformance):
    """The laws of every executor."""

    @pytest.fixture
    def executor(self) -> ReplayExecutor:
        """Return one that answers anything."""
        return ReplayExecutor(Cassette([Entry(text="It is a project.", usage={"input_tokens": 5})]))

    @pytest.fixture
    def slow_executor(self) -> ReplayExecutor:
        """Return one that speaks word by word."""
        return ReplayExecutor(Cassette([Entry(text="word " * 2_000, fault="slow")]))

    @pytest.fixture
    def broken_executor(self) -> ReplayExecutor:
        """Return one without answers."""
        return ReplayExecutor(Cassette())

    @pytest.fixture
    def editing_executor(self) -> ReplayExecutor:
        """Return one that writes a file."""
        return ReplayExecutor(Cassette([Entry(text="ok", edits={"new.txt": "x"})]))
