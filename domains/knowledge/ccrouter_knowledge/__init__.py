"""The Knowledge domain of ccrouter: note vaults and documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ccrouter_knowledge.plugin import Knowledge

__all__ = ["Knowledge"]


def __getattr__(name: str) -> Any:
    if name != "Knowledge":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ccrouter_knowledge.plugin import Knowledge  # noqa: PLC0415 - loaded on first use

    return Knowledge
