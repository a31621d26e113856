"""Write docs/reference/*.md from the code: `python docs/reference.py [--check]`.

With `--check` nothing is written; the exit code is 1 when a page is stale. A hook, option, command or error without a
text is an error here, so nothing can stay undocumented.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import click

from ccrouter_core import errors, hooks
from ccrouter_core.cli.app import application
from ccrouter_core.config.tables import CoreTable, PriceTable, TierTable
from ccrouter_core.plugin import HELP, USER_ONLY
from ccrouter_core.registry import discover

FOLDER = Path(__file__).parent / "reference"
_FACTORY = type(attrs.Factory(list))
_OURS = ("ccrouter", "ccrouter-dev", "ccrouter-knowledge", "ccrouter-latex")


class Undocumented(Exception):  # noqa: N818 - said of a thing
    """Something public has no text."""


def _text(thing: object, name: str) -> str:
    found = inspect.cleandoc(getattr(thing, "__doc__", None) or "")
    if not found:
        raise Undocumented(name)
    return found


def hook_page() -> Iterator[str]:
    """Yield the page of the hooks, in the order of their module."""
    yield "# Hooks\n"
    yield inspect.cleandoc(hooks.__doc__ or "")
    for name, function in vars(hooks).items():
        if name.startswith("ccrouter_"):
            arguments = ", ".join(inspect.signature(function).parameters)
            yield f"\n## {name}({arguments})\n"
            yield _text(function, name).replace("Example:\n    ```", "Example:\n\n    ```")


def option_page() -> Iterator[str]:
    """Yield the page of the options of core and of each plugin that comes with the project."""
    yield "# Options\n\nEach plugin's options are the keys of its table `[plugins.<name>]`."
    yield from _options("ccrouter", CoreTable)
    yield from _options("[tiers]", TierTable, user_only=True)
    yield from _options("tiers.prices", PriceTable, user_only=True)
    for name, ref in discover().items():
        if ref.distribution in _OURS:
            yield from _options(f"plugins.{name}", ref.load())


def _options(name: str, cls: type, *, user_only: bool = False) -> Iterator[str]:
    yield f"\n## [{name}]\n\n{_text(cls, name).splitlines()[0]}\n"
    fields = [field for field in attrs.fields(cls) if field.init and not field.name.startswith("_")]
    if not fields:
        yield "No options."
        return
    yield "| option | default | what | user file only |\n|---|---|---|---|"
    for field in fields:
        words = field.metadata.get(HELP, "")
        if not words:
            raise Undocumented(f"{name}.{field.name}")
        mark = "yes" if user_only or field.metadata.get(USER_ONLY) else ""
        yield f"| `{field.name}` | {_default(field.default)} | {words.replace('<', '&lt;')} | {mark} |"


def _default(value: object) -> str:
    if value is attrs.NOTHING:
        return "required"
    if isinstance(value, tuple) and len(value) > 4:  # noqa: PLR2004 - a long list is in the code
        return f"{len(value)} entries"
    if isinstance(value, _FACTORY):
        return "made anew"
    if attrs.has(type(value)):
        return "see `ccrouter config init`"
    return f"`{value!r}`".replace("|", "\\|")


def command_page() -> Iterator[str]:
    """Yield the page of the commands."""
    yield "# Commands\n"
    context = click.Context(application, info_name="ccrouter")
    for name in application.list_commands(context):
        command = application.get_command(context, name)
        if command is not None:
            yield from _command(f"ccrouter {name}", command)


def _command(path: str, command: click.Command) -> Iterator[str]:
    if not command.help:
        raise Undocumented(path)
    yield f"\n## {path}\n\n{inspect.cleandoc(command.help)}\n"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            if not parameter.help:
                raise Undocumented(f"{path} {parameter.opts[0]}")
            yield f"- `{', '.join(parameter.opts)}`: {parameter.help}"
    for example in getattr(command, "examples", ()):
        yield f"\n    {example}"
    if isinstance(command, click.Group):
        for name, child in sorted(command.commands.items()):
            yield from _command(f"{path} {name}", child)


def error_page() -> Iterator[str]:
    """Yield the page of the errors."""
    yield "# Errors\n\nEvery error says what, why and how to fix it."
    for name, cls in vars(errors).items():
        if isinstance(cls, type) and issubclass(cls, errors.RouterError):
            yield f"\n## {name} (exit code {cls.exit_code})\n\n{_text(cls, name)}"


PAGES = {"hooks": hook_page, "options": option_page, "commands": command_page, "errors": error_page}


def stale() -> list[str]:
    """Return the names of the pages that differ from what the code says. Undocumented when something has no text."""
    return [name for name, text in _texts().items() if _read(name) != text]


def _read(name: str) -> str:
    path = FOLDER / f"{name}.md"
    return path.read_text("utf-8") if path.exists() else ""


def _texts() -> dict[str, str]:
    return {name: "\n".join(page()).rstrip() + "\n" for name, page in PAGES.items()}


def main() -> int:
    """Write the pages, or check them."""
    if "--check" in sys.argv:
        found = stale()
        sys.stdout.write("".join(f"docs/reference/{name}.md is stale\n" for name in found))
        return bool(found)
    FOLDER.mkdir(exist_ok=True)
    for name, text in _texts().items():
        (FOLDER / f"{name}.md").write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
