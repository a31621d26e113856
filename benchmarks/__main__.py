"""Print one JSON line per figure. Names choose some of the benchmarks; none means all."""

from __future__ import annotations

import json
import sys
from importlib import import_module

from benchmarks.figures import machine

NAMES = ("startup", "memory", "engine", "decide", "quality", "commands")


def main(names: list[str]) -> int:
    """Run the benchmarks; return 1 when a figure with a target misses it."""
    unknown = set(names) - set(NAMES)
    if unknown:
        print(
            f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}", file=sys.stderr
        )
        return 2
    print(json.dumps({"machine": machine()}), flush=True)
    missed = 0
    for name in names or NAMES:
        for figure in import_module(f"benchmarks.{name}").figures():
            missed += figure.met is False
            print(json.dumps({"benchmark": name, **figure.as_json()}), flush=True)
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
