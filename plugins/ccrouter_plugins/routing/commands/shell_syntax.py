"""What shell text is made of: words and their parts, commands, scripts."""

from __future__ import annotations

from typing import NamedTuple

TEXT, VARIABLE, OUTPUT, FILE = "text", "variable", "output", "file"


class Part(NamedTuple):
    """A piece of a word: literal text, ``$name``, the output of a script, or a file made of a script ``<(...)``."""

    kind: str
    value: str  # text; variable: its name; output, file and anything unresolved: the source
    quoted: bool = False
    script: Script | None = None
    default: str | None = None  # ${name:-default}


class Word(NamedTuple):
    """One shell word before expansion, with its span in the source."""

    parts: tuple[Part, ...]
    start: int
    end: int

    @property
    def literal(self) -> str | None:
        """The text of a word that needs no expansion, else None."""
        if len(self.parts) == 1 and self.parts[0].kind == TEXT:
            return self.parts[0].value
        if all(part.kind == TEXT for part in self.parts):
            return "".join(part.value for part in self.parts)
        return None


class Redirect(NamedTuple):
    """A redirection: the operator, and the target (for ``<<`` and ``<<<`` the text that is fed)."""

    operator: str
    target: Word


class Command:
    """One simple command and where its standard input comes from."""

    __slots__ = ("assigns", "end", "function", "pipe", "redirects", "start", "tail", "words")

    def __init__(self, start: int) -> None:
        """Start an empty command at index `start` of the source."""
        self.start = start
        self.end = start
        self.words: list[Word] = []
        self.assigns: list[tuple[str, Word]] = []
        self.redirects: list[Redirect] = []
        self.pipe: Command | None = None  # the command before the pipe; OPAQUE when it is a compound one
        self.function = ""  # the function whose body holds this command
        self.tail = False  # only redirections, and they belong to the compound command before

    def __bool__(self) -> bool:
        """Tell whether anything was read."""
        return bool(self.words or self.assigns or self.redirects)


OPAQUE = Command(0)


class Script(NamedTuple):
    """Everything that running a text could run. `sound` is False when the text was not fully understood."""

    commands: tuple[Command, ...]
    functions: frozenset[str]
    sound: bool
