"""Laws of what commands print."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccrouter_core.cli.output import emit_json, printable, table


def test_json_names_its_schema_first(capsys: pytest.CaptureFixture[str]) -> None:
    """One object on one line, told apart by its schema."""
    emit_json("config-show", answer=42)
    assert json.loads(capsys.readouterr().out) == {"schema": "ccrouter/config-show/1", "answer": 42}


def test_columns_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    """Every column starts below its name, also beside wide letters; None is a dash."""
    table(("name", "n"), [("日本", 1), ("longer", None)])
    assert capsys.readouterr().out == "name    n\n日本    1\nlonger  -\n"


@given(st.text())
def test_no_control_character_is_printed(text: str) -> None:
    """Whatever a file holds, a terminal sees printable text on one line."""
    assert printable(text).isprintable()
