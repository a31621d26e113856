"""What a tool does by the verb in its arguments: for every tool whose table does not say it.

Command lines of services follow one habit: ``tool [service] [object] VERB name`` or ``tool VERB-object name``. The verb
decides; a name that merely contains one does not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...patterns import regex
from ..effects import DESTRUCTIVE, READ, RUN, WRITE

if TYPE_CHECKING:
    from .arguments import Arguments

_LOSES = frozenset(
    "delete destroy remove rm purge drop wipe erase terminate revoke reset flush prune uninstall unregister deregister "
    "truncate nuke del unlink kill stop shutdown disable deactivate evict drain teardown shred zap obliterate expunge "
    "rmi rmdir rb decommission undeploy unpublish yank deprovision disconnect ban suspend killall dropdb flushall "
    "flushdb clear clean-all cleanup detach unmap release-address discard expire unset decommission overwrite "
    "deletes removes remove-all delete-all down rotate-root halt poweroff reboot format reinit reinitialize".split()
)
_DEEDS = frozenset("deletion removal destruction termination purging eviction".split())
_READS = frozenset(
    "get list ls describe show status info logs log version search check validate diff plan export cat head tail view "
    "inspect history top ps whoami lookup find query read test lint verify ping count stats stat size help explain dump "
    "download env print display report preview monitor outdated audit scan tree who docs doctor usage events ll lsd "
    "lsjson lsl exists compare metrics details summary examine trace peek watch select filter batch-get scan receive "
    "estimate simulate assume wait tags versions grep fetch".split()
)
# Words that name a thing as often as they read it: `aws logs delete-log-group`. A later verb overrules them.
_NOUNS = frozenset(
    "logs log tags versions version events history report plan test scan watch config env status stats metrics usage search "
    "monitor query trace audit info help docs diff check display export download dump find batch-get print stat run build "
    "start app use service shell up link label tag image publish copy edit config access patch template".split()
)
_WRITES = frozenset(
    "create add update set put apply deploy install import upload push sync copy cp mv move enable init login logout edit "
    "patch tag label annotate commit merge upgrade replace rename register attach insert write save new publish grant "
    "restore rollback modify configure link pull clone mkdir touch generate approve assign associate bind mount tap "
    "change increment promote migrate import-image rotate renew seal unseal sign encrypt decrypt post send reload resize "
    "restart scale pause resume unpause pin convert transfer invite join cancel abort archive lock unlock".split()
)
_RUNS = frozenset(
    "run start build serve exec launch dev execute invoke call trigger open use up shell connect".split()
)
_PREFIXES = frozenset("batch bulk force multi mass hard soft cascade async admin schedule db app pg".split())
_FLAGS = tuple(
    "--delete --purge --remove --destroy --wipe --drop --erase --prune --nuke --uninstall --truncate --delete-all "
    "--remove-all --reset --force-delete --hard-delete --drop-all --flush --factory-reset --clear-all --terminate".split()
)
# Options that make some tool lose something: told in words, without the command line, they speak for themselves.
LOSING_FLAGS = frozenset(
    (*_FLAGS, "--force", "--force-with-lease", "--hard", "--mirror", "--no-preserve-root")
)
_TOKEN = regex(r"[a-z][a-z0-9]*(?:[-_:./][a-z0-9]+)*", re.IGNORECASE)
_FILE_END = regex(r"\.[A-Za-z][A-Za-z0-9]{0,5}$")
_SPLIT = regex(r"[-_:./]")
_CAMEL = regex(r"(?<=[a-z])(?=[A-Z])")
_MAX_TOKENS = 5
_MAX_TASKS = 4
# A name with one of these first or last is about a deletion, it does not delete: `test_delete.py`, `purge-report`.
_ABOUT = frozenset(
    "test tests spec check list show get report reports log logs not no non status history audit view docs plan preview "
    "dialog button handler helper helpers utils guide policy notes readme example examples mock fixture schema config".split()
)
_STRONG = frozenset(
    "delete destroy remove purge drop wipe erase nuke teardown uninstall truncate obliterate rmtree deregister".split()
)


def verb_effect(word: str) -> str | None:
    """Return the effect of the verb that `word` is or starts with, or None when it holds no verb."""
    lowered = word.lower()
    if len(lowered) > 80:
        return None
    whole = _effect(lowered)
    if whole or not _TOKEN.fullmatch(word):
        return whole
    pieces = _SPLIT.split(lowered if lowered == word or word.isupper() else _CAMEL.sub("-", word).lower())
    position = 0
    while position < len(pieces) - 1 and pieces[position] in _PREFIXES:
        position += 1
    effect = _effect(pieces[position])
    if effect != READ and _DEEDS.intersection(pieces):
        return DESTRUCTIVE
    if ":" in word:
        # `env:unset`, `migrate:reset`: the object comes first.
        found = [_effect(_SPLIT.split(piece)[0]) for piece in lowered.split(":")]
        return DESTRUCTIVE if DESTRUCTIVE in found else next((one for one in found if one), None)
    return effect


def _effect(word: str) -> str | None:
    if word in _LOSES:
        return DESTRUCTIVE
    if word in _READS:
        return READ
    if word in _WRITES:
        return WRITE
    return RUN if word in _RUNS else None


def effect_by_verb(arguments: Arguments) -> tuple[str, str]:
    """Return the effect of the first verb among the operands, and that verb; ``("run", "")`` when there is none."""
    for flag in _FLAGS:
        if flag in arguments.flags and arguments.has(flag):
            return DESTRUCTIVE, flag
    weak = noun = ("", "")
    for position, index in enumerate(arguments.indexes[:_MAX_TOKENS]):
        operand = arguments.operands[position]
        word = operand.text
        before = arguments.fields[index - 1].text if index else ""
        effect = verb_effect(word) if not operand.hole and not _is_path(word) else None
        if effect is None:
            continue
        if word.lower() in _NOUNS:
            noun = noun if noun[0] else (effect, word)
            continue
        if noun[0] and effect != DESTRUCTIVE:
            return noun
        if effect in (WRITE, RUN) and _next_loses(arguments, position):
            noun = effect, word
            continue
        # The word after an unknown option may be its value: it decides only when nothing else does.
        if before.startswith("-") and "=" not in before and before != "--":
            weak = weak if weak[0] else (effect, word)
            continue
        return effect, word
    if noun[0]:
        return noun
    return weak if weak[0] else (RUN, "")


def is_loss(word: str) -> bool:
    """Tell whether `word` is nothing but a verb that deletes: ``delete``, ``rm``."""
    return word.lower() in _STRONG or word.lower() in (
        "rm",
        "del",
        "terminate",
        "revoke",
        "unset",
        "disable",
        "stop",
    )


def _next_loses(arguments: Arguments, position: int) -> bool:
    """Tell whether the operand after `position` deletes what that one names: ``az lock delete``."""
    return position + 1 < len(arguments.operands) and is_loss(arguments.operands[position + 1].text)


def name_destroys(name: str) -> bool:
    """Tell whether the name of a script or an unknown tool says that it destroys: ``drop_db.sh``, ``x-delete-y``."""
    stem = name[:80].rpartition(".")[0] or name[:80]
    pieces = _SPLIT.split(_CAMEL.sub("-", stem).lower())
    if pieces[0] in _ABOUT or pieces[-1] in _ABOUT:
        return False
    return (len(pieces) > 1 or stem != name) and not _STRONG.isdisjoint(pieces)


def _is_path(word: str) -> bool:
    if _FILE_END.search(word) and verb_effect(word.rpartition(".")[2]) is None:
        return True
    return "/" in word or word.startswith(("~", ".", "$")) or "@" in word


_TASKS = _STRONG | frozenset(
    "distclean mrproper realclean maintainer-clean reset flush clobber prune down stop undeploy rollback unpublish kill "
    "zap shutdown empty".split()
)
_URL_VERBS = _STRONG | frozenset(
    "clear empty flushall reset shutdown terminate revoke deactivate disable kill".split()
)
_URL_PIECE = regex(r"[/?&=]_?([A-Za-z][A-Za-z_-]{2,40})(?=[/?&=#]|$)")


def task_destroys(name: str) -> bool:
    """Tell whether a task or target says that it destroys: ``db:drop``, ``destroy-prod``, ``distclean``."""
    if "=" in name or len(name) > 80:
        return False
    pieces = _SPLIT.split(_CAMEL.sub("-", name).lower())
    return not _TASKS.isdisjoint(pieces) or name.lower() in _TASKS


def tasks_destroy(arguments: Arguments, first: int) -> bool:
    """Tell whether one of the tasks among the operands from `first` on destroys, and more than its help is asked."""
    if arguments.fields and arguments.fields[-1].text in ("--help", "-h", "--dry-run"):
        return False
    count = sum(1 for index in arguments.indexes if arguments.dashes < 0 or index < arguments.dashes)
    return any(map(task_destroys, arguments.texts()[first : min(first + _MAX_TASKS, count)]))


def path_destroys(url: str, *, posts: bool) -> bool:
    """Tell whether a request to `url` destroys by the verb in its path, ``/index/_delete_by_query``, ``/queue/purge``."""
    if "/" not in url:
        return False
    for match in _URL_PIECE.finditer(url.partition("://")[2] or url):
        pieces = _SPLIT.split(_CAMEL.sub("-", match.group(1)).lower().lstrip("_"))
        if pieces[0] == "do" and len(pieces) > 1:
            pieces = pieces[1:]
        if posts and pieces[0] in _URL_VERBS:
            return True
    return False
