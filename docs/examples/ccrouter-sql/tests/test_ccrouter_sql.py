"""The example domain on the real path, with the fixtures that ccrouter ships."""

from __future__ import annotations

import pytest

from ccrouter_core import Request, Status
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
    ("reply", "status"),
    [
        ("```sql\nSELECT a FROM t;\n```", Status.PASS),
        ("```sql\nSELECT FROM WHERE (\n```", Status.FAIL),
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
