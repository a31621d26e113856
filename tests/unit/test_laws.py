"""The laws as properties: whatever plugins propose, these hold."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta, timezone
from functools import partial

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ccrouter_core import laws
from ccrouter_core.models import (
    Action,
    Admission,
    Admit,
    Answer,
    Attempt,
    CacheEntry,
    CacheKey,
    Decision,
    Failure,
    FailureKind,
    FileStamp,
    Ladder,
    Lookup,
    Outcome,
    Piece,
    Request,
    Signal,
    Status,
    Tier,
    Verdict,
)
from ccrouter_core.settings import default_ladder
from ccrouter_core.tokens import estimated_tokens

NOON = datetime(2025, 6, 2, 12, tzinfo=timezone.utc)
LADDER = default_ladder()


def ladder(*ranks: int) -> Ladder:
    """Return a ladder of these ranks, whose names are in another order than its ranks."""
    return Ladder(tuple(Tier(name=f"t{n}", rank=rank, model=f"m{n}") for n, rank in enumerate(ranks)))


LADDERS = (LADDER, ladder(7), ladder(1, 0), ladder(-5, 9, 2), ladder(3, 2, 1, 0), ladder(10, -3, 40, 8, 0, 2))


def tier_names(ladder: Ladder) -> st.SearchStrategy[str]:
    """Draw the name of a tier."""
    return st.sampled_from([tier.name for tier in ladder])


def signals(ladder: Ladder) -> st.SearchStrategy[list[Signal]]:
    """Draw facts, some with floors and ceilings."""
    tier = st.none() | tier_names(ladder)
    return st.lists(
        st.builds(Signal, name=st.just("s"), reason=st.just(""), floor=tier, ceiling=tier), max_size=5
    )


def decisions(ladder: Ladder) -> st.SearchStrategy[Decision]:
    """Draw decisions for any tier, by its general agent, a declared one or none."""
    general = st.sampled_from([tier.general_agent for tier in ladder])
    agent = st.none() | st.just("declared") | general
    return st.builds(Decision, action=st.just(Action.ROUTE), tier=tier_names(ladder), agent=agent)


@st.composite
def proposals(draw: st.DrawFn) -> tuple[Ladder, list[Signal], Decision]:
    """Draw a ladder, facts and a decision on it."""
    ladder = draw(st.sampled_from(LADDERS))
    return ladder, draw(signals(ladder)), draw(decisions(ladder))


def attempt(tier: str, *statuses: Status, skips: bool = False, **outcome) -> Attempt:
    """Return an attempt at a tier with verdicts of these statuses."""
    verdicts = tuple(Verdict(check="c", status=status, reason="", skips_tier=skips) for status in statuses)
    decision = Decision(action=Action.ROUTE, tier=tier)
    return Attempt(decision=decision, outcome=Outcome(text="x", tier=tier, **outcome), verdicts=verdicts)


# --- floor and ceiling -----------------------------------------------------------------------------------------


@given(proposals())
def test_a_decision_never_ends_below_a_floor(proposal) -> None:
    """Every single floor holds, whoever set it."""
    ladder, facts, decision = proposal
    rank = ladder[laws.bounded(decision, facts, ladder).tier].rank
    assert all(rank >= ladder[fact.floor].rank for fact in facts if fact.floor)


@given(proposals())
def test_a_decision_exceeds_a_ceiling_only_for_a_floor(proposal) -> None:
    """Above the lowest ceiling a decision is exactly at the floor."""
    ladder, facts, decision = proposal
    tier = ladder[laws.bounded(decision, facts, ladder).tier]
    ceiling = laws.ceiling_of(facts, ladder)
    assert tier.rank <= ceiling.rank or tier == laws.floor_of(facts, ladder)


@given(proposals())
def test_bounding_twice_changes_nothing(proposal) -> None:
    """A lawful decision is left alone."""
    ladder, facts, decision = proposal
    once = laws.bounded(decision, facts, ladder)
    assert laws.bounded(once, facts, ladder) == once
    floor, ceiling = laws.floor_of(facts, ladder), laws.ceiling_of(facts, ladder)
    if floor.rank <= ladder[decision.tier].rank <= ceiling.rank:
        assert once == decision


@given(proposals(), st.data())
def test_more_facts_never_lower_the_floor(proposal, data) -> None:
    """The floor is monotone in the facts and does not depend on their order."""
    ladder, facts, _ = proposal
    more = facts + data.draw(signals(ladder))
    assert laws.floor_of(more, ladder).rank >= laws.floor_of(facts, ladder).rank
    assert laws.floor_of(reversed(more), ladder) == laws.floor_of(more, ladder)


@given(proposals(), st.data())
def test_a_declared_agent_stays_when_the_tier_moves(proposal, data) -> None:
    """Only the general agent of the tier left is replaced, by that of the tier moved to."""
    ladder, _, decision = proposal
    target = ladder[data.draw(tier_names(ladder))]
    moved = laws.moved(decision, target, ladder)
    assert moved.tier == target.name
    if decision.agent == ladder[decision.tier].general_agent:
        assert moved.agent == target.general_agent
    else:
        assert moved.agent == decision.agent


# --- climb -----------------------------------------------------------------------------------------------------


@given(proposals(), st.data())
def test_the_chain_climbs_strictly_and_ends(proposal, data) -> None:
    """Whatever is proposed, each attempt is above all before it, so there is at most one per tier."""
    ladder, _, decision = proposal
    attempts: list[Attempt] = []
    current: laws.Decision | None = decision
    while current is not None:
        assert all(ladder[current.tier].rank > ladder[done.decision.tier].rank for done in attempts)
        attempts.append(attempt(current.tier, Status.FAIL, skips=data.draw(st.booleans())))
        current = laws.climbed(data.draw(decisions(ladder)), attempts, ladder)
    assert len(attempts) <= len(ladder)
    assert attempts[-1].decision.tier == ladder.highest.name


def test_the_first_decision_stands() -> None:
    """Without an attempt there is nothing to climb from."""
    decision = Decision(action=Action.ROUTE, tier="haiku")
    assert laws.climbed(decision, (), LADDER) is decision


@pytest.mark.parametrize(
    ("failed_at", "skips", "target"),
    [("haiku", False, "sonnet"), ("haiku", True, "opus"), ("sonnet", True, "opus"), ("opus", True, None)],
)
def test_missing_reasoning_skips_a_tier(failed_at: str, skips: bool, target: str | None) -> None:
    """A failure that shows missing reasoning climbs two tiers where there are two."""
    proposed = Decision(action=Action.ROUTE, tier="haiku", agent="haiku-general")
    climbed = laws.climbed(proposed, [attempt(failed_at, Status.FAIL, skips=skips)], LADDER)
    assert (climbed and (climbed.tier, climbed.agent)) == (target and (target, f"{target}-general"))


def test_only_a_failed_verdict_skips() -> None:
    """A check that could not run, or passed, says nothing about reasoning."""
    proposed = Decision(action=Action.ROUTE, tier="haiku")
    done = attempt("haiku", Status.CANNOT_RUN, Status.PASS, skips=True)
    climbed = laws.climbed(proposed, [done], LADDER)
    assert climbed is not None
    assert climbed.tier == "sonnet"


# --- question --------------------------------------------------------------------------------------------------


def test_the_first_question_is_asked() -> None:
    """A fact that asks comes before the decision's own question; CLARIFY always has a question."""
    quiet = Signal(name="a", reason="")
    asks = Signal(name="b", reason="", question="Which file?")
    route = Decision(action=Action.ROUTE, tier="haiku")
    clarify = Decision(action=Action.CLARIFY, tier="haiku", question="What?")
    assert laws.question_of([quiet], route) is None
    assert laws.question_of([quiet, asks], route) == "Which file?"
    assert laws.question_of([quiet, asks], clarify) == "Which file?"
    assert laws.question_of([quiet], clarify) == "What?"
    assert laws.question_of([], evolve(clarify, question=None))
    assert laws.question_of([], evolve(route, action=Action.ESCALATE)) is None


