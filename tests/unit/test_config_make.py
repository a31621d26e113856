"""Laws of `config.make`: tables become plugins strictly, and a project's file may not set what is user-only."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from attrs import field, frozen
from attrs.validators import ge, in_
from hypothesis import example, given
from hypothesis import strategies as st

from ccrouter_core import config
from ccrouter_core.errors import ConfigError, PluginError
from ccrouter_core.plugin import option, plugin
from ccrouter_core.settings import Origin, Settings

if TYPE_CHECKING:
    from ccrouter_core.services import Store  # noqa: TC004 - its name must be unknown at run time


class Preference(str, enum.Enum):
    """Words that stand for themselves."""

    CHEAP = "cheap"
    QUALITY = "quality"


class Level(enum.Enum):
    """Numbers with names."""

    LOW = 1
    HIGH = 2


@frozen(kw_only=True)
class Gate:
    """A record inside an option."""

    name: str
    command: tuple[str, ...] = option((), user_only=True)
    timeout_s: float = option(60.0, validator=ge(0))


@plugin
class Sample:
    """A plugin with an option of every kind."""

    flag: bool = False
    count: int = option(3, help="how many", validator=ge(1))
    share: float = 0.5
    text: str = "a"
    path: Path = Path("x")
    words: tuple[str, ...] = ("a",)
    pair: tuple[str, int] = ("a", 1)
    names: frozenset[str] = frozenset()
    items: list[int] = option(factory=list)
    preference: Preference = Preference.CHEAP
    level: Level = Level.LOW
    mode: Literal["on", "off", 1] = "on"
    choice: str = option("x", validator=in_(["x", "y"]))
    maybe: int | None = None
    either: int | tuple[str, ...] = 1
    table: Mapping[str, int] = option(factory=dict)
    anything: Any = None
    when: datetime = datetime(2026, 1, 1, tzinfo=timezone.utc)
    day: date = date(2026, 1, 1)
    gate: Gate = Gate(name="default", timeout_s=5.0)
    gates: tuple[Gate, ...] = ()
    by_name: Mapping[str, Gate] = option(factory=dict)
    executable: str = option("tool", user_only=True)
    callback: Callable[[], None] | None = None
    store: Store | None = None
    _private: int = 7
    state: int = field(init=False, default=0)


def settings(table: Mapping[str, Any], *, trusted: bool = True) -> Settings:
    """Return settings with one table, as from the user's file or a project's."""
    origin = Origin(source="here", trusted=trusted)
    origins = {f"plugins.sample.{key}": origin for key in table}
    return Settings(plugins={"sample": table}, origins=origins)


def make(table: Mapping[str, Any]) -> Sample:
    """Make the sample plugin from a table of the user's file."""
    return config.make(Sample, "sample", settings(table))


def faults(table: Mapping[str, Any], *, trusted: bool = True) -> list[str]:
    """Return the faults of a table, one a line."""
    with pytest.raises(ConfigError) as caught:
        config.make(Sample, "sample", settings(table, trusted=trusted))
    return [line.strip().removeprefix("here: ") for line in caught.value.why.splitlines()]


def test_no_table_means_defaults() -> None:
    """A plugin without a table has its defaults."""
    assert config.make(Sample, "sample", Settings()).count == 3


ACCEPTED: tuple[tuple[str, Any, Any], ...] = (
    ("flag", True, True),
    ("count", 4, 4),
    ("share", 1, 1.0),
    ("text", "b", "b"),
    ("path", "b/c", Path("b/c")),
    ("words", ["b", "c"], ("b", "c")),
    ("words", [], ()),
    ("pair", ["b", 2], ("b", 2)),
    ("names", ["b"], frozenset({"b"})),
    ("items", [1, 2], [1, 2]),
    ("preference", "quality", Preference.QUALITY),
    ("level", 2, Level.HIGH),
    ("mode", 1, 1),
    ("choice", "y", "y"),
    ("maybe", 1, 1),
    ("either", 2, 2),
    ("either", ["a"], ("a",)),
    ("table", {"a": 1}, {"a": 1}),
    ("anything", [1, "a"], [1, "a"]),
    ("when", datetime(2027, 1, 1, tzinfo=timezone.utc), datetime(2027, 1, 1, tzinfo=timezone.utc)),
    ("day", date(2027, 1, 1), date(2027, 1, 1)),
    ("gates", [{"name": "g", "command": ["a"]}], (Gate(name="g", command=("a",)),)),
    ("by_name", {"g": {"name": "g"}}, {"g": Gate(name="g")}),
)


