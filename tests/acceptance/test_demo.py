"""The demonstration, as a newcomer runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def test_the_demonstration_routes_climbs_asks_and_refuses(tmp_path: Path):
    """At least forty requests, three climbs and two questions; nothing errs, and the first line says what is recorded."""
    program = Path(sys.executable).parent / "ccrouter"
    done = subprocess.run(
        [program, "demo", "--json"], cwd=tmp_path, capture_output=True, text=True, timeout=380, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "recorded" in done.stderr.splitlines()[0]
    shown = json.loads(done.stdout)
    totals = shown["totals"]
    assert totals["requests"] >= 40
    assert totals["climbs"] >= 3
    assert totals["questions"] >= 2
    assert totals["refused"] == 2
    assert totals["cost_usd"] < totals["all_sonnet_usd"]
    ended = {request["text"]: request["state"] for request in shown["requests"]}
    assert {ended[text] for text in ("git status", "git log --oneline -5")} == {
        "unverified"
    }  # nothing ran them
    states = {request["state"] for request in shown["requests"]}
    assert states - {"unverified"} == {"passed", "clarify", "refuse"}
