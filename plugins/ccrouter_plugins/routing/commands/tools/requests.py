"""What every command line has in common: asking for help, a dry run, and what makes a loss grave."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ...patterns import regex
from ..shell_words import Field
from .arguments import Arguments

_DRY = tuple(
    "--dry-run --dryrun --dry_run --simulate --what-if --whatif --noop --no-op -whatif -dry-run".split()
)
_HELP = frozenset(("-h", "-?", "/?", "--help"))
_ABOUT = frozenset(("--version", "-V", "-v", "-version", "version", "help", "-help"))
_PRODUCTION = regex(r"(?<![a-z])(?:prod|production|prd)(?![a-z])", re.IGNORECASE)
_WHOLE = frozenset(
    "project projects account accounts organization organizations organisation subscription subscriptions tenant tenants "
    "cluster clusters".split()
)


def is_dry(arguments: Arguments, more: Iterable[str] = ()) -> bool:
    """Tell whether a dry run is asked for, by the common options or those in `more`; abbreviations do not count."""
    return any(flag in arguments.flags and arguments.has(flag) for flag in (*_DRY, *more))


def asks_help(arguments: Arguments, *, short: bool = True) -> bool:
    """Tell whether only the help or the version is asked for; `short` says that a last ``-h`` means help."""
    fields = arguments.fields
    if not fields:
        return False
    if "--help" in arguments.flags or "-help" in arguments.flags:
        return True
    if len(fields) == 1 and fields[0].text in (_ABOUT | _HELP):
        return True
    if not short:
        return False
    if fields[-1].text in _HELP and arguments.dashes < 0:
        return True
    texts = arguments.texts()
    return bool(texts) and (texts[0] == "help" or (len(texts) > 1 and texts[-1] == "help"))


def is_grave(fields: Sequence[Field], *, whole: bool = False) -> bool:
    """Tell whether the words name production or, with `whole`, a project, an account or a cluster."""
    if whole and any(field.text.lower() in _WHOLE for field in fields):
        return True
    return any(_PRODUCTION.search(field.text) for field in fields)
