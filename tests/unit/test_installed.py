"""Who may be loaded: no plugin takes another's name, breaks its neighbours, or wins without a word."""

from __future__ import annotations

import json
import os

import pytest
from click.testing import CliRunner, Result

from ccrouter_core import PluginError, Router
from ccrouter_core.cli.app import application
from ccrouter_core.registry import discover

TRAP = """
from ccrouter_core import plugin

open("imported", "w").close()

@plugin
class Trap:
    pass
"""
NEEDY = """
from ccrouter_core import hookimpl, option, plugin

@plugin
class Needy:
    url: str = option(help="where it asks")
    limit: int = option(3, help="how often")

    @hookimpl
    def ccrouter_observe(self, event):
        pass
"""
RAISES = """
from ccrouter_core import plugin

@plugin
class Raises:
    limit: int = 3

    def __attrs_post_init__(self):
        raise ValueError("no luck")
"""
RIVAL = """
from ccrouter_core import Action, Decision, hookimpl, plugin

@plugin
class Rival:
    @hookimpl
    def ccrouter_route(self, request):
        return Decision(action=Action.ROUTE, tier="sonnet")
"""
EXITS = "import sys\nsys.exit(3)"


def call(*arguments: str) -> Result:
    """Run a command in this process."""
    result = CliRunner().invoke(application, list(arguments), prog_name="ccrouter")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def listed() -> list[dict]:
    """Return what `plugins list` shows."""
    found: list[dict] = json.loads(call("plugins", "list", "--json").stdout)["plugins"]
    return found


def problems() -> dict[str, dict]:
    """Return the findings of the doctor that are not ok, by name."""
    checks = json.loads(call("doctor", "--json").stdout)["checks"]
    return {check["name"]: check for check in checks if check["state"] in {"problem", "warning"}}


class TestNames:
    def test_a_built_in_plugin_keeps_its_name(self, inside, caplog):
        """Another distribution's plugin of the same name is never imported, and told by its distribution."""
        inside.install("aaa", "Trap", TRAP, point="sqlite")
        assert json.loads(call("route", "fix the typo", "--json").stdout)["tier"] == "haiku"
        assert "ccrouter-aaa" in caplog.text
        states = {one["distribution"]: one["state"] for one in listed() if one["name"] == "sqlite"}
        assert states == {"ccrouter": "enabled", "ccrouter-aaa": "broken"}
        assert json.loads(call("plugins", "show", "sqlite", "--json").stdout)["distribution"] == "ccrouter"
        assert "ccrouter-aaa" in problems()["plugin sqlite (ccrouter-aaa)"]["fix"]
        assert not (inside.project / "imported").exists()

    def test_of_two_third_parties_none_is_used(self, inside):
        """Nobody can tell which of them was meant; both are named."""
        inside.install("one", "Trap", TRAP, point="same")
        inside.install("two", "Trap", TRAP, point="same")
        why = {one["distribution"]: one["trouble"]["why"] for one in listed() if one["name"] == "same"}
        assert set(why) == {"ccrouter-one", "ccrouter-two"}
        assert all("ccrouter-one, ccrouter-two" in text for text in why.values())
        assert call("route", "fix the typo").exit_code == 0
        assert not (inside.project / "imported").exists()

    def test_who_disables_the_name_is_told_no_more(self, inside, caplog):
        """`disable` holds for every plugin of the name."""
        inside.install("one", "Trap", TRAP, point="routing")
        call("route", "fix the typo")
        assert "ccrouter-one" not in caplog.text
        assert {one["state"] for one in listed() if one["name"] == "routing"} == {"disabled"}

    def test_only_our_own_distribution_is_built_in(self, inside):
        """An address below our package does not make a plugin ours: its errors are its own."""
        inside.install("sly", "Trap", TRAP)
        info = inside.site / "ccrouter_sly-1.0.dist-info" / "entry_points.txt"
        info.write_text("[ccrouter]\nsly = ccrouter_plugins.nowhere:Trap\n")
        assert not discover()["sly"].is_builtin
        assert call("route", "fix the typo").exit_code == 0

    def test_a_plugin_of_two_names_is_left_out(self, inside):
        """A class that calls itself otherwise than its entry point could take any name; it is named and left out."""
        inside.install(
            "odd", "Sqlite", "from ccrouter_core import plugin\n\n@plugin\nclass Sqlite:\n    pass\n"
        )
        assert call("route", "fix the typo").exit_code == 0
        assert "sqlite" in problems()["plugin odd"]["reason"]

    def test_a_plugin_that_exits_at_import_ends_nothing(self, inside):
        """`sys.exit` in a module is as broken as any other exception."""
        inside.install("exits", "Exits", EXITS)
        assert call("route", "fix the typo").exit_code == 0
        assert "SystemExit" in problems()["plugin exits"]["reason"]


