"""A whole third-party domain: this module and one entry-point line in `pyproject.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccrouter_core import DomainMatch, Outcome, Request, Signal, Status, Verdict, hookimpl, option, plugin

_FILE = re.compile(r"[^\s\"'`(),;:]+\.sql\b", re.IGNORECASE)
# A fenced block that says it is SQL, as Markdown has it: any case, words after it, CRLF, the end of the text may close it.
_BLOCK = re.compile(
    r"^[ \t]*(```+|~~~+)[ \t]*sql(?!\S)[^\r\n]*\r?\n(.*?)(?:^[ \t]*\1|\Z)",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)


@plugin
class Sql:
    """Schema changes deserve judgment, and every answer must parse."""

    # A cloned repository brings its own ccrouter.toml: what it could use to lower a guard is `user_only`.
    risky: tuple[str, ...] = option(
        default=("alter table", "drop table", "truncate"), help="phrases that set the floor", user_only=True
    )
    floor: str = option(default="sonnet", help="the lowest tier for risky requests", user_only=True)

    @hookimpl
    def ccrouter_domain(self, request: Request) -> DomainMatch | None:
        """Own requests that name an .sql file."""
        files = tuple(name for text in (*request.files, request.text) for name in _FILE.findall(text))
        return DomainMatch(domain="sql", confidence=0.9, evidence=files) if files else None

    @hookimpl
    def ccrouter_signals(self, request: Request, domain: DomainMatch | None) -> Iterator[Signal]:
        """Set the floor for each risky phrase, with the place that shows it."""
        for phrase in self.risky if domain and domain.domain == "sql" else ():
            found = re.search(r"\s+".join(map(re.escape, phrase.split())), request.text, re.IGNORECASE)
            if found:
                reason = f"it says {phrase!r}"
                yield Signal(name="sql.risky", reason=reason, span=found.span(), floor=self.floor)

    @hookimpl
    def ccrouter_validate(self, domain: DomainMatch | None, outcome: Outcome) -> Verdict | None:
        """Parse every fenced SQL block of the answer."""
        if domain is None or domain.domain != "sql":
            return None
        import sqlglot  # noqa: PLC0415 - slow to import, and only answers about SQL need it

        blocks = [block for _, block in _BLOCK.findall(outcome.text) if block.strip()]
        if not blocks:
            return Verdict(check="sql.parses", status=Status.NOT_APPLICABLE, reason="the answer shows no SQL")
        try:
            for block in blocks:
                sqlglot.parse(block)
        except sqlglot.errors.SqlglotError as error:  # of the parser, and of the tokenizer below it
            reason = str(error).splitlines()[0]
            return Verdict(check="sql.parses", status=Status.FAIL, reason=reason)
        return Verdict(check="sql.parses", status=Status.PASS, reason=f"{len(blocks)} block(s) parse")
