"""`ccrouter domain`: which domains there are, and which one owns a folder."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccrouter_core.cli.command import Group
from ccrouter_core.cli.decisions import echo_lines, labelled
from ccrouter_core.cli.output import emit_json
from ccrouter_core.errors import NotFound, suggest
from ccrouter_core.models import Request

if TYPE_CHECKING:
    from ccrouter_core.cli.invocation import Invocation
    from ccrouter_core.models import Workflow

# A request always has a text; this one says nothing, so that only the folder speaks.
_NO_WORDS = "?"


@click.group(
    "domain",
    cls=Group,
    short_help="Show the domains, and which one owns a folder.",
    examples=("ccrouter domain detect", "ccrouter domain list"),
)
def command() -> None:
    """Show the domains: kinds of project with ways of working of their own."""


@command.command("list", examples=("ccrouter domain list", "ccrouter domain list --json"))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def list_domains(ctx: click.Context, *, as_json: bool) -> None:
    """List the installed domains with their workflows."""
    invocation: Invocation = ctx.obj
    workflows = sorted(invocation.router().calls.workflows(), key=lambda one: (one.domain, one.name))
    groups = [(name, list(group)) for name, group in groupby(workflows, key=lambda one: one.domain)]
    if as_json:
        domains = [
            {"name": name, "workflows": [_workflow_json(one) for one in group]} for name, group in groups
        ]
        emit_json("domain-list", domains=domains)
    elif not groups:
        click.echo("no domain is installed; `pip install ccrouter-latex` or another domain brings one")
    for name, group in [] if as_json else groups:
        echo_lines(labelled(name, ", ".join(workflow.name for workflow in group)))


@command.command("detect", examples=("ccrouter domain detect", "ccrouter domain detect ~/paper --json"))
@click.argument(
    "folder", metavar="[DIR]", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def detect(ctx: click.Context, folder: Path, *, as_json: bool) -> None:
    """Say which domain owns the project in DIR (the working folder), and what shows it."""
    invocation: Invocation = ctx.obj
    matches = invocation.router().calls.domains(Request(text=_NO_WORDS, cwd=str(folder.resolve())))
    best = matches[0] if matches else None
    if as_json:
        emit_json(
            "domain-detect",
            domain=best.domain if best else None,
            confidence=best.confidence if best else 0.0,
            evidence=list(best.evidence) if best else [],
        )
    elif best is None:
        click.echo("no domain: nothing here is known to one")
    else:
        click.echo(f"{best.domain}, {best.confidence:.2f} sure")
        echo_lines(line for evidence in best.evidence for line in labelled("", evidence))


@command.command(
    "workflow", examples=("ccrouter domain workflow bug_fix", "ccrouter domain workflow bug_fix --json")
)
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def show_workflow(ctx: click.Context, name: str, *, as_json: bool) -> None:
    """Show the phases of the workflow NAME with the checks that close each, and its tiers."""
    invocation: Invocation = ctx.obj
    workflows = invocation.router().calls.workflows()
    found = [one for one in workflows if one.name == name]
    if not found:
        known = [one.name for one in workflows]
        raise NotFound(
            what=f"there is no workflow {name!r}",
            why=f"the installed domains have: {', '.join(sorted(known)) or 'none'}",
            fix=suggest(name, known) or "see `ccrouter domain list`",
        )
    if as_json:
        emit_json(
            "domain-workflow", workflows=[{"domain": one.domain, **_workflow_json(one)} for one in found]
        )
    for one in [] if as_json else found:
        echo_lines(_workflow_lines(one))


def _workflow_lines(workflow: Workflow) -> list[str]:
    lines = [f"{workflow.name} ({workflow.domain}, {workflow.parallelism.value})"]
    for number, phase in enumerate(workflow.phases):
        lines += labelled(
            "" if number else "phases",
            phase.name + (f": closed by {', '.join(phase.gates)}" if phase.gates else ""),
        )
    tiers = ", ".join(f"{kind} {tier}" for kind, tier in workflow.tiers)
    return lines + (labelled("tiers", tiers) if tiers else [])


def _workflow_json(workflow: Workflow) -> dict[str, Any]:
    return {
        "name": workflow.name,
        "phases": [{"name": phase.name, "gates": list(phase.gates)} for phase in workflow.phases],
        "parallelism": workflow.parallelism.value,
        "tiers": dict(workflow.tiers),
    }