class TestTables:
    def test_one_that_nobody_configured_is_left_out(self, inside, caplog):
        """A required option without a table: a warning that names the option and `disable`; everything else goes on."""
        inside.install("needy", "Needy", NEEDY)
        assert json.loads(call("route", "fix the typo", "--json").stdout)["tier"] == "haiku"
        assert "[plugins.needy] url" in caplog.text
        assert "disable" in caplog.text
        with Router.from_config(cwd=inside.project) as router:
            assert isinstance(router.broken["needy"], PluginError)
        assert {one["name"]: one["state"] for one in listed()}["needy"] == "broken"

    def test_every_command_says_the_same_of_it(self, inside):
        """The doctor finds a problem, and the configuration is valid with a warning."""
        inside.install("needy", "Needy", NEEDY)
        assert "[plugins.needy] url" in problems()["plugin needy"]["reason"]
        assert "disable" in problems()["plugin needy"]["fix"]
        checked = json.loads(call("config", "validate", "--json").stdout)
        assert checked["valid"]
        assert any("[plugins.needy] url" in text and "disable" in text for text in checked["warnings"])
        assert call("config", "show").exit_code == 0

    @pytest.mark.parametrize("table", ["", "limit = 1", 'url = "x"\nlimit = "many"', 'url = "x"\nlimt = 1'])
    def test_a_table_with_faults_is_the_users_to_mend(self, inside, table):
        """What somebody wrote is not passed over: a guard may be meant. Every command says so, with exit code 78."""
        inside.install("needy", "Needy", NEEDY)
        config = inside.home / "config.toml"
        config.write_text(f"{config.read_text()}\n[plugins.needy]\n{table}\n")
        result = call("route", "fix the typo")
        assert result.exit_code == 78
        assert "plugins.needy" in result.stderr
        assert call("config", "validate").exit_code == 78
        assert "plugins.needy" in problems()["configuration"]["reason"]
        assert set(problems()) == {"configuration"}

    def test_one_whose_constructor_raises_is_no_fault_of_the_configuration(self, inside):
        """It is left out like any broken plugin; nothing in a file is wrong."""
        inside.install("raises", "Raises", RAISES)
        assert call("route", "fix the typo").exit_code == 0
        assert json.loads(call("config", "validate", "--json").stdout)["valid"]
        assert set(problems()) == {"plugin raises"}

    def test_with_its_option_it_is_used(self, inside):
        """The warning's remedy works."""
        inside.install("needy", "Needy", NEEDY)
        config = inside.home / "config.toml"
        config.write_text(f'{config.read_text()}\n[plugins.needy]\nurl = "x"\n')
        assert {one["name"]: one["state"] for one in listed()}["needy"] == "enabled"


class TestTies:
    def test_a_tie_is_told_once_and_ended_by_order(self, inside, caplog):
        """Who answers first is said with the hook, the plugins and the option that decides."""
        inside.install("rival", "Rival", RIVAL)
        with Router.from_config(cwd=inside.project) as router:
            router.close()
            router.open()
        told = [record.message for record in caplog.records if "ccrouter_route" in record.message]
        assert len(told) == 1
        for word in ("rival", "tiny", "order"):
            assert word in told[0]
        assert problems()["order"]["state"] == "warning"
        assert "ccrouter_route" in problems()["order"]["reason"]
        caplog.clear()
        inside.configure('order = ["rival"]')
        assert json.loads(call("route", "fix the typo", "--json").stdout)["tier"] == "sonnet"
        assert "ccrouter_route" not in caplog.text
        assert not problems()

    def test_the_first_named_is_asked_first(self, inside, caplog):
        """The sentence is true."""
        inside.install("rival", "Rival", RIVAL)
        tier = json.loads(call("route", "fix the typo", "--json").stdout)["tier"]
        first = next(record.message for record in caplog.records if "ccrouter_route" in record.message).split(
            ","
        )[0]
        assert (first, tier) == ("rival", "sonnet")

    def test_a_person_sees_it(self, world):
        """It stands on standard error, labelled, and standard output is still one JSON object."""
        world.install("rival", "Rival", RIVAL)
        done = world.run("route", "--json", "fix the typo")
        assert json.loads(done.stdout)["tier"] == "sonnet"
        assert done.stderr.count("warning: rival, tiny all answer ccrouter_route") == 1


class TestCache:
    def test_a_list_that_others_could_write_is_not_read(self, tmp_path):
        """What the list names is imported, so it is trusted only in a folder of one's own."""
        home = tmp_path / "home"
        discover(home)
        kept = home / "entry-points.json"
        document = json.loads(kept.read_text())
        document["plugins"]["sqlite"]["value"] = "somewhere:Else"
        kept.write_text(json.dumps(document))
        assert discover(home)["sqlite"].value == "somewhere:Else"  # it is read
        kept.write_text(json.dumps(document))
        home.chmod(0o777)
        assert discover(home)["sqlite"].value == "ccrouter_plugins.sqlite:Sqlite"

    def test_without_a_folder_to_keep_it_in_plugins_are_found_all_the_same(self, tmp_path):
        """A state folder that cannot be made does not keep anybody from reading."""
        (tmp_path / "file").write_text("")
        assert "sqlite" in discover(tmp_path / "file" / "home")
        (tmp_path / "link").symlink_to(tmp_path)
        assert "sqlite" in discover(tmp_path / "link")
        assert not [name for name in os.listdir(tmp_path) if name.endswith(".json")]  # noqa: PTH208
