"""Whether a change took tests away: files of tests that are gone, and what may change how many tests there are."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ccrouter_core.models import Finding
from ccrouter_plugins.validation.subject import Subject, failed, not_applicable

if TYPE_CHECKING:
    from ccrouter_core.models import Verdict

_NAME = re.compile(
    r"test_.*\.py|.*_test\.(?:py|go|rb|exs|dart|c|cc|cpp)|.*[._-](?:test|tests|spec)\.(?:[cm]?[jt]sx?|vue)|.*_spec\.rb"
    r"|.*Tests?\.(?:java|kt|scala|cs|swift|php)|.*\.bats|.*\.t"
)
_FOLDERS = frozenset({"test", "tests", "spec", "specs", "__tests__", "testing"})
_CODE = frozenset(
    ".py .js .jsx .ts .tsx .mjs .cjs .go .rb .java .kt .rs .php .cs .swift .scala .ex .exs .c .cc .cpp .sh .pl .lua .dart".split()
)
_CHOOSING = frozenset({"conftest.py", "pytest.ini"})  # may leave tests out
_SETTINGS = re.compile(
    r"^\[(?:tool\.pytest|tool:pytest|pytest)[^\]]*\].*?(?=^\[(?!tool\.pytest)|\Z)", re.MULTILINE | re.DOTALL
)
_HOLDING = frozenset({"pyproject.toml", "setup.cfg", "tox.ini"})
_FEWER = re.compile(
    r"\b(?:remov|delet|drop|discard|prun|trim|merg|combin|consolidat|collaps|dedup|skip|disabl|parametri|replac|rewrit|reduc"
    r"|entfern|lösch|supprim|enlev|elimin|borr|quit)\w*\b[^.!?\n]{0,120}\btests?\b",
    re.IGNORECASE,
)


_DENIED = re.compile(
    r"(?:\bnot|n't|\bnever|\bwithout|\bno|\bohne|\bsans|\bsin)\s+(?:\w+\s+)?$", re.IGNORECASE
)


def is_test_file(name: str) -> bool:
    """Return whether a file holds tests, or helps them, by the names that test runners look for."""
    path = PurePosixPath(name)
    return _NAME.fullmatch(path.name) is not None or (
        path.suffix.lower() in _CODE and bool(_FOLDERS & {part.lower() for part in path.parts[:-1]})
    )


def asks_for_fewer(request: str) -> bool:
    """Return whether a request asks for tests to be taken away, put together or left out."""
    return any(not _DENIED.search(request[: match.start()]) for match in _FEWER.finditer(request))


def tests_kept(subject: Subject) -> Verdict:
    """FAIL for a file of tests that is gone, unless the request names it; one that moved to another folder is not gone."""
    if subject.folder is None:
        return not_applicable("tests_kept", "there is no folder to look in")
    there = {name for name in subject.changed if (subject.folder / name).exists()}
    moved = {PurePosixPath(name).name for name in there}
    gone = [name for name in subject.changed if name not in there and is_test_file(name)]
    missing = [
        name
        for name in gone
        if PurePosixPath(name).name not in moved and not _is_named(name, subject.request)
    ]
    if not missing or asks_for_fewer(subject.request):
        return not_applicable("tests_kept", "no file of tests is gone that should be there")
    findings = tuple(
        Finding(rule="tests.gone", message="a file of tests is gone", path=name) for name in missing
    )
    return failed("tests_kept", f"{missing[0]} is gone, which the request does not name", findings)


def may_hide_tests(subject: Subject) -> bool:
    """Return whether a change touches files of tests, or what chooses the tests that run."""
    return any(
        is_test_file(name) or PurePosixPath(name).name in _CHOOSING or _has_new_settings(subject, name)
        for name in subject.changed
    )


def _has_new_settings(subject: Subject, name: str) -> bool:
    if name not in _HOLDING or subject.folder is None or subject.origin is None:
        return False
    before, after = (_settings(folder / name) for folder in (subject.origin, subject.folder))
    return before != after


def _settings(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return ""
    return "".join(_SETTINGS.findall(path.read_text(errors="replace")))


def _is_named(name: str, request: str) -> bool:
    """Return whether a request names a file: by its name, without its ending too, or by a folder that it lies in."""
    path = PurePosixPath(name)
    folders = (f"{parent}/" for parent in path.parents if parent.name)
    return any(word.lower() in request.lower() for word in (path.name, path.stem, *folders))
