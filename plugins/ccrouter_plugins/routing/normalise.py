"""One plain form of a text: the same words however they were typed, disguised or pasted.

A reader sees ``rm`` where the bytes spell a Cyrillic letter, a zero-width space or a full-width letter; the rules of
the routing engine must see it too. `normalise` keeps a map back to the original, so that a span found in the plain
text can be shown in the text the user wrote. Pure functions, linear time, standard library only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from .patterns import regex


class Normal(NamedTuple):
    """A normalised text and the way back.

    ``offsets[i]`` is the index in the original of ``text[i]``; it has ``len(text) + 1`` entries, the last one is the
    length of the original.
    """

    text: str
    offsets: Sequence[int]


# Letters of other scripts that read as an ASCII letter in common fonts (from the Unicode confusables, UTS 39).
_LOOKALIKES = {
    **dict(zip("аеёзіїјкорԛѕтухԝһԁѵсгпԍв", "aeeзiijkopqstyxwhdvcrngb", strict=True)),
    **dict(zip("АВЕЁЗІЇЈКМНОРЅТУХСԌԜ", "ABEE3IIJKMHOPSTYXCGW", strict=True)),
    **dict(zip("αβγεικνορτυχω", "aByeikvoptuxw", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    **dict(zip("ıɩɡɑɪ", "iigai", strict=True)),
    "м": "m",
    "н": "h",
    "β": "b",
    "з": "3",
}

# What NFKC leaves alone but a keyboard types as ASCII.
_PUNCTUATION = {
    **dict.fromkeys("“”„‟«»″〝〞", '"'),
    **dict.fromkeys("‘’‚‛′‹›", "'"),
    **dict.fromkeys("‐‑‒–―−⁃", "-"),
    **dict.fromkeys("\u2028\u2029\x85", "\n"),
    **dict.fromkeys("\x0b\x0c\u1680\u2800", " "),
    "∕": "/",
    "⁄": "/",
    "∖": "\\",
    "∣": "|",
    "˗": "-",
}
_EM_DASH = "—"
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5")
_SPACES = frozenset("\t\n\r")

_CONTROL = regex(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_PLAIN = regex(r"[^\t\n\r\x20-\x7e]")
# The shell expands $IFS to white space and $9 to nothing: `cat$IFS$9/etc/passwd`.
_IFS = regex(r"\$\{IFS[^}\s]{0,20}\}|\$IFS(?![A-Za-z_0-9])(?:\$\d)?")
_WORD = regex(r"[^\W\d_]+")
_BASE64 = regex(r"[A-Za-z0-9+/_-]{8,}={0,2}")

# A decoded run shorter than this may be a chance hit, so every byte must be printable ASCII.
_SURE_LENGTH = 24


def normalise(text: str) -> Normal:
    """Return `text` in plain form, with a map back to the original.

    Applies NFKC; removes zero-width, bidirectional and control characters; folds look-alike letters inside words that
    are otherwise Latin; turns typographic quotes and dashes into ASCII and ``$IFS`` into a space. Total on any string,
    time linear in its length; ASCII text is returned as it is.
    """
    if text.isascii() and not _CONTROL.search(text):
        plain = Normal(text, range(len(text) + 1))
    else:
        plain = _fold_words(_plain_characters(text))
    return _expand_ifs(plain) if "IFS" in plain.text else plain


def decode_base64(text: str) -> list[tuple[str, int, int]]:
    """Return the printable texts hidden in `text` as base64, each with its span in `text`.

    One level only: a decoded text is not decoded again. Accepts both alphabets, with or without padding.
    """
    found = []
    for match in _BASE64.finditer(text):
        decoded = _decode(match.group().rstrip("="))
        if decoded is not None:
            found.append((decoded, match.start(), match.end()))
    return found


def _plain_characters(text: str) -> Normal:
    """Normalise character by character; a base character and its combining marks are one step."""
    out: list[str] = []
    offsets: list[int] = []
    position = 0
    for match in _NOT_PLAIN.finditer(text):
        start = match.start()
        if start < position:
            continue
        # A mark belongs to the letter before it: take that letter back into the step.
        first = start - 1 if start > position and unicodedata.combining(text[start]) else start
        out.append(text[position:first])
        offsets.extend(range(position, first))
        position = _cluster_end(text, first)
        plain = _plain_cluster(text, first, position)
        out.append(plain)
        offsets.extend([first] * len(plain))
    out.append(text[position:])
    offsets.extend(range(position, len(text) + 1))
    return Normal("".join(out), offsets)


def _cluster_end(text: str, start: int) -> int:
    """Return the index after the base character at `start` and the marks (or Hangul vowels) that belong to it."""
    end = start + 1
    while end < len(text) and (unicodedata.combining(text[end]) or "\u1160" <= text[end] <= "\u11ff"):
        end += 1
    return end


def _plain_cluster(text: str, start: int, end: int) -> str:
    """Return the plain form of one base character with its marks."""
    letter = text[start]
    if letter == _EM_DASH:
        # Editors turn `--force` into an em dash followed by `force`.
        glued = text[end : end + 1].isalpha() and not text[start - 1 : start].isalnum()
        return "--" if glued else "-"
    cluster = text[start:end] if end - start > 1 else letter
    composed = unicodedata.normalize("NFKC", cluster)
    return "".join(_plain_character(character) for character in composed)


def _plain_character(character: str) -> str:
    """Return what is kept of one character after NFKC: itself, its ASCII equivalent or nothing."""
    if character in _PUNCTUATION:
        return _PUNCTUATION[character]
    if character in _FILLERS or "\ufe00" <= character <= "\ufe0f":
        return ""
    if character in _SPACES:
        return character
    category = unicodedata.category(character)
    if category in ("Cf", "Cc"):
        return ""
    # Marks that did not compose with their letter (a stroke laid over it) only disguise it.
    if category == "Mn" and "\u0300" <= character <= "\u036f":
        return ""
    return " " if category == "Zs" else character


def _fold_words(plain: Normal) -> Normal:
    """Fold look-alike letters to ASCII, word by word; every replacement is one letter for one letter."""
    text = plain.text
    if text.isascii():
        return plain
    foreign = _has_foreign_word(text)

    def fold(match: re.Match[str]) -> str:
        word = match.group()
        if word.isascii():
            return word
        folded = "".join(_LOOKALIKES.get(letter, letter) for letter in word)
        mixed = any(letter.isascii() for letter in word)
        return folded if folded.isascii() and (mixed or not foreign) else word

    return Normal(_WORD.sub(fold, text), plain.offsets)


def _has_foreign_word(text: str) -> bool:
    """Tell whether `text` holds a real word of another script, or no Latin word at all."""
    latin = False
    for match in _WORD.finditer(text):
        word = match.group()
        if word.isascii():
            latin = True
        elif any(not letter.isascii() and letter not in _LOOKALIKES for letter in word):
            return True
    return not latin


def _expand_ifs(plain: Normal) -> Normal:
    """Replace every ``$IFS`` by the space that it stands for."""
    out: list[str] = []
    offsets: list[int] = []
    position = 0
    for match in _IFS.finditer(plain.text):
        out += (plain.text[position : match.start()], " ")
        offsets += plain.offsets[position : match.start() + 1]
        position = match.end()
    out.append(plain.text[position:])
    offsets += plain.offsets[position:]
    return Normal("".join(out), offsets)


def _decode(body: str) -> str | None:
    """Return the text that an unpadded base64 `body` holds, or None when it is not printable text."""
    if len(body) % 4 == 1:
        return None
    import base64
    import binascii

    standard = body.replace("-", "+").replace("_", "/")
    try:
        raw = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
        decoded = raw.decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if len(body) < _SURE_LENGTH and not decoded.isascii():
        return None
    printable = all(character.isprintable() or character in _SPACES for character in decoded)
    return decoded if printable else None
