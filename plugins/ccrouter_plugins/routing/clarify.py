"""Requests that are ambiguous in themselves: nothing concrete is named, or a choice or a value is left to the user.

A request is concrete when a word of it names something that not every project has: a file, an identifier, a quotation, a
number, or a noun of its own ("login", "dark mode"). Nouns for kinds of things ("the figure"), pronouns, and words that only
judge ("nicer") name nothing. Nothing here looks at what a model might guess.
"""

from __future__ import annotations

from . import lexicon as lex
from .background import is_courtesy
from .clauses import ASK, DO, TELL, Clause
from .demands import Demand
from .followup import is_rejection
from .lexicon_clarify import EMPTY, JUDGING, KINDS, MEASURE, OPEN, PRONOUNS, SCOPES, UNDECIDED
from .lexicon_intent import DESIGN_VERBS
from .lexicon_objects import DESIGN
from .reading import Reading
from .tokens import Token

__all__ = ["question_for"]

_SHOWN = 80
# A report of three words has a subject and its verb.
_SHORT = 3
# A request for more things than this is not ambiguous in itself.
_MANY = 8
_CONCRETE = ("path", "dir", "glob", "quote", "code", "name", "url", "number", "other")
# Numbers after these only count alternatives.
_COUNTED = frozenset("option variant version step approach design alternative number choice solution".split())
_OPTIONS_END = frozenset("for in between to on with when at of".split())
_NEEDS_GOAL = frozenset("rename move translate convert turn".split())
_NEEDS_VALUE = frozenset("change set adjust modify edit tweak alter amend".split())
_GOALS = frozenset(
    "to into as onto under above below before after out next up down over back around so by with behind between instead".split()
)
_TONGUES = frozenset("in french german english spanish italian portuguese dutch japanese chinese".split())
_ABOUT_CHOICE = frozenset(
    "better best prefer should rather preferable pick choose nicer faster take use go".split()
)
_ANYTHING = frozenset("something everything anything".split())
_OFFERED = frozenset("one ones of better best nicer prefer".split())
# What a version control tool does to the work at hand needs no object.
_AT_HAND = frozenset("commit push stage pull checkout".split())
# What only points, as an object or a subject; those of the second line may also stand before their noun.
_POINTERS = frozenset("it it's them him her itself".split())
_POINTING = frozenset("this that these those that's one ones".split())
_DEFINITE = frozenset("the my our your this that these those his her their".split())
# A clause of its own after the pronoun may say what is meant: "make it possible to log in".
_SUBORDINATE = frozenset("that to if when because while after before for so where since".split())
_AMOUNTS = frozenset("bunch couple lot all every each several some many most various everywhere".split())

_NO_NOUNS = (
    lex.PREPOSITIONS
    | lex.ADVERBS
    | lex.AUXILIARIES
    | lex.PARTICLES
    | lex.QUESTION_WORDS
    | lex.COURTESY
    | frozenset("a an the less more much even".split())
)

_Answer = tuple[str, str] | None


def question_for(demand: Demand, reading: Reading, demands: int) -> _Answer:
    """Return why a demand is ambiguous and the question to ask, or None.

    `demands` counts what the request asks for: among several, one vague clause does not make the request ambiguous.
    """
    if demands > _MANY:
        return None
    answer = _choice(demand, reading, demands) or _open(demand, demands) or _nothing(demand, reading)
    if answer is None:
        return None
    clause = demand.clause
    shown = " ".join(reading.text[clause.start : clause.end].split())
    shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 3] + "..."
    return answer[0], f'"{shown}": {answer[1]}'


def concrete(tokens: tuple[Token, ...], verb: str = "") -> list[str]:
    """Return the tokens that name something of this request; `verb` is the head verb, which names nothing."""
    heads = verb.split()
    found = []
    for index, token in enumerate(tokens):
        if token.kind in _CONCRETE:
            counted = token.text.isdigit() and index > 0 and tokens[index - 1].text in _COUNTED
            if not counted and any(letter.isalnum() for letter in token.text):
                found.append(token.text)
        elif (
            token.kind == "word"
            and token.text not in EMPTY
            and token.text not in heads
            and len(token.text) > 1
            and not (token.text.endswith("ly") and (not index or tokens[index - 1].text not in lex.ARTICLES))
            and not (not index and not verb and _orders(tokens))
        ):
            found.append(token.text)
    return found


def _acronym(clause: Clause, reading: Reading) -> bool:
    """Tell whether a word with capitals inside, in a text that is not all capitals, is a name: "REST", "WebDAV"."""
    text = reading.text
    return not text.isupper() and any(
        token.kind == "word"
        and len(token.text) > 1
        and any(letter.isupper() for letter in text[token.start + 1 : token.end])
        and token.text not in KINDS
        for token in clause.tokens
    )


