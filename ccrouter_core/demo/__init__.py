"""A small real project with requests and recorded answers: what `ccrouter demo` runs.

`project/` is the project, `requests.jsonl` what is asked of it, `cassette.jsonl` what the models answer: written
beforehand, with assumed token counts. Routing, workspaces, checks and climbing are the real ones. To record real answers
instead, see "Record answers" in `docs/how-to/configure.md`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from ccrouter_core.models import Answer, Ladder

FOLDER = Path(__file__).parent
CASSETTE = FOLDER / "cassette.jsonl"
_COMPARED = "sonnet"
# The client sends about 49 kB of its own prompt and tools with the shortest request (measured), at four characters a
# token, a common rule of thumb for English and code.
CLIENT_TOKENS = 12_000
CHARS_PER_TOKEN = 4


@frozen(kw_only=True)
class Totals:
    """What the demonstration came to. The comparison assumes that sonnet needs the same tokens and never fails."""

    requests: int
    climbs: int
    questions: int
    refused: int
    cost_nano_usd: int
    all_sonnet_nano_usd: int


def requests() -> Iterator[str]:
    """Yield the texts of the requests in order."""
    for line in (FOLDER / "requests.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)["text"]


def assumed_tokens(asked: str, said: str) -> tuple[int, int]:
    """Return the (input, output) tokens that an answer of the cassette is booked with: a rule, not a measurement.

    Args:
        asked: the text of the request.
        said: what the model says, and the text that it writes into files.
    """
    read, written = (-(-len(text) // CHARS_PER_TOKEN) for text in (asked, said))
    return CLIENT_TOKENS + read, max(1, written)


def make_project(folder: Path) -> Path:
    """Copy the project into a new folder, commit it there with git when git is installed, and return it."""
    project = folder / "trailmap"
    shutil.copytree(FOLDER / "project", project, ignore=shutil.ignore_patterns("__pycache__"))
    if shutil.which("git"):
        from ccrouter_core.git import git  # noqa: PLC0415 - only where git is

        git(project, "init", "--quiet", "--initial-branch=main")
        git(project, "add", "--all")
        identity = {"GIT_AUTHOR_NAME": "demo", "GIT_AUTHOR_EMAIL": "demo@localhost"}
        identity |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in identity.items()}
        git(project, "commit", "--quiet", "--message", "The trailmap demo", env=identity)
    return project


def totals(answers: list[Answer], ladder: Ladder) -> Totals:
    """Add up the answers, and price the first attempt of each as if sonnet had done it."""
    ran = [answer for answer in answers if answer.attempts]
    sonnet = ladder[_COMPARED]
    compared = sum(
        sonnet.cost_nano_usd(usage) or 0 for answer in ran for usage in answer.attempts[0].outcome.usage
    )
    return Totals(
        requests=len(answers),
        climbs=sum(len(answer.attempts) - 1 for answer in ran),
        questions=sum(answer.question is not None for answer in answers),
        refused=sum(not answer.attempts and answer.question is None for answer in answers),
        cost_nano_usd=sum(answer.total_cost_nano_usd or 0 for answer in ran),
        all_sonnet_nano_usd=compared,
    )
