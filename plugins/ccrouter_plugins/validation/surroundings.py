"""What a run of a project's tests or build sees: few variables, and a home folder of its own.

The code that runs was partly written by a model. It runs as the user all the same: this keeps it from reading or changing
the user's settings by the way, it is no wall.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ccrouter_core.processes import allowed_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where tools keep what they are made of. Without these a tool of the user is not found, or is downloaded once more.
_TOOL_HOMES = {
    "ASDF_DATA_DIR": ".asdf",
    "CARGO_HOME": ".cargo",
    "GOCACHE": ".cache/go-build",
    "GOPATH": "go",
    "GRADLE_USER_HOME": ".gradle",
    "NVM_DIR": ".nvm",
    "PYENV_ROOT": ".pyenv",
    "PYTHONUSERBASE": ".local",
    "RBENV_ROOT": ".rbenv",
    "RUSTUP_HOME": ".rustup",
    "VOLTA_HOME": ".volta",
}
_IDENTITY = (
    "[user]\n\tname = ccrouter\n\temail = ccrouter@localhost\n"  # tests that commit need some identity
)


@contextmanager
def surroundings(
    folder: Path, origin: Path | None, *, private_home: bool
) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield an empty folder for the run's own files, and its variables; the folder is removed afterwards.

    The work's modules come before installed ones, also editable installs.

    Args:
        folder: where the run takes place.
        origin: the user's own folder, where installed modules are; None when that is `folder`.
        private_home: give the run a new home and a new folder for temporary files.
    """
    with tempfile.TemporaryDirectory(prefix="ccrouter-", ignore_cleanup_errors=True) as name:
        aside = Path(name)
        own = [str(place) for place in (folder / "src", folder) if place.is_dir()]
        modules = (origin or folder) / "node_modules"
        given = {
            "PYTHONPATH": os.pathsep.join([name, *own]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NODE_PATH": str(modules),
            "PATH": os.pathsep.join([str(modules / ".bin"), os.environ.get("PATH", os.defpath)]),
            "CI": "1",  # watchers and prompts stay off
        }
        env = allowed_environment({**_tool_homes(), **given})
        yield aside, (_with_private_home(env, aside) if private_home else env)


def _tool_homes() -> dict[str, str]:
    """Return where the tools are: as the user says, else where they are by default, as far as that is there."""
    home = Path(os.environ.get("HOME") or "/")
    places = {name: os.environ.get(name) or str(home / place) for name, place in _TOOL_HOMES.items()}
    return {name: place for name, place in places.items() if name in os.environ or Path(place).is_dir()}


def _with_private_home(env: dict[str, str], aside: Path) -> dict[str, str]:
    home, temporary = aside / "home", aside / "tmp"
    home.mkdir(mode=0o700)
    temporary.mkdir(mode=0o700)
    (home / ".gitconfig").write_text(_IDENTITY)
    kept = {name: value for name, value in env.items() if not name.startswith("XDG_")}
    return {**kept, "HOME": str(home), "TMPDIR": str(temporary)}
