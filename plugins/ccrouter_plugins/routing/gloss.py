"""Reading German, French, Spanish, Italian, Portuguese and Dutch requests through an English gloss, word by word.

It is no translation: it gives the rules the verbs, prepositions and common nouns they know. What it does not know stays
foreign and gives no evidence.
"""

from __future__ import annotations

from collections.abc import Sequence

from .lexicon_gloss import GLOSS, LAST_VERBS, PHRASES, SURE
from .tokens import Token

__all__ = ["glossed"]

_THEM = ("lo", "la")
_ENCLITIC = 5
_UNACCENTED = str.maketrans("áéíóú", "aeiou")
_DENIALS = frozenset("nicht nichts kein keine keinen niemals nie".split())


def glossed(tokens: list[Token]) -> tuple[list[Token], bool]:
    """Return the tokens with foreign words in English, and whether any word was certainly foreign.

    Spans stay those of the words written. Tokens of an English text are returned as they are.
    """
    if not any(token.text in SURE or _is_enclitic(token) for token in tokens if token.kind == "word"):
        return tokens, False
    found: list[Token] = []
    segment: list[Token] = []
    for index, token in enumerate(tokens):
        if token.kind == "stop":
            found += _verb_first(segment)
            found.append(token)
            segment = []
        else:
            segment.append(token)
            if (
                index + 1 < len(tokens)
                and token.text in ("und", "et", "y", "e")
                and _is_sure_verb(tokens[index + 1])
            ):
                found += _verb_first(segment)
                segment = []
    return found + _verb_first(segment), True


def _is_enclitic(token: Token) -> bool:
    """Tell whether a word is a verb with its pronoun: "mejóralo"; the accent tells it from English words."""
    return (
        token.text.endswith(_THEM)
        and not token.text.isascii()
        and token.text[:-2].translate(_UNACCENTED) in GLOSS
    )


def _is_sure_verb(token: Token) -> bool:
    """Tell whether a token certainly is a foreign word at the head of a clause."""
    return token.text in SURE and token.text not in LAST_VERBS


def _verb_first(segment: Sequence[Token]) -> list[Token]:
    """Return the glossed tokens of one segment, a closing infinitive moved to its front."""
    denial = next((token for token in segment if token.text in _DENIALS), None)
    if len(segment) > 1 and segment[-1].text in LAST_VERBS and denial is not None:
        rest = [token for token in segment[:-1] if token is not denial]
        segment = (denial._replace(text="nicht"), segment[-1], *rest)
    elif len(segment) > 1 and segment[-1].text in LAST_VERBS:
        start = next(
            (
                index
                for index, token in enumerate(segment)
                if token.text not in ("bitte", "kannst", "du", "könntest")
            ),
            0,
        )
        segment = (*segment[:start], segment[-1], *segment[start:-1])
    found: list[Token] = []
    index = 0
    while index < len(segment):
        token = segment[index]
        taken, english = _entry(segment, index)
        if not taken:
            found.append(token)
            index += 1
            continue
        last = segment[index + taken - 1]
        found += (Token(word, "word", token.start, last.end) for word in english)
        index += taken
    return found


def _entry(segment: Sequence[Token], index: int) -> tuple[int, tuple[str, ...]]:
    """Return how many tokens the entry at `index` spans and its English words; 0 when there is none."""
    token = segment[index]
    if token.kind != "word":
        return 0, ()
    for rest, english in PHRASES.get(token.text, ()):
        if tuple(later.text for later in segment[index + 1 : index + 1 + len(rest)]) == rest:
            return 1 + len(rest), english
    bare = token.text[2:] if token.text.startswith(("l'", "d'")) else token.text
    if bare not in GLOSS and len(bare) > _ENCLITIC and bare.endswith(_THEM):
        # "mejóralo", "correggilo": the pronoun is written with the verb, whose accent only marks that.
        verb = GLOSS.get(bare[:-2].translate(_UNACCENTED)) or GLOSS.get(bare[:-2])
        return (1, (*verb, "it")) if verb else (0, ())
    return (1, GLOSS[bare]) if bare in GLOSS else (0, ())
