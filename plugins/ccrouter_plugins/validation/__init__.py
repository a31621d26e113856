"""Validation: is an outcome good? Real checks, each with one of four results.

`ResultValidator` is the engine and works alone; `Validation` is the plugin. Names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccrouter_plugins.validation.engine import CRITERIA, ResultValidator
    from ccrouter_plugins.validation.plugin import Validation

__all__ = ["CRITERIA", "ResultValidator", "Validation"]

_HOME_OF = {"CRITERIA": "engine", "ResultValidator": "engine", "Validation": "plugin"}


def __getattr__(name: str) -> object:
    """Import the name on first use (PEP 562)."""
    if name not in _HOME_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
