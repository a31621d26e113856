"""The Dev domain of ccrouter: software projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ccrouter_dev.plugin import Dev

__all__ = ["Dev"]


def __getattr__(name: str) -> Any:
    if name != "Dev":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ccrouter_dev.plugin import Dev  # noqa: PLC0415 - loaded on first use

    return Dev
