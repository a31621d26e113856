"""Languages the rules cannot read: such a request is given to a better judge, unless it is a plain command."""

from __future__ import annotations

from . import lexicon as lex
from .facts import Fact
from .reading import Reading
from .tokens import Token

__all__ = ["unknown"]

# Small words that are frequent elsewhere and no English words.
_FOREIGN = frozenset(
    "le la les des du une et est dans pour avec sur aux ce cette ces mon ma mes votre veuillez peux pouvez fichier fichiers dossier tous toutes "
    "der das und ist nicht ein eine einen dem den mit auf für fur von zu im bitte alle datei dateien ordner mir ich kannst wie warum aus "
    "el los las del una y es para con por en todos todas archivo archivos carpeta favor puedes qué como lo "
    "il gli della dello di che per con tutti tutte cartella puoi nel nella sono perché "
    "o os um uma do da dos das não em arquivo arquivos pasta ficheiro ficheiros você pode "
    "het een van voor met op bestand bestanden map alsjeblieft kun niet alle uit "
    "och att det som på av för med inte är filen filer mappen alla snälla kan "
    "i w na z do nie jest plik pliki folder wszystkie proszę wszystkich "
    "ve bir bu için ile dosya dosyaları klasör tüm lütfen dosyasını "
    "og ikke fil til er ja kaikki tiedosto és az fájl".split()
)
_AMBIGUOUS = frozenset(
    "i do la le el en per con alle es o is an as y od das map na z w in die ma mes mir dos lo die kan op til er di il av is folder alla one".split()
)
_SHARE = 0.34
# Letters of a request in another script that has room for a verb and a pronoun only.
_SHORT = 10


def unknown(reading: Reading) -> list[Fact]:
    """Return a fact when the request is not English."""
    if reading.foreign:
        return []
    if reading.text.isascii() and not _foreign_words(reading):
        return []
    if not reading.text.isascii() and not (_other_script(reading) or _foreign_words(reading)):
        return []
    if (
        reading.commands
        and all(command.judgement.known for command in reading.commands)
        and len(reading.clauses) <= len(reading.commands)
    ):
        return []
    if _told_exactly(reading):
        return []
    start, end = reading.span(0, len(reading.text))
    question = None
    if _says_nothing(reading):
        question = f'"{reading.text.strip()}": what should be done, and in which file or folder?'
    reason = "a language these rules do not read"
    return [Fact("routing.language", reason, start, end, question=question, escalates=True)]


def _tokens(reading: Reading) -> list[Token]:
    return [token for clause in reading.clauses for token in clause.whole if token.kind != "stop"]


def _told_exactly(reading: Reading) -> bool:
    """Tell whether a change is told by one file and two exact values, whatever the words between them."""
    kinds = [token.kind for token in _tokens(reading)]
    return kinds.count("path") == 1 and sum(kind in ("number", "quote", "code") for kind in kinds) > 1


def _says_nothing(reading: Reading) -> bool:
    """Tell whether a request is too short to say which thing is meant and names none in Latin letters."""
    return sum(len(token.text) for token in _tokens(reading) if token.kind == "other") <= _SHORT and all(
        token.kind == "other" for token in _tokens(reading) if token.text not in lex.COURTESY
    )


def _other_script(reading: Reading) -> bool:
    """Tell whether words of another script stand in the request outside quotations and code."""
    return any(
        token.kind == "other" and any(letter.isalpha() for letter in token.text)
        for clause in reading.clauses
        for token in clause.whole
    )


def _foreign_words(reading: Reading) -> bool:
    """Tell whether small words of another language are frequent."""
    words = [token.text for clause in reading.clauses for token in clause.whole if token.kind == "word"]
    foreign = [word for word in words if word in _FOREIGN and word not in _AMBIGUOUS]
    loose = sum(word in _FOREIGN for word in words)
    return (len(foreign) >= 1 and loose >= max(2, _SHARE * len(words))) or (
        len(foreign) >= 1 and len(words) <= 5 and loose >= _SHARE * len(words)
    )
