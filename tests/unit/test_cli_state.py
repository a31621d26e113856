"""What is kept is shown whole, and cleared whole: what ccrouter wrote, wherever it stands, and nothing else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ccrouter_core.cli.app import application
from ccrouter_core.cli.kept import kept_files
from ccrouter_core.workspaces import open_workspace


def call(*arguments: str) -> Result:
    """Run a command in this process."""
    result = CliRunner().invoke(application, list(arguments), prog_name="ccrouter")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def tree(folder: Path) -> list[str]:
    """Return everything below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.fixture
def used(inside):
    """Return a world in which much was done: decided, run, backed up, damaged, configured anew, killed."""
    assert call("route", "x").exit_code == 0
    assert call("run", "--session", "s", "fix the typo in a.txt").exit_code == 0
    assert call("store", "backup").exit_code == 0
    assert call("config", "init", "--force", "--dry-run").exit_code == 0
    (inside.home / "cache.db").write_bytes(b"damaged" * 100)
    for name in ("cache.db-wal", "cache.db-shm"):
        (inside.home / name).unlink(missing_ok=True)
    assert call("doctor").exit_code == 0
    unapplied = inside.home / "unapplied"
    unapplied.mkdir(mode=0o700)
    (unapplied / f"r-{'0' * 20}.diff").write_text("--- a\n")
    killed = inside.home / "workspaces" / f"w-{'1' * 20}"
    (killed / "tree" / "deep").mkdir(parents=True)
    (killed / "tree" / "deep" / "link").symlink_to(inside.project)
    (killed / "tree" / "a.txt").write_text("x")
    (inside.home / "judge").mkdir()
    return inside


class TestNames:
    def test_what_commands_write_has_a_known_name(self, used):
        """The list of names is whole: nothing that ccrouter wrote is taken for somebody else's."""
        strange = [file.path for file in kept_files(used.home) if not file.is_ours(home=True)]
        assert strange == ["config.toml"]
        assert any(path.startswith("cache.db.damaged") for path in tree(used.home))

    @pytest.mark.parametrize(
        "name",
        [
            "notes.txt",
            "state.db.mine",
            "mystate.db",
            "backups/mine.db",
            "backups/state-2025.db",
            "unapplied/mine.diff",
            "workspaces/mine/a.txt",
            "sub/state.db",
            ".hidden",
        ],
    )
    def test_what_others_put_there_stays(self, used, name):
        """A file of another name is listed as staying and is there afterwards, with its folder."""
        foreign = used.home / name
        foreign.parent.mkdir(parents=True, exist_ok=True)
        foreign.write_text("mine")
        assert f"{foreign} (not written by ccrouter)" in call("clear-state", "--dry-run").stdout
        assert call("clear-state", "--yes").exit_code == 0
        assert {path for path in tree(used.home) if (used.home / path).is_file()} == {"config.toml", name}

    def test_links_are_neither_followed_nor_deleted(self, used):
        """A link of a known name leads to somebody else's file, or folder."""
        precious = used.project / "backups"
        precious.mkdir()
        (precious / "state-20250602T120000000000Z.db").write_text("precious")
        for path in sorted((used.home / "backups").iterdir()):
            path.unlink()
        (used.home / "backups").rmdir()
        (used.home / "backups").symlink_to(precious)
        (used.home / "cache.db.damaged-wal").unlink(missing_ok=True)
        (used.home / "cache.db.damaged-wal").symlink_to(used.project / "a.txt")
        assert call("clear-state", "--yes").exit_code == 0
        assert (precious / "state-20250602T120000000000Z.db").read_text() == "precious"
        assert (used.project / "a.txt").exists()
        assert tree(used.home) == ["backups", "cache.db.damaged-wal", "config.toml"]


