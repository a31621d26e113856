"""What the tools do: one table per family, read on first use.

A table is text. ``[name other] key=value`` opens the section of a tool; each further line is a rule::

    PATTERN MARK REASON

The first rule whose pattern matches decides. The words of a pattern are, in order:

========================= ======================================================================================
``word|other``            the next sub-command is one of these (``*`` is any one, ``delete-*`` any with that start)
``-x|--long``             one of these options was given
``~-x|--long``            none of these options was given
``@name`` ``~@name``      the predicate of that name holds (does not hold)
========================= ======================================================================================

Marks: ``?`` reads, ``>`` runs, ``+`` writes, ``!`` destroys, ``!!`` destroys beyond repair, ``%`` cannot be known,
``=N`` what follows N further operands is a command of its own, ``=--`` what follows ``--`` is.

Keys of a section: ``values`` (options that take a value), ``dry`` (options that make it a dry run; ``no``: it has none),
``style=long`` (options have one dash), ``default`` (mark when no rule matches; ``verb``: by the verb among the operands),
``payload=-c:shell`` (an option that holds code), ``programs=-e`` (an option that holds a program), ``sshopts`` (its
``-o`` is that of ssh), ``touches=PATH`` (a file that it writes whenever it writes), ``operand=1:sql`` (an operand that is code), ``stdin=sql`` (code on
standard input), ``wrap=N`` (after N operands comes a command), ``join`` (which is joined to one text), ``writes`` (which
operands it writes: all, last, first, rest, none, or the options that name them).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..effects import DESTRUCTIVE, READ, RUN, UNKNOWN, WRITE

if TYPE_CHECKING:
    from .arguments import Arguments

_FAMILIES = (
    "files",
    "text",
    "disks",
    "system",
    "wrappers",
    "interpreters",
    "git",
    "databases",
    "cloud",
    "services",
    "containers",
    "packages",
    "build",
    "messaging",
    "backups",
    "network",
    "powershell",
)
_EFFECTS = {"?": READ, ">": RUN, "+": WRITE, "!": DESTRUCTIVE, "!!": DESTRUCTIVE, "%": UNKNOWN}

Predicate = Callable[["Arguments"], bool]


class Rule(NamedTuple):
    """One line of a table."""

    words: tuple[tuple[str, ...], ...]
    wanted: tuple[tuple[str, ...], ...]
    unwanted: tuple[tuple[str, ...], ...]
    predicates: tuple[tuple[str, bool], ...]
    mark: str
    reason: str


class Tool(NamedTuple):
    """The section of a tool."""

    name: str
    keys: Mapping[str, str]
    rules: tuple[Rule, ...]
    predicates: Mapping[str, Predicate]
    payloads: Mapping[str, str]  # the options whose value is code, with its language
    values: frozenset[str]  # the options that take a value
    words: frozenset[str]  # every sub-command that a rule names, wherever it stands
    first_words: frozenset[str]  # the sub-commands that a rule begins with
    open_rules: tuple[Rule, ...]  # the rules that begin with no certain sub-command
    by_word: dict[str, tuple[Rule, ...]]  # the rules for each of `first_words` that was met

    def options(self, key: str) -> tuple[str, ...]:
        """Return the comma-separated words of `key`."""
        return _listed(self.keys, key)

    def names(self, word: str) -> bool:
        """Tell whether a rule names `word` as the first sub-command."""
        lowered = word.lower()
        return any(
            lowered == one or (len(one) > 1 and _like(lowered, one))
            for rule in self.rules
            for one in (rule.words[0] if rule.words else ())
        )

    def always_destroys(self) -> bool:
        """Tell whether a rule that asks for no sub-command and no option destroys: mkfs, shred."""
        return any(rule.mark[0] == "!" and not rule.words and not rule.wanted for rule in self.rules)

    def match(self, arguments: Arguments) -> Rule | None:
        """Return the first rule that matches `arguments`."""
        texts = [operand.text.lower() for operand in arguments.operands[:6]]
        for rule in self._rules_for(texts[0] if texts else ""):
            if _matches(rule, texts, arguments, self.predicates):
                return rule
        return None

    def _rules_for(self, first: str) -> tuple[Rule, ...]:
        """Return the rules that can match a call whose first operand is `first`: few of the many of git or kubectl."""
        if first not in self.first_words:
            return self.open_rules
        if first not in self.by_word:
            self.by_word[first] = tuple(
                rule for rule in self.rules if not rule.words or _fits(first, rule.words[0])
            )
        return self.by_word[first]


def effect_of(mark: str) -> str:
    """Return the effect that a mark stands for."""
    return _EFFECTS[mark]


def _matches(rule: Rule, texts: list[str], arguments: Arguments, predicates: Mapping[str, Predicate]) -> bool:
    if len(texts) < len(rule.words):
        return False
    for alternatives, text in zip(rule.words, texts, strict=False):
        if not _fits(text, alternatives):
            return False
    if not all(any(map(arguments.has, flags)) for flags in rule.wanted):
        return False
    if any(any(map(arguments.has, flags)) for flags in rule.unwanted):
        return False
    return all(predicates[name](arguments) is holds for name, holds in rule.predicates)


def _fits(text: str, alternatives: tuple[str, ...]) -> bool:
    """Tell whether `text` is one of the alternatives or like one of them."""
    return text in alternatives or any(_like(text, one) for one in alternatives)


def _like(text: str, pattern: str) -> bool:
    """Match ``*``, ``start*``, ``*end`` and ``*inside*``."""
    if "*" not in pattern:
        return False
    start, _, end = pattern.partition("*")
    if end.endswith("*"):
        return end[:-1] in text
    return len(text) >= len(start) + len(end) and text.startswith(start) and text.endswith(end)


# -- reading the tables --------------------------------------------------------------------------------------------

_index: dict[str, tuple[str, str]] = {}  # tool name -> its family and the text of its section
_tools: dict[str, Tool] = {}


def _sections() -> dict[str, tuple[str, str]]:
    """Return the index of all tools; the tables are split here and read when a tool is asked for."""
    if not _index:
        for family in _FAMILIES:
            table: str = importlib.import_module("." + family, __name__).TABLE
            for section in table.strip().split("\n["):
                names = section.lstrip("[").partition("]")[0]
                _index.update(dict.fromkeys(names.split(), (family, section)))
    return _index


def names() -> frozenset[str]:
    """Return the names of all tools in the tables."""
    return frozenset(_sections())


def find(name: str) -> Tool | None:
    """Return the tool called `name` (a base name in lower case), or None when no table has it."""
    tool = _tools.get(name)
    if tool is not None:
        return tool
    sections = _sections()
    known = name if name in sections else _stem(name)
    if known not in sections:
        return None
    if known not in _tools:
        _tools[known] = _read(known, *sections[known])
    return _tools[known]


def _stem(name: str) -> str:
    """Return `name` without a version or a suffix: ``python3.11`` ``mkfs.ext4`` ``kafka-topics.sh`` ``gcc-12``."""
    head = name.partition(".")[0]
    return head.rstrip("0123456789").rstrip("-") or head


def _read(name: str, family: str, section: str) -> Tool:
    header, _, body = section.partition("\n")
    keys = {}
    for pair in header.partition("]")[2].split():
        key, _, value = pair.partition("=")
        keys[key] = value or "yes"
    rules = tuple(_rule(line) for line in body.splitlines() if line.strip() and not line.startswith("#"))
    module = importlib.import_module("." + family, __name__)
    payloads = dict(_pair(pair) for pair in _listed(keys, "payload"))
    programs = (*_listed(keys, "programs"), *(("-o",) if "sshopts" in keys else ()))
    values = frozenset((*_listed(keys, "values"), *payloads, *programs, *_listed(keys, "module")))
    words = frozenset(word for rule in rules for alternatives in rule.words for word in alternatives)
    first_words = frozenset(word for rule in rules if rule.words for word in rule.words[0] if "*" not in word)
    open_rules = tuple(rule for rule in rules if not rule.words or "*" in "".join(rule.words[0]))
    predicates = getattr(module, "PREDICATES", {})
    return Tool(name, keys, rules, predicates, payloads, values, words, first_words, open_rules, {})


def _listed(keys: Mapping[str, str], key: str) -> tuple[str, ...]:
    """Return the comma-separated words of `key`."""
    return tuple(keys[key].split(",")) if keys.get(key) else ()


def _pair(text: str) -> tuple[str, str]:
    flag, _, language = text.partition(":")
    return flag, language


def _rule(line: str) -> Rule:
    words: list[tuple[str, ...]] = []
    wanted: list[tuple[str, ...]] = []
    unwanted: list[tuple[str, ...]] = []
    predicates: list[tuple[str, bool]] = []
    pieces = line.split()
    for position, piece in enumerate(pieces):
        if piece in _EFFECTS or piece[0] == "=":
            reason = " ".join(pieces[position + 1 :])
            return Rule(tuple(words), tuple(wanted), tuple(unwanted), tuple(predicates), piece, reason)
        if piece.lstrip("~").startswith("@"):
            predicates.append((piece.lstrip("~@"), not piece.startswith("~")))
        elif piece.startswith("~"):
            unwanted.append(tuple(piece[1:].split("|")))
        elif piece.startswith("-"):
            wanted.append(tuple(piece.split("|")))
        else:
            words.append(tuple(piece.split("|")))
    message = f"a rule without a mark: {line!r}"
    raise ValueError(message)
