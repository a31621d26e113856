"""`ccrouter doctor`: what is wrong on this machine, each problem with its fix."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import frozen

from ccrouter_core.cli.catalogue import Installed, classes_of, installed
from ccrouter_core.cli.command import Command
from ccrouter_core.cli.output import emit_json, printable
from ccrouter_core.config import ConfigFaults, Fault, config_error, strange_names, table_faults, unpriced
from ccrouter_core.errors import RouterError, StoreDamaged
from ccrouter_core.files import ensure_private_dir
from ccrouter_core.models import Check
from ccrouter_core.redact import redact, without_credentials
from ccrouter_core.runtime import default_home
from ccrouter_core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccrouter_core.cli.invocation import Invocation
    from ccrouter_core.pipeline import Router


@frozen(kw_only=True)
class Finding:
    """A check, whether anything depends on it, and whether it is only worth knowing."""

    check: Check
    needed: bool = True
    warns: bool = False

    @property
    def state(self) -> str:
        """Return ok, problem, warning, or unused for what fails but is not needed."""
        if self.check.passed:
            return "ok"
        return "warning" if self.warns else "problem" if self.needed else "unused"


@frozen(kw_only=True)
class Wanted:
    """What doctor is to do beside looking."""

    restore: bool = False
    self_test: bool = False
    dry_run: bool = False


@click.command(
    "doctor",
    cls=Command,
    examples=("ccrouter doctor", "ccrouter doctor --self-test", "ccrouter doctor --restore"),
)
@click.option("--restore", is_flag=True, help="Mend a damaged store from its newest backup first.")
@click.option(
    "--self-test", "self_test", is_flag=True, help="Also let every plugin test itself in a temporary folder."
)
@click.option("--dry-run", is_flag=True, help="Only look: remove, end and restore nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(ctx: click.Context, /, *, as_json: bool, **options: bool) -> None:
    """Check this machine and say how to fix what is wrong. Exit code 1 when something is.

    Nothing is spent and no credential is read. Copies that ended runs left behind are removed, and what killed runs
    left at work is ended, unless this is a dry run.
    """
    findings = list(_findings(ctx.obj, Wanted(**options)))
    problems = sum(finding.state == "problem" for finding in findings)
    if as_json:
        emit_json("doctor", ok=not problems, checks=[_json(finding) for finding in findings])
    else:
        for finding in findings:
            _show(finding)
        click.echo("all is well" if not problems else f"{problems} to fix")
    ctx.exit(1 if problems else 0)


def _findings(invocation: Invocation, wanted: Wanted) -> Iterator[Finding]:
    """Yield every finding, going on as far as what is wrong allows."""
    settings, faults = _configured(invocation)
    found = installed(settings)
    faults += table_faults(settings, {one.ref.name for one in found}, classes_of(found))
    broken = config_error(faults, settings.origins) if faults else None
    yield _good("configuration", "valid") if broken is None else _bad("configuration", broken)
    home = settings.home or default_home()
    try:
        ensure_private_dir(home)
        with tempfile.TemporaryFile(dir=home):
            pass
        yield _good("state folder", str(home))
    except (RouterError, OSError) as error:
        yield _bad("state folder", error)
        return
    yield from _plugins(found, settings)
    yield _good("leftovers", _swept(home, wanted))
    if broken is None:  # without a valid configuration no command can open the store
        yield from _router(invocation, wanted)


def _configured(invocation: Invocation) -> tuple[Settings, list[Fault]]:
    """Return the settings, as far as they can be read, and what is wrong with the core's tables."""
    try:
        return invocation.settings(), []
    except ConfigFaults as error:
        return error.usable or Settings(), [*error.faults]


def _plugins(found: list[Installed], settings: Settings) -> Iterator[Finding]:
    for one in found:
        if one.trouble is not None and not isinstance(one.trouble, ConfigFaults):
            yield _bad(f"plugin {one.ref.label}", one.trouble)
    for text in (*strange_names(settings, {one.ref.name for one in found}), *unpriced(settings)):
        yield _warning("configuration", text, "correct it, or leave it as it is")
    enabled = sum(one.state == "enabled" for one in found)
    yield _good("plugins", f"{enabled} of {len(found)} enabled and whole")


