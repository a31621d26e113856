"""The example domain on the real path, with the fixtures that ccrouter ships."""

from __future__ import annotations

import pytest

from ccrouter_core import ConfigError, Request, Status, config
from ccrouter_plugins.routing import Routing

ccrouter_sql = pytest.importorskip("ccrouter_sql", reason="install docs/examples/ccrouter-sql to test it")


def test_a_schema_change_never_goes_to_the_lowest_tier(router):
    """A risky phrase sets the floor, whatever the rules would have chosen."""
    answer = router(Routing(), ccrouter_sql.Sql()).decide(Request(text="explain ALTER TABLE in schema.sql"))
    assert answer.domain.domain == "sql"
    assert answer.decision.tier == "sonnet"
    assert "sql.risky" in {signal.name for signal in answer.signals}


def test_a_harmless_question_stays_cheap(router):
    """Without a risky phrase the domain adds nothing to pay for."""
    answer = router(Routing(), ccrouter_sql.Sql()).decide(Request(text="explain the joins in report.sql"))
    assert answer.decision.tier == "haiku"


@pytest.mark.parametrize(
    "text",
    [
        "Alter\n  table users in schema.sql",
        "run DROP TABLE on SCHEMA.SQL, please",
        "in `db/schema.sql`: truncate the log",
        "explain \u0130 alter table in a.sql.",
    ],
)
def test_case_space_and_punctuation_hide_nothing(router, text):
    """The guard reads a phrase however it is written, and its span is the place in the text as given."""
    answer = router(ccrouter_sql.Sql()).decide(Request(text=text))
    (signal,) = [signal for signal in answer.signals if signal.name == "sql.risky"]
    assert signal.floor == "sonnet"
    assert text[slice(*signal.span)].split()[0].lower() in {"alter", "drop", "truncate"}


@pytest.mark.parametrize("line", ["risky = []", 'floor = "haiku"'])
def test_a_project_cannot_lower_the_guard(tmp_path, monkeypatch, line):
    """What a cloned repository says about the guard's options is refused."""
    monkeypatch.setenv("CCROUTER_HOME", str(tmp_path / "home"))
    (tmp_path / "ccrouter.toml").write_text(f"[plugins.sql]\n{line}\n")
    with pytest.raises(ConfigError, match="not accepted from a project's file"):
        config.make(ccrouter_sql.Sql, "sql", config.load(cwd=tmp_path))


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ("```sql\nSELECT a FROM t;\n```", Status.PASS),
        ("```sql\nSELECT FROM WHERE (\n```", Status.FAIL),
        ("```sql\nSELECT 'abc FROM t;\n```", Status.FAIL),
        ('```SQL title="x"\r\nSELECT "abc FROM t;\r\n```\r\n', Status.FAIL),
        ("It is:\r\n\r\n   ~~~Sql\r\nSELECT a FROM t;\r\n   ~~~", Status.PASS),
        ("````sql\nSELECT '```' FROM t;\n````", Status.PASS),
        ("```sql\nSELECT a FROM WHERE (", Status.FAIL),
        ("```sql\n\n```", Status.NOT_APPLICABLE),
        ("```sql-shell\n.tables\n```", Status.NOT_APPLICABLE),
        ("It joins two tables.", Status.NOT_APPLICABLE),
    ],
)
def test_sql_in_an_answer_must_parse(router, reply, status):
    """Every fenced block is parsed by a real parser."""
    answer = router(Routing(), ccrouter_sql.Sql(), replies=[reply] * 3).handle(
        Request(text="explain the joins in report.sql")
    )
    first = answer.attempts[0]
    assert [verdict.status for verdict in first.verdicts if verdict.check == "sql.parses"] == [status]
