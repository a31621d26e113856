"""Files that steer the agent, the build or the machine: changing them never goes to the lowest tier, reading is free.

They are found by path in words and commands, and by name when no path is given ("the pre-commit hook").
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from . import lexicon as lex
from .background import is_courtesy
from .clauses import ASK, DENY, DO, Clause, joined
from .facts import Fact, Rules
from .lexicon_loss import FORMS, PAIRS
from .objects import opens_file
from .patterns import regex
from .reading import Command, Reading
from .tokens import Token

__all__ = ["Claim", "changes", "claims", "folder_of", "is_protected", "is_reading", "targets"]

_PATHS = regex(
    r"(?:^|[/\\])(?:"
    r"\.claude(?:$|[/\\.])|(?:claude|agents|gemini|codex)(?:\.local)?\.md$|copilot-instructions\.md$|\.cursor(?:rules|[/\\]|$)|"
    r"\.windsurfrules$|\.clinerules|\.aider\.conf|\.mcp\.json$|mcp\.json$|managed-settings\.json$|claude_desktop_config\.json$|hooks\.json$|\.claude-plugin(?:$|[/\\])|"
    r"plugins?[/\\](?:[\w.-]+[/\\])?(?:agents|commands|skills|hooks)[/\\]|"
    r"\.devcontainer(?:$|[/\\]|\.json$)|\.vscode(?:$|[/\\](?:tasks|launch|extensions)\.json$)|\.gitmodules$|\.gitattributes$|"
    r"settings(?:\.local)?\.json$|ccrouter\.toml$|"
    r"\.git[/\\](?:hooks|config|info)|\.githooks|\.husky|\.pre-commit-|lefthook\.ya?ml$|\.lefthook|"
    r"(?:pre|post)-(?:commit|push|receive|merge|checkout|rebase)(?:\.\w+)?$|commit-msg$|"
    r"\.github(?:$|[/\\](?!issue_template|pull_request_template|funding|\S*\.md$|$))|\.git$|\.gitlab-ci|\.gitlab[/\\]ci|jenkinsfile|\.circleci|\.buildkite|"
    r"\.(?:travis|appveyor|cirrus|woodpecker|wercker|build|codemagic|scrutinizer)\.ya?ml$|(?:bitrise|codefresh|codemagic|wercker|buildspec)\.ya?ml$|"
    r"\.(?:woodpecker|semaphore|teamcity|tekton|builds|concourse|harness)(?:$|[/\\])|\.(?:gitea|forgejo)[/\\]workflows|"
    r"azure-pipelines|bitbucket-pipelines|\.drone\.ya?ml$|cloudbuild\.ya?ml$|appveyor\.ya?ml$|codeowners$|"
    r"\.env(?:$|[.\w-])|[\w-][\w.-]*\.env$|\.envrc$|\.(?:bash|zsh)(?:rc|env)$|\.(?:bash_|z)?(?:profile|login|logout)$|\.bash_aliases$|config\.fish$|"
    r"\.(?:ssh|aws|gnupg|kube|azure)(?:$|[/\\])|authorized_keys|known_hosts$|id_(?:rsa|ed25519|ecdsa|dsa)|sshd?_config|"
    r"sudoers|crontab|cron\.(?:d|daily|hourly|weekly|monthly)|credentials?(?:$|\.\w+$)|secrets?\.(?:ya?ml|json|toml|env|txt)$|"
    r"\.netrc$|\.npmrc$|\.pypirc$|\.pgpass$|\.gitconfig$|\.vault|\.htpasswd$|service-account\S*\.json$|"
    r"\.docker[/\\]config\.json$|\w[\w-]*\.(?:pem|p12|pfx)$|shadow$|passwd$"
    r")"
    r"|^/(?:etc|private/etc|boot|library/launch(?:agents|daemons))(?:/|$)|^%?~?/?\.?config/(?:claude|systemd|fish|git)\b",
    re.IGNORECASE,
)
# Named without a path. "<path>" stands for a file, "<name>" for an identifier.
_NAMED = regex(
    r"\b(?:"
    r"(?:router|routing|escalation|sub-?agent|claude|claude code|claude's|mcp|orchestrator|planner|reviewer|worker|haiku|sonnet|opus)(?:'s)? "
    r"(?:\w+ )?(?:agents?|rules?|thresholds?|polic(?:y|ies)|config|configuration|prompts?|settings?|instructions?|definitions?|"
    r"memory|memories|permissions?|hooks?|servers?|model|strictness|behaviou?r|preferences?|tools)|"
    r"(?:sub-?agents?|agent) (?:definitions?|prompts?|files?|descriptions?|front ?matter|instructions?|model|tools?|config|configs|settings)|"
    r"(?:the|our|my|a|new|every|all) (?!user |http )(?:[\w-]+ )?(?:sub-?agent|agent)s?\b|(?:tell|make|let|have|force|configure|teach|give|instruct) (?:the |our )?(?:router|planner|orchestrator|claude|ci|pipeline)\b|an? (?!react |custom )(?:\w+ )?hook (?:that|which|to|for)|"
    r"system prompt|project memory|slash commands?|claude memory|"
    r"(?:allowed|denied|default|granted|tool) permissions?|permissions? (?:rules?|settings?|list|config\w*|policy|policies)|(?:give|grant) (?:yourself|claude|the agents?|agents?|the model)|hooks? (?:for|on) (?:pre|post|session|stop|user|sub|tool|every|each|commit|push)|permissions? (?:\w+ ){0,4}(?:claude|agents?|mode|prompts?|bash|tools?|assistant|you)|(?:claude|agents?|tools?|bash)(?:'s)? (?:\w+ )?permissions?|claude(?:'s)? (?:\w+ ){0,2}(?:settings?|rules?)|"
    r"(?:bypass|skip|auto-?approve|auto-?accept|auto-?allow|suppress|silence) (?:\w+ ){0,4}(?:permissions?|approvals?|confirmations?|prompts?|checks?|hooks?|gates?|validation|edits|everything)|"
    r"auto-?(?:accept|approve|merge)\w*|(?:husky|lefthook|pre-commit)\b|(?:the|our) ci (?:to|so|on|run|use|skip|fail|pass|work|build|test)|(?:the|our) (?:bot|assistant) (?:\w+ ){0,2}(?:merge|push|deploy|approve|run|access|commit)|(?:bypass|yolo|dont-?ask|accept-?edits|auto-?accept|dangerous|plan) mode|"
    r"(?:asking|ask|prompting|prompt|bothering|bugging|nagging) (?:me )?(?:for|about|before) (?:\w+ ){0,3}(?:permissions?|approvals?|confirmations?|every|each|running|any|edits?|commands?)|"
    r"(?:allow|permit|authori[sz]e|let|trust) (?:yourself|claude|the agents?|agents?|the model|it|bash|every tool|all tools|all commands|any command)\b|"
    r"(?:allow|deny|block|white|black) ?-?list(?:s|ed|ing)? (?:\w+ ){0,3}(?:commands?|tools?|bash|npm|git)|"
    r"(?:git|pre-tool|post-tool|pre-?commit|pre-?push|post-?commit|commit-?msg|commit|client|client-side|validation|stop|session|husky|lefthook|pretooluse|posttooluse|sessionstart|userpromptsubmit) (?:\w+ )?hooks?|"
    r"(?:the|our|my|all|those|these|any) hooks?\b(?! (?:in|inside|from|of) (?:<path>|<dir>))|"
    r"pre-?commit (?:config|configuration|checks?|setup|step)|"
    r"(?:ci|ci/cd|cd|continuous integration) (?:\w+ )?(?:workflows?|pipelines?|config|configuration|jobs?|checks?|files?|steps?|setup|settings?|script|yaml|build|matrix|runner)|"
    r"(?:to|in|into|from|of|on) (?:the |our )?(?:ci|ci/cd)\b|github[- ]actions?|gitlab[- ]ci|circle ?ci|"
    r"(?:github|release|deploy|deployment|build|test|nightly|lint|publish|gitlab|actions?) workflows?(?: files?)?\b|workflows? (?:files?|folders?|dir(?:ectory|ectories)?)\b|jenkins (?:pipeline|file|job)|branch protection|"
    r"(?:the )?(?:deploy|deployment|build|release|delivery) pipeline|"
    r"(?:dot)?env(?:ironment)? files?|dotenv|(?:api|secret|access|signing|encryption|deploy|private|public|ssh|gpg) keys? (?:\w+ ){0,4}(?:to|in|into|from) (?:the |my |our )?(?:env|environment|server|vault|secrets?|github|keychain|prod\w*|host|account)|"
    r"(?:the |our |my |all |stored |database |db |aws |production |deploy )(?:secrets?|credentials?|api keys?)\b|"
    r"(?:shell|bash|zsh|fish|login|terminal) (?:\w+ )?(?:profile|config|configuration|rc|startup|init|settings?|aliases|environment)|bash_?profile|\w*bashrc|\w*zshrc|(?:to|in|from) (?:my|the) (?:shell|bash|zsh|dotfiles)\b|dotfiles|"
    r"(?:my|the|global|system) (?:\$?path)(?: variable| permanently)|"
    r"ssh (?:\w+ )?(?:config|configuration|keys?|settings?|daemon|server|access|agent)|sshd|authori[sz]ed[ _-]keys|known[ _-]hosts|"
    r"(?:my|the|a|this) (?:public|ssh|gpg|private) key|sudoers?|sudo (?:rights?|access|rules?|privileges|password)|passwordless|root (?:access|login)|"
    r"crontab|cron (?:jobs?|entr(?:y|ies)|tab|schedule)|cronjobs?|hosts file|/etc\b|systemd|launchd|launch agents?|firewall|iptables|ufw|selinux|pam config|"
    r"(?:claude|agent|editor|vs ?code|workspace|user|client|tool) (?:code )?settings\b|settings file|(?:global|user) git ?config|npmrc|netrc|"
    r"(?:confidence|escalation|routing|router) (?:\w+ )?(?:thresholds?|rules?|floors?|keywords?|polic(?:y|ies)|settings?|strictness)|"
    r"(?:quality|validation|security|safety) (?:gates?|guards?|guardrails?)|guardrails?"
    r")"
)
_ALWAYS = regex(
    r"bypasspermissions|defaultmode|allowedtools|disallowedtools|dangerously-skip-permissions|acceptedits|permissions\.(?:allow|deny|ask|default)"
    r"|mcpservers|no-verify|core\.hookspath|skip[-_ ]?permission|authorized_keys|nopasswd|pretooluse|posttooluse|sessionstart|sessionend|userpromptsubmit|subagentstop|precompact"
)
_LINE_NUMBER = regex(r"(?::\d+(?:[:-]\d+)*|#L\d+(?:-L?\d+)?)$")
_TARGETS = frozenset("in to into from of on inside onto at under within".split())
_MOVERS = frozenset("move rename replace swap copy overwrite convert merge split format".split())
# Work that reads and answers without changing anything.
_READING_WORK = frozenset(
    "review analyse analyze audit summarise summarize evaluate assess critique compare diagnose investigate explore discuss "
    "estimate trace profile reason work figure judge weigh determine outline suggest recommend propose decide argue prove "
    "disprove paraphrase threat-model reproduce extract contrast".split()
)
_TRIGGERS = regex(
    r"agent|claude|rout|hook|permission|workflow|pipeline|\bci\b|ci/cd|env\b|secret|credential|api key|shell|bash|zsh|ssh|key\b|keys\b|sudo|cron|"
    r"hosts|/etc|systemd|launch|firewall|settings|threshold|escalat|approv|confirm|gate|guard|mcp|prompt|memory|mode|allow|"
    r"trust|actions|dotfiles|path|jenkins|protection|passwordless|root|npmrc|netrc|git ?config|iptables|ufw|selinux|defaultmode|"
    r"verify|husky|lefthook|commit|auto|bot|slash|list|validation|skip|ask|nopasswd|authorized|permit|circle|fish|grant|tooluse|session|subagent|precompact|dotenv|mcpservers|bypass|tools"
)


class Claim(NamedTuple):
    """Something protected that a request would change: why, where it says so, and the words when it names no path."""

    reason: str
    start: int
    end: int
    words: str = ""


def is_protected(path: str, rules: Rules) -> bool:
    """Tell whether changing `path` needs more than the lowest tier, by the built-in list or `rules.protected` globs.

    A relative path stands in `rules.folder`.
    """
    if rules.folder and not path.startswith(("/", "~")):
        path = f"{rules.folder}/{path}"
    path = _LINE_NUMBER.sub("", path)
    path = _collapsed(path) if ".." in path or "//" in path or "/./" in path else path
    return bool(_PATHS.search(path)) or any(pattern.search(path) for pattern in _globs(rules.protected))


def folder_of(cwd: str | None, rules: Rules) -> str:
    """Return where a protected working folder lies below its repository, else below home; "" for any other folder.

    Reads the file system only when the folder's name may be protected.
    """
    if not cwd or not is_protected(f"{cwd.rstrip('/')}/x", rules._replace(folder="")):
        return ""
    inner, place = "", cwd.rstrip("/")
    home = os.environ.get("HOME", "/")
    while place not in ("", "/", home) and not os.path.lexists(f"{place}/.git"):
        place, _, name = place.rpartition("/")
        inner = f"{name}/{inner}" if inner else name
    return inner if is_protected(f"{inner}/x", rules._replace(folder="")) else ""


def _collapsed(path: str) -> str:
    """Return a path without its detours: ``a/../b`` is ``b``."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == ".." and parts and parts[-1] not in ("", ".."):
            parts.pop()
        elif part != "." and (part or not parts):
            parts.append(part)
    return "/".join(parts)


