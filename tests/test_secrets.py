"""What is written below the state folder holds no secret, and without `keep_text` no word of a request."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attrs import Factory
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ccrouter_core import (
    Admission,
    Admit,
    Finding,
    Request,
    Router,
    Signal,
    Status,
    Verdict,
    hookimpl,
    plugin,
)
from ccrouter_core import history as kept
from ccrouter_core.cli.app import application
from ccrouter_core.models import FailureKind
from ccrouter_core.redact import find_secrets
from ccrouter_core.settings import Settings, default_ladder
from ccrouter_core.testing import Reply, ScriptedExecutor
from ccrouter_plugins.routing import Routing
from ccrouter_plugins.sqlite import Sqlite

NOW = datetime(2025, 6, 2, tzinfo=timezone.utc)
B64 = "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0UvWxYz"
# Before, secret, after: what `redact` knows by its form, by its name, and by its place.
SECRETS = [
    ("", "sk-" + "ant-api03-abcDEF_123-xyz", ""),
    ("", "gh" + "p_" + B64, ""),
    ("", "-----BEGIN PRIVATE KEY-----\n" + (B64 + B64 + "\n") * 4 + "-----END PRIVATE KEY-----", ""),
    ("postgresql://", "admin:s3cretpassw0rd", "@db.example.com/x"),
    ("--password ", "hunter2sesame", ""),
    ("the password is ", "0pen-sesame!", " as before"),
    ("api_key=", "abcdef123456", ""),
    ("", "jo.doe.private@mailbox.example.org", ""),
]
AROUND = [
    "rm -rf /data/{}",
    'psql -c "DROP TABLE x" {}',
    "delete everything below {} for good",
    "explain what {} does in a.py",
    "fix the typo {} in README.md",
    "make {} better",
    "{}",
    "yes, do that with {}",
    "git push --force {}",
]


@plugin
class Quotes:
    """Quotes the request wherever a plugin can: whole, cut at both ends, in other letters."""

    executor: ScriptedExecutor = Factory(ScriptedExecutor)
    admits: Admit = Admit.RUN

    @hookimpl
    def ccrouter_startup(self, runtime) -> None:
        """Remember where documents go."""
        self.runtime = runtime

    @hookimpl
    def ccrouter_executors(self):
        """Bring the executor of the test."""
        return self.executor

    @hookimpl
    def ccrouter_signals(self, request):
        """Quote it in a reason, and in a document of its own."""
        self.runtime.store.cache.put("quotes", request.id, {"words": request.text.split(), request.text: 1})
        self.runtime.store.cache.append("quotes", {"cut": request.text[5:40]})
        yield Signal(name="quotes.all", reason=f"it says {request.text!r}", floor="sonnet")
        yield Signal(name="quotes.cut", reason=f"it says {request.text[3:30].lower()!r}…")

    @hookimpl
    def ccrouter_admit(self, request):
        """Quote it in a reason."""
        return Admission(verdict=self.admits, reason=f"because of {request.text[4:60]}")

    @hookimpl
    def ccrouter_validate(self, request):
        """Quote it in a reason, a finding and a path."""
        finding = Finding(rule="quotes", message=request.text, path=request.text[:30])
        yield Verdict(
            check="quotes.check", status=Status.FAIL, reason=request.text[2:50], findings=(finding,)
        )


def lived(home: Path, text: str, *, admits: Admit = Admit.RUN, keep_text: bool = True) -> bytes:
    """Route, run, explain and rate a request; return every byte that stands below the state folder then."""
    project = home.parent / "project"
    project.mkdir(exist_ok=True)
    replies = [
        Reply(text=f"I did {text}"),
        Reply(text=text[::-1], failure=FailureKind.CRASHED),
        *[Reply(text="again") for _ in range(4)],
    ]
    quotes = Quotes(executor=ScriptedExecutor(replies=replies), admits=admits)
    chosen = Settings(home=home, ladder=default_ladder("scripted"), keep_text=keep_text)
    with Router(Routing(), Sqlite(), quotes, settings=chosen) as router:
        request = Request(text=text, cwd=str(project), session="s1")
        router.decide(request)
        answers = [router.handle(Request(text=text, cwd=str(project), session="s1"), confirm=lambda _: True)]
        answers.append(router.handle(Request(text=text, cwd=str(project), session="s1")))
        for answer in answers:
            kept.load(router.runtime.store.state, answer.request.id)
            kept.give_feedback(router.runtime.store.state, answer.request.id, "wrong", at=NOW)
        files = [path for path in home.rglob("*") if path.is_file()]
        return b"\0".join(path.read_bytes() for path in files)


def pieces(secret: str) -> list[bytes]:
    """Return what would give a secret away: eight characters in a row, or all of a shorter one."""
    length = min(8, len(secret))
    lines = [line for line in secret.split("\n") if len(line) >= length]
    return [line[n : n + length].lower().encode() for line in lines for n in range(len(line) - length + 1)]


@settings(max_examples=25)
@given(
    st.sampled_from(SECRETS),
    st.sampled_from(AROUND),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30),
    st.sampled_from([Admit.RUN, Admit.REFUSE]),
)
def test_no_secret_is_written(secret, around, noise, admits):
    """Whatever quotes the request, and however it cuts: no eight characters of a secret stand in any file."""
    before, value, after = secret
    text = f"{noise} {around.format(before + value + after)} {noise}"
    assume(any(value in text[start:end] for _, start, end in find_secrets(text)))
    with TemporaryDirectory() as name:
        written = lived(Path(name) / "home", text, admits=admits).lower()
    assert b"redacted" in written
    assert not [piece for piece in pieces(value) if piece in written]


@settings(max_examples=12)
@given(
    st.lists(st.text("bcdfghjklmnpqrstvwxz", min_size=7, max_size=12), min_size=1, max_size=4, unique=True),
    st.sampled_from(AROUND),
    st.sampled_from([Admit.RUN, Admit.REFUSE]),
)
def test_without_keep_text_no_word_is_written(words, around, admits):
    """With keep_text = false neither the request nor anything that quotes it is kept: figures and names remain."""
    with TemporaryDirectory() as name:
        home = Path(name) / "home"
        lived(home, around.format("/".join(words)), admits=admits, keep_text=False)
        with Router(Sqlite(), settings=Settings(home=home)) as router:
            state = router.runtime.store.state
            stored = [
                document
                for collection in (kept.DECISIONS, kept.TURNS)
                for _, document in state.find(collection)
            ]
            stored += [entry.record for entry in state.read(kept.OUTCOMES)]
    assert stored
    assert not [word for word in words if word in json.dumps(stored)]
    assert {document.get("text") for document in stored} == {None}
    assert all(document["digest"].startswith("sha256:") for document in stored)


def test_a_turn_whose_text_was_not_kept_is_continued_with_its_safety(tmp_path):
    """A "yes, do that" after something destructive asks the person again; the same request again starts higher."""
    chosen = Settings(home=tmp_path / "home", ladder=default_ladder("scripted"), keep_text=False)

    def decided(text: str, session: str):
        with Router(Routing(), Sqlite(), settings=chosen) as router:
            return router.decide(Request(text=text, cwd=str(tmp_path), session=session))

    assert any(signal.confirm for signal in decided("rm -rf build", "a").signals)
    assert any(signal.confirm for signal in decided("yes, do that", "a").signals)
    assert decided("Fix the typo in README.md", "b").decision.tier == "haiku"
    assert decided("fix the typo  in README.md", "b").decision.tier == "sonnet"


@pytest.mark.parametrize("keep", ["true", "false"])
def test_the_command_line_keeps_no_secret(inside, keep):
    """The same through the commands, with what they write beside the store."""
    secret = SECRETS[0][1]
    call = CliRunner().invoke
    options = ["--set", f"ccrouter.keep_text={keep}"]
    texts = (f"destroy {secret} typo", f"bad {secret}", f"crash {secret}")
    for arguments in (["route", texts[0]], *(["run", "--yes", "--session", "s", text] for text in texts)):
        result = call(application, [*options, *arguments])
        assert not isinstance(result.exception, Exception) or isinstance(result.exception, SystemExit)
    made = json.loads(call(application, [*options, "route", "--json", texts[0]]).stdout)["id"]
    assert call(application, ["feedback", made, "wrong"]).exit_code == 0
    assert secret not in call(application, ["explain", made]).stdout
    written = b"\0".join(path.read_bytes() for path in inside.home.rglob("*") if path.is_file()).lower()
    assert not [piece for piece in pieces(secret) if piece in written]
