"""Words that try to steer the routing itself: a fact, and never a reason to go lower."""

from __future__ import annotations

import re

from .facts import Fact
from .patterns import regex
from .reading import Reading

__all__ = ["steering"]

_OVERRIDE = regex(
    r"\b(?:ignore|disregard|bypass|override|skip|forget|circumvent|disable) (?:\w+ ){0,4}(?:rout(?:er|ing)|escalation|previous instructions|prior instructions|above instructions|all instructions|safety|classifier|floors?|signals?)\b|"
    r"\b(?:do not|don't|never|no need to|without|must not) escalat(?:e|ing|ion)\b|\b(?:no|zero) (?:escalation|routing|clarification|review) (?:is )?(?:needed|required|necessary)\b|"
    r"\b(?:classify|treat|label|mark|consider|count|categori[sz]e|score) (?:this|it|that|the following|my request)(?: \w+){0,3} as (?:\w+ ){0,3}(?:safe|mechanical|haiku|trivial|read-?only|harmless|low|simple|routine)\b|"
    r"\broute (?:this|it|that|me|everything)(?: \w+){0,3} (?:to|as|via|through)\b|\b(?:tier|model|route|decision|confidence|routing)\s*[=:]\s*[\"']?(?:haiku|low|lowest|direct|1\.0|0\.9\d*|cheap)|"
    r"<\/?(?:system|instructions?|router|admin)>|\[\s*(?:system|router|admin)[^\]\n]{0,40}\]|^\s{0,80}(?:system|router|admin|assistant)\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_FRAMING = regex(
    r"\b(?:this|it|the following)(?:'s| is| are) (?:just |only |merely |really |simply )?(?:an? )?(?:\w+,? ){0,3}(?:harmless|mechanical|safe|trivial|read-?only|routine|low-risk|simple|risk-free|easy|pre-?approved)\b|"
    r"\b(?:use|using|with|via|on|by) (?:the )?(?:haiku|cheapest|smallest|lowest)\b|\bhigh confidence\b|\bhaiku (?:is|can|should|will|could)\b|\b(?:already|been) (?:approved|authori[sz]ed|cleared)\b",
    re.IGNORECASE,
)


# One of these stands in whatever the patterns match: most requests are done after a few substring tests.
_TRIGGERS = (
    "rout", "escalat", "instruction", "classif", "haiku", "system", "admin", "assistant", "tier", "model", "confiden", "clarif", "floor",
    "safe", "signal", "harmless", "mechanical", "trivial", "read-only", "readonly", "routine", "risk", "simple", "easy", "approved", "authori",
    "cleared", "cheap", "smallest", "lowest", "decision", "review", "low",
)  # fmt: skip


def steering(reading: Reading) -> list[Fact]:
    """Return the attempts to steer the routing: an order to bypass it escalates, a flattering description does not."""
    found: list[Fact] = []
    low = reading.text.lower()
    if not any(word in low for word in _TRIGGERS):
        return found
    for pattern, escalates in ((_OVERRIDE, True), (_FRAMING, False)):
        match = pattern.search(reading.text)
        if match is not None:
            start, end = reading.span(*match.span())
            found.append(
                Fact("routing.injected", "tries to steer the routing", start, end, escalates=escalates)
            )
    return found
