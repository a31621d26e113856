"""What a request asks for: its clauses that demand something, each with its target and the evidence it gives."""

from __future__ import annotations

from typing import NamedTuple

from . import lexicon as lex
from .background import is_courtesy, is_disused, is_harmless
from .clauses import ASK, DO, TELL, Clause
from .commands import tools
from .intent import evidence_of
from .lexicon_clarify import EMPTY
from .lexicon_objects import DEEP
from .objects import Evidence, Target, is_exact
from .reading import Command, Reading
from .statements import carries, evidence_told, is_wish, may_order
from .tokens import kind_of

__all__ = ["Demand", "commands_alone", "demands_of"]

_REFERENTS = frozenset("one it this that them these those so".split())
_SEEKS = frozenset(
    (
        "find out",
        "find",
        "debug",
        "fix",
        "diagnose",
        "analyse",
        "analyze",
        "work out",
        "figure out",
        "investigate",
        "review",
        "determine",
    )
)
_NOWHERE = Target((), (), ())
_CHEAP = ("routing.read-only", "routing.explanation")


class Demand(NamedTuple):
    """One thing asked for: the clause, what it works on, its evidence, and whether its object is a mere pronoun."""

    clause: Clause
    target: Target
    evidence: Evidence | None
    leans: bool


def demands_of(reading: Reading) -> list[Demand]:
    """Return what the clauses of a request ask for, commands apart.

    Courtesy, constraints and background ask for nothing; a pronoun stands for the files named before it.
    """
    found: list[Demand] = []
    owned = [(clause, _own_target(clause)) for clause in reading.clauses]
    target = _only(reading, owned)
    for clause, own in owned:
        if not clause.tokens or _is_command(clause, reading) or is_courtesy(clause):
            continue
        target = own if any(own) else target
        reached = target if any(own) or carries(clause) else _NOWHERE
        evidence = evidence_told(clause, reached) if clause.mood == TELL else evidence_of(clause, reached)
        alone = len(reading.clauses) == 1 and clause.mood != DO
        if is_harmless(clause, first=not found) and not alone and (clause.mood != TELL or evidence is None):
            continue
        command = evidence is not None and evidence.name == "routing.command"
        if command and not _vouched(clause, reading):
            evidence = None
        found.append(Demand(clause, reached, evidence, leans=_leans(clause)))
    return _deepened(_joined(_without_background(found)), reading)


def _only(reading: Reading, owned: list[tuple[Clause, Target]]) -> Target:
    """Return the one file that a request is about, wherever it stands in it, else the files of what it shows."""
    files = set(reading.files) or {file for _, own in owned for file in own.files}
    return Target(tuple(files) if len(files) == 1 else () if files else reading.exhibited, (), ())


def _joined(found: list[Demand]) -> list[Demand]:
    """Join what is stated with what is ordered about it: "a.py has a typo", "fix it" is one demand.

    A statement about the file of an order is its background. Of statements alone, one that says how it shall be counts
    more than one that says how it is.
    """
    stated = [demand for demand in found if demand.clause.mood == TELL and demand.evidence is not None]
    ordered = {demand.target for demand in found if demand.clause.mood != TELL}
    best: dict[Target, Demand] = {}
    for demand in sorted(stated, key=lambda one: (is_wish(one.clause), _rank(one)), reverse=True):
        best.setdefault(demand.target, demand)
    joined: list[Demand] = []
    for demand in found:
        about = best.get(demand.target)
        if demand.clause.mood == TELL and demand.evidence is not None:
            if demand.target not in ordered and demand is about:
                joined.append(demand)
        elif demand.leans and demand.clause.mood == DO and about is not None:
            joined.append(demand._replace(evidence=_settled(about, demand), leans=False))
        else:
            joined.append(demand)
    return joined


def _rank(demand: Demand) -> int:
    return demand.evidence.rank if demand.evidence is not None else -1


def _settled(stated: Demand, order: Demand) -> Evidence | None:
    """Return the evidence of an order whose object is a pronoun for what was stated."""
    if order.evidence is None or (
        lex.verb_class(order.clause.verb) == "edit" and not is_exact(order.clause.rest)
    ):
        return stated.evidence
    return order.evidence if _rank(order) > _rank(stated) or is_exact(order.clause.rest) else stated.evidence


