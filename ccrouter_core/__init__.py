"""ccrouter: send each request to the cheapest model tier able to do it, check the result, climb when it fails.

Names load on first use, so that `import ccrouter_core` costs next to nothing.
"""

from __future__ import annotations

import sys
from types import ModuleType

TYPE_CHECKING = False  # `typing` and `importlib` cost more than all of `ccrouter --version`
if TYPE_CHECKING:
    from typing import Any

    from ccrouter_core.errors import (
        ConfigError,
        ExecutorError,
        NotFound,
        PluginError,
        QuotaError,
        RouterError,
        StoreError,
        StoreLocked,
        UsageError,
    )
    from ccrouter_core.models import (
        Action,
        Admission,
        Admit,
        AgentSpec,
        Answer,
        Attempt,
        CacheEntry,
        CacheKey,
        Check,
        ClientEvent,
        Decision,
        DecisionRecord,
        DomainMatch,
        Event,
        Failure,
        FailureKind,
        Figure,
        FileModification,
        FileStamp,
        Finding,
        Ladder,
        Lease,
        Lookup,
        Metric,
        Outcome,
        Parallelism,
        Phase,
        Piece,
        Prices,
        Provenance,
        QuotaWindow,
        Request,
        RequestLimits,
        SearchRecord,
        SessionState,
        Signal,
        Status,
        Tier,
        Timing,
        Turn,
        Usage,
        Verdict,
        Veto,
        View,
        Workflow,
        WorkItem,
        WorkStatus,
    )
    from ccrouter_core.pipeline import Router
    from ccrouter_core.plugin import hookimpl, option, plugin
    from ccrouter_core.settings import Settings

__version__ = "0.1.0"

_HOMES = {
    "errors": (
        "ConfigError ExecutorError NotFound PluginError QuotaError RouterError StoreError StoreLocked UsageError"
    ),
    "models": (
        "Action Admission Admit AgentSpec Answer Attempt CacheEntry CacheKey Check ClientEvent Decision "
        "DecisionRecord DomainMatch Event Failure FailureKind Figure FileModification FileStamp Finding Ladder "
        "Lease Lookup Metric Outcome Parallelism Phase Piece Prices Provenance QuotaWindow Request RequestLimits "
        "SearchRecord SessionState Signal Status Tier Timing Turn Usage Verdict Veto View WorkItem Workflow WorkStatus"
    ),
    "pipeline": "Router",
    "plugin": "hookimpl option plugin",
    "settings": "Settings",
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [  # noqa: PLE0604 - built from the table above, so that a name is written once
    "__version__",
    *_HOME_OF,
]


def __getattr__(name: str) -> Any:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - see above

    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


class _Package(ModuleType):
    """The package, in which the name `plugin` is the decorator and not the module that defines it."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "plugin" and isinstance(value, ModuleType):
            value = value.plugin
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
