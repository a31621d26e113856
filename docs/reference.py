"""Write docs/reference/*.md from the code: `python docs/reference.py [--check]`.

With `--check` nothing is written; the exit code is 1 when a page is stale. A hook, option, command or error without a
text is an error here, so nothing can stay undocumented.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import attrs
import click

from ccrouter_core import errors, hooks
from ccrouter_core.cli.app import application
from ccrouter_core.config.options import (
    Option,
    entries,
    is_array,
    is_mapping,
    members,
    options_of,
    plain,
    words,
)
from ccrouter_core.config.tables import ConfigFile
from ccrouter_core.config.templates import toml
from ccrouter_core.errors import RouterError
from ccrouter_core.registry import discover

FOLDER = Path(__file__).parent / "reference"
OURS = ("ccrouter", "ccrouter-dev", "ccrouter-knowledge", "ccrouter-latex")
PACKAGES = ("ccrouter_core", "ccrouter_plugins", "ccrouter_dev", "ccrouter_knowledge", "ccrouter_latex")


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
    for option in options_of(ConfigFile):
        if option.name != "plugins":
            yield from _below(option, (), user_only=option.user_only)
    for name, ref in discover().items():
        if ref.distribution in OURS:
            yield from _table(f"[plugins.{name}]", ref.load(), ("plugins", name))


def _table(heading: str, cls: type, path: tuple[str, ...], *, user_only: bool = False) -> Iterator[str]:
    """Yield the section of one table, and those of the tables in it."""
    yield f"\n## {heading}\n\n{_text(cls, heading).splitlines()[0]}\n"
    options = options_of(cls)
    if not options:
        yield "No options."
        return
    yield "| option | type | default | what | user file only |\n|---|---|---|---|---|"
    for option in options:
        if not option.help:
            raise Undocumented(f"{heading} {option.name}")
        mark = "yes" if user_only or option.user_only else ""
        cells = (f"`{option.name}`", words(option.type), _default(option), _cell(option.help), mark)
        yield f"| {' | '.join(cells)} |"
    for option in options:
        yield from _below(option, path, user_only=user_only or option.user_only)


def _below(option: Option, path: tuple[str, ...], *, user_only: bool) -> Iterator[str]:
    """Yield the sections of the tables that an option holds."""
    path = (*path, option.name)
    for kind in members(option.type):
        inner = entries(kind)[0] if is_array(kind) or is_mapping(kind) else kind
        if attrs.has(inner):
            here = (*path, "NAME") if is_mapping(kind) else path
            dotted = ".".join(here)
            heading = f"[[{dotted}]]" if is_array(kind) else f"[{dotted}]"
            yield from _table(heading, inner, here, user_only=user_only)


def _default(option: Option) -> str:
    if option.required:
        return "required"
    value = plain(option.default)
    if value is attrs.NOTHING or value is None:
        return "not set"
    if isinstance(value, list) and len(value) > 4:  # noqa: PLR2004 - a long list is in the code
        return f"{len(value)} entries"
    if isinstance(value, dict) and value:
        return "see `ccrouter config init`"
    return _cell(f"`{toml(value)}`")


def _cell(text: str) -> str:
    return text.replace("<", "&lt;").replace("|", "\\|")


def command_page() -> Iterator[str]:
    """Yield the page of the commands: the global options first."""
    yield "# Commands"
    context = click.Context(application, info_name="ccrouter", **application.context_settings)
    yield from _command("ccrouter", application, context)


def _command(path: str, command: click.Command, context: click.Context) -> Iterator[str]:
    if not command.help:
        raise Undocumented(path)
    yield f"\n## {path}\n\n    {path} {' '.join(command.collect_usage_pieces(context))}\n"
    yield inspect.cleandoc(command.help) + "\n"
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Argument):
            unsaid = set(re.findall(r"\w+", parameter.make_metavar(context))) - set(
                re.findall(r"\w+", command.help)
            )
            if unsaid:
                raise Undocumented(f"{path}: the help does not say what {', '.join(unsaid)} is")
        elif not isinstance(parameter, click.Option) or not parameter.help:
            raise Undocumented(f"{path} {parameter.opts[0]}")
        elif path == "ccrouter" or "--help" not in parameter.opts:
            shown, said = parameter.get_help_record(context) or ("", "")
            yield f"- `{shown}`: {' '.join(said.split())}"
    for example in getattr(command, "examples", ()):
        yield f"\n    {example}"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                inner = click.Context(child, info_name=name, parent=context)
                yield from _command(f"{path} {name}", child, inner)


def error_classes() -> list[type[RouterError]]:
    """Return every public error of core, plugins and domains: the modules are walked, so none can be forgotten."""
    found: dict[str, type[RouterError]] = {}
    for package in PACKAGES:
        root = import_module(package)
        for module in (root.__name__, *(info.name for info in walk_packages(root.__path__, f"{package}."))):
            if module.endswith(".__main__"):
                continue
            for value in vars(import_module(module)).values():
                if isinstance(value, type) and issubclass(value, RouterError) and value.__name__[0] != "_":
                    found[f"{value.__module__}.{value.__qualname__}"] = value
    base = [cls for cls in vars(errors).values() if cls in found.values()]
    return base + sorted(set(found.values()) - set(base), key=lambda cls: cls.__name__)


def error_page() -> Iterator[str]:
    """Yield the page of the errors."""
    yield "# Errors\n\nEvery error says what, why and how to fix it."
    for cls in error_classes():
        yield f"\n## {cls.__name__} (exit code {cls.exit_code})\n\n{_text(cls, cls.__name__)}"
        yield f"\nImport: `from {cls.__module__} import {cls.__name__}`. Kind of: `{cls.__base__.__name__}`."


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
