"""Recorded findings of a project, against which only new ones fail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from attrs import evolve

from ccrouter_core.baseline import new_findings
from ccrouter_core.errors import NotFound, UsageError
from ccrouter_core.files import atomic_write
from ccrouter_core.models import Finding, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from ccrouter_core.models import Verdict

SCHEMA = "ccrouter/baseline/1"


def write_baseline(path: Path, verdicts: Iterable[Verdict]) -> None:
    """Write what failing checks found to a file, which is replaced whole. StoreError when it cannot be written."""
    found = [
        {"check": verdict.check, "rule": finding.rule, "path": finding.path, "message": finding.message}
        for verdict in verdicts
        if verdict.status is Status.FAIL
        for finding in verdict.findings
    ]
    atomic_write(
        path, json.dumps({"schema": SCHEMA, "findings": found}, indent=1) + "\n", backups=0, mode=0o644
    )


def read_baseline(path: Path) -> dict[str, list[Finding]]:
    """Return the findings of a file by check.

    Raises:
        NotFound: there is no such file.
        UsageError: it holds something else.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        known: dict[str, list[Finding]] = {}
        if document["schema"] != SCHEMA:
            raise ValueError(document["schema"])
        for entry in document["findings"]:
            finding = Finding(rule=entry["rule"], message=entry["message"], path=entry["path"])
            known.setdefault(entry["check"], []).append(finding)
    except FileNotFoundError:
        fix = f"record one: ccrouter validate --record {path}"
        raise NotFound(
            what=f"{path} does not exist", why="no findings were recorded there", fix=fix
        ) from None
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise UsageError(
            what=f"{path} holds no recorded findings",
            why=f"{type(error).__name__}: {error}",
            fix=f"record them anew: ccrouter validate --record {path}",
        ) from error
    return known


def without_known(verdict: Verdict, known: Mapping[str, Sequence[Finding]]) -> Verdict:
    """Return a verdict with what is new of its findings; when all are known it is passed. Without findings it stays."""
    if verdict.status is not Status.FAIL or verdict.check not in known or not verdict.findings:
        return verdict
    fresh = new_findings(known[verdict.check], verdict.findings)
    count = len(verdict.findings) - len(fresh)
    if not fresh:
        return evolve(verdict, status=Status.PASS, reason=f"nothing new, {count} known before", findings=())
    place = f"{fresh[0].path or ''}:{fresh[0].line or ''}".strip(":")
    reason = f"{len(fresh)} new finding(s), {count} known before; first: {place} {fresh[0].message}"
    return evolve(verdict, reason=reason, findings=fresh)