def _orders(tokens: tuple[Token, ...]) -> bool:
    """Tell whether the first word, which no list knows, is a verb with its object: "cite the paper"."""
    return len(tokens) > 1 and (tokens[1].text in lex.ARTICLES or tokens[1].text in PRONOUNS)


def _words(clause: Clause) -> list[str]:
    return [token.text for token in clause.tokens if token.kind == "word"]


def _choice(demand: Demand, reading: Reading, demands: int) -> _Answer:
    """The choice is handed to the user: "should we use A or B?". With a purpose it is a judgement, and no riddle."""
    clause = demand.clause
    words = _words(clause)
    line = " ".join(words)
    answer = "hands over an open choice", "which of these do you want, and what matters most in choosing?"
    if demand.target.files or not words:
        return None
    if clause.mood in (TELL, ASK) and any(phrase in line for phrase in UNDECIDED):
        return None if _purpose(reading) else answer
    if clause.mood == DO:
        picks = clause.verb in ("pick", "choose", "decide") and demands == 1
        return answer if picks and not concrete(clause.rest) else None
    either = bool({"or", "vs", "versus"} & set(words))
    opening = clause.whole[0].text
    which = words[0] in ("which", "what")
    asked = clause.mood == ASK and (
        opening in ("should", "shall")
        or (either and bool(_ABOUT_CHOICE.intersection(words)))
        or (which and "should" in words and bool({"i", "we"} & set(words)))
        or (which and not concrete(clause.tokens) and bool(_OFFERED.intersection(words[1:])))
    )
    bare = clause.question and either and opening not in lex.QUESTION_WORDS | lex.AUXILIARIES
    return answer if (asked or bare) and not _purpose(reading) else None


def _purpose(reading: Reading) -> bool:
    """Tell whether something concrete stands after a preposition: what the choice is for."""
    for clause in reading.clauses:
        first = next((i for i, token in enumerate(clause.tokens) if token.text in _OPTIONS_END), None)
        if first is not None and concrete(clause.tokens[first + 1 :], clause.verb):
            return True
    return False


def _open(demand: Demand, demands: int) -> _Answer:
    """The new value, the goal or the selection is left open, although the place may be told."""
    clause = demand.clause
    if clause.mood != DO or demands > 1 or lex.verb_class(clause.verb) in ("explain", "read", "run"):
        return None
    exact = any(token.kind in ("quote", "code", "number") for token in clause.rest)
    left = OPEN.search(" ".join(token.text for token in clause.tokens[:60] if token.kind != "stop"))
    if left is not None and not exact:
        return "leaves the result open", f'what exactly should "{left.group().strip()}" be?'
    if exact or any(token.text == ":" for token in clause.rest):
        return None
    words = {token.text for token in clause.rest if token.kind == "word"}
    if words & _AMOUNTS:
        return None
    second = clause.verb != "rename" and sum(token.kind in ("path", "dir") for token in clause.rest) > 1
    if clause.verb in _NEEDS_GOAL and not second and not words & (_GOALS | _TONGUES):
        return "does not say to what", f"{clause.verb} it to what?"
    named = any(token.kind == "name" for token in clause.rest)
    told = words & (_GOALS | {"from", "that", "using", "such", "when", "if"})
    if clause.verb in _NEEDS_VALUE and not named and not told:
        return "does not say to what", "what should the result be?"
    return None


def _nothing(demand: Demand, reading: Reading) -> _Answer:
    """Nothing in the whole request says which thing is meant."""
    clause, target = demand.clause, demand.target
    if any(target) or reading.shown or set(_words(clause)) & DESIGN or clause.verb in DESIGN_VERBS:
        return None
    words = _words(clause)
    if clause.mood == TELL and words[:1] and words[0].partition("'")[0] in _ANYTHING:
        return "describes a symptom too vaguely", "what exactly happens, what did you expect, and where?"
    asked = [one for one in reading.clauses if not is_courtesy(one)]
    told = demand.evidence is not None
    if any(_says_which(one, reading, told=told, alone=len(asked) == 1) for one in asked):
        return None
    steps = [one for one in asked if one.mood == DO and one.rest and one.rest[-1].text not in JUDGING]
    if sum(not PRONOUNS.intersection(_words(one)) for one in steps) > 1:
        return None  # several steps, each with its object
    kind = lex.verb_class(clause.verb)
    kind = kind if demand.evidence is not None or kind == "run" else ""
    leaning = next((word for word in words if word in PRONOUNS), "")
    if clause.mood == ASK and demand.evidence is None:
        return "names nothing in particular", "what is this about, and in which file or folder?"
    if clause.mood == ASK or kind in ("explain", "read", "run"):
        return _asked(words, leaning, clause)
    scoped = clause.verb not in lex.VAGUE and any(not SCOPES.isdisjoint(_words(one)) for one in asked)
    if scoped or MEASURE.search(" ".join(words)):
        return None
    if clause.mood == TELL and is_rejection(" ".join(words)):
        return "has no referent", "what is still wrong, and where (command, page or file)?"
    if leaning and clause.mood == DO:
        return "has no referent", f'what does "{leaning}" refer to, and in which file?'
    named = next((word for word in reversed(words) if word in KINDS), "")
    if named:
        return (
            "names nothing in particular",
            f"which {named} do you mean, where is it, and what should be the result?",
        )
    return "names nothing in particular", "what should be done, and in which file or folder?"


