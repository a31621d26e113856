"""A call that cannot be used ends with code 2 and says what, why and how to fix it; nothing is a traceback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner, Result

from ccrouter_core.cli.app import SECTIONS, application

if TYPE_CHECKING:
    from pathlib import Path

NO_NUMBERS = (
    "nan",
    "NaN",
    "inf",
    "-inf",
    "1e999",
    "1e300",
    "1e12",
    "-1",
    "0",
    "1e-300",
    "1_0e",
    "x",
    "",
    "٣x",
)


def call(*arguments: str, stdin: str | None = None) -> Result:
    """Run a command in this process; an exception that the command line does not tell is the test's."""
    result = CliRunner().invoke(application, list(arguments), input=stdin, prog_name="ccrouter")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def told(result: Result, code: int = 2) -> None:
    """Check that a call was refused in the three lines of every error."""
    assert result.exit_code == code, result.output
    first, why, *_, fix = result.stderr.rstrip().split("\n")
    assert first.startswith("error: ")
    assert why.startswith("  why: ")
    assert fix.startswith("  fix: ")


def parameters() -> list[tuple[str, click.Command, click.Parameter]]:
    """Return every command with each of its parameters."""
    context = application.make_context("ccrouter", ["route"])
    found: list[tuple[str, click.Command, click.Parameter]] = []

    def walk(words: str, command: click.Command) -> None:
        found.extend((words, command, parameter) for parameter in command.params)
        for name, inner in getattr(command, "commands", {}).items():
            walk(f"{words} {name}", inner)

    for name in (name for names in SECTIONS.values() for name in names):
        command = application.get_command(context, name)
        assert command is not None
        walk(name, command)
    return found


NUMBERS = [
    (words, parameter.opts[0])
    for words, _, parameter in parameters()
    if isinstance(parameter.type, (click.types.IntParamType, click.types.FloatParamType))
]


def test_there_are_numbers_to_try() -> None:
    """The rule below speaks of something."""
    assert {("run", "--max-usd"), ("run", "--timeout")} <= set(NUMBERS)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("number", NO_NUMBERS)
@pytest.mark.parametrize(("words", "option"), NUMBERS)
def test_a_number_that_means_nothing_is_refused(words: str, option: str, number: str) -> None:
    """Whatever is no finite number in a sensible range is refused before anything happens."""
    told(call(*words.split(), f"{option}={number}", "fix the typo in a.txt"))


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("number", ["0.5", "1e-9", "1000000000"])
def test_a_number_in_range_is_taken(number: str) -> None:
    """The ends of the range count."""
    assert call("run", "--dry-run", "--max-usd", number, "--timeout", "31536000", "think").exit_code == 0


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    "arguments",
    [
        ("nope",),
        ("--nope", "route", "x"),
        ("-C", "nowhere", "route", "x"),
        ("route", "--nope"),
        ("route", "--file", "-", "text"),
        ("route", "--file", "."),
        ("run", "--file", "."),
        ("run", "--tier", "nope", "think"),
        ("rules", "test", "."),
        ("rules", "test"),
        ("feedback", "x", "maybe"),
        ("feedback",),
        ("domain", "detect", "a.txt"),
        ("plugins", "check", "./a.txt"),
        ("plugins", "check", "./nowhere.py"),
        ("plugins", "check", "."),
        ("plugins", "new", "Two Words"),
        ("plugins", "new", "sea", "--dir", "a.txt/below"),
        ("store", "backup", "a.txt"),
        ("store", "backup", "a.txt/below"),
        ("demo", "--keep", "a.txt"),
        ("demo", "--keep", "a.txt/below"),
        ("config", "explain"),
        ("config", "nope"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_told_in_three_lines(arguments: tuple[str, ...]) -> None:
    """Unknown names, missing arguments and paths that cannot be used end alike."""
    told(call(*arguments))


@pytest.mark.usefixtures("inside")
def test_the_demonstration_overwrites_nothing(tmp_path: Path) -> None:
    """A folder in which the project stands already is refused, and stays as it is."""
    (tmp_path / "trailmap").mkdir()
    (tmp_path / "trailmap/mine.txt").write_text("mine")
    told(call("demo", "--keep", str(tmp_path)))
    assert [path.name for path in (tmp_path / "trailmap").iterdir()] == ["mine.txt"]


LINES = [
    {"files": 5},
    {"files": "a.py"},
    {"files": [5]},
    {"files": {"a": 1}},
    {"cwd": 5},
    {"cwd": ["/"]},
    {"text": 5},
    {"text": None},
    {"text": ""},
    {"text": "a\0b"},
]


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_line_of_wrong_types_is_refused_wherever_it_is_read(inside, line: dict[str, object]) -> None:
    """`rules test` and `route --file` read the same lines, and refuse the same ones with their number."""
    text = json.dumps({"text": "think", **line})
    (inside.project / "r.jsonl").write_text(text + "\n")
    (inside.project / "e.jsonl").write_text(json.dumps({**json.loads(text), "tier": "sonnet"}) + "\n")
    result = call("rules", "test", "e.jsonl")
    told(result)
    assert "line 1" in result.stderr
    routed = call("route", "--file", "r.jsonl", "--json")
    assert routed.exit_code == 1
    assert json.loads(routed.stdout)["line"] == 1


def test_a_shared_folder_keeps_its_mode(inside) -> None:
    """A backup into a folder that is there changes nothing of it; a new one is private."""
    shared = inside.project / "shared"
    shared.mkdir(mode=0o755)
    shared.chmod(0o755)
    assert call("store", "backup", str(shared)).exit_code == 0
    assert shared.stat().st_mode & 0o777 == 0o755
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in shared.iterdir())
    assert call("store", "backup", str(inside.project / "new")).exit_code == 0
    assert (inside.project / "new").stat().st_mode & 0o777 == 0o700
