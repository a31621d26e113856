"""Build the documentation strictly into site/, in a venv of its own: a builder is no dependency of the product."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venvs" / "docs"


def main() -> int:
    """Install the builder when it is absent, then build; return its exit status."""
    if not (VENV / "bin" / "zensical").exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        pip = [VENV / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "-c", ROOT / "constraints.txt", "zensical"], check=True)
    return subprocess.run(
        [VENV / "bin" / "zensical", "build", "--strict", "--clean"], cwd=ROOT, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