def _says_which(clause: Clause, reading: Reading, *, told: bool, alone: bool) -> bool:
    """Tell whether a clause names something of this request.

    A pronoun that stands for nothing before it, or one bare noun that no file or purpose goes with ("the weapon"), does not
    say which, whatever is to be done with it. `told` tells that a rule knows what is asked for, `alone` that nothing else is.
    """
    found = concrete(clause.tokens, clause.verb if clause.mood == DO else "")
    if _acronym(clause, reading):
        return True
    if told or clause.mood not in (DO, TELL) or any(token.kind in _CONCRETE for token in clause.tokens):
        return bool(found)
    return (
        bool(found)
        and not _only_points(clause)
        and not (alone and _bare_noun(clause, found))
        and not _seen(clause, found)
    )


def _only_points(clause: Clause) -> bool:
    """Tell whether the object of an order or the subject of a report is a pronoun, and no later part says more."""
    rest = clause.rest if clause.mood == DO else clause.tokens
    rest = rest[1:] if rest and rest[0].text == "sure" else rest
    if rest and rest[0].text == "they" and len(rest) <= _SHORT:
        return True  # "they don't match"
    after = rest[1].text if len(rest) > 1 else ""
    if not rest or not (
        rest[0].text in _POINTERS or (rest[0].text in _POINTING and (not after or after in _NO_NOUNS))
    ):
        return False
    if rest[0].text == "that" and after in lex.ARTICLES:
        return False  # "prove that the plan is optimal"
    later = next((i for i, token in enumerate(rest) if i and token.text in _SUBORDINATE), len(rest))
    return not concrete(rest[later + 1 :], clause.verb)


def _bare_noun(clause: Clause, found: list[str]) -> bool:
    """Tell whether all that is named is one noun after "the" or "my": "connect the sensor", "the level is too hard"."""
    words = _words(clause)
    said = [word for word in words if word not in lex.ADVERBS and not word.endswith("ly")]
    if clause.mood == TELL and words[0] in _DEFINITE and len(said) == _SHORT:
        return True  # "the screen flickers"
    need = not {"need", "needs"}.isdisjoint(words)
    named = [word for word in found if not (need and word.endswith("ing"))]
    place = words.index(named[0]) if len(named) == 1 else 0
    if not place or words[place - 1] not in _DEFINITE:
        return False
    before, after = words[: place - 1], words[place + 1 :]
    if (after[:1] and after[0] in KINDS) or not lex.PREPOSITIONS.isdisjoint(after):
        return False  # "the flaky tests", "the title of the newsletter"
    return len(before) == 0 or all(word in lex.PARTICLES or word == "in" for word in before[1:])


def _seen(clause: Clause, found: list[str]) -> bool:
    """Tell whether a report names only where something was seen, not what: "the page looks odd on my phone"."""
    words = _words(clause)
    return clause.mood == TELL and words[0] in lex.ARTICLES and words[-3:] == ["on", "my", *found]


def _asked(words: list[str], leaning: str, clause: Clause) -> _Answer:
    """A question or an order to look whose object is only a pronoun: "why is it so slow?", "explain this"."""
    of_this = clause.mood == ASK and words[:1] in (["what"], ["which"]) and words[1:2] and words[1] in KINDS
    if of_this or clause.verb in _AT_HAND:
        return None
    if leaning:
        return "has no referent", f'what does "{leaning}" refer to, and in which file?'
    bare = not [
        word for word in words if word not in clause.verb.split() and word not in lex.ADVERBS | lex.COURTESY
    ]
    if bare and (clause.mood == DO or len(words) == 1):
        return "names no object", "what is this about, and in which file?"
    return None