def _vouched(clause: Clause, reading: Reading) -> bool:
    """Tell whether every piece of code in a clause that runs something was judged and is known."""
    runs = clause.verb in ("run", "execute", "rerun", "invoke", "launch", "start")
    for token in clause.rest:
        if token.kind == "code" or (runs and token.kind == "quote"):
            command = reading.command_at(token.start + 1) or reading.command_at(token.start)
            if command is None or not command.judgement.known:
                return False
    return not (runs and clause.rest and clause.rest[0].text in _REFERENTS and _names_tool(reading))


def _names_tool(reading: Reading) -> bool:
    """Tell whether a tool is talked about in words that no rule judged, so that "run it" may mean it."""
    return any(
        (token.kind == "name" and token.text[:1] == "-")
        or (
            token.kind == "word"
            and token.text not in EMPTY | lex.VERBS
            and tools.find(token.text) is not None
        )
        for clause in reading.clauses
        if clause.mood == ASK or clause.verb in lex.EXPLAIN
        for token in clause.tokens
        if reading.command_at(token.start) is None
    )


def commands_alone(reading: Reading) -> list[tuple[Clause, Command]]:
    """Return the clauses that are a command to run, with it."""
    found: list[tuple[Clause, Command]] = []
    for clause in reading.clauses:
        command = reading.lead(clause)
        if command is not None and _is_command(clause, reading) and not (found and command is found[-1][1]):
            found.append((clause, command))
    return found


def _is_command(clause: Clause, reading: Reading) -> bool:
    """Tell whether a whole clause is a command that is to be run."""
    command = reading.lead(clause)
    if command is None or not command.asked:
        return False
    return clause.end <= command.end + 1 or all(
        token.start < command.end or token.kind == "stop" or token.text in lex.COURTESY | lex.ADVERBS
        for token in clause.tokens
    )


def _first(clause: Clause) -> int:
    """Return where the clause starts, its openers left out."""
    return clause.tokens[0].start if clause.tokens else clause.start


def _without_background(found: list[Demand]) -> list[Demand]:
    """Leave out statements that only tell the story of a question: a pasted log, then "what does this mean?"."""
    known = [demand.evidence.name for demand in found if demand.evidence is not None]
    asks = any(demand.clause.mood == ASK or demand.clause.verb in lex.EXPLAIN for demand in found)
    if not asks or not known or not set(known) <= set(_CHEAP):
        return found
    return [
        demand
        for demand in found
        if demand.evidence is not None
        or demand.clause.mood != TELL
        or may_order(demand.clause)
        or is_disused(demand.clause)
    ]


def _deepened(found: list[Demand], reading: Reading) -> list[Demand]:
    """Raise a search for a cause to deep reasoning when the background speaks of concurrency or proof."""
    background = {
        token.text
        for clause in reading.clauses
        if clause.mood == TELL
        for token in clause.tokens
        if token.kind == "word"
    }
    if not background & DEEP:
        return found
    return [
        demand._replace(evidence=Evidence("routing.deep", 2, "deep reasoning about a named file"))
        if demand.evidence is not None
        and demand.evidence.name == "routing.reasoning"
        and demand.clause.verb in _SEEKS
        else demand
        for demand in found
    ]


def _leans(clause: Clause) -> bool:
    """Tell whether the object of a clause is a pronoun and nothing more."""
    words = [token.text for token in clause.rest if token.kind == "word"]
    objects = [
        word
        for word in words
        if (word not in lex.ADVERBS and word not in lex.COURTESY | {"up", "down"}) or word in _REFERENTS
    ]
    if clause.mood != DO or clause.paths():
        return False
    if not clause.rest:
        return lex.verb_class(clause.verb) in ("edit", "work")
    return bool(objects) and objects[0] in _REFERENTS and len(objects) <= 2


def _own_target(clause: Clause) -> Target:
    """Return the files, folders and patterns that a clause names itself."""
    files: list[str] = []
    folders: list[str] = []
    globs: list[str] = []
    for token in clause.whole:
        kind = token.kind
        if kind in ("code", "quote") and token.text and " " not in token.text:
            kind = kind_of(token.text)
        if kind == "path":
            files.append(token.text.split(":", 1)[0])
        elif kind == "dir":
            folders.append(token.text)
        elif (
            kind == "glob" and token.kind == "glob" and (len(token.text) > 1 or token is not clause.whole[0])
        ):
            globs.append(token.text)
    return Target(tuple(dict.fromkeys(files)), tuple(folders), tuple(globs))
