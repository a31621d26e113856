"""`ccrouter config`: what is configured, where that came from, and whether it is valid."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccrouter_core import config
from ccrouter_core.cli.catalogue import Installed, brought, classes_of, installed, unusable
from ccrouter_core.cli.command import Group
from ccrouter_core.cli.output import emit_json, printable, table
from ccrouter_core.cli.texts import blanked
from ccrouter_core.errors import ConfigError, RouterError, suggest

if TYPE_CHECKING:
    from ccrouter_core.cli.invocation import Invocation
    from ccrouter_core.settings import Settings

CONFLICT = 5
_MAX_CELL = 60  # characters of a value in the table; `config explain` shows it whole
_PROJECT_MODE = 0o644  # a project's file is shared by all who work on the project
_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def _warn(messages: tuple[str, ...]) -> None:
    for message in messages:
        click.echo(f"warning: {printable(message)}", err=True)


@click.group(
    "config",
    cls=Group,
    examples=(
        "ccrouter config show",
        "ccrouter config explain plugins.routing.preference",
        "ccrouter config init --dry-run",
        "ccrouter config schema > ccrouter.schema.json",
    ),
)
def command() -> None:
    """Show, explain, check or write the configuration."""


# --- show and explain ------------------------------------------------------------------------------------------


@command.command(examples=("ccrouter config show --changed",))
@click.option("--changed", is_flag=True, help="Only what differs from the defaults.")
@_as_json
@click.pass_obj
def show(invocation: Invocation, *, changed: bool, as_json: bool) -> None:
    """Show every option with its value and where that came from. Secrets are blanked."""
    settings = invocation.settings()
    plugins = installed(settings)
    config.validate(settings, [one.ref.name for one in plugins])
    records = [
        record
        for record in config.explain_all(settings, classes_of(plugins))
        if not changed or record.origin.source != "default"
    ]
    files = _files(invocation)
    _warn(unusable(plugins))
    if as_json:
        emit_json("config-show", files=files, options=[_document(record) for record in records])
        return
    for file in files:
        state = "" if file["exists"] else " (does not exist)"
        trust = "" if file["trusted"] else " (project: not trusted)"
        click.echo(f"{file['path']}{trust}{state}")
    click.echo()
    rows = ((record.key, _short(_text(record.value, record.key)), record.origin.source) for record in records)
    table(("option", "value", "from"), rows)


@command.command(
    "explain", examples=("ccrouter config explain ccrouter.store", "ccrouter config explain tiers --json")
)
@click.argument("key")
@_as_json
@click.pass_obj
def explain_key(invocation: Invocation, key: str, *, as_json: bool) -> None:
    """Say what one option means, what it is set to, and where that came from.

    KEY is dotted as in `--set`: ccrouter.budget_tokens, plugins.routing.preference, tiers.
    """
    settings = invocation.settings()
    plugins = installed(settings)
    _warn(unusable(plugins))
    record = config.explain(settings, key, classes_of(plugins))
    if as_json:
        emit_json("config-explain", **_document(record))
        return
    who = "only the user's own file, environment or command line" if record.user_only else "anybody"
    click.echo(f"{record.key} = {_text(record.value, record.key)}")
    for title, text in (
        ("from", record.origin.source),
        ("default", _text(record.default, record.key)),
        ("type", record.type),
        ("set by", who),
        ("meaning", record.help or "-"),
    ):
        click.echo(f"  {title:<8} {printable(text)}")


def _files(invocation: Invocation) -> list[dict[str, Any]]:
    if invocation.config is not None:
        return [{"path": str(invocation.config), "trusted": True, "exists": True}]
    paths = config.config_paths(Path.cwd(), os.environ)
    return [{"path": str(p.path), "trusted": p.trusted, "exists": p.path.exists()} for p in paths]


def _document(record: config.Explained) -> dict[str, Any]:
    return {
        "key": record.key,
        "value": blanked(record.value, record.key),
        "default": record.default,
        "origin": record.origin.source,
        "trusted": record.origin.trusted,
        "type": record.type,
        "help": record.help,
        "user_only": record.user_only,
    }


def _text(value: Any, name: str) -> str:
    if value is None:
        return "(not set)"
    return printable(json.dumps(blanked(value, name), ensure_ascii=False, default=str))


def _short(text: str) -> str:
    return text if len(text) <= _MAX_CELL else f"{text[: _MAX_CELL - 3]}..."


# --- validate and schema ---------------------------------------------------------------------------------------


@command.command(examples=("ccrouter config validate", "ccrouter config validate ./candidate.toml --json"))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@_as_json
@click.pass_context
def validate(ctx: click.Context, file: Path | None, *, as_json: bool) -> None:
    """Check the configuration, or FILE as the user's own, and name every fault at once. Exits 78 when it has any."""
    invocation: Invocation = ctx.obj
    faults, warnings = _checked(invocation, file)
    if as_json:
        listed = [
            {"place": fault.place, "problem": fault.problem, "file": fault.source, "line": fault.line}
            for fault in (faults.faults if faults else ())
        ]
        emit_json("config-validate", valid=not faults, faults=listed, warnings=list(warnings))
        ctx.exit(faults.exit_code if faults else 0)
    _warn(warnings)
    if faults:
        raise faults
    click.echo("The configuration is valid.")


