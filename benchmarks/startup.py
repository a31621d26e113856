"""What it costs to start: CPU time of whole commands beside a bare interpreter."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, cpu_ms, interleaved

_ROUNDS = 15


def figures() -> Iterator[Figure]:
    """Yield the CPU time of `ccrouter --version` and `ccrouter route`, warm caches, beside `python -c pass`."""
    program = str(Path(sys.executable).parent / "ccrouter")
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "CCROUTER_HOME": home}
        # An installed program is compiled once, not at every start.
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        for name, argv, at_most in (
            ("ccrouter --version", [program, "--version"], 3.0),
            ("ccrouter route", [program, "route", "--json", "Fix the typo in intro.tex"], 14.0),
        ):
            cpu_ms(argv, environ)
            value, bare = interleaved(
                lambda argv=argv: cpu_ms(argv, environ),  # type: ignore[misc]
                lambda: cpu_ms([sys.executable, "-c", "pass"], environ),
                _ROUNDS,
            )
            yield Figure(
                name=f"{name}: CPU",
                value=value,
                unit="ms",
                yardstick="python -c pass",
                yardstick_value=bare,
                at_most=at_most,
            )
