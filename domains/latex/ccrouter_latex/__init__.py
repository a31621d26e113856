"""The LaTeX domain of ccrouter: papers, theses and bibliographies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ccrouter_latex.plugin import Latex

__all__ = ["Latex"]


def __getattr__(name: str) -> Any:
    if name != "Latex":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ccrouter_latex.plugin import Latex  # noqa: PLC0415 - loaded on first use

    return Latex
