"""Validation: is an outcome good? Real checks, each with one of four results.

`ResultValidator` is the engine and works alone; `Validation` is the plugin. Names load on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.lazy import loader

if TYPE_CHECKING:
    from ccrouter_plugins.validation.engine import CRITERIA, ResultValidator
    from ccrouter_plugins.validation.plugin import Validation

__all__ = ["CRITERIA", "ResultValidator", "Validation"]

_HOME_OF = {"CRITERIA": "engine", "ResultValidator": "engine", "Validation": "plugin"}

__getattr__ = loader(__name__, _HOME_OF)
