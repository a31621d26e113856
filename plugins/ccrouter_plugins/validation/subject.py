"""What is judged, and how a judgement is written down."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from attrs import Factory, frozen

from ccrouter_core.models import Finding, Status, Verdict
from ccrouter_core.scopes import Scope


@frozen(kw_only=True)
class Subject:
    """An outcome as the checks see it.

    Attributes:
        text: what the model answered.
        request: what was asked; empty when unknown.
        folder: the project after the work; None when there is none.
        origin: the project before the work, never written to; None when unknown.
        changed: paths relative to `folder` that the work created, changed or deleted.
        scope: the files that the request names as those to change.
    """

    text: str
    request: str = ""
    folder: Path | None = None
    origin: Path | None = None
    changed: tuple[str, ...] = ()
    scope: Scope = Factory(Scope)

    def is_gone(self, name: str) -> bool:
        """Return whether a changed path is no more."""
        return self.folder is not None and not (self.folder / name).exists()

    def changed_files(self) -> tuple[str, ...]:
        """Return the changed paths that are files now: no links, nothing deleted, nothing outside the folder."""
        if self.folder is None:
            return ()
        return tuple(name for name in self.changed if _is_file_in(self.folder, name))


def _is_file_in(folder: Path, name: str) -> bool:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\0" in name:
        return False
    place = folder
    for part in parts:
        place /= part
        if place.is_symlink():
            return False
    return place.is_file()


def passed(check: str, reason: str, findings: tuple[Finding, ...] = ()) -> Verdict:
    """Return a PASS."""
    return _verdict(check, Status.PASS, reason, findings)


def failed(
    check: str, reason: str, findings: tuple[Finding, ...] = (), *, skips_tier: bool = False
) -> Verdict:
    """Return a FAIL; `skips_tier` says that reasoning was missing, not care."""
    return Verdict(
        check=f"validation.{check}",
        status=Status.FAIL,
        reason=reason,
        findings=findings,
        skips_tier=skips_tier,
    )


def cannot_run(check: str, reason: str, findings: tuple[Finding, ...] = ()) -> Verdict:
    """Return a CANNOT_RUN: nothing is known, and nothing is blamed on the model."""
    return _verdict(check, Status.CANNOT_RUN, reason, findings)


def not_applicable(check: str, reason: str, findings: tuple[Finding, ...] = ()) -> Verdict:
    """Return a NOT_APPLICABLE."""
    return _verdict(check, Status.NOT_APPLICABLE, reason, findings)


def _verdict(check: str, status: Status, reason: str, findings: tuple[Finding, ...]) -> Verdict:
    return Verdict(check=f"validation.{check}", status=status, reason=reason, findings=findings)
