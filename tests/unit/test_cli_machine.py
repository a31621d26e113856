"""The commands that look after the machine: plugins, doctor, init, inspect, store, clear-state, domain, help."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from ccrouter_core.cli.app import SECTIONS, application
from ccrouter_core.cli.invocation import ONLY_FOR_RUNNING
from ccrouter_core.registry import discover

# Commands that show something, with arguments that work in the world of the tests.
READS = {
    "route": ("x",),
    "explain": ("{id}",),
    "domain list": (),
    "domain detect": (),
    "domain workflow": ("writing",),
    "plugins list": (),
    "plugins show": ("tiny",),
    "doctor": (),
    "inspect": (),
    "validate": (),
    "rules test": ("e.jsonl",),
    "config show": (),
    "config validate": (),
    "store backup": (),
}


def call(*arguments: str, stdin: str | None = None) -> Result:
    """Run a command in this process."""
    result = CliRunner().invoke(application, list(arguments), input=stdin, prog_name="ccrouter")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def commands() -> list[tuple[str, ...]]:
    """Return every command and command of a group, as words."""
    found: list[tuple[str, ...]] = []
    for name in [name for names in SECTIONS.values() for name in names]:
        command = application.get_command(application.make_context("ccrouter", ["route"]), name)
        found += [(name,)] + [(name, inner) for inner in getattr(command, "commands", {})]
    return found


class TestHelp:
    @pytest.mark.parametrize("words", commands(), ids=" ".join)
    def test_every_command_has_help_with_an_example(self, words):
        """The help says what the command does and ends with a line that can be copied."""
        result = call(*words, "--help")
        assert result.exit_code == 0
        assert "Examples:" in result.stdout
        assert f"  ccrouter {' '.join(words)}" in result.stdout

    def test_short_helps_are_whole(self):
        """On a terminal of 80 columns no line of the overview is cut off."""
        shown = call("--help").stdout
        assert max(map(len, shown.splitlines())) <= 80
        assert not [line for line in shown.splitlines()[1:] if line.endswith("...")]

    @pytest.mark.usefixtures("inside")
    def test_commands_of_plugins_are_listed(self):
        """What a plugin adds stands in the overview with its help; a disabled plugin is not asked."""
        shown = call("--help").stdout
        assert "Plugins:\n  greet" in shown
        assert "Say hello." in shown
        assert "greet" not in call("--set", 'ccrouter.disable=["tiny"]', "--help").stdout

    def test_the_overview_needs_no_valid_configuration(self, inside):
        """Help is there when nothing else is; plugins that could not be asked are told."""
        (inside.home / "config.toml").write_text("[ccrouter")
        result = call("--help")
        assert result.exit_code == 0
        assert "Requests:" in result.stdout
        assert "could not be asked for their commands" in result.stdout

    @pytest.mark.parametrize("words", READS)
    def test_every_read_command_prints_one_json_object(self, inside, words):
        """With --json there is exactly one object on standard output, and its schema names the command."""
        (inside.project / "e.jsonl").write_text('{"text": "x", "tier": "sonnet"}\n')
        made = json.loads(call("route", "x", "--json").stdout)
        arguments = [argument.format(id=made["id"]) for argument in READS[words]]
        document = json.loads(call(*words.split(), *arguments, "--json").stdout)
        assert document["schema"] == f"ccrouter/{words.replace(' ', '-')}/1"


class TestPlugins:
    def test_the_list_hides_nothing(self, inside):
        """Enabled, disabled and broken plugins are listed with where they come from; a broken one with its reason."""
        inside.install("broken", "Broken", "raise RuntimeError('no luck')")
        inside.install("misspelt", "Misspelt", MISSPELT)
        found = {one["name"]: one for one in json.loads(call("plugins", "list", "--json").stdout)["plugins"]}
        assert found["tiny"]["state"] == "enabled"
        assert found["tiny"]["distribution"] == "ccrouter-tiny"
        assert found["tiny"]["version"] == "1.0"
        assert "ccrouter_signals" in found["tiny"]["hooks"]
        assert found["broken"]["state"] == "broken"
        assert "no luck" in found["broken"]["trouble"]["why"]
        assert "ccrouter_signals" in found["misspelt"]["trouble"]["why"]

    def test_a_disabled_plugin_is_not_imported(self, inside):
        """A plugin that the user disabled runs no line of its code."""
        inside.install("trap", "Trap", "open('imported', 'w').close()")
        found = json.loads(call("--set", 'ccrouter.disable=["trap"]', "plugins", "list", "--json").stdout)[
            "plugins"
        ]
        assert {one["name"]: one["state"] for one in found}["trap"] == "disabled"
        assert not (inside.project / "imported").exists()

    @pytest.mark.usefixtures("inside")
    def test_show_tells_the_options(self):
        """One plugin is shown with its options, their defaults, help, and who may set them."""
        document = json.loads(call("plugins", "show", "tiny", "--json").stdout)
        program = next(option for option in document["options"] if option["name"] == "program")
        assert program["default"] == "true"
        assert program["user_only"]
        assert "floor" in call("plugins", "show", "tiny").stdout
        assert call("plugins", "show", "tinny").exit_code == 3

    def test_a_broken_plugin_breaks_no_other(self, inside):
        """A third-party plugin that cannot be loaded is named, and everything else goes on."""
        inside.install("broken", "Broken", "raise RuntimeError('no luck')")
        result = call("route", "fix the typo", "--json")
        assert json.loads(result.stdout)["tier"] == "haiku"

    @pytest.mark.usefixtures("inside")
    def test_a_plugin_may_add_a_command(self):
        """A name that is not core's is looked for among the plugins' commands."""
        assert call("greet").stdout == "hello\n"
        assert "Did you mean greet?" in call("gret").stderr

    def test_what_a_decision_leaves_out_decides_nothing(self):
        """No plugin that deciding does not load implements a hook that deciding asks."""
        asked = {
            "domain",
            "signals",
            "route",
            "quota",
            "cache_key",
            "embed",
            "open_store",
            "observe",
            "commands",
        }
        for name, ref in discover().items():
            if name in ONLY_FOR_RUNNING:
                hooks = {hook for hook in dir(ref.load()) if hook.startswith("ccrouter_")}
                assert not hooks & {f"ccrouter_{hook}" for hook in asked}, name


MISSPELT = """
from ccrouter_core import hookimpl, plugin

