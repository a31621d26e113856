"""Errors say what, why and how to fix it, and survive a trip between processes."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import pytest

from ccrouter_core import errors
from ccrouter_core.errors import RouterError, StoreError, StoreLocked, suggest

ALL_ERRORS = [
    value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, RouterError)
]
EXIT_CODES = {
    "RouterError": 1,
    "ConfigError": 78,
    "PluginError": 78,
    "StoreError": 1,
    "StoreLocked": 5,
    "StoreDamaged": 1,
    "QuotaError": 75,
    "ExecutorError": 1,
    "UsageError": 2,
    "NotFound": 3,
}


def test_an_error_reads_as_three_lines() -> None:
    """The text is what, why and fix, a line each."""
    error = RouterError(what="no tier 'haikoo'", why="the ladder has haiku", fix="write haiku")
    assert str(error) == "no tier 'haikoo'\n  why: the ladder has haiku\n  fix: write haiku"


@pytest.mark.parametrize("kind", ALL_ERRORS)
def test_every_error_survives_pickling_and_copying(kind: type[RouterError]) -> None:
    """A worker process can hand its error to its parent whole."""
    error = kind(what="w", why="y", fix="f")
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301 - our own bytes
        assert type(twin) is kind
        assert (twin.what, twin.why, twin.fix, str(twin)) == ("w", "y", "f", str(error))


def test_exit_codes_are_the_contract() -> None:
    """Each error ends the command line with its documented code."""
    assert {kind.__name__: kind.exit_code for kind in ALL_ERRORS} == EXIT_CODES


@pytest.mark.parametrize("kind", ALL_ERRORS)
def test_every_error_documents_its_remedy(kind: type[RouterError]) -> None:
    """The reference is generated from these docstrings."""
    assert "Remedy:" in (kind.__doc__ or "")


def test_a_lock_is_a_store_error() -> None:
    """Who catches StoreError catches a lock too."""
    assert issubclass(StoreLocked, StoreError)


@pytest.mark.parametrize(
    ("name", "answer"),
    [("destructve", "Did you mean destructive?"), ("TIER", "Did you mean tier?"), ("zzz", "")],
)
def test_suggest_names_the_nearest_or_nothing(name: str, answer: str) -> None:
    """A misspelling finds its word, a stranger finds none."""
    assert suggest(name, ["destructive", "tier"]) == answer


def test_importing_errors_costs_no_other_module() -> None:
    """Client hooks import this module on every prompt."""
    code = (
        "import sys, __future__, ccrouter_core; before = set(sys.modules); import ccrouter_core.errors;"
        "print(sorted(set(sys.modules) - before - {'ccrouter_core.errors'}))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
