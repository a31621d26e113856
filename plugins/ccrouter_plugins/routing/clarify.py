"""Requests that are ambiguous in themselves: what is missing, and the question that would settle it.

A question names the words of the request. Nothing here looks at what a model might guess: a missing referent, criterion,
value or choice is the user's to give.
"""

from __future__ import annotations

import re

from . import lexicon as lex
from .clauses import ASK, DO, TELL, Clause
from .intent import Target
from .lexicon_objects import CODE_SYMBOLS, DATA, GENERIC_OBJECTS, GENERIC_PROBLEMS, SYMPTOMS
from .reading import Reading

__all__ = ["question_for"]

_REFERENTS = frozenset("it this that them these those one ones thing things stuff something".split())
_CRITERION = re.compile(
    r"\b(?:by|so that|so|according|following|per|using|to (?:use|match|follow|be|have|make|reduce|avoid|comply|conform|support|fit|under|at most)|"
    r"into|such that|under|below|with|without|as|matching|in (?:alphabetical|chronological|reverse)|alphabetically|chronologically|for (?:\w+ing)|until)\b|[\"`]|<number>|<name>"
)
_DISCUSSED = re.compile(
    r"\b(?:(?:we|you|i)(?:'ve| have| had| just)? (?:talked|discussed|spoke|mentioned|agreed|said|described|decided|planned|did|were (?:talking|discussing|doing))|"
    r"as (?:we |i |you )?(?:discussed|agreed|mentioned|before|usual|last time|planned|said|per our)|like (?:before|last time|we said|yesterday|the (?:last|previous|other) (?:one|time))|"
    r"(?:from|in) (?:before|last time|yesterday|our (?:last|previous|earlier) \w+|the (?:last|previous) (?:session|conversation|chat|meeting))|the usual|you know (?:what|which|the)|the same (?:thing|way|as (?:before|last time)|for the (?:other|rest))|"
    r"where (?:we|you) left off|what (?:we|you|i) (?:started|said|discussed|talked)|the other day|earlier today|the thing)\b"
)
_OTHER = re.compile(
    r"\b(?:like|as|match|matches|to match|same as|similar to|consistent with|the way) (?:the|that|those|our) (?:other|previous|old|new|last|first|second|usual|rest|others|original)(?:s)?\b"
)
_VAGUE_PICK = re.compile(
    r"\b(?:only |just )?(?:the |those |ones )?(?:ones?|parts?|bits?|things?|stuff|files?|bits|pieces|tests|items|sections|deps|dependencies|packages|functions|fields|endpoints|entries|places|\w+s) (?:that|which|you think) (?:really |actually |you think (?:are |is )?)?(?:matters?|makes? sense|(?:is|are|seems?|looks?|feels?) (?:\w+ )?(?:important|relevant|needed|necessary|useful|appropriate|worth\w*|interesting|best|good|right|wrong|off|bad|broken|odd|ugly|outdated|old)|needs? (?:it|fixing|work|updating|attention|to be)|counts?|important|relevant|you like|fits?|don't (?:matter|belong|fit|look right))\b|"
    r"\b(?:the|any|only) (?:important|relevant|necessary|appropriate|right|good|bad|interesting|best|useful|main|proper|correct|needed|usual|obvious|other) (?:ones?|parts?|bits?|things?|stuff|files?|pieces?|changes?|places?|way|settings?|values?|one)\b|"
    r"\b(?:whatever|whichever|wherever|however) (?:you|is|it|needs|makes|seems|works|looks|feels)\b|\b(?:as|where|if|when) (?:needed|appropriate|necessary|you see fit|required|it makes sense|you like|applicable)\b|\bthe (?:needful|necessary|usual|rest)$"
)
_SOMETHING = re.compile(
    r"\b(?:to|into|with|for|as|somewhere|something|someone|another|a|an) ?(?:something|somewhere|a|an|another|some other|anything)? ?(?:more |a bit |a little |much |less )?(?:sensible|better|nicer|suitable|appropriate|meaningful|reasonable|descriptive|modern|different|other|cleaner|clearer|shorter|longer|prettier|cooler|else|fitting|catchier|proper|good|friendlier|saner|sane|catchy|sensical|decent|smaller|bigger|larger|higher|lower|readable)(?: (?:name|title|value|one|word|place|location|number|font|colou?r|style|label|heading|default|limit|library|format|wording|way|tool|thing|size|icon|option|approach|position|spot|folder|theme|version|image|message))?\b"
)
_OR = re.compile(r"\bor\b")
_CHOICE_OPENERS = frozenset(
    "should shall which what's is are do does would could can how either whether".split()
)
_BETTER = frozenset(
    "better nicer cleaner faster prettier good great simpler pop clearer smaller modern professional readable robust efficient shorter friendlier sexy cool pretty nice beautiful elegant consistent right work works perfect smoother quicker slicker lighter snappier neater shiny usable maintainable".split()
)
_NEEDS_VALUE = frozenset("change set adjust modify edit tweak alter amend".split())
_NEEDS_GOAL = frozenset("rename move translate convert turn".split())
_GOAL_WORDS = frozenset(
    "to into as in onto under above below after before from out next up down over back inside around so at by with".split()
)