@plugin
class Misspelt:
    @hookimpl
    def ccrouter_signal(self, request):
        return None
"""


class TestDoctor:
    @pytest.mark.usefixtures("inside")
    def test_a_sound_machine_is_well(self):
        """With nothing wrong the exit code is 0, self-tests included."""
        document = json.loads(call("doctor", "--self-test", "--json").stdout)
        assert document["ok"]
        assert {"configuration", "state folder", "store", "executor tiny", "tiny.writes"} <= {
            check["name"] for check in document["checks"]
        }

    def test_a_dry_run_removes_nothing(self, inside):
        """It tells what the real one then does: copies and attempts of killed runs stay until then."""
        left = inside.home / "workspaces" / "w-1"
        left.mkdir(parents=True)
        assert "1 abandoned workspaces would be removed" in call("doctor", "--dry-run").stdout
        assert left.is_dir()
        assert "1 abandoned workspaces removed" in call("doctor").stdout
        assert not left.exists()

    def test_a_dry_run_restores_nothing(self, inside):
        """A damaged store stays as it is, and is told."""
        call("inspect")
        store = inside.home / "state.db"
        store.write_bytes(b"damaged " * 1000)
        result = call("doctor", "--restore", "--dry-run")
        assert result.exit_code == 1
        assert store.read_bytes() == b"damaged " * 1000

    def test_each_problem_has_its_fix(self, inside):
        """A broken plugin, an executor that nobody brings, a faulty configuration: named, with a fix, exit code 1."""
        inside.install("broken", "Broken", "raise RuntimeError('no luck')")
        config = inside.home / "config.toml"
        config.write_text(config.read_text().replace('executor = "tiny"', 'executor = "nobody"'))
        document = json.loads((result := call("doctor", "--json")).stdout)
        problems = {check["name"]: check for check in document["checks"] if check["state"] == "problem"}
        assert result.exit_code == 1
        assert set(problems) == {"plugin broken", "executor nobody"}
        assert all(check["fix"] for check in problems.values())
        config.write_text("[ccrouter]\nstor = 1\n")
        result = call("doctor")
        assert result.exit_code == 1
        assert "stor" in result.stdout

    def test_a_damaged_store_is_mended_from_its_backup(self, inside):
        """`doctor --restore` puts the newest backup in the place of a damaged file, which is kept beside it."""
        made = json.loads(call("route", "fix the typo", "--json").stdout)
        assert call("store", "backup").exit_code == 0
        for name in ("state.db-wal", "state.db-shm"):
            (inside.home / name).unlink(missing_ok=True)
        (inside.home / "state.db").write_bytes(b"this is not a database" * 1000)
        result = call("route", "fix the typo")
        assert result.exit_code == 1
        assert "--restore" in result.stderr
        assert call("doctor").exit_code == 1
        assert call("doctor", "--restore").exit_code == 0
        assert call("explain", made["id"]).exit_code == 0

    def test_a_missing_store_is_brought_back_from_its_backup(self, inside):
        """A file that vanished is not replaced by an empty one, which would push the backups out one by one."""
        made = json.loads(call("route", "fix the typo", "--json").stdout)
        assert call("store", "backup").exit_code == 0
        for path in inside.home.glob("state.db*"):
            path.unlink()
        for words in (["route", "fix the typo"], ["explain", made["id"]]):
            result = call(*words)
            assert result.exit_code == 1
            assert "--restore" in result.stderr
        checks = {check["name"]: check for check in json.loads(call("doctor", "--json").stdout)["checks"]}
        assert "missing" in checks["store"]["reason"]
        assert not (inside.home / "state.db").exists()
        result = call("doctor", "--restore")
        assert result.exit_code == 0
        assert "restored from" in result.stderr
        assert call("explain", made["id"]).exit_code == 0

    def test_without_backups_a_missing_store_is_a_new_one(self, inside):
        """Who moves the backups away starts empty, as the error says."""
        made = json.loads(call("route", "fix the typo", "--json").stdout)
        assert call("store", "backup").exit_code == 0
        for path in inside.home.glob("state.db*"):
            path.unlink()
        (inside.home / "backups").rename(inside.project / "moved")
        assert call("doctor", "--restore").exit_code == 0
        assert call("explain", made["id"]).exit_code == 3

    def test_when_no_backup_is_whole_it_says_so(self, inside):
        """Nothing is put in the place of the missing file, and both files to move are named."""
        call("route", "fix the typo")
        assert call("store", "backup").exit_code == 0
        for path in inside.home.glob("state.db*"):
            path.unlink()
        for path in (inside.home / "backups").glob("state-*"):
            path.write_bytes(b"damaged")
        result = call("doctor", "--restore")
        assert result.exit_code == 1
        assert str(inside.home / "backups") in result.stdout
        assert not (inside.home / "state.db").exists()

    def test_an_abandoned_workspace_is_removed(self, inside):
        """What a killed run left behind is swept."""
        (inside.home / "workspaces" / "w-dead" / "tree").mkdir(parents=True)
        assert call("doctor").exit_code == 0
        assert not (inside.home / "workspaces" / "w-dead").exists()


class TestInit:
    def test_a_commented_configuration_is_written_once(self, inside):
        """The file holds every option as a comment, changes nothing, and is never overwritten."""
        config = inside.home / "config.toml"
        config.unlink()
        assert call("init", "--dry-run").stdout.count("\n") > 10
        assert not config.exists()
        result = call("init")
        assert result.exit_code == 0
        assert "ccrouter doctor" in result.stdout
        assert "#" in config.read_text()
        assert config.stat().st_mode & 0o777 == 0o600
        config.write_text("# mine\n")
        assert "left as it is" in call("init").stdout
        assert config.read_text() == "# mine\n"


class TestState:
    def test_inspect_counts_what_is_kept(self, inside):
        """Files with sizes, and the number of decisions, sessions and attempts."""
        call("run", "--session", "s1", "fix the typo in a.txt")
        document = json.loads(call("inspect", "--json").stdout)
        assert document["home"] == str(inside.home)
        assert "state.db" in {file["path"] for file in document["files"]}
        assert document["counts"] == {"decisions": 1, "sessions": 1, "attempts": 1, "unfinished": 0}

    def test_a_backup_is_written_where_it_is_told(self, inside):
        """`store backup DIR` writes private copies and lists them; --dry-run writes nothing."""
        call("route", "x")
        target = inside.project / "copies"
        assert json.loads(call("store", "backup", str(target), "--dry-run", "--json").stdout)["files"] == []
        assert not target.exists()
        files = json.loads(call("store", "backup", str(target), "--json").stdout)["files"]
        assert files
        assert {path.stat().st_mode & 0o777 for path in target.iterdir()} == {0o600}

    def test_clear_state_asks_lists_and_leaves_nothing(self, inside):
        """Nothing goes without a yes; with it nothing stays but the user's configuration."""
        call("route", "x")
        before = sorted(inside.home.rglob("*"))
        result = call("clear-state")
        assert result.exit_code == 2
        assert "state.db" in call("clear-state", "--dry-run").stdout
        assert sorted(inside.home.rglob("*")) == before
        assert call("clear-state", "--yes").exit_code == 0
        assert [path.name for path in inside.home.iterdir()] == ["config.toml"]
        (inside.home / "config.toml").unlink()
        call("--set", "ccrouter.disable=[]", "clear-state", "--yes")
        assert not any(inside.home.glob("*"))

    def test_clear_state_refuses_a_folder_that_holds_more(self, inside, monkeypatch):
        """A CCROUTER_HOME that is the home folder, the working folder or a repository is never cleared."""
        monkeypatch.setenv("CCROUTER_HOME", str(inside.project))
        assert call("clear-state", "--yes").exit_code == 2
        (inside.home / ".git").mkdir()
        monkeypatch.setenv("CCROUTER_HOME", str(inside.home))
        assert call("clear-state", "--yes").exit_code == 2
        assert (inside.home / "config.toml").exists()


