"""Laws of the JSON Schema, the template and `explain`: they tell of every option what the loader does with it."""

from __future__ import annotations

import enum
import re
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import attrs
import jsonschema  # type: ignore[import-untyped]
import pytest
from attrs import frozen
from attrs.validators import and_, ge, in_, le
from hypothesis import given
from hypothesis import strategies as st

from ccrouter_core import config
from ccrouter_core._compat import tomllib
from ccrouter_core.config.options import leaves, options_of
from ccrouter_core.config.tables import ConfigFile, CoreTable, TierTable
from ccrouter_core.errors import ConfigError, NotFound
from ccrouter_core.plugin import option, plugin
from ccrouter_core.settings import Settings


class Preference(str, enum.Enum):
    """Words."""

    CHEAP = "cheap"
    QUALITY = "quality"


@frozen(kw_only=True)
class Gate:
    """A record inside an option."""

    name: str = "gate"
    command: tuple[str, ...] = option(default=(), help="What to run.", user_only=True)
    limits: tuple[int, float] = (1, 2.0)


@plugin
class Sample:
    """A plugin to describe.

    This paragraph is left out.
    """

    count: int = option(default=3, help="How many at once.", validator=and_(ge(1), le(9)))
    share: float = 1e-7
    text: str = 'a "quoted"\n\\ text \x7f \U0001f600'
    path: Path | None = None
    words: tuple[str, ...] = ("a", "b")
    preference: Preference = Preference.CHEAP
    mode: Literal["on", "off"] = "on"
    choice: str = option(default="x", validator=in_(("x", "y")))
    table: Mapping[str, Any] = option(factory=lambda: {"a b": [1, {"c": 2.5}], "d": {}})
    gate: Gate = Gate(name="first")
    gates: tuple[Gate, ...] = (Gate(), Gate(name="second"))
    maybe: Gate | None = None
    executable: str = option(default="tool", help="The program.", user_only=True)
    callback: Callable[[], None] | None = None


@plugin
class Guard:
    """Only the user configures it."""

    command: str = option(default="x", user_only=True)


CLASSES: Mapping[str, type] = {"sample": Sample, "guard": Guard}


def uncommented(text: str) -> str:
    """Return a template with its options in force."""
    return re.sub(r"(?m)^#(?! )", "", text)


def fields(made: Any) -> dict[str, Any]:
    """Return a plugin's options; plugins have no value equality."""
    return {option.name: getattr(made, option.name) for option in options_of(type(made))}


# --- template --------------------------------------------------------------------------------------------------


def test_the_template_sets_nothing() -> None:
    """As it stands a template only has empty tables."""
    parsed = tomllib.loads(config.template(CLASSES))
    assert parsed == {"ccrouter": {}, "plugins": {"sample": {}, "guard": {}}}


def test_the_template_uncommented_is_the_defaults(tmp_path: Path) -> None:
    """With every option in force the file loads to exactly the defaults."""
    file = tmp_path / "config.toml"
    file.write_text(uncommented(config.template(CLASSES)), "utf-8")
    loaded = config.load(file, environ={})
    assert attrs.evolve(loaded, origins={}, plugins={}) == Settings()
    assert fields(config.make(Sample, "sample", loaded)) == fields(Sample())


def test_the_template_names_every_option_with_its_help() -> None:
    """Nothing that TOML can express is missing; what it cannot express is."""
    text = config.template(CLASSES)
    for keys, found in leaves(Sample):
        assert re.search(rf"(?m)^#(| ){re.escape('.'.join(keys))} = ", text)
        assert found.help in text.replace("\n# ", " ")
    assert "callback" not in text


def test_the_project_template_has_only_what_a_project_may_set(tmp_path: Path) -> None:
    """Every option of it is accepted from a project's file."""
    text = config.template(CLASSES, project=True)
    assert "[plugins.guard]" not in text
    (tmp_path / "ccrouter.toml").write_text(uncommented(text), "utf-8")
    loaded = config.load(cwd=tmp_path, environ={"CCROUTER_HOME": str(tmp_path / "home")})
    made = config.make(Sample, "sample", loaded)
    assert made.count == 3
    assert "executable" not in loaded.plugins["sample"]


SCALARS: tuple[tuple[Any, st.SearchStrategy[Any]], ...] = (
    (bool, st.booleans()),
    (int, st.integers(-(2**63), 2**63 - 1)),
    (float, st.floats(allow_nan=False, allow_infinity=False)),
    (str, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))),
    (Preference, st.sampled_from(Preference)),
)


def typed() -> st.SearchStrategy[tuple[Any, Any]]:
    """Draw a type of an option with a default of it."""
    scalar = st.sampled_from(SCALARS).flatmap(lambda pair: st.tuples(st.just(pair[0]), pair[1]))
    array = st.sampled_from(SCALARS).flatmap(
        lambda pair: st.tuples(
            st.just(types.GenericAlias(tuple, (pair[0], ...))), st.lists(pair[1], max_size=3).map(tuple)
        )
    )
    table = st.sampled_from(SCALARS).flatmap(
        lambda pair: st.tuples(
            st.just(types.GenericAlias(dict, (str, pair[0]))),
            st.dictionaries(SCALARS[3][1], pair[1], max_size=3),
        )
    )
    return scalar | array | table


@given(st.dictionaries(st.from_regex(r"o_[a-z0-9_]{0,6}", fullmatch=True), typed(), min_size=1, max_size=4))
def test_any_options_survive_the_template(options: dict[str, tuple[Any, Any]]) -> None:
    """Whatever types and defaults a plugin has: template, uncomment, load and make give the defaults back."""
    body = {
        name: option(factory=lambda held=default: held, type=kind)
        for name, (kind, default) in options.items()
    }
    made_class: Any = attrs.make_class("Drawn", body, eq=False, kw_only=True)
    text = uncommented(config.template({"drawn": made_class}))
    table = tomllib.loads(text)["plugins"]["drawn"]
    made: Any = config.make(made_class, "drawn", Settings(plugins={"drawn": table}))
    assert fields(made) == {name: default for name, (_, default) in options.items()}


