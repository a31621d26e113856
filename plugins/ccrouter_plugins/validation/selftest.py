"""A quick look at whether the checks judge rightly on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.models import Check, Status
from ccrouter_plugins.validation.engine import ResultValidator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ANSWERS = (
    ("42", Status.PASS),
    ("Done.", Status.FAIL),
    ("I'm sorry, but I can't help with that.", Status.FAIL),
)
_FILES = (
    ("good.json", "{}", Status.PASS),
    ("bad.json", "{", Status.FAIL),
    ("bad.py", "def f(:\n", Status.FAIL),
)


def checks(folder: Path) -> Iterator[Check]:
    """Yield a check per example; `folder` is written to."""
    validator = ResultValidator()
    for text, wanted in _ANSWERS:
        (verdict,) = validator.validate(text, ["not_degenerate"])
        yield _check(f"answer {text!r}", verdict.status, wanted)
    for name, content, wanted in _FILES:
        (folder / name).write_text(content)
        (verdict,) = validator.validate("", ["syntax"], folder=folder, changed=[name])
        yield _check(name, verdict.status, wanted)
    (folder / "test_sum.py").write_text(
        "import unittest\n\nclass T(unittest.TestCase):\n    def test_one(self):\n        pass\n"
    )
    (verdict,) = validator.validate("", ["tests"], folder=folder)
    yield _check("tests run", verdict.status, Status.PASS, verdict.reason)


def _check(name: str, found: Status, wanted: Status, reason: str = "") -> Check:
    good = found is wanted
    return Check(
        name=f"validation.{name}",
        passed=good,
        reason="" if good else f"judged {found}, not {wanted}: {reason}",
        fix=""
        if good
        else "install pytest for the project's Python, or set [plugins.validation] run_tests = false",
    )
