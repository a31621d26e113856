"""Nothing that is shown or logged holds a password: not in an address, not in a setting, not in an error."""

from __future__ import annotations

import logging

import pytest
from click.testing import CliRunner

from ccrouter_core import Router, RouterError
from ccrouter_core.cli.app import application
from ccrouter_core.logs import logger
from ccrouter_core.settings import Settings

COMMANDS = [
    ["route", "x"],
    ["run", "x"],
    ["--verbose", "run", "--dry-run", "--session", "s", "x"],
    ["explain", "r-1"],
    ["feedback", "r-1", "right"],
    ["inspect"],
    ["inspect", "--json"],
    ["doctor"],
    ["doctor", "--json"],
    ["doctor", "--restore"],
    ["config", "show"],
    ["config", "show", "--json"],
    ["config", "explain", "ccrouter.store"],
    ["config", "explain", "plugins.tiny.floor"],
    ["config", "validate"],
    ["config", "init", "--dry-run"],
    ["plugins", "show", "tiny"],
    ["plugins", "list"],
    ["store", "backup"],
    ["store", "backup", "--dry-run"],
    ["clear-state", "--dry-run"],
]


@pytest.mark.parametrize("password", ["secretpw", "p@secretpw", "p/secretpw", "a?b=secretpw"])
def test_no_command_shows_the_password_of_the_store(inside, password):
    """Whatever a command says of a store that it cannot open, and whatever letters the password holds."""
    address = f"postgresql://user:{password}@host/db"
    inside.configure(f'store = "{address}"')
    config = inside.home / "config.toml"
    config.write_text(f'{config.read_text()}\n[plugins.tiny]\nfloor = "{address}"\n')
    for words in COMMANDS:
        result = CliRunner().invoke(application, words, prog_name="ccrouter")
        assert not isinstance(result.exception, Exception) or isinstance(result.exception, SystemExit), words
        assert "secretpw" not in result.output, words


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    "setting",
    [
        "ccrouter.order=postgresql://a-user-of-a-long-name:secretpw@host/db",
        "ccrouter.budget_tokens=postgresql://a-user-of-a-long-name:secretpw@host/db",
        'ccrouter.budget_tokens="postgresql://a-user-of-a-long-name-that-is-cut-here-perhaps:secretpw@host/db',
        "plugins.tiny.floor=[postgresql://a-user-of-a-long-name-that-is-cut-here-perhaps:secretpw@host/db",
    ],
)
def test_a_wrong_value_is_redacted_before_it_is_cut(setting):
    """Half an address is not recognised as one."""
    for words in (["config", "validate"], ["config", "validate", "--json"], ["route", "x"], ["doctor"]):
        result = CliRunner().invoke(application, ["--set", setting, *words], prog_name="ccrouter")
        assert result.exit_code in {1, 78}
        assert "secretpw"[:4] not in result.output.replace("secrets", "")


@pytest.mark.usefixtures("inside")
def test_a_setting_whose_name_says_that_it_is_secret_is_blanked(inside):
    """The value alone looks like any other."""
    inside.install("keyed", "Keyed", KEYED)
    for words in (
        ["config", "explain", "plugins.keyed.api_key"],
        ["plugins", "show", "keyed"],
        ["config", "show"],
    ):
        arguments = ["--set", "plugins.keyed.api_key=abcdef123456", *words]
        result = CliRunner().invoke(application, arguments, prog_name="ccrouter")
        assert result.exit_code == 0
        assert "abcdef123456" not in result.output
        assert "[redacted]" in result.output


KEYED = """
from ccrouter_core import hookimpl, option, plugin

@plugin
class Keyed:
    api_key: str = option("", help="who asks")

    @hookimpl
    def ccrouter_observe(self, event):
        pass
"""


def test_an_error_redacts_what_it_says(tmp_path):
    """Whoever raises it, and also where it is not shown by our commands."""
    address = "postgresql://u:secretpw@h/db"
    error = RouterError(what=f"no {address}", why=f"at {address}", fix=f"mend {address}")
    for text in (str(error), repr(error), *error.args):
        assert "secretpw" not in text
    with pytest.raises(RouterError) as caught, Router(settings=Settings(home=tmp_path, store=address)):
        pass
    assert "secretpw" not in repr(caught.value)
    assert "h/db" in str(caught.value)


def test_a_log_record_redacts_what_it_says(caplog):
    """Whichever handler a program sets."""
    with caplog.at_level(logging.INFO):
        logger("ccrouter.test").info("opened %s for %d", "postgresql://u:secretpw@h/db", 3)
        logger("ccrouter.test").info("once more")
    assert caplog.messages == ["opened postgresql://[redacted:url_credentials]@h/db for 3", "once more"]
