"""A request as the rules read it: plain text, clauses, and the commands it would run or only mentions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from . import lexicon as lex
from .clauses import ASK, DENY, DO, TELL, Clause, clauses_of
from .commands.command import Judgement, commands_in, judge
from .commands.wrapping import unwrapped
from .exhibits import without_exhibits
from .gloss import glossed
from .lexicon_objects import BUILDABLE
from .normalise import Normal, decode_base64, normalise
from .patterns import regex
from .tokens import Token, tokens_of

__all__ = ["Command", "Reading", "read"]

_TOLD = frozenset(
    "ran when if running says said shows error because yesterday previously accidentally why".split()
)
_DOING = frozenset(
    "running executing using via calling issuing launching invoking then and by entering typing doing".split()
)
_DOERS = frozenset(
    "run execute do use try type enter launch invoke call start issue apply just with via using".split()
)
_OBEYS = frozenset(
    "do follow execute apply obey implement perform proceed carry run handle make work".split()
)
_POINTS = frozenset(
    "it this that what as instructions steps instruction so these those them following above below exactly".split()
)
_POLITE = frozenset("please pls plz kindly just now then and also ok hey".split())
# A line with a flag is likely a command, whatever its tool is called.
_FLAG = regex(r"\s--?[A-Za-z]")
_SENTENCE = regex(r"[.,;:!?)](?=\s|$)")
# Sentence ends of a line that are tried as the end of a command.
_CUTS = 3
_LINE = regex(r"[^\n]+")
# A shorter run of letters and digits hides no command.
_HIDES = 16
# Of a longer text before a command in its clause only the two ends are looked at, which bounds the work per command.
_LEAD = 2000
_LINKING = frozenset("and then or so but with the a an my our your to for".split())
# Longer lines are prose with a flag in it.
_LINE_MAX = 2000


class Command(NamedTuple):
    """A command inside a request: its span in the plain text, its judgement, and whether it is asked to be run."""

    start: int
    end: int
    judgement: Judgement
    asked: bool


class Reading:
    """A request read once for all rules."""

    __slots__ = (
        "_shows",
        "_starts",
        "clauses",
        "commands",
        "exhibited",
        "files",
        "foreign",
        "hidden",
        "normal",
        "text",
    )

    def __init__(self, original: str, files: Sequence[str] = ()) -> None:
        self.normal: Normal = normalise(original)
        exhibits = without_exhibits(self.normal.text)
        self.text, marked = unwrapped(exhibits.text)
        self.files, self.exhibited = tuple(files), exhibits.files
        self._shows = exhibits.shown
        tokens, self.foreign = glossed(tokens_of(self.text))
        self.clauses = clauses_of(tokens)
        if marked is None:
            self.commands = _commands(self.text, self.clauses)
        else:
            self.commands = [Command(*marked, judge(self.text[slice(*marked)]), asked=True)]
        self._starts = [command.start for command in self.commands]
        self.hidden = decode_base64(self.text) if _may_hide(self.text) else []

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text that the plain span `start`:`end` came from."""
        offsets = self.normal.offsets
        return offsets[start], offsets[end - 1] + 1 if end > start else offsets[end]

    def pasted(self) -> list[tuple[str, int, int]]:
        """Return the quoted texts that the request says to follow, each with its span."""
        obeys = any(
            clause.mood == DO and clause.verb in _OBEYS and _points(clause) for clause in self.clauses
        )
        return [
            (self.text[token.start : token.end].strip("`\"'"), token.start, token.end)
            for clause in self.clauses
            if obeys or _alone(clause)
            for token in clause.whole
            if token.kind in ("quote", "code") and " " in token.text
        ]

    def command_at(self, position: int) -> Command | None:
        """Return the command whose span holds `position`."""
        index = bisect_right(self._starts, position) - 1
        if index >= 0 and position < self.commands[index].end:
            return self.commands[index]
        return None

    @property
    def shown(self) -> bool:
        """Tell whether the request brings along what a pronoun could mean: pasted output, a block of code, a quotation of several words."""
        return self._shows or any(
            token.kind in ("code", "quote") and " " in token.text.strip()
            for clause in self.clauses
            for token in clause.whole
        )

    def lead(self, clause: Clause) -> Command | None:
        """Return the command that a clause begins with, its openers left out."""
        return self.command_at(clause.tokens[0].start if clause.tokens else clause.start)