@pytest.mark.parametrize(("key", "value", "expected"), ACCEPTED)
def test_values_of_the_right_type_are_taken(key: str, value: Any, expected: Any) -> None:
    """TOML's value becomes the option's type: arrays become tuples, words become enums and paths."""
    found = getattr(make({key: value}), key)
    assert found == expected
    assert type(found) is type(expected)


REFUSED: tuple[tuple[str, Any, str], ...] = (
    ("flag", 1, "must be true or false, not 1"),
    ("count", 1.5, "must be a whole number, not 1.5"),
    ("count", True, "must be a whole number, not true"),
    ("count", "1", 'must be a whole number, not the string "1"'),
    ("count", 0, "must be >= 1: 0"),
    ("count", 2**63, "must fit in 64 bits"),
    ("share", True, "must be a number, not true"),
    ("share", float("nan"), "must be a finite number"),
    ("share", 10**400, "must fit in 64 bits"),
    ("text", 1, "must be a string, not 1"),
    ("text", "a\0", "must not hold a NUL character"),
    ("path", 1, "must be a path, not 1"),
    ("words", "rm", 'must be an array of strings, not the string "rm"'),
    ("words", {"a": 1}, "must be an array of strings, not a table"),
    ("pair", ["a"], "must have 2 entries, not 1"),
    ("preference", "chaep", 'must be one of cheap, quality, not the string "chaep". Did you mean cheap?'),
    ("preference", 1, "must be one of cheap, quality, not 1"),
    ("level", True, "must be one of 1, 2, not true"),
    ("mode", True, "must be one of on, off, 1, not true"),
    ("mode", 1.0, "must be one of on, off, 1, not 1.0"),
    ("maybe", "a", 'must be a whole number, not the string "a"'),
    ("either", "a", 'must be a whole number or an array of strings, not the string "a"'),
    ("table", [1], "must be a table, not an array"),
    ("when", datetime(2027, 1, 1), "must be a date and time with offset, not 2027-01-01 00:00:00"),  # noqa: DTZ001
    ("day", datetime(2027, 1, 1), "must be a date, not 2027-01-01 00:00:00"),  # noqa: DTZ001
    ("gate", 1, "must be a table, not 1"),
    ("callback", "f", "can only be set from Python"),
    ("store", "f", "can only be set from Python"),
    ("private", 1, "no such option."),
    ("state", 1, "no such option. Did you mean gate?"),
    ("cuont", 1, "no such option. Did you mean count?"),
)


@pytest.mark.parametrize(("key", "value", "problem"), REFUSED)
def test_values_of_another_type_are_refused(key: str, value: Any, problem: str) -> None:
    """Nothing is converted silently, and the words say what was expected and what was found."""
    assert faults({key: value}) == [f"`[plugins.sample] {key}`: {problem}"]


@pytest.mark.parametrize(
    ("table", "place", "problem"),
    [
        ({"words": ["a", 1]}, "words #2", "must be a string, not 1"),
        ({"table": {"a": "b"}}, "table.a", 'must be a whole number, not the string "b"'),
        ({"gate": {"timeout_s": -1}}, "gate.timeout_s", "must be >= 0: -1.0"),
        ({"gates": [{"name": "a"}, {"nam": "b"}]}, "gates #2 nam", "no such option. Did you mean name?"),
        ({"gates": [{"name": "a"}, {}]}, "gates #2 name", "is missing"),
        ({"by_name": {"a.b": {"name": 1}}}, 'by_name."a.b".name', "must be a string, not 1"),
    ],
)
def test_faults_inside_a_value_name_their_place(table: dict[str, Any], place: str, problem: str) -> None:
    """Entries of arrays are counted from 1, keys of tables are dotted."""
    assert f"`[plugins.sample] {place}`: {problem}" in faults(table)