def question_for(clause: Clause, target: Target, reading: Reading, *, alone: bool) -> tuple[str, str] | None:
    """Return why a clause is ambiguous and the question to ask, or None.

    `alone` tells that no other clause of the request asks for anything.
    """
    shown = _shown(clause, reading)
    line = " ".join(token.text for token in clause.tokens[:60] if token.kind != "stop")
    checks = (_choice, _discussed, _pick, _referent, _symptom, _criterion, _value)
    for check in checks:
        answer = check(clause, target, line, shown, alone)
        if answer is not None:
            return answer
    return None


def _shown(clause: Clause, reading: Reading) -> str:
    """Return the words of the clause as the user wrote them, at most 80 characters."""
    start, end = reading.span(clause.tokens[0].start if clause.tokens else clause.start, clause.end)
    del start, end
    text = " ".join(reading.text[clause.start : clause.end].split())
    return text if len(text) <= 80 else text[:77] + "..."  # noqa: PLR2004


def _choice(clause: Clause, target: Target, line: str, shown: str, alone: bool) -> tuple[str, str] | None:  # noqa: FBT001
    """The choice is handed to the user: "should we use A or B?"."""
    del target
    if not _OR.search(line) or "or not" in line and clause.mood != ASK:
        return None
    opening = clause.whole[0].text
    asks = clause.mood == ASK and (
        opening in ("should", "shall")
        or any(
            word in line.split() for word in ("better", "best", "prefer", "should", "rather", "preferable")
        )
    )
    tells = clause.mood == TELL and clause.question and alone and len(clause.tokens) <= 8  # noqa: PLR2004
    tells = (
        tells
        or clause.mood == TELL
        and any(
            phrase in line
            for phrase in (
                "not sure whether",
                "not sure if",
                "can't decide",
                "cannot decide",
                "torn between",
                "don't know whether",
                "don't know if",
            )
        )
    )
    picks = clause.mood == DO and clause.verb in ("pick", "choose", "decide") and alone
    if asks or tells or picks:
        return (
            "hands over an open choice",
            f'"{shown}": which of these do you want, and what matters most in choosing?',
        )
    return None


def _discussed(clause: Clause, target: Target, line: str, shown: str, alone: bool) -> tuple[str, str] | None:  # noqa: FBT001
    """It points at an earlier conversation that is not there."""
    del alone
    if clause.mood == ASK and clause.whole[0].text not in ("can", "could"):
        return None
    if _DISCUSSED.search(line) and not (target.files and " the thing" not in f" {line}"):
        return "points at something said elsewhere", f'"{shown}": which thing do you mean, and in which file?'
    if _OTHER.search(line) and not target.files:
        return "compares with something unnamed", f'"{shown}": which one should it be like, and where is it?'
    return None


def _pick(clause: Clause, target: Target, line: str, shown: str, alone: bool) -> tuple[str, str] | None:  # noqa: FBT001
    """The selection or the new value is left to taste."""
    del alone
    if clause.mood == ASK or lex.verb_class(clause.verb) in ("explain", "read", "run"):
        return None
    match = _VAGUE_PICK.search(line)
    if match is not None:
        return (
            "leaves the selection open",
            f'"{shown}": which ones exactly does "{match.group().strip()}" cover?',
        )
    if clause.verb in (
        "rename",
        "change",
        "replace",
        "set",
        "move",
        "use",
        "make",
        "update",
        "pick",
        "switch",
        "find",
        "call",
        "give",
    ):
        match = _SOMETHING.search(line)
        if match is not None and not (target.files and clause.verb in ("use", "make", "find", "give")):
            return "leaves the new value open", f'"{shown}": what should "{match.group().strip()}" be?'
    return None


def _referent(clause: Clause, target: Target, line: str, shown: str, alone: bool) -> tuple[str, str] | None:  # noqa: FBT001
    """A pronoun or "the bug" without anything it could mean."""
    if target.files or target.globs or target.folders or clause.mood != DO or not alone:
        return None
    if lex.verb_class(clause.verb) == "explain" and not clause.rest:
        return "names no subject", f'"{shown}": what should be explained?'
    words = [token.text for token in clause.rest if token.kind == "word" and token.text not in lex.ADVERBS]
    if any(token.kind in ("quote", "code", "name", "url", "number") for token in clause.rest):
        return None
    if not words and clause.verb and not any(token.kind == "other" for token in clause.rest):
        return "names no object", f'"{shown}": what should be worked on, and in which file?'
    if (
        words
        and words[0] in _REFERENTS
        and (
            len(words) == 1
            or words[1] not in DATA | CODE_SYMBOLS
            and words[0] in ("it", "them", "something", "that", "this", "those", "these")
            and (
                words[1] in lex.PREPOSITIONS
                or words[1] in _BETTER
                or words[1]
                in (
                    "look",
                    "work",
                    "more",
                    "less",
                    "a",
                    "up",
                    "out",
                    "again",
                    "now",
                    "like",
                    "not",
                    "for",
                    "so",
                    "the",
                    "right",
                    "better",
                    "faster",
                    "thing",
                    "issue",
                    "problem",
                    "bug",
                    "error",
                    "mess",
                    "stuff",
                    "way",
                    "one",
                    "happen",
                    "run",
                    "compile",
                    "pass",
                )
            )
        )
    ):
        return "has no referent", f'"{shown}": what does "{words[0]}" refer to, and in which file?'
    if (
        words
        and words[-1] in GENERIC_PROBLEMS
        and all(
            word in lex.ARTICLES
            or word in GENERIC_PROBLEMS
            or word
            in (
                "remaining",
                "last",
                "other",
                "same",
                "new",
                "old",
                "weird",
                "annoying",
                "stupid",
                "obvious",
                "usual",
                "latest",
                "main",
                "whole",
                "rest",
                "of",
                "following",
                "above",
                "first",
            )
            for word in words
        )
    ):
        return (
            "names no particular problem",
            f'"{shown}": which {words[-1]} do you mean, and where does it show?',
        )
    del line
    return None


