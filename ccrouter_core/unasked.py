"""What an edit did to files beyond what its request asks for.

Three rules, none of which needs a plugin:

- A file that is gone, by deletion or because it was moved, fails an edit at every tier, unless the request asks for that
  file to go, or for files to go without naming them. Placeholders such as `.gitkeep` may go.
- A file that had text and has none fails an edit at every tier, unless the request asks to take away or restructure
  what is in it. So does, for an edit that routing calls mechanical, the loss of most of a file of twenty lines or more.
- Where nothing but a change of one named file can be what was asked, further changed files are told. They fail a
  mechanical edit at the lowest tier, so that it climbs, unless they are companions: new files, tests, indexes, change
  logs, lock files, files that mention the named one (they may depend on it), and all files when the order is to rename,
  to move or to restructure, which other files must follow.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from attrs import frozen

from ccrouter_core.commands import removes_files
from ccrouter_core.diffs import FileChange
from ccrouter_core.intents import PATH, kinds_of_clauses
from ccrouter_core.models import Finding, Request, Signal, Status, Verdict
from ccrouter_core.scopes import meant_by, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DELETE = _words(
    """delete remove drop rm unlink discard erase purge prune wipe eliminate uninstall rid deleted removed dropped gone
    lösche loesche entferne supprime supprimer supprimez elimina borra löschen entfernen"""
)
_MOVE = _words(
    """rename move mv relocate archive renamed moved relocated archived renomme renommer renommez déplace déplacer mueve
    renombra verschiebe benenne umbenennen verschieben"""
)
# They put something else in the place of what was there, and a file may be in the way.
_RESHAPE = _words(
    """merge split convert combine consolidate replace unify transform turn port rewrite reimplement rework flatten clean
    tidy deduplicate extract inline transpile translate substitute merged split converted combined replaced ersetze
    remplace reemplaza join concatenate swap"""
)
# They are about a project's structure, whatever their object is.
_RESTRUCTURE = _words(
    """refactor restructure reorganise reorganize migrate modularise modularize revert undo rollback refaktoriere
    refactorise refactoriza modernise modernize"""
)
# They take something out of a file.
_SHRINK = _words(
    """empty clear truncate blank reset strip trim cut shorten simplify condense compress minify summarise summarize reduce
    collapse dedupe squash take pull lift hoist crop filter keep emptied cleared vereinfache simplifie leere vide vacía"""
)
_PASSIVE = _words("be being get werden être ser sein")
_WHILE = _words("after by before")  # "after deleting a.py"
_GERUNDS = _words("deleting removing dropping erasing renaming moving")
_NOT = _words("not never no cannot mustn't shouldn't won't don't nicht pas")
_GOING = _DELETE | _MOVE | _GERUNDS
# What a file can be called in an order that names none.
_FILES = _words(
    """file files folder folders directory directories dir dirs module modules package packages script scripts template
    templates test tests testcase testcases doc docs documentation page pages component components feature features code
    codebase repo repository project asset assets image images note notes chapter chapters plugin plugins support service
    services app cli library frontend backend class classes fixture fixtures migration migrations example examples everything contents
    datei dateien ordner modul skript fichier fichiers dossier archivo archivos carpeta"""
)
_PREPOSITIONS = _words(
    "in inside within from of for by with to into at on under like as im in aus von dans de en à a"
)
# Words that may stand in front of the verb.
_IN_FRONT = _words("git get in inside from within under also all fully completely we you")
_POINTERS = _words("it this that them these those")
# The same orders in scripts whose words are not told apart here.
_FOREIGN = re.compile("削除|删除|移動|移动|改名|重命名|удал|переимен|перемест|삭제")
_PLACEHOLDERS = frozenset({".gitkeep", ".keep", ".placeholder"})
_COMPANION = re.compile(
    r"(?:^|[/_.-])(?:tests?|specs?|__tests__|__snapshots__|conftest|fixtures?)(?:[/_.-]|$)|(?:^|/)index\.\w+$|(?:^|/)__init__\.pyi?$"
    r"|(?:^|/)(?:changelog|changes|news|history)(?:\.\w+)?$|\.lock$|[.-]lock\.\w+$|\.snap$|(?:^|/)go\.sum$|(?:^|/)_toc\.yml$",
    re.IGNORECASE,
)
_PATH = re.compile(rf"(?<![\w/.~-])[\w.@+-]+(?:/[\w.@+-]+)*/(?=[\s,.;:]|$)|{PATH.pattern}")
_WORD = re.compile(r"[\w'-]+")
_MECHANICAL = "routing.mechanical"
_LONG_LINES = 20  # below it the loss of most lines is an edit like others
_LEFT = 0.2  # of the lines, and of the bytes: a file that was only joined or minified keeps its bytes
_READ_BYTES = 200_000  # of a file that may mention the named one
_SHORTEST_STEM = 3
_NAMED = 5  # paths in one reason; the findings name all


@frozen(kw_only=True)
class Asked:
    """What a request lets an edit do to files.

    Attributes:
        gone: names of files and folders that may go.
        any_gone: files may go that it does not name.
        cut: names of files that may lose what is in them.
        any_cut: so may files that it does not name.
        spreads: other files must follow the named one.
    """

    gone: tuple[str, ...] = ()
    any_gone: bool = False
    cut: tuple[str, ...] = ()
    any_cut: bool = False
    spreads: bool = False


def asked_of(request: Request) -> Asked:
    """Return what the orders of a request let an edit take away.

    A file that a removing or restructuring order names may go, and no other by that order. An order that names none
    lets any go when it speaks of files, or restructures.
    """
    scope = scope_of(request)
    parts = [_asked(order, scope.gone) for order in _orders(request)]
    foreign = _FOREIGN.search(request.text.lower()) is not None
    return Asked(
        gone=(*scope.gone, *(name for part in parts for name in part.gone)),
        any_gone=foreign or any(part.any_gone for part in parts),
        cut=tuple(name for part in parts for name in part.cut),
        any_cut=foreign or any(part.any_cut for part in parts),
        spreads=foreign or any(part.spreads for part in parts),
    )


def _orders(request: Request) -> Iterator[tuple[str, frozenset[str], tuple[str, ...]]]:
    """Yield the clauses that do not only look, with their verbs and the paths that a pronoun in them may mean.

    The end of a list has the verbs of its beginning.
    """
    before: frozenset[str] = frozenset()
    seen: tuple[str, ...] = request.files
    for clause, kind in kinds_of_clauses(request):
        words = _plain_words(clause)
        own = _verbs(words)
        before = before if kind is None and not own else own
        if kind is not False or _PASSIVE & set(words):  # "old.py should be deleted"
            yield clause, before, seen
        seen = tuple(match[0] for match in _paths(clause)) or seen


def _asked(order: tuple[str, frozenset[str], tuple[str, ...]], gone: Sequence[str]) -> Asked:
    """Return what one clause lets go."""
    clause, verbs, files = order
    if not verbs:
        return Asked()
    names = tuple(match[0] for match in _paths(clause))
    words = frozenset(_plain_words(clause))
    about_files = bool(_FILES & words)
    pointed = not names and bool(files) and bool(_POINTERS & words)
    if pointed:
        names = files
    if verbs & (_RESHAPE | _RESTRUCTURE) or (pointed and verbs & _GOING):
        whole = names
    elif verbs & _GOING:  # "delete the old files in build/"
        objects = {*gone, *_objects(clause, verbs)}
        whole = tuple(name for name in names if name in objects or (about_files and _is_folder(name)))
    else:
        whole = ()
    unnamed = verbs & _RESTRUCTURE or (about_files and (verbs - _GERUNDS) & (_GOING | _RESHAPE))
    return Asked(
        gone=whole,
        any_gone=bool(unnamed) and not names,
        cut=names,
        any_cut=not names,
        spreads=bool(verbs & (_MOVE | _RESHAPE | _RESTRUCTURE)),
    )


def _objects(clause: str, verbs: frozenset[str]) -> Iterator[str]:
    """Yield the paths that a clause removes or moves as a whole.

    They stand behind the verb without a preposition ("delete the old module a.py"), in front of a verb at the end or in the
    passive ("a.py should be deleted"), or alone, as the rest of a list.
    """
    end = 0
    for match in _paths(clause):
        between = _plain_words(clause[end : match.start()])
        behind = _plain_words(clause[match.end() :])
        if between[:3] == ["get", "rid", "of"]:
            between = ["rid"]
        ordered = bool(verbs & set(between)) and not _PREPOSITIONS & set(between)
        in_front = not between and (not behind or _PASSIVE & set(behind))
        ends = behind[-1:] and behind[-1] in verbs and not _PREPOSITIONS & set(between)
        if ordered or in_front or ends:
            yield match[0]
        end = match.end()


def _paths(text: str) -> Iterator[re.Match[str]]:
    """Yield the paths of a text, folders with a slash at their end included."""
    return _PATH.finditer(text)


def _plain_words(text: str) -> list[str]:
    """Return the words of a text without paths and flags."""
    return [word for word in _WORD.findall(_PATH.sub(" ", text)) if not word.startswith("-")]


def _verbs(words: Sequence[str]) -> frozenset[str]:
    """Return the words of a clause that order to take away, to move or to restructure; none for another order."""
    found = set(words[:1]) | set(words[-1:])  # German orders end with the verb
    if words and words[0] in _IN_FRONT:
        found |= set(words[:4])
    if _PASSIVE & set(words) and not _NOT & set(words):
        found |= set(words)
    if _WHILE & set(words):
        found |= _GERUNDS & set(words)
    return frozenset(found & (_GOING | _RESHAPE | _RESTRUCTURE | _SHRINK))


def _is_folder(name: str) -> bool:
    return name.endswith("/") or not PurePosixPath(name).suffix


@frozen(kw_only=True)
class Edited:
    """An edit that was made, as the rules of this module see it.

    Attributes:
        request: as the person wrote it.
        signals: what was noticed about it.
        changes: the files that differ.
        folder: the project after the edit; None when it is not there.
        lowest: whether it was made on the lowest tier.
    """

    request: Request
    signals: tuple[Signal, ...] = ()
    changes: tuple[FileChange, ...] = ()
    folder: Path | None = None
    lowest: bool = False

    @property
    def mechanical(self) -> bool:
        """Return whether routing calls it a mechanical edit."""
        return any(signal.name == _MECHANICAL for signal in self.signals)


def unasked_verdicts(edited: Edited) -> tuple[Verdict, ...]:
    """Return what an edit did beyond its request: FAIL, or NOT_APPLICABLE with findings for what is only to be told."""
    if not edited.changes:
        return ()
    asked = asked_of(edited.request)
    return tuple(_deleted(edited, asked)) + tuple(_emptied(edited, asked)) + tuple(_beside(edited, asked))


def _deleted(edited: Edited, asked: Asked) -> Iterator[Verdict]:
    paths = [change.path for change in edited.changes if change.kind == "deleted"]
    if asked.any_gone or (not asked.gone and removes_files(edited.signals)):
        return
    paths = [path for path in paths if PurePosixPath(path).name not in _PLACEHOLDERS]
    if lost := _without(paths, asked.gone):
        yield _verdict("core.deleted", Status.FAIL, "deleted, which the request does not ask for", lost)


def _emptied(edited: Edited, asked: Asked) -> Iterator[Verdict]:
    changed = [change for change in edited.changes if change.kind == "changed"]
    if asked.any_cut:
        return
    empty = [change.path for change in changed if change.lines[0] and not change.lines[1]]
    if lost := _without(empty, asked.cut):
        yield _verdict("core.emptied", Status.FAIL, "emptied, which the request does not ask for", lost)
    if not edited.mechanical:
        return
    most = [change.path for change in changed if change.path not in empty and _lost_most(change)]
    if lost := _without(most, asked.cut):
        yield _verdict("core.emptied", Status.FAIL, "lost most of its text, for a small edit", lost)


def _lost_most(change: FileChange) -> bool:
    (old_lines, new_lines), (old_bytes, new_bytes) = change.lines, change.bytes
    return old_lines >= _LONG_LINES and new_lines < _LEFT * old_lines and new_bytes < _LEFT * old_bytes


def _beside(edited: Edited, asked: Asked) -> Iterator[Verdict]:
    scope = scope_of(edited.request)
    paths = [change.path for change in edited.changes if change.kind != "deleted"]
    if not scope.sure or not scope.files or asked.spreads or not any(meant_by(n, paths) for n in scope.files):
        return
    text = edited.request.text.lower()
    mentioned = (*scope.files, *(match[0] for match in PATH.finditer(text)))
    if not (others := _without(paths, mentioned)):
        return
    what = "changed beside what the request names"
    strange = [path for path in others if not _is_companion(path, edited, scope.files)]
    if strange and edited.mechanical and edited.lowest and len(scope.files) == 1:
        yield _verdict("core.scope", Status.FAIL, what, strange)
    else:
        yield _verdict("core.scope", Status.NOT_APPLICABLE, what, others)


def _is_companion(path: str, edited: Edited, names: Iterable[str]) -> bool:
    added = any(change.path == path and change.kind == "added" for change in edited.changes)
    if added or _COMPANION.search(path) or edited.folder is None:
        return True
    stems = [PurePosixPath(name).name.partition(".")[0] for name in names]
    stems = [stem for stem in stems if len(stem) >= _SHORTEST_STEM]
    try:
        with (edited.folder / path).open("rb") as file:
            text = file.read(_READ_BYTES).decode(errors="replace").lower()
    except OSError:  # a link to nowhere: it mentions nothing
        return False
    return any(re.search(rf"(?<!\w){re.escape(stem)}(?!\w)", text) for stem in stems)


def _without(paths: Iterable[str], names: Iterable[str]) -> list[str]:
    """Return the paths that none of the names means."""
    paths = list(paths)
    meant = {path for name in names for path in meant_by(name, paths)}
    return [path for path in paths if path not in meant]


def _verdict(check: str, status: Status, what: str, paths: Sequence[str]) -> Verdict:
    more = len(paths) - _NAMED
    shown = ", ".join(paths[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    findings = tuple(Finding(rule=check, message=what, path=path) for path in paths)
    return Verdict(check=check, status=status, reason=f"{what}: {shown}", findings=findings)
