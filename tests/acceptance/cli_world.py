"""A small world for the command line: a project, a state folder, and one installed third-party plugin, `tiny`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

# Decides, executes and checks by words of the request, so that a test says what is to happen.
TINY = '''
"""A plugin of a third party."""

from pathlib import Path

from ccrouter_core import (
    Action, Admission, Admit, Check, Decision, DomainMatch, Phase, Signal, Status, Verdict, Workflow, hookimpl,
    option, plugin,
)
from ccrouter_core.models import FailureKind
from ccrouter_core.testing.executors import Reply, ScriptedExecutor


def reply(job):
    if "typo" in job.prompt:
        return Reply(text="fixed", edits={"a.txt": "the text\\n"}, cost_nano_usd=2_000_000)
    if "slow" in job.prompt:
        return Reply(text="started", delay_ms=60_000)
    if "quota" in job.prompt:
        return Reply(failure=FailureKind.QUOTA)
    if "crash" in job.prompt:
        return Reply(failure=FailureKind.CRASHED)
    weak = "bad" in job.prompt and (job.tier.name == "haiku" or "always" in job.prompt)
    return Reply(text="nonsense" if weak else "an answer", cost_nano_usd=1_000_000)


def replies():
    while True:
        yield reply


@plugin
class Tiny:
    """Knows a few words."""

    floor: str = option("sonnet", help="the tier of what destroys")
    program: str = option("true", help="what it runs", user_only=True)

    @hookimpl
    def ccrouter_domain(self, request):
        if request.cwd and (Path(request.cwd) / "a.txt").exists():
            return DomainMatch(domain="letters", confidence=0.8, evidence=("a.txt",))

    @hookimpl
    def ccrouter_workflows(self):
        return Workflow(name="writing", domain="letters", phases=(Phase(name="write", gates=("tiny.sense",)),))

    @hookimpl
    def ccrouter_signals(self, request):
        at = request.text.find("typo")
        if at >= 0:
            yield Signal(name="tiny.typo", reason="names a typo", span=(at, at + 4), supports="haiku")
        if "it better" in request.text:
            yield Signal(name="tiny.vague", reason="says not what", question="Make what better?")
        if "destroy" in request.text:
            yield Signal(name="tiny.destroys", reason="destroys", floor=self.floor, confirm="destroys the letters")

    @hookimpl
    def ccrouter_route(self, request, signals):
        tier = "haiku" if any(signal.supports for signal in signals) or "bad" in request.text else "sonnet"
        return Decision(action=Action.ROUTE, tier=tier, agent=f"{tier}-general", confidence=0.9, reasons=signals,
                        expected_cost_nano_usd=5_000_000)

    @hookimpl
    def ccrouter_admit(self, request):
        if "tonight" in request.text:
            return Admission(verdict=Admit.DEFER, reason="it is not night yet")

    @hookimpl
    def ccrouter_executors(self, runtime):
        return ScriptedExecutor(name="tiny", replies=replies())

    @hookimpl
    def ccrouter_validate(self, outcome):
        good = "nonsense" not in outcome.text
        for name in outcome.changed:
            good = good and (Path(outcome.workspace) / name).read_bytes() != b"broken\\n"
        return Verdict(check="tiny.sense", status=Status.PASS if good else Status.FAIL, reason="it must make sense")

    @hookimpl
    def ccrouter_commands(self):
        import click

        @click.command("greet")
        def greet():
            """Say hello."""
            click.echo("hello")

        return greet

    @hookimpl
    def ccrouter_self_test(self, folder):
        (folder / "x").write_text("x")
        return Check(name="tiny.writes", passed=True)
'''

CONFIG = """
[ccrouter]
disable = [
    "anthropic_api", "claude_code", "command", "dev", "dry_run", "knowledge", "latex", "replay", "routing", "validation"
]
{more}

[[tiers]]
name = "haiku"
model = "haiku"
executor = "tiny"
prices = {{ input = 0.1, output = 0.5 }}
[[tiers]]
name = "sonnet"
model = "sonnet"
executor = "tiny"
prices = {{ input = 2.0, output = 10.0 }}
"""


class World:
    """Folders of one test: `project` is the working folder, `home` the state folder, `site` what is installed."""

    def __init__(self, base: Path) -> None:
        self.project, self.home, self.site = base / "project", base / "home", base / "site"
        for folder in (self.project, self.home, self.site):
            folder.mkdir()
        self.home.chmod(0o700)
        (self.project / "a.txt").write_text("teh text\n")
        self.install("tiny", "Tiny", TINY)
        self.configure()

    def configure(self, more: str = "") -> None:
        """Write the user's configuration; `more` are further lines of `[ccrouter]`."""
        (self.home / "config.toml").write_text(CONFIG.format(more=more))

    def install(self, name: str, cls: str, source: str, *, point: str | None = None) -> None:
        """Install a distribution `ccrouter-NAME` of one plugin, under the entry point `point` (its own name)."""
        (self.site / f"ccrouter_{name}.py").write_text(textwrap.dedent(source))
        info = self.site / f"ccrouter_{name}-1.0.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: ccrouter-{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[ccrouter]\n{point or name} = ccrouter_{name}:{cls}\n")

    @property
    def environ(self) -> dict[str, str]:
        """Return the environment of a process in this world."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("CCROUTER", "PYTHON"))}
        return {
            **kept,
            "CCROUTER_HOME": str(self.home),
            "PYTHONPATH": str(self.site),
            "HOME": str(self.home.parent),
        }

    @property
    def program(self) -> str:
        """Return the installed `ccrouter` script."""
        return str(Path(sys.executable).with_name("ccrouter"))

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run `ccrouter ARGUMENTS` as a process in the project, with nothing on standard input."""
        options = {"env": self.environ, "timeout": 60, **options}
        if "input" not in options:
            options["stdin"] = subprocess.DEVNULL
        return subprocess.run(
            [self.program, *arguments],
            cwd=self.project,
            capture_output=True,
            text=True,
            check=False,
            **options,
        )

    def json(self, *arguments: str) -> dict[str, Any]:
        """Return the one JSON object that a successful process prints."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        document: dict[str, Any] = json.loads(done.stdout)
        return document