# --- schema ----------------------------------------------------------------------------------------------------


def validator() -> jsonschema.Draft202012Validator:
    """Return a checker by the schema of the sample plugins."""
    document = config.schema(CLASSES)
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema.Draft202012Validator(document)


def test_the_schema_accepts_the_template_in_force() -> None:
    """The schema is valid, and every default is valid by it."""
    validator().validate(tomllib.loads(uncommented(config.template(CLASSES))))


@pytest.mark.parametrize(
    "text",
    [
        "stray = 1",
        "[ccrouter]\nstorre = 1",
        "[ccrouter]\nbudget_tokens = -1",
        "[[tiers]]\nrank = 1",
        "[plugins.other]",
        "[plugins.sample]\ncount = 10",
        "[plugins.sample]\ncount = true",
        '[plugins.sample]\nwords = "a"',
        '[plugins.sample]\npreference = "chaep"',
        '[plugins.sample]\nmode = "of"',
        '[plugins.sample]\nchoice = "z"',
        "[plugins.sample]\ngate = { nam = 1 }",
        "[plugins.sample]\ngates = [{ limits = [1] }]",
        "[plugins.sample]\ncallback = 1",
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(tmp_path: Path, text: str) -> None:
    """An editor warns of the same faults."""
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    assert not validator().is_valid(tomllib.loads(text))
    with pytest.raises(ConfigError):
        config.validate(config.load(file, environ={}), CLASSES, CLASSES)


def test_the_schema_tells_help_default_choices_and_trust() -> None:
    """What an editor shows beside an option is there."""
    options = config.schema(CLASSES)["properties"]["plugins"]["properties"]["sample"]["properties"]
    assert options["count"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 9,
        "description": "How many at once.",
        "default": 3,
    }
    assert options["preference"]["enum"] == ["cheap", "quality"]
    assert options["choice"]["enum"] == ["x", "y"]
    assert options["executable"]["x-ccrouter-user-only"] is True
    assert options["executable"]["description"] == "The program. Only in the user's own file."
    assert "callback" not in options


def test_every_option_of_the_core_has_help() -> None:
    """`[ccrouter]` and `[[tiers]]` are documented option by option."""
    for table in (CoreTable, TierTable):
        assert all(found.help for found in options_of(table))


def test_core_options_are_those_of_the_settings() -> None:
    """No option of the settings is missing in `[ccrouter]`, and the defaults are the same."""
    elsewhere = {"ladder", "plugins", "origins", "home"}
    names = {field.name for field in attrs.fields(Settings)} - elsewhere
    assert {found.name: found.default for found in options_of(CoreTable)} == {
        name: getattr(Settings(), name) for name in names
    }
    assert {found.name for found in options_of(ConfigFile)} == {"ccrouter", "tiers", "plugins"}


# --- explain ---------------------------------------------------------------------------------------------------


def explained(tmp_path: Path, key: str) -> config.Explained:
    """Explain a key over a file and a command line."""
    file = tmp_path / "config.toml"
    file.write_text('[ccrouter]\nbudget_tokens = 7\n[plugins.sample]\ngate.name = "mine"\n', "utf-8")
    return config.explain(config.load(file, environ={}, overrides=["plugins.sample.count=4"]), key, CLASSES)


def test_explain_tells_value_default_origin_and_meaning(tmp_path: Path) -> None:
    """Every layer's value is explained with the layer's name."""
    found = explained(tmp_path, "plugins.sample.count")
    assert (found.value, found.default, found.origin.source, found.help, found.user_only) == (
        4,
        3,
        "command line --set plugins.sample.count",
        "How many at once.",
        False,
    )
    core = explained(tmp_path, "ccrouter.budget_tokens")
    assert (core.value, core.default, core.origin.source) == (7, 50_000, str(tmp_path / "config.toml"))
    assert explained(tmp_path, "plugins.sample.executable").user_only


@pytest.mark.parametrize(
    ("key", "full", "value"),
    [
        ("budget_tokens", "ccrouter.budget_tokens", 7),
        ("sample.gate.name", "plugins.sample.gate.name", "mine"),
        ("[plugins.sample] gate.limits", "plugins.sample.gate.limits", [1, 2.0]),
        ("plugins.sample.path", "plugins.sample.path", None),
    ],
)
def test_explain_understands_short_keys(tmp_path: Path, key: str, full: str, value: Any) -> None:
    """The first word may be left out, and the way errors write a key is understood."""
    found = explained(tmp_path, key)
    assert (found.key, found.value) == (full, value)


def test_explain_knows_the_ladder(tmp_path: Path) -> None:
    """Tiers are one value."""
    found = explained(tmp_path, "tiers")
    assert [tier["name"] for tier in found.value] == ["haiku", "sonnet", "opus"]
    assert found.origin.source == "default"


def test_an_unknown_key_is_not_found_with_a_suggestion(tmp_path: Path) -> None:
    """A misspelt key names the right one."""
    with pytest.raises(NotFound, match=r"Did you mean plugins\.sample\.count"):
        explained(tmp_path, "plugins.sample.cuont")


def test_everything_is_explained_once(tmp_path: Path) -> None:
    """All options of the core and of the plugins, each once."""
    keys = [record.key for record in config.explain_all(Settings(), CLASSES)]
    assert len(keys) == len(set(keys))
    assert {"ccrouter.store", "tiers", "plugins.guard.command", "plugins.sample.gate.command"} <= set(keys)
