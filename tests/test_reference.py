"""The reference is whole: what the sources have is compared with the pages, and what has no text is refused."""

from __future__ import annotations

import importlib.util
import pkgutil
import re
import sys
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, get_args

import attrs
import click
import pytest

from ccrouter_core import hooks, option
from ccrouter_core.cli.answers import EXIT_CODES
from ccrouter_core.cli.app import INTERRUPTED, SECTIONS, application
from ccrouter_core.config.options import options_of
from ccrouter_core.config.tables import CoreTable, PriceTable, TierTable
from ccrouter_core.errors import RouterError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("ccrouter_core", "ccrouter_plugins", "ccrouter_dev", "ccrouter_knowledge", "ccrouter_latex")


def sections(page: str) -> dict[str, str]:
    """Return the texts of a page of the reference by their headings."""
    text = (ROOT / "docs/reference" / f"{page}.md").read_text("utf-8")
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in text.split("\n## ")[1:]}


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """Return the script that writes the pages."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs/reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_fresh(reference: ModuleType) -> None:
    """What changed in the code is in the pages: else run `python docs/reference.py`."""
    assert reference.stale() == []


# --- commands --------------------------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command of core with its words, the application itself first."""
    context = application.make_context("ccrouter", ["route"])
    yield "ccrouter", application

    def walk(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
        yield words, command
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(f"{words} {name}", inner)

    for name in (name for names in SECTIONS.values() for name in names):
        command = application.get_command(context, name)
        assert command is not None
        yield from walk(f"ccrouter {name}", command)


@pytest.mark.parametrize(
    ("words", "command"), list(commands()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_every_option_and_argument_of_a_command_is_documented(words: str, command: click.Command) -> None:
    """Global options, options, positional arguments and examples are all there."""
    text = sections("commands")[words]
    usage = text.strip().partition("\n")[0]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            (line,) = [
                line
                for line in text.splitlines()
                if re.match(rf"- `[^`]*{re.escape(parameter.opts[0])}(?![\w-])", line)
            ]
            assert all(name in line.partition("`: ")[0] for name in parameter.opts)
            assert len(line.partition("`: ")[2]) > 8
        else:
            for word in re.findall(r"\w+", parameter.make_metavar(click.Context(command))):
                assert word in usage
                assert re.search(rf"\b{word}\b", text.replace(usage, "")), f"{word} is not explained"
    assert all(example in text for example in getattr(command, "examples", ()))


def test_no_command_is_documented_that_is_not_there() -> None:
    """The page names exactly the commands of core."""
    assert set(sections("commands")) == {words for words, _ in commands()}


# --- options ---------------------------------------------------------------------------------------------------


def tables() -> dict[str, type]:
    """Return the attrs classes whose fields are options, by heading; those inside others too."""
    found: dict[str, type] = {"[ccrouter]": CoreTable, "[[tiers]]": TierTable, "[tiers.prices]": PriceTable}
    for point in entry_points(group="ccrouter"):
        if point.dist is not None and point.dist.name in {
            package.replace("_", "-") for package in PACKAGES
        } | {"ccrouter"}:
            found[f"[plugins.{point.name}]"] = point.load()
    for heading, cls in list(found.items()):
        for one in options_of(cls) if heading.startswith("[plugins.") else ():
            inner = [part for part in get_args(one.type) if isinstance(part, type) and attrs.has(part)]
            if inner:
                found[f"{heading[:-1]}.{one.name}.NAME]"] = inner[0]
    return found


@pytest.mark.parametrize(
    ("heading", "cls"), list(tables().items()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_every_field_of_a_table_is_documented(heading: str, cls: type) -> None:
    """Each field is a row with its type, default and meaning."""
    text = sections("options")[heading]
    fields = {field.name for field in attrs.fields(cls) if field.init and not field.name.startswith("_")}
    rows = {
        row[0].strip("` "): row
        for row in (line.split(" | ") for line in text.splitlines() if line.startswith("| `"))
    }
    assert {name.removeprefix("| `") for name in rows} == fields
    for row in rows.values():
        assert all(cell.strip() for cell in row[:4])


def test_no_table_is_documented_that_is_not_there() -> None:
    """Core's tables, the ladder with its prices, every plugin of the project, and the tables in their options."""
    assert set(sections("options")) == set(tables())
    assert "[plugins.command.executors.NAME]" in tables()


# --- errors, exit codes, hooks ---------------------------------------------------------------------------------


def errors() -> set[type[RouterError]]:
    """Return every public error, after importing every module of the project."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
            if not module.name.endswith("__main__"):
                import_module(module.name)
    found: set[type[RouterError]] = set()
    below: list[type[RouterError]] = [RouterError]
    while below:
        cls = below.pop()
        below += cls.__subclasses__()
        if cls.__module__.partition(".")[0] in PACKAGES and not cls.__name__.startswith("_"):
            found.add(cls)
    return found


def test_every_error_is_documented_with_its_exit_code() -> None:
    """Wherever it is declared."""
    assert set(sections("errors")) == {f"{cls.__name__} (exit code {cls.exit_code})" for cls in errors()}
    assert {"PatchConflict", "GitError", "ConfigFaults"} <= {cls.__name__ for cls in errors()}


def test_every_exit_code_is_in_troubleshooting() -> None:
    """A person who sees a code finds what to do."""
    rows = re.findall(r"^\| (\d+) \|", (ROOT / "docs/troubleshooting.md").read_text("utf-8"), re.MULTILINE)
    used = {*EXIT_CODES.values(), *(cls.exit_code for cls in errors()), INTERRUPTED}
    assert used <= {int(row) for row in rows}


def test_every_hook_is_documented() -> None:
    """With its arguments."""
    declared = {name for name, value in vars(hooks).items() if hasattr(value, "ccrouter_spec")}
    assert {heading.partition("(")[0] for heading in sections("hooks")} == declared


# --- what has no text is refused -------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Silent:
    """Has an option that says nothing."""

    spoken: int = option(1, help="it says something")
    silent: int = option(1)


@click.command("silent")
@click.argument("thing")
def mute(thing: str) -> None:
    """Do something."""


@click.command("silent")
@click.option("--loud")
def mute_option(loud: str) -> None:
    """Do something."""


@click.command("silent")
def mute_command() -> None:  # noqa: D103 - that is the case
    pass


@pytest.mark.parametrize("command", [mute, mute_option, mute_command])
def test_a_command_without_a_text_is_refused(reference: ModuleType, command: click.Command) -> None:
    """A positional argument that the help does not name, an option without help, a command without any."""
    with pytest.raises(reference.Undocumented):
        list(reference._command("ccrouter silent", command, click.Context(command)))


def test_an_option_without_a_text_is_refused(reference: ModuleType) -> None:
    """A plugin's field needs a help."""
    with pytest.raises(reference.Undocumented, match="silent"):
        list(reference._table("[plugins.silent]", Silent, ("plugins", "silent")))


def test_an_error_without_a_text_is_refused(reference: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that somebody adds anywhere is found, and needs a docstring."""
    Forgotten: Any = type("Forgotten", (RouterError,), {"__module__": "ccrouter_core.git"})  # noqa: N806 - a class
    monkeypatch.setattr(sys.modules["ccrouter_core.git"], "Forgotten", Forgotten, raising=False)
    with pytest.raises(reference.Undocumented, match="Forgotten"):
        list(reference.error_page())
