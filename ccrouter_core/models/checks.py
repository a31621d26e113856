"""Whether the machine and the plugins are fit for work."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Check:
    """The result of one self-test or readiness check; `fix` says what to do when it did not pass."""

    name: str
    passed: bool
    reason: str = ""
    fix: str = ""
