"""Positive evidence: what a clause asks for that a tier is known to do.

Nothing is routed without it. A mechanical edit of one named file, reading and explaining go to the lowest tier; explicit
reasoning about a named target to the middle; proofs and concurrency to the top.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from . import lexicon as lex
from .clauses import ASK, DO, TELL, Clause, joined
from .lexicon_intent import (
    ADDERS,
    ALWAYS_MECHANICAL,
    ASK_DEBUG,
    ASK_JUDGE,
    ASK_QUALITY,
    DEEP_PHRASES,
    DEEP_VERBS,
    DESIGN_VERBS,
    HEAVY_CUTS,
    LITERALS,
    MENDED,
    OPEN_WORK,
    RISKY_SCRIPTS,
    RUNNABLE,
    STATES,
    SURE_TRIVIAL,
    TOOLS,
    VALUE_SETTERS,
)
from .lexicon_objects import CODE_SYMBOLS, DEEP, DESIGN, FINDINGS, HEAVY, TRIVIAL
from .prose import content_edit
from .tokens import Token

__all__ = ["Evidence", "Target", "evidence_of", "is_harmless", "is_report"]

# Words that make even a small addition a matter of care.
_DEMANDING = frozenset("accessibility a11y aria validation retry caching security type error".split())
_LOW, _MIDDLE, _TOP = 0, 1, 2
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
        return bool(self.files) and len(self.files) <= 3 and not self.globs


def evidence_of(clause: Clause, target: Target) -> Evidence | None:
    """Return what a clause gives evidence for, or None: then somebody else has to judge it."""
    if clause.mood == ASK:
        return _question(clause, target)
    if clause.mood != DO:
        return None
    kind = lex.verb_class(clause.verb)
    head = clause.verb.split(" ", 1)[0]
    if clause.verb == "find out":
        return _deep(clause, target) or _find_out(clause, target)
    if (kind == "explain" and not (head in ("teach", "remind") and not _to_me(clause))) or clause.verb in (
        "walk me",
        "walk through",
    ):
        deep = target.files and _has(clause, DEEP) and clause.verb != "describe"
        return Evidence(
            "routing.explanation", _MIDDLE if deep else _LOW, f"asks for an explanation ({clause.verb})"
        )
    cut = content_edit(clause)
    if cut is not None:
        return _removal(clause, target, cut.head)
    if head in DESIGN_VERBS:
        return None
    deep_found = _deep(clause, target)
    if deep_found is not None:
        return deep_found
    if kind == "read":
        return _read(clause, target)
    if kind == "run":
        return _run(clause, target) or (_edit(clause, target) if head in lex.EDIT else None)
    if kind == "edit" or clause.verb in ("ensure", "make"):
        return _edit(clause, target)
    if kind == "work":
        return _work(clause, target)
    return None


def _to_me(clause: Clause) -> bool:
    """Tell whether the answer is for the user: "teach me", not "teach the agent"."""
    return bool(clause.rest) and clause.rest[0].text in ("me", "us")


def statement_of(clause: Clause, target: Target) -> Evidence | None:
    """Return the evidence of a statement that reports what is to be mended in a named file.

    "a.py needs formatting", "there's a typo in a.md" are mechanical; "there's a bug in a.py" is reasoning.
    """
    if (
        target.is_clear()
        and len(clause.tokens) <= 8
        and any(token.text in ("->", "=>", "→") for token in clause.tokens)
    ):
        return Evidence("routing.mechanical", _LOW, "one name for another in a named file")
    if len(clause.paths()) != 1 or not target.is_clear():
        return None
    words = {token.text for token in clause.tokens if token.kind == "word"}
    opening = clause.tokens[0]
    if not (opening.kind == "path" or opening.text in STATES or opening.text in ("theres", "the", "some")):
        return None
    lacks = bool(
        words
        & {
            "needs",
            "need",
            "has",
            "have",
            "there's",
            "theres",
            "there",
            "should",
            "is",
            "are",
            "lacks",
            "misses",
            "must",
        }
    )
    if not lacks:
        return None
    if words & SURE_TRIVIAL or words & MENDED:
        return Evidence("routing.mechanical", _LOW, "a small fault in a named file")
    if (
        words & FINDINGS
        or words & ASK_DEBUG
        or (words & HEAVY and words & {"no", "lacks", "needs", "need", "missing", "misses"})
    ):
        return Evidence("routing.reasoning", _MIDDLE, "something to mend in a named file")
    return None


def is_report(clause: Clause) -> bool:
    """Tell whether a clause only says how to answer: "and tell me which ones failed", "point out regressions"."""
    if any(word in ("each", "every") for word in clause.words()):
        return False
    return clause.mood == ASK or (
        clause.mood == DO
        and (clause.verb in lex.REPORT or clause.verb in ("point out", "let", "sum up", "give", "find out"))
        and not any(
            token.kind in ("path", "dir") and token.start > clause.start
            for token in clause.rest[2:]
            if clause.verb in ("print", "output")
        )
    )


def is_courtesy(clause: Clause) -> bool:
    """Tell whether a clause is nothing but courtesy."""
    words = [token.text for token in clause.whole if token.kind not in ("stop", "number")]
    return all(word in lex.COURTESY or not any(letter.isalpha() for letter in word) for word in words)


def is_harmless(clause: Clause, first: bool) -> bool:  # noqa: FBT001
    """Tell whether a clause asks for nothing: courtesy, a constraint, a quotation or background."""
    if clause.mood not in (DO, TELL, ASK):
        return True
    if clause.mood == DO:
        return (
            not first
            and clause.verb
            in ("keep", "ensure", "leave", "make", "ignore", "note", "stop", "avoid", "preserve", "wait")
            and (clause.verb != "make" or (bool(clause.rest) and clause.rest[0].text == "sure"))
            and not clause.paths()
        )
    if clause.mood == ASK:
        return False
    opening = clause.tokens[0] if clause.tokens else None
    if (
        opening is None
        or clause.colon
        or all(token.kind in ("path", "dir", "stop", "quote", "code") for token in clause.tokens)
    ):
        return not first or opening is None or opening.kind == "path"
    if opening.kind in ("quote", "code", "number"):
        return not first
    return opening.text in STATES


def _has(clause: Clause, words: frozenset[str]) -> bool:
    """Tell whether a plain word of the clause is in `words`."""
    return any(token.kind == "word" and token.text in words for token in clause.tokens)


def _question(clause: Clause, target: Target) -> Evidence | None:
    """Judge a question: facts and explanations are cheap, judgement and open debugging are not."""
    words = {token.text for token in clause.tokens if token.kind == "word"}
    opening = clause.tokens[0].text if clause.tokens else ""
    if (
        opening in ("should", "shall", "could", "would")
        or words & ASK_JUDGE
        or (words & DESIGN and not target.files and opening not in ("what", "what's", "where"))
    ):
        return None
    clear = bool(target.files)
    if (opening not in ("what", "what's", "where", "how", "which") and words & DEEP) or (
        clear and words & DEEP
    ):
        return Evidence("routing.deep", _TOP, "asks to reason about correctness") if clear else None
    if words & ASK_QUALITY and clear:
        return Evidence("routing.reasoning", _MIDDLE, "asks for a judgement of a named file")
    if opening in ("why", "why's", "how") and words & ASK_DEBUG:
        return Evidence("routing.reasoning", _MIDDLE, "asks for the cause in a named file") if clear else None
    if opening in ("why", "why's", "how", "how's") or words & {
        "mean",
        "means",
        "difference",
        "work",
        "works",
    }:
        return Evidence("routing.explanation", _LOW, "asks for an explanation")
    return Evidence("routing.read-only", _LOW, "asks a question of fact")


def _removal(clause: Clause, target: Target, head: str) -> Evidence | None:
    """Judge a cut out of one file."""
    if not target.is_clear():
        return None
    if head in HEAVY_CUTS:
        return Evidence("routing.reasoning", _MIDDLE, f"takes {head} out of a named file")
    return Evidence("routing.mechanical", _LOW, f"cuts {head} out of a named file")


def _deep(clause: Clause, target: Target) -> Evidence | None:
    """Judge proofs, concurrency and the like."""
    head = clause.verb.split(" ", 1)[0]
    if head in ("prove", "disprove", "derive", "formalise", "formalize"):
        return Evidence("routing.deep", _TOP, f"asks to {clause.verb}") if target.files else None
    if (
        head not in DEEP_VERBS
        or not (_has(clause, DEEP) or DEEP_PHRASES.search(joined(clause.tokens[:60])))
        or _phrase_words(clause) & SURE_TRIVIAL
    ):
        return None
    if not target.files:
        return None
    return Evidence("routing.deep", _TOP, f"asks to {clause.verb} where deep reasoning is needed")


def _read(clause: Clause, target: Target) -> Evidence | None:
    """Judge reading, searching and checking."""
    words = set(clause.words())
    if (
        words & {"way", "ways", "solution", "solutions", "alternative", "compromise"}
        and clause.verb == "find"
    ) or (words & DEEP and clause.verb in ("find", "identify", "locate", "verify", "confirm", "look for")):
        return None
    if clause.verb in ("look", "look into", "dig into", "ensure", "go over", "look over", "look through"):
        return (
            Evidence("routing.reasoning", _MIDDLE, "asks to look into a named file") if target.files else None
        )
    if words & ASK_JUDGE or words & {
        "ideas",
        "options",
        "suggestions",
        "advice",
        "plan",
        "proposal",
        "feedback",
        "alternatives",
    }:
        return None
    if clause.verb in ("verify", "check", "confirm", "double-check") and words & {
        "never",
        "always",
        "correct",
        "correctly",
        "holds",
        "guarantee",
        "guarantees",
        "guaranteed",
        "safe",
        "secure",
        "handles",
        "cannot",
    }:
        return Evidence("routing.reasoning", _MIDDLE, "asks to judge a named file") if target.files else None
    if clause.verb == "get" and not words & {
        "me",
        "list",
        "version",
        "status",
        "output",
        "contents",
        "size",
        "number",
        "count",
        "value",
        "name",
        "names",
        "log",
        "logs",
        "length",
        "info",
        "information",
        "details",
    }:
        return None
    if words & {"summary", "review", "overview", "analysis"}:
        return (
            Evidence("routing.reasoning", _MIDDLE, "asks for a summary of a named file")
            if target.files
            else None
        )
    if (
        clause.verb
        in (
            "find",
            "check",
            "identify",
            "locate",
            "verify",
            "look for",
            "inspect",
            "confirm",
            "tell",
            "see",
            "find out",
            "look at",
            "double-check",
        )
        and words & FINDINGS
    ):
        if words & {"lint", "syntax", "spelling", "typos", "todo", "todos"}:
            return Evidence("routing.read-only", _LOW, "asks to check a named file")
        return (
            Evidence("routing.reasoning", _MIDDLE, f"asks to {clause.verb} problems in a named file")
            if target.files
            else None
        )
    if clause.verb in ("tell", "give") and not clause.rest:
        return None
    if (
        clause.verb in ("tell", "give", "remind")
        and clause.rest[0].text not in ("me", "us", "a", "an")
        and clause.rest[0].text not in lex.QUESTION_WORDS
    ):
        return None
    if clause.verb == "open" and clause.rest and clause.rest[0].text in ("a", "an"):
        return None
    if clause.verb == "look at" and not words - {"the", "file"}:
        return Evidence("routing.read-only", _LOW, "asks to look at a file") if target.files else None
    return Evidence("routing.read-only", _LOW, f"only reads ({clause.verb})")


def _find_out(clause: Clause, target: Target) -> Evidence | None:
    """Judge "find out ...": a fact is cheap, a cause needs a named file."""
    words = set(clause.words())
    if words & {"why", "cause", "what's", "how"} or words & ASK_DEBUG or words & FINDINGS:
        return (
            Evidence("routing.reasoning", _MIDDLE, "asks for the cause in a named file")
            if target.files
            else None
        )
    return Evidence("routing.read-only", _LOW, "asks for a fact")


def _run(clause: Clause, target: Target) -> Evidence | None:
    """Judge a command named in words: "run the tests", "compile paper.tex"."""
    head = clause.verb.split(" ", 1)[0]
    words = set(clause.words())
    if words & RISKY_SCRIPTS or any(part in file for file in target.files for part in RISKY_SCRIPTS):
        return None
    if head in (
        "run",
        "execute",
        "rerun",
        "re-run",
        "invoke",
        "launch",
        "start",
        "serve",
        "preview",
        "benchmark",
    ):
        if (
            words & RUNNABLE
            or words & TOOLS
            or target.files
            or any(token.kind in ("name", "code") for token in clause.rest[:2])
        ):
            return Evidence("routing.command", _LOW, f"runs one command ({clause.verb})")
        return None
    if head in ("push", "clone", "pull", "checkout", "stage", "commit", "install"):
        risky = words & {"force", "production", "prod", "forcefully"}
        return None if risky else Evidence("routing.command", _LOW, f"runs one command ({clause.verb})")
    if head == "test" and not (words & RUNNABLE or target.files):
        return None
    if head == "build" and clause.rest and clause.rest[0].text in ("a", "an", "me", "us", "out", "up"):
        return None
    if head == "build" and not (words & RUNNABLE or target.files or not clause.rest):
        return None
    return Evidence("routing.command", _LOW, f"runs one command ({clause.verb})")


def _phrase(clause: Clause) -> list[Token]:
    """Return the tokens of the direct object: from the verb to the first preposition."""
    phrase: list[Token] = []
    for token in clause.rest:
        if token.kind == "word" and token.text in _LOCATORS and phrase:
            break
        if token.kind == "stop" and phrase:
            break
        phrase.append(token)
    return phrase


def _phrase_words(clause: Clause) -> set[str]:
    """Return the plain words of the direct object."""
    return {token.text for token in _phrase(clause) if token.kind == "word"}


def _head(phrase: Sequence[Token]) -> str:
    """Return the head noun of a direct object; what only names it ("the label fig:1") is passed over."""
    words = [token.text for token in phrase if token.kind == "word" and token.text not in lex.ADVERBS]
    return words[-1] if words else ""


def _literal(tokens: Sequence[Token]) -> bool:
    """Tell whether an exact text, name or number is given."""
    return any(token.kind in ("quote", "code", "name", "number", "url") for token in tokens)


def _edit(clause: Clause, target: Target) -> Evidence | None:
    """Judge a change to a file: mechanical when its result is fully told, else reasoning."""
    if (
        clause.verb in ("create", "switch", "make", "add")
        and _phrase_words(clause) & {"branch", "tag", "commit"}
        and not target.files
    ):
        return Evidence("routing.command", _LOW, "one git command in words")
    if not target.is_clear():
        return None
    rank = _edit_rank(clause, clause.verb.split(" ", 1)[0], _phrase(clause))
    if rank == _LOW:
        return Evidence("routing.mechanical", _LOW, f"mechanical edit of a named file ({clause.verb})")
    return Evidence("routing.reasoning", rank, f"explicit change of a named file ({clause.verb})")


def _edit_rank(clause: Clause, verb: str, phrase: list[Token]) -> int:
    """Return the rank of the tier that an edit needs."""
    head = _head(phrase)
    words = {token.text for token in phrase if token.kind == "word"}
    if verb in ALWAYS_MECHANICAL or clause.verb == "comment out":
        return _LOW
    if words & SURE_TRIVIAL and verb not in ("make", "turn", "let"):
        return _LOW
    if verb in VALUE_SETTERS:
        return _value_rank(clause, phrase, head)
    if (
        verb in ADDERS
        and head in ("flag", "option", "field", "parameter", "argument", "method", "function", "class")
        and not _is_data(clause)
    ):
        return _MIDDLE
    if verb in ADDERS:
        if (head in HEAVY and head not in LITERALS) or words & _DEMANDING:
            return _MIDDLE
        single = len(phrase) == 1 and phrase[0].kind == "word" and _is_data(clause)
        return _LOW if head in TRIVIAL or head in LITERALS or _literal(phrase) or single else _MIDDLE
    if verb == "create":
        made = words & {"file", "folder", "directory", "symlink", "empty", "blank", "stub"} or not words
        told = any(
            token.text in ("that", "for", "describing", "implementing", "which", "to", "explaining")
            for token in clause.rest
            if token.kind == "word"
        )
        return _LOW if made and not (told and not _literal(clause.rest)) else _MIDDLE
    if verb in ("move", "import", "export", "include", "declare", "define"):
        heavy = (
            head in ("function", "class", "method", "logic", "component", "code") and len(clause.paths()) > 1
        )
        return _MIDDLE if heavy else _LOW
    if verb in ("make", "turn", "use"):
        return _make_rank(clause, phrase)
    if verb == "fix" and words & {"failing", "flaky", "crashing"}:
        return _MIDDLE
    if verb == "fix":
        return _LOW if head in TRIVIAL and head not in HEAVY - TRIVIAL else _MIDDLE
    if head in TRIVIAL and head not in HEAVY:
        return _LOW
    return _MIDDLE


def _is_data(clause: Clause) -> bool:
    """Tell whether the file is configuration or text, where a field is a line."""
    return any(
        path.text.endswith(
            (
                ".json",
                ".yaml",
                ".yml",
                ".toml",
                ".ini",
                ".cfg",
                ".md",
                ".txt",
                ".tex",
                ".bib",
                ".env",
                ".csv",
                ".xml",
            )
        )
        for path in clause.paths()
    )


def _value_rank(clause: Clause, phrase: list[Token], head: str) -> int:
    """Rank "change X to Y" and its kin: an exact Y is mechanical, a described one is not."""
    after = _after(clause.rest, ("to", "with", "from", "into", "by"))
    if (
        after
        and after[0].kind == "word"
        and after[0].text in lex.VERBS
        and after[0].text not in TRIVIAL
        and len(after) > 1
    ):
        return _MIDDLE
    heavy = any(
        token.text in HEAVY and token.text not in TRIVIAL
        for token in (*phrase, *after[:4])
        if token.kind == "word"
    )
    if heavy and not _literal((*phrase, *after[:3])):
        return _MIDDLE
    if clause.verb in ("replace", "substitute") and not _literal((*phrase, *after[:3])):
        single = len([token for token in phrase if token.kind == "word"]) == 1 and not heavy
        return _LOW if single or head in TRIVIAL else _MIDDLE
    if clause.verb in ("update", "convert", "adjust", "correct") and not _literal((*phrase, *after[:3])):
        return _LOW if head in TRIVIAL else _MIDDLE
    return _LOW


def _make_rank(clause: Clause, phrase: list[Token]) -> int:
    """Rank "make X Y", "turn X into Y" and "use X": a look or a keyword is mechanical, behaviour is not."""
    states = {
        "bold", "italic", "italics", "uppercase", "lowercase", "executable", "private", "public", "static", "const", "readonly", "final",
        "quotes", "optional", "required", "read-only", "underlined", "centered", "centred", "red", "blue", "green", "larger", "smaller",
        "numbered", "bulleted", "bullet", "checklist", "spaces", "tabs", "semicolons", "title-case", "capitalised", "capitalized", "commas", "hyphens", "indentation", "case",
    }  # fmt: skip
    if any(token.text in states for token in clause.rest):
        return _LOW
    plain = not any(
        token.kind == "word" and (token.text in lex.VERBS or token.text in HEAVY) for token in clause.rest
    )
    exact = any(token.kind in ("quote", "code", "number") for token in clause.rest)
    return _LOW if plain and exact else _MIDDLE


def _after(tokens: Sequence[Token], words: tuple[str, ...]) -> list[Token]:
    """Return the tokens after the first of `words`."""
    for index, token in enumerate(tokens):
        if token.kind == "word" and token.text in words:
            return list(tokens[index + 1 :])
    return []


def _work(clause: Clause, target: Target) -> Evidence | None:
    """Judge reasoning: it needs a clear target."""
    head = clause.verb.split(" ", 1)[0]
    words = set(clause.words())
    if (words & DESIGN and not target.files) or head in OPEN_WORK:
        return None
    if (
        head in ("summarise", "summarize", "outline", "paraphrase")
        and clause.rest
        and clause.rest[0].text in lex.QUESTION_WORDS
    ):
        return Evidence("routing.explanation", _LOW, "asks for an explanation")
    if target.is_clear() or (
        target.files and head in ("compare", "review", "summarise", "summarize", "merge")
    ):
        if head == "write" and _literal(clause.rest[:1]):
            return Evidence("routing.mechanical", _LOW, "writes a given text to a named file")
        return Evidence("routing.reasoning", _MIDDLE, f"explicit reasoning on a named target ({clause.verb})")
    if not target.globs and not target.folders and _names_symbol(clause.rest):
        return Evidence("routing.named-target", _MIDDLE, f"reasoning on a named symbol ({clause.verb})")
    return None


def _names_symbol(tokens: Sequence[Token]) -> bool:
    """Tell whether one symbol of code is named exactly: "the function parse_args"."""
    return any(
        first.text in CODE_SYMBOLS and second.kind in ("name", "code", "quote")
        for first, second in pairwise(tokens)
    )