def is_reading(clause: Clause) -> bool:
    """Tell whether a clause only looks: a question, a denial, reading, explaining, reviewing."""
    if clause.mood in (ASK, DENY):
        return True
    if clause.mood != DO:
        return False
    head = clause.verb.split(" ", 1)[0]
    if head in ("tell", "give", "remind", "teach") and not (
        clause.rest and clause.rest[0].text in ("me", "us", "a", "an")
    ):
        return False
    if head in FORMS or (head in PAIRS and clause.verb not in lex.VERBS and " " in clause.verb):
        return False
    kind = lex.verb_class(clause.verb)
    if head == "ensure" or (
        head in ("teach", "remind") and not (clause.rest and clause.rest[0].text in ("me", "us"))
    ):
        return False
    if head in ("install", "checkout", "clone", "pull") or (head == "open" and not opens_file(clause)):
        return False
    return kind in ("explain", "read", "run") or head in _READING_WORK


def changes(reading: Reading, rules: Rules) -> list[Fact]:
    """Return a fact for each protected file, or protected thing named without a path, that the request would change."""
    return [_fact(reading, rules, claim) for claim in claims(reading, rules)]


def claims(reading: Reading, rules: Rules) -> Iterator[Claim]:
    """Yield what is protected and would change."""
    for command, path in _written(reading):
        if is_protected(path, rules):
            yield Claim(f"would write {path}", command.start, command.end)
    order = _order(reading)
    if order is not None:
        for path in (*reading.files, *(("this folder",) if rules.folder else ())):
            if is_protected(path, rules):
                yield Claim(f"comes with {path[:80]}, which it would change", order.start, order.end)
    before: Clause | None = None
    for clause in reading.clauses:
        if is_reading(clause):
            yield from _filled(clause, rules)
            before = clause
            continue
        token = next(
            (target for target in _targets(clause) if is_protected(target.text.strip("\"'"), rules)), None
        )
        if token is not None and not _in_command(token, reading):
            yield Claim(f"would change {token.text[:80]}", token.start, token.end)
        else:
            yield from _named(clause, reading)
            if (
                before is not None
                and clause.mood == DO
                and clause.rest
                and clause.rest[0].text in ("it", "that", "them", "this")
            ):
                yield from _named(before, reading, stated=True)
        before = clause


