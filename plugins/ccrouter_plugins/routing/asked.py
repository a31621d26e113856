"""Whether a protected file that an attempt changed was asked for, by its path or by the name of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from . import followup
from .facts import DEFAULT, Earlier, Rules
from .patterns import regex
from .protected import claims, is_protected, targets
from .reading import Reading, read

__all__ = ["is_same", "protected", "speaks_of", "unasked"]

# Kinds of protected files: the words by which people call them, and the paths that they may mean.
_KINDS = tuple(
    (regex(words), regex(paths, re.IGNORECASE))
    for words, paths in (
        (
            (
                r"claude|agent|rout|mcp|permission|allow|approv|settings|threshold|escalat|prompt|memor|slash|mode\b|gate|guard|"
                r"hook|tool|bot\b|assistant|trust|skip|ask|grant|session|compact"
            ),
            (
                r"\.claude|(?:claude|agents|gemini|codex)(?:\.local)?\.md$|mcp\.json$|settings|ccrouter\.toml$|cursor|windsurf|"
                r"clinerules|aider|copilot|claude_desktop"
            ),
        ),
        (
            r"hook|husky|lefthook|commit|push|verify",
            r"hooks|husky|pre-commit|lefthook|(?:pre|post)-\w+$|commit-msg$|\.git/",
        ),
        (
            r"\bci\b|\bcd\b|workflow|pipeline|actions|jenkins|circle|gitlab|protection|integration",
            r"\.github|gitlab|jenkinsfile|circleci|buildkite|travis|pipelines|drone|cloudbuild|appveyor|codeowners",
        ),
        (
            r"env|secret|credential|keys?\b|password|npmrc|netrc",
            (
                r"\.env|credential|secret|service-account|\.(?:pem|p12|pfx)$"
                r"|\.(?:netrc|npmrc|pypirc|pgpass|vault|htpasswd|aws|azure|kube|docker)"
            ),
        ),
        (
            r"shell|bash|zsh|fish|profile|path|dotfile|terminal|login|git ?config",
            r"\.(?:bash|zsh)|profile|\.z?login|\.z?logout|fish|\.gitconfig",
        ),
        (
            r"ssh|keys?\b|authori[sz]ed|known|passwordless|root",
            r"\.ssh|\.gnupg|authorized_keys|known_hosts|id_\w+|sshd?_config",
        ),
        (
            r"cron|hosts|/etc|systemd|launch|firewall|iptables|ufw|selinux|pam\b|sudo|root|nopasswd",
            r"cron|hosts|(?:^|/)etc/|systemd|launch|sudoers|shadow$|passwd$|boot",
        ),
    )
)


def protected(changed: Iterable[str], rules: Rules = DEFAULT) -> tuple[str, ...]:
    """Return the changed paths, relative to the request's folder, that are protected."""
    return tuple(path for path in changed if is_protected(path, rules))


def unasked(
    text: str,
    changed: Iterable[str],
    rules: Rules = DEFAULT,
    files: tuple[str, ...] = (),
    earlier: Earlier | None = None,
    cwd: str = "",
) -> tuple[str, ...]:
    """Return the protected ones of the changed paths that the request does not ask to change.

    It asks when it names the file, or a folder or pattern of it, where it asks for more than reading, or speaks of such
    a thing without a path: "the pre-commit hook". What a continued turn asked for counts too.

    Args:
        text: the request.
        changed: paths relative to the request's folder.
        rules: options of the engine.
        files: names that come with the request.
        earlier: the turn before it.
        cwd: the request's folder, to which absolute paths in the text are brought back.
    """
    found = protected(changed, rules)
    readings = tuple(_readings(text, rules, files, earlier)) if found else ()
    return tuple(
        path for path in found if not any(_covers(reading, rules, path, cwd) for reading in readings)
    )


def _readings(text: str, rules: Rules, files: tuple[str, ...], earlier: Earlier | None) -> Iterator[Reading]:
    """Yield the request, what it quotes to be followed, and the turn that it continues."""
    reading = read(text, files)
    yield reading
    yield from (read(hidden) for hidden, _, _ in (*reading.hidden, *reading.pasted()))
    if earlier is not None and followup.continues(reading, earlier, rules) is not None:
        yield read(earlier.text)


def _covers(reading: Reading, rules: Rules, path: str, cwd: str) -> bool:
    root = f"{cwd.rstrip('/')}/" if cwd else ""
    return any(is_same(named.strip("\"'`").removeprefix(root), path) for named in targets(reading)) or any(
        claim.words and speaks_of(claim.words, path) for claim in claims(reading, rules)
    )


def is_same(named: str, path: str) -> bool:
    """Tell whether `path` is the file that a request names, or lies in a folder or fits a pattern that it names.

    A name without a folder may stand for a file in any folder. Letters count without their case.
    """
    named, path = _plain(named), _plain(path)
    if not named:
        return False
    if any(letter in named for letter in "*?["):
        return fnmatchcase(path, named) or fnmatchcase(path, f"*/{named}")
    return path == named or path.endswith(f"/{named}") or f"/{path}".find(f"/{named}/") >= 0


def speaks_of(words: str, path: str) -> bool:
    """Tell whether words that name a protected thing without a path may mean the file `path`.

    Words of no known kind may mean any.
    """
    meant = [paths for names, paths in _KINDS if names.search(words)]
    return not meant or any(paths.search(path) for paths in meant)


def _plain(path: str) -> str:
    """Return a path in one spelling: lower case, forward slashes, nothing in front of its first folder or after it."""
    path = path.strip("\"'` ").lower().replace("\\", "/").rstrip("/")
    while path.startswith("./"):
        path = path[2:]
    return path
