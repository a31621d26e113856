"""The slower checks: lint, types, import contracts, slow tests, a wheel in a clean venv, other Pythons, docs.

Usage: python .ci/check.py [NAME ...]   (default: all, in this order)
Each check prints one line; a failing one prints its output. Exit status 1 when one fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SOURCES = ["ccrouter_core", "plugins", "domains", "tests", "benchmarks", "docs/examples", ".ci"]
TYPED = [
    "ccrouter_core",
    "plugins/ccrouter_plugins",
    "domains/latex/ccrouter_latex",
    "domains/dev/ccrouter_dev",
    "domains/knowledge/ccrouter_knowledge",
    "tests/typing",
]
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
DISTRIBUTIONS = (".", "domains/latex", "domains/dev", "domains/knowledge")


class Failed(Exception):  # noqa: N818 - control flow of this script
    """A command of a check ended with another status than 0."""


def run(*argv: str | Path, cwd: Path = ROOT, show: bool = False, **environ: str) -> str:
    """Run a command; return what it printed. Raises Failed, with the output, when it fails."""
    done = subprocess.run(
        [str(word) for word in argv],
        cwd=cwd,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(done.stdout)
    if show:
        print("   ", done.stdout.strip().splitlines()[-1])
    return done.stdout


def tests(python: Path, *arguments: str, cwd: Path = ROOT) -> None:
    """Run pytest with an interpreter and print its closing line."""
    run(python, "-m", "pytest", "-q", "-n", "2", *arguments, cwd=cwd, show=True)


def ruff() -> None:
    """Lint and formatting."""
    sources = [source for source in SOURCES if (ROOT / source).exists()]
    run(BIN / "ruff", "check", *sources)
    run(BIN / "ruff", "format", "--check", *sources)


def mypy() -> None:
    """Types, strictly."""
    run(BIN / "mypy", *TYPED)


def imports() -> None:
    """The import contracts."""
    run(BIN / "lint-imports")


def slow() -> None:
    """The tests that take more than a few seconds."""
    tests(BIN / "python", "-m", "slow", "--timeout", "600")


def wheel() -> None:
    """Built wheels in a clean venv, with the tests run against them: an editable install hides missing files."""
    with tempfile.TemporaryDirectory(prefix="ccrouter-wheel-") as name:
        folder = Path(name)
        for distribution in DISTRIBUTIONS:
            run(BIN / "python", "-m", "build", "--wheel", "--outdir", folder / "dist", ROOT / distribution)
        run(BIN / "python", "-m", "venv", folder / "venv")
        python = folder / "venv/bin/python"
        wheels = sorted((folder / "dist").glob("*.whl"))
        main = next(path for path in wheels if path.name.startswith("ccrouter-"))
        rest = [path for path in wheels if path != main]
        run(python, "-m", "pip", "install", "-q", "-c", ROOT / "constraints.txt", f"{main}[all,test]", *rest)
        run(python, "-m", "pip", "install", "-q", "--no-deps", ROOT / "docs/examples/ccrouter-sql")
        copy = folder / "tree"
        for part in ("tests", "docs", *(f"{name}/tests" for name in DISTRIBUTIONS[1:])):
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        for part in ("pyproject.toml", "README.md", "constraints.txt", "mkdocs.yml", "workspace.txt"):
            shutil.copy(ROOT / part, copy / part)
        tests(python, "-m", "not slow", cwd=copy)


def pythons() -> None:
    """The test suite on every other supported Python that this machine has."""
    for version, found in other_pythons():
        folder = ROOT / ".venvs" / version
        if not (folder / "bin/python").exists():
            run(found, "-m", "venv", folder)
        python = folder / "bin/python"
        run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", "workspace.txt")
        print(f"    Python {version}:")
        tests(python, "-m", "not slow and not client")


def other_pythons() -> Iterator[tuple[str, Path]]:
    """Yield (version, interpreter) of the supported Pythons on PATH or in pyenv's folder, but our own."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in PYTHONS:
        if version == f"{sys.version_info.major}.{sys.version_info.minor}":
            continue
        on_path = shutil.which(f"python{version}")
        candidates = [*sorted(pyenv.glob(f"{version}.*/bin/python")), *([Path(on_path)] if on_path else [])]
        working = [path for path in candidates if works(path, version)]
        if working:
            yield version, working[0]
        else:
            print(f"    Python {version}: not on this machine, not tested")


def works(python: Path, version: str) -> bool:
    """Return whether an interpreter really is of this version: a shim may stand for none."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == version


def docs() -> None:
    """The documentation, built strictly."""
    run(BIN / "python", ".ci/docs.py")


CHECKS: dict[str, Callable[[], None]] = {
    check.__name__: check for check in (ruff, mypy, imports, docs, wheel, pythons, slow)
}


def main(names: list[str]) -> int:
    """Run the named checks, or all; return the exit status."""
    broken = []
    for name in names or CHECKS:
        began = time.monotonic()
        try:
            CHECKS[name]()
            outcome = "ok"
        except Failed as error:
            broken.append(name)
            outcome = "FAILED"
            print(error)
        print(f"{name:8} {outcome:7} {time.monotonic() - began:6.1f} s  {CHECKS[name].__doc__}", flush=True)
    if broken:
        print("failed:", ", ".join(broken))
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
