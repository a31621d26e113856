"""How a decision is shown: as the JSON of the contract, and as lines for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccrouter_core.cli.output import printable
from ccrouter_core.cli.texts import quoted
from ccrouter_core.models import Action, to_usd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccrouter_core.models import Answer, Signal

_LABEL_WIDTH = 12


def decision_json(answer: Answer) -> dict[str, Any]:
    """Return the keys of the contract for one decision."""
    decision = answer.decision
    return {
        "id": answer.request.id,
        "action": decision.action.value,
        "tier": decision.tier,
        "agent": decision.agent,
        "domain": answer.domain.domain if answer.domain else None,
        "confidence": decision.confidence,
        "reasons": [
            {"name": signal.name, "reason": signal.reason, "span": list(signal.span) if signal.span else None}
            for signal in reasons_of(answer)
        ],
        "question": answer.question,
        "expected_cost_usd": to_usd(decision.expected_cost_nano_usd),
    }


def reasons_of(answer: Answer) -> tuple[Signal, ...]:
    """Return the signals that the decision rests on: those it names, else all."""
    return answer.decision.reasons or answer.signals


def decision_lines(answer: Answer) -> list[str]:
    """Return a decision for a person, about ten lines."""
    domain, decision = answer.domain, answer.decision
    rows = [
        ("question", answer.question),
        ("agent", decision.agent if decision.action is not Action.CLARIFY else None),
        ("domain", f"{domain.domain}, {domain.confidence:.2f} sure" if domain else "none"),
        ("confidence", f"{decision.confidence:.2f}"),
        ("expected", usd(to_usd(decision.expected_cost_nano_usd), "estimated")),
    ]
    lines = [headline(answer)] + [line for label, text in rows if text for line in labelled(label, text)]
    for number, signal in enumerate(reasons_of(answer)):
        lines += labelled("because" if number == 0 else "", reason_line(signal, answer.request.text))
    return [*lines, *labelled("id", answer.request.id)]


def headline(answer: Answer) -> str:
    """Return what a decision does, in one line."""
    decision = answer.decision
    once = any(signal.confirm for signal in answer.signals)  # docs/decisions/0003
    escalated = f"once, on {decision.tier}, after your yes" if once else f"first on {decision.tier}"
    words = {
        Action.ROUTE: f"route to {decision.tier}",
        Action.ESCALATE: f"escalate: it would run {escalated}",
        Action.CLARIFY: "clarify: answer the question first",
    }
    return click.style(words[decision.action], bold=True)


def reason_line(signal: Signal, text: str) -> str:
    """Return a signal with the part of the text that shows it."""
    shown = f" {quoted(text[slice(*signal.span)])}" if signal.span else ""
    return f"{signal.name}: {signal.reason}{shown}"


def labelled(label: str, text: str) -> list[str]:
    """Return "  label  text" wrapped to the width of the terminal, its further lines below the text."""
    return wrapped(label, printable(text))


def wrapped(label: str, text: str) -> list[str]:
    """Return what `labelled` does for a text that is safe to print, perhaps styled."""
    indent = " " * (_LABEL_WIDTH + 2)
    first = "  " + click.style(label.ljust(_LABEL_WIDTH), dim=True)
    lines = click.wrap_text(text, max(40, min(_columns(), 100)) - len(indent)).splitlines() or [""]
    return [first + lines[0], *(indent + line for line in lines[1:])]


def _columns() -> int:
    import shutil  # noqa: PLC0415 - only for a person

    return shutil.get_terminal_size().columns


def usd(amount: float | None, provenance: str) -> str:
    """Return an amount in USD with how it is known, in four decimals; unknown is said as unknown."""
    return "unknown" if amount is None else f"${amount:.4f} ({provenance})"


def echo_lines(lines: Iterable[str], *, err: bool = False) -> None:
    """Write lines to standard output, or to standard error."""
    for line in lines:
        click.echo(line, err=err)
