"""The newer names work on every supported Python and cost nothing until used."""

from __future__ import annotations

import enum
import subprocess
import sys

import pytest

from ccrouter_core import _compat


def test_importing_compat_loads_nothing_else() -> None:
    """Hot paths may import it freely."""
    code = (
        "import sys, __future__, ccrouter_core; before = set(sys.modules); import ccrouter_core._compat;"
        "print(sorted(set(sys.modules) - before - {'ccrouter_core._compat'}))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_every_promised_name_is_there() -> None:
    """TOML, entry points and the typing marks are usable."""
    assert _compat.tomllib.loads("a = 1") == {"a": 1}
    assert "pytest11" in {point.group for point in _compat.entry_points()}
    assert _compat.metadata.version("pytest")
    assert _compat.Self is not None
    marked = type("Marked", (), {})
    assert _compat.dataclass_transform()(marked) is marked


def test_override_marks_and_returns_the_method() -> None:
    """The shim does what typing.override does."""

    def method() -> None: ...

    assert _compat.override(method) is method
    assert getattr(method, "__override__", False) is True
    assert _compat._override(len) is len


@pytest.mark.parametrize("base", [_compat.StrEnum, _compat._str_enum()])
def test_string_enums_print_as_their_value(base: type) -> None:
    """A member is its own string, and `auto` is the lower-case name."""
    kind = base("Kind", {"RED": enum.auto(), "BLUE": "b"})
    assert (str(kind.RED), f"{kind.BLUE}", kind("red") is kind.RED, kind.BLUE == "b") == (
        "red",
        "b",
        True,
        True,
    )


def test_an_unknown_name_is_an_attribute_error() -> None:
    """The module does not pretend to have what it lacks."""
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _compat.nothing  # noqa: B018 - the access is the test