def _symptom(clause: Clause, target: Target, line: str, shown: str, alone: bool) -> tuple[str, str] | None:  # noqa: FBT001
    """A vague complaint: "the build is weird"."""
    if (
        clause.mood != TELL
        or target.files
        or any(token.kind in ("quote", "code", "number", "name") for token in clause.tokens)
    ):
        return None
    words = line.split()
    vague = next((word for word in words if word in SYMPTOMS), None)
    if vague is None:
        for phrase in (
            "not working",
            "doesn't work",
            "does not work",
            "don't work",
            "isn't working",
            "not right",
            "not happy",
            "no good",
            "won't work",
            "stopped working",
            "up with",
            "went wrong",
            "not great",
            "don't like",
            "could be better",
            "needs work",
            "needs love",
            "needs some love",
            "needs improvement",
            "needs attention",
            "acting up",
            "keeps failing",
            "not behaving",
            "isn't right",
            "doesn't look right",
            "feels slow",
        ):
            if phrase in line:
                vague = phrase
                break
    if vague is None or len(words) > 14 and not alone:  # noqa: PLR2004
        return None
    return (
        "describes a symptom too vaguely",
        f'"{shown}": what exactly happens, what did you expect, and where (command, page or file)?',
    )


def _criterion(clause: Clause, target: Target, line: str, shown: str, alone: bool) -> tuple[str, str] | None:  # noqa: FBT001
    """An improvement without a file and without a measure: "clean up the code"."""
    del alone
    if clause.mood != DO or target.files or target.globs:
        return None
    words = [token.text for token in clause.rest if token.kind == "word" and token.text not in lex.ADVERBS]
    marked = " ".join(
        '"' if token.kind in ("quote", "code") else f"<{token.kind}>" if token.kind != "word" else token.text
        for token in clause.rest
    )
    if _CRITERION.search(marked):
        return None
    head = next(
        (
            word
            for word in reversed(words)
            if word not in ("bit", "little", "lot", "more", "some", "properly")
        ),
        "",
    )
    vague = clause.verb in lex.VAGUE and (head in GENERIC_OBJECTS or target.folders)
    if clause.verb == "make" and words and any(word in _BETTER for word in words[1:]):
        vague = any(word in GENERIC_OBJECTS for word in words) or len(words) <= 4  # noqa: PLR2004
    if clause.verb in ("do", "handle", "deal with", "take care") and words:
        vague = True
    if clause.verb == "update" and head in (
        "docs",
        "documentation",
        "config",
        "readme",
        "styles",
        "wording",
        "design",
        "text",
        "layout",
    ):
        vague = True
    if not vague:
        return None
    del line
    return "gives no criterion", f'"{shown}": which files, and by what criteria is it done?'


def _value(clause: Clause, target: Target, line: str, shown: str, alone: bool) -> tuple[str, str] | None:  # noqa: FBT001
    """A change whose result is not told: "rename utils.py", "change the port in config.yaml"."""
    del line, alone
    if clause.mood != DO:
        return None
    words = [token.text for token in clause.rest if token.kind == "word"]
    told = any(token.kind in ("quote", "code", "number") for token in clause.rest)
    if clause.verb in _NEEDS_GOAL and not told:
        if not set(words) & _GOAL_WORDS - (
            {"in", "from", "at", "inside"} if clause.verb != "translate" else set()
        ) and not any(token.kind == "path" for token in clause.rest[1:] if clause.verb != "rename"):
            return "does not say to what", f'"{shown}": {clause.verb} it to what?'
    if (
        clause.verb in _NEEDS_VALUE
        and target.files
        and not told
        and not set(words)
        & {
            "to",
            "from",
            "so",
            "into",
            "by",
            "with",
            "as",
            "back",
            "that",
            "back-to",
            "using",
            "such",
            "when",
            "if",
        }
    ):
        if not any(token.kind == "name" for token in clause.rest):
            return "does not say to what", f'"{shown}": what should the result be?'
    return None
