"""How far a request reaches: no file named, patterns, vague amounts, several steps, matters of judgement."""

from __future__ import annotations

from collections.abc import Sequence

from . import lexicon as lex
from .background import is_report
from .clauses import ASK, DENY, DO, TELL, Clause
from .demands import Demand
from .facts import Fact, Rules
from .lexicon_intent import DESIGN_VERBS
from .lexicon_objects import DEEP, DESIGN
from .objects import Evidence, Target
from .protected import is_reading
from .reading import Reading

__all__ = ["reaches", "steps"]

_VAGUE_AMOUNTS = frozenset("some most many few several various couple bunch numerous multiple".split())
_CONTAINERS = frozenset(
    "codebase project repo repository monorepo everywhere throughout workspace vault site-wide project-wide repo-wide".split()
)
_SPREAD = frozenset("callers usages importers dependents callsites everywhere consumers".split())
_FILE_NOUNS = frozenset(
    "files file modules module components scripts pages notes documents tables figures chapters folders directories tests images classes endpoints services packages views templates".split()
)
_PLACES = frozenset("in inside at from under within to into on for over".split())
_EVERY = frozenset("all every each any".split())
_SEEKS = frozenset(("find", "identify", "locate", "verify", "confirm", "determine", "find out"))
_CHOICE_WORDS = frozenset(
    "approach approaches architecture strategy trade-offs tradeoffs decide choose best".split()
)


def reaches(
    clause: Clause, target: Target, evidence: Evidence | None, reading: Reading, rules: Rules
) -> list[Fact]:
    """Return the facts about the reach of one clause that changes something."""
    facts: list[Fact] = []
    if clause.mood in (ASK, DENY):
        return _judgement(clause, target, reading, rules)
    if clause.mood != DO or reading.command_at(clause.start) is not None:
        return facts
    facts += _judgement(clause, target, reading, rules)
    if is_reading(clause) and lex.verb_class(clause.verb) != "work":
        return facts
    facts += _amounts(clause, target, reading)
    if evidence is not None and evidence.name in (
        "routing.command",
        "routing.explanation",
        "routing.read-only",
    ):
        return facts
    if not target.files and not target.globs and clause.verb:
        kind = "a folder, not a file" if target.folders else "no explicit file"
        facts.append(_fact("routing.no-path", f"{clause.verb}: {kind}", clause, reading))
    return facts


def _fact(name: str, reason: str, clause: Clause, reading: Reading, supports: str | None = None) -> Fact:
    """Return a fact over a whole clause that forbids a direct route."""
    start, end = reading.span(clause.start, clause.end)
    return Fact(name, reason, start, end, supports=supports, escalates=True)


def _amounts(clause: Clause, target: Target, reading: Reading) -> list[Fact]:
    """Return facts about patterns and vague amounts."""
    facts = []
    words = [token.text for token in clause.tokens if token.kind == "word"]
    present = set(words)
    if target.globs:
        facts.append(_fact("routing.wildcard", f"a pattern: {target.globs[0][:60]}", clause, reading))
    elif _ranges(clause):
        facts.append(_fact("routing.wildcard", "reaches across files of a kind", clause, reading))
    elif present & _CONTAINERS and not target.files:
        facts.append(_fact("routing.wildcard", "reaches across many files", clause, reading))
    elif (
        any(
            first in _EVERY and any(word in _FILE_NOUNS for word in words[index + 1 : index + 4])
            for index, first in enumerate(words)
        )
        and not target.files
    ):
        facts.append(_fact("routing.wildcard", "every file of a kind", clause, reading))
    elif (
        present & _SPREAD
        and lex.verb_class(clause.verb) in ("edit", "work")
        and present & {"callers", "usages", "importers", "dependents", "callsites", "consumers"}
    ):
        facts.append(_fact("routing.wildcard", "reaches beyond the named file", clause, reading))
    vague = next(
        (
            word
            for index, word in enumerate(words)
            if word in _VAGUE_AMOUNTS
            and words[index + 1 : index + 2] != ["more"]
            # "it has no tests, write some": the noun stands before
            and not (word == "some" and target.files and index + 1 == len(words))
        ),
        None,
    )
    if vague is not None and not (vague == "few" and "last" in present):
        facts.append(_fact("routing.wildcard", f'a vague amount: "{vague}"', clause, reading))
    return facts


