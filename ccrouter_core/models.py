"""The records that hooks and services exchange.

All records are frozen and keyword-only. Times are UTC-aware `datetime`s, money is integer nano-USD
(1 USD = 1_000_000_000), sizes and durations carry their unit in the name, collections are tuples.
Copy with a change by `attrs.evolve(record, field=value)`.
"""

from __future__ import annotations

import enum
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any, Union

from attrs import Factory, field, frozen

from ccrouter_core.errors import UsageError

NANO_PER_USD = 1_000_000_000
MAX_REQUEST_CHARS = 100_000
Scalar = Union[str, int, float, bool, None]


class _Word(str, enum.Enum):
    """An enum whose members are, print as and serialise as their lower-case word."""

    def __str__(self) -> str:
        return str(self.value)


class Action(_Word):
    """What a decision does: run on a tier, ask a better judge how to, or ask the person what."""

    ROUTE = "route"
    ESCALATE = "escalate"
    CLARIFY = "clarify"


class Status(_Word):
    """What one check found. Only FAIL climbs; CANNOT_RUN is never counted as passed."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    CANNOT_RUN = "cannot_run"
    NOT_APPLICABLE = "not_applicable"


class Timing(_Word):
    """When a request wants its answer: the user waits, or any time."""

    NOW = "now"
    BACKGROUND = "background"


class Admit(_Word):
    """Whether an attempt may start, from the most lenient to the strictest."""

    RUN = "run"
    WAIT = "wait"
    DEFER = "defer"
    REFUSE = "refuse"


class Provenance(_Word):
    """How a figure is known."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


class WorkStatus(_Word):
    """The life of a work item."""

    QUEUED = "queued"
    ACTIVE = "active"
    BLOCKED = "blocked"
    COMPLETED = "completed"
    FAILED = "failed"


class Parallelism(_Word):
    """How many items of a workflow may run at once: 1, 2, 3 or 4."""

    SEQUENTIAL = "sequential"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def width(self) -> int:
        """Return the number of items that may run at once."""
        return {"sequential": 1, "low": 2, "medium": 3, "high": 4}[self.value]


class FailureKind(_Word):
    """Why an executor gave no usable answer. REFUSAL and DEGENERATE are judged as FAIL; the rest end the attempt."""

    RATE_LIMITED = "rate_limited"  # transient: 429 with a short wait, 529
    QUOTA = "quota"  # the subscription window is used up: reschedule, never retry
    AUTH = "auth"
    CONTEXT_TOO_LONG = "context_too_long"
    REFUSAL = "refusal"
    BUDGET = "budget"
    MAX_TURNS = "max_turns"
    BLOCKED = "blocked"  # a hook of the client stopped the prompt
    API = "api"  # any other answer of the service that is an error
    CRASHED = "crashed"
    TIMEOUT = "timeout"
    ABORTED = "aborted"
    UNAVAILABLE = "unavailable"  # the executor is not installed or cannot be reached


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(timezone.utc)


def new_id(prefix: str) -> str:
    """Return a fresh identifier: `prefix`, a dash and 80 random bits in hexadecimal."""
    return f"{prefix}-{secrets.token_hex(10)}"


def to_usd(nano_usd: int | None) -> float | None:
    """Return nano-USD as USD; None stays None."""
    return None if nano_usd is None else nano_usd / NANO_PER_USD


def to_nano_usd(usd: float) -> int:
    """Return USD as integer nano-USD, rounded to the nearest."""
    return round(usd * NANO_PER_USD)


def _aware(_: object, attribute: Any, value: datetime | None) -> None:
    if value is not None and value.utcoffset() is None:
        raise UsageError(
            what=f"{attribute.name} is a datetime without a time zone",
            why="times are compared across machines and clock changes",
            fix="pass an aware datetime, for example datetime.now(timezone.utc)",
        )


def _texts(value: str | Iterable[Any]) -> tuple[str, ...]:
    """Return the strings (or paths) as a tuple of strings; one lone string is one element."""
    return (value,) if isinstance(value, str) else tuple(str(item) for item in value)


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


