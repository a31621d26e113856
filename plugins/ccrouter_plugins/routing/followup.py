"""Follow-ups: what a turn inherits from the one before it.

A confirmation, "fix it" or a slash command continues the earlier turn at its tier and with its floors; a request that is
repeated or rejected starts one tier higher.
"""

from __future__ import annotations

from . import lexicon as lex
from .clauses import ASK, Clause
from .facts import Earlier, Fact, Rules, next_tier
from .normalise import normalise
from .patterns import regex
from .reading import Reading

__all__ = ["continues", "is_assent", "is_rejection", "is_slash", "plain"]

_SLASH = regex(r"\s*/[A-Za-z][\w:-]*(?:\s|$)")
_REJECTS = regex(
    r"^(?:(?:no|nope|nah|hmm?|ugh|ok|okay|sorry|but|actually|wait|well)[,.!]? )*(?:"
    r"(?:that|this|it)(?:'s| is| was|s)? (?:still |all |completely |totally |just )?(?:wrong|not (?:right|what|it|correct|working|good|fixed|quite|how)|incorrect|broken|bad|failing|worse|useless)|"
    r"(?:it|that|this) (?:still )?(?:didn't|did not|doesn't|does not|isn't|hasn't|won't|don't) (?:work|help|fix|compile|pass|do|change|look|run|build|solve)|(?:that|this|it) (?:fails|failed|crashes|broke)|"
    r"still (?:broken|wrong|failing|fails|not|doesn't|does not|the same|crashes|crashing|happening|there|failed|errors|getting|see|seeing|red|no)|(?:it|the \w+|tests?|they)(?:'s| is| are)? still (?:broken|wrong|failing|fails|fail|not|doesn't|does|don't|crash\w*|happening|there|the same|red|errors?)|"
    r"not what i (?:asked|wanted|meant|said)|wrong(?: (?:file|one|again|answer|function|way))?$|try (?:it )?again|once more|do (?:it|that) (?:again|over)|redo(?: it| that)?$|retry|you (?:broke|missed|forgot|misunderstood|got it wrong|did it wrong|messed)|"
    r"incorrect|nope$|no$|i (?:said|asked|meant|told you)|same (?:error|problem|issue|result|failure)|that(?:'s| is) not|undo (?:that|it)|revert (?:that|it|your)|didn't work|doesn't work|not working|not fixed|fail(?:s|ed) again|"
    r"no,? (?:that|this|it|you|not|the other|wrong|i|don't))"
)
_ANAPHORA = frozenset(
    "it that this them these those same one ones there both others other former latter again instead".split()
)
_MARKERS = frozenset("also and now then too again instead next but plus additionally otherwise".split())
_SHORT = 6
# A longer line that begins like a rejection is a request of its own.
_REJECTION = 14


def is_slash(text: str) -> bool:
    """Tell whether the text is a slash command of the client ("/compact"), not a path."""
    return bool(_SLASH.match(text))


def is_rejection(line: str) -> bool:
    """Tell whether a plain lower-case line says that the earlier answer was wrong."""
    return bool(_REJECTS.match(line)) and (
        len(line.split()) <= _REJECTION or line.startswith(("no ", "no,", "still", "that's wrong"))
    )


def continues(reading: Reading, earlier: Earlier | None, rules: Rules) -> Fact | None:
    """Return the fact that a request continues the earlier turn, with the tier it starts at, or None.

    The fact supports the earlier tier, or the next one when the user repeats or rejects; its floor is the earlier floor.
    """
    if earlier is None:
        return None
    line = plain(reading.text)
    if line and line == plain(normalise(earlier.text).text):
        return _fact(reading, "repeats the earlier request", next_tier(earlier.tier, rules.tiers), earlier)
    if earlier.rejected:
        return _fact(
            reading, "the earlier answer was rejected", next_tier(earlier.tier, rules.tiers), earlier
        )
    if is_rejection(line):
        return _fact(reading, "rejects the earlier answer", next_tier(earlier.tier, rules.tiers), earlier)
    if is_slash(reading.text):
        return _fact(reading, "a slash command of the same session", earlier.tier, earlier)
    if not line or is_assent(line) or _refers(reading.clauses, line):
        return _fact(reading, "continues the earlier turn", earlier.tier, earlier)
    return None


def _fact(reading: Reading, reason: str, tier: str, earlier: Earlier) -> Fact:
    """Return the follow-up fact over the whole text."""
    start, end = reading.span(0, len(reading.text))
    return Fact("routing.follow-up", reason, start, end, floor=earlier.floor, supports=tier)


def plain(text: str) -> str:
    """Return the words of a text in one spelling: lower case, single spaces, no closing punctuation or courtesy."""
    words = [word.strip(".,;:!?\"'`()") for word in text.lower().split()]
    kept = [word for word in words if word]
    while kept and kept[0] in ("please", "pls", "hey", "hi", "claude", "ok", "okay"):
        kept.pop(0)
    while kept and kept[-1] in ("please", "pls", "thanks", "thx"):
        kept.pop()
    return " ".join(kept)


def is_assent(line: str) -> bool:
    """Tell whether a line only agrees or lets the work go on."""
    words = line.replace(",", " ").split()
    return len(words) <= 12 and all(word in lex.CONFIRMATIONS for word in words)


def _refers(clauses: list[Clause], line: str) -> bool:
    """Tell whether a request leans on the earlier turn: a pronoun for an object, or nothing but an adjustment."""
    words = line.split()
    if not clauses:
        return True
    first = clauses[0]
    if any(clause.paths() for clause in clauses):
        return bool(first.rest) and first.rest[0].text in _ANAPHORA and first.mood != ASK
    objects = [token.text for token in first.rest[:3] if token.kind == "word"]
    if (
        set(objects[:2]) & _ANAPHORA
        or words[0] in _MARKERS
        or words[-1] in ("too", "again", "instead", "well")
    ):
        return True
    if words[:2] in (
        ["same", "for"],
        ["same", "with"],
        ["the", "other"],
        ["the", "same"],
        ["what", "about"],
        ["how", "about"],
        ["and", "the"],
        ["the", "first"],
        ["the", "second"],
        ["the", "last"],
    ):
        return True
    return len(words) <= _SHORT and bool(set(words) & _ANAPHORA)