def _ranges(clause: Clause) -> bool:
    """Tell whether the place is every file of a kind, "in all components", and no file is named as the place."""
    words = [token.text for token in clause.tokens]
    placed = any(
        token.kind == "path" and index and words[index - 1] in _PLACES
        for index, token in enumerate(clause.tokens)
    )
    return not placed and any(
        word in ("throughout", "across")
        or (
            word in _EVERY
            and index
            and words[index - 1] in _PLACES
            and any(noun in _FILE_NOUNS or f"{noun}s" in _FILE_NOUNS for noun in words[index + 1 : index + 4])
        )
        for index, word in enumerate(words)
    )


def _judgement(clause: Clause, target: Target, reading: Reading, rules: Rules) -> list[Fact]:
    """Return facts about design, judgement and the user's complexity keywords."""
    words = {token.text for token in clause.tokens if token.kind == "word"}
    head = clause.verb.split(" ", 1)[0]
    top, middle = rules.tiers[-1], rules.tiers[min(1, len(rules.tiers) - 1)]
    explains = clause.mood == DENY or (
        clause.mood == DO and lex.verb_class(clause.verb) in ("explain", "read") and clause.verb not in _SEEKS
    )
    if clause.mood == DO and head in DESIGN_VERBS and (head != "plan" or clause.rest):
        return [_fact("routing.judgement", f"design ({clause.verb})", clause, reading, top)]
    if (
        not target.files
        and words & DESIGN
        and not explains
        and clause.mood == DO
        and lex.verb_class(clause.verb) == "work"
    ):
        return [_fact("routing.judgement", "architecture or design", clause, reading, top)]
    if not target.files and words & DEEP and clause.mood == DO and not explains:
        return [_fact("routing.judgement", "deep reasoning without a named file", clause, reading, top)]
    keyword = next((word for word in rules.complexity_keywords if word.lower() in words), None)
    if keyword is not None and not explains:
        return [_fact("routing.judgement", f'calls for judgement: "{keyword}"', clause, reading, middle)]
    if clause.mood == ASK and words & _CHOICE_WORDS and not target.files:
        return [_fact("routing.judgement", "asks for a judgement", clause, reading, middle)]
    return []


def _follows(demand: Demand, before: Demand) -> bool:
    """Tell whether "... and fix it" goes on with the file that was looked at, rather than being a step of its own."""
    names = {part.evidence.name for part in (demand, before) if part.evidence is not None}
    if demand.leans and (is_reading(demand.clause) or names == {"routing.deep"}):
        return True
    looked = before.evidence is not None and is_reading(before.clause)
    same = bool(demand.target.files) and demand.target == before.target
    return looked and same and (demand.leans or names == {"routing.read-only", "routing.mechanical"})


def steps(found: Sequence[Demand], reading: Reading, commands: int) -> Fact | None:
    """Return a fact when the request is several steps of work rather than one.

    Mechanical edits of the same file count as one step; saying how to report counts as none.
    """
    work = [
        demand
        for index, demand in enumerate(found)
        if (demand.clause.mood == DO or (demand.clause.mood == TELL and not index))
        and not (index and is_report(demand.clause))
        and not (index and _follows(demand, found[index - 1]))
    ]
    count = len(work) + commands
    if count < 2:
        return None
    kinds = {demand.evidence.name if demand.evidence is not None else "" for demand in work} | (
        {"routing.command"} if commands else set()
    )
    if kinds <= {"routing.read-only", "routing.explanation"}:
        return None
    if (
        not commands
        and all(demand.evidence is not None and is_reading(demand.clause) for demand in work)
        and len({demand.target.files for demand in work}) == 1
    ):
        return None
    if kinds == {"routing.mechanical"} and len({demand.target.files for demand in work}) == 1:
        return None
    if (
        kinds <= {"routing.command", "routing.read-only", "routing.explanation"}
        and commands
        + sum(demand.evidence is not None and demand.evidence.name == "routing.command" for demand in work)
        == 1
    ):
        return None
    if kinds == {"routing.command"} and not work:
        return None
    spans = [demand.clause for demand in work] or reading.clauses
    start, end = reading.span(spans[0].start, spans[-1].end)
    return Fact("routing.multi-step", f"{count} steps", start, end, escalates=True)
