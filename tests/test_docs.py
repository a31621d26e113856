"""The documentation is true: references are fresh, and every block of code runs."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from ccrouter_core import config

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    page for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")] if "examples" not in page.parts
)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
DOCSTRING_TOML = re.compile(r"^ *```toml\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
DOCSTRING_PYTHON = re.compile(r"^ *```python\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
GUARDS = {
    "ccrouter_domain",
    "ccrouter_signals",
    "ccrouter_admit",
    "ccrouter_validate",
    "ccrouter_cache_guard",
}
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


@pytest.mark.parametrize("text", blocks("python"))
def test_python_blocks_run(apart: Path, text: str):
    """Each block is a whole program."""
    (apart / "block.py").write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "block.py"], cwd=apart, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def settings_blocks():
    """Return the TOML blocks of the pages, and those in the documentation of classes and modules."""
    sources = [
        path for folder in ("ccrouter_core", "plugins", "domains") for path in (ROOT / folder).rglob("*.py")
    ]
    found = [
        pytest.param(textwrap.dedent(text), id=f"{path.relative_to(ROOT)}:{number}")
        for path in sorted(sources)
        for number, text in enumerate(DOCSTRING_TOML.findall(path.read_text("utf-8")))
    ]
    return [*blocks("toml"), *found]


@pytest.mark.parametrize("text", settings_blocks())
def test_toml_blocks_run(apart: Path, text: str):
    """Each block is a whole configuration: valid, and a request runs on every tier that it sets up.

    Programs that its executors name are played by one that answers any prompt; of the clients of services only the
    plan is asked for.
    """
    (apart / "README.md").write_text("It says hello.\n")
    (apart / "block.toml").write_text(text, "utf-8")
    checked = called(apart, "config", "validate", "--json")
    assert checked["valid"], checked
    settings = config.load(apart / "block.toml")
    templates = settings.plugins.get("command", {}).get("executors", {})
    (apart / "bin").mkdir()
    for template in templates.values():
        program = apart / "bin" / template["argv"][0]
        program.write_text(f"#!{sys.executable}\n{ANSWERS}")
        program.chmod(0o755)
    written = [tier for tier in settings.ladder if "tiers" in settings.origins]
    for tier in written or [settings.ladder.lowest]:
        recorded = tier.executor == "replay"
        runs = settings.plugins["replay"]["executor"] if recorded else tier.executor
        how = () if runs in templates else ("--dry-run",)
        asked = ("run", *how, "--json", "--tier", tier.name, "explain what README.md says")
        answer = called(apart, *asked)
        assert answer["tier"] == tier.name
        if not how:
            assert answer["text"] == "It says hello, in one line."
            assert answer["answered_by"] == tier.name
        if recorded:  # the same again, from the file alone
            (apart / "bin" / templates[runs]["argv"][0]).unlink()
            assert called(apart, "--set", "plugins.replay.mode=replay", *asked)["text"] == answer["text"]


ANSWERS = """
import json, os, sys
given = [word for word in sys.argv[1:] if os.path.isfile(word)]
prompt = open(given[0]).read() if given else sys.stdin.read()
assert "README.md" in prompt, prompt
text = "It says hello, in one line."
answer = {"choices": [{"message": {"content": text}}], "usage": {"prompt_tokens": 9, "completion_tokens": 7}}
print(json.dumps(answer) if "--json" in sys.argv else text)
"""


def called(folder: Path, *arguments: str) -> dict[str, Any]:
    """Return what `ccrouter ARGUMENTS` prints as JSON with the configuration of the folder's block."""
    program = Path(sys.executable).parent / "ccrouter"
    done = subprocess.run(
        [program, "--config", "block.toml", *arguments],
        cwd=folder,
        env={**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def taught_plugins():
    """Return (where, class) of each plugin that pages, docstrings and examples show."""
    sources = [
        path for folder in ("ccrouter_core", "plugins", "domains") for path in (ROOT / folder).rglob("*.py")
    ]
    texts = [(block.id, block.values[0]) for block in blocks("python")]
    texts += [
        (f"{path.relative_to(ROOT)}:{number}", textwrap.dedent(text))
        for path in sorted(sources)
        for number, text in enumerate(DOCSTRING_PYTHON.findall(path.read_text("utf-8")))
    ]
    examples = sorted((ROOT / "docs/examples").rglob("ccrouter_*.py"))
    texts += [(str(path.relative_to(ROOT)), path.read_text("utf-8")) for path in examples]
    return [
        pytest.param(node, id=f"{where}:{node.name}")
        for where, text in texts
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef) and any("plugin" in ast.unparse(one) for one in node.decorator_list)
    ]


@pytest.mark.parametrize("shown", taught_plugins())
def test_a_taught_guard_cannot_be_lowered_by_a_project(shown: ast.ClassDef):
    """Every option that a guard of an example reads is `user_only`: readers copy what they see."""
    options = {
        field.target.id: ast.unparse(field.value or ast.Constant(None))
        for field in shown.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    }
    for method in shown.body:
        if isinstance(method, ast.FunctionDef) and method.name in GUARDS:
            read = {node.attr for node in ast.walk(method) if isinstance(node, ast.Attribute)} & set(options)
            assert all("user_only=True" in options[name] for name in read), (method.name, read)


def test_there_are_taught_guards():
    """The rule above speaks of something."""
    assert len(taught_plugins()) >= 4


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
