"""What the demonstration says of its own figures is true."""

from __future__ import annotations

import json

import pytest

from ccrouter_core import demo
from ccrouter_core.cli.demo import _FIRST_LINE, _show, _totals_json
from ccrouter_core.settings import default_ladder


def entries() -> list[dict]:
    """Return the answers of the cassette."""
    lines = demo.CASSETTE.read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: f"{entry['tier']}: {entry['match']}")
def test_tokens_follow_the_rule_that_is_told(entry: dict) -> None:
    """No figure was chosen by hand: each is what the rule assumes of the words asked and said."""
    said = [entry["text"], *(text or "" for text in entry.get("edits", {}).values())]
    said += [new for _, _, new in entry.get("replace", [])]
    expected = demo.assumed_tokens(entry["match"], "".join(said))
    assert (entry["usage"]["input_tokens"], entry["usage"]["output_tokens"]) == expected
    assert set(entry["usage"]) == {"input_tokens", "output_tokens"}


def test_every_answer_is_to_a_request() -> None:
    """Nothing is in the cassette that nobody asks."""
    asked = [text.casefold() for text in demo.requests()]
    assert [
        entry["match"] for entry in entries() if not any(entry["match"].casefold() in text for text in asked)
    ] == []


def test_figures_are_presented_as_what_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """The first line says that answers are recorded, the last ones that tokens are assumed and costs estimated."""
    assert "recorded" in _FIRST_LINE
    assert "assumed" in _FIRST_LINE
    totals = demo.totals([], default_ladder())
    _show([], totals)
    shown = " ".join(capsys.readouterr().out.split())
    assert "estimated, from list prices and assumed tokens" in shown
    assert "nobody measured them" in shown
    assert (_totals_json(totals)["provenance"], _totals_json(totals)["tokens"]) == ("estimated", "assumed")
