"""Laws of `ccrouter config`: real calls of the command line over real files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import jsonschema  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner, Result

from ccrouter_core._compat import tomllib
from ccrouter_core.cli.app import application


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder, with a configuration folder `home` beside it."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CCROUTER_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir(mode=0o700)
    return folder


def user_file(place: Path) -> Path:
    """Return the user's file."""
    return place.parent / "home" / "config.toml"


def run(*arguments: str) -> Result:
    """Call `ccrouter config ...`."""
    return CliRunner().invoke(application, ["config", *arguments])


def document(*arguments: str) -> dict[str, Any]:
    """Return what a command prints with `--json`."""
    result = run(*arguments, "--json")
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["schema"] == f"ccrouter/config-{arguments[0]}/1"
    return found


def test_the_group_has_exactly_its_commands() -> None:
    """show, explain, validate, schema, init."""
    command = application.get_command(click.Context(application), "config")
    assert isinstance(command, click.Group)
    assert sorted(command.commands) == ["explain", "init", "schema", "show", "validate"]


def test_show_lists_every_option_with_its_origin(place: Path) -> None:
    """Files, values and where they come from, for people and for programs."""
    user_file(place).write_text("[ccrouter]\nbudget_tokens = 7\n", "utf-8")
    result = run("show")
    assert result.exit_code == 0
    row = next(line for line in result.stdout.splitlines() if line.startswith("ccrouter.budget_tokens"))
    assert row.split() == ["ccrouter.budget_tokens", "7", str(user_file(place))]
    found = document("show")
    assert found["files"] == [{"path": str(user_file(place)), "trusted": True, "exists": True}]
    values = {option["key"]: option["value"] for option in found["options"]}
    assert (values["ccrouter.budget_tokens"], values["plugins.routing.preference"]) == (7, "balanced")


def test_show_changed_leaves_out_the_defaults(place: Path) -> None:
    """Only what some layer set is listed."""
    user_file(place).write_text("[ccrouter]\nbudget_tokens = 7\n", "utf-8")
    assert [option["key"] for option in document("show", "--changed")["options"]] == [
        "ccrouter.budget_tokens"
    ]


def test_show_blanks_secrets_and_control_characters(place: Path) -> None:
    """A password in the store's URL is not shown, and a file cannot send escape codes to the terminal."""
    user_file(place).write_text('[ccrouter]\nstore = "postgresql://me:hunter2secret@host/db"\n', "utf-8")
    (place / "ccrouter.toml").write_text('[plugins.routing]\nprotected = ["\\u001b[2J"]\n', "utf-8")
    result = run("show")
    assert result.exit_code == 0, result.stderr
    assert "hunter2secret" not in result.output + json.dumps(document("show"))
    assert "\x1b" not in result.output


def test_explain_tells_one_option(place: Path) -> None:
    """Value, origin, default, type and meaning of a key; exit 3 for a key that does not exist."""
    (place / "ccrouter.toml").write_text('[plugins.routing]\npreference = "cheap"\n', "utf-8")
    result = run("explain", "plugins.routing.preference")
    assert result.exit_code == 0
    assert str(place / "ccrouter.toml") in result.stdout
    found = document("explain", "routing.preference")
    assert (found["value"], found["default"], found["trusted"]) == ("cheap", "balanced", False)
    missing = run("explain", "plugins.routing.preferense")
    assert missing.exit_code == 3
    assert "Did you mean plugins.routing.preference?" in missing.stderr


def test_validate_names_every_fault_and_exits_78(place: Path) -> None:
    """Faults of names and of options come together, on stderr for people and on stdout as JSON."""
    user_file(place).write_text("[plugins.rooting]\n[plugins.routing]\ndestructve = 1\n", "utf-8")
    result = run("validate")
    assert (result.exit_code, result.stdout) == (78, "")
    assert f"{user_file(place)}:1: `[plugins.rooting]`: no such plugin is installed." in result.stderr
    assert "`[plugins.routing] destructve`: no such option. Did you mean destructive?" in result.stderr
    as_json = run("validate", "--json")
    found = json.loads(as_json.stdout)
    assert (as_json.exit_code, found["valid"]) == (78, False)
    assert [(fault["place"], fault["line"]) for fault in found["faults"]] == [
        ("[plugins.rooting]", 1),
        ("[plugins.routing] destructve", 3),
    ]


FAULTY = """
[ccrouter]
budget_tokns = 1
[[tiers]]
name = "a"
executor = "nobody"
prices = 0
[plugins.routing]
preferenc = "cheap"
[plugins.nope]
x = 1
"""


