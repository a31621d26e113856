"""Names of a package load on first use."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from ccrouter_core.lazy import loader

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a package with one module that defines `answer`."""
    folder = tmp_path / "lazy_sample"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from ccrouter_core.lazy import loader\n__getattr__ = loader(__name__, {'answer': 'deep'})\n"
    )
    (folder / "deep.py").write_text("answer = 42\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return "lazy_sample"


def test_a_name_is_imported_when_it_is_asked_for_and_kept(package: str) -> None:
    """Before that its module is not loaded; afterwards the package has the name itself."""
    module = __import__(package)
    assert f"{package}.deep" not in sys.modules
    assert module.answer == 42
    assert vars(module)["answer"] == 42


def test_another_name_is_an_attribute_error_that_names_the_package() -> None:
    """As for every module."""
    with pytest.raises(AttributeError, match="module 'json' has no attribute 'nothing'"):
        loader("json", {})("nothing")
