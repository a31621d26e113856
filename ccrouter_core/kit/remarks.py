"""What the kit says about a plugin."""

from __future__ import annotations

from typing import Literal

from attrs import frozen


@frozen(kw_only=True)
class Remark:
    """One thing that was checked: "ok", "broken" (the contract is not kept), or "advice" (it is, but see `fix`)."""

    check: str
    state: Literal["ok", "broken", "advice"]
    reason: str
    fix: str = ""
