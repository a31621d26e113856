"""`ccrouter explain`: why a request was routed as it was, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccrouter_core import history
from ccrouter_core.cli.answers import attempt_lines
from ccrouter_core.cli.command import Command
from ccrouter_core.cli.decisions import echo_lines, labelled, usd, wrapped
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
        ("expected", usd(decision["expected_cost_usd"], "estimated")),
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
        lines += attempt_lines(attempt, whole=True)
    if document["attempts"] or decision.get("cost_usd", 0) != 0:
        lines += labelled(
            "total", usd(document["total_cost_usd"], document.get("total_cost_provenance", "unknown"))
        )
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
        said = ": ".join(filter(None, (signal["name"], signal["reason"])))
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
        lines += labelled("", f"deciding cost {usd(decision['cost_usd'], decision['cost_provenance'])}")
    return lines