def _filled(clause: Clause, rules: Rules) -> Iterator[Claim]:
    """Yield a claim when what a clause reads goes into a file: "list the functions of a.py into CLAUDE.md"."""
    if clause.mood != DO or (clause.rest and clause.rest[0].text == "into"):
        return
    tokens = clause.whole
    for index, token in enumerate(tokens[:-1]):
        target = tokens[index + 1]
        if token.text == "into" and target.kind in ("path", "dir") and is_protected(target.text, rules):
            yield Claim(f"would write {target.text[:80]}", target.start, target.end)


def targets(reading: Reading) -> Iterator[str]:
    """Yield every path that the request would change, protected or not."""
    yield from (path for _, path in _written(reading))
    if _order(reading) is not None:
        yield from reading.files
    for clause in reading.clauses:
        if not is_reading(clause):
            yield from (token.text for token in _targets(clause) if not _in_command(token, reading))


def _written(reading: Reading) -> Iterator[tuple[Command, str]]:
    """Yield the commands that are asked for with each path that they write."""
    for command in reading.commands:
        if command.asked:
            yield from ((command, path) for path in command.judgement.writes or _rewritten(command))


def _order(reading: Reading) -> Clause | None:
    """Return the first clause that asks for more than reading: the files of the request may change then."""
    for clause in reading.clauses:
        command = reading.lead(clause)
        reads = command is not None and command.judgement.effect in ("read", "run")
        if not (reads or is_reading(clause) or is_courtesy(clause)):
            return clause
    return None