def _check_text(_: object, attribute: Any, value: Any) -> None:
    """Refuse a request text that no step could treat: wrong type, empty, over-long, NUL, lone surrogates."""
    problem = None
    if not isinstance(value, str):
        problem = f"it is {type(value).__name__}, not a string"
    elif not value.strip():
        problem = "it is empty"
    elif len(value) > MAX_REQUEST_CHARS:
        problem = f"it has {len(value):,} characters; at most {MAX_REQUEST_CHARS:,} are read"
    elif "\x00" in value:
        problem = "it contains a NUL character"
    elif not _encodable(value):
        problem = "it is not valid Unicode (a lone surrogate)"
    if problem:
        raise UsageError(
            what=f"the request's {attribute.name} cannot be used",
            why=problem,
            fix="pass a non-empty UTF-8 text; put long material in a file and name the file",
        )


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


# --- tiers -----------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Prices:
    """List prices of a model in USD per million tokens."""

    input: float = 0.0
    output: float = 0.0
    cache_write_5m: float = 0.0
    cache_write_1h: float = 0.0
    cache_read: float = 0.0


@frozen(kw_only=True)
class Usage:
    """Tokens that one model used, as the executor reported them."""

    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0
    cache_read_tokens: int = 0


@frozen(kw_only=True)
class Tier:
    """A rung of the ladder: a model, the executor that runs it, and what it costs."""

    name: str
    rank: int
    model: str
    executor: str = "claude_code"
    prices: Prices = Prices()
    agent: str = ""  # the general agent of this tier; empty = "<name>-general"

    @property
    def general_agent(self) -> str:
        """Return the name of the agent that takes what no declared agent matches."""
        return self.agent or f"{self.name}-general"

    def cost_nano_usd(self, usage: Usage) -> int:
        """Return what `usage` costs at this tier's list prices, in nano-USD.

        USD per million tokens x 1000 is nano-USD per token.
        """
        price = self.prices
        usd_per_million = (
            usage.input_tokens * price.input
            + usage.output_tokens * price.output
            + usage.cache_write_5m_tokens * price.cache_write_5m
            + usage.cache_write_1h_tokens * price.cache_write_1h
            + usage.cache_read_tokens * price.cache_read
        )
        return round(usd_per_million * 1000)


def _by_rank(tiers: Iterable[Tier]) -> tuple[Tier, ...]:
    return tuple(sorted(tiers, key=lambda tier: tier.rank))


@frozen
class Ladder:
    """The tiers, cheapest first. Iterable; `ladder["sonnet"]` finds a tier by name."""

    tiers: tuple[Tier, ...] = field(converter=_by_rank)

    @tiers.validator
    def _distinct(self, _: object, tiers: tuple[Tier, ...]) -> None:
        names = [tier.name for tier in tiers]
        ranks = [tier.rank for tier in tiers]
        if not tiers or len(set(names)) != len(names) or len(set(ranks)) != len(ranks):
            raise UsageError(
                what="the ladder of tiers cannot be used",
                why=f"it needs at least one tier, each with its own name and rank; got {list(zip(names, ranks, strict=True))}",
                fix="give every [[tiers]] table a distinct name and a distinct rank",
            )

    def __iter__(self) -> Any:
        return iter(self.tiers)

    def __len__(self) -> int:
        return len(self.tiers)

    def __contains__(self, name: object) -> bool:
        return any(tier.name == name for tier in self.tiers)

    def __getitem__(self, name: str) -> Tier:
        for tier in self.tiers:
            if tier.name == name:
                return tier
        known = ", ".join(tier.name for tier in self.tiers)
        raise UsageError(
            what=f"there is no tier named {name!r}",
            why=f"the ladder has: {known}",
            fix="name one of these, or add a [[tiers]] table to the configuration",
        )

    @property
    def lowest(self) -> Tier:
        """Return the cheapest tier."""
        return self.tiers[0]

    @property
    def highest(self) -> Tier:
        """Return the strongest tier."""
        return self.tiers[-1]

    def above(self, name: str) -> Tier | None:
        """Return the next tier above the one named, or None at the top."""
        rank = self[name].rank
        return next((tier for tier in self.tiers if tier.rank > rank), None)

    def max(self, names: Iterable[str | None]) -> Tier:
        """Return the highest of the tiers named (None is skipped), the lowest tier when none is named."""
        return max((self[name] for name in names if name), key=lambda tier: tier.rank, default=self.lowest)

    def of_model(self, model: str) -> Tier | None:
        """Return the tier that books the model id: exactly, or as a family word ("haiku" in "claude-haiku-5-5")."""
        for tier in self.tiers:
            if model == tier.model:
                return tier
        return next((tier for tier in self.tiers if tier.model in model or tier.name in model), None)


# --- the request and what is known of it -----------------------------------------------------------------------


