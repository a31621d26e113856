"""`ccrouter explain`: why a request was routed as it was, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccrouter_core import history
from ccrouter_core.cli.command import Command
from ccrouter_core.cli.decisions import echo_lines, labelled, wrapped
from ccrouter_core.cli.output import emit_json
from ccrouter_core.cli.texts import harmless, quoted

if TYPE_CHECKING:
    from ccrouter_core.cli.invocation import Invocation


@click.command(
    "explain",
    cls=Command,
    short_help="Say why a request was routed as it was.",
    examples=("ccrouter explain r-1f3a", "ccrouter explain r-1f3a --json"),
)
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(ctx: click.Context, id: str, *, as_json: bool) -> None:  # noqa: A002 - the option's name
    """Say why a request was routed as it was, and what came of it.

    ID is what `ccrouter route` or `ccrouter run` printed; its beginning is enough when no other id begins so.
    """
    invocation: Invocation = ctx.obj
    with invocation.router() as router:
        document = history.load(router.runtime.store.state, id)
    if as_json:
        emit_json("explain", **document)
    else:
        echo_lines(_lines(document))


def _lines(document: dict[str, Any]) -> list[str]:
    decision, text = document["decision"], document["text"]
    rows = [
        ("state", f"{document['state']}, decided {document['created'][:19].replace('T', ' ')} UTC"),
        ("decision", f"{decision['action']}, {decision['tier']}, confidence {decision['confidence']:.2f}"),
        ("agent", decision["agent"]),
        ("domain", document["domain"] or "none"),
        ("question", decision["question"]),
        ("expected", _usd(decision["expected_cost_usd"])),
        ("cache", document["cached"]),
        ("admission", document["admission"]),
    ]
    lines = wrapped("request", _marked(document))
    lines += [line for label, value in rows if value for line in labelled(label, value)]
    because = [signal["name"] for signal in decision["reasons"]]
    lines += labelled("rests on", ", ".join(because) or "no signal")
    lines += _considered(document["considered"], text)
    lines += _judged(document)
    for attempt in document["attempts"]:
        lines += _attempt(attempt)
    if document["attempts"] or decision.get("cost_usd", 0) != 0:
        lines += labelled("total", _usd(document["total_cost_usd"]))
    feedback = document.get("feedback")
    return lines + (labelled("feedback", f"{feedback['verdict']}, {feedback['at'][:10]}") if feedback else [])


def _marked(document: dict[str, Any]) -> str:
    """Return the request's text, what signals matched underlined; its length when the text was not kept."""
    text = document["text"]
    if text is None:
        return f"{document['length']} characters; the text was not kept"
    inside = [False] * len(text)
    for signal in document["considered"]:
        if signal["span"]:
            start, end = signal["span"]
            inside[start:end] = [True] * len(inside[start:end])
    pieces, start = [], 0
    for end in range(1, len(text) + 1):
        if end == len(text) or inside[end] != inside[start]:
            pieces.append(click.style(harmless(text[start:end]), underline=inside[start] or None))
            start = end
    return "".join(pieces)


def _considered(signals: list[dict[str, Any]], text: str | None) -> list[str]:
    """Return every signal: its name, the matched part, what it demands."""
    lines: list[str] = []
    for number, signal in enumerate(signals):
        shown = f" {quoted(text[slice(*signal['span'])])}" if text is not None and signal["span"] else ""
        demands = [f"{key} {signal[key]}" for key in ("floor", "ceiling", "supports") if signal.get(key)]
        note = f" [{', '.join(demands)}]" if demands else ""
        said = _joined(signal["name"], signal["reason"])
        lines += labelled("" if number else "considered", f"{said}{shown}{note}")
    return lines or labelled("considered", "nothing was noticed")


def _judged(document: dict[str, Any]) -> list[str]:
    """Return the reasons that are no facts about the request: what a model said that was asked how to route it."""
    decision = document["decision"]
    names = {signal["name"] for signal in document["considered"]}
    lines: list[str] = []
    for reason in decision["reasons"]:
        if reason["name"] not in names:
            lines += labelled("", f"{reason['name']}: {reason['reason']}")
    if decision.get("cost_usd", 0) != 0:
        lines += labelled("", f"deciding cost {_usd(decision['cost_usd'])} ({decision['cost_provenance']})")
    return lines


def _attempt(attempt: dict[str, Any]) -> list[str]:
    cost = f"{_usd(attempt['cost_usd'])} ({attempt['cost_provenance']})"
    took = f"{attempt['model'] or ''} {cost}, {attempt['duration_ms'] / 1000:.1f} s".strip()
    lines = labelled(attempt["tier"] or "-", took)
    if attempt["error"]:
        lines += labelled("", _joined(attempt["error"]["kind"], attempt["error"]["message"]))
    if attempt["changed"]:
        lines += labelled("", f"changed {', '.join(attempt['changed'])}")
    for verdict in attempt["verdicts"]:
        status = verdict["status"].replace("_", " ")
        lines += labelled("", _joined(verdict["check"], status, verdict["reason"]))
        for finding in verdict["findings"][:5]:
            place = ":".join(str(part) for part in (finding["path"], finding["line"]) if part)
            lines += labelled(
                "", "  " + " ".join(filter(None, (place, finding["message"] or finding["rule"])))
            )
    return lines


def _joined(*parts: str | None) -> str:
    """Return the parts with colons; texts are missing in the records of who does not keep them."""
    return ": ".join(part for part in parts if part)


def _usd(amount: float | None) -> str:
    return "unknown" if amount is None else f"${amount:.4f}"