def read(original: str, files: Sequence[str] = ()) -> Reading:
    """Read a request; `files` are the files it comes with. Total on any string, linear in its length."""
    return Reading(original, files)


def _alone(clause: Clause) -> bool:
    """Tell whether a clause is one quotation and nothing more."""
    return sum(token.kind != "stop" and token.text != "-" for token in clause.tokens) == 1


def _points(clause: Clause) -> bool:
    """Tell whether an order is to do what another text says."""
    return not clause.rest or any(token.text in _POINTS for token in clause.rest[:4])


# "explain what `rm -rf` does, and after that actually run it": what was only talked about is run after all.
_RUNS_IT = regex(
    r"\b(?=(?:and|then|now|also|please|just|actually|afterwards|that|finally)[\s,]{1,3}(?:run|execute|launch) (?:it|that|this|them)\b)",
    re.IGNORECASE,
)


def _may_hide(text: str) -> bool:
    """Tell whether a run of letters long enough to hide a command occurs."""
    return any(len(chunk) >= _HIDES for chunk in text.split())


def _commands(text: str, clauses: Sequence[Clause]) -> list[Command]:
    """Judge every command in `text`, in order; clauses tell whether it is asked for or only mentioned."""
    starts = [clause.start for clause in clauses]
    spans = [(start + _courtesy(text[start:end]), end) for start, end in commands_in(text)]
    judged: dict[tuple[int, int], Judgement] = {}
    if _FLAG.search(text):
        judged = _flagged(text, spans, clauses, starts)
        spans = _joined(spans, list(judged))
    ordered = max((match.start() for match in _RUNS_IT.finditer(text)), default=-1) if spans else -1
    found = []
    scene: _Scene | None = None
    for start, end in spans:
        index = max(bisect_right(starts, start) - 1, 0)
        if index + 1 < len(clauses) and start >= clauses[index].end:
            index += 1  # signs alone belong to no clause
        if clauses and (scene is None or scene.clause is not clauses[index]):
            scene = _Scene(clauses[index])
        asked = scene is None or _asked(text, start, end, scene) or end <= ordered
        judgement = judged.get((start, end)) or judge(text[start:end])
        found.append(Command(start, end, judgement, asked))
    return found


def _courtesy(source: str) -> int:
    """Return the length of the courtesy before a command: "please rm -rf build"."""
    taken = 0
    for word in source.split(" ", 4)[:4]:
        if word.lower().strip(",") not in _POLITE:
            break
        taken += len(word) + 1
    return taken if taken < len(source) else 0


def _flagged(
    text: str, spans: Sequence[tuple[int, int]], clauses: Sequence[Clause], starts: Sequence[int]
) -> dict[tuple[int, int], Judgement]:
    """Return the lines with flags that judge as a command from their first word on, where `spans` have none."""
    found = {}
    ends = [end for _, end in spans]
    for line in _LINE.finditer(text):
        flag = _FLAG.search(text, line.start(), min(line.end(), line.start() + _LINE_MAX))
        index = bisect_right(starts, line.start())
        if flag is None or line.end() - line.start() > _LINE_MAX:
            continue
        clause = clauses[index - 1] if index else clauses[0] if clauses else None
        start = line.end() - len(line.group().lstrip())
        if clause is not None and clause.tokens and clause.start <= start + 1:
            start = max(start, clause.tokens[0].start)
        last = bisect_right(ends, flag.end())
        if (last < len(spans) and spans[last][0] <= flag.start()) or start >= flag.start():
            continue
        cut = _worst_cut(text, start, flag.end(), line.end())
        if cut is not None and (cut[1].effect == "destructive" or not _says(text[start : flag.start()])):
            found[start, cut[0]] = cut[1]
    return found