class TestDomain:
    def test_the_owner_of_a_folder_is_detected(self, inside):
        """A folder that a domain knows has a domain, a confidence and evidence; another has null."""
        document = json.loads(call("domain", "detect", "--json").stdout)
        assert (document["domain"], document["confidence"], document["evidence"]) == (
            "letters",
            0.8,
            ["a.txt"],
        )
        document = json.loads(call("domain", "detect", str(inside.home), "--json").stdout)
        assert document["domain"] is None

    @pytest.mark.usefixtures("inside")
    def test_domains_are_listed_with_their_workflows(self):
        """`domain list` names each domain's ways of working."""
        name = json.loads(call("domain", "list", "--json").stdout)["domains"][0]["workflows"][0]["name"]
        shown = json.loads(call("domain", "workflow", name, "--json").stdout)["workflows"][0]
        assert (shown["domain"], shown["name"]) == ("letters", name)
        assert shown["phases"][0]["name"] in call("domain", "workflow", name).stdout
        assert call("domain", "workflow", "nothing").exit_code == 3
        document = json.loads(call("domain", "list", "--json").stdout)
        assert document["domains"][0]["name"] == "letters"
        assert document["domains"][0]["workflows"][0]["phases"] == [
            {"name": "write", "gates": ["tiny.sense"]}
        ]
        assert "writing" in call("domain", "list").stdout
