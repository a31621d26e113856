"""A figure, and how processes and calls are measured."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

SHARED = Path(os.environ.get("CCROUTER_BENCH_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


@frozen(kw_only=True)
class Figure:
    """A measured number. With a yardstick the target is on value / yardstick, else on the value."""

    name: str
    value: float
    unit: str
    yardstick: str | None = None
    yardstick_value: float | None = None
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Return value / yardstick, or None without one."""
        return self.value / self.yardstick_value if self.yardstick_value else None

    @property
    def met(self) -> bool | None:
        """Return whether the target is met; None when there is none."""
        judged = self.value if self.ratio is None else self.ratio
        if self.at_most is not None:
            return judged <= self.at_most
        return None if self.at_least is None else judged >= self.at_least

    def as_json(self) -> dict[str, Any]:
        """Return the figure for one JSON line; what is not known is left out."""
        values = {
            "figure": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "yardstick": self.yardstick,
            "yardstick_value": None if self.yardstick_value is None else round(self.yardstick_value, 4),
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "at_most": self.at_most,
            "at_least": self.at_least,
            "met": self.met,
            "note": self.note or None,
        }
        return {key: value for key, value in values.items() if value is not None}


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }


def cpu_ms(argv: Sequence[str], environ: dict[str, str] | None = None) -> float:
    """Run a command to its end and return the CPU time it used, in ms. RuntimeError when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(argv, env=environ, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{argv} exited {done.returncode}: {done.stderr.decode()[-500:]}")
    return 1000 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def interleaved(first: Callable[[], float], second: Callable[[], float], rounds: int) -> tuple[float, float]:
    """Return the medians of two measurements taken in turn, so that both meet the same noise."""
    pairs = [(first(), second()) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def latencies_us(call: Callable[[Any], object], inputs: Sequence[Any], rounds: int) -> list[float]:
    """Return the sorted times of `call` over the inputs, in microseconds: the median of the rounds for each input."""
    for item in inputs:
        call(item)
    times: list[list[float]] = [[] for _ in inputs]
    for _ in range(rounds):
        for index, item in enumerate(inputs):
            began = time.perf_counter_ns()
            call(item)
            times[index].append((time.perf_counter_ns() - began) / 1000)
    return sorted(statistics.median(samples) for samples in times)


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0..1) of an ordered sample lies."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