@frozen(kw_only=True)
class Turn:
    """An earlier turn of the session that a request may continue."""

    text: str
    tier: str | None = None
    floor: str | None = None
    domain: str | None = None
    rejected: bool = False  # the person said that its answer was wrong


@frozen(kw_only=True)
class RequestLimits:
    """What the person allows for one request; None is no limit."""

    tier: str | None = None  # the tier the person chose; never below a floor
    max_cost_nano_usd: int | None = None
    deadline: datetime | None = field(default=None, validator=_aware)


@frozen(kw_only=True)
class Request:
    """Something a person or program wants done: 1 to 100,000 characters, without NUL, valid Unicode.

    Raises UsageError for a text that cannot be used.
    """

    text: str = field(validator=_check_text)
    files: tuple[str, ...] = field(default=(), converter=_texts)
    cwd: str | None = field(default=None, converter=_text_or_none)
    session: str | None = None
    earlier: Turn | None = None
    timing: Timing = Timing.NOW
    limits: RequestLimits = RequestLimits()
    warm_cache_tokens: int = 0  # tokens of the session's warm prompt cache, lost when the model changes
    warm_cache_tier: str | None = None  # the tier whose cache that is
    id: str = field(factory=lambda: new_id("r"))
    created: datetime = field(factory=utc_now, validator=_aware)


@frozen(kw_only=True)
class DomainMatch:
    """Who owns a request, how sure (0..1), and what showed it."""

    domain: str
    confidence: float
    workflow: str | None = None
    root: str | None = None
    evidence: tuple[str, ...] = ()


@frozen(kw_only=True)
class Phase:
    """A step of a workflow and the checks that close it."""

    name: str
    gates: tuple[str, ...] = ()


@frozen(kw_only=True)
class Workflow:
    """How a domain does a kind of work."""

    name: str
    domain: str
    phases: tuple[Phase, ...]
    parallelism: Parallelism = Parallelism.SEQUENTIAL
    tiers: tuple[tuple[str, str], ...] = ()  # (kind of task, default tier)
    context: str = ""  # the context strategy, one line


@frozen(kw_only=True)
class Signal:
    """A fact about a request, with the place that shows it.

    A fact may set a floor or a ceiling (tier names), ask a question (the request is then CLARIFY), be
    positive evidence that a tier can do the work (`supports`), call for a better judge (`escalates`), or name
    what the person must agree to before it runs (`confirm`).
    `span` is [start, end) in characters of the request's text.
    """

    name: str
    reason: str
    span: tuple[int, int] | None = None
    floor: str | None = None
    ceiling: str | None = None
    question: str | None = None
    supports: str | None = None
    escalates: bool = False
    confirm: str | None = None


@frozen(kw_only=True)
class Decision:
    """What is to be done with a request, and why. Confidence is 0..1."""

    action: Action
    tier: str
    agent: str | None = None
    reasons: tuple[Signal, ...] = ()
    confidence: float = 1.0
    question: str | None = None
    expected_cost_nano_usd: int | None = None


@frozen(kw_only=True)
class Piece:
    """A part of the project worth showing to the model. `load` reads the text late."""

    source: str
    start: int = 1  # first line, 1-based
    end: int = 1  # last line, inclusive
    tokens: int = 0
    priority: float = 0.0
    load: Callable[[], str] = field(repr=False, eq=False)


# --- execution -------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Failure:
    """Why an execution gave no usable answer; `resets_at` says when a quota opens again, if known."""

    kind: FailureKind
    message: str
    resets_at: datetime | None = field(default=None, validator=_aware)


@frozen(kw_only=True)
class Outcome:
    """What one execution produced. Usage is per model; cost None means unknown."""

    text: str
    tier: str
    model: str = ""
    usage: tuple[Usage, ...] = ()
    cost_nano_usd: int | None = None
    cost_provenance: Provenance = Provenance.UNKNOWN
    duration_ms: int = 0
    changed: tuple[str, ...] = ()  # project-relative paths that the attempt created, changed or deleted
    diff: str = ""  # unified diff of what it changed
    workspace: str | None = None  # the folder it worked in, where validators look
    session: str | None = None  # the executor's own session id, for resuming
    structured: Any = None
    partial: bool = False
    error: Failure | None = None


@frozen(kw_only=True)
class Finding:
    """A place that a check complains about."""

    rule: str
    message: str
    path: str | None = None
    line: int | None = None


