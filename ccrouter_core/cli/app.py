"""The `ccrouter` command: global options, commands that load on first use, errors in three lines."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from ccrouter_core import __version__, logs
from ccrouter_core.cli.command import Group
from ccrouter_core.cli.invocation import Invocation
from ccrouter_core.cli.output import printable
from ccrouter_core.errors import RouterError, UsageError, suggest

# Headings of `ccrouter --help` and their commands. The command `some-name` is `command` in the module `some_name`.
SECTIONS: dict[str, tuple[str, ...]] = {
    "Requests": ("route", "run", "explain", "feedback", "rules", "validate", "domain", "demo"),
    "Setting up": ("init", "config", "plugins", "doctor"),
    "State": ("inspect", "store", "clear-state"),
}
INTERRUPTED = 130


class Told(click.ClickException):
    """A RouterError on its way to the person: three lines, and the traceback only when asked for."""

    def __init__(self, error: RouterError, *, verbose: bool) -> None:
        super().__init__(str(error))
        self.error = error
        self.verbose = verbose
        self.exit_code = error.exit_code  # type: ignore[misc]  # click declares it for the class

    def show(self, file: Any = None) -> None:
        """Write the error to standard error."""
        if self.verbose:
            import traceback  # noqa: PLC0415 - only on request

            trace = "".join(traceback.format_tb(self.error.__traceback__))
            click.echo(f"Traceback (most recent call last):\n{trace}", err=True, nl=False)
        click.echo(f"error: {self.error}", file=file, err=True)


class Application(Group):
    """The group of all commands. A command's module is imported when the command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of core's commands, in the order in which they are shown."""
        return [name for names in SECTIONS.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return core's command of this name, else a plugin's. UsageError with a suggestion when nobody has it."""
        if cmd_name in self.list_commands(ctx):
            module = import_module(f"ccrouter_core.cli.{cmd_name.replace('-', '_')}")
            command: click.Command = module.command
            return command
        if ctx.resilient_parsing:  # shell completion must not load plugins
            return None
        return self._of_plugin(ctx, cmd_name)

    def _of_plugin(self, ctx: click.Context, name: str) -> click.Command:
        known, trouble = list(self.list_commands(ctx)), ""
        try:
            commands = self._of_plugins(ctx)
            if name in commands:
                return commands[name]
            known += commands
        except RouterError as error:  # a misspelt core command must be told as such all the same
            trouble = f"\nPlugins could not be asked whether one of them has it: {error.what}"
        hint = suggest(name, known)
        raise click.UsageError(f"No such command {name!r}. {hint}".strip() + trouble, ctx)

    def _of_plugins(self, ctx: click.Context) -> dict[str, click.Command]:
        """Return the commands that plugins add, by name; core's own names stay core's."""
        calls = invocation_of(ctx).router(running=True, keeps=False).calls
        core = set(self.list_commands(ctx))
        return {
            command.name: command for command in calls.commands() if command.name and command.name not in core
        }

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands below their headings, one line each."""
        for title, names in SECTIONS.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            width = formatter.width - 18
            rows = [(name, command.get_short_help_str(width)) for name, command in commands if command]
            with formatter.section(title):
                formatter.write_dl(rows)
        self._format_plugins(ctx, formatter)

    def _format_plugins(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands that plugins add below a heading of their own; say so when they cannot be asked."""
        try:
            commands = self._of_plugins(ctx)
        except RouterError as error:
            with formatter.section("Plugins"):
                formatter.write_text(f"could not be asked for their commands: {printable(error.what)}")
            return
        width = formatter.width - 18
        rows = [(name, command.get_short_help_str(width)) for name, command in sorted(commands.items())]
        if rows:
            with formatter.section("Plugins"):
                formatter.write_dl(rows)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the global options; tell a wrong one as errors are told."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            raise _told(error, verbose=False) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; tell errors as they are to be told."""
        verbose = bool(ctx.params["verbose"])
        try:
            return super().invoke(ctx)
        except RouterError as error:
            raise Told(error, verbose=verbose) from error
        except click.UsageError as error:
            raise _told(error, verbose=verbose) from error
        except (KeyboardInterrupt, click.Abort):
            click.echo("interrupted", err=True)
            raise click.exceptions.Exit(INTERRUPTED) from None


def _told(error: click.UsageError, *, verbose: bool) -> click.ClickException:
    """Return click's complaint about a call in the three lines of every error; a group without a command shows help."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error
    path = error.ctx.command_path if error.ctx else "ccrouter"
    usage = UsageError(
        what=f"`{path}` cannot be called so", why=error.format_message(), fix=f"see `{path} --help`"
    )
    return Told(usage, verbose=verbose)


def invocation_of(ctx: click.Context) -> Invocation:
    """Return the global options that the context of the application holds; the help is asked before all are read."""
    params = ctx.params
    return Invocation(
        config=params.get("config"),
        overrides=params.get("overrides") or (),
        verbose=params.get("verbose", False),
    )


def _change_folder(_: click.Context, __: click.Parameter, folder: Path | None) -> None:
    if folder is not None:
        os.chdir(folder)


def _log_to_stderr(*, verbose: bool) -> None:
    """Let log records be told on standard error, labelled: warnings always, the rest on request."""
    if not verbose:
        logs.show_to_people()
        return
    import logging  # noqa: PLC0415 - only on request

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")


@click.group(
    cls=Application,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    examples=(
        'ccrouter route "Fix the typo in intro.tex"',
        'ccrouter run "Fix the typo in intro.tex"',
        "ccrouter explain r-1f",
    ),
)
@click.option(
    "-C",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    callback=_change_folder,
    is_eager=True,
    expose_value=False,
    help="Work as if started in this folder.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    is_eager=True,  # the help lists what plugins add, and this says which there are
    help="Use exactly this configuration file and no other.",
)
@click.option(
    "--set",
    "overrides",
    multiple=True,
    is_eager=True,
    metavar="KEY=VALUE",
    help="Set one option for this call, for example plugins.routing.preference=cheap. Repeatable.",
)
@click.option("--verbose", is_flag=True, help="Log to standard error, and show where an error came from.")
@click.version_option(__version__, prog_name="ccrouter", message="%(prog)s %(version)s")
@click.pass_context
def application(ctx: click.Context, /, *, verbose: bool, **_: Any) -> None:
    """Send each request to the cheapest model tier able to do it, check the result, climb when it fails."""
    ctx.obj = invocation_of(ctx)
    if os.environ.get("NO_COLOR"):
        ctx.color = False
    _log_to_stderr(verbose=verbose)
