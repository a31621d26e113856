"""Configuration: TOML files, environment and command line become records; every value remembers its origin.

Layers, later ones win table by table: defaults, the user's file, the project's file (not trusted), environment
(`CCROUTER_SET_<TABLE>__<KEY>`), command line (`--set table.key=value`).

Names load on first use: a router without a configuration file needs neither a TOML parser nor a converter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.lazy import loader

if TYPE_CHECKING:
    from ccrouter_core.config.assembly import make, strange_names, table_faults, unpriced, validate
    from ccrouter_core.config.edits import edit
    from ccrouter_core.config.explained import Explained, explain, explain_all
    from ccrouter_core.config.faults import ConfigFaults, Fault, config_error
    from ccrouter_core.config.layers import load
    from ccrouter_core.config.schemas import schema
    from ccrouter_core.config.sources import config_paths
    from ccrouter_core.config.templates import template

_HOME_OF = {
    "ConfigFaults": "faults",
    "Explained": "explained",
    "Fault": "faults",
    "config_error": "faults",
    "config_paths": "sources",
    "edit": "edits",
    "explain": "explained",
    "explain_all": "explained",
    "load": "layers",
    "make": "assembly",
    "schema": "schemas",
    "strange_names": "assembly",
    "table_faults": "assembly",
    "template": "templates",
    "unpriced": "assembly",
    "validate": "assembly",
}

__all__ = [
    "ConfigFaults",
    "Explained",
    "Fault",
    "config_error",
    "config_paths",
    "edit",
    "explain",
    "explain_all",
    "load",
    "make",
    "schema",
    "strange_names",
    "table_faults",
    "template",
    "unpriced",
    "validate",
]

__getattr__ = loader(__name__, _HOME_OF)
