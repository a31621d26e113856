"""Laws of `config.load`: which layers there are, which wins, and where a value says it comes from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ccrouter_core import config
from ccrouter_core._compat import tomllib
from ccrouter_core.errors import ConfigError
from ccrouter_core.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A configuration folder of its own."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder outside the configuration folder."""
    folder = tmp_path / "work" / "project"
    folder.mkdir(parents=True)
    return folder


def load(home: Path, project: Path, *overrides: str, **environ: str) -> Settings:
    """Load as the command line would in `project`."""
    return config.load(cwd=project, environ={"CCROUTER_HOME": str(home), **environ}, overrides=overrides)


def fault(call_error: pytest.ExceptionInfo[ConfigError]) -> str:
    """Return the lines of faults."""
    return call_error.value.why


def test_nothing_configured_is_the_defaults(home: Path, project: Path) -> None:
    """Without files, the settings are the defaults and live in CCROUTER_HOME."""
    assert load(home, project) == Settings(home=home)


@pytest.mark.parametrize(
    "text", ["", "\n# only a comment\n", "[ccrouter]\n", "[plugins.routing]\n", "\ufeff"]
)
def test_an_empty_file_is_the_defaults(home: Path, project: Path, text: str) -> None:
    """A file that sets nothing changes nothing."""
    (home / "config.toml").write_text(text, "utf-8")
    loaded = load(home, project)
    assert (loaded.budget_tokens, loaded.ladder, loaded.store) == (50_000, Settings().ladder, "sqlite:")


def test_later_layers_win(home: Path, project: Path) -> None:
    """Defaults, user file, project file, environment, command line: each wins over the one before it."""
    expected = [50_000, 1, 2, 3, 4]
    found = [load(home, project).budget_tokens]
    (home / "config.toml").write_text("[ccrouter]\nbudget_tokens = 1\n", "utf-8")
    found.append(load(home, project).budget_tokens)
    (project / "ccrouter.toml").write_text("[ccrouter]\nbudget_tokens = 2\n", "utf-8")
    found.append(load(home, project).budget_tokens)
    environ = {"CCROUTER_SET_CCROUTER__BUDGET_TOKENS": "3"}
    found.append(load(home, project, **environ).budget_tokens)
    found.append(load(home, project, "ccrouter.budget_tokens=4", **environ).budget_tokens)
    assert found == expected


def test_tables_merge_and_arrays_replace(home: Path, project: Path) -> None:
    """A table of a later layer adds to the earlier one; an array takes its place."""
    (home / "config.toml").write_text("[plugins.x]\na = 1\nb = [1, 2]\n[plugins.x.deep]\nc = 1\n", "utf-8")
    (project / "ccrouter.toml").write_text("[plugins.x]\nb = [3]\n[plugins.x.deep]\nd = 2\n", "utf-8")
    assert load(home, project).plugins == {"x": {"a": 1, "b": [3], "deep": {"c": 1, "d": 2}}}


def test_every_value_remembers_its_origin(home: Path, project: Path) -> None:
    """Origins name the file, the variable or the command line; only the project's file is not trusted."""
    user, theirs = home / "config.toml", project / "ccrouter.toml"
    user.write_text("[plugins.x]\na = 1\nb = 1\nc = 1\nd = 1\n", "utf-8")
    theirs.write_text("[plugins.x]\nb = 2\nc = 2\nd = 2\n", "utf-8")
    loaded = load(home, project, "plugins.x.d=4", CCROUTER_SET_PLUGINS__X__C="3")
    found = {key[-1]: (origin.source, origin.trusted) for key, origin in loaded.origins.items()}
    assert found == {
        "a": (str(user), True),
        "b": (str(theirs), False),
        "c": ("environment variable CCROUTER_SET_PLUGINS__X__C", True),
        "d": ("command line --set plugins.x.d", True),
    }