def _rewritten(command: Command) -> tuple[str, ...]:
    """Return the files of a command that writes without saying where: it may write what it reads."""
    return command.judgement.reads if command.judgement.effect in ("write", "unknown") else ()


def _in_command(token: Token, reading: Reading) -> bool:
    """Tell whether a known command that only reads or runs names the file."""
    command = reading.command_at(token.start)
    return command is not None and command.judgement.effect in ("read", "run")


def _fact(reading: Reading, rules: Rules, claim: Claim) -> Fact:
    """Return the fact that a protected thing would change."""
    first, last = reading.span(claim.start, claim.end)
    floor = rules.tiers[min(1, len(rules.tiers) - 1)]
    return Fact("routing.protected", f"protected: {claim.reason}", first, last, floor=floor, escalates=True)


def _targets(clause: Clause) -> Iterator[Token]:
    """Yield what a clause would change: the files after "in" or "to" when there are any, else every file it names."""
    named = [
        (index, token)
        for index, token in enumerate(clause.whole)
        if token.kind in ("path", "dir", "glob", "name", "quote", "code") and " " not in token.text
    ]
    placed = [
        token
        for index, token in named
        if token.kind in ("path", "dir", "glob", "quote") and _is_placed(clause.whole, index)
    ]
    head = clause.verb.split(" ", 1)[0]
    if placed and head not in _MOVERS and head not in FORMS:
        yield from placed
    elif placed and head in FORMS and head not in ("rm", "shred", "unlink"):
        yield from placed or (token for _, token in named)
        yield from (token for index, token in named if index == 1)
    else:
        yield from (token for _, token in named)