# --- recall and remember ---------------------------------------------------------------------------------------

STAMPS = (
    FileStamp(path="a.py", size_bytes=1, sha256="aa"),
    FileStamp(path="b.py", size_bytes=0, sha256=""),
)


def cached(tier: str = "sonnet", expires: datetime | None = None) -> CacheEntry:
    """Return an entry that depends on STAMPS."""
    key = CacheKey(scope="s", digest="d", text="t", depends=STAMPS)
    return CacheEntry(id="c", key=key, outcome=Outcome(text="x", tier=tier), expires=expires)


def recall(entry: CacheEntry, stamps=STAMPS, floor: str = "haiku", now: datetime = NOON) -> str | None:
    """Return why the entry may not answer."""
    return laws.recallable(entry, now=now, stamps=stamps, floor=LADDER[floor], ladder=LADDER)


def test_a_lawful_entry_answers() -> None:
    """Unexpired, files unchanged in whatever order, tier at or above the floor."""
    assert recall(cached(expires=NOON + timedelta(seconds=1))) is None
    assert recall(cached(), stamps=STAMPS[::-1], floor="sonnet") is None


@pytest.mark.parametrize(
    ("entry", "changes", "reason"),
    [
        (cached(expires=NOON), {}, "expired"),
        (cached(expires=NOON - timedelta(days=1)), {}, "expired"),
        (cached(), {"stamps": STAMPS[:1]}, "context-changed"),
        (cached(), {"stamps": (STAMPS[0], evolve(STAMPS[1], sha256="bb"))}, "context-changed"),
        (cached(), {"stamps": (*STAMPS, evolve(STAMPS[0], path="c.py"))}, "context-changed"),
        (cached(), {"floor": "opus"}, "scope"),
        (cached(tier="gone"), {}, "scope"),
    ],
)
def test_an_unlawful_entry_does_not_answer(entry: CacheEntry, changes: dict, reason: str) -> None:
    """Each condition alone keeps an entry from answering, with its reason code."""
    assert recall(entry, **changes) == reason