@pytest.mark.parametrize("command", [("config", "validate"), ("route", "fix it"), ("run", "fix it")])
def test_all_faults_of_a_file_come_in_one_error(place: Path, command: tuple[str, ...]) -> None:
    """A fault in a core table hides none of a plugin's table, whoever reads the file."""
    user_file(place).write_text(FAULTY, "utf-8")
    result = CliRunner().invoke(application, command)
    assert result.exit_code == 78
    for place_ in ("[ccrouter] budget_tokns", "[plugins.routing] preferenc", "[plugins.nope]"):
        assert result.stderr.count(f"`{place_}`") == 1


def test_a_tier_without_its_executor_is_a_fault(place: Path) -> None:
    """A tier that nobody can run is found by the check, not by the first request."""
    user_file(place).write_text('[[tiers]]\nname = "a"\nexecutor = "command"\nprices = 0\n', "utf-8")
    result = run("validate")
    assert result.exit_code == 78
    assert "the tier a names the executor 'command'" in result.stderr
    assert "command is a plugin" in result.stderr
    assert document("validate")["faults"][0]["line"] == 1
    template = '[plugins.command.executors.command]\nargv = ["cat"]\n'
    user_file(place).write_text(f"{template}{user_file(place).read_text()}", "utf-8")
    assert run("validate").exit_code == 0


def test_the_ladder_that_nobody_wrote_is_no_fault(place: Path) -> None:
    """Without the executor of the default ladder routing still works: that is told as a warning."""
    user_file(place).write_text('[ccrouter]\ndisable = ["claude_code"]\n', "utf-8")
    result = run("validate")
    assert result.exit_code == 0
    assert "warning: the tier haiku names the executor 'claude_code'" in result.stderr


def test_a_broken_plugin_is_told_beside_the_fault_that_it_causes(inside) -> None:
    """The reason why an executor is missing stands beside the tier that names it."""
    inside.install("broken", "Broken", "raise RuntimeError('no luck')")
    (inside.home / "config.toml").write_text('[[tiers]]\nname = "a"\nexecutor = "broken"\nprices = 0\n')
    result = run("validate")
    assert result.exit_code == 78
    assert "no luck" in result.stderr
    assert "names the executor 'broken'" in result.stderr


def test_validate_checks_another_file(place: Path) -> None:
    """A candidate is checked without being in force."""
    candidate = place / "candidate.toml"
    candidate.write_text("[ccrouter]\nbudget_tokens = 1\n", "utf-8")
    assert run("validate", str(candidate)).exit_code == 0
    candidate.write_text("[ccrouter]\nbudget_tokens = -1\n", "utf-8")
    assert run("validate", str(candidate)).exit_code == 78
    assert document("validate")["valid"] is True


def test_the_global_options_hold(place: Path) -> None:
    """`--config` and `--set` before the command's name are layers like any other."""
    other = place / "other.toml"
    other.write_text("[ccrouter]\nbudget_tokens = 3\n", "utf-8")
    arguments = [
        "--config",
        str(other),
        "--set",
        "ccrouter.keep_text=false",
        "config",
        "show",
        "--changed",
        "--json",
    ]
    found = json.loads(CliRunner().invoke(application, arguments).stdout)
    assert {option["key"]: option["value"] for option in found["options"]} == {
        "ccrouter.budget_tokens": 3,
        "ccrouter.keep_text": False,
    }
    assert [file["path"] for file in found["files"]] == [str(other)]


def test_the_schema_is_valid_and_fits_the_template(place: Path) -> None:
    """What `schema` prints accepts what `init` writes."""
    printed = json.loads(run("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(printed)
    text = run("init", "--dry-run").stdout
    jsonschema.Draft202012Validator(printed).validate(tomllib.loads(text))
    assert document("schema")["json_schema"] == printed


def test_init_writes_once(place: Path) -> None:
    """A dry run writes nothing; an existing file is replaced only by force, and kept beside the new one."""
    assert run("init", "--dry-run").exit_code == 0
    assert not user_file(place).exists()
    assert run("init").exit_code == 0
    assert user_file(place).stat().st_mode & 0o777 == 0o600
    assert run("validate").exit_code == 0
    user_file(place).write_text("# mine\n", "utf-8")
    refused = run("init")
    assert (refused.exit_code, user_file(place).read_text("utf-8")) == (5, "# mine\n")
    assert run("init", "--force").exit_code == 0
    assert Path(f"{user_file(place)}.bak1").read_text("utf-8") == "# mine\n"


def test_init_mends_a_broken_file(place: Path) -> None:
    """Faults of the present file are told, and do not stand in the way of replacing it."""
    user_file(place).write_text("[ccrouter\n", "utf-8")
    result = run("init", "--force")
    assert result.exit_code == 0
    assert "not valid TOML" in result.stderr


def test_init_project_writes_what_a_project_may_set(place: Path) -> None:
    """The project's file is for all who work on it, and holds no user-only option."""
    assert run("init", "--project").exit_code == 0
    file = place / "ccrouter.toml"
    assert file.stat().st_mode & 0o777 == 0o644
    assert "store" not in file.read_text("utf-8")
    assert run("validate").exit_code == 0
