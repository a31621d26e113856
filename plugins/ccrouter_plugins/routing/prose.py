"""Loss asked for in words: "wipe my Downloads folder", "make it disappear", and the same in other languages.

A verb of loss counts when its clause asks for it. It does not count when the clause asks a question, forbids it,
describes code that would do it, or only cuts text out of one file.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from . import lexicon as lex
from .clauses import ASK, DENY, DO, TELL, Clause, joined
from .commands.tools.verbs import LOSING_FLAGS
from .facts import Fact, Rules
from .lexicon_loss import FOREIGN, FORMS, PAIRS, STRUCTURE_WORDS, STRUCTURES, Loss
from .lexicon_objects import BUILDABLE, CODE_SYMBOLS, CONTENT, DATA, DATA_FILES, SOFT_DATA
from .objects import is_dry_run
from .reading import Reading
from .tokens import Token

__all__ = ["Cut", "content_edit", "losses"]

_LOCATORS = frozenset(
    "in from at inside within on under to for with above below between off into across".split()
)
_NOWHERE = "/dev/null"
_PUTTING = frozenset("move rename mv send put throw drag toss chuck copy cp dump save relocate".split())
_ENDS = frozenset(
    "that which before after if when by so because until while using via since then who where as and or".split()
)
_GRAVE = frozenset(
    "production prod live disk drive partition root master main everyone everything customers".split()
)
_DATA_FILES = (*DATA_FILES, ".bak")
_MODALS = frozenset(
    "you we i they must should will can could would please let gonna wanna may shall they'll we'll i'll ll".split()
)
_DENIALS = frozenset(
    "nothing none nobody not never don't dont without no cannot can't won't shouldn't avoid nor neither".split()
)
_DETERMINED = frozenset(
    "the all every my our your any those these this that everything them it each both".split()
)
_WANTS = frozenset(
    "be get gets getting want wants need needs like should must have ensure sure see being".split()
)
_PASSED = frozenset("was were been has had already is are that which who recently not never".split())
_ASKING_GERUND = frozenset("by after and then including also start mind consider or plus".split())
# Verbs that may cut a thing these sets do not know out of a file; slang may not.
_PLAIN_CUTS = frozenset(
    "remove delete drop strip eliminate erase discard banish take out|get rid|rip out|take out".replace(
        "|", " "
    ).split()
) | {"get rid", "take out", "rip out"}
# Where text can be cut out without loss although the words are those of data.
_STORES = DATA - frozenset(
    "project projects repo repository repositories document documents notes note app apps application applications website site wiki module modules "
    "package packages paper papers thesis draft drafts library libraries extension plugin system code view views index message email".split()
)
# Words that are English whatever a stem of another language says.
_ENGLISH = (
    frozenset(FORMS)
    | CONTENT
    | DATA
    | lex.VERBS
    | lex.ARTICLES
    | lex.PREPOSITIONS
    | lex.ADVERBS
    | lex.AUXILIARIES
    | lex.PRONOUNS
)
# "Half of the files" are files.
_SHARES = frozenset(
    "part half rest lot bunch any all most some each every one two majority remainder contents content".split()
)
# Verbs of tools that take options although they are words for edits as well.
_OPTIONED = frozenset(
    "do use reset rebase merge clean sync copy update upgrade rsync switch restore apply".split()
)
# To be rid of a fault loses nothing.
_FAULTS = frozenset(
    "error errors warning warnings bug bugs crash crashes exception exceptions vulnerability vulnerabilities leak leaks lag flicker".split()
)
# All of these are the whole file: "all lines", "all the text".
_SUBSTANCE = frozenset("line lines word words character characters content".split())
_BARE = 3
# So many words before and after a verb of loss are looked at for its object, its place and the code that is asked for:
# a longer clause is no sentence.
_NEAR = 200
# A stem in Latin letters stands at the beginning of its word.
_STEM = 40
_URGES = frozenset("hesitate forget stop fail worry wait".split())


class Cut(NamedTuple):
    """The object of a verb of loss: its head word, the file it is cut out of, and whether it is only content."""

    head: str
    file: str
    content: bool


def losses(reading: Reading, rules: Rules) -> list[Fact]:
    """Return a fact for each clause that asks, in words, for something to be lost.

    `rules.destructive` adds verbs. Each fact has the floor above the lowest tier, the top when what is lost is grave.
    """
    found = []
    extra = frozenset(word.lower() for word in rules.destructive)
    before: Clause | None = None
    for clause in reading.clauses:
        hit = _loss_in(clause, before, reading, extra)
        before = clause
        if hit is not None:
            reason, first, last = hit
            grave = any(token.text in _GRAVE and token.kind == "word" for token in clause.tokens)
            start, end = reading.span(first.start, last.end)
            floor = rules.tiers[-1] if grave else rules.tiers[min(1, len(rules.tiers) - 1)]
            found.append(Fact("routing.destructive", reason, start, end, floor=floor, escalates=True))
    return found


def _loss_in(
    clause: Clause, before: Clause | None, reading: Reading, extra: frozenset[str]
) -> tuple[str, Token, Token] | None:
    """Return the first loss that a clause asks for: the reason and the tokens it spans."""
    for index, loss in _verbs(clause.tokens, extra):
        token = clause.tokens[index]
        command = reading.command_at(token.start)
        if command is not None and command.judgement.known and command.judgement.tool != "sql":
            continue
        if not _asks_for(clause, index, loss):
            continue
        cut = _cut(clause.tokens, index + 1, loss)
        if _mends(cut, clause, before, loss):
            continue
        if reading.foreign and not cut.file:
            cut = cut._replace(content=False)  # word by word, the head of a foreign phrase may be missed
        if cut.head in _FAULTS and loss.nature == "edit":
            continue
        if not cut.content and not (loss.nature == "service" and not _is_service(cut)):
            return f"asks to {loss.base} {cut.head}".rstrip(), token, clause.tokens[-1]
    forced = _forced(clause)
    if forced is not None:
        return f"asks to {clause.verb} with {forced.text}", forced, forced
    lead = reading.lead(clause)
    if lead is not None and lead.judgement.known and clause.end <= lead.end:
        return None
    structure = _structure(clause)
    if structure:
        return structure, clause.tokens[0], clause.tokens[-1]
    return _foreign(clause)


def _mends(cut: Cut, clause: Clause, before: Clause | None, loss: Loss) -> bool:
    """Tell whether "remove it" only takes out the fault that the clause before reports in one file."""
    if (
        before is None
        or loss.nature != "edit"
        or loss.base == "delete"
        or cut.head not in ("it", "them", "that", "those")
    ):
        return False
    faults = [token.text for token in before.tokens if token.text in CONTENT]
    data = any(token.text in DATA and token.text not in SOFT_DATA for token in before.tokens)
    return (
        before.mood == TELL and len(before.paths()) == 1 and bool(faults) and not data and not clause.paths()
    )


def _verbs(tokens: Sequence[Token], extra: frozenset[str]) -> Iterator[tuple[int, Loss]]:
    """Yield each verb of loss in the tokens with its index."""
    for index, token in enumerate(tokens):
        if token.kind != "word":
            continue
        word = token.text
        pairs = PAIRS.get(word)
        if pairs is not None:
            for later in tokens[index + 1 : index + 9]:
                if later.kind == "word" and later.text in pairs:
                    yield index, pairs[later.text]
                    break
        loss = FORMS.get(word)
        if loss is not None:
            yield index, loss
        elif word in extra:
            yield index, Loss(word, "base", "loss")


def _asks_for(clause: Clause, index: int, loss: Loss) -> bool:
    """Tell whether the clause asks for the verb of loss at `index` to be carried out."""
    tokens = clause.tokens
    before = tokens[index - 1].text if index else ""
    if clause.mood == DENY:
        urged = next((i for i, token in enumerate(tokens[:4]) if token.text in _URGES), index)
        return urged < index
    if clause.mood == ASK:
        return _asks_politely(tokens, index, loss)
    if clause.verb == loss.base and tokens[0].text in lex.LIGHT_VERBS:
        return True
    if index == 0:
        return loss.form == "base" or (loss.form == "ing" and clause.mood == DO)
    if before in _DENIALS:
        return False
    if (
        clause.mood == DO
        and lex.verb_class(clause.verb) in ("read", "explain")
        and clause.verb not in ("ensure", "get")
    ):
        return False
    if loss.form == "ed":
        return _passive(tokens, index, clause)
    if loss.form == "s" or _describes_code(clause, index, loss):
        return False
    if loss.form == "ing":
        return before in _ASKING_GERUND
    return _infinitive(tokens, index, before)


def _asks_politely(tokens: Sequence[Token], index: int, loss: Loss) -> bool:
    """Tell whether a question is an order: "can the folder be removed?", "why don't you delete it?"."""
    first = tokens[0].text
    if first == "why" and len(tokens) > 1 and tokens[1].text in ("don't", "not"):
        return True
    passive = loss.form == "ed" and tokens[index - 1].text in ("be", "get", "have")
    return (
        first in ("can", "could", "would", "will", "may", "might")
        and passive
        and tokens[1].text not in ("this", "it", "i")
    )


def _infinitive(tokens: Sequence[Token], index: int, before: str) -> bool:
    """Tell whether a base form inside a clause is a verb that is asked for, not a noun ("the delete button")."""
    if (
        before in ("to", "and", "or", "then", "&", "also")
        or before in _MODALS
        or tokens[index - 1].kind != "word"
    ):
        return True
    if before in lex.ADVERBS:
        return True
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if before in ("with", "using", "via") and after is None:
        return True
    if after is None or before in lex.ARTICLES or before in lex.PREPOSITIONS:
        return False
    return (
        after.kind in ("path", "dir", "glob")
        or after.text in _DETERMINED
        or after.text in ("about", "itself", "themselves")
    )


def _passive(tokens: Sequence[Token], index: int, clause: Clause) -> bool:
    """Tell whether a participle is asked for: "I want X deleted", "it needs to be deleted"."""
    before = tokens[index - 1].text
    if before in lex.ARTICLES or before in lex.PREPOSITIONS:
        return False
    earlier = {token.text for token in tokens[max(0, index - 12) : index] if token.kind == "word"}
    if clause.verb in ("make", "ensure") and ("sure" in earlier or clause.verb == "ensure"):
        return True
    if before in _PASSED:
        return False
    if clause.verb in ("get", "have", "want", "need", "see"):
        return True
    if clause.mood == DO and clause.paths():
        return False
    return bool(earlier & _WANTS)


def _describes_code(clause: Clause, index: int, loss: Loss) -> bool:
    """Tell whether the verb of loss says what code should do, in a clause that asks for that code."""
    if clause.mood != DO or lex.verb_class(clause.verb) not in ("edit", "work") or clause.verb in FORMS:
        return False
    before = clause.tokens[index - 1].text
    if clause.verb in ("use", "go through") and before == "to":
        return False  # what the tool is used for is what is asked
    if before in ("and", "then", "after", "by", "or", "also"):
        return _cut(clause.tokens, index + 1, loss).content
    named = clause.tokens[max(1, index - _NEAR) : index]
    if loss.form == "base" and before not in lex.ARTICLES and before not in lex.PREPOSITIONS:
        if clause.verb in ("make", "let", "have"):
            return any(token.kind == "path" or token.text in BUILDABLE for token in named)
        if before != "to" and before not in _MODALS:
            return False
    return bool(clause.paths()) or any(token.text in BUILDABLE for token in named)


def content_edit(clause: Clause) -> Cut | None:
    """Return what a clause cuts out of one file, or None when its verb is no verb of loss or loses more than text."""
    if clause.mood != DO:
        return None
    index, loss = next(_verbs(clause.tokens, frozenset()), (-1, None))
    if loss is None or index:
        return None
    cut = _cut(clause.tokens, 1, loss)
    return cut if cut.content else None


def _cut(tokens: Sequence[Token], index: int, loss: Loss) -> Cut:
    """Read the object of a verb of loss that ends before `index`."""
    phrase, place = _object_phrase(tokens, index, loss)
    file = next((token.text for token in place if token.kind == "path"), "")
    if not phrase:
        return Cut("", file, content=False)
    last = phrase[-1]
    words = [token.text for token in phrase if token.kind == "word"]
    if last.kind in ("path", "dir", "glob", "url"):
        listed = (
            last.kind != "url" and bool(file) and not file.endswith(_DATA_FILES) and place[0].text == "from"
        )
        return Cut(last.text, file, content=listed and loss.nature == "edit")
    head = last.text
    if head not in CONTENT and head not in CODE_SYMBOLS and _strong(words) and head != "code":
        return Cut(head, file, content=False)
    if loss.nature != "edit":
        return Cut(head, file, content=bool(file) and head in CONTENT and head not in DATA)
    if last.kind != "word":
        named = (
            bool(file)
            or head.endswith("()")
            or any(word in CODE_SYMBOLS and word not in SOFT_DATA for word in words)
        )
        return Cut(words[-1] if words else head, file, content=named and not _strong(words))
    return Cut(head, file, content=_is_content(head, words, file, place, loss.base))


def _object_phrase(tokens: Sequence[Token], index: int, loss: Loss) -> tuple[list[Token], Sequence[Token]]:
    """Return the tokens of the object and the tokens from the preposition that says where it is."""
    particles = [*loss.base.split()[1:], "of", "with"] if " " in loss.base or loss.base == "rid" else []
    phrase: list[Token] = []
    tokens = tokens[index : index + _NEAR]
    for position, token in enumerate(tokens):
        word = token.text if token.kind == "word" else ""
        if token.kind == "stop":
            if token.text != "," or not phrase:
                break
            continue
        if not phrase and (
            word in particles or word in lex.ADVERBS or word in ("up", "out", "off", "down", "away", "over")
        ):
            continue
        if word == "of" and phrase:
            if phrase[-1].text not in _SHARES:
                return phrase, tokens[position:]
            continue
        if word in _LOCATORS and phrase:
            return phrase, tokens[position:]
        if word == "just" and phrase:
            return phrase, ()
        if word in _ENDS and phrase and word not in ("and", "or"):
            rest = tokens[position:]
            place = next(
                (k for k, later in enumerate(rest) if later.text in ("in", "from", "of", "at")), len(rest)
            )
            return phrase, rest[place:] or ()
        if word in (
            "now",
            "please",
            "completely",
            "entirely",
            "permanently",
            "immediately",
            "forever",
            "too",
            "altogether",
            "again",
            "out",
            "away",
            "off",
            "up",
            "down",
            "offline",
            "thanks",
        ):
            continue
        phrase.append(token)
    return phrase, ()


def _strong(words: Sequence[str]) -> bool:
    """Tell whether a word names data whose loss is a loss wherever it stands."""
    return any(word in DATA and word not in SOFT_DATA and word not in CONTENT for word in words)


def _is_content(head: str, words: Sequence[str], file: str, place: Sequence[Token], verb: str) -> bool:
    """Tell whether the object named `head` is only text of a file."""
    if head in DATA and head not in SOFT_DATA and head not in CONTENT:
        return False
    in_data_file = file.endswith(_DATA_FILES)
    everything = any(
        word in ("all", "every", "everything", "whole", "entire", "each", "any") for word in words
    )
    if head in CONTENT and head not in DATA:
        if everything and (in_data_file or (head in _SUBSTANCE and len(words) <= _BARE)):
            return False
        return bool(file) or not any(
            token.text in _STORES or token.kind in ("dir", "glob") for token in place if token.kind != "stop"
        )
    if not file or in_data_file:
        return False
    if head in SOFT_DATA:
        return not everything
    return verb in _PLAIN_CUTS


def _is_service(cut: Cut) -> bool:
    """Tell whether the object of "stop", "cancel" or "disable" is something people depend on."""
    return not cut.file and cut.head in DATA and cut.head not in CONTENT


def _goes_nowhere(clause: Clause) -> bool:
    """Tell whether a clause puts something into the null device: "rename a.md to /dev/null"."""
    texts = [token.text for token in clause.tokens]
    head = clause.verb.split(" ", 1)[0]
    return head in _PUTTING and any(
        one in ("to", "into", "in", "onto") and following == _NOWHERE
        for one, following in itertools.pairwise(texts)
    )


def _structure(clause: Clause) -> str:
    """Return how a clause asks for loss without a verb of loss, or ""."""
    if clause.mood in (DENY, ASK):
        return ""
    if not any(token.text in STRUCTURE_WORDS or token.text == _NOWHERE for token in clause.tokens):
        return ""
    if clause.mood == DO and lex.verb_class(clause.verb) == "explain":
        return ""
    if _goes_nowhere(clause):
        return 'asks for loss: "to /dev/null"'
    line = joined(clause.tokens[:60])
    match = STRUCTURES.search(line)
    return f'asks for loss: "{match.group()[:60]}"' if match else ""


def _forced(clause: Clause) -> Token | None:
    """Return the option that makes an order in words lose something: "push it with --force-with-lease"."""
    head = clause.verb.split(" ", 1)[0]
    if clause.mood != DO or not (lex.verb_class(head) == "run" or head in _OPTIONED) or clause.paths():
        return None
    if is_dry_run(clause) or any(token.text == "--dry-run" for token in clause.rest):
        return None
    return next((token for token in clause.rest if token.text in LOSING_FLAGS), None)


def _foreign(clause: Clause) -> tuple[str, Token, Token] | None:
    """Return a verb of deletion in another language, unless a word of denial stands before it."""
    for index, token in enumerate(clause.tokens):
        if token.text in _ENGLISH or token.kind not in ("word", "other"):
            continue
        match = FOREIGN.search(token.text[:_STEM] if token.text.isascii() else token.text)
        if match and not (index and clause.tokens[index - 1].text in _DENIALS):
            return f'asks for loss: "{match.group()}"', token, token
    return None