def test_a_value_that_replaces_a_table_takes_its_origins(home: Path, project: Path) -> None:
    """No origin survives of keys that are gone."""
    (home / "config.toml").write_text("[plugins.x.a]\nb = 1\n", "utf-8")
    loaded = load(home, project, "plugins.x.a=1")
    assert set(loaded.origins) == {"plugins.x.a"}
    (home / "config.toml").write_text("[plugins.x]\na = 1\n", "utf-8")
    loaded = load(home, project, "plugins.x.a.b=1")
    assert set(loaded.origins) == {"plugins.x.a.b"}


def test_the_nearest_project_file_counts(home: Path, project: Path) -> None:
    """The search goes upwards and ends at the first file."""
    (project.parent / "ccrouter.toml").write_text("[ccrouter]\nbudget_tokens = 1\n", "utf-8")
    assert load(home, project).budget_tokens == 1
    (project / "ccrouter.toml").write_text("[ccrouter]\nbudget_tokens = 2\n", "utf-8")
    assert load(home, project).budget_tokens == 2


def test_the_search_ends_at_the_home_folder(home: Path, project: Path) -> None:
    """A ccrouter.toml in the home folder governs nothing below it."""
    (project.parent / "ccrouter.toml").write_text("[ccrouter]\nbudget_tokens = 1\n", "utf-8")
    assert load(home, project, HOME=str(project.parent)).budget_tokens == 50_000


def test_a_named_file_is_the_only_one(home: Path, project: Path, tmp_path: Path) -> None:
    """`path` is trusted, and neither the user's file nor the project's is read."""
    for file in (home / "config.toml", project / "ccrouter.toml"):
        file.write_text("[ccrouter]\nbudget_tokens = 1\n", "utf-8")
    named = tmp_path / "named.toml"
    named.write_text('[ccrouter]\nstore = "memory:"\n', "utf-8")
    loaded = config.load(named, cwd=project, environ={"CCROUTER_HOME": str(home)})
    assert (loaded.store, loaded.budget_tokens) == ("memory:", 50_000)


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    """A typing error in `--config` is told."""
    with pytest.raises(ConfigError) as caught:
        config.load(tmp_path / "absent.toml", environ={})
    assert str(tmp_path / "absent.toml") in fault(caught)


def test_the_command_line_takes_toml_values_and_bare_words(home: Path, project: Path) -> None:
    """Values are TOML; what is no TOML value is a string as it stands."""
    loaded = load(
        home,
        project,
        "plugins.x.word=cheap",
        "plugins.x.number=1.5",
        "plugins.x.flag=true",
        'plugins.x.text="1"',
        'plugins.x.list=["a", 2]',
        "plugins.x.url=postgresql://host/db?a=b",
        "plugins.x.empty=",
        'plugins.x."dotted.key"=1',
    )
    assert loaded.plugins["x"] == {
        "word": "cheap",
        "number": 1.5,
        "flag": True,
        "text": "1",
        "list": ["a", 2],
        "url": "postgresql://host/db?a=b",
        "empty": "",
        "dotted.key": 1,
    }


@pytest.mark.parametrize(
    "text", ["plugins.x.a", "=1", "a b=1", "plugins..a=1", "plugins.x.a=[1", "a\nb=1", "#=1"]
)
def test_a_malformed_override_is_told(home: Path, project: Path, text: str) -> None:
    """What is not KEY=VALUE names the command line as its place."""
    with pytest.raises(ConfigError) as caught:
        load(home, project, text)
    assert "command line --set" in fault(caught)


def test_a_value_cannot_smuggle_in_a_second_key(home: Path, project: Path) -> None:
    """A line break in a value stays part of the value."""
    loaded = load(home, project, "plugins.x.a=1\n[ccrouter]\nbudget_tokens=1")
    assert (loaded.plugins["x"]["a"], loaded.budget_tokens) == ("1\n[ccrouter]\nbudget_tokens=1", 50_000)


