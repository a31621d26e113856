"""Statements and fragments that say what is to be done in a named file: "a.py needs a docstring", "typo in b.md".

What counts is their shape, not their verb: that something is said about a place inside a file that is named. A verb that no
list knows and that takes the file itself as its object gives no evidence: it might get rid of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import lexicon as lex
from .clauses import ASK, TELL, Clause
from .lexicon_clarify import EMPTY, JUDGING
from .lexicon_intent import MENDED, STATES, SURE_TRIVIAL, TOOLS, UNNEEDED
from .lexicon_objects import CONTENT, DATA, DATA_FILES, DEEP, HEAVY, SOFT_DATA, TRIVIAL
from .objects import Evidence, Target, head_of, is_exact, is_named, plain_words
from .tokens import Token

__all__ = ["carries", "evidence_told", "is_wish", "may_order"]

_LOW, _MIDDLE, _TOP = 0, 1, 2
_FILES = ("path", "dir", "glob")
_PLACES = frozenset("in inside from of on at into to within under for through throughout".split())
_ARROWS = frozenset(("->", "=>", "→", "=", "=="))
# What follows one of these is the new state.
_MODALS = frozenset("needs need should must shall ought lacks lack wants want deserves requires".split())
_TO_BE = frozenset("be get have read say become use be: contain include show".split())
_VALUES = frozenset("to with as into by instead".split())
_CONDITIONS = frozenset(
    "if when whenever so because while unless until without whether after before where that which".split()
)
# After a noun, not between a verb and its object.
_AFTER_NOUN = (
    lex.PREPOSITIONS
    | lex.AUXILIARIES
    | frozenset(
        "needs should must i we they you while when because since if says said shows fails throws prints reports".split()
    )
)
_NO_VERBS = STATES | lex.ARTICLES | lex.PREPOSITIONS | lex.QUESTION_WORDS | CONTENT | SURE_TRIVIAL | JUDGING
_SMALL = TRIVIAL & CONTENT - DATA
_LEAST = 2
_EVERYTHING = frozenset("all every everything each whole entire any".split())
_DATA_FILES = (*DATA_FILES, ".log")
# A longer statement with an arrow is no plain replacement.
_SHORT = 10


def evidence_told(clause: Clause, target: Target) -> Evidence | None:
    """Return the evidence of a clause without a known verb that works inside one named file, or None."""
    tokens = [token for token in clause.tokens if token.kind != "stop"]
    if not target.is_clear() or not tokens or not _is_inside(tokens, target):
        return None
    words = plain_words(tokens)
    if not words and not any(map(_is_arrow, tokens)):
        return None  # a name or a quotation alone
    if words & DEEP and not words & SURE_TRIVIAL:
        return Evidence("routing.deep", _TOP, "deep reasoning about a named file")
    if _is_small(tokens, words):
        return Evidence("routing.mechanical", _LOW, "a small change in a named file")
    return Evidence("routing.reasoning", _MIDDLE, "something to change in a named file")


def carries(clause: Clause) -> bool:
    """Tell whether a clause that names no file can be about the one that the rest of the request names.

    What stands for itself is not: "kick bob out of the org", "disable it for all users".
    """
    if clause.mood == TELL:
        return not may_order(clause)
    words = {token.text for token in clause.rest if token.kind == "word"} - _EVERYTHING
    if clause.mood == ASK or not words & DATA - CONTENT:
        return True
    return words & DATA <= CONTENT | SOFT_DATA and not plain_words(clause.rest) & _EVERYTHING


def may_order(clause: Clause) -> bool:
    """Tell whether a clause that begins with a word no list knows may be an order: "cull the users", not "vitest says"."""
    tokens = [token for token in clause.tokens if token.kind != "stop"]
    if clause.mood != TELL or len(tokens) < _LEAST:
        return False
    first, second = tokens[0], tokens[1]
    return (
        first.kind == "word"
        and first.text not in _NO_VERBS
        and second.text not in _ARROWS
        and (second.kind != "word" or second.text not in _AFTER_NOUN | _SMALL)
    )


def is_wish(clause: Clause) -> bool:
    """Tell whether a statement says how something shall be, not how it is."""
    tokens = clause.tokens
    return _wish(tokens) >= 0 or any(token.text in _ARROWS for token in tokens)


def _is_inside(tokens: Sequence[Token], target: Target) -> bool:
    """Tell whether what is said concerns something inside the file, not the file as a whole."""
    first = tokens[0]
    words = plain_words(tokens)
    itself = [
        index for index, token in enumerate(tokens) if token.kind in _FILES and not _is_placed(tokens, index)
    ]
    if words & UNNEEDED and words & {"need", "needed", "want", "wanted", "use", "used"}:
        return False
    if itself and (words & UNNEEDED or (itself[0] == 0 and _suffers(tokens))):
        return False
    if first.kind != "word" or first.text in STATES or first.text in lex.ARTICLES:
        return not (first.text in ("i", "we", "you") and not words & _MODALS)
    second = tokens[1] if len(tokens) > 1 else None
    if second is None or second.text in lex.PREPOSITIONS or second.text in lex.AUXILIARIES:
        return True
    if words & _EVERYTHING and any(file.endswith(_DATA_FILES) for file in target.files):
        return False
    if second.text in lex.PRONOUNS:  # "decompose it into helpers", not "zap it"
        return any(token.text in ("into", "to", "with", "so") for token in tokens[2:])
    return not itself


def _suffers(tokens: Sequence[Token]) -> bool:
    """Tell whether something that no list knows shall be done to the subject: "a.py can be binned"."""
    for index, token in enumerate(tokens[1:-1], 1):
        if token.text == "be" and tokens[index - 1].text in lex.AUXILIARIES | {"to"}:
            if tokens[index + 1].kind != "word":
                return False
            done = tokens[index + 1].text
            return done not in MENDED and not {done, done[:-1], done[:-2], done[:-3]} & lex.VERBS
    return False


def _is_arrow(token: Token) -> bool:
    """Tell whether a token puts one thing in the place of another: "->", "spawn_rate=0.35"."""
    name, equals, value = token.text.partition("=")
    return token.text in _ARROWS or bool(token.kind == "name" and name and equals and value)


def _is_placed(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether the file at `index` only says where: "in a.py", "of the file a.py"."""
    return any(token.kind == "word" and token.text in _PLACES for token in tokens[max(0, index - 3) : index])


