"""What wraps a request that is one command: a fence, an order to run it, backticks, manners.

"rm -rf x", "run `rm -rf x`" and the same in a fence are one request; without their wrapping they are one text.
"""

from __future__ import annotations

import re

from ..patterns import regex
from .command_text import OPENERS, SHELL_TAGS, looks_like_command

__all__ = ["unwrapped"]

_ORDER = regex(
    r"\s*(?:run|execute|exec|issue|invoke|launch|do|try)(?![\w-])"
    r"(?:\s+(?:this|that|it|these|the|following|shell|bash|commands?|lines?|one|snippet|script|for me|please)(?![\w-]))*"
    r"(?P<gap>\s*:?\s*)",
    re.IGNORECASE,
)
_TAIL = regex(
    r"(?:[\s,.!?]|\b(?:for me|please|pls|now|thanks|thank you|thx|asap|right away|again)\b)*\Z", re.IGNORECASE
)
_FENCE = regex(r"\s*```(?!`)")
_TICKS = regex(r"\s*(`{1,2})(?!`)")
# An order inside a fence inside an order: deeper than this nobody wraps a command.
_LAYERS = 3
_TAIL_MAX = 60


def unwrapped(text: str) -> tuple[str, tuple[int, int] | None]:
    """Blank what wraps a request, keeping every position.

    Returns:
        The text, and the span of the command when its marks say that it is one (backticks after an order to run, a
        shell fence); None when nothing says so. Linear in the length of `text`.
    """
    start, end, marked = 0, len(text), False
    for _ in range(_LAYERS):
        inner = _unfenced(text, start, end) or _unordered(text, start, end)
        if inner is None:
            break
        start, end, told = inner
        marked = marked or told
    plain = " " * start + text[start:end] + " " * (len(text) - end)
    return plain, (start, end) if marked and text[start:end].strip() else None


def _unfenced(text: str, start: int, end: int) -> tuple[int, int, bool] | None:
    """Return the span inside a fence that holds the whole request, and whether its label names a shell."""
    opener = _FENCE.match(text, start, end)
    close = text.find("```", opener.end(), end) if opener is not None else -1
    if opener is None or close < 0 or not _is_tail(text, close + 3, end):
        return None
    line = text.find("\n", opener.end(), close)
    label = text[opener.end() : line].strip() if line >= 0 else ""
    labelled = not label or label.replace("-", "").isalpha()
    return line if labelled and line >= 0 else opener.end(), close, label.lower() in SHELL_TAGS


def _unordered(text: str, start: int, end: int) -> tuple[int, int, bool] | None:
    """Return the span of what an order to run something names, and whether backticks mark it as a command."""
    opener = OPENERS.match(text, start, end)
    order = _ORDER.match(text, opener.end() if opener else start, end)
    if order is None:
        return None
    ticks = _TICKS.match(text, order.end(), end)
    close = text.rfind("`", ticks.end(), end) if ticks is not None else -1
    if ticks is not None and close >= 0 and _is_tail(text, close + 1, end):
        first, last = _between(text, ticks, close)
        return (first, last, True) if first < last else None
    if _FENCE.match(text, order.end(), end):
        return order.end(), end, False
    if looks_like_command(text[order.end() : end].partition("\n")[0]):
        return order.end(), end, False
    return None


def _between(text: str, ticks: re.Match[str], close: int) -> tuple[int, int]:
    """Return the span between the opening ticks and the last one; empty when they enclose several pieces."""
    first, last = ticks.end(), close
    if len(ticks.group(1)) > 1:
        # Two marks at both ends, or one and a command that begins with a tick of its own.
        return (first, last - 1) if text[close - 1] == "`" else (first - 1, last)
    inner = text.find("`", first, last)
    opens = inner < 0 or text[inner - 1] in " \t\n=(" or text[inner + 1].isalnum() or text[inner + 1] in "$/"
    return (first, last) if opens else (first, first)


def _is_tail(text: str, start: int, end: int) -> bool:
    """Tell whether only manners follow."""
    return end - start <= _TAIL_MAX and _TAIL.match(text[start:end]) is not None