def _is_placed(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether the file at `index` stands after a word of place, perhaps with an article between."""
    return any(token.kind == "word" and token.text in _TARGETS for token in tokens[max(0, index - 2) : index])


def _named(clause: Clause, reading: Reading, *, stated: bool = False) -> Iterator[Claim]:
    """Yield a claim when a clause changes something protected that it names without a path."""
    line = joined(clause.tokens[:80])
    raw = reading.text[clause.start : clause.end].lower()[:2000]
    if not _TRIGGERS.search(raw):
        return
    match = _ALWAYS.search(raw)
    if match is None and (stated or clause.mood == DO or _is_wish(clause)) and not _placed_elsewhere(clause):
        match = _NAMED.search(line)
    if match is not None:
        yield Claim(f'would change "{match.group()[:60]}"', clause.start, clause.end, match.group())


def _placed_elsewhere(clause: Clause) -> bool:
    """Tell whether the clause says in which file it works; that file is then judged by its path."""
    first = next((index for index, token in enumerate(clause.whole) if token.kind == "path"), -1)
    moves = clause.verb.split(" ", 1)[0] in _MOVERS  # then that file comes from elsewhere
    begins = not moves and first <= len(clause.whole) - len(clause.rest)
    return first >= 0 and (_is_placed(clause.whole, first) or begins)


def _is_wish(clause: Clause) -> bool:
    """Tell whether a statement asks for something: "the hooks should be skipped", "I want ...", an unknown verb first."""
    words = {token.text for token in clause.tokens[:12]}
    return bool(words & {"should", "must", "need", "needs", "want", "don't", "shouldn't", "let", "allow"})


@lru_cache(maxsize=32)
def _globs(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Compile the user's globs; ``**`` crosses folders, ``*`` does not."""
    compiled = []
    for pattern in patterns:
        body = (
            re.escape(pattern.lower()).replace(r"\*\*", "\0").replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
        )
        compiled.append(re.compile(rf"(?:^|/){body.replace(chr(0), '.*')}$", re.IGNORECASE))
    return tuple(compiled)