@frozen(kw_only=True)
class Verdict:
    """What one check says of an outcome."""

    check: str
    status: Status
    reason: str
    findings: tuple[Finding, ...] = ()
    skips_tier: bool = False  # the failure shows missing reasoning: the next tier up may be skipped


@frozen(kw_only=True)
class Attempt:
    """One tier's try: the decision that led to it, what came out, what the checks said."""

    decision: Decision
    outcome: Outcome
    verdicts: tuple[Verdict, ...] = ()
    id: str = Factory(lambda: new_id("a"))


@frozen(kw_only=True)
class Admission:
    """Whether an attempt may start now; `not_before` says when to try again."""

    verdict: Admit
    reason: str
    not_before: datetime | None = field(default=None, validator=_aware)


# --- caching ---------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class FileStamp:
    """A file's identity by content. `sha256` is empty for a file that does not exist."""

    path: str
    size_bytes: int
    sha256: str


@frozen(kw_only=True)
class CacheKey:
    """Where a result may be found again: a scope that never matches fuzzily, and a digest of the exact request."""

    scope: str
    digest: str
    text: str
    depends: tuple[FileStamp, ...] = ()


@frozen(kw_only=True)
class CacheEntry:
    """A stored answer and what it depends on."""

    id: str
    key: CacheKey
    outcome: Outcome
    domain: str | None = None
    created: datetime = field(factory=utc_now, validator=_aware)
    expires: datetime | None = field(default=None, validator=_aware)


@frozen(kw_only=True)
class Lookup:
    """The answer of a cache: one reason code (see DESIGN: exact, semantic, no-candidate, ...) and perhaps an entry."""

    reason: str
    entry: CacheEntry | None = None
    similarity: float | None = None
    candidate: CacheEntry | None = None


@frozen(kw_only=True)
class Veto:
    """Why a cached candidate must not answer a query."""

    guard: str
    reason: str


# --- work ------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Lease:
    """How long an owner keeps an item, on a clock that never steps back."""

    boot_id: str
    expires_ns: int


