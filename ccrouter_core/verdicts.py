"""What core itself says of an attempt, whatever plugins are there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from attrs import Factory, frozen

from ccrouter_core.commands import Grant, asked, commands_verdict
from ccrouter_core.diffs import FileChange
from ccrouter_core.models import FailureKind, Finding, Outcome, Request, Signal, Status, Verdict
from ccrouter_core.unasked import Edited, unasked_verdicts

_NAMED = 5  # paths in one reason; the findings name all
_ECHOED_WORDS = 3
_WORD = re.compile(r"\w+")


@frozen(kw_only=True)
class Seen:
    """What core saw of an attempt beside its outcome.

    Attributes:
        edit: whether the request asks for a change of files, which is then made in a workspace.
        files: how the files differ that were changed in a workspace.
        strays: files changed outside of the working folder, relative to the repository's top; they are never applied.
        told: the request and what failed before, line by line: an answer of nothing else is none.
        context: the parts of the project that the model was shown.
        signals: what was noticed about the request.
        grant: which commands the attempt was allowed to run.
        request: as the person wrote it; None when it is not known.
        lowest: whether the attempt was made on the lowest tier.
    """

    edit: bool = False
    files: tuple[FileChange, ...] = ()
    strays: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    context: str = ""
    signals: tuple[Signal, ...] = ()
    grant: Grant = Factory(Grant)
    request: Request | None = None
    lowest: bool = False


def core_verdicts(outcome: Outcome, seen: Seen) -> tuple[Verdict, ...]:
    """Return what core says of an outcome. It passes one thing only: commands that were to be run and ran.

    A refusal fails, because a stronger tier may do it; so do an edit that changed nothing, a change outside of the
    working folder or where nothing was to be changed, what was deleted or emptied unasked (see `unasked`), and an answer
    that only repeats what the model was told. A dry run proves nothing. An error ends the attempt by itself and is not judged further.
    """
    if outcome.error is not None:
        refused = outcome.error.kind is FailureKind.REFUSAL
        return (_failed("core.refusal", outcome.error.message),) if refused else ()
    if not outcome.executed:
        return (Verdict(check="core.executed", status=Status.CANNOT_RUN, reason="nothing was executed"),)
    found: list[Verdict] = []
    if seen.strays:
        what = "changed outside of the working folder, which is never applied"
        found.append(_misplaced("core.outside", what, seen.strays))
    elif seen.edit and not outcome.changed:
        found.append(_failed("core.no_change", "no file was changed, although the request asks for a change"))
    if seen.request is not None and seen.files:
        folder = Path(outcome.workspace) if outcome.workspace else None
        edited = Edited(
            request=seen.request, signals=seen.signals, changes=seen.files, folder=folder, lowest=seen.lowest
        )
        found += unasked_verdicts(edited)
    asked_to_run = bool(asked(seen.signals)) and bool(outcome.ran)  # which may change files
    if not seen.edit and outcome.changed and not asked_to_run:
        what = "changed in place, though it had only to read"
        found.append(_misplaced("core.read_only", what, outcome.changed))
    if not seen.edit and is_echo(outcome.text, seen.told, seen.context):
        found.append(_failed("core.echo", "the answer only repeats what the model was told"))
    ran = commands_verdict(seen.signals, seen.grant, outcome, edit=seen.edit)
    return (*found, ran) if ran is not None else tuple(found)


def is_echo(text: str, told: Iterable[str], context: str = "") -> bool:
    """Return whether an answer says something, but nothing beside what the model was told.

    Case, spaces and marks count for nothing. What has fewer than three words is no echo: an answer may be that short.

    Args:
        text: the answer.
        told: the request, and what failed before, line by line.
        context: parts of the project that it was shown; to repeat these alone may be the answer.
    """
    left = whole = _plain(text)
    for part in sorted(map(_plain, told), key=len, reverse=True):
        if len(part.split()) >= _ECHOED_WORDS:
            left = _without(left, part)
    if left != whole and context:
        left = _without(left, _plain(context))
    return bool(whole) and not left


def _without(text: str, part: str) -> str:
    return " ".join(re.sub(rf"(?<!\S){re.escape(part)}(?!\S)", " ", text).split())


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def named(paths: tuple[str, ...]) -> str:
    """Return the first paths, and how many more there are."""
    more = len(paths) - _NAMED
    return ", ".join(paths[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _misplaced(check: str, what: str, paths: tuple[str, ...]) -> Verdict:
    findings = tuple(Finding(rule=check, message=what, path=path) for path in paths)
    return _failed(check, f"{what}: {named(paths)}", findings)


def _failed(check: str, reason: str, findings: tuple[Finding, ...] = ()) -> Verdict:
    return Verdict(check=check, status=Status.FAIL, reason=reason, findings=findings)
