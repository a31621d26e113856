"""What only reads works where nothing can be written, and a store in memory is a store."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from ccrouter_core.cli.app import application


def call(*arguments: str) -> Result:
    """Run a command in this process."""
    result = CliRunner().invoke(application, list(arguments), prog_name="ccrouter")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def homeless(inside, monkeypatch):
    """Return a world whose state folder cannot be made, whoever the user is: a file stands in its way."""
    configuration = inside.project / "mine.toml"
    configuration.write_text((inside.home / "config.toml").read_text())
    (inside.project / "e.jsonl").write_text('{"text": "fix the typo", "tier": "haiku"}\n')
    monkeypatch.setenv("CCROUTER_HOME", str(inside.project / "a.txt" / "home"))
    return inside


@pytest.mark.parametrize(
    "words",
    [
        "config show",
        "config explain ccrouter.store",
        "config validate",
        "config schema",
        "config init --dry-run",
        "init --dry-run",
        "plugins list",
        "plugins show tiny",
        "domain list",
        "domain detect",
        "rules test e.jsonl",
        "validate",
        "run --dry-run explain",
    ],
)
@pytest.mark.usefixtures("homeless")
def test_pure_reading_needs_no_state_folder(words):
    """Nothing is written by these, so nothing has to be writable."""
    result = call("--config", "mine.toml", *words.split())
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.usefixtures("homeless")
def test_what_keeps_something_says_that_it_cannot():
    """A decision that cannot be written down is not made silently."""
    result = call("--config", "mine.toml", "route", "explain")
    assert result.exit_code == 1
    assert "a.txt" in result.stderr


def test_reading_leaves_no_store_behind(inside):
    """Trying rules, checking and planning make no database either."""
    (inside.project / "e.jsonl").write_text('{"text": "fix the typo", "tier": "haiku"}\n')
    for words in ("rules test e.jsonl", "validate", "run --dry-run explain", "domain detect"):
        assert call(*words.split()).exit_code == 0, words
    assert not list(inside.home.glob("*.db*"))


@pytest.mark.usefixtures("inside")
def test_a_plan_of_a_session_knows_its_last_turn():
    """What is kept of the session is read for a dry run too."""
    assert call("run", "--session", "s", "fix the typo in a.txt").exit_code == 0
    assert call("run", "--session", "s", "--dry-run", "explain").exit_code == 0
    assert json.loads(call("inspect", "--json").stdout)["counts"]["decisions"] == 1


def test_a_store_in_memory_is_one_that_forgets(inside):
    """`store = "memory:"` works for every command; nothing outlives it."""
    inside.configure('store = "memory:"')
    assert json.loads(call("run", "fix the typo in a.txt", "--json").stdout)["state"] == "passed"
    made = json.loads(call("route", "fix the typo", "--json").stdout)
    assert call("explain", made["id"]).exit_code == 3
    checks = {check["name"]: check for check in json.loads(call("doctor", "--json").stdout)["checks"]}
    assert checks["store"]["state"] == "ok"
    assert checks["store"]["reason"].startswith("memory:")
    assert call("inspect").exit_code == 0
    assert not list(inside.home.glob("*.db*"))
