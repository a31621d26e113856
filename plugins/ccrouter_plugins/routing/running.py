"""What a request asks to run: commands as they are written, and what it would have run without spelling it out."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from .clauses import DO, Clause
from .commands.command import Judgement, judge
from .facts import Earlier, Fact
from .followup import is_assent, plain
from .lexicon_intent import TOOLS
from .patterns import regex
from .reading import Command, Reading, read

__all__ = ["continued", "with_commands"]

_DESTRUCTIVE, _COMMAND = "routing.destructive", "routing.command"
_CARRIERS = (_COMMAND, "routing.unknown")
_PROMPT = regex(r"(?:[$%#>]|PS [^>\n]{0,80}>|[\w.-]{1,40}@[\w.-]{1,40}:[^$#\n]{0,80}[$#])\s+")
_NEAR = 6  # words after a verb in which its object stands
_DEEDS = frozenset(
    "install uninstall reinstall commit push pull checkout clone deploy redeploy restart reboot stash rebase download upload publish ssh "
    "ping provision email launch".split()
) | {"check out", "log in", "roll back", "sign in", "spin up", "shut down"}
_HANDLING = frozenset(
    "kill send merge tag release start stop open create apply seed sync fetch restore switch close reopen assign".split()
)
_HANDLED = frozenset(
    "branch branches pr prs request release main master commit commits origin upstream remote server servers service services container "
    "containers docker daemon process app database db migration migrations cluster pod vm instance virtualenv venv issue ticket email port job report message mail".split()
)
_LIGHT = frozenset("do perform try give".split())
_NOUNS = frozenset(
    "git docker kubectl terraform helm commit deployment deploy release backup rollback".split()
)
_MADE = frozenset("commit deployment release backup".split())
_CHECKING = frozenset("check verify ensure confirm see double-check make".split())
_SUITES = frozenset("test tests suite build lint linter ci specs typecheck compilation checks".split())
_SUCCESS = frozenset(
    "pass passes passing work works working green succeed succeeds fail fails failing compile compiles build builds clean".split()
)
_VIEWERS = frozenset(
    "cat head tail less more bat nl ls tree dir grep egrep fgrep rg ag ack find fd wc file".split()
)
_PARTS = regex(r"\|\||&&|[|;\n]")
_QUOTED = regex(r"'[^']*'|\"[^\"]*\"")
_STOP = regex(r"(?<=[^\s./])[.,;:!]+$")  # the sentence's, not "git add ."
# Lines that belong together: a continuation, a here-document, an open block or quotation.
_JOINED = regex(r"\\\n|<<|\b(?:do|then|else)\s*\n|[{(|&]\s*\n")


def with_commands(facts: Sequence[Fact], reading: Reading, text: str) -> tuple[Fact, ...]:
    """Return the facts with the commands that they are about, and a fact more for each command that none is about.

    A command is taken only as it stands in the request: one that is disguised there is not spelled out. What asks to run
    something in words ("run the tests") carries an empty command.
    """
    carriers = _Carriers(facts)
    for command in reading.commands:
        if command.asked:
            start, end = reading.span(command.start, command.end)
            for written, judgement in _written(reading, command, text[start:end]):
                effect = judgement.effect if judgement.known else "unknown"
                if effect == "read" and _only_looks(written):
                    effect = "look"
                carriers.add(Fact(_COMMAND, "a command to run", start, end, command=written, effect=effect))
    facts = carriers.filled()
    told = [(fact.start, fact.end) for fact in facts if fact.command is not None]
    return (*facts, *_deeds(reading, told))


def _deeds(reading: Reading, told: Sequence[tuple[int, int]]) -> Iterator[Fact]:
    """Yield a fact for each clause that orders something which only running it does: "deploy the app", "do a git pull".

    An answer in words cannot show that it was done. Clauses that lie in the spans of `told` are told already.
    """
    starts = sorted(told)
    for clause in reading.clauses:
        if clause.mood == DO and (_acts(clause) or _checks_by_running(clause)):
            start, end = reading.span(clause.start, clause.end)
            last = bisect_right(starts, (end - 1, sys.maxsize)) - 1
            if last < 0 or starts[last][1] <= start:
                yield Fact(_COMMAND, "an answer cannot do this", start, end, command="", effect="run")


def _acts(clause: Clause) -> bool:
    """Tell whether a clause orders a deed outside of files and answers."""
    head = clause.verb.split(" ", 1)[0]
    words = {token.text for token in clause.rest[:_NEAR] if token.kind in ("word", "name")}
    if clause.paths():
        return False
    if head in _DEEDS or clause.verb in _DEEDS:
        return True
    return (head in _HANDLING and bool(words & _HANDLED)) or (
        head in _LIGHT and bool(words & (TOOLS | _NOUNS))
    )


def _checks_by_running(clause: Clause) -> bool:
    """Tell whether a clause asks whether tests or a build succeed, which only running them tells."""
    words = {token.text for token in clause.tokens if token.kind == "word"}
    return clause.verb in _CHECKING and bool(words & _SUITES) and bool(words & _SUCCESS)


def continued(reading: Reading, earlier: Earlier) -> list[Fact]:
    """Return the fact that an assent ("yes, do that") asks to run what the turn before it spelled out."""
    runs = is_assent(plain(reading.text)) and any(command.asked for command in read(earlier.text).commands)
    return (
        [Fact(_COMMAND, "the turn it continues asks to run something", command="", effect="run")]
        if runs
        else []
    )


class _Carriers:
    """The facts of a request on their way to the commands that they are about."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self._facts = list(facts)
        self._more: list[Fact] = []
        self._spelled: list[tuple[int, int]] = []
        order = sorted(range(len(facts)), key=lambda index: facts[index].start)
        self._losses = [index for index in order if facts[index].name == _DESTRUCTIVE]
        self._others = [index for index in order if facts[index].name in _CARRIERS]

    def add(self, command: Fact) -> None:
        """Put a command on the fact that is about it and has none yet, else on a fact of its own."""
        self._spelled.append((command.start, command.end))
        indices = self._losses if command.effect == "destructive" else self._others
        last = bisect_right(indices, command.end - 1, key=lambda index: self._facts[index].start) - 1
        fact = self._facts[indices[last]] if last >= 0 else None
        if fact is None or fact.command is not None or fact.end <= command.start:
            self._more.append(command)
        else:
            self._facts[indices[last]] = fact._replace(command=command.command, effect=command.effect)

    def filled(self) -> tuple[Fact, ...]:
        """Return the facts; those that ask to run something which is spelled out nowhere carry an empty command."""
        for index in (*self._losses, *self._others):
            fact = self._facts[index]
            if fact.name != "routing.unknown" and fact.command is None and not self._is_spelled(fact):
                effect = "destructive" if fact.name == _DESTRUCTIVE else "run"
                self._facts[index] = fact._replace(command="", effect=effect)
        return (*self._facts, *self._more)

    def _is_spelled(self, fact: Fact) -> bool:
        last = bisect_right(self._spelled, (fact.end - 1, -1)) - 1  # in the order of the text
        return last >= 0 and self._spelled[last][1] > fact.start


def _only_looks(line: str) -> bool:
    """Tell whether a command line only shows or searches files, which a model can do without it."""
    parts = [part.split(maxsplit=1) for part in _PARTS.split(_QUOTED.sub("q", line))]
    return all(words and words[0] in _VIEWERS for words in parts)


def _written(reading: Reading, command: Command, original: str) -> Iterator[tuple[str, Judgement]]:
    """Yield the lines of a command with their judgement; "" for one that stands otherwise in the request."""
    whole = reading.text[command.start : command.end]
    for line in [whole] if _JOINED.search(whole) else whole.splitlines():
        cleaned = _STOP.sub("", _PROMPT.sub("", line.strip(), count=1).strip())
        if cleaned:
            judgement = command.judgement if cleaned == whole else judge(cleaned)
            yield (cleaned if cleaned in original else ""), judgement
