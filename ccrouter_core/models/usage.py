"""What an execution used."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Usage:
    """Tokens that one model used, as the executor reported them."""

    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0
    cache_read_tokens: int = 0
