"""What came of a request."""

from __future__ import annotations

from attrs import frozen

from ccrouter_core import models as m  # a decision alone needs none of the records that running makes


@frozen(kw_only=True)
class Answer:
    """What came of a request. Exactly one of: attempts, a cached entry, a question, an admission that waits."""

    request: m.Request
    decision: m.Decision
    domain: m.DomainMatch | None = None
    attempts: tuple[m.Attempt, ...] = ()
    cached: m.Lookup | None = None
    question: str | None = None
    admission: m.Admission | None = None
    item: m.WorkItem | None = None
    signals: tuple[m.Signal, ...] = ()

    @property
    def outcome(self) -> m.Outcome | None:
        """Return the outcome that answers: the cached one, else the last attempt's, else None."""
        if self.cached is not None and self.cached.entry is not None:
            return self.cached.entry.outcome
        return self.attempts[-1].outcome if self.attempts else None

    @property
    def tier(self) -> str:
        """Return the tier that answered, or the one decided when nothing ran."""
        return self.outcome.tier if self.outcome else self.decision.tier

    @property
    def verdicts(self) -> tuple[m.Verdict, ...]:
        """Return the verdicts on the last attempt."""
        return self.attempts[-1].verdicts if self.attempts else ()

    @property
    def total_cost_nano_usd(self) -> int | None:
        """Return what deciding and all attempts cost together; None when a part is unknown."""
        costs = [self.decision.cost_nano_usd, *(attempt.outcome.cost_nano_usd for attempt in self.attempts)]
        return None if None in costs else sum(cost for cost in costs if cost is not None)

    @property
    def total_cost_provenance(self) -> m.Provenance:
        """Return how the total cost is known: as badly as its worst part."""
        decided = [self.decision.cost_provenance] if self.decision.cost_nano_usd != 0 else []
        kinds = [*decided, *(attempt.outcome.cost_provenance for attempt in self.attempts)]
        worst = (m.Provenance.UNKNOWN, m.Provenance.ESTIMATED, m.Provenance.MEASURED)
        return next((kind for kind in worst if kind in kinds), m.Provenance.MEASURED)