def _is_small(tokens: Sequence[Token], words: set[str]) -> bool:
    """Tell whether the change is fully told: a small fault, or one exact thing for another."""
    foreign = any(token.kind == "other" and any(map(str.isalpha, token.text)) for token in tokens)
    if words & SURE_TRIVIAL or words & MENDED or foreign:
        return True
    if words & _CONDITIONS:
        return False
    arrow = next((i for i, token in enumerate(tokens) if _is_arrow(token) or token.text.startswith("s/")), -1)
    if arrow >= 0:
        return len(tokens) <= _SHORT
    wish = _wish(tokens)
    if wish >= 0:
        after = [token for token in tokens[wish + 1 :] if token.text != "to"]
        if after and after[0].text in _TO_BE:
            renamed = after[0].text == "become" and len(after) == 2 and after[1].text not in EMPTY
            return renamed or is_named(after)
        if plain_words(after[:2]) & TOOLS:
            return True  # "a.py needs black"
        phrase = _object(after)
        head = head_of(phrase)
        return (head in TRIVIAL or is_named(phrase)) and head not in HEAVY - TRIVIAL
    value = next((index for index, token in enumerate(tokens) if _is_value(tokens, index)), -1)
    phrase = _object(tokens)
    head = head_of(phrase)
    exact = is_exact(tokens[value + 1 : value + 4]) if value >= 0 else tokens[-1].kind in ("number", "quote")
    return head not in HEAVY - TRIVIAL and (exact or (value >= 0 and head in TRIVIAL))


def _wish(tokens: Sequence[Token]) -> int:
    """Return the index of the word that says how something shall be ("should", "has to"), or -1."""
    for index, token in enumerate(tokens):
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        if token.text in _MODALS or (token.text in ("has", "have") and following == "to"):
            return index
    return -1


def _is_value(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether the word at `index` introduces the new value: "to 5", "a width of 100"."""
    number = index + 1 < len(tokens) and tokens[index + 1].kind == "number"
    return index > 0 and (tokens[index].text in _VALUES or (tokens[index].text == "of" and number))


def _object(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens up to the first word of place or file."""
    found: list[Token] = []
    for token in tokens:
        if found and (token.kind in _FILES or token.text in _PLACES):
            break
        found.append(token)
    return found
