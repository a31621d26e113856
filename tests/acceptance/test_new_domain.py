"""A domain of a third party from nothing: begun, tested, installed, checked, used; and each way to break it, found."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from cli_world import World

FILES = ["ccrouter_sea.py", "pyproject.toml", "tests/test_ccrouter_sea.py"]


def begun(world: World) -> Path:
    """Return the folder of a new domain `sea`."""
    done = world.run("plugins", "new", "sea", "--dir", str(world.home.parent / "work"))
    assert done.returncode == 0, done.stderr
    return world.home.parent / "work/ccrouter-sea"


def installed(world: World) -> Path:
    """Install the new domain in the world, as pip would; return its module."""
    source = (begun(world) / "ccrouter_sea.py").read_text()
    world.install("sea", "Sea", source)
    return world.site / "ccrouter_sea.py"


def checked(world: World, what: str) -> tuple[int, list[dict[str, str]]]:
    """Return the exit code of `plugins check`, and what it has to say."""
    done = world.run("plugins", "check", what, "--json")
    assert "Traceback" not in done.stderr
    document = json.loads(done.stdout)
    assert document["schema"] == "ccrouter/plugins-check/1"
    assert document["ok"] == (done.returncode == 0)
    return done.returncode, [check for one in document["plugins"] for check in one["checks"]]


def test_two_files_and_a_test_are_written(world: World) -> None:
    """Nothing else, and nothing by --dry-run, which says what would be."""
    arguments = ("plugins", "new", "sea", "--dir", str(world.home.parent / "work"))
    dry = world.run(*arguments, "--dry-run")
    assert dry.returncode == 0
    assert all(file in dry.stdout for file in FILES)
    assert not (world.home.parent / "work").exists()
    folder = begun(world)
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == FILES


def test_nothing_is_overwritten(world: World) -> None:
    """A folder that holds something is refused with 5, an empty one is taken, a file in the way is told."""
    folder = begun(world)
    (folder / "ccrouter_sea.py").write_text("mine")
    again = world.run("plugins", "new", "sea", "--dir", str(folder.parent))
    assert again.returncode == 5
    assert (folder / "ccrouter_sea.py").read_text() == "mine"
    (folder.parent / "ccrouter-lake").mkdir()
    assert world.run("plugins", "new", "lake", "--dir", str(folder.parent)).returncode == 0
    (folder.parent / "ccrouter-river").write_text("a file")
    assert world.run("plugins", "new", "river", "--dir", str(folder.parent)).returncode == 5
    below = world.run("plugins", "new", "pond", "--dir", str(folder.parent / "ccrouter-river"))
    assert below.returncode == 2
    assert "fix:" in below.stderr


@pytest.mark.parametrize("name", ["tiny", "routing", "Sea", "my-sea", "class", "../sea", ""])
def test_a_name_that_cannot_stand_everywhere_is_refused(world: World, name: str) -> None:
    """Taken by an installed plugin, no lower-case word, or no word at all: 2, and nothing is written."""
    done = world.run("plugins", "new", name)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert [path.name for path in world.project.iterdir()] == ["a.txt"]


def test_its_own_test_passes_as_written(world: World) -> None:
    """With the fixtures that ccrouter brings, and nothing but the folder itself on the path."""
    folder = begun(world)
    environ = {**world.environ, "PYTHONPATH": str(folder)}
    arguments = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder / "tests")]
    done = subprocess.run(arguments, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search(r"\b[1-9]\d* passed", done.stdout)
    assert "skipped" not in done.stdout


def test_it_keeps_the_contract_before_and_after_it_is_installed(world: World) -> None:
    """By its folder, its file or its name: nothing is broken, and nothing is advised."""
    folder = begun(world)
    for what in (str(folder), str(folder / "ccrouter_sea.py")):
        code, remarks = checked(world, what)
        assert (code, {remark["state"] for remark in remarks}) == (0, {"ok"})
    assert world.run("plugins", "check", "sea").returncode == 3
    world.install("sea", "Sea", (folder / "ccrouter_sea.py").read_text())
    code, remarks = checked(world, "sea")
    assert (code, {remark["state"] for remark in remarks}) == (0, {"ok"})
    assert "it keeps the contract" in world.run("plugins", "check", "sea").stdout


def test_it_takes_part_once_it_is_installed(world: World) -> None:
    """Its floor holds on the real path."""
    installed(world)
    decided = world.json("route", "fix the typo and delete all in map.sea", "--json")
    assert (decided["domain"], decided["tier"]) == ("sea", "sonnet")


@pytest.mark.parametrize(
    ("old", "new", "check", "words"),
    [
        ("def ccrouter_signals", "def ccrouter_signal", "hooks.name", "Did you mean ccrouter_signals?"),
        (
            "    @hookimpl\n    def ccrouter_validate",
            "    def ccrouter_validate",
            "hooks.mark",
            "never asked",
        ),
        ("self, domain, outcome", "self, domain, outcom", "hooks.arguments", "Did you mean outcome?"),
        ('name="sea.risky"', 'name="risky"', "answers", "does not begin with 'sea.'"),
        ('check="sea.', 'check="see.', "answers", "does not begin with 'sea.'"),
        ('option("sonnet", help=', 'option("huge", help=', "answers", "the tier 'huge'"),
        (', help="the lowest tier for what is risky"', "", "options.help", "floor"),
        ('option("sonnet", ', "option(", "options.default", "floor"),
        ("floor: str", "floor: int", "options.default", "floor"),
        ("status = Status", "status = outcome.nothing", "answers", "AttributeError"),
        ("        return Verdict(", "        return dict(", "answers", "answered dict, not Verdict"),
        ("confidence=0.9", "confidence=9", "answers", "share"),
        ("class Sea", "class Lake", "plugin.loads", "Sea"),
        ("import re", "import re, nowhere_at_all", "plugin.loads", "nowhere_at_all"),
        ("@plugin", '@plugin(name="lake")', "names", "entry point"),
    ],
)
def test_each_way_to_break_it_is_found(world: World, old: str, new: str, check: str, words: str) -> None:
    """The check fails with 1, names what is wrong, and says how to mend it; other plugins go on."""
    module = installed(world)
    text = module.read_text()
    assert old in text
    module.write_text(text.replace(old, new, 1))
    code, remarks = checked(world, "sea")
    assert code == 1
    wrong = [remark for remark in remarks if remark["state"] == "broken"]
    assert [check, True] in [[remark["check"], words in remark["reason"]] for remark in wrong], wrong
    assert all(remark["fix"] for remark in wrong)
    assert world.run("plugins", "check", "sea").returncode == 1


def test_a_guard_that_a_project_may_lower_is_advised_against(world: World) -> None:
    """Advice is told and does not fail."""
    module = installed(world)
    module.write_text(module.read_text().replace(", user_only=True", ""))
    code, remarks = checked(world, "sea")
    assert code == 0
    assert {remark["reason"].partition(":")[0] for remark in remarks if remark["state"] == "advice"} == {
        "risky",
        "floor",
    }


def test_a_disabled_plugin_is_not_imported_for_a_check(world: World) -> None:
    """What the user disabled runs no line of its code."""
    world.install("trap", "Trap", "open('imported', 'w').close()")
    done = world.run("--set", 'ccrouter.disable=["trap"]', "plugins", "check", "trap")
    assert done.returncode == 3
    assert "disable" in done.stderr
    assert not (world.project / "imported").exists()


def test_a_plugin_of_two_names_is_left_out(world: World) -> None:
    """An entry point that names another plugin than the class does is told, and breaks no other."""
    module = installed(world)
    module.write_text(module.read_text().replace("@plugin", '@plugin(name="lake")', 1))
    done = world.run("route", "fix the typo", "--json")
    assert json.loads(done.stdout)["tier"] == "haiku"
    assert "the plugin 'sea' calls itself 'lake'" in done.stderr


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_pip_installs_it(world: World) -> None:
    """In an environment of its own, built from its pyproject.toml: found by its entry point, whole, and used."""
    folder, place = begun(world), world.home.parent / "venv"
    venv.create(place, with_pip=True)
    python = place / "bin/python"
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (next(place.rglob("site-packages")) / "ours.pth").write_text(
        "".join(f"import site; site.addsitedir({path!r})\n" for path in ours)
    )
    environ = {key: value for key, value in world.environ.items() if key != "PYTHONPATH"}
    made = subprocess.run(
        [python, "-m", "pip", "install", "-q", "--no-deps", str(folder)],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode and "hatchling" in made.stderr:
        pytest.skip("the builder hatchling cannot be fetched here")
    assert made.returncode == 0, made.stderr
    code = "from ccrouter_core.cli import main; main(['plugins', 'check', 'sea'])"
    done = subprocess.run(
        [python, "-c", code], env=environ, cwd=world.project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "it keeps the contract" in done.stdout
