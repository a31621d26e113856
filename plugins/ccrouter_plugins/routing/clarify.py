"""Requests that are ambiguous in themselves: what is missing, and the question that would settle it.

A question names the words of the request. Nothing here looks at what a model might guess: a missing referent, criterion,
value or choice is the user's to give.
"""

from __future__ import annotations

from typing import NamedTuple

from . import lexicon as lex
from .clauses import ASK, DO, TELL, Clause
from .demands import Demand
from .followup import is_rejection
from .lexicon_clarify import (
    BETTER,
    COMPLAINTS,
    CRITERION,
    DISCUSSED,
    FILLERS,
    GOAL_WORDS,
    NEEDS_GOAL,
    NEEDS_VALUE,
    OTHER,
    REFERENTS,
    SHAPELESS,
    SOMETHING,
    TASTE_VERBS,
    UNDECIDED,
    VAGUE_PICK,
)
from .lexicon_objects import GENERIC_OBJECTS, GENERIC_PROBLEMS, SYMPTOMS
from .objects import Target
from .reading import Reading

__all__ = ["question_for"]

_SHOWN = 80
_PLAIN_PROBLEM = frozenset(
    "remaining last other same new old weird annoying stupid obvious usual latest main whole rest of following above first nasty little "
    "small big ugly final previous pending".split()
)
_COPULAS = frozenset(
    "there's theres is are was were looks look seems feels keeps gets behaves acts been has got isn't aren't be it's".split()
)
_AMOUNTS = frozenset("bunch couple lot all every each several some many most various everywhere".split())
_ABOUT_CHOICE = frozenset("better best prefer should rather preferable pick choose nicer faster".split())


class _Case(NamedTuple):
    """What the checks look at: the clause, its target, its words in one line and as objects, whether it stands alone."""

    clause: Clause
    target: Target
    line: str
    words: tuple[str, ...]
    alone: bool
    exact: bool


_TIDYING = frozenset(
    (
        "clean",
        "clean up",
        "tidy",
        "tidy up",
        "organise",
        "organize",
        "reorganise",
        "reorganize",
        "sort out",
        "declutter",
        "polish",
        "beautify",
        "spruce up",
        "sort",
        "straighten out",
    )
)
# Making or changing "the feature", "the report": which one, and how?
_SHAPING = frozenset(
    "write implement finish complete revise restyle edit extend expand rewrite redo continue modify change adapt polish refine shorten rework redesign create build do develop fix correct update apply".split()
)
_WORKS = frozenset(
    "feature report page chapter draft cv resume essay letter document script function task ticket component change changes paper thesis presentation slides "
    "email article post section class method module text code story spec proposal form view screen app website design layout style summary test plot figure chart button ui file files references citations docs documentation config styles wording numbers table tables figures data settings".split()
)


_Answer = tuple[str, str] | None


def question_for(demand: Demand, reading: Reading, demands: int) -> _Answer:
    """Return why a demand is ambiguous and the question to ask, or None.

    `demands` counts what the request asks for: among several, one vague clause does not make the request ambiguous.
    """
    clause = demand.clause
    tokens = clause.rest if clause.mood != TELL else clause.tokens
    case = _Case(
        clause,
        demand.target,
        " ".join(token.text for token in clause.tokens[:60] if token.kind != "stop"),
        tuple(token.text for token in tokens if token.kind == "word" and token.text not in lex.ADVERBS),
        demands == 1,
        any(token.kind in ("quote", "code", "name", "url", "number") for token in tokens),
    )
    background = _background(demand, reading)
    for check in (_choice, _discussed, _pick, _referent, _symptom, _criterion, _value):
        answer = None if check is _referent and background else check(case)
        if answer is not None:
            shown = " ".join(reading.text[clause.start : clause.end].split())
            shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 3] + "..."
            return answer[0], f'"{shown}": {answer[1]}'
    return None


def _background(demand: Demand, reading: Reading) -> bool:
    """Tell whether another clause tells the story that a pronoun or a bare verb refers to."""
    return any(clause is not demand.clause for clause in reading.story())


def _named(case: _Case) -> bool:
    """Tell whether anything explicit is named."""
    return bool(case.target.files or case.target.globs or case.target.folders)


