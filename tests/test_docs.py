"""The documentation is true: references are fresh, and every block of code runs."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from ccrouter_core import config

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    page for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")] if "examples" not in page.parts
)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
RUN_FOR_REAL = {"route", "plugins", "config", "doctor"}  # the others need a client, an id or a person


def blocks(language: str):
    """Return (page and number, text) of each block of a language outside the generated reference."""
    return [
        pytest.param(text, id=f"{page.relative_to(ROOT)}:{number}")
        for page in PAGES
        if "reference" not in page.parts
        for number, (found, text) in enumerate(BLOCK.findall(page.read_text("utf-8")))
        if found == language
    ]


@pytest.fixture
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder with a state folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CCROUTER_HOME", str(tmp_path / "home"))
    return tmp_path


def test_the_reference_is_fresh():
    """A hook, option, command or error that changed or has no text fails here: run `python docs/reference.py`."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.stale() == []


@pytest.mark.parametrize("text", blocks("python"))
def test_python_blocks_run(apart: Path, text: str):
    """Each block is a whole program."""
    (apart / "block.py").write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "block.py"], cwd=apart, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("text", blocks("toml"))
def test_toml_blocks_load(apart: Path, text: str):
    """Each block is a configuration without faults."""
    (apart / "block.toml").write_text(text, "utf-8")
    assert config.load(apart / "block.toml").plugins


@pytest.mark.parametrize("text", blocks("console"))
def test_console_blocks_run(apart: Path, text: str):
    """The commands that need neither client nor id end as they should."""
    program = Path(sys.executable).parent / "ccrouter"
    for line in text.splitlines():
        words = shlex.split(line.removeprefix("$ "), comments=True)
        if (
            line.startswith("$ ccrouter")
            and words[1] in RUN_FOR_REAL
            and "ID" not in words
            and "sql" not in words
        ):
            done = subprocess.run(
                [program, *words[1:]], cwd=apart, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (line, done.stderr)
