"""The objects of a clause: what it works on, the words of its direct object, and whether something exact is given."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from . import lexicon as lex
from .clauses import Clause
from .tokens import Token

__all__ = [
    "Evidence",
    "Target",
    "after_word",
    "has_word",
    "head_of",
    "is_dry_run",
    "is_exact",
    "is_named",
    "opens_file",
    "phrase_of",
    "plain_words",
]

# A request may name this many files one by one and still be clear.
_FILES_MAX = 3
_LOCATORS = frozenset(
    "in from at inside within on under to for with above below before after into of so that which by as".split()
)


class Evidence(NamedTuple):
    """Evidence for a tier: the fact's name, the rank of the tier (0 lowest, 1 middle, 2 top) and why."""

    name: str
    rank: int
    reason: str


class Target(NamedTuple):
    """What a clause works on: the explicit files, folders and globs, its own or those carried over to a pronoun."""

    files: tuple[str, ...]
    folders: tuple[str, ...]
    globs: tuple[str, ...]

    def is_clear(self) -> bool:
        """Tell whether the target is one explicit file, or a few named one by one."""
        return bool(self.files) and len(self.files) <= _FILES_MAX and not self.globs


def is_dry_run(clause: Clause) -> bool:
    """Tell whether a clause asks for a dry run of something: "do a dry run of rsync"."""
    words = [token.text for token in phrase_of(clause)[:6]]
    named = "dry-run" in words or ("dry", "run") in pairwise(words)
    flagged = any(
        token.text == "--dry-run" and clause.rest[index - 1].text not in lex.NEGATIONS
        for index, token in enumerate(clause.rest)
        if index
    )
    return clause.verb in lex.LIGHT_VERBS and (named or flagged)


def opens_file(clause: Clause) -> bool:
    """Tell whether "open" asks to look: at a file or an address, not "open a port"."""
    return any(token.kind in ("path", "dir", "url") or token.text == "file" for token in clause.rest)


def phrase_of(clause: Clause) -> list[Token]:
    """Return the tokens of the direct object: from the verb to the first preposition."""
    phrase: list[Token] = []
    for token in clause.rest:
        if token.kind == "word" and token.text in _LOCATORS and phrase:
            break
        if token.kind == "stop" and phrase:
            break
        phrase.append(token)
    return phrase


def plain_words(tokens: Sequence[Token]) -> set[str]:
    """Return the plain words among tokens."""
    return {token.text for token in tokens if token.kind == "word"}


def has_word(clause: Clause, words: frozenset[str]) -> bool:
    """Tell whether a plain word of the clause is in `words`."""
    return any(token.kind == "word" and token.text in words for token in clause.tokens)


def head_of(phrase: Sequence[Token]) -> str:
    """Return the head noun of a direct object; what only names it ("the label fig:1") is passed over."""
    words = [token.text for token in phrase if token.kind == "word" and token.text not in lex.ADVERBS]
    return words[-1] if words else ""


def is_exact(tokens: Sequence[Token]) -> bool:
    """Tell whether an exact text or number is given."""
    return any(token.kind in ("quote", "code", "number", "url") for token in tokens)


def is_named(tokens: Sequence[Token]) -> bool:
    """Tell whether an exact text, number or name is given."""
    return is_exact(tokens) or any(token.kind == "name" for token in tokens)


def after_word(tokens: Sequence[Token], words: tuple[str, ...]) -> list[Token]:
    """Return the tokens after the first of `words`."""
    for index, token in enumerate(tokens):
        if token.kind == "word" and token.text in words:
            return list(tokens[index + 1 :])
    return []
