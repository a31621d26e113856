"""What a project consists of: one bounded scan that all domains read their markers from."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from attrs import Factory, frozen

from ccrouter_core.models import DomainMatch, Request

SKIPPED = frozenset(
    {".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", "site-packages", ".tox"}
)
MAX_ENTRIES = 20_000
MAX_DEPTH = 6
_MEMORY_S = 5  # a scan is remembered this long; a folder that changes is looked at again soon enough


@frozen(kw_only=True)
class Project:
    """The names and suffixes below a folder. Weights fall by half with each level of depth."""

    root: str
    names: Mapping[str, float] = Factory(dict)  # file or folder name -> weight
    suffixes: Mapping[str, float] = Factory(dict)  # ".py" -> sum of weights


@frozen(kw_only=True)
class Markers:
    """What shows that a project or a request belongs to a domain."""

    domain: str
    suffixes: tuple[str, ...]  # of the files it works on
    names: tuple[str, ...] = ()  # files or folders that only such projects have
    words: tuple[str, ...] = ()  # lower-case words of requests


def scan(root: Path) -> Project:
    """Return what lies below `root`: at most 20,000 entries, six levels deep, no links followed.

    Folders that hold installed or generated things are skipped; an unreadable folder counts as empty.
    """
    return _scan(str(root), int(time.monotonic()) // _MEMORY_S)


@lru_cache(maxsize=16)
def _scan(root: str, _moment: int) -> Project:
    names: dict[str, float] = {}
    suffixes: dict[str, float] = {}
    folders = deque([(root, 0)])
    seen = 0
    while folders and seen < MAX_ENTRIES:
        folder, depth = folders.popleft()
        weight = 0.5**depth
        for entry in _entries(folder):
            seen += 1
            names[entry.name] = max(names.get(entry.name, 0.0), weight)
            if entry.is_dir(follow_symlinks=False):
                if depth < MAX_DEPTH and entry.name not in SKIPPED:
                    folders.append((entry.path, depth + 1))
            else:
                suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122 - thousands of entries
                suffixes[suffix] = suffixes.get(suffix, 0.0) + weight
    return Project(root=root, names=names, suffixes=suffixes)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []  # unreadable or gone: nothing is known of it


def match(markers: Markers, request: Request) -> DomainMatch | None:
    """Return how sure the domain is of a request: by the files it names, its words, then the project's content.

    A request answers for itself in a mixed project: the files that it names count most (0.95), then its words
    (up to 0.85), then what the project consists of (up to 0.7).
    """
    named = tuple(name for name in _named_files(request) if name.lower().endswith(markers.suffixes))
    if named:
        return DomainMatch(domain=markers.domain, confidence=0.95, root=request.cwd, evidence=named)
    if any(_named_files(request)):
        return None  # it names files, of other kinds
    words = _words(request.text) & set(markers.words)
    content = project_confidence(markers, scan(Path(request.cwd))) if request.cwd else 0.0
    confidence = max(min(0.85, 0.6 + 0.1 * len(words)) if words else 0.0, content)
    if confidence < 0.3:  # noqa: PLR2004 - less than one marker near the root
        return None
    evidence = (*sorted(words), *_markers_found(markers, request))
    return DomainMatch(domain=markers.domain, confidence=confidence, root=request.cwd, evidence=evidence)


def project_confidence(markers: Markers, project: Project) -> float:
    """Return 0..0.7: the share of the project's weight that is of this domain, and its marker files."""
    total = sum(weight for suffix, weight in project.suffixes.items() if suffix)
    own = sum(project.suffixes.get(suffix, 0.0) for suffix in markers.suffixes)
    marker = max((project.names.get(name, 0.0) for name in markers.names), default=0.0)
    share = own / total if total else 0.0
    return min(0.7, 0.5 * share + 0.4 * marker) if own or marker else 0.0


def _markers_found(markers: Markers, request: Request) -> tuple[str, ...]:
    if not request.cwd:
        return ()
    project = scan(Path(request.cwd))
    names = tuple(name for name in markers.names if name in project.names)
    return (*names, *(f"*{suffix}" for suffix in markers.suffixes if suffix in project.suffixes))


def _named_files(request: Request) -> Iterable[str]:
    """Return the files a request names, by field or by words that end like a file name."""
    words = (word.strip("\"'`()[]{}<>,;:!?").rstrip(".") for word in request.text.split())
    return (*request.files, *(word for word in words if _like_a_file(word)))


def _like_a_file(word: str) -> bool:
    stem, dot, suffix = word.rpartition(".")
    return bool(dot and stem and suffix.isalnum() and not suffix.isdigit() and len(suffix) <= 8)  # noqa: PLR2004


def _words(text: str) -> set[str]:
    return {word.strip("\"'`()[]{}<>,;:!?.").lower() for word in text.split()}