def _checked(invocation: Invocation, file: Path | None) -> tuple[config.ConfigFaults | None, tuple[str, ...]]:
    """Return every fault of every table in one error, None when there is none, and warnings."""
    found: list[config.Fault] = []
    try:
        settings = config.load(file, overrides=invocation.overrides) if file else invocation.settings()
    except config.ConfigFaults as error:
        if error.usable is None:
            return error, ()
        settings, found = error.usable, [*error.faults]
    plugins = installed(settings)
    names = [one.ref.name for one in plugins]
    found += config.table_faults(settings, names, classes_of(plugins))
    missing = _without_executor(settings, plugins, names) if _executors_are_known(found, plugins) else ()
    if (
        "tiers" in settings.origins
    ):  # a ladder that somebody wrote; without one the default may have no executor
        found += [config.Fault(path=("tiers",), problem=text) for text in missing]
        missing = ()
    warnings = (
        *unusable(plugins),
        *config.strange_names(settings, names),
        *config.unpriced(settings),
        *missing,
    )
    return config.config_error(found, settings.origins) if found else None, warnings


def _executors_are_known(faults: list[config.Fault], plugins: list[Installed]) -> bool:
    """Return whether nothing that is wrong hides a tier, or an executor that a plugin would bring."""
    whole = not any(fault.path[:1] == ("tiers",) for fault in faults)
    return whole and not any(isinstance(one.trouble, ConfigError) for one in plugins)


def _without_executor(settings: Settings, plugins: list[Installed], names: list[str]) -> tuple[str, ...]:
    """Return a message for each tier whose executor is none of those that the enabled plugins bring."""
    executors = brought(plugins, settings)
    known = ", ".join(executors) or "none"

    def hint(name: str) -> str:
        if name in names:
            return (
                f"{name} is a plugin; `ccrouter plugins show {name}` says which executors it brings, and when"
            )
        return suggest(name, executors)

    return tuple(
        f"the tier {tier.name} names the executor {tier.executor!r}, which no enabled plugin brings "
        f"(there is: {known}). {hint(tier.executor)}".rstrip()
        for tier in settings.ladder
        if tier.executor not in executors
    )


@command.command("schema", examples=("ccrouter config schema > ccrouter.schema.json",))
@_as_json
@click.pass_obj
def print_schema(invocation: Invocation, *, as_json: bool) -> None:
    """Print the JSON Schema of a configuration file with the installed plugins, for editors."""
    plugins = installed(invocation.settings())
    _warn(unusable(plugins))
    document = config.schema(classes_of(plugins))
    if as_json:
        emit_json("config-schema", json_schema=document)
    else:
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))


# --- init ------------------------------------------------------------------------------------------------------


@command.command(
    "init",
    examples=(
        "ccrouter config init --dry-run",
        "ccrouter config init --project",
        "ccrouter config init --force",
    ),
)
@click.option(
    "--project", is_flag=True, help="Write ccrouter.toml in this folder, with what a project may set."
)
@click.option("--dry-run", is_flag=True, help="Print the file instead of writing it.")
@click.option("--force", is_flag=True, help="Replace a file that exists; its content is kept as .bak1.")
@click.pass_obj
def init(invocation: Invocation, *, project: bool, dry_run: bool, force: bool) -> None:
    """Write a configuration file in which every option stands, explained and commented out."""
    settings = _settings_or_defaults(invocation)
    plugins = installed(settings)
    _warn(unusable(plugins))
    text = config.template(classes_of(plugins), project=project)
    path = _target(invocation, project=project)
    if dry_run:
        click.echo(text, nl=False)
        return
    if path.exists() and not force:
        error = RouterError(
            what=f"{path} exists",
            why="writing the template would replace what it says",
            fix="edit it, or pass --force: its content is then kept beside it as .bak1",
        )
        error.exit_code = CONFLICT
        raise error
    _write(path, text, project=project)
    click.echo(f"wrote {path}")


def _settings_or_defaults(invocation: Invocation) -> Settings:
    """Return the settings; the defaults when the files have faults, because `init --force` may be the remedy."""
    from ccrouter_core.settings import Settings  # noqa: PLC0415 - beside its only use

    try:
        return invocation.settings()
    except config.ConfigFaults as error:
        _warn(tuple(map(str, error.faults)))
        return Settings()


def _target(invocation: Invocation, *, project: bool) -> Path:
    if project:
        return Path.cwd() / "ccrouter.toml"
    return invocation.config or config.config_paths(Path.cwd(), os.environ)[0].path


def _write(path: Path, text: str, *, project: bool) -> None:
    from ccrouter_core.files import PRIVATE_FILE, atomic_write, ensure_folder  # noqa: PLC0415 - only to write

    ensure_folder(path.parent)
    atomic_write(path, text, mode=_PROJECT_MODE if project else PRIVATE_FILE)
