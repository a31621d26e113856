"""Only what a change brought counts against it: real projects already have findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from ccrouter_core import models as m


def new_findings(before: Iterable[m.Finding], after: Iterable[m.Finding]) -> tuple[m.Finding, ...]:
    """Return the findings of `after` that `before` did not have.

    Two findings are the same when rule, path and message are; a line that moved is not new, nor is a finding that
    moved to another file with its text (a renamed file).
    """
    known = Counter(_mark(finding) for finding in before)
    fresh = []
    for finding in after:
        if known[_mark(finding)]:
            known[_mark(finding)] -= 1
        else:
            fresh.append(finding)
    moved = Counter((rule, message) for rule, _, message in known.elements())
    new = []
    for finding in fresh:
        if moved[finding.rule, finding.message]:
            moved[finding.rule, finding.message] -= 1
        else:
            new.append(finding)
    return tuple(new)


def _mark(finding: m.Finding) -> tuple[str, str | None, str]:
    return finding.rule, finding.path, finding.message


def compare(
    check: str,
    request: m.Request,
    outcome: m.Outcome,
    find: Callable[[Path, tuple[str, ...]], Iterable[m.Finding]],
    suffixes: tuple[str, ...],
    *,
    proves: bool = True,
) -> m.Verdict | None:
    """Return the verdict of a finder run on the project before and after a change; None when nothing concerns it.

    Where no state before is known, every finding counts.

    Args:
        check: the verdict's name.
        request: its `cwd` is the project before the change; None when that is not known.
        outcome: its `workspace` is the project after the change, `changed` what was touched.
        find: given a folder and the changed paths, returns findings with paths relative to the folder.
        suffixes: of the files that concern the check.
        proves: whether finding nothing is a PASS. For a search of certain faults, which says nothing of a file that has
            others, it is NOT_APPLICABLE.
    """
    changed = tuple(path for path in outcome.changed if path.lower().endswith(suffixes))
    if not changed or outcome.workspace is None:
        return None
    after = tuple(find(Path(outcome.workspace), changed))
    before = find(Path(request.cwd), changed) if after and request.cwd is not None else ()
    fresh = new_findings(before, after)
    if fresh:
        reason = f"{len(fresh)} new finding(s); first: {fresh[0].path}:{fresh[0].line} {fresh[0].message}"
        return m.Verdict(check=check, status=m.Status.FAIL, reason=reason, findings=fresh)
    reason = f"nothing new in {len(changed)} file(s)" + (f", {len(after)} known before" if after else "")
    status = m.Status.PASS if proves else m.Status.NOT_APPLICABLE
    return m.Verdict(check=check, status=status, reason=reason)
