"""One class is one plugin: options by keyword, identity for equality, one name."""

from __future__ import annotations

import attrs
import pluggy
import pytest
from attrs.exceptions import FrozenAttributeError
from hypothesis import given
from hypothesis import strategies as st

from ccrouter_core import Request, Signal, hookimpl, option, plugin
from ccrouter_core.plugin import HELP, PROJECT, USER_ONLY, plugin_name, snake_case


@plugin
class Careful:
    """A plugin with options of every form."""

    floor: str = "sonnet"
    words: tuple[str, ...] = option(("production",), help="words that set the floor", user_only=True)
    seen: dict[str, int] = option(factory=dict, help="what was seen")

    @hookimpl
    def ccrouter_signals(self, request: Request):
        """Set the floor for a careful word."""
        for word in self.words:
            if word in request.text:
                yield Signal(name="careful.word", reason=f"it names {word}", floor=self.floor)


def test_options_are_given_by_keyword() -> None:
    """Options have names and defaults; position means nothing."""
    assert Careful().floor == "sonnet"
    assert Careful(floor="opus").floor == "opus"
    with pytest.raises(TypeError):
        Careful("opus")
    with pytest.raises(TypeError, match="flor"):
        Careful(flor="opus")


def test_plugins_are_equal_only_to_themselves() -> None:
    """Identity, because a manager hashes plugins and two of equal options are two."""
    one, two = Careful(), Careful()
    assert one != two
    assert one == one  # noqa: PLR0124 - equality itself is under test
    assert len({one, two}) == 2


def test_two_plugins_of_equal_options_register() -> None:
    """A manager takes both, which value equality would break."""
    manager = pluggy.PluginManager(PROJECT)
    manager.register(Careful(), "one")
    manager.register(Careful(), "two")
    assert len(manager.get_plugins()) == 2


def test_defaults_are_not_shared() -> None:
    """A factory makes a value for each plugin."""
    one, two = Careful(), Careful()
    one.seen["x"] = 1
    assert two.seen == {}


def test_a_plugin_may_keep_state() -> None:
    """Attributes that are no options can be set, as hooks like startup do."""
    made = Careful()
    made.opened = True
    assert made.opened


def test_options_carry_their_help_and_trust() -> None:
    """The reference, the schema and the loader read both from the field."""
    metadata = {field.name: field.metadata for field in attrs.fields(Careful)}
    assert metadata["words"] == {HELP: "words that set the floor", USER_ONLY: True}
    assert metadata["seen"] == {HELP: "what was seen", USER_ONLY: False}


def test_option_passes_on_what_attrs_knows() -> None:
    """Validators and converters work as in attrs."""

    @plugin
    class Strict:
        count: int = option(
            1, converter=int, validator=attrs.validators.ge(1), on_setattr=attrs.setters.frozen
        )

    assert Strict(count="3").count == 3
    with pytest.raises(ValueError, match="count"):
        Strict(count=0)
    with pytest.raises(FrozenAttributeError):
        Strict().count = 2


def test_a_required_option_has_no_default() -> None:
    """`option()` without a default must be given."""

    @plugin
    class Needy:
        path: str = option(help="where")

    with pytest.raises(TypeError, match="path"):
        Needy()


def test_the_name_is_the_class_in_snake_case() -> None:
    """One word, given or derived; a plain object has one too."""

    @plugin
    class ClaudeCode:
        pass

    @plugin(name="short")
    class VeryLongName:
        pass

    @plugin
    class Named:
        plugin_name = "own_name"

    class Plain:
        pass

    assert ClaudeCode.plugin_name == plugin_name(ClaudeCode()) == "claude_code"
    assert plugin_name(VeryLongName()) == "short"
    assert plugin_name(Named()) == "own_name"
    assert plugin_name(Plain()) == "plain"


def test_a_subclass_has_a_name_of_its_own() -> None:
    """Inheriting hooks does not inherit the name."""

    @plugin
    class MoreCareful(Careful):
        floor: str = "opus"

    assert plugin_name(MoreCareful()) == "more_careful"
    assert [signal.floor for signal in MoreCareful().ccrouter_signals(Request(text="production"))] == ["opus"]


@pytest.mark.parametrize(
    ("camel", "snake"),
    [
        ("Routing", "routing"),
        ("ClaudeCode", "claude_code"),
        ("AnthropicApi", "anthropic_api"),
        ("SQL", "sql"),
        ("Sql", "sql"),
        ("DryRun", "dry_run"),
        ("A", "a"),
    ],
)
def test_snake_case(camel: str, snake: str) -> None:
    """Words are parted by an underscore; abbreviations stay together."""
    assert snake_case(camel) == snake


@given(st.lists(st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True), min_size=1, max_size=4))
def test_snake_case_keeps_every_word(words: list[str]) -> None:
    """Whatever the words are, they come out in order, in lower case."""
    assert snake_case("".join(words)) == "_".join(word.lower() for word in words)