def _choice(case: _Case) -> _Answer:
    """The choice is handed to the user: "should we use A or B?"."""
    clause, words = case.clause, case.line.split()
    opening = clause.whole[0].text
    either = bool({"or", "vs", "versus"} & set(words))
    asked = (
        clause.mood == ASK
        and either
        and case.alone
        and (
            opening in ("should", "shall")
            or bool(_ABOUT_CHOICE.intersection(words))
            or ("you" in words and bool({"use", "go", "take", "do"} & set(words)))
        )
    )
    bare = (
        clause.question
        and either
        and case.alone
        and opening not in lex.QUESTION_WORDS | lex.AUXILIARIES
        and clause.mood in (ASK, TELL)
        and len(words) <= 8
    )
    unseen = (
        clause.mood == ASK
        and opening == "which"
        and words[1:2] != []
        and (
            words[1] in ("one", "ones")
            or (
                words[1] == "of"
                and words[2:3] != []
                and words[2] in ("the", "these", "those", "them", "both")
            )
        )
        and not _named(case)
    )
    should = (
        clause.mood == ASK
        and case.alone
        and (
            (opening in ("should", "shall") and not either)
            or (opening == "do" and either and words[1:2] in (["we"], ["i"], ["you"]))
        )
    )
    should = should or (
        clause.mood == ASK
        and case.alone
        and opening in ("which", "what")
        and "should" in words
        and bool({"we", "i"} & set(words))
        and not {"for", "to", "when", "in", "at"} & set(words)
    )
    undecided = (
        clause.mood in (TELL, ASK) and len(words) <= 12 and any(phrase in case.line for phrase in UNDECIDED)
    )
    picks = (
        clause.mood == DO
        and clause.verb in ("pick", "choose", "decide")
        and case.alone
        and not case.exact
        and not case.target.files
    )
    if asked or bare or unseen or undecided or picks or should:
        return "hands over an open choice", "which of these do you want, and what matters most in choosing?"
    return None


def _discussed(case: _Case) -> _Answer:
    """It points at an earlier conversation that is not there."""
    if case.clause.mood == ASK or case.target.files or not case.alone:
        return None
    if lex.verb_class(case.clause.verb) in ("explain", "read") and not DISCUSSED.search(case.line):
        return None
    if DISCUSSED.search(case.line):
        return "points at something said elsewhere", "which thing do you mean, and in which file?"
    if OTHER.search(case.line):
        return "compares with something unnamed", "which one should it be like, and where is it?"
    return None


def _pick(case: _Case) -> _Answer:
    """The selection or the new value is left to taste."""
    clause = case.clause
    if clause.mood != DO or lex.verb_class(clause.verb) in ("explain", "read", "run") or not case.alone:
        return None
    match = VAGUE_PICK.search(case.line)
    if match is not None and not case.exact:
        return "leaves the selection open", f'what exactly does "{match.group().strip()}" cover?'
    if clause.verb in TASTE_VERBS:
        match = SOMETHING.search(case.line)
        if match is not None and not (
            case.target.files and clause.verb in ("use", "make", "find", "give", "add", "update", "turn")
        ):
            return "leaves the new value open", f'what should "{match.group().strip()}" be?'
    return None


def _referent(case: _Case) -> _Answer:
    """A pronoun or "the bug" without anything it could mean."""
    clause, words = case.clause, case.words
    if _named(case) or not case.alone or case.exact:
        return None
    if clause.mood == ASK:
        if case.line.startswith(("what about", "how about")) and len(case.line.split()) <= 6:
            return "has no referent", "what should be done with that, and in which file?"
        return _asked_about_nothing(case)
    if clause.mood == TELL:
        short = len(clause.tokens) <= 6 and not any(token.kind == "other" for token in clause.tokens)
        if is_rejection(" ".join(token.text for token in clause.whole if token.kind == "word")):
            return "has no referent", "what is still wrong, and where (command, page or file)?"
        if short and {
            "option",
            "one",
            "other",
            "second",
            "first",
            "latter",
            "former",
            "same",
            "both",
            "either",
        } & set(case.line.split()):
            return "has no referent", "which one do you mean, and of what?"
        return None
    if not words:
        if clause.verb and not any(token.kind == "other" for token in clause.rest):
            return "names no object", "what should be worked on, and in which file?"
        return None
    if _is_pronoun(words, clause.rest[0].text if clause.rest else ""):
        return "has no referent", f'what does "{words[0]}" refer to, and in which file?'
    if words[-1] in SHAPELESS and len(words) <= 4 and not set(words) & lex.PREPOSITIONS:
        return "names nothing particular", f"which {words[-1]} do you mean, and where?"
    if words[-1] in GENERIC_PROBLEMS and all(
        word in lex.ARTICLES or word in GENERIC_PROBLEMS or word in _PLAIN_PROBLEM for word in words
    ):
        return "names no particular problem", f"which {words[-1]} do you mean, and where does it show?"
    return None


def _is_pronoun(words: tuple[str, ...], first: str) -> bool:
    """Tell whether the object is a pronoun that nothing explains."""
    if words[0] not in REFERENTS:
        return False
    if (
        words[1:2]
        and words[1] in ("that", "which", "related", "under", "about", "involving", "concerning", "in")
        and words[0] not in ("it", "them", "they")
    ):
        return False
    if len(words) == 1:
        return True
    if words[0] in ("it", "them", "something", "everything", "they"):
        return True
    second = words[1]
    return second in lex.PREPOSITIONS or second in BETTER or second in GENERIC_PROBLEMS or second in SHAPELESS or second in (
        "look", "where", "work", "more", "less", "a", "up", "out", "like", "not", "so", "the", "way", "happen", "run", "compile", "pass", "feel", "be"
    ) or (first in ("that", "this") and second in lex.VERBS)  # fmt: skip