@given(st.lists(st.sampled_from(Status), max_size=5))
def test_passed_and_failed_follow_from_the_statuses(statuses: list[Status]) -> None:
    """Passed needs a PASS, no FAIL and no CANNOT_RUN; failed needs a FAIL; never both, never by order."""
    verdicts = attempt("haiku", *statuses).verdicts
    clean = {Status.PASS, Status.NOT_APPLICABLE}
    assert laws.passed(verdicts) == (Status.PASS in statuses and set(statuses) <= clean)
    assert laws.failed(verdicts) == (Status.FAIL in statuses)
    assert not (laws.passed(verdicts) and laws.failed(verdicts))
    assert laws.passed(verdicts[::-1]) == laws.passed(verdicts)


@given(st.lists(st.sampled_from(Status), max_size=4), st.booleans(), st.booleans())
def test_only_a_whole_passed_outcome_is_remembered(statuses, partial: bool, broken: bool) -> None:
    """What failed, could not be checked, broke off or erred never enters the cache."""
    error = Failure(kind=FailureKind.API, message="") if broken else None
    done = attempt("haiku", *statuses, partial=partial, error=error)
    assert laws.memorable(done) == (laws.passed(done.verdicts) and not partial and not broken)


# --- admission and budget --------------------------------------------------------------------------------------

MOMENTS = st.none() | st.integers(0, 5).map(lambda hours: NOON + timedelta(hours=hours))
ADMISSIONS = st.builds(Admission, verdict=st.sampled_from(Admit), reason=st.just(""), not_before=MOMENTS)
STRICTNESS = [Admit.RUN, Admit.WAIT, Admit.DEFER, Admit.REFUSE]


@given(st.lists(ADMISSIONS, min_size=1, max_size=6))
def test_the_strictest_admission_wins(admissions: list[Admission]) -> None:
    """None of the others is stricter, and none that is as strict waits for longer."""
    winner = laws.strictest(admissions)
    assert winner in admissions
    for other in admissions:
        assert STRICTNESS.index(other.verdict) <= STRICTNESS.index(winner.verdict)
        if other.verdict is winner.verdict and other.not_before is not None:
            assert winner.not_before is not None
            assert winner.not_before >= other.not_before


def test_without_objection_it_runs() -> None:
    """Nobody's word is RUN."""
    assert laws.strictest([]).verdict is Admit.RUN


PIECES = st.lists(
    st.builds(
        Piece,
        source=st.uuids().map(str),
        tokens=st.integers(0, 1_000),
        priority=st.floats(0, 100),
        load=st.just(lambda: "text"),
    ),
    max_size=12,
)