def _between(low: int, high: int) -> Callable[[Any, Any, Any], None]:
    def check(_: object, attribute: Any, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise UsageError(
                what=f"{attribute.name} = {value!r} cannot be used",
                why=f"it must be a whole number from {low} to {high}",
                fix=f"choose a value from {low} to {high}",
            )

    return check


def _name_like(_: object, attribute: Any, value: Any) -> None:
    if not isinstance(value, str) or not value.strip() or "\x00" in value or len(value) > MAX_REQUEST_CHARS:
        raise UsageError(
            what=f"the item's {attribute.name} cannot be used",
            why=f"it must be a non-empty string without NUL of at most {MAX_REQUEST_CHARS:,} characters",
            fix=f"give the item a {attribute.name}",
        )


@frozen
class WorkItem:
    """A piece of work in the queue. Without a request the description is the text to run.

    Priority is 1-10 (10 first), complexity 1-5. Raises UsageError for values out of range.
    """

    id: str = field(validator=_name_like)
    description: str = field(validator=_name_like)
    priority: int = field(default=5, validator=_between(1, 10))
    estimated_complexity: int = field(default=3, validator=_between(1, 5))
    dependencies: tuple[str, ...] = field(default=(), converter=_texts)
    request: Request | None = field(default=None, kw_only=True)
    lane: str = field(default="default", kw_only=True)
    status: WorkStatus = field(default=WorkStatus.QUEUED, kw_only=True)
    owner: str | None = field(default=None, kw_only=True)
    token: int = field(default=0, kw_only=True)
    lease: Lease | None = field(default=None, kw_only=True)
    not_before: datetime | None = field(default=None, validator=_aware, kw_only=True)
    deadline: datetime | None = field(default=None, validator=_aware, kw_only=True)
    timing: Timing = field(default=Timing.BACKGROUND, kw_only=True)
    attempts: int = field(default=0, kw_only=True)
    error: str | None = field(default=None, kw_only=True)
    created: datetime = field(factory=utc_now, validator=_aware, kw_only=True)
    started: datetime | None = field(default=None, validator=_aware, kw_only=True)
    finished: datetime | None = field(default=None, validator=_aware, kw_only=True)


# --- answers ---------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Answer:
    """What came of a request. Exactly one of: attempts, a cached entry, a question, an admission that waits."""

    request: Request
    decision: Decision
    domain: DomainMatch | None = None
    attempts: tuple[Attempt, ...] = ()
    cached: Lookup | None = None
    question: str | None = None
    admission: Admission | None = None
    item: WorkItem | None = None
    signals: tuple[Signal, ...] = ()

    @property
    def outcome(self) -> Outcome | None:
        """Return the outcome that answers: the cached one, else the last attempt's, else None."""
        if self.cached is not None and self.cached.entry is not None:
            return self.cached.entry.outcome
        return self.attempts[-1].outcome if self.attempts else None

    @property
    def tier(self) -> str:
        """Return the tier that answered, or the one decided when nothing ran."""
        return self.outcome.tier if self.outcome else self.decision.tier

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Return the verdicts on the last attempt."""
        return self.attempts[-1].verdicts if self.attempts else ()

    @property
    def total_cost_nano_usd(self) -> int | None:
        """Return what all attempts cost together; None when one of them is unknown."""
        costs = [attempt.outcome.cost_nano_usd for attempt in self.attempts]
        return None if None in costs else sum(cost for cost in costs if cost is not None)


# --- figures, events, sessions ---------------------------------------------------------------------------------


@frozen(kw_only=True)
class QuotaWindow:
    """A limit of the service over a period. `used` and `limit` are None when unknown."""

    name: str
    tiers: tuple[str, ...] = ()  # empty = all
    unit: str = "percent"  # messages | tokens | percent | usd
    limit: float | None = None
    used: float | None = None
    opens: datetime | None = field(default=None, validator=_aware)
    closes: datetime | None = field(default=None, validator=_aware)
    provenance: Provenance = Provenance.UNKNOWN


@frozen(kw_only=True)
class Figure:
    """A number as shown: its unit, how it is known, and its age."""

    value: float | None
    unit: str
    provenance: Provenance
    age_s: float | None = None


@frozen(kw_only=True)
class Metric:
    """A figure with a name and a target range."""

    name: str
    figure: Figure
    target: tuple[float, float] | None = None
    help: str = ""


@frozen(kw_only=True)
class View:
    """What a dashboard shows under one name: plain rows and figures."""

    name: str
    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Scalar, ...], ...] = ()
    figures: tuple[Metric, ...] = ()


@frozen(kw_only=True)
class Event:
    """Something that happened, without any text of a request."""

    name: str  # for example "decided", "attempted", "validated"
    request: str | None = None  # the request's id
    data: Mapping[str, Scalar] = Factory(dict)
    id: str = Factory(lambda: new_id("e"))
    at: datetime = field(factory=utc_now, validator=_aware)


@frozen(kw_only=True)
class ClientEvent:
    """An event of the coding client. The one record that may carry text of the person."""

    name: str
    session: str | None = None
    cwd: str | None = None
    payload: Mapping[str, Any] = Factory(dict)
    at: datetime = field(factory=utc_now, validator=_aware)


@frozen(kw_only=True)
class SearchRecord:
    """A search that was done, so that it need not be paid twice."""

    query: str
    agent: str
    summary: str = ""
    at: datetime = field(factory=utc_now, validator=_aware)


@frozen(kw_only=True)
class DecisionRecord:
    """A choice that was made, why, and what was rejected."""

    decision: str
    rationale: str = ""
    rejected: tuple[str, ...] = ()
    at: datetime = field(factory=utc_now, validator=_aware)


@frozen(kw_only=True)
class FileModification:
    """A file that was changed, and for what."""

    path: str
    purpose: str = ""
    at: datetime = field(factory=utc_now, validator=_aware)


@frozen(kw_only=True)
class SessionState:
    """What a session knows."""

    id: str
    project: str
    domain: str | None = None
    started: datetime = field(factory=utc_now, validator=_aware)
    ended: datetime | None = field(default=None, validator=_aware)
    focus: str = ""
    active: tuple[str, ...] = ()
    completed: tuple[str, ...] = ()
    searches: tuple[SearchRecord, ...] = ()
    decisions: tuple[DecisionRecord, ...] = ()
    modifications: tuple[FileModification, ...] = ()
    parent: str | None = None
    related: tuple[str, ...] = ()
    summary: str = ""


@frozen(kw_only=True)
class Check:
    """The result of one self-test or readiness check; `fix` says what to do when it did not pass."""

    name: str
    passed: bool
    reason: str = ""
    fix: str = ""


@frozen(kw_only=True)
class AgentSpec:
    """A declared agent: where it comes from and which model it wants."""

    name: str
    description: str = ""
    model: str | None = None
    tools: tuple[str, ...] = ()
    origin: str = "project"  # project | user | plugin | general