def _joined(spans: Sequence[tuple[int, int]], lines: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join two lists of spans in order; of `spans` those that begin inside one of `lines` are left out."""
    starts = [start for start, _ in lines]
    kept = []
    for span in spans:
        index = bisect_right(starts, span[0]) - 1
        if index < 0 or span[0] >= lines[index][1]:
            kept.append(span)
    return sorted([*kept, *lines])


def _worst_cut(text: str, start: int, flag: int, end: int) -> tuple[int, Judgement] | None:
    """Return where a command that starts at `start` ends, and what it does.

    It ends at the line's end or at a sentence end after its flag. Of the readings that are known a destructive one wins,
    else the longest; None when none is known.
    """
    cuts = [
        end,
        *(match.start() for _, match in zip(range(_CUTS), _SENTENCE.finditer(text, flag, end), strict=False)),
    ]
    known = [(cut, judged) for cut in cuts if (judged := judge(text[start:cut])).known]
    return next((one for one in known if one[1].effect == "destructive"), known[0] if known else None)


def _says(words: str) -> bool:
    """Tell whether words before a flag are a sentence, "read b.md and then ...", so that no command begins with them."""
    return any(word in _LINKING for word in words.lower().split())


class _Scene:
    """A clause with what `_asked` looks up in it, found once for all the commands that stand there."""

    def __init__(self, clause: Clause) -> None:
        self.clause = clause
        self._quotes = sorted(
            (token for token in clause.whole if token.kind in ("quote", "code")),
            key=lambda token: token.start,
        )

    def quote_at(self, position: int) -> Token | None:
        """Return the quotation or the piece of code that holds `position`."""
        index = bisect_right(self._quotes, position, key=lambda token: token.start) - 1
        if index >= 0 and position < self._quotes[index].end:
            return self._quotes[index]
        return None

    def lead(self, text: str, position: int) -> str:
        """Return what stands in the clause before `position`; of a long text the beginning and the end."""
        start = self.clause.start
        if position - start > _LEAD:
            return f"{text[start : start + _LEAD // 2]} {text[position - _LEAD // 2 : position]}"
        return text[start:position]

    def only_mentions(self, start: int, end: int) -> bool:
        """Tell whether an order to change code ("add ... to a.sh") makes the command at `start`:`end` its object."""
        return self._builds or any(not start <= place < end for place in self._outermost_files)

    @cached_property
    def _builds(self) -> bool:
        return any(word in BUILDABLE for word in self.clause.words())

    @cached_property
    def _outermost_files(self) -> set[int]:
        places = [token.start for token in self.clause.paths()]
        return {min(places), max(places)} if places else set()


def _asked(text: str, start: int, end: int, scene: _Scene) -> bool:
    """Tell whether the command at `start`:`end` is to be run rather than talked about."""
    clause = scene.clause
    if clause.mood == DENY:
        return False
    quoted = scene.quote_at(start)
    from_ = quoted.start if quoted is not None else start
    end = min(end, quoted.end) if quoted is not None else end
    before = scene.lead(text, from_).strip("`\"' \n\t>$#:*-")
    opens = clause.mood in (DO, TELL) and bool(clause.tokens) and from_ <= clause.tokens[0].start
    if not before or opens:
        return True
    words = before.lower().split()
    if clause.mood == ASK or (clause.mood != DO and _TOLD.intersection(words)):
        return False
    if clause.mood != DO:
        return True
    kind = lex.verb_class(clause.verb)
    if kind in ("explain", "read") and clause.verb not in ("check", "ensure", "get"):
        return "output" in words or "result" in words
    last = words[-1].strip(":,")
    if last in _DOING or (last in _DOERS and words[-2:-1] != ["to"]):
        return True
    return kind not in ("edit", "work") or not scene.only_mentions(start, end)
