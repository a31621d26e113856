"""The routing engine alone: latency, throughput, and long words."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.figures import Figure, latencies_us, percentile
from benchmarks.texts import request_sets
from ccrouter_plugins.routing import should_escalate


def figures() -> Iterator[Figure]:
    """Yield latency and throughput over the request sets, beside splitting the same texts into words."""
    texts = [row["text"] for rows in request_sets().values() for row in rows]
    measured = latencies_us(should_escalate, texts, 7)
    split = latencies_us(str.split, texts, 7)
    yardstick = {"yardstick": "str.split of the same text", "yardstick_value": percentile(split, 0.5) / 1000}
    p50, p99 = percentile(measured, 0.5) / 1000, percentile(measured, 0.99) / 1000
    yield Figure(
        name="should_escalate: p50", value=p50, unit="ms", at_most=0.3, note=f"{len(texts)} requests"
    )
    yield Figure(name="should_escalate: p50 in splits", value=p50, unit="ms", **yardstick)
    yield Figure(name="should_escalate: p99", value=p99, unit="ms")
    mean_s = sum(measured) / len(measured) / 1e6
    yield Figure(name="should_escalate: throughput", value=1 / mean_s, unit="requests/s", at_least=3000)
    for name, text in (
        ("a word of 10,000 letters", "a" * 10_000),
        ("10,000 words", "fix " * 10_000),
        ("100,000 characters", "rm -rf x; " * 10_000),
    ):
        at_most = 5.0 if name.startswith("a word") else None
        yield Figure(name=f"should_escalate: {name}", value=_once_ms(text), unit="ms", at_most=at_most)


def _once_ms(text: str) -> float:
    """Return the median CPU time of a decision: what other programs do meanwhile does not count."""
    times = []
    for _ in range(5):
        began = time.thread_time_ns()
        should_escalate(text)
        times.append((time.thread_time_ns() - began) / 1e6)
    return sorted(times)[2]
