"""A self-test without cost: a small program that speaks the client's protocol stands in for the client."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ccrouter_core.models import Check, FailureKind, Tier
from ccrouter_core.services import Cancel, Job, Limits
from ccrouter_plugins.claude_code.arguments import ClaudeSettings
from ccrouter_plugins.claude_code.engine import ClaudeCodeExecutor

if TYPE_CHECKING:
    from pathlib import Path

    from ccrouter_core.models import Outcome

_STAND_IN = """#!{python}
import json, sys, time
prompt = sys.stdin.read()
def say(**event): print(json.dumps(event), flush=True)
say(type="system", subtype="init", session_id="s", model="stand-in")
if "wait" in prompt: time.sleep(60)
used = {{"stand-in": {{"inputTokens": len(prompt), "outputTokens": 3}}}}
say(type="result", subtype="success", is_error=False, result=prompt.upper(), modelUsage=used)
"""


def checks(folder: Path) -> tuple[Check, ...]:
    """Return two checks: an answer is read whole, and a job that hangs is ended in time.

    Args:
        folder: an empty folder; the stand-in program is written there.
    """
    program = folder / "stand-in"
    program.write_text(_STAND_IN.format(python=sys.executable), encoding="utf-8")
    program.chmod(0o700)
    executor = ClaudeCodeExecutor(ClaudeSettings(executable=str(program)))
    answered = _run(executor, folder, "say it", Limits(total_ms=20_000))
    stopped = _run(executor, folder, "wait", Limits(first_event_ms=500, total_ms=20_000))
    timed_out = stopped.error is not None and stopped.error.kind is FailureKind.TIMEOUT
    return (
        Check(
            name="claude_code.reads-answer",
            passed=answered.text == "SAY IT",
            reason=str(answered.error or ""),
        ),
        Check(
            name="claude_code.ends-in-time", passed=timed_out, reason=str(stopped.error or "it was not ended")
        ),
    )


def _run(executor: ClaudeCodeExecutor, folder: Path, prompt: str, limits: Limits) -> Outcome:
    tier = Tier(name="stand-in", rank=1, model="stand-in")
    return executor.start(Job(prompt=prompt, tier=tier, cwd=str(folder)), limits, Cancel()).result()