class TestClearing:
    def test_a_dry_run_says_exactly_what_goes(self, used):
        """Every line of it is gone afterwards, and everything that went was in it."""
        before = set(tree(used.home))
        shown = call("clear-state", "--dry-run").stdout
        assert set(tree(used.home)) == before
        assert call("clear-state", "--yes").exit_code == 0
        gone = {path for path in before if not os.path.lexists(used.home / path)}
        for path in gone:
            workspace = path.startswith("workspaces/w-")
            whole = "/".join(path.split("/")[:2]) + "/" if workspace and not path.endswith(".lock") else path
            folder = path in {"backups", "unapplied", "judge", "workspaces"}
            assert folder or str(used.home / whole) in shown, path
        named = [line.split("bytes  ")[1] for line in shown.splitlines() if "bytes  " in line]
        assert named
        assert not [path for path in named if os.path.lexists(path)]

    def test_it_clears_a_store_that_stands_elsewhere(self, inside):
        """The decisions are in that folder; it is named, cleared of what is ccrouter's, and stays."""
        store = inside.home.parent / "elsewhere"
        inside.configure(f'store = "sqlite:{store}"')
        assert call("route", "x").exit_code == 0
        (store / "mine.txt").write_text("mine")
        files = [file["path"] for file in json.loads(call("inspect", "--json").stdout)["files"]]
        assert str(store / "state.db") in files
        assert str(store / "mine.txt") not in files
        assert json.loads(call("inspect", "--json").stdout)["counts"]["decisions"] == 1
        assert str(store / "state.db") in call("inspect").stdout
        assert str(store / "state.db") in call("clear-state", "--dry-run").stdout
        assert call("clear-state", "--yes").exit_code == 0
        assert tree(store) == ["mine.txt"]
        assert tree(inside.home) == ["config.toml"]

    def test_what_is_on_a_server_stays_and_is_named(self, inside):
        """It cannot be cleared from here, and nobody is left in the belief that it was."""
        inside.configure('store = "postgresql://u:secretpw@host/db"')
        call("route", "x")
        for options in (["--dry-run"], ["--yes"]):
            result = call("clear-state", *options)
            assert result.exit_code == 0
            assert "postgresql://[redacted:url_credentials]@host/db stays" in result.stdout

    @pytest.mark.parametrize("options", [["--yes"], ["--dry-run"]])
    def test_a_link_for_a_state_folder_is_refused(self, used, monkeypatch, options):
        """Like every other command does; what it leads to keeps every file."""
        before = tree(used.home)
        link = used.home.parent / "link"
        link.symlink_to(used.home)
        monkeypatch.setenv("CCROUTER_HOME", str(link))
        result = call("clear-state", *options)
        assert result.exit_code == 1
        assert "symbolic link" in result.stderr
        assert tree(used.home) == before

    def test_a_run_at_work_is_not_disturbed(self, used):
        """While a workspace is in use nothing goes, and the workspace is named."""
        with open_workspace(used.project, writable=True, home=used.home) as workspace:
            before = tree(used.home)
            result = call("clear-state", "--yes")
            assert result.exit_code == 5
            assert str(workspace.path.parent) in result.stderr
            assert tree(used.home) == before
        assert call("clear-state", "--yes").exit_code == 0
        assert tree(used.home) == ["config.toml"]

    def test_backups_of_the_configuration_are_the_users(self, inside):
        """`config init --force` keeps the old file; that is configuration, not state."""
        assert call("config", "init", "--force").exit_code == 0
        assert call("route", "x").exit_code in {0, 78}
        assert "config.toml.bak1 (your configuration)" in call("clear-state", "--dry-run").stdout
        assert call("clear-state", "--yes").exit_code == 0
        assert tree(inside.home) == ["config.toml", "config.toml.bak1"]


class TestInspecting:
    def test_looking_makes_nothing(self, inside):
        """Not in the state folder and not where the store would be."""
        store = inside.home.parent / "elsewhere"
        inside.configure(f'store = "sqlite:{store}"')
        document = json.loads(call("inspect", "--json").stdout)
        assert document["counts"] == {"decisions": 0, "sessions": 0, "attempts": 0, "unfinished": 0}
        assert not store.exists()
        assert not list(inside.home.glob("*.db"))
