"""The regular expressions of the routing rules: compiled late, but all of them valid."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module

import pytest

from ccrouter_plugins import routing
from ccrouter_plugins.routing.patterns import LazyRegex, regex

MODULES = sorted(
    found.name
    for found in pkgutil.walk_packages(routing.__path__, f"{routing.__name__}.")
    if not found.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_every_expression_of_the_rules_compiles(name: str):
    """A fault in an expression is found here, not by the first request that needs it."""
    for value in vars(import_module(name)).values():
        if isinstance(value, LazyRegex):
            assert value.groups >= 0


def test_a_late_expression_answers_as_a_compiled_one():
    """Flags hold, and a method that was found once stays the same object."""
    late, compiled = regex("a(b+)", re.IGNORECASE), re.compile("a(b+)", re.IGNORECASE)
    assert late.sub(r"<\1>", "xABBy") == compiled.sub(r"<\1>", "xABBy") == "x<BB>y"
    assert late.search is late.search
    assert (late.pattern, late.flags) == (compiled.pattern, compiled.flags)


def test_a_wrong_expression_is_told_at_its_first_use():
    """Making it costs nothing and says nothing; using it raises."""
    wrong = regex("(")
    with pytest.raises(re.error):
        wrong.search("a")