def test_all_faults_of_a_table_come_together() -> None:
    """Wrong types, unknown names and what validators refuse are in one error."""
    assert len(faults({"flag": 1, "text": 2, "zzz": 3})) == 3
    assert len(faults({"count": 0, "choice": "z", "flag": True})) == 2


def test_a_table_over_a_default_record_keeps_the_rest_of_it() -> None:
    """Tables merge with the default too: what is not set keeps the value of the default record."""
    assert make({"gate": {"command": ["a"]}}).gate == Gate(name="default", timeout_s=5.0, command=("a",))


@pytest.mark.parametrize(
    ("table", "place"),
    [
        ({"executable": "evil"}, "executable"),
        ({"gate": {"command": ["evil"]}}, "gate.command"),
        ({"gates": [{"name": "a"}, {"name": "b", "command": ["evil"]}]}, "gates #2 command"),
        ({"by_name": {"g": {"name": "b", "command": ["evil"]}}}, "by_name.g.command"),
    ],
)
def test_a_project_may_not_set_what_is_user_only(table: dict[str, Any], place: str) -> None:
    """A user-only option is refused from a project's file wherever it stands, and accepted from the user's."""
    (found,) = faults(table, trusted=False)
    assert found.startswith(f"`[plugins.sample] {place}`: is not accepted from a project's file")
    make(table)


def test_a_project_may_set_what_is_not_user_only() -> None:
    """Ordinary options of a project's file count."""
    table = {"count": 5, "gate": {"timeout_s": 1.0}, "gates": [{"name": "a"}]}
    made = config.make(Sample, "sample", settings(table, trusted=False))
    assert (made.count, made.gate.timeout_s) == (5, 1.0)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[ccrouter]\nstore = "sqlite:/evil"', "[ccrouter] store"),
        ('[ccrouter]\ndisable = ["validation"]', "[ccrouter] disable"),
        ("[ccrouter]\nretention_days = 1", "[ccrouter] retention_days"),
        ('[[tiers]]\nname = "haiku"\nrank = 9', "[tiers]"),
    ],
)
def test_a_project_may_not_move_data_drop_guards_or_change_tiers(
    tmp_path: Path, text: str, place: str
) -> None:
    """Core's user-only options are refused in a project's file, and accepted in the user's."""
    file = tmp_path / "ccrouter.toml"
    file.write_text(text, "utf-8")
    environ = {"CCROUTER_HOME": str(tmp_path / "home")}
    with pytest.raises(ConfigError) as caught:
        config.load(cwd=tmp_path, environ=environ)
    assert f"{file}:" in caught.value.why
    assert f"`{place}`: is not accepted from a project's file" in caught.value.why
    config.load(file, environ=environ)


def test_a_project_cannot_hide_behind_the_user(tmp_path: Path) -> None:
    """A key that the project adds to a user-only table of the user is refused."""
    user, theirs = tmp_path / "config.toml", tmp_path / "work" / "ccrouter.toml"
    theirs.parent.mkdir()
    user.write_text('[plugins.sample.gate]\ncommand = ["a"]\ntimeout_s = 1.0\n', "utf-8")
    theirs.write_text('[plugins.sample.gate]\ncommand = ["evil"]\n', "utf-8")
    loaded = config.load(cwd=theirs.parent, environ={"CCROUTER_HOME": str(tmp_path)})
    with pytest.raises(ConfigError, match=r"gate\.command"):
        config.make(Sample, "sample", loaded)


