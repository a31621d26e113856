"""Records of the routing engine: what was found in a request, by which options, and what follows from it."""

from __future__ import annotations

import enum
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CONFIDENCE",
    "DEFAULT",
    "Earlier",
    "Fact",
    "RouterDecision",
    "RoutingResult",
    "Rules",
    "WarmCache",
    "highest",
    "next_tier",
]


class RouterDecision(enum.Enum):
    """The three outcomes: a better judge decides how, an agent does it, or the user is asked."""

    ESCALATE_TO_SONNET = "escalate"
    DIRECT_TO_AGENT = "direct"
    CLARIFY = "clarify"


class Fact(NamedTuple):
    """One finding about a request.

    `name` is dotted ("routing.destructive"); `reason` is for people; `start` and `end` are the span in the original
    text, -1 and -1 when there is none; `floor` is the lowest tier allowed because of it; `question` is what to ask the
    user; `supports` is the tier it is positive evidence for; `escalates` tells that it forbids a direct route. `command`
    is what it asks to run, exactly as written, "" when that is not spelled out, None when nothing is to run; `effect` is
    what that would do (look, read, run, write, destructive, unknown).
    """

    name: str
    reason: str
    start: int = -1
    end: int = -1
    floor: str | None = None
    question: str | None = None
    supports: str | None = None
    escalates: bool = False
    command: str | None = None
    effect: str = ""


class Earlier(NamedTuple):
    """The turn before this request: its text, the tier that served it, the floor it had, whether it was rejected.

    The text is empty where texts are not kept; `confirmed` then tells that the turn was one that needs a person's yes.
    """

    text: str
    tier: str
    floor: str | None = None
    rejected: bool = False
    confirmed: bool = False


class WarmCache(NamedTuple):
    """The prompt cache that a session already holds, and what leaving it costs.

    `tier` owns the cache, `tokens` is its size; prices are integer nano-USD for one token: `cached_nano_usd` reads one
    token from it, `full_nano_usd` maps each tier to its full input price. `saving_nano_usd` maps each tier to what the
    rest of the turn is expected to save there against `tier`.
    """

    tier: str
    tokens: int
    cached_nano_usd: int
    full_nano_usd: Mapping[str, int]
    saving_nano_usd: Mapping[str, int]

    def pays_to_leave(self, tier: str) -> bool:
        """Tell whether serving the turn at `tier` saves more than reading the context there at the full price costs."""
        price = self.full_nano_usd.get(tier, self.cached_nano_usd) - self.cached_nano_usd
        return self.saving_nano_usd.get(tier, 0) > self.tokens * price


class Rules(NamedTuple):
    """Options of the engine.

    `preference` is "cheap", "balanced" or "quality" and moves the thresholds by 0.1; `confidence_threshold` (0-1) is
    what a direct route by rules needs, `agent_threshold` (0-1) what a declared agent's match needs;
    `complexity_keywords` are words that call for judgement; `protected` are further globs of files whose change never
    goes to the lowest tier; `destructive` are further verbs of loss; `tiers` name the ladder, cheapest first; `folder`
    is where relative paths stand, when that is a protected folder of the project (".claude/agents").
    """

    preference: str = "balanced"
    confidence_threshold: float = 0.8
    agent_threshold: float = 0.7
    complexity_keywords: tuple[str, ...] = (
        "complex",
        "complicated",
        "subtle",
        "nuanced",
        "judgment",
        "judgement",
        "tricky",
    )
    protected: tuple[str, ...] = ()
    destructive: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ("haiku", "sonnet", "opus")
    folder: str = ""

    def needed(self) -> float:
        """Return the confidence a direct route needs under the preference."""
        moved = {"cheap": -0.1, "quality": 0.1}.get(self.preference, 0.0)
        return min(1.0, max(0.0, self.confidence_threshold + moved))


class RoutingResult(NamedTuple):
    """What to do with a request: the outcome, who does it, why, how sure, at which tier, and all that was found."""

    decision: RouterDecision
    agent: str | None
    reason: str
    confidence: float
    tier: str
    question: str | None = None
    facts: tuple[Fact, ...] = ()


DEFAULT = Rules()
# How sure each kind of evidence is. A target that is named but not a file is weaker than an explicit path.
CONFIDENCE = {
    "routing.mechanical": 0.95,
    "routing.command": 0.95,
    "routing.read-only": 0.92,
    "routing.explanation": 0.92,
    "routing.reasoning": 0.85,
    "routing.deep": 0.85,
    "routing.named-target": 0.75,
    "routing.follow-up": 0.9,
}


def highest(names: tuple[str | None, ...], tiers: tuple[str, ...]) -> str | None:
    """Return the highest of the named tiers; an unknown name counts as the top of the ladder, None as absent."""
    best = -1
    for name in names:
        if name is not None:
            best = max(best, tiers.index(name) if name in tiers else len(tiers) - 1)
    return tiers[best] if best >= 0 else None


def next_tier(tier: str, tiers: tuple[str, ...]) -> str:
    """Return the tier above `tier`, or the top of the ladder."""
    return tiers[min(len(tiers) - 1, tiers.index(tier) + 1)] if tier in tiers else tiers[-1]