@given(PIECES, st.integers(-10, 3_000))
def test_pieces_never_exceed_the_budget(pieces: list[Piece], budget: int) -> None:
    """What is packed is offered, once, and together within the budget."""
    packed = laws.packed(pieces, budget)
    assert sum(piece.tokens for piece in packed) <= max(0, budget)
    assert len({id(piece) for piece in packed}) == len(packed)
    assert all(piece in pieces for piece in packed)


@given(PIECES)
def test_what_fits_is_packed(pieces: list[Piece]) -> None:
    """Nothing is left out while there is room, and what is left out did not fit."""
    sizes = [piece.tokens for piece in pieces]
    assert len(laws.packed(pieces, sum(sizes))) == len(pieces)
    packed = laws.packed(pieces, sum(sizes) // 2)
    left = sum(sizes) // 2 - sum(piece.tokens for piece in packed)
    kept = {id(piece) for piece in packed}
    assert all(piece.tokens > left for piece in pieces if id(piece) not in kept)


@given(st.lists(st.tuples(st.integers(0, 50), st.text(max_size=300)), max_size=12), st.integers(0, 200))
def test_what_pieces_say_of_their_size_does_not_break_the_budget(
    said: list[tuple[int, str]], budget: int
) -> None:
    """Whatever they claim, the texts that are taken are within it, and those that fit are taken."""
    pieces = [Piece(source="s", tokens=tokens, load=partial(str, text)) for tokens, text in said]
    texts = laws.loaded(laws.packed(pieces, budget), budget)
    assert sum(map(estimated_tokens, texts)) <= budget
    honest = [piece for piece in pieces if estimated_tokens(piece.load()) <= piece.tokens]
    if honest == pieces:
        assert list(texts) == [piece.load() for piece in laws.packed(pieces, budget) if piece.load()]


# --- state -----------------------------------------------------------------------------------------------------

ROUTED = Answer(request=Request(text="x"), decision=Decision(action=Action.ROUTE, tier="haiku"))
ERROR = Failure(kind=FailureKind.TIMEOUT, message="")
STATES = {
    "decided": ROUTED,
    "clarify": evolve(ROUTED, question="Which?"),
    "cached": evolve(ROUTED, cached=Lookup(reason="exact", entry=cached())),
    "wait": evolve(ROUTED, admission=Admission(verdict=Admit.WAIT, reason="")),
    "defer": evolve(ROUTED, admission=Admission(verdict=Admit.DEFER, reason="")),
    "refuse": evolve(ROUTED, admission=Admission(verdict=Admit.REFUSE, reason="")),
    "passed": evolve(ROUTED, attempts=(attempt("haiku", Status.FAIL), attempt("sonnet", Status.PASS))),
    "failed": evolve(ROUTED, attempts=(attempt("haiku", Status.PASS), attempt("sonnet", Status.FAIL))),
    "unverified": evolve(ROUTED, attempts=(attempt("haiku", Status.PASS, Status.CANNOT_RUN),)),
    "error": evolve(ROUTED, attempts=(attempt("haiku", error=ERROR),)),
}


@pytest.mark.parametrize("state", STATES)
def test_an_answer_has_one_state(state: str) -> None:
    """Each way to end has its word, and that word is a plain string."""
    found = laws.state_of(STATES[state])
    assert found == state
    assert type(found) is str


def test_what_was_not_executed_is_only_decided() -> None:
    """A dry run is neither judged nor remembered, and whatever a check says of it, it has not passed."""
    dry = attempt("haiku", Status.PASS, executed=False)
    assert laws.state_of(evolve(ROUTED, attempts=(dry,))) == "decided"
    assert not laws.judgeable(dry.outcome)
    assert not laws.memorable(dry)


def test_a_check_that_did_not_run_is_never_passed() -> None:
    """No combination with CANNOT_RUN counts as passed, and none without FAIL counts as failed."""
    for others in itertools.product(Status, repeat=2):
        answer = evolve(ROUTED, attempts=(attempt("haiku", Status.CANNOT_RUN, *others),))
        assert laws.state_of(answer) == ("failed" if Status.FAIL in others else "unverified")
