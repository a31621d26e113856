"""`ccrouter plugins`: what is installed, and what it can do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from ccrouter_core.cli.catalogue import PREFIX, Installed, installed
from ccrouter_core.cli.command import Group
from ccrouter_core.cli.decisions import echo_lines, labelled
from ccrouter_core.cli.output import emit_json, table
from ccrouter_core.cli.plugins_check import check
from ccrouter_core.cli.plugins_new import new
from ccrouter_core.cli.texts import blanked
from ccrouter_core.errors import NotFound, suggest

if TYPE_CHECKING:
    from ccrouter_core.cli.invocation import Invocation
    from ccrouter_core.config.options import Option
    from ccrouter_core.settings import Settings


@click.group(
    "plugins",
    cls=Group,
    short_help="Show, check or begin plugins.",
    examples=("ccrouter plugins list", "ccrouter plugins show routing", "ccrouter plugins new sql"),
)
def command() -> None:
    """Show the installed plugins, check one, or begin a new one.

    Broken plugins are shown with the reason; disabled ones are not imported.
    """


command.add_command(check)
command.add_command(new)


@command.command("list", examples=("ccrouter plugins list", "ccrouter plugins list --json"))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def list_plugins(ctx: click.Context, *, as_json: bool) -> None:
    """List all installed plugins, the broken and the disabled ones too."""
    invocation: Invocation = ctx.obj
    found = installed(invocation.settings())
    if as_json:
        emit_json("plugins-list", plugins=[_json(one) for one in found])
    else:
        rows = [(one.ref.name, one.state, _origin(one), _short(one)) for one in found]
        table(("plugin", "state", "from", "what it does"), rows)


@command.command("show", examples=("ccrouter plugins show routing", "ccrouter plugins show routing --json"))
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def show_plugin(ctx: click.Context, name: str, *, as_json: bool) -> None:
    """Show the plugin NAME: where it comes from, the hooks it implements, its options with defaults."""
    invocation: Invocation = ctx.obj
    settings = invocation.settings()
    plugins = installed(settings)
    found = {key: one for one in plugins if one.ref.blocked for key in (one.ref.name, one.ref.label)}
    found |= {one.ref.name: one for one in plugins if not one.ref.blocked}
    if name not in found:
        raise NotFound(
            what=f"there is no plugin {name!r}",
            why=f"nothing installed has that name. {suggest(name, found)}".strip(),
            fix="see `ccrouter plugins list`",
        )
    if as_json:
        emit_json("plugins-show", **_json(found[name]))
    else:
        echo_lines(_lines(found[name], settings))


def _json(one: Installed) -> dict[str, Any]:
    trouble = one.trouble
    return {
        "name": one.ref.name,
        "version": one.ref.version,
        "distribution": one.ref.distribution,
        "class": one.ref.value,
        "state": one.state,
        "summary": one.summary,
        "hooks": list(one.hooks),
        "options": [_option_json(option) for option in one.options],
        "trouble": {"what": trouble.what, "why": trouble.why, "fix": trouble.fix} if trouble else None,
    }


def _option_json(option: Option) -> dict[str, Any]:
    from ccrouter_core.config.options import plain, words  # noqa: PLC0415 - only to show options

    return {
        "name": option.name,
        "type": words(option.type),
        "default": None if option.required else plain(option.default),
        "required": option.required,
        "help": option.help,
        "user_only": option.user_only,
    }


def _lines(one: Installed, settings: Settings) -> list[str]:
    lines = [click.style(one.ref.name, bold=True) + (f": {one.summary}" if one.summary else "")]
    lines += labelled("state", one.state) + labelled("from", _origin(one)) + labelled("class", one.ref.value)
    if one.trouble is not None:
        lines += labelled("what", one.trouble.what) + labelled("why", one.trouble.why)
        return lines + labelled("fix", one.trouble.fix)
    lines += labelled("hooks", ", ".join(name.removeprefix(PREFIX) for name in one.hooks) or "none")
    table = settings.plugins.get(one.ref.name, {})
    for option in map(_option_json, one.options):
        key = f"plugins.{one.ref.name}.{option['name']}"
        value = blanked(table.get(option["name"], option["default"]), key)
        note = ", yours alone to set" if option["user_only"] else ""
        lines += labelled(
            "option", f"{option['name']} = {json.dumps(value)}  ({option['type']}{note}) {option['help']}"
        )
    return lines


def _origin(one: Installed) -> str:
    return f"{one.ref.distribution} {one.ref.version}".strip() or "unknown"


def _short(one: Installed) -> str:
    return one.trouble.what if one.trouble is not None else one.summary
