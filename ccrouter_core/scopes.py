"""Which files a request names as those to change.

Careful: a file that a request only refers to ("as described in spec.md", "a test for a.py") is none that it wants
changed, and only a plain order that names its file is held to it.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from ccrouter_core.intents import PATH, edit_clauses

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ccrouter_core.models import Request


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_IN = _words("in inside within at under across im dans en")
_TO = _words("to into onto nach zu vers à a")
# "Described in spec.md", "similar to a.py" refer.
_TELLING = _words(
    """described defined mentioned listed documented specified found used shown declared explained given reported noted
    outlined located stored present similar according compared relative due identical equal link links linked refer refers
    point points reference references related next"""
)
_MOVE = _words("rename move mv renomme déplace mueve renombra verschiebe benenne")
_DELETE = _words("delete remove drop rm lösche entferne supprime elimina borra")
_TAKE = _MOVE | _DELETE | _words("extract cut strip trim take erase prune pull split lift hoist clear")
# Their direct object is where the work comes from, not where it goes.
_COPY = _words(
    """copy port translate convert implement test cover wrap mirror document summarise summarize duplicate clone extract
    import use include link reference mention cite support handle integrate scaffold generate migrate write create add
    draft compose put export transform review follow"""
)
_UNSURE = _words("implement migrate port integrate document support handle")
# What is wrong need not be mended where it shows.
_ELSEWHERE = _words(
    """bug bugs error errors failure failures failing fails test tests testcase crash crashes issue issues warning
    warnings exception exceptions traceback regression coverage lint flaky slow leak race fehler"""
)
_NOUNS = _words(
    "the a an my our your this that file files module script folder directory der die das datei le la"
)
_WORD = re.compile(r"[\w'-]+")


@frozen(kw_only=True)
class Scope:
    """The files that a request wants changed.

    Attributes:
        files: as it names them, in lower case; folders among them.
        gone: those of them that must not be there afterwards: what is moved, renamed or deleted as a whole.
        sure: whether nothing but a change of one of them can be what was asked.
    """

    files: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    sure: bool = False


def scope_of(request: Request) -> Scope:
    """Return which files a request that asks for an edit wants changed: those in its text, else those beside it."""
    if request.cwd is not None:  # a path from the root is one of the project
        root = request.cwd.rstrip("/") + "/"
        files = tuple(name.removeprefix(root) for name in request.files)
        request = evolve(request, text=request.text.replace(root, "") or request.text, files=files)
    clauses = edit_clauses(request)
    if not any(PATH.search(clause) for clause in clauses):
        sure = len(request.files) == 1 and bool(clauses) and all(map(_is_plain, clauses))
        return Scope(files=tuple(name.lower() for name in request.files), sure=sure)
    parts = [_scope(clause) for clause in clauses]
    return Scope(
        files=tuple(dict.fromkeys(name for part in parts for name in part.files)),
        gone=tuple(dict.fromkeys(name for part in parts for name in part.gone)),
        sure=all(part.sure for part in parts),
    )


def meant_by(name: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Return the paths that a name in a request may mean: that file, one so called in any folder, all of a folder."""
    plain = name.lower().strip("`\"'").removeprefix("./").rstrip("/")

    def meant(path: str) -> bool:
        if any(letter in plain for letter in "*?["):
            return fnmatchcase(path, plain) or fnmatchcase(path, f"*/{plain}")
        if "/" not in plain and "." not in plain:  # "the README"
            return path.rpartition("/")[2].partition(".")[0] == plain or f"/{plain}/" in f"/{path}"
        outer = plain.startswith(("/", "~")) and plain.endswith(f"/{path}")  # named from the root
        return outer or f"/{path}".endswith(f"/{plain}") or f"/{plain}/" in f"/{path}"

    return tuple(path for path in paths if meant(path.lower()))


def _is_plain(clause: str) -> bool:
    """Return whether a clause orders work on the very file that it is about."""
    words = _WORD.findall(PATH.sub(" ", clause))
    return bool(words) and words[0] not in _COPY | _UNSURE and not _ELSEWHERE & set(words)


def _scope(clause: str) -> Scope:
    """Return the files of one clause that orders a change."""
    verb = _WORD.search(PATH.sub(" ", clause))
    head = verb[0] if verb is not None else ""
    roles = _roles(clause, head)
    closed = max((number for number, (_, role) in enumerate(roles) if role == "in"), default=0)
    kept = [pair for pair in roles[closed:] if pair[1]] or [pair for pair in roles if pair[1]]
    if any(role != "of" for _, role in kept):
        kept = [pair for pair in kept if pair[1] != "of"]
    objects = [name for name, role in kept if role == "object"]
    words = set(_WORD.findall(PATH.sub(" ", clause)))
    if head in _MOVE and not words & _TO:
        objects = objects[:-1]  # "mv a.py b.py"
    whole = head in _MOVE | _DELETE and not any(role == "in" for _, role in kept)
    return Scope(
        files=tuple(name for name, _ in kept),
        gone=tuple(objects) if whole else (),
        sure=bool(kept) and head not in _UNSURE and not _ELSEWHERE & words,
    )


def _roles(clause: str, head: str) -> list[tuple[str, str]]:
    """Return each path of a clause with what it is to the order: "object", "in", "to", "of", or "" for a mere reference."""
    roles: list[tuple[str, str]] = []
    end = 0
    for match in PATH.finditer(clause):
        before = _WORD.findall(clause[end : match.start()])
        while before and before[-1] in _NOUNS:
            before.pop()
        roles.append((match[0], _role(before, head, roles)))
        end = match.end()
    return roles


def _role(before: Sequence[str], head: str, earlier: Sequence[tuple[str, str]]) -> str:
    if not before or before[-1] in {"and", "or", "und", "et", "y"}:
        return earlier[-1][1] if earlier else "in"  # in a list; in front of the order
    last, told = before[-1], len(before) > 1 and before[-2] in _TELLING
    if last in _IN or (last == "from" and head in _TAKE):
        return "" if told else "in"
    if last in _TO:
        return "" if told else "to"
    if last in {"of", "von", "de"}:
        return "" if head in _COPY else "of"
    return "object" if not earlier and list(before) == [head] and head not in _COPY else ""
