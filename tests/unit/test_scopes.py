"""Which files a request wants changed: those it names for the work, not those it refers to."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccrouter_core.models import Request, Turn
from ccrouter_core.scopes import meant_by, scope_of

# Request | files to change | of them those that must be gone | whether nothing else can be meant.
CASES = """
fix the typo in README.md | readme.md | | yes
please fix the typo in README.md and update docs/guide.md | readme.md docs/guide.md | | yes
in templates/x.html correct the spelling of adress | templates/x.html | | yes
a.py: rename foo to bar | a.py | | yes
format a.py with black | a.py | | yes
sort the lines of data/words.txt | data/words.txt | | yes
change the port in config/app.yaml from 80 to 8080 | config/app.yaml | | yes
add a line to docs/guide.md saying hello | docs/guide.md | | yes
add a summary of a.py to README.md | readme.md | | yes
use the helper defined in b.py in a.py | a.py | | yes
convert tabs to 4 spaces in src/units.py | src/units.py | | yes
convert config.json to config.yaml | config.yaml | | yes
remove the unused imports from src/units.py | src/units.py | | yes
remove old.py from the Makefile | makefile | | yes
delete old.py | old.py | old.py | yes
rename a.py to b.py | a.py b.py | a.py | yes
mv a.py b.py | a.py b.py | a.py | yes
move a.py into src/ | a.py | a.py | yes
rename foo.py to bar.py in README.md | readme.md | | yes
move parse() from a.py to b.py | a.py b.py | | yes
refactor a.py like b.py | a.py | | yes
fix the bug in a.py | a.py | | no
fix the failing test in tests/test_a.py | tests/test_a.py | | no
write a test for src/a.py | | | no
implement what is described in spec.md | | | no
translate README.md to German | | | no
refactor the parser | | | no
"""
ROWS = [tuple(part.strip() for part in line.split("|")) for line in CASES.strip().splitlines()]


@pytest.mark.parametrize(("text", "files", "gone", "sure"), ROWS, ids=[row[0] for row in ROWS])
def test_the_files_of_a_request(text: str, files: str, gone: str, sure: str):
    """By what the words in front of a path make of it."""
    scope = scope_of(Request(text=text))
    assert (set(scope.files), set(scope.gone), scope.sure) == (
        set(files.split()),
        set(gone.split()),
        sure == "yes",
    )


def test_a_confirmation_stands_for_the_turn_before():
    """As it does for the question whether an edit is wanted."""
    earlier = Turn(text="fix the typo in README.md", tier="haiku")
    assert scope_of(Request(text="yes, do that", earlier=earlier)).files == ("readme.md",)


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("a.py", ("a.py", "src/a.py")),
        ("./src/a.py", ("src/a.py",)),
        ("src/", ("src/a.py",)),
        ("*.py", ("a.py", "src/a.py")),
        ("readme", ("docs/README.md",)),
        ("b.py", ()),
    ],
)
def test_a_name_means_files(name: str, paths: tuple[str, ...]):
    """A bare name in any folder, a folder for what is in it, a name without its ending."""
    assert meant_by(name, ("a.py", "src/a.py", "docs/README.md")) == paths


@given(st.text(min_size=1, max_size=200))
def test_every_text_has_a_scope(text: str):
    """Whatever is written."""
    if text.strip() and "\0" not in text:
        scope = scope_of(Request(text=text))
        assert set(scope.gone) <= set(scope.files)


@pytest.mark.parametrize("piece", ["fix a.py ", "in a.py ", "of ", "a.py, ", "move a.py to b.py and ", "x/"])
def test_reading_takes_linear_time(piece: str):
    """A hundred thousand letters of one pattern are read at once."""
    began = time.process_time()
    scope_of(Request(text=piece * (99_000 // len(piece))))
    assert time.process_time() - began < 1.0
