"""What a request asks to run is known letter by letter, or known not to be spelled out."""

from __future__ import annotations

import pytest

from ccrouter_core import Request
from ccrouter_plugins.routing import Earlier, Routing, assess

# Request -> (command, what it would do) of each fact that asks to run something.
SPELLED = {
    "git status": [("git status", "read")],
    "git status.": [("git status", "read")],
    "please run `git status` and tell me what changed": [("git status", "read")],
    "Run: make test": [("make test", "run")],
    "$ git log --oneline -5": [("git log --oneline -5", "read")],
    "git add .": [("git add .", "write")],
    "npm install left-pad": [("npm install left-pad", "write")],
    "git add . && git commit -m wip": [("git add . && git commit -m wip", "write")],
    "ls *.py | wc -l": [("ls *.py | wc -l", "look")],
    "cat CLAUDE.md": [("cat CLAUDE.md", "look")],
    "grep -rn 'a|b' src": [("grep -rn 'a|b' src", "look")],
    "cat a.md | python3 -m json.tool": [("cat a.md | python3 -m json.tool", "run")],
    "run `pytest -q` then fix the typo in README.md": [("pytest -q", "run")],
    "```bash\nnpm ci\nnpm test\n```": [("npm ci", "write"), ("npm test", "run")],
    "can you run pytest?": [("pytest", "read")],
    "rm -rf build": [("rm -rf build", "destructive")],
}
UNSPELLED = {
    "run the tests": "run",
    "commit the changes": "run",
    "start the dev server": "run",
    "wipe the production database": "destructive",
    "delete the branch foo": "destructive",
    "r\u200bm -rf build": "destructive",
}
NOTHING = (
    "fix the typo in README.md",
    "what does git status do?",
    "explain `rm -rf build`",
    "do not run git push",
    "rename a.py to b.py",
    "add `npm test` to the scripts in package.json",
)


def commands(text: str, earlier: Earlier | None = None) -> list[tuple[str, str]]:
    """Return what a request asks to run."""
    facts = assess(text, earlier=earlier)
    return [(fact.command, fact.effect) for fact in facts if fact.command is not None]


@pytest.mark.parametrize("text", SPELLED)
def test_a_command_is_taken_as_it_is_written(text: str):
    """Without prompt, fence, courtesy and full stop; each once, also inside a sentence."""
    assert sorted(commands(text)) == sorted(SPELLED[text])
    assert all(command in text for command, _ in commands(text))


@pytest.mark.parametrize("text", UNSPELLED)
def test_what_is_asked_for_in_words_or_disguised_is_not_spelled_out(text: str):
    """Nobody can tell which command was agreed to."""
    assert commands(text) == [("", UNSPELLED[text])]


@pytest.mark.parametrize("text", NOTHING)
def test_a_mention_asks_to_run_nothing(text: str):
    """Questions, denials, code to be written, edits."""
    assert commands(text) == []


def test_an_assent_runs_nothing_that_it_does_not_spell_out():
    """The turn before it said what; this one may have come from anywhere."""
    assert commands("yes, do that", Earlier("git status", "haiku")) == [("", "run")]
    assert commands("yes, do that", Earlier("fix the typo in a.md", "haiku")) == []


def test_signals_carry_the_commands():
    """What is destructive carries it on the signal that asks the person."""
    signals = {signal.command: signal for signal in Routing().ccrouter_signals(Request(text="rm -rf build"))}
    assert signals["rm -rf build"].confirm
    assert signals["rm -rf build"].effect == "destructive"


DEEDS = (
    "deploy the app to staging",
    "open a pull request",
    "merge the branch main into dev",
    "please do a git pull",
    "check out branch foo",
    "send the report to Bob",
    "apply the migrations",
    "make a commit",
    "make sure the tests pass",
    "check if the tests pass",
    "fix the typo in a.md, then push the branch",
)
WORDS = (
    "write a haiku about git",
    "make the plot prettier",
    "check the spelling in a.md",
    "merge a.md into b.md",
    "pull the helper out of a.py",
    "design a plan for the release",
    "tag the notes with #draft",
    "why do the tests fail?",
)


@pytest.mark.parametrize("text", DEEDS)
def test_a_deed_that_no_answer_shows_asks_to_run_something(text: str):
    """What happens outside of files and answers, and what only running shows."""
    assert ("", "run") in commands(text)


@pytest.mark.parametrize("text", WORDS)
def test_what_an_answer_or_a_file_shows_asks_to_run_nothing(text: str):
    """The same words about files and texts."""
    assert commands(text) == []
