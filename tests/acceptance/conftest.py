"""The real coding client, found or installed, and kept apart from the user's own settings and from the network."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from messages_api import MessagesApi

from ccrouter_core.errors import StoreError
from ccrouter_core.files import locked
from ccrouter_core.processes import ProcessLimits, run

VERSION = "2.1.330"  # the release whose behaviour the tests describe
INSTALL_S = 300
SWITCHES = (
    "DISABLE_TELEMETRY",
    "DISABLE_AUTOUPDATER",
    "DISABLE_UPDATES",
    "DISABLE_ERROR_REPORTING",
    "DISABLE_BUG_COMMAND",
    "DISABLE_FEEDBACK_COMMAND",
    "DISABLE_INSTALLATION_CHECKS",
    "CLAUDE_CODE_DISABLE_FEEDBACK_SURVEY",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
)


def _cache() -> Path:
    """Return the folder that keeps the client between runs of the tests."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "ccrouter-tests" / f"claude-{VERSION}"


def _installed(folder: Path) -> Path | None:
    """Return the client's own program below the folder: native, so that no Node is needed to run it."""
    return next(iter(sorted(folder.glob("node_modules/@anthropic-ai/claude-code-*/claude"))), None)


def _install(folder: Path) -> Path:
    """Install the client by npm; skip where that is not possible."""
    if shutil.which("npm") is None:
        pytest.skip("the real client is not here and npm is missing: set CCROUTER_TEST_CLAUDE to its program")
    argv = [
        "npm",
        "install",
        "--prefix",
        str(folder),
        "--ignore-scripts",
        f"@anthropic-ai/claude-code@{VERSION}",
    ]
    folder.mkdir(parents=True, exist_ok=True)
    done = run(argv, env=dict(os.environ), limits=ProcessLimits(total_ms=INSTALL_S * 1000))
    found = _installed(folder)
    if found is None:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        pytest.skip(f"npm could not install the real client: {words[-1] if words else done.exit_code}")
    return found


@pytest.fixture(scope="session")
def claude_program() -> Path:
    """Return the real client's program: CCROUTER_TEST_CLAUDE, the cache, PATH, or installed now."""
    given = os.environ.get("CCROUTER_TEST_CLAUDE")
    if given:
        return Path(given)
    found = _installed(_cache()) or shutil.which("claude")
    if found:
        return Path(found)
    _cache().parent.mkdir(parents=True, exist_ok=True)
    try:
        with locked(_cache(), timeout_s=INSTALL_S):
            return _installed(_cache()) or _install(_cache())
    except StoreError as error:
        pytest.skip(f"the real client could not be installed: {error.what}")


@pytest.fixture
def client_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, messages_api: MessagesApi) -> Path:
    """Point the client to a home of its own and to the stand-in service; return that home."""
    for name in [*os.environ]:
        if name.startswith(("ANTHROPIC_", "CLAUDE", "DISABLE_", "OTEL_")):
            monkeypatch.delenv(name)
    home = tmp_path / "client-home"
    home.mkdir(mode=0o700)
    given = {
        "HOME": str(home),
        "TMPDIR": str(home),
        "CLAUDE_CONFIG_DIR": str(home),
        "ANTHROPIC_BASE_URL": messages_api.url,
        "ANTHROPIC_API_KEY": "dummy",
        **dict.fromkeys(SWITCHES, "1"),
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return home


@pytest.fixture
def client_processes(client_home: Path):
    """Return a function that lists the living processes which know the client's home: the client and its children."""
    if sys.platform != "linux":
        pytest.skip("living processes are found through /proc")
    entry = f"CLAUDE_CONFIG_DIR={client_home}".encode()

    def living() -> list[int]:
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                marked = entry in (folder / "environ").read_bytes().split(b"\0")
                state = (folder / "stat").read_bytes().rpartition(b")")[2].split()[0]
            except OSError:  # it ended meanwhile
                continue
            if marked and state not in {b"Z", b"X"} and int(folder.name) != os.getpid():
                found.append(int(folder.name))
        return found

    return living
