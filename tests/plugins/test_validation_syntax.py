"""A changed file that no longer parses fails; one that never did, or cannot be checked, does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ccrouter_core.models import Status, Verdict
from ccrouter_plugins.validation import ResultValidator

NODE = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


def judged(folder: Path, *changed: str, origin: Path | None = None) -> Verdict:
    """Return the verdict of the syntax check."""
    (verdict,) = ResultValidator().validate("", ["syntax"], folder=folder, changed=changed, origin=origin)
    return verdict


GOOD = {
    "a.py": "def f(x: int) -> int:\n    return x\n",
    "latin.py": "# -*- coding: latin-1 -*-\nx = 'é'\n",
    "a.json": '{"a": [1, 2]}',
    "bom.json": '\ufeff{"a": 1}',
    "a.jsonl": '{"a": 1}\n\n{"b": 2}\n',
    "a.toml": "[a]\nb = 1\n",
    "a.yaml": "a: !Ref b\n---\nc: [1, 2]\n",
    "a.sh": "#!/bin/sh\nif true; then echo x; fi\n",
    "tool": "#!/usr/bin/env bash\necho x\n",
    "a.tex": "\\begin{document}% } \\end{x}\n\\{ \\verb|{| \\begin{verbatim} } \\end{verbatim} {x} \\\\% {\n\\end{document}\n",
    "a.ipynb": '{"cells": []}',
}
BAD = {
    "a.py": ("def f(:\n", 1),
    "b.py": ("x = 1\n  y = 2\n", 2),
    "nul.py": ("x = '\0'\n", None),
    "a.json": ('{"a": 1,\n"b"}', 2),
    "x'));import os;((.json": ("{", 1),
    "a.jsonl": ('{"a": 1}\n{"b": \n', 2),
    "a.toml": ("[a\nb = 1\n", 1),
    "a.yaml": ("a: [1\nb: 2\n", 2),
    "a.sh": ("if true; then echo x\n", 2),
    "tool": ("#!/bin/bash\nfor\n", 2),
    "brace.tex": ("one {\ntwo\n", 1),
    "extra.tex": ("one\n}\n", 2),
    "environment.tex": ("\\begin{a}\n\\end{b}\n", 2),
    "open.tex": ("\\begin{a}\ntext\n", 1),
    "crossed.tex": ("\\begin{a}{\\end{a}\n", 1),
    "a.ipynb": ("{", 1),
}


@pytest.mark.parametrize("name", GOOD)
def test_files_that_parse_pass(tmp_path: Path, name: str) -> None:
    """Each format by its own parser."""
    (tmp_path / name).write_bytes(GOOD[name].encode("latin-1" if name == "latin.py" else "utf-8"))
    assert judged(tmp_path, name).status is Status.PASS


@pytest.mark.parametrize("name", BAD)
def test_files_that_do_not_parse_fail(tmp_path: Path, name: str) -> None:
    """The finding names file and line; no tier is skipped, for it is a slip."""
    text, line = BAD[name]
    (tmp_path / name).write_text(text)
    verdict = judged(tmp_path, name)
    assert (verdict.status, verdict.skips_tier) == (Status.FAIL, False)
    assert verdict.findings[0].path == name
    assert line is None or verdict.findings[0].line == line


@NODE
def test_javascript_is_checked_by_node(tmp_path: Path) -> None:
    """Scripts and modules parse or fail; what this node cannot read is not judged."""
    (tmp_path / "a.js").write_text("const a = 1;\n")
    (tmp_path / "m.mjs").write_text("export const a = 1;\n")
    (tmp_path / "b.js").write_text("const a = ;\n")
    (tmp_path / "c.tsx").write_text("const a = <b/>;\n")
    assert judged(tmp_path, "a.js", "m.mjs").status is Status.PASS
    broken = judged(tmp_path, "a.js", "b.js")
    assert (broken.status, broken.findings[0].path, broken.findings[0].line) == (Status.FAIL, "b.js", 1)
    assert judged(tmp_path, "c.tsx").status is Status.CANNOT_RUN


def test_a_missing_checker_is_not_a_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without node nothing is known of JavaScript."""
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.js").write_text("const a = 1;\n")
    verdict = judged(tmp_path, "a.js")
    assert verdict.status is Status.CANNOT_RUN
    assert "node" in verdict.reason


def test_what_was_broken_before_is_not_held_against_the_work(tmp_path: Path) -> None:
    """Only new faults fail."""
    before, after = tmp_path / "before", tmp_path / "after"
    for folder in (before, after):
        folder.mkdir()
        (folder / "old.json").write_text("{")
        (folder / "new.json").write_text("{}")
    (after / "new.json").write_text("{")
    assert judged(after, "old.json", origin=before).status is Status.PASS
    assert judged(after, "old.json", "new.json", origin=before).findings[0].path == "new.json"


def test_templates_and_files_with_comments_are_not_misjudged(tmp_path: Path) -> None:
    """YAML with template marks is not YAML yet; some JSON files may hold comments."""
    (tmp_path / "chart.yaml").write_text("a: {{ .Values.b }}\n{{- if x }}\n")
    (tmp_path / "tsconfig.json").write_text("// comment\n{}")
    assert judged(tmp_path, "chart.yaml").status is Status.CANNOT_RUN
    assert judged(tmp_path, "tsconfig.json").status is Status.NOT_APPLICABLE


def test_other_files_do_not_apply(tmp_path: Path) -> None:
    """Formats without a checker, deleted files, links and paths outside the folder are passed over."""
    outside = tmp_path / "outside.json"
    outside.write_text("{")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.rb").write_text("def (")
    (folder / "link.json").symlink_to(outside)
    changed = ("a.rb", "gone.py", "link.json", "../outside.json", str(outside), "")
    assert judged(folder, *changed).status is Status.NOT_APPLICABLE
    assert ResultValidator().validate("", ["syntax"])[0].status is Status.CANNOT_RUN


@pytest.mark.parametrize(
    ("name", "text"),
    [("deep.json", "[" * 200_000), ("deep.py", "(" * 200_000), ("minus.py", "x = " + "-" * 200_000 + "1")],
)
def test_hostile_nesting_ends_in_a_verdict(tmp_path: Path, name: str, text: str) -> None:
    """A parser that gives up, or dies in its own process, takes nothing with it."""
    (tmp_path / name).write_text(text)
    assert judged(tmp_path, name).status in {Status.FAIL, Status.CANNOT_RUN}


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """Fifty megabytes are left unjudged, and said so."""
    with (tmp_path / "big.json").open("wb") as stream:
        stream.truncate(50 << 20)
    verdict = judged(tmp_path, "big.json")
    assert verdict.status is Status.CANNOT_RUN
    assert "larger" in verdict.reason