def _asked_about_nothing(case: _Case) -> _Answer:
    """A question whose subject is a pronoun: "why is it so slow?"."""
    words = case.line.split()
    if len(words) == 1:
        return "has no referent", "what is this about, and in which file?"
    if len(words) < 2 or len(words) > 9:
        return None
    if (
        words[-1] in ("it", "them", "this", "that", "these", "those")
        and len(words) <= 8
        and words[0] not in ("is", "are")
    ):
        return "has no referent", f'what does "{words[-1]}" refer to, and in which file?'
    subject = (
        words[1]
        if words[0] in lex.AUXILIARIES
        else words[2]
        if len(words) > 2 and words[1] in lex.AUXILIARIES
        else ""
    )
    if words[0] in ("what's", "how's", "why's", "where's", "who's"):
        subject = words[1]
    position = words.index(subject) if subject else -1
    following = words[position + 1] if subject and position + 1 < len(words) else ""
    noun = (
        following
        and following not in lex.VERBS | lex.PREPOSITIONS | SYMPTOMS | BETTER
        and following
        not in (
            "so",
            "not",
            "still",
            "doing",
            "mean",
            "there",
            "like",
            "this",
            "that",
            "about",
            "always",
            "too",
            "even",
            "taking",
            "failing",
            "happening",
            "all",
        )
    )
    if subject in ("it", "they", "them") and not (
        following in ("possible", "safe", "ok", "okay", "true", "worth", "raining") and len(words) > 4
    ):
        return "has no referent", f'what does "{subject}" refer to, and in which file?'
    if subject in ("this", "that", "these", "those") and not noun:
        return "has no referent", f'what does "{subject}" refer to, and in which file?'
    return None


def _symptom(case: _Case) -> _Answer:
    """A vague complaint: "the build is weird"."""
    if case.clause.mood != TELL or case.target.files or case.exact:
        return None
    words = case.line.split()
    if case.alone and words[0] in ("it", "something", "everything", "this", "that") and 1 < len(words) <= 6:
        return (
            "describes a symptom too vaguely",
            "what exactly happens, what did you expect, and where (command, page or file)?",
        )
    vague = (bool(_COPULAS.intersection(words)) and any(word in SYMPTOMS for word in words)) or any(
        phrase in case.line for phrase in COMPLAINTS
    )
    if not vague or len(words) > 12 or not case.alone:
        return None
    return (
        "describes a symptom too vaguely",
        "what exactly happens, what did you expect, and where (command, page or file)?",
    )


def _criterion(case: _Case) -> _Answer:
    """An improvement without a file and without a measure: "clean up the code"."""
    clause, words = case.clause, case.words
    if clause.mood != DO or case.target.files or case.target.globs or not case.alone:
        return None
    marked = " ".join(
        '"' if token.kind in ("quote", "code") else token.text if token.kind == "word" else f"<{token.kind}>"
        for token in clause.rest
    )
    if CRITERION.search(marked):
        return None
    telling = [word for word in words if word not in FILLERS]
    head = telling[-1] if telling else ""
    generic = (
        all(word in GENERIC_OBJECTS for word in telling) if telling else bool(words) or bool(clause.rest)
    )
    vague = clause.verb in lex.VAGUE and (
        generic
        or (
            clause.verb in _TIDYING and (len(telling) == 1 or (head in GENERIC_OBJECTS and len(telling) <= 2))
        )
    )
    definite = bool(clause.rest) and clause.rest[0].text in ("the", "my", "our", "this", "that", "your")
    updated = clause.verb == "update" and head in ("docs", "documentation", "config", "styles")
    if len(telling) == 1 and clause.verb in _SHAPING and head in _WORKS and (definite or updated):
        vague = True
    if clause.verb == "make" and (
        any(word in BETTER for word in words) or (len(words) > 1 and words[-2] in ("more", "less"))
    ):
        vague = len(telling) <= 3
    if clause.verb in ("do", "handle", "deal with", "take care") and words:
        vague = True
    return ("gives no criterion", "which files, and by what criteria is it done?") if vague else None


def _value(case: _Case) -> _Answer:
    """A change whose result is not told: "rename utils.py", "change the port in config.yaml"."""
    clause = case.clause
    if (
        clause.mood != DO
        or not case.alone
        or any(token.kind in ("quote", "code", "number") for token in clause.rest)
    ):
        return None
    if any(token.text == ":" for token in clause.rest):
        return None
    words = {token.text for token in clause.rest if token.kind == "word"}
    if words & _AMOUNTS:
        return None
    if clause.verb in NEEDS_GOAL:
        goal = words & GOAL_WORDS or (
            clause.verb == "translate" and words & {"in", "french", "german", "english", "spanish", "italian"}
        )
        second = clause.verb != "rename" and sum(token.kind in ("path", "dir") for token in clause.rest) > 1
        if not goal and not second:
            return "does not say to what", f"{clause.verb} it to what?"
    if (
        clause.verb in NEEDS_VALUE
        and not words & (GOAL_WORDS | {"from", "that", "using", "such", "when", "if"})
        and not any(token.kind == "name" for token in clause.rest)
    ):
        return "does not say to what", "what should the result be?"
    return None
