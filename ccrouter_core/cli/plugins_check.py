"""`ccrouter plugins check`: does a plugin keep the contract?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccrouter_core.cli.command import Command
from ccrouter_core.cli.decisions import labelled
from ccrouter_core.cli.output import emit_json, printable
from ccrouter_core.errors import NotFound, RouterError, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccrouter_core.cli.invocation import Invocation
    from ccrouter_core.kit import Remark
    from ccrouter_core.kit.loading import Candidate

_COLOURS = {"ok": "green", "broken": "red", "advice": "yellow"}


@click.command(
    "check",
    cls=Command,
    short_help="Run the conformance kit on a plugin.",
    examples=("ccrouter plugins check sql", "ccrouter plugins check ./ccrouter-sql --json"),
)
@click.argument("plugin", metavar="NAME|PATH")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def check(ctx: click.Context, /, plugin: str, *, as_json: bool) -> None:
    """Check whether a plugin keeps the contract: names, options, hooks, and what its hooks answer to samples.

    NAME is an installed plugin; PATH is a module's file, or a folder with a pyproject.toml, that need not be installed.
    The code is imported and its hooks are called, apart from the one that does the work. Exit code 1 when something is
    broken; advice does not count.
    """
    invocation: Invocation = ctx.obj
    found = [(one, tuple(_remarks(one))) for one in _candidates(invocation, plugin)]
    remarks = [remark for _, each in found for remark in each]
    ok = all(remark.state != "broken" for remark in remarks)
    if as_json:
        listed = [
            {"name": one.ref.name, "class": one.ref.value, "checks": [_json(remark) for remark in each]}
            for one, each in found
        ]
        emit_json("plugins-check", ok=ok, plugins=listed)
    else:
        for one, each in found:
            _show(one.ref.name, each)
        click.echo("it keeps the contract" if ok else "it does not keep the contract")
    ctx.exit(0 if ok else 1)


def _candidates(invocation: Invocation, plugin: str) -> tuple[Candidate, ...]:
    """Return what is to be checked. NotFound when nothing installed has the name and no file is there."""
    from ccrouter_core.kit.loading import Candidate, candidates_at  # noqa: PLC0415 - slow, and only this command needs it
    from ccrouter_core.registry import discover  # noqa: PLC0415

    if "/" in plugin or plugin.endswith(".py") or plugin in {".", ".."}:
        return candidates_at(Path(plugin))
    settings = invocation.settings()
    installed = discover(settings.home)
    if plugin in installed and plugin not in settings.disable:
        return (Candidate(ref=installed[plugin]),)
    if plugin in installed:
        why, fix = "[ccrouter] disable names it, so it is not imported", "take it out of there for the check"
    elif plugin and Path(plugin).is_dir():
        return candidates_at(Path(plugin))
    else:
        why = f"nothing installed has that name, and there is no such folder. {suggest(plugin, installed)}".rstrip()
        fix = "see `ccrouter plugins list`, or name the module's file"
    raise NotFound(what=f"the plugin {plugin!r} cannot be checked", why=why, fix=fix)


def _remarks(candidate: Candidate) -> Iterator[Remark]:
    from ccrouter_core.kit import Remark, check_plugin  # noqa: PLC0415 - see above
    from ccrouter_core.kit.loading import name_remarks  # noqa: PLC0415

    try:
        with candidate.imported() as cls:
            yield Remark(check="plugin.loads", state="ok", reason=candidate.ref.value)
            yield from name_remarks(candidate, cls)
            yield from check_plugin(cls)
    except RouterError as error:
        yield Remark(check="plugin.loads", state="broken", reason=f"{error.what}: {error.why}", fix=error.fix)


def _json(remark: Remark) -> dict[str, str]:
    return {"check": remark.check, "state": remark.state, "reason": remark.reason, "fix": remark.fix}


def _show(name: str, remarks: tuple[Remark, ...]) -> None:
    click.echo(click.style(printable(name), bold=True))
    for remark in remarks:
        state = click.style(f"{remark.state:<7}", fg=_COLOURS[remark.state])
        click.echo(f"{state} {printable(remark.check)}: {printable(remark.reason)}")
        if remark.state != "ok" and remark.fix:
            for line in labelled("fix", remark.fix):
                click.echo(f"      {line}")
