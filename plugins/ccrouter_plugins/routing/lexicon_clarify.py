"""Patterns and word sets that show a request to be ambiguous in itself."""

from __future__ import annotations

from .patterns import regex

__all__ = [
    "BETTER",
    "COMPLAINTS",
    "CRITERION",
    "DISCUSSED",
    "FILLERS",
    "GOAL_WORDS",
    "NEEDS_GOAL",
    "NEEDS_VALUE",
    "OTHER",
    "REFERENTS",
    "SHAPELESS",
    "SOMETHING",
    "TASTE_VERBS",
    "UNDECIDED",
    "VAGUE_PICK",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BE = r"(?:is|are|was|were|seems?|looks?|feels?)"
_GOOD = (
    r"(?:important|relevant|needed|necessary|useful|appropriate|worth\w*|interesting|best|better|good|right|wrong|off|bad|broken|odd|ugly|"
    r"outdated|old|suitable|main|proper|correct|usual|obvious|other|nicest|worst|key|unneeded|unnecessary|irrelevant|redundant|weird|related|missing)"
)
_PART = r"(?:everything|anything|ones?|parts?|bits?|things?|stuff|pieces?|changes?|places?|way|settings?|values?|items?|sections?|fields?|deps|dependencies|packages|tests|functions|files?|notes|entries|pages?|options?|version|library|approach|tool)"
REFERENTS = _words(
    "it this that them these those one ones thing things stuff something everything he she they"
)
# It names a measure, a value or an end.
CRITERION = regex(
    r"\b(?:by|so that|so|according|following|per|using|to (?:use|match|follow|be|have|make|reduce|avoid|comply|conform|support|fit|under|at most|\w+ (?:standard|style))|"
    r"into|such that|under|below|with|without|as|matching|in (?:alphabetical|chronological|reverse)|alphabetically|chronologically|for \w+ing|until)\b|[\"`]|<number>|<name>"
)
DISCUSSED = regex(
    r"\b(?:(?:we|you|i)(?:'ve| have| had| just)? (?:talked|discussed|spoke|mentioned|agreed|said|described|decided|planned|did|promised|suggested|proposed|were (?:talking|discussing|doing))|"
    r"as (?:we |i |you )?(?:discussed|agreed|mentioned|before|usual|last time|planned|said|promised|per our)|like (?:before|last time|we said|yesterday|the (?:last|previous|other) (?:one|time))|"
    r"(?:from|in) (?:before|last time|yesterday|our (?:last|previous|earlier) \w+|the (?:last|previous) (?:session|conversation|chat|meeting))|the usual|you know (?:what|which|the)|"
    r"the same (?:thing|way|as (?:before|last time)|for the (?:other|rest))|where (?:we|you) left off|what (?:we|you|i) (?:started|said|discussed|talked)|"
    r"the other day|earlier today|the thing|(?:how|the way|what) it (?:was|used to be)|back to (?:normal|before|how)|(?:my|the|your) (?:last|previous|earlier) (?:message|idea|suggestion|comment|request)|from the meeting)\b"
)
OTHER = regex(
    r"\b(?:like|as|match|matches|to match|same as|similar to|consistent with|the way) (?:the|that|those|our) (?:other|previous|old|new|last|first|second|usual|rest|others|original)s?\b"
)
VAGUE_PICK = regex(
    rf"\b(?:{_PART}|\w+s) (?:that|which|you think) (?:really |actually |you think (?:are |is )?)?(?:matters?|makes? sense|{_BE} (?:\w+ )?{_GOOD}|needs? (?:it|fixing|work|updating|attention|to be|changing|improvement)|counts?|important|relevant|you like|fits?|don't (?:matter|belong|fit|look right))\b|"
    rf"\b(?:the|any|only|all the) {_GOOD} {_PART}$|\b(?:the|any|only) (?:important|relevant|necessary|appropriate|right|good|bad|interesting|best|useful|main|proper|correct|needed|usual|obvious|other|missing|related) (?:ones?|parts?|bits?|things?|stuff|pieces?|places?|way|one)\b|"
    r"\b(?:whatever|whichever|wherever|however) (?:you|is|isn't|it|needs|makes|seems|works|looks|feels|fits?|goes)\b|\b(?:as|where|if|when|wherever) (?:needed|appropriate|necessary|you see fit|required|it makes sense|you like|applicable)\b|\bthe (?:needful|necessary|usual|rest)$|"
    r"what(?:'s| is) (?:wrong|broken|missing|left|needed|off|necessary|bad|outdated)\b|^(?:use|pick|choose|take|try|go with|switch to) (?:the|a|some) (?:better|other|best|right|proper|second|first|nicer|good|new|different|another) \w+(?: instead| then| now| please)?$"
)
_ADJECTIVE = (
    r"(?:sensible|better|nicer|suitable|appropriate|meaningful|reasonable|descriptive|modern|different|other|cleaner|clearer|shorter|longer|prettier|cooler|else|"
    r"fitting|catchier|proper|good|friendlier|saner|sane|catchy|decent|smaller|bigger|larger|higher|lower|readable|safer|obvious|useful|professional|expressive|explicit|intuitive|realistic|fresh|snappier)"
)
_THING = (
    r"(?:name|title|value|one|word|place|location|number|font|colou?r|style|label|heading|default|limit|library|format|wording|way|tool|thing|size|icon|option|"
    r"approach|position|spot|folder|theme|version|image|message|subject|slogan|logo|directory)"
)
SOMETHING = regex(
    rf"\b(?:to|into|with|for|as|somewhere|something|someone|another|a|an)(?: (?:something|somewhere|a|an|another|some other|anything))?(?: (?:more|a bit|a little|much|less|slightly))?(?: {_ADJECTIVE})(?: {_THING})?(?=$| (?:please|instead|in|at|for now|and|then|from)\b)|"
    rf"\b(?:another|some other|a different|a new) {_THING}\b"
)
UNDECIDED = (
    "not sure whether",
    "not sure if",
    "not sure which",
    "can't decide",
    "cannot decide",
    "torn between",
    "don't know whether",
    "don't know if",
    "don't know which",
    "undecided",
    "either way",
    "you choose",
    "you decide",
    "you pick",
    "your call",
    "your choice",
    "up to you",
)
BETTER = _words(
    "bigger larger wider narrower taller lighter darker brighter warmer better nicer cleaner faster prettier good great simpler pop clearer smaller modern professional readable robust efficient shorter friendlier "
    "sexy cool pretty nice beautiful elegant consistent right work works perfect smoother quicker slicker lighter snappier neater shiny usable "
    "maintainable fancier fancy awesome proper sane stable responsive attractive appealing secure safe happy green"
)
# Said of anything: they tell neither what is wrong nor where.
COMPLAINTS = (
    "not working",
    "doesn't work",
    "does not work",
    "doesnt work",
    "don't work",
    "isn't working",
    "isnt working",
    "not right",
    "not happy",
    "no good",
    "won't work",
    "stopped working",
    "went wrong",
    "goes wrong",
    "not great",
    "don't like",
    "could be better",
    "needs work",
    "needs love",
    "needs some love",
    "needs some work",
    "needs improvement",
    "needs attention",
    "keeps failing",
    "not behaving",
    "isn't right",
    "doesn't look right",
    "doesn't feel right",
    "feels slow",
    "makes no sense",
    "a mess",
    "driving me",
    "is off",
    "seems off",
    "feels off",
    "looks off",
    "look off",
    "are off",
    "look wrong",
    "look weird",
    "bit off",
    "kind of off",
    "of off",
    "is broken",
    "slightly off",
    "needs cleaning",
    "needs tidying",
    "needs refactoring",
    "needs polish",
    "needs improving",
    "needs fixing",
    "needs a cleanup",
    "needs to be cleaned",
    "needs to be better",
    "should be cleaner",
    "should be better",
    "needs updating",
)
SHAPELESS = _words(
    "touches stuff thing things parts part bits bit pieces piece ones one rest mess gaps half remainder"
)
FILLERS = _words(
    "a an the bit little lot more some properly somehow please nicely too now also again really my our your this that all of it any "
    "thoroughly completely generally overall in general asap quickly and there here around everywhere whole entire"
)
TASTE_VERBS = _words(
    "rename change replace set move use make update pick switch find call give choose put turn add try"
)
NEEDS_VALUE = _words("change set adjust modify edit tweak alter amend")
NEEDS_GOAL = _words("rename move translate convert turn")
GOAL_WORDS = _words(
    "to into as onto under above below after before out next up down over back around so by with behind between out-of instead"
)
