"""A whole third-party domain: this module and one entry-point line in `pyproject.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccrouter_core import DomainMatch, Outcome, Request, Signal, Status, Verdict, hookimpl, option, plugin

_FENCED_SQL = re.compile(r"```sql\n(.*?)```", re.DOTALL)


@plugin
class Sql:
    """Schema changes deserve judgment, and every answer must parse."""

    risky: tuple[str, ...] = option(
        default=("alter table", "drop table", "truncate"), help="phrases that set the floor"
    )
    floor: str = option(default="sonnet", help="the lowest tier for risky requests", user_only=True)

    @hookimpl
    def ccrouter_domain(self, request: Request) -> DomainMatch | None:
        """Own requests that name an .sql file."""
        files = tuple(word for word in (*request.files, *request.text.split()) if word.endswith(".sql"))
        return DomainMatch(domain="sql", confidence=0.9, evidence=files) if files else None

    @hookimpl
    def ccrouter_signals(self, request: Request, domain: DomainMatch | None) -> Iterator[Signal]:
        """Set the floor for the first risky phrase, with the place that shows it."""
        for phrase in self.risky if domain and domain.domain == "sql" else ():
            at = request.text.lower().find(phrase)
            if at >= 0:
                span = (at, at + len(phrase))
                yield Signal(name="sql.risky", reason=f"it says {phrase!r}", span=span, floor=self.floor)

    @hookimpl
    def ccrouter_validate(self, domain: DomainMatch | None, outcome: Outcome) -> Verdict | None:
        """Parse every fenced SQL block of the answer."""
        if domain is None or domain.domain != "sql":
            return None
        import sqlglot  # noqa: PLC0415 - slow to import, and only answers about SQL need it

        statements = _FENCED_SQL.findall(outcome.text)
        if not statements:
            return Verdict(check="sql.parses", status=Status.NOT_APPLICABLE, reason="the answer shows no SQL")
        try:
            for statement in statements:
                sqlglot.parse(statement)
        except sqlglot.errors.ParseError as error:
            return Verdict(check="sql.parses", status=Status.FAIL, reason=str(error).splitlines()[0])
        return Verdict(check="sql.parses", status=Status.PASS, reason=f"{len(statements)} block(s) parse")
