"""Clauses that ask for nothing themselves: courtesy, constraints, how to report, and background."""

from __future__ import annotations

from . import lexicon as lex
from .clauses import ASK, DO, TELL, Clause
from .lexicon_intent import STATES, SURE_TRIVIAL, UNNEEDED
from .objects import plain_words

__all__ = ["is_courtesy", "is_disused", "is_harmless", "is_report"]

_CONSTRAINING = frozenset("have keep ensure leave make ignore note stop avoid preserve wait".split())
_UNTOUCHED = frozenset("alone untouched unchanged".split())
# "The folder must go" asks for something; "it should stay short" only says how.
_WISHES = frozenset("should shouldn't must mustn't ought shall needs need want wants".split())
_POLITE = frozenset(
    "favor favour time chance possible trouble great grateful glad happy nice awesome cool helpful".split()
)
_NO_OBJECTS = lex.AUXILIARIES | frozenset(
    "i we they he she you while when because since if as although though and but".split()
)
_SUBJECTS = frozenset("it it's its this that they these those you which no nothing none only".split())


def is_disused(clause: Clause) -> bool:
    """Tell whether a clause says that something is not needed any longer, which may ask for its end."""
    words = plain_words(clause.tokens)
    return bool(words & UNNEEDED) and not words & SURE_TRIVIAL


def is_report(clause: Clause) -> bool:
    """Tell whether a clause only says how to answer: "and tell me which ones failed", "point out regressions"."""
    if any(word in ("each", "every") for word in clause.words()):
        return False
    if clause.mood == ASK:
        return True
    saying = clause.verb in lex.REPORT or clause.verb in ("point out", "let", "sum up", "give", "find out")
    if clause.mood != DO or not saying:
        return False
    # "print it to out.txt" writes a file.
    writes = clause.verb in ("print", "output") and any(
        token.kind in ("path", "dir") for token in clause.rest[2:]
    )
    return not writes


def is_courtesy(clause: Clause) -> bool:
    """Tell whether a clause is nothing but courtesy."""
    words = [token.text for token in clause.whole if token.kind not in ("stop", "number")]
    if not _POLITE.isdisjoint(words) and all(word in lex.COURTESY or word in lex.MANNERS for word in words):
        return True
    return all(word in lex.COURTESY or not any(letter.isalpha() for letter in word) for word in words)


def is_harmless(clause: Clause, *, first: bool) -> bool:
    """Tell whether a clause asks for nothing: courtesy, a constraint, a quotation or background.

    `first` tells that nothing was asked for before it.
    """
    if clause.mood not in (DO, TELL, ASK):
        return not is_disused(clause)
    if is_courtesy(clause):
        return True
    if clause.mood == DO:
        if clause.verb == "leave" and clause.rest[-1:] and clause.rest[-1].text in _UNTOUCHED:
            return True
        sure = clause.verb != "make" or (bool(clause.rest) and clause.rest[0].text == "sure")
        return not first and clause.verb in _CONSTRAINING and sure and not clause.paths()
    if clause.mood == ASK:
        return False
    opening = clause.tokens[0] if clause.tokens else None
    if opening is None or (opening.kind == "word" and len(clause.tokens) == 1):
        return True  # a greeting, or nothing that has an object
    only_things = all(token.kind in ("path", "dir", "stop", "quote", "code") for token in clause.tokens)
    if clause.colon or only_things:
        return not first or opening.kind == "path"
    if opening.kind in ("quote", "code", "number"):
        return not first
    if opening.kind == "path" or is_disused(clause):
        return False
    wish = plain_words(clause.tokens) & _WISHES
    if not wish and opening.text not in STATES:
        return _has_no_object(clause)
    return opening.text in STATES and not (wish and opening.text not in _SUBJECTS)


def _has_no_object(clause: Clause) -> bool:
    """Tell whether what follows an unknown first word cannot be its object: "heya, while reading I saw ..."."""
    words = [token for token in clause.tokens if token.kind != "stop"]
    return len(words) > 1 and words[1].text in _NO_OBJECTS
