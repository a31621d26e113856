"""Edits of a named file: which are mechanical, because their result is fully told, and which need reasoning."""

from __future__ import annotations

from . import lexicon as lex
from .clauses import Clause
from .lexicon_intent import (
    ADDERS,
    ALWAYS_MECHANICAL,
    HEAVY_CUTS,
    LITERALS,
    LOOKS,
    SURE_TRIVIAL,
    TOOLS,
    VALUE_SETTERS,
)
from .lexicon_objects import HEAVY, TRIVIAL
from .objects import Evidence, Target, after_word, head_of, is_exact, is_named, phrase_of, plain_words
from .tokens import Token

__all__ = ["edit_of", "removal_of"]

_LOW, _MIDDLE = 0, 1
# Words that make even a small addition a matter of care.
_DEMANDING = frozenset("accessibility a11y aria validation retry caching security type error".split())
# In code each of these is a change of behaviour, in configuration a line.
_INTERFACES = frozenset("flag option field parameter argument method function class".split())
_CODE_UNITS = frozenset("function class method logic component code".split())
_DESCRIBING = frozenset("that for describing implementing which to explaining".split())
_PLAIN_FILES = (
    ".json", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".md", ".txt", ".tex", ".bib", ".env", ".csv", ".xml",
)  # fmt: skip
_REPHRASING = frozenset("update convert adjust correct reword restyle normalise normalize".split())
# Verbs of saying that introduce an exact text: "make the title read 'X'".
_SAYING = frozenset("read say be start end".split())


def edit_of(clause: Clause, target: Target) -> Evidence | None:
    """Judge a change to a file: mechanical when its result is fully told, else reasoning; None without a clear file."""
    phrase = phrase_of(clause)
    words = plain_words(phrase)
    in_git = clause.verb in ("create", "switch", "make", "add") and words & {"branch", "tag", "commit"}
    if in_git and not target.files:
        return Evidence("routing.command", _LOW, "one git command in words")
    if not target.is_clear():
        return None
    if _rank(clause, clause.verb.split(" ", 1)[0], phrase, words) == _LOW:
        return Evidence("routing.mechanical", _LOW, f"mechanical edit of a named file ({clause.verb})")
    return Evidence("routing.reasoning", _MIDDLE, f"explicit change of a named file ({clause.verb})")


def removal_of(target: Target, head: str) -> Evidence | None:
    """Judge a cut out of one file, of a thing named `head`; None without a clear file."""
    if not target.is_clear():
        return None
    if head in HEAVY_CUTS:
        return Evidence("routing.reasoning", _MIDDLE, f"takes {head} out of a named file")
    return Evidence("routing.mechanical", _LOW, f"cuts {head} out of a named file")


def _rank(clause: Clause, verb: str, phrase: list[Token], words: set[str]) -> int:
    """Return the rank of the tier that an edit needs."""
    if (
        verb in ALWAYS_MECHANICAL
        or clause.verb in ("comment out", "turn on", "turn off", "switch on", "switch off")
        or (verb in ("apply", "use") and words & TOOLS)
    ):
        return _LOW
    if verb in ("make", "turn", "use", "let"):
        return _make_rank(clause)
    if words & SURE_TRIVIAL:
        return _LOW
    if verb in VALUE_SETTERS:
        return _value_rank(clause, phrase)
    if verb in ADDERS:
        return _add_rank(clause, phrase, words)
    if verb == "create":
        return _create_rank(clause, words)
    if verb in ("move", "import", "export", "include", "declare", "define"):
        return _MIDDLE if words & _CODE_UNITS and len(clause.paths()) > 1 else _LOW
    head = head_of(phrase)
    if verb == "fix":
        return _LOW if head in TRIVIAL and not words & {"failing", "flaky", "crashing"} else _MIDDLE
    return _LOW if head in TRIVIAL and head not in HEAVY else _MIDDLE


def _add_rank(clause: Clause, phrase: list[Token], words: set[str]) -> int:
    """Rank "add X": a line, a word or an exact text is mechanical, a feature is not."""
    head = head_of(phrase)
    plain_file = any(path.text.endswith(_PLAIN_FILES) for path in clause.paths())
    if head in _INTERFACES and not plain_file:
        return _MIDDLE
    if (head in HEAVY and head not in LITERALS) or words & _DEMANDING:
        return _MIDDLE
    one_word = len(phrase) == 1 and phrase[0].kind == "word" and plain_file
    return _LOW if head in TRIVIAL or head in LITERALS or is_named(phrase) or one_word else _MIDDLE


def _create_rank(clause: Clause, words: set[str]) -> int:
    """Rank "create X": an empty or fully told file is mechanical."""
    bare = bool(words & {"file", "folder", "directory", "symlink", "empty", "blank", "stub"}) or not words
    described = any(token.kind == "word" and token.text in _DESCRIBING for token in clause.rest)
    return _LOW if bare and (not described or is_named(clause.rest)) else _MIDDLE


def _value_rank(clause: Clause, phrase: list[Token]) -> int:
    """Rank "change X to Y" and its kin: an exact Y is mechanical, a described one is not."""
    head = head_of(phrase)
    everything = plain_words(clause.rest)
    if clause.verb == "convert" and everything & SURE_TRIVIAL:
        return _LOW
    after = after_word(clause.rest, ("to", "with", "from", "into", "by"))
    if len(after) > 1 and after[0].kind == "word" and after[0].text in lex.VERBS - TRIVIAL:
        return _MIDDLE
    close = (*phrase, *after[:3])
    exact = is_exact(close) if clause.verb in ("convert", "reword", "replace") else is_named(close)
    heavy = any(token.kind == "word" and token.text in HEAVY - TRIVIAL for token in (*phrase, *after[:4]))
    if heavy and not exact:
        return _MIDDLE
    if clause.verb in ("replace", "substitute") and not is_named(close):
        single = sum(token.kind == "word" for token in phrase) == 1
        return _LOW if single or head in TRIVIAL else _MIDDLE
    if clause.verb in _REPHRASING and not is_named(close):
        return _LOW if head in TRIVIAL else _MIDDLE
    return _LOW


def _make_rank(clause: Clause) -> int:
    """Rank "make X Y", "turn X into Y" and "use X": a look or an exact text is mechanical, behaviour is not."""
    becomes = after_word(clause.rest, ("into", "to")) if clause.verb == "turn" else clause.rest
    if any(token.text in LOOKS for token in becomes):
        return _LOW
    active = (lex.VERBS | lex.REPORT | {"throw", "raise", "yield", "accept", "expect", "fail"}) - _SAYING
    plain = not any(
        token.kind == "word" and (token.text in active or token.text in HEAVY) for token in clause.rest
    )
    return _LOW if plain and is_exact(clause.rest) else _MIDDLE
