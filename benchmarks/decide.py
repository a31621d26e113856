"""A whole decision through the plugins, warm, beside a bare pluggy call."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pluggy

from benchmarks.figures import Figure, latencies_us, percentile
from benchmarks.texts import request_sets
from ccrouter_core import Request, Router, Settings
from ccrouter_dev import Dev
from ccrouter_knowledge import Knowledge
from ccrouter_latex import Latex
from ccrouter_plugins.routing import Routing
from ccrouter_plugins.sqlite import Sqlite

_marker = pluggy.HookspecMarker("bench")
_implements = pluggy.HookimplMarker("bench")


class _Spec:
    @_marker(firstresult=True)
    def ask(self, text: str) -> int: ...


class _Plugin:
    @_implements
    def ask(self, text: str) -> int:
        return len(text)


def figures() -> Iterator[Figure]:
    """Yield the latency of `Router.decide` with routing, three domains and the SQLite store."""
    manager = pluggy.PluginManager("bench")
    manager.add_hookspecs(_Spec)
    manager.register(_Plugin())
    texts = [row["text"] for rows in request_sets().values() for row in rows][::4]
    bare = percentile(latencies_us(lambda text: manager.hook.ask(text=text), texts, 5), 0.5) / 1000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "project").mkdir()
        (folder / "project" / "app.py").write_text("x = 1\n")
        settings = Settings(home=folder / "home")
        with Router(Routing(), Latex(), Dev(), Knowledge(), Sqlite(), settings=settings) as router:
            requests = [Request(text=text, cwd=str(folder / "project")) for text in texts]
            for keep in (False, True):
                times = latencies_us(lambda request: router.decide(request, keep=keep), requests, 3)  # noqa: B023
                what = "written down" if keep else "not written down"
                yield Figure(
                    name=f"decide, {what}: p50",
                    value=percentile(times, 0.5) / 1000,
                    unit="ms",
                    at_most=None if keep else 2.0,
                    note=f"p99 {percentile(times, 0.99) / 1000:.3f} ms; a bare pluggy call takes {bare:.4f} ms",
                )
