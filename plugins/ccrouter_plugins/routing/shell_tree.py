"""tree-sitter reader."""

from __future__ import annotations

from .shell import Script


def parse_tree(text: str) -> Script | None:
    """Parse."""
    return None
