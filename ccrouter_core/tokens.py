"""How many tokens a text has: an estimate, because only the service counts them."""

from __future__ import annotations

_BYTES_PER_TOKEN = 4  # of UTF-8; the services' usual rule of thumb for English prose and code


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text has, rounded up: a quarter of its bytes in UTF-8."""
    return -(-len(_bytes(text)) // _BYTES_PER_TOKEN)


def most_tokens(text: str) -> int:
    """Return how many tokens a text has at most: a tokenizer of bytes makes no token of less than one."""
    return len(_bytes(text))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
