"""Clauses of a request: where each begins, its mood, its verb and its objects.

A clause is what can be asked for, forbidden or asked about on its own. A word of denial or of asking counts in its own
clause only, so nothing said later can undo what was asked before.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import lexicon as lex
from .lexicon_loss import FORMS, PAIRS
from .tokens import Token

__all__ = ["ASK", "DENY", "DO", "TELL", "Clause", "clauses_of", "joined"]

DO, ASK, DENY, TELL = "do", "ask", "deny", "tell"
_HARD_STOPS = frozenset((".", ";", "!", "?", "\n\n"))
# At the end of a clause they say nothing.
_MANNERS = frozenset("please pls plz thanks thx cheers ty".split())
_LINKS = frozenset("and then & plus or but so before after afterwards".split())
# Nouns far more often than verbs: they order something only before an article or a pronoun.
_NOUNS_FIRST = frozenset("file model wire point label group state order issue port".split())
_ONE = frozenset("a an another quick".split())
# A particle may stand this far behind its verb: "clean the project up".
_APART = 5
# Linking words looked at before the head of a clause; a bound keeps the scan linear.
_LINKS_MAX = 8
# No polite beginning is longer.
_POLITE_MAX = 16
_ADDRESSED = frozenset("to you u we someone somebody anyone".split())


class Clause:
    """One clause of a request.

    `tokens` are those of the clause without its openers; `mood` is DO, ASK, DENY or TELL; `verb` is the base form of
    the head verb ("clean up"), or "" when none is known; `rest` are the tokens after the verb; `sentence` numbers the
    sentence; `question` tells whether a question mark ends it, `colon` whether it follows a colon; `start` and `end` are its span in the normalised text.
    """

    __slots__ = (
        "_paths",
        "colon",
        "end",
        "mood",
        "question",
        "rest",
        "sentence",
        "start",
        "tokens",
        "verb",
        "whole",
    )

    def __init__(self, tokens: Sequence[Token], sentence: int, *, question: bool) -> None:
        self.whole = tuple(tokens)
        self.start, self.end = min(tokens[0].start, tokens[-1].start), max(tokens[0].end, tokens[-1].end)
        self.sentence, self.question, self.colon = sentence, question, False
        self.mood, self.verb, self.tokens, self.rest = _read(self.whole)
        self._paths: tuple[Token, ...] | None = None
        # "You can yeet it?" lost its opener: an order with an unknown verb, not a question.
        bare = self.mood == TELL and not self.verb and len(self.tokens) == len(self.whole)
        opening = self.tokens[0].text if self.tokens else ""
        if question and (bare or _offers(self.tokens) or opening in ("any", "anyone", "anything")):
            self.mood = ASK

    def paths(self) -> tuple[Token, ...]:
        """Return the tokens that name one file."""
        if self._paths is None:
            self._paths = tuple(token for token in self.tokens if token.kind == "path")
        return self._paths

    def words(self) -> list[str]:
        """Return the plain words after the verb, lower-case."""
        return [token.text for token in self.rest if token.kind == "word"]

    def __repr__(self) -> str:
        """Show mood, verb and words, for people who debug rules."""
        return f"<{self.mood} {self.verb!r} {' '.join(token.text for token in self.rest)!r}>"


def _offers(tokens: Sequence[Token]) -> bool:
    """Tell whether a question only offers two words to choose from: "delete or archive?"."""
    return 3 <= len(tokens) <= 6 and tokens[1].text == "or"


def joined(tokens: Sequence[Token]) -> str:
    """Return the tokens as one line, for patterns that span words; code and quotations are shown as marks."""
    return " ".join(
        token.text if token.kind == "word" else {"quote": '"', "code": "`"}.get(token.kind, f"<{token.kind}>")
        for token in tokens
    )


def clauses_of(tokens: Sequence[Token]) -> list[Clause]:
    """Group the tokens of a request into clauses, in order.

    Linear in the number of tokens. Stops alone give no clause.
    """
    found: list[Clause] = []
    sentence = 0
    current: list[Token] = []
    colons: list[int] = []
    for index, token in enumerate(tokens):
        stop = token.kind == "stop"
        if stop and _is_break(tokens, index, current):
            _close(found, current, sentence, question=token.text == "?")
            colons.append(len(found)) if token.text == ":" else None
            current = []
            sentence += token.text != ","
        elif not stop and current and _starts_clause(tokens, index, current):
            _close(found, current, sentence, question=_asks(tokens, index))
            current = [token]
        elif not stop or current:
            current.append(token)
    _close(found, current, sentence, question=False)
    for index in colons:
        if index < len(found):
            found[index].colon = True
    return found


def _close(found: list[Clause], tokens: list[Token], sentence: int, *, question: bool) -> None:
    """Append a clause unless it has no content."""
    while tokens and (tokens[-1].kind == "stop" or tokens[-1].text in ("and", "then", "&", "&&")):
        tokens.pop()
    if tokens:
        found.append(Clause(tokens, sentence, question=question))


def _asks(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether the sentence that holds the token at `index` ends in a question mark (bounded look-ahead)."""
    for token in tokens[index : index + 40]:
        if token.kind == "stop" and token.text in _HARD_STOPS:
            return token.text == "?"
    return False


