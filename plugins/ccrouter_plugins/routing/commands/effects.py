"""What running a command does, from harmless to not known."""

from __future__ import annotations

from typing import NamedTuple

READ, RUN, WRITE, UNKNOWN, DESTRUCTIVE = "read", "run", "write", "unknown", "destructive"

# How much each effect outweighs the others when several commands stand in one text. A loss that is certain outweighs
# what is not known; what is not known outweighs everything that can be undone.
_WEIGHTS = {READ: 0, RUN: 1, WRITE: 2, UNKNOWN: 3, DESTRUCTIVE: 4}


class Finding(NamedTuple):
    """One reason for an effect, with the span that shows it (in the text that was judged)."""

    effect: str
    reason: str
    tool: str = ""
    start: int = 0
    end: int = 0
    grave: bool = False


class Payload(NamedTuple):
    """A text that a command would run as code in `language`."""

    language: str
    text: str


def weight(effect: str) -> int:
    """Return how much `effect` outweighs others."""
    return _WEIGHTS[effect]


def worst(findings: list[Finding]) -> Finding:
    """Return the finding that decides: the worst effect, a grave one first, else the earliest. `findings` is not empty."""
    return max(findings, key=lambda finding: (_WEIGHTS[finding.effect], finding.grave))
