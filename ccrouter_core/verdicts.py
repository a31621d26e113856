"""What core itself says of an attempt, whatever plugins are there."""

from __future__ import annotations

from ccrouter_core.models import FailureKind, Finding, Outcome, Status, Verdict

_NAMED = 5  # paths in one reason; the findings name all


def core_verdicts(
    outcome: Outcome, *, edit: bool = False, strays: tuple[str, ...] = (), written: tuple[str, ...] = ()
) -> tuple[Verdict, ...]:
    """Return what core says of an outcome.

    A refusal is a FAIL, because a stronger tier may do it; a dry run proves nothing; no change where one was asked for,
    and a change where nothing was to be changed, are FAILs. An error ends the attempt by itself and is not judged
    further.

    Args:
        outcome: what came out.
        edit: whether the request asks for a change of files.
        strays: files changed outside of the working folder, relative to the repository's top; they are never applied.
        written: files changed in the user's own folder by an attempt that had only to read, relative to it.
    """
    if outcome.error is not None:
        refused = outcome.error.kind is FailureKind.REFUSAL
        return (_failed("core.refusal", outcome.error.message),) if refused else ()
    if not outcome.executed:
        return (Verdict(check="core.executed", status=Status.CANNOT_RUN, reason="nothing was executed"),)
    found: list[Verdict] = []
    if edit and not outcome.changed:
        reason = "no file was changed, although the request asks for a change"
        found.append(_failed("core.no_change", reason))
    if strays:
        found.append(
            _misplaced(
                "core.outside", "changed outside of the working folder, which is never applied", strays
            )
        )
    if written:
        found.append(_misplaced("core.read_only", "changed in place, though it had only to read", written))
    return tuple(found)


def named(paths: tuple[str, ...]) -> str:
    """Return the first paths, and how many more there are."""
    more = len(paths) - _NAMED
    return ", ".join(paths[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _misplaced(check: str, what: str, paths: tuple[str, ...]) -> Verdict:
    findings = tuple(Finding(rule=check, message=what, path=path) for path in paths)
    return _failed(check, f"{what}: {named(paths)}", findings)


def _failed(check: str, reason: str, findings: tuple[Finding, ...] = ()) -> Verdict:
    return Verdict(check=check, status=Status.FAIL, reason=reason, findings=findings)