def _is_break(tokens: Sequence[Token], index: int, current: list[Token]) -> bool:
    """Tell whether the stop at `index` ends a clause."""
    mark = tokens[index].text
    if mark in _HARD_STOPS:
        return True
    after = _skip_links(tokens, index + 1)
    if mark == ":":
        # "set status: done" is a key and its value.
        return index + 1 < len(tokens) and not (
            len(current) > 1 and current[-2].text in ("set", "add", "put")
        )
    if mark == "\n":
        return not current or (
            not _hangs(current[-1]) and (_is_head(tokens, after) or _opens(tokens, index + 1))
        )
    return _is_head(tokens, after) or _opens(tokens, after)


def _hangs(token: Token) -> bool:
    """Tell whether a line cannot end here: an article, a preposition or a link waits for its noun."""
    return token.kind == "word" and (
        token.text in lex.ARTICLES
        or token.text in lex.PREPOSITIONS
        or token.text in _LINKS
        or token.text in lex.ADVERBS
    )


def _opens(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether a new clause with a subject or a question opens at `index`."""
    if index >= len(tokens):
        return True
    token = tokens[index]
    if token.text in ("-", "*", "\n", "\n\n"):
        return True
    if token.kind != "word":
        return token.kind in ("other", "code")
    following = tokens[index + 1].text if index + 1 < len(tokens) else ""
    return (
        token.text in lex.NEGATIONS
        or (token.text in lex.QUESTION_WORDS and token.text not in ("which", "who", "where", "whose"))
        or (
            token.text
            in (
                "i",
                "we",
                "it",
                "you",
                "that's",
                "it's",
                "i'm",
                "there",
                "they",
                "can",
                "could",
                "would",
                "please",
                "thanks",
            )
            or (token.text in lex.AUXILIARIES and following in ("i", "we", "it", "you", "the", "there"))
        )
    )


def _skip_links(tokens: Sequence[Token], index: int) -> int:
    """Return the index after linking words and adverbs ("and then", "but also")."""
    limit = min(len(tokens), index + _LINKS_MAX)
    while index < limit and tokens[index].kind == "word":
        if tokens[index].text in ("and", "then", "or", "but") or tokens[index].text in lex.ADVERBS:
            index += 1
            continue
        step = _opener(tokens, index)
        if not step:
            break
        index += step
    return min(index, len(tokens))


def _is_head(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether a verb in its base form stands at `index` and reads as an order."""
    if index >= len(tokens):
        return False
    token = tokens[index]
    if token.kind == "name":
        return False
    word = token.text
    if word in ("don't", "dont", "do", "never", "make", "let", "let's"):
        return True
    if not _may_head(word):
        return False
    if word in _NOUNS_FIRST:
        return index + 1 < len(tokens) and _takes(tokens[index + 1])
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if after is None:
        return word not in lex.RUN
    return not (
        after.kind == "word"
        and after.text in ("of", "is", "are", "was", "were", "has", "from")
        and word != "read"
    )


def _starts_clause(tokens: Sequence[Token], index: int, current: list[Token]) -> bool:
    """Tell whether a clause starts at `index` without a stop before it: "... and delete it", "... then run it"."""
    previous = tokens[index - 1]
    if previous.kind != "word":
        return previous.text == "&&" and _is_head(tokens, index)
    if previous.text not in ("and", "then", "or", "but", "&", "plus"):
        return False
    if previous.text == "then" and len(current) > 1:
        return True  # whatever follows comes after
    if not _is_head(tokens, _skip_links(tokens, index)):
        return previous.text in ("and", "then", "&") and len(current) > 2 and _unknown_order(tokens, index)
    before = current[-2] if len(current) > 1 else None
    if before is None or _is_asking(tokens, index, current):
        return False
    if current[0].text in lex.LIGHT_VERBS and before.text in lex.NOUN_VERBS:
        return True  # "have a look and fix it"
    if before.kind == "word" and before.text in ("to", "the", "a"):
        return False
    # "how to create and delete branches", "search and replace": two verbs share one object.
    return not (
        before.kind == "word"
        and previous.text in ("and", "or", "&")
        and (before.text in lex.VERBS or before.text in FORMS)
        and (
            len(current) == 2
            or (
                current[-3].kind == "word"
                and (
                    current[-3].text in ("the", "a", "i", "we", "can", "my")
                    or current[-3].text in lex.PREPOSITIONS
                    or current[-3].text in lex.ADVERBS
                )
            )
        )
        and not _has_object(tokens, index, before)
    )


def _is_asking(tokens: Sequence[Token], index: int, current: list[Token]) -> bool:
    """Tell whether the link only joins parts of a question: "merge and rebase?", "keep it or drop it?"."""
    if any(token.text == "between" for token in current[-6:]):
        return True
    first = current[0].text
    if (first not in lex.QUESTION_WORDS and first not in lex.AUXILIARIES) or not _asks(tokens, index):
        return False
    last = index + 1 >= len(tokens) or tokens[index + 1].kind == "stop"
    return last or (
        tokens[index - 1].text == "or" and first in ("should", "shall", "do", "would", "is", "does")
    )


def _unknown_order(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether an unknown word takes an object like a verb: "... and frobnicate the folder"."""
    token = tokens[index]
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if token.kind != "word" or after is None or token.text in lex.ARTICLES or token.text in lex.PREPOSITIONS:
        return False
    if (
        token.text in lex.PRONOUNS
        or token.text in lex.AUXILIARIES
        or token.text in lex.QUESTION_WORDS
        or token.text in lex.ADVERBS
    ):
        return False
    if token.text.endswith(("ing", "ed", "s", "ly")):
        return False
    return after.kind in ("path", "dir", "glob") or after.text in (
        "the",
        "all",
        "every",
        "my",
        "our",
        "everything",
        "them",
        "it",
        "those",
        "these",
    )


def _has_object(tokens: Sequence[Token], index: int, before: Token) -> bool:
    """Tell whether a bare pair of verbs is an order after all: "stop and delete the container"."""
    following = tokens[index].text
    if (before.text, following) in {
        ("search", "replace"),
        ("find", "replace"),
        ("drag", "drop"),
        ("cut", "paste"),
        ("copy", "paste"),
    }:
        return False
    return following in FORMS and before.text not in FORMS and before.text not in ("create", "add")


def _read(tokens: tuple[Token, ...]) -> tuple[str, str, tuple[Token, ...], tuple[Token, ...]]:
    """Return mood, verb, the tokens without openers, and the tokens after the verb."""
    index, gerund = _strip(tokens)
    last = len(tokens)
    while last > index + 1 and tokens[last - 1].text in _MANNERS:
        last -= 1
    body = tokens[index:last]
    if not body:
        return TELL, "", (), ()
    if len(body) > 2 and body[0].text in lex.PREPOSITIONS and body[1].text in ("which", "what", "whose"):
        body = body[1:]  # "in what header is it declared"
    first = body[0]
    word = first.text if first.kind == "word" else ""
    if gerund:
        base = _gerund_base(word)
        if base:
            return DO, base, body, body[1:]
    denied = _denies(body)
    if denied:
        verb, rest = _verb_at(body, denied)
        return DENY, verb, body, rest
    if word in lex.QUESTION_WORDS or (
        word in lex.AUXILIARIES and word not in ("do", "have", "will", "may") and len(body) > 1
    ):
        return ASK, word, body, body[1:]
    if (
        word in ("do", "have")
        and len(body) > 1
        and body[1].text in ("you", "we", "i", "they", "these", "those")
    ):
        return ASK, word, body, body[1:]
    if len(body) > 2 and body[1].text in ("does", "did") and word not in lex.VERBS:
        return ASK, word, body, body[1:]  # a misspelt question word
    verb, rest = _verb_at(body, 0)
    if verb:
        return (DO, *_nominal(verb, body, rest))
    return TELL, "", body, body


def _nominal(
    verb: str, body: tuple[Token, ...], rest: tuple[Token, ...]
) -> tuple[str, tuple[Token, ...], tuple[Token, ...]]:
    """Return the verb that a noun carries: "do a review of a.py" is to review it."""
    if verb not in lex.LIGHT_VERBS:
        return verb, body, rest
    for index, token in enumerate(rest[:6]):
        if token.kind != "word" or token.text in ("of", "in", "on", "for", "to", "that", "which", "with"):
            break
        named = lex.NOUN_VERBS.get(token.text) or (token.text if token.text in lex.NOUN_LOSSES else None)
        if named and any(
            earlier.text in _ONE or (earlier.text == "the" and verb in ("do", "perform", "conduct", "carry"))
            for earlier in rest[:index]
        ):
            return named, body, rest[index + 1 :]
    return verb, body, rest


def _may_head(word: str) -> bool:
    """Tell whether a word is known as a verb in its base form."""
    return word in lex.VERBS or _is_base(word)


def _takes(token: Token) -> bool:
    """Tell whether a token can begin the object of a verb that is a noun more often."""
    return token.text in lex.ARTICLES or token.text in lex.PRONOUNS or token.kind in ("path", "dir", "code")


def _is_base(word: str) -> bool:
    """Tell whether a word is the base form of a verb of loss."""
    loss = FORMS.get(word)
    if loss is not None:
        return loss.form == "base"
    return any(pair.form == "base" for pair in PAIRS.get(word, {}).values())


def _verb_at(body: tuple[Token, ...], index: int) -> tuple[str, tuple[Token, ...]]:
    """Return the verb with its particle that stands at `index`, and what follows it."""
    if _is_pair(body, index):
        index += 2
    if index >= len(body) or body[index].kind not in ("word", "name"):
        return "", body[index:]
    word = body[index].text
    known = _may_head(word)
    if word in _NOUNS_FIRST and not (body[index + 1 :] and _takes(body[index + 1])):
        known = False
    if index + 2 < len(body) and body[index + 1].text == "or" and not _may_head(body[index + 2].text):
        known = False  # "first design or second design": two things to choose from
    if not known:
        return "", body[index:]
    for step, token in enumerate(body[index + 1 : index + _APART]):
        if token.kind != "word" or (
            step and step + 1 < len(body) - index - 1 and token.text in ("with", "through")
        ):
            break
        if token.text in lex.PARTICLES and f"{word} {token.text}" in lex.PHRASAL:
            return f"{word} {token.text}", (*body[index + 1 : index + 1 + step], *body[index + 2 + step :])
        if not step and token.text in PAIRS.get(word, ()):
            return f"{word} {token.text}", body[index + 2 :]
    return word, body[index + 1 :]


def _is_pair(body: tuple[Token, ...], index: int) -> bool:
    """Tell whether two verbs share an object and the second says what is done: "find and fix the bug"."""
    return (
        len(body) > index + 2
        and body[index + 1].text in ("and", "or")
        and body[index].text in lex.VERBS
        and lex.verb_class(body[index + 2].text) in ("edit", "work")
    )


def _denies(body: tuple[Token, ...]) -> int:
    """Return the index of the verb that a leading word of denial forbids, or 0."""
    first = body[0].text
    second = body[1].text if len(body) > 1 else ""
    if first in (
        "don't",
        "dont",
        "never",
        "without",
        "avoid",
        "not",
        "no",
        "cannot",
        "can't",
        "won't",
        "shouldn't",
        "mustn't",
    ):
        return 1 if second not in ("need", "ever", "you") else 2
    if first == "do" and second in ("not", "n't"):
        return 2
    if (
        first in ("you", "we", "i", "it", "this", "that")
        and second in ("don't", "shouldn't", "mustn't", "must", "should", "can't")
        and (second.endswith("n't") or (len(body) > 2 and body[2].text in ("not", "never")))
    ):
        return 3 if body[2:3] and body[2].text in ("not", "never", "need") else 2
    return 0


def _gerund_base(word: str) -> str:
    """Return the base form of a gerund that this grammar knows, or ""."""
    loss = FORMS.get(word)
    if loss and loss.form == "ing":
        return loss.base
    if not word.endswith("ing"):
        return ""
    stem = word[:-3]
    for base in (stem, stem + "e", stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else stem):
        if base in lex.VERBS:
            return base
    return ""


def _strip(tokens: tuple[Token, ...]) -> tuple[int, bool]:
    """Return how many leading tokens only open the clause, and whether a gerund may carry the order."""
    index, count = 0, len(tokens)
    while index < count:
        token = tokens[index]
        if token.kind == "stop" or token.text in ("-", "*", "+", "•", "->", ">", "#", "##", "###"):
            index += 1
            continue
        if token.kind == "number" and index + 1 < count and token.end - token.start <= 2 and not index:
            index += 1
            continue
        step = _place(tokens, index)
        if step:
            index += step
            continue
        if token.kind != "word":
            break
        step = _opener(tokens, index)
        if step:
            index += step
            continue
        if token.text in lex.MANNERS and index + 1 < count and _polite(tokens, index + 1):
            index += 1  # a greeting before it: "yo can u"
            continue
        step = _gerund_opener(tokens, index)
        if step:
            return index + step, True
        if (token.text not in lex.ADVERBS and not _is_manner(token.text)) or _keeps(tokens, index):
            break
        index += 1
    return index, False


def _place(tokens: tuple[Token, ...], index: int) -> int:
    """Return the length of a leading place before an order, "in a.py, ...", or 0."""
    if tokens[index].text not in ("in", "inside", "from", "on", "within", "for"):
        return 0
    step = index + 1
    while (
        step < len(tokens)
        and tokens[step].kind == "word"
        and (tokens[step].text in lex.ARTICLES or tokens[step].text == "file")
    ):
        step += 1
    if step >= len(tokens) or tokens[step].kind not in ("path", "dir"):
        return 0
    step += 1
    while step < len(tokens) and (
        tokens[step].kind == "stop" or tokens[step].text == "file" or tokens[step].text in lex.ADVERBS
    ):
        step += 1
    return step - index if _is_head(tokens, step) else 0


def _is_manner(word: str) -> bool:
    """Tell whether a word is an adverb of manner before its verb: "formally verify"."""
    return word.endswith("ly") and len(word) > len("apply") and word not in lex.VERBS and word not in FORMS


def _keeps(tokens: tuple[Token, ...], index: int) -> bool:
    """Tell whether an adverb is a verb here ("finish it", "go through the inbox")."""
    following = tokens[index + 1].text if index + 1 < len(tokens) else ""
    if tokens[index].text == "there" and following in ("is", "are", "was", "were"):
        return True
    return tokens[index].text == "go" and following == "through"


def _opener(tokens: Sequence[Token], index: int) -> int:
    """Return the length of the phrase at `index` that only opens the clause, or 0."""
    polite = _polite(tokens, index)
    if polite:
        return polite
    for phrase in lex.OPENERS_BY_HEAD.get(tokens[index].text, ()):
        if (
            phrase[-1] == "to"
            and phrase[0] == "is"
            and not (index + len(phrase) < len(tokens) and _is_base(tokens[index + len(phrase)].text))
        ):
            continue
        if phrase == ("please", "do") and not _is_head(tokens, index + 2):
            continue  # "please do a review" orders what the noun says
        if len(phrase) <= len(tokens) - index and all(
            tokens[index + step].text == word for step, word in enumerate(phrase)
        ):
            return len(phrase)
    return 0


def _polite(tokens: Sequence[Token], index: int) -> int:
    """Return the length of a polite beginning, words of manners up to the verb that is ordered, or 0."""
    if tokens[index].text not in lex.MANNERS_BEGIN:
        return 0
    end = index + 1
    while end < min(len(tokens), index + _POLITE_MAX) and (
        tokens[end].text in lex.MANNERS or tokens[end].text in lex.ADVERBS or _is_manner(tokens[end].text)
    ):
        end += 1
    # "could I delete it" asks, "could I trouble you to delete it" orders
    asks = end > index + 1 and tokens[index + 1].text == "i" and tokens[index].text in lex.AUXILIARIES
    if asks and not any(token.text in ("you", "u") for token in tokens[index:end]):
        return 0
    for head in range(end, index + 1, -1):
        last = head - 1
        while last > index and (tokens[last].text in lex.ADVERBS or _is_manner(tokens[last].text)):
            last -= 1
        if tokens[last].text in lex.MANNERS_END and last > index and _is_head(tokens, head):
            return head - index
    # An order all the same when no list knows its verb: "can you yeet it".
    while end > index + 2 and tokens[end - 1].text in lex.ADVERBS:
        end -= 1
    return end - index if end > index + 1 and tokens[end - 1].text in _ADDRESSED else 0


def _gerund_opener(tokens: tuple[Token, ...], index: int) -> int:
    """Return the length of an opener at `index` that a known gerund follows, or 0."""
    for phrase in lex.GERUND_OPENERS:
        size = len(phrase)
        if (
            tokens[index].text == phrase[0]
            and size < len(tokens) - index
            and all(tokens[index + step].text == word for step, word in enumerate(phrase))
            and _gerund_base(tokens[index + size].text)
        ):
            return size
    return 0