def test_tiers_replace_the_ladder(home: Path, project: Path) -> None:
    """`[[tiers]]` is the whole ladder; cache prices follow from the input price unless given."""
    (home / "config.toml").write_text(
        """
        [[tiers]]
        name = "big"
        rank = 5
        model = "big-1"
        executor = "command"
        agent = "chief"
        prices = { input = 4, output = 20, cache_read = 1 }
        [[tiers]]
        name = "local"
        rank = 0
        """,
        "utf-8",
    )
    local, big = load(home, project).ladder.tiers
    assert (local.name, local.model, local.executor, local.prices) == ("local", "local", "claude_code", None)
    assert (big.model, big.executor, big.general_agent) == ("big-1", "command", "chief")
    assert (big.prices.cache_write_5m, big.prices.cache_write_1h, big.prices.cache_read) == (5, 8, 1)


def test_tiers_without_rank_stand_in_the_order_of_the_file(home: Path, project: Path) -> None:
    """The first table is the lowest tier."""
    (home / "config.toml").write_text('[[tiers]]\nname = "a"\n[[tiers]]\nname = "b"\n', "utf-8")
    assert [tier.name for tier in load(home, project).ladder] == ["a", "b"]


def test_two_tiers_of_one_name_are_a_fault(home: Path, project: Path) -> None:
    """A ladder that cannot be used is told as a fault of its tables."""
    (home / "config.toml").write_text('[[tiers]]\nname = "a"\n[[tiers]]\nname = "a"\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(home, project)
    assert "`[tiers]`" in fault(caught)


def test_all_faults_of_all_layers_come_in_one_error(home: Path, project: Path) -> None:
    """One error names each fault with its place, file and line, and suggests the right name."""
    user, theirs = home / "config.toml", project / "ccrouter.toml"
    user.write_text(
        '[ccrouter]\nbudget_tokns = 1\nkeep_text = "yes"\n[[tiers]]\nname = "a"\nrank = true\n', "utf-8"
    )
    theirs.write_text("[ccrouter\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(home, project, "pluginz.x.a=1")
    lines = {line.strip() for line in fault(caught).splitlines()}
    assert lines == {
        f"{theirs}:1: not valid TOML: Expected ']' at the end of a table declaration (column 10)",
        f"{user}:2: `[ccrouter] budget_tokns`: no such option. Did you mean budget_tokens?",
        f'{user}:3: `[ccrouter] keep_text`: must be true or false, not the string "yes"',
        f"{user}:6: `[[tiers]] #1 rank`: must be a whole number, not true",
        "command line --set pluginz.x.a: `pluginz`: no such table. Did you mean plugins?",
    }
    assert caught.value.exit_code == 78


@pytest.mark.parametrize(
    ("more", "usable"),
    [
        ("", True),
        ("disable = 3", False),
        ("disable = ['x']\nkeep_txt = true", True),
    ],
)
def test_what_has_no_fault_can_still_be_checked(home: Path, project: Path, more: str, usable: bool) -> None:
    """A fault in a core table does not hide the plugins' tables, unless it hides which plugin must not be imported."""
    text = f"[ccrouter]\nbudget_tokens = -1\n{more}\n[[tiers]]\nnam = 'a'\n[plugins.x]\na = 1\n"
    (home / "config.toml").write_text(text, "utf-8")
    with pytest.raises(config.ConfigFaults) as caught:
        load(home, project)
    left = caught.value.usable
    assert (left is not None) == usable
    if left is not None:
        assert left.plugins == {"x": {"a": 1}}
        assert (left.budget_tokens, left.disable) == (50_000, ("x",) if "disable" in more else ())


def test_a_refused_value_is_not_listened_to(home: Path, project: Path) -> None:
    """What a project wants disabled hides no fault, and the user's own word on it stands."""
    (home / "config.toml").write_text("[ccrouter]\ndisable = ['y']\n[plugins.x]\na = 1\n", "utf-8")
    (project / "ccrouter.toml").write_text("[ccrouter]\ndisable = ['x']\n", "utf-8")
    with pytest.raises(config.ConfigFaults) as caught:
        load(home, project)
    assert "not accepted from a project's file" in fault(caught)
    left = caught.value.usable
    assert left is not None
    assert (left.disable, left.plugins) == (("y",), {"x": {"a": 1}})


def test_a_file_that_cannot_be_read_hides_what_is_disabled(home: Path, project: Path) -> None:
    """Nothing is imported for a check while a whole file is unreadable: it may disable a plugin."""
    (home / "config.toml").write_text("[ccrouter\n[plugins.x]\na = 1\n", "utf-8")
    with pytest.raises(config.ConfigFaults) as caught:
        load(home, project)
    assert caught.value.usable is None


def test_an_option_outside_its_table_is_shown_its_place(home: Path, project: Path) -> None:
    """A core option at the top of the file is told where it belongs."""
    (home / "config.toml").write_text('store = "memory:"\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(home, project)
    assert "`store`: belongs in a table: write it below `[ccrouter]`" in fault(caught)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a = 1\nb = = 2\n", ":2: not valid TOML"),
        (b"a = '\xff'\n", "byte 5 is not valid UTF-8"),
        (b"#" * 1_000_001, "larger than 1000000 bytes"),
        (b"a." * 200_000 + b"a = 1", ":1: more than 100 dots in one line"),
        (b"a = " + b"[" * 5_000, "nested deeper than 32"),
        (b"a = " + b"{a = " * 40 + b"1" + b"}" * 40, "nested deeper than 32"),
        (b"a = " + b"9" * 5_000, "not valid TOML"),
    ],
    ids=["syntax", "utf-8", "size", "dots", "arrays", "tables", "digits"],
)
def test_a_hostile_file_is_refused_quickly(home: Path, project: Path, content: bytes, words: str) -> None:
    """Nothing that a file may hold ends in a traceback or keeps the parser busy."""
    (project / "ccrouter.toml").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load(home, project)
    assert words in fault(caught)


def test_a_file_of_faults_is_told_in_part(home: Path, project: Path) -> None:
    """Ten thousand unknown keys give a readable error, and soon."""
    lines = "".join(f"k{number} = 1\n" for number in range(10_000))
    (project / "ccrouter.toml").write_text(f"[ccrouter]\n{lines}", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(home, project)
    assert len(fault(caught).splitlines()) == 100


def test_faults_never_show_a_secret(home: Path, project: Path) -> None:
    """A value in the wrong place may be a secret; the error blanks it."""
    secret = "sk-ant-api03-" + "aB3xY9" * 12
    (home / "config.toml").write_text(f'[ccrouter]\nbudget_tokens = "{secret}"\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(home, project)
    assert secret[:40] not in str(caught.value)


def test_the_platform_folder_is_used_without_ccrouter_home(project: Path) -> None:
    """Without CCROUTER_HOME the user's file stands in the platform's configuration folder."""
    user = config.config_paths(project, {})[0]
    assert (user.path.name, user.path.parent.name, user.trusted) == ("config.toml", "ccrouter", True)


@pytest.mark.parametrize(("text", "parsed"), [("", False), ("[ccrouter]\n[plugins.x]\n#a = 1\n", True)])
def test_a_configuration_without_options_starts_fast(
    home: Path, project: Path, text: str, *, parsed: bool
) -> None:
    """A cold start without options pays for no converter, and with an empty file for no TOML parser either."""
    (home / "config.toml").write_text(text, "utf-8")
    code = (
        "import sys; from ccrouter_core import config; from ccrouter_core.settings import Settings\n"
        "from ccrouter_core.plugin import plugin\n"
        "@plugin\nclass X:\n    a: int = 1\n"
        "config.make(X, 'x', config.load())\n"
        "print([name for name in ('cattrs', 'tomllib', 'tomli', 'tomlkit', 'platformdirs') if name in sys.modules])"
    )
    environ = {"CCROUTER_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == (f"['{tomllib.__name__}']" if parsed else "[]")