def test_a_plugin_that_fails_with_its_defaults_is_named() -> None:
    """A constructor that raises is an error of the plugin, not of the configuration."""

    @plugin
    class Broken:
        """Fails."""

        def __attrs_post_init__(self) -> None:
            raise OSError("no disk")

    with pytest.raises(PluginError, match="'broken' cannot be made"):
        config.make(Broken, "broken", Settings())
    with pytest.raises(ConfigError, match=r"`\[plugins.broken\] a`: no such option"):
        config.make(Broken, "broken", Settings(plugins={"broken": {"a": 1}}))


def test_a_required_option_must_be_set() -> None:
    """An option without a default is missed by name: a fault of its table, or the plugin's when there is none."""

    @plugin
    class Needy:
        """Needs a key."""

        key: str

    with pytest.raises(ConfigError, match=r"`\[plugins.needy\] key`: is missing"):
        config.make(Needy, "needy", Settings(plugins={"needy": {}}))
    with pytest.raises(PluginError, match=r"`\[plugins.needy\] key`") as caught:
        config.make(Needy, "needy", Settings())
    assert "disable" in caught.value.fix
    assert config.make(Needy, "needy", Settings(plugins={"needy": {"key": "a"}})).key == "a"


def test_a_plain_class_takes_no_options() -> None:
    """A plugin that is no attrs class is made without options, and a table for it is refused."""

    class Plain:
        """No options."""

    assert isinstance(config.make(Plain, "plain", Settings()), Plain)
    with pytest.raises(ConfigError, match="has no options"):
        config.make(Plain, "plain", Settings(plugins={"plain": {"a": 1}}))


def test_a_table_of_an_unknown_plugin_is_refused_with_a_suggestion() -> None:
    """A misspelt table name must not be ignored; a disabled plugin need not be installed."""
    chosen = Settings(plugins={"rooting": {}, "gone": {}}, disable=("gone",))
    with pytest.raises(ConfigError) as caught:
        config.validate(chosen, ["routing"])
    assert caught.value.why == "`[plugins.rooting]`: no such plugin is installed. Did you mean routing?"


def test_unknown_names_in_lists_are_warnings() -> None:
    """Disabling what is not installed is no fault, but worth a word when it looks like a typing error."""
    (warning,) = config.validate(Settings(disable=("rooting",)), ["routing"])
    assert warning == "`[ccrouter] disable`: no plugin named rooting is installed. Did you mean routing?"


def test_validate_checks_the_tables_of_the_classes_given() -> None:
    """Names and tables are checked together."""
    chosen = Settings(plugins={"a": {}, "sample": {"count": "x"}})
    with pytest.raises(config.ConfigFaults) as caught:
        config.validate(chosen, ["sample"], {"sample": Sample})
    assert [fault.place for fault in caught.value.faults] == ["[plugins.a]", "[plugins.sample] count"]


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.dates()
    | st.datetimes(timezones=st.none() | st.just(timezone.utc)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = [key for key, _, _ in ACCEPTED] + ["callback", "store", "zzz"]


@given(st.dictionaries(st.sampled_from(NAMES), PLAIN, max_size=3))
def test_any_table_gives_a_plugin_or_config_error(table: dict[str, Any]) -> None:
    """Whatever TOML holds: a plugin whose options have their declared types, or one ConfigError; nothing else."""
    try:
        made = make(table)
    except config.ConfigFaults:
        return
    assert type(made.flag) is bool
    assert type(made.count) is int
    assert type(made.share) is float
    assert type(made.text) is str
    assert all(type(word) is str for word in made.words)
    assert isinstance(made.preference, Preference)


@given(st.sampled_from(["flag", "count", "share", "text"]), PLAIN)
@example("share", 2**53 + 1)
def test_a_value_is_taken_exactly_when_its_type_fits(key: str, value: Any) -> None:
    """No scalar is converted: what is accepted comes back equal, and only whole numbers may stand for numbers."""
    allowed = {"flag": (bool,), "count": (int,), "share": (int, float), "text": (str,)}[key]
    try:
        found = getattr(make({key: value}), key)
    except ConfigError:
        return
    assert type(value) in allowed
    assert found == value
