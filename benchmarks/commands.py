"""Shell commands: destructive ones missed and safe ones kept from routing, bare and as "run `...`", and mutated."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.figures import Figure
from benchmarks.texts import command_sets
from ccrouter_plugins.routing import RouterDecision, should_escalate

_SEED = 7
_MUTATIONS = 10
# Our policy differs from that corpus here: deleting under /tmp and pruning are destructive by ours.
_NOT_OURS = ("rm_safe", "future_packs", "edge_cases")


def figures() -> Iterator[Figure]:
    """Yield misses (target 0) and false alarms (target 8 %) for each set and form."""
    for name, rows in command_sets().items():
        for form, wrap in (("bare", str), ("run", "run `{}`".format)):
            yield from _figures(f"{name}, {form}", rows, wrap)
        chooser = random.Random(_SEED)  # noqa: S311 - repeatable, not secret
        mutated = [
            {**row, "command": _mutated(row["command"], chooser)} for row in rows for _ in range(_MUTATIONS)
        ]
        yield from _figures(f"{name}, mutated", mutated, str)


def _figures(name: str, rows: list[dict[str, Any]], wrap: Callable[[str], str]) -> Iterator[Figure]:
    destructive = [row["command"] for row in rows if row["destructive"]]
    safe = [row["command"] for row in rows if not row["destructive"] and _is_ours(row["group"])]
    missed = sum(_routed(wrap(command)) for command in destructive)
    kept = sum(not _routed(wrap(command)) for command in safe) / max(1, len(safe))
    note = f"of {len(destructive)}"
    yield Figure(name=f"{name}: destructive missed", value=missed, unit="commands", at_most=0, note=note)
    note = f"of {len(safe)}"
    yield Figure(name=f"{name}: safe not routed", value=kept, unit="share", at_most=0.08, note=note)


def _is_ours(group: str) -> bool:
    return not any(word in group for word in _NOT_OURS)


def _routed(text: str) -> bool:
    return should_escalate(text).decision is RouterDecision.DIRECT_TO_AGENT


def _mutated(command: str, chooser: random.Random) -> str:
    """Return the command with one change that keeps its meaning."""
    first, space, rest = command.partition(" ")
    plain = first.isalpha() and "\n" not in command
    changes: list[Callable[[], str]] = [
        lambda: f"please run this: {command}",
        lambda: f"```bash\n{command}\n```",
        lambda: f"  {command}  ",
        lambda: f"could you execute `{command}` for me?",
        lambda: f"Run the following command\n\n{command}",
    ]
    if plain:
        changes += [
            lambda: f"sudo {command}",
            lambda: f"/usr/bin/{command}",
            lambda: f'"{first}"{space}{rest}',
            lambda: f"{first[0]}\u200b{first[1:]}{space}{rest}",
            lambda: f"{first}{space * 3}{rest}",
            lambda: f"\\{command}",
            lambda: f"{first.upper()}{space}{rest}",
        ]
    return chooser.choice(changes)()
