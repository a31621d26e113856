"""What has a life: Protocols of the objects that plugins hand over once.

Each has an in-memory twin and a conformance suite in `ccrouter_core.testing`. Names load on first use.
"""

from __future__ import annotations

from ccrouter_core.lazy import loader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ccrouter_core.services.caches import ResultCache as ResultCache
    from ccrouter_core.services.cancels import Cancel as Cancel
    from ccrouter_core.services.clocks import Clock as Clock
    from ccrouter_core.services.executors import Executor as Executor
    from ccrouter_core.services.executors import Handle as Handle
    from ccrouter_core.services.jobs import Capabilities as Capabilities
    from ccrouter_core.services.jobs import ExecutionEvent as ExecutionEvent
    from ccrouter_core.services.jobs import Job as Job
    from ccrouter_core.services.jobs import Limits as Limits
    from ccrouter_core.services.jobs import notes_for as notes_for
    from ccrouter_core.services.logs import LogEntry as LogEntry
    from ccrouter_core.services.queues import Queue as Queue
    from ccrouter_core.services.stores import Area as Area
    from ccrouter_core.services.stores import Document as Document
    from ccrouter_core.services.stores import Store as Store

_HOMES = {
    "caches": "ResultCache",
    "cancels": "Cancel",
    "clocks": "Clock",
    "executors": "Executor Handle",
    "jobs": "Capabilities ExecutionEvent Job Limits notes_for",
    "logs": "LogEntry",
    "queues": "Queue",
    "stores": "Area Document Store",
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [*_HOME_OF]  # noqa: PLE0604 - built from the table above, so that a name is written once

__getattr__ = loader(__name__, _HOME_OF)


def __dir__() -> list[str]:
    return sorted(__all__)
