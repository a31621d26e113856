"""Protected files change only when the request asks for it, and never at the lowest tier, however they are named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ccrouter_core import Action, Decision, Outcome, Request, Turn, UsageError, laws
from ccrouter_core.testing import Reply
from ccrouter_plugins.routing import Routing, Rules, route_request, should_escalate
from ccrouter_plugins.routing.asked import is_same, unasked

PROTECTED = (".claude/settings.json", "CLAUDE.md", ".github/workflows/x.yml", ".env", "ccrouter.toml")
EDITS = (
    "fix the typo",
    "add a line saying x",
    "yes, do it",
    "what is it? then rename foo to bar",
    "format it",
)
READS = ("explain this", "what does this do?", "show me the file", "cat it", "summarise it")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with a README."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "README.md").write_text("Teh project.\n")
    return folder


# --- files that come with the request -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", EDITS)
@pytest.mark.parametrize("file", [*PROTECTED, "/etc/passwd", "~/.ssh/config", "./x/../.env"])
def test_a_protected_file_that_comes_with_an_edit_is_named(file: str, text: str):
    """A file given beside the text counts like one in the text: the change never goes to the lowest tier."""
    result = should_escalate(text, {"files": ["README.md", file]})
    assert "routing.protected" in [fact.name for fact in result.facts]
    assert result.tier != "haiku"


@pytest.mark.parametrize("text", READS)
@pytest.mark.parametrize("file", PROTECTED)
def test_reading_a_file_that_comes_with_the_request_is_free(file: str, text: str):
    """Only a change of it needs more than the lowest tier."""
    facts = should_escalate(text, {"files": [file]}).facts
    assert "routing.protected" not in [fact.name for fact in facts]


def test_the_plugin_counts_the_files_of_a_request(router, project):
    """The command line's --files and a program's Request(files=...) take this way."""
    decided = router(Routing()).decide(Request(text="fix the typo", files=(".env",), cwd=str(project)))
    assert decided.decision.tier == "sonnet"


def test_a_protected_folder_protects_what_is_named_relative_to_it(tmp_path: Path):
    """Inside .github/workflows a bare file name is a workflow; a repository that merely lies below .claude is not."""
    inner = tmp_path / "repository" / ".github" / "workflows"
    below = tmp_path / ".claude" / "worktrees" / "copy"
    for folder in (inner, below):
        folder.mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    (below / ".git").write_text("gitdir: elsewhere\n")
    for text in ("fix the typo in ci.yml", "fix the typo"):
        assert route_request(text, {"cwd": inner, "files": ["ci.yml"]}).tier == "sonnet"
    assert route_request("fix the typo in ci.yml", {"cwd": below}).tier == "haiku"


# --- what an attempt changed --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROTECTED)
def test_a_protected_change_that_nobody_asked_for_ends_failed(router, scripted_executor, project, name: str):
    """Each tier that tries it fails, so nothing of it is ever applied."""
    reply = Reply(text="I fixed it.", edits={"README.md": "The project.\n", name: "{}\n"})
    opened = router(Routing(), replies=[reply] * 3)
    answer = opened.handle(Request(text="fix the typo in README.md", cwd=str(project)))
    assert laws.state_of(answer) == "failed"
    assert [job.tier.name for job in scripted_executor.jobs] == ["haiku", "sonnet", "opus"]
    reasons = [verdict.reason for verdict in answer.verdicts if verdict.check == "routing.protected"]
    assert reasons == [f"changed {name}, which the request does not ask for"]
    with pytest.raises(UsageError, match="failed"):
        opened.apply(answer)
    assert not (project / name).exists()


def test_the_next_tier_may_do_without_it(router, project):
    """The change climbs, and what the next tier did is judged anew."""
    replies = [
        Reply(edits={"README.md": "The.\n", ".env": "A=1\n"}),
        Reply(edits={"README.md": "The project.\n"}),
    ]
    answer = router(Routing(), replies=replies).handle(
        Request(text="fix the typo in README.md", cwd=str(project))
    )
    assert [attempt.decision.tier for attempt in answer.attempts] == ["haiku", "sonnet"]
    assert answer.outcome.changed == ("README.md",)
    assert laws.state_of(answer) != "failed"


@pytest.mark.parametrize(
    ("text", "files", "changed"),
    [
        ("add a line to CLAUDE.md saying always use pathlib", (), "CLAUDE.md"),
        ("fix the typo", ("CLAUDE.md",), "CLAUDE.md"),
        ("add a Stop hook that runs the tests", (), ".claude/settings.json"),
        ("update the CI workflow to use Python 3.12", (), ".github/workflows/ci.yml"),
        ("fix the spelling in every file of .github/", (), ".github/workflows/ci.yml"),
        ("echo A=1 >> .env", (), ".env"),
    ],
)
def test_what_the_request_asks_for_may_change(
    router, project, text: str, files: tuple[str, ...], changed: str
):
    """By path, by folder, by a file that comes with it, by a command, or by the name of the thing."""
    reply = Reply(text="I did what was asked.", edits={changed: "x: 1\n"})
    answer = router(Routing(), replies=[reply]).handle(Request(text=text, files=files, cwd=str(project)))
    assert [verdict for verdict in answer.verdicts if verdict.check == "routing.protected"] == []
    assert answer.tier != "haiku"


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("explain .env", ".env"),
        ("read CLAUDE.md and fix README.md accordingly", "CLAUDE.md"),
        ("do not touch CLAUDE.md, fix the typo in README.md", "CLAUDE.md"),
        ("update the CI workflow to use Python 3.12", ".env"),
        ("add a line to app/.env", ".env"),
        ("fix the typo in README.md", "deep/.claude/agents/a.md"),
    ],
)
def test_naming_is_not_asking(text: str, changed: str):
    """What is read, denied, of another kind or in another folder was not asked for."""
    assert unasked(text, [changed, "README.md"]) == (changed,)


def test_the_users_own_patterns_hold(router, project):
    """A pattern of the configuration protects like the built-in ones; a bare name may mean a file in a folder."""
    reply = Reply(edits={"infra/main.tf": "x\n"})
    opened = router(Routing(protected=("infra/**",)), replies=[reply] * 9)
    other = opened.handle(Request(text="fix the typo in README.md", cwd=str(project)))
    asked = opened.handle(Request(text="fix the typo in main.tf", cwd=str(project)))
    assert laws.state_of(other) == "failed"
    assert (laws.state_of(asked) != "failed", asked.tier) == (True, "sonnet")
    assert unasked("fix the typo in infra/main.tf", ["infra/main.tf"], Rules(protected=("infra/**",))) == ()


def judged(text: str, tier: str, earlier: Turn | None = None) -> bool:
    """Return whether a change of CLAUDE.md by a tier is failed."""
    outcome = Outcome(text="I did.", tier=tier, changed=("CLAUDE.md",))
    decision = Decision(action=Action.ROUTE, tier=tier)
    return Routing().ccrouter_validate(Request(text=text, earlier=earlier), decision, outcome) is not None


def test_at_the_lowest_tier_even_what_is_asked_for_fails():
    """The floor keeps such requests away from it; when one came there all the same, it is not applied."""
    assert [judged("add a line to CLAUDE.md", tier) for tier in ("haiku", "sonnet", "opus")] == [
        True,
        False,
        False,
    ]


def test_a_continued_turn_asks_for_what_it_asked_for():
    """A follow-up asks for what the turn before it asked for; another request does not."""
    earlier = Turn(text="add a line to CLAUDE.md about pathlib", tier="sonnet")
    assert not judged("yes, do that", "sonnet", earlier)
    assert judged("yes, do that", "sonnet")
    assert judged("fix the typo in README.md", "sonnet", earlier)


@pytest.mark.parametrize(
    ("named", "path", "same"),
    [
        ("./CLAUDE.md", "CLAUDE.md", True),
        ("claude.md", "docs/CLAUDE.md", True),
        (".claude/", ".claude/agents/a.md", True),
        ("*.json", "conf/settings.json", True),
        ("app/.env", ".env", False),
        (".env", ".env.local", False),
        ("", "x", False),
    ],
)
def test_a_name_stands_for_files(named: str, path: str, same: bool):
    """A bare name for a file in any folder, a folder for what lies in it, a pattern for what it fits."""
    assert is_same(named, path) is same


def test_absolute_paths_are_brought_back_to_the_project(project):
    """The same file, named from the root of the machine."""
    text = f"add a line to {project}/CLAUDE.md"
    assert unasked(text, ["CLAUDE.md"], cwd=str(project)) == ()
    assert unasked("add a line to /elsewhere/CLAUDE.md", ["CLAUDE.md"], cwd=str(project)) == ("CLAUDE.md",)


def test_the_command_line_never_applies_it(project, monkeypatch, tmp_path):
    """`ccrouter run` exits 4 and the project is as it was."""
    cassette = tmp_path / "c.jsonl"
    cassette.write_text(
        '{"match": "fix the typo", "text": "I fixed it.", "edits": {"README.md": "The.\\n", ".env": "A=1\\n"}}\n'
    )
    monkeypatch.setenv("CCROUTER_HOME", str(tmp_path / "home"))
    tiers = "".join(
        f'[[tiers]]\nname = "{name}"\nmodel = "{name}"\nexecutor = "replay"\n' for name in ("a", "b")
    )
    (tmp_path / "home").mkdir(mode=0o700)
    (tmp_path / "home" / "config.toml").write_text(f'[plugins.replay]\ncassette = "{cassette}"\n{tiers}')
    program = [
        str(Path(sys.executable).with_name("ccrouter")),
        "run",
        "fix the typo in README.md",
    ]
    done = subprocess.run(
        program, cwd=project, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 4, done.stderr
    assert "changed .env, which" in done.stderr
    assert sorted(path.name for path in project.iterdir()) == ["README.md"]
