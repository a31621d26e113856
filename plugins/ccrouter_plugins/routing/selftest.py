"""The self-test of routing: one request of each kind, decided for real."""

from __future__ import annotations

from collections.abc import Iterator

from ccrouter_core.models import Check
from ccrouter_plugins.routing.engine import RouterDecision, should_escalate

_EXPECTED = (
    ("a mechanical edit", "Fix the typo in intro.tex", RouterDecision.DIRECT_TO_AGENT, "haiku"),
    ("a review", "Review src/auth/session.py for security issues", RouterDecision.DIRECT_TO_AGENT, "sonnet"),
    ("a destructive command", "rm -rf build", RouterDecision.ESCALATE_TO_SONNET, "sonnet"),
    ("a protected file", "update .claude/settings.json", RouterDecision.ESCALATE_TO_SONNET, "sonnet"),
    ("a request without a referent", "fix it", RouterDecision.CLARIFY, "sonnet"),
)


def checks() -> Iterator[Check]:
    """Yield one check per kind of request."""
    for kind, text, decision, tier in _EXPECTED:
        result = should_escalate(text)
        passed = result.decision is decision and result.tier == tier
        yield Check(
            name=f"routing.{kind.replace(' ', '-')}",
            passed=passed,
            reason=f"{result.decision.value}, {result.tier}",
        )
