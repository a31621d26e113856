"""Laws of `config.edit`: one option changes, everything else in the file stays as it was written."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccrouter_core import config
from ccrouter_core._compat import tomllib
from ccrouter_core.errors import ConfigError, StoreError, UsageError

TEXT = """\
# my settings
[ccrouter]
budget_tokens = 10   # enough

[plugins.routing]    # rules
preference = "cheap"

[[tiers]]
name = "a"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with comments."""
    path = tmp_path / "config.toml"
    path.write_text(TEXT, "utf-8")
    return path


def test_a_value_changes_and_comments_stay(file: Path) -> None:
    """Only the value's own characters are different."""
    config.edit(file, "ccrouter.budget_tokens", 20)
    assert file.read_text("utf-8") == TEXT.replace("= 10 ", "= 20 ")
    assert Path(f"{file}.bak1").read_text("utf-8") == TEXT


def test_new_options_find_their_table(file: Path) -> None:
    """An option of a table that is not there yet creates the table."""
    config.edit(file, "plugins.routing.protected", ("a", "b"))
    config.edit(file, "plugins.cache.ttl_days", 3)
    config.edit(file, 'plugins.cache."odd key".deep', Path("x"))
    parsed = tomllib.loads(file.read_text("utf-8"))
    assert parsed["plugins"] == {
        "routing": {"preference": "cheap", "protected": ["a", "b"]},
        "cache": {"ttl_days": 3, "odd key": {"deep": "x"}},
    }
    assert "# my settings" in file.read_text("utf-8")


def test_none_takes_an_option_away(file: Path) -> None:
    """What is taken away falls back to its default; taking away nothing changes nothing."""
    config.edit(file, "ccrouter.budget_tokens", None)
    assert config.load(file, environ={}).budget_tokens == 50_000
    before = file.read_text("utf-8")
    config.edit(file, "plugins.absent.key", None)
    assert file.read_text("utf-8") == before


def test_a_missing_file_is_created_private(tmp_path: Path) -> None:
    """The first edit makes the folder and the file, for this user alone."""
    path = tmp_path / "new" / "config.toml"
    config.edit(path, "ccrouter.budget_tokens", 5)
    assert config.load(path, environ={}).budget_tokens == 5
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("key", "value", "error"),
    [
        ("ccrouter.budget_tokens", "many", ConfigError),
        ("ccrouter.budget_tokns", 1, ConfigError),
        ("budget", 1, ConfigError),
        ("not a key", 1, ConfigError),
        ("tiers.a", 1, UsageError),
        ("ccrouter.store", object(), UsageError),
        ("ccrouter.store", float("nan"), UsageError),
    ],
)
def test_an_edit_that_cannot_be_is_refused(file: Path, key: str, value: Any, error: type[Exception]) -> None:
    """The file stays as it was when the result would not be valid."""
    with pytest.raises(error):
        config.edit(file, key, value)
    assert file.read_text("utf-8") == TEXT


def test_a_broken_file_is_not_touched(file: Path) -> None:
    """What cannot be read is not rewritten."""
    file.write_text("[ccrouter\n", "utf-8")
    with pytest.raises(ConfigError, match=":1: not valid TOML"):
        config.edit(file, "ccrouter.budget_tokens", 1)
    assert file.read_text("utf-8") == "[ccrouter\n"


def test_a_link_is_not_written_through(file: Path, tmp_path: Path) -> None:
    """A symbolic link is refused and names its target."""
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    with pytest.raises(StoreError, match=str(file)):
        config.edit(link, "ccrouter.budget_tokens", 1)


VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.", min_size=1), inner, max_size=2)
    ),
    max_leaves=5,
)


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "b.c", "d.e"]), VALUES), max_size=4))
def test_any_sequence_of_edits_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, Any]]
) -> None:
    """After each edit the file holds the value, or the edit was refused and the file is as before."""
    path = tmp_path_factory.mktemp("edits") / "config.toml"
    path.write_text(TEXT, "utf-8")
    for key, value in edits:
        before = path.read_text("utf-8")
        try:
            config.edit(path, f"plugins.x.{key}", value)
        except UsageError:
            assert path.read_text("utf-8") == before
            continue
        held: Any = tomllib.loads(path.read_text("utf-8"))["plugins"]["x"]
        for part in key.split("."):
            held = held[part]
        assert held == value
        assert path.read_text("utf-8").startswith(TEXT[:40])