def _swept(home: Path, wanted: Wanted) -> str:
    from ccrouter_core.workspaces import abandoned, sweep  # noqa: PLC0415 - not needed for the help

    if wanted.dry_run:
        return f"{len(abandoned(home))} abandoned workspaces would be removed"
    return f"{sweep(home)} abandoned workspaces removed"


def _router(invocation: Invocation, wanted: Wanted) -> Iterator[Finding]:
    """Yield what an open router shows: store, executors, self-tests."""
    try:
        router = invocation.router(running=True)
        trouble = _mended(router, wanted)
    except RouterError as error:
        trouble = _bad("store", error)
    if trouble is not None:
        yield trouble
        return
    try:
        yield _store(router)
        for text in router.ties:
            yield _warning("order", text, "name them in `[ccrouter] order`, the first one first")
        yield from _executors(router)
        if wanted.self_test:
            yield from _self_tests(router)
    finally:
        router.close()


def _store(router: Router) -> Finding:
    kept_at = router.runtime.store.location
    if kept_at.startswith("memory:") and not router.location.startswith("memory:"):
        fix = "enable the plugin sqlite, or set [ccrouter] store"
        reason = f"no plugin keeps {without_credentials(router.location)}, so nothing outlives a command"
        return Finding(check=Check(name="store", passed=False, reason=reason, fix=fix))
    return _good("store", kept_at)


def _executors(router: Router) -> Iterator[Finding]:
    executors = router.runtime.executors
    wanted = {tier.executor: tier.name for tier in router.settings.ladder}
    for name, tier in wanted.items():
        if name not in executors:
            known = ", ".join(sorted(executors)) or "none"
            reason = f"the tier {tier} names it, but no plugin brings it (there is: {known})"
            fix = "name another executor in [[tiers]], or install the plugin"
            yield Finding(check=Check(name=f"executor {name}", passed=False, reason=reason, fix=fix))
    for name, executor in sorted(executors.items()):
        check = executor.check()
        shown = Check(name=f"executor {name}", passed=check.passed, reason=check.reason, fix=check.fix)
        yield Finding(check=shown, needed=name in wanted)


def _self_tests(router: Router) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory(prefix="ccrouter-self-test-") as base:

        def folder_of(plugin: str) -> Path:
            folder = Path(base, plugin)
            folder.mkdir()
            return folder

        for check in router.calls.self_test(folder_of):
            yield Finding(check=check)


def _mended(router: Router, wanted: Wanted) -> Finding | None:
    """Open the router; return the finding that stands in the way, or None when it is open."""
    try:
        router.open(tidy=not wanted.dry_run)
    except StoreDamaged as error:
        if not wanted.restore or wanted.dry_run:
            return _bad("store", error)
        backup = router.calls.restore_store(router.location)
        if backup is None:
            return _bad("store", error)
        click.echo(f"restored from {backup}", err=True)
        router.open()
    return None


def _good(name: str, reason: str) -> Finding:
    return Finding(check=Check(name=name, passed=True, reason=reason))


def _bad(name: str, error: RouterError | OSError) -> Finding:
    if isinstance(error, OSError):
        return Finding(check=Check(name=name, passed=False, reason=str(error), fix="mend that folder"))
    reason = f"{error.what}: {error.why}"
    return Finding(check=Check(name=name, passed=False, reason=reason, fix=error.fix))


def _warning(name: str, reason: str, fix: str) -> Finding:
    return Finding(check=Check(name=name, passed=False, reason=reason, fix=fix), needed=False, warns=True)


def _json(finding: Finding) -> dict[str, object]:
    check = finding.check
    return {
        "name": check.name,
        "state": finding.state,
        "needed": finding.needed,
        "reason": redact(check.reason),
        "fix": None if check.passed else redact(check.fix),
    }


def _show(finding: Finding) -> None:
    colour = {"ok": "green", "problem": "red", "warning": "yellow", "unused": None}[finding.state]
    state = click.style(f"{finding.state:<8}", fg=colour)
    click.echo(f"{state} {printable(finding.check.name)}: {printable(redact(finding.check.reason))}")
    if finding.state in {"problem", "warning"} and finding.check.fix:
        click.echo(f"{'':<8}   fix: {printable(redact(finding.check.fix))}")
