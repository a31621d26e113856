"""Positive evidence: what a clause asks for that a tier is known to do.

Nothing is routed without it. A mechanical edit of one named file, reading and explaining go to the lowest tier; explicit
reasoning about a named target to the middle; proofs and concurrency to the top.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from . import lexicon as lex
from .clauses import ASK, DO, Clause, joined
from .edits import edit_of, removal_of
from .lexicon_intent import (
    ASK_DEBUG,
    ASK_JUDGE,
    ASK_QUALITY,
    DEEP_PHRASES,
    DEEP_VERBS,
    DESIGN_VERBS,
    OPEN_WORK,
    RISKY_SCRIPTS,
    RUNNABLE,
    SURE_TRIVIAL,
    TOOLS,
)
from .lexicon_objects import CODE_SYMBOLS, DEEP, DESIGN, FINDINGS
from .objects import (
    Evidence,
    Target,
    after_word,
    has_word,
    is_dry_run,
    is_exact,
    is_named,
    opens_file,
    phrase_of,
    plain_words,
)
from .prose import content_edit
from .statements import evidence_told
from .tokens import Token

__all__ = ["evidence_of"]

_LOW, _MIDDLE, _TOP = 0, 1, 2
# Verbs of reading that look for something, and those that always end in a judgement.
_SEEKING = frozenset(
    "find|check|identify|locate|verify|look for|inspect|confirm|tell|see|look at|double-check|report".split(
        "|"
    )
)
_JUDGING = frozenset(("look", "look into", "dig into", "ensure", "go over", "look over", "look through"))
_OPINIONS = ASK_JUDGE | frozenset(
    "ideas options suggestions advice plan proposal feedback alternatives alternative way ways solution solutions compromise".split()
)
_SOUND = frozenset(
    "never always correct correctly holds guarantee guarantees guaranteed safe secure handles cannot".split()
)
_POINTERS = frozenset("it this that these those them".split())
_GETTABLE = frozenset(
    "me list version status output contents size number count value name names log logs length info information details".split()
)


def evidence_of(clause: Clause, target: Target) -> Evidence | None:
    """Return what a clause gives evidence for, or None: then somebody else has to judge it."""
    if clause.mood == ASK:
        return _question(clause, target)
    if clause.mood != DO:
        return None
    kind = lex.verb_class(clause.verb)
    head = clause.verb.split(" ", 1)[0]
    if head == "apply" and plain_words(phrase_of(clause)) & TOOLS:
        return edit_of(clause, target)
    if is_dry_run(clause):
        return Evidence("routing.read-only", _LOW, "a dry run")
    if kind == "explain" and (head not in ("teach", "remind") or _to_me(clause)):
        deep = target.files and has_word(clause, DEEP) and clause.verb != "describe"
        return Evidence(
            "routing.explanation", _MIDDLE if deep else _LOW, f"asks for an explanation ({clause.verb})"
        )
    cut = content_edit(clause)
    if cut is not None:
        return removal_of(target, cut.head)
    if head in DESIGN_VERBS:
        return None
    return _deep(clause, target) or _by_kind(clause, target, kind)


def _by_kind(clause: Clause, target: Target, kind: str) -> Evidence | None:
    """Judge an order by what its verb asks for."""
    head = clause.verb.split(" ", 1)[0]
    if kind == "read" and _is_looking(clause):
        return _read(clause, target)
    if kind == "run":
        return _run(clause, target) or (edit_of(clause, target) if head in lex.EDIT else None)
    if kind == "edit" or clause.verb in ("ensure", "make"):
        return edit_of(clause, target)
    if kind == "work":
        return _work(clause, target)
    if kind in ("read", "explain") and clause.rest and target.is_clear():
        return Evidence("routing.reasoning", _MIDDLE, f"explicit change of a named file ({clause.verb})")
    return evidence_told(clause, target) if clause.rest else None


def _to_me(clause: Clause) -> bool:
    """Tell whether the answer is for the user: "teach me", not "teach the agent"."""
    return bool(clause.rest) and clause.rest[0].text in ("me", "us")


def _question(clause: Clause, target: Target) -> Evidence | None:
    """Judge a question: facts and explanations are cheap, judgement and open debugging are not."""
    words = {token.text for token in clause.tokens if token.kind == "word"}
    opening = clause.tokens[0].text if clause.tokens else ""
    known = (
        opening in lex.QUESTION_WORDS
        or opening in lex.AUXILIARIES
        or opening in ("any", "anyone", "anything")
    )
    misspelt = len(clause.tokens) > 1 and clause.tokens[1].text in ("does", "did")
    asks_opinion = "you" in words and bool(words & {"would", "you'd"})
    if asks_opinion or not (known or misspelt):
        return None
    if (
        opening in ("should", "shall")
        or (opening in ("could", "would") and clause.rest[:1] and clause.rest[0].text in ("you", "we", "i"))
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


def _deep(clause: Clause, target: Target) -> Evidence | None:
    """Judge proofs, concurrency and the like."""
    head = clause.verb.split(" ", 1)[0]
    shown = (
        head in ("show", "demonstrate", "argue", "establish")
        and bool(clause.rest)
        and clause.rest[0].text == "that"
    )
    if head in ("prove", "disprove", "derive", "formalise", "formalize") or shown:
        return Evidence("routing.deep", _TOP, f"asks to {clause.verb}") if target.files else None
    if (
        head not in DEEP_VERBS
        or not (has_word(clause, DEEP) or DEEP_PHRASES.search(joined(clause.tokens[:60])))
        or plain_words(phrase_of(clause)) & SURE_TRIVIAL
    ):
        return None
    if not target.files:
        return None
    return Evidence("routing.deep", _TOP, f"asks to {clause.verb} where deep reasoning is needed")


def _read(clause: Clause, target: Target) -> Evidence | None:
    """Judge reading, searching and checking: cheap, unless the answer is a judgement; then a file has to be named."""
    if clause.verb == "find out":
        return _find_out(clause, target)
    words = set(clause.words())
    seeks = clause.verb in _SEEKING
    if words & _OPINIONS or (seeks and words & DEEP):
        return None
    plain = words & {"lint", "syntax", "spelling", "typos", "todo", "todos"}
    judges = (
        clause.verb in _JUDGING
        or words & {"summary", "review", "overview", "analysis"}
        or (seeks and words & (FINDINGS | _SOUND) and not plain)
        or (clause.verb == "look at" and not words - {"the", "file"} and not target.files)
    )
    if judges:
        reason = f"asks to judge a named file ({clause.verb})"
        return Evidence("routing.reasoning", _MIDDLE, reason) if target.files else None
    return Evidence("routing.read-only", _LOW, f"only reads ({clause.verb})")


def _is_looking(clause: Clause) -> bool:
    """Tell whether a verb that also means more only asks to be shown something: "give me", "get the status"."""
    first = clause.rest[0].text if clause.rest else ""
    if clause.verb == "get":
        return not _GETTABLE.isdisjoint(clause.words())
    if clause.verb in ("tell", "give", "remind"):
        return first in ("me", "us", "a", "an") or first in lex.QUESTION_WORDS
    return clause.verb != "open" or opens_file(clause)


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
    if (
        clause.rest
        and clause.rest[0].text in _POINTERS
        and any(token.kind in ("path", "dir", "glob") for token in clause.rest)
    ):
        return None  # "run it on ./dist": the file is not what is run
    tested = bool(words & {"test", "tests", "pytest"})
    if words & RISKY_SCRIPTS or (
        not tested and any(part in file for file in target.files for part in RISKY_SCRIPTS)
    ):
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
        if head == "write" and (is_named(clause.rest[:1]) or is_exact(after_word(clause.rest, ("as",))[:1])):
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
