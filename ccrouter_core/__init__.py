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
        ConfigError as ConfigError,
    )
    from ccrouter_core.errors import (
        ExecutorError as ExecutorError,
    )
    from ccrouter_core.errors import (
        NotFound as NotFound,
    )
    from ccrouter_core.errors import (
        PluginError as PluginError,
    )
    from ccrouter_core.errors import (
        QuotaError as QuotaError,
    )
    from ccrouter_core.errors import (
        RouterError as RouterError,
    )
    from ccrouter_core.errors import (
        StoreError as StoreError,
    )
    from ccrouter_core.errors import (
        StoreLocked as StoreLocked,
    )
    from ccrouter_core.errors import (
        UsageError as UsageError,
    )
    from ccrouter_core.models import (
        Action as Action,
    )
    from ccrouter_core.models import (
        Admission as Admission,
    )
    from ccrouter_core.models import (
        Admit as Admit,
    )
    from ccrouter_core.models import (
        AgentSpec as AgentSpec,
    )
    from ccrouter_core.models import (
        Answer as Answer,
    )
    from ccrouter_core.models import (
        Attempt as Attempt,
    )
    from ccrouter_core.models import (
        CacheEntry as CacheEntry,
    )
    from ccrouter_core.models import (
        CacheKey as CacheKey,
    )
    from ccrouter_core.models import (
        Check as Check,
    )
    from ccrouter_core.models import (
        ClientEvent as ClientEvent,
    )
    from ccrouter_core.models import (
        Decision as Decision,
    )
    from ccrouter_core.models import (
        DecisionRecord as DecisionRecord,
    )
    from ccrouter_core.models import (
        DomainMatch as DomainMatch,
    )
    from ccrouter_core.models import (
        Event as Event,
    )
    from ccrouter_core.models import (
        Failure as Failure,
    )
    from ccrouter_core.models import (
        FailureKind as FailureKind,
    )
    from ccrouter_core.models import (
        Figure as Figure,
    )
    from ccrouter_core.models import (
        FileModification as FileModification,
    )
    from ccrouter_core.models import (
        FileStamp as FileStamp,
    )
    from ccrouter_core.models import (
        Finding as Finding,
    )
    from ccrouter_core.models import (
        Ladder as Ladder,
    )
    from ccrouter_core.models import (
        Lease as Lease,
    )
    from ccrouter_core.models import (
        Lookup as Lookup,
    )
    from ccrouter_core.models import (
        Metric as Metric,
    )
    from ccrouter_core.models import (
        Outcome as Outcome,
    )
    from ccrouter_core.models import (
        Parallelism as Parallelism,
    )
    from ccrouter_core.models import (
        Phase as Phase,
    )
    from ccrouter_core.models import (
        Piece as Piece,
    )
    from ccrouter_core.models import (
        Prices as Prices,
    )
    from ccrouter_core.models import (
        Provenance as Provenance,
    )
    from ccrouter_core.models import (
        QuotaWindow as QuotaWindow,
    )
    from ccrouter_core.models import (
        Request as Request,
    )
    from ccrouter_core.models import (
        RequestLimits as RequestLimits,
    )
    from ccrouter_core.models import (
        SearchRecord as SearchRecord,
    )
    from ccrouter_core.models import (
        SessionState as SessionState,
    )
    from ccrouter_core.models import (
        Signal as Signal,
    )
    from ccrouter_core.models import (
        Status as Status,
    )
    from ccrouter_core.models import (
        Tier as Tier,
    )
    from ccrouter_core.models import (
        Timing as Timing,
    )
    from ccrouter_core.models import (
        Turn as Turn,
    )
    from ccrouter_core.models import (
        Usage as Usage,
    )
    from ccrouter_core.models import (
        Verdict as Verdict,
    )
    from ccrouter_core.models import (
        Veto as Veto,
    )
    from ccrouter_core.models import (
        View as View,
    )
    from ccrouter_core.models import (
        Workflow as Workflow,
    )
    from ccrouter_core.models import (
        WorkItem as WorkItem,
    )
    from ccrouter_core.models import (
        WorkStatus as WorkStatus,
    )
    from ccrouter_core.pipeline import Router as Router
    from ccrouter_core.plugin import hookimpl as hookimpl
    from ccrouter_core.plugin import option as option
    from ccrouter_core.plugin import plugin as plugin
    from ccrouter_core.settings import Settings as Settings

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
