"""Registering plugins: what would never be asked is refused, by name."""

from __future__ import annotations

import re

import pytest

from ccrouter_core import PluginError, Router, hookimpl, plugin


@plugin
class Forgets:
    """Has a hook, and another one without its mark."""

    @hookimpl
    def ccrouter_observe(self):
        """Watch."""

    def ccrouter_signals(self):
        """Guard, as its author believes."""


@plugin
class OldStyle:
    """Wraps as pluggy did before 1.2."""

    @hookimpl(hookwrapper=True)
    def ccrouter_execute(self):
        """Wrap."""
        yield


@pytest.mark.parametrize("thing", ["routing", object(), 5, None])
def test_an_object_without_hooks_is_refused(thing: object) -> None:
    """A name, or any object that no hook would reach, is no plugin; the error says what to pass."""
    with pytest.raises(
        PluginError, match=f"{re.escape(type(thing).__name__)} has no method marked @hookimpl"
    ):
        Router(thing)


def test_a_method_named_like_a_hook_needs_its_mark() -> None:
    """Without @hookimpl a guard would never be asked, and nobody would notice."""
    with pytest.raises(PluginError, match="ccrouter_signals of the plugin 'forgets'"):
        Router(Forgets())


def test_an_old_style_wrapper_is_refused() -> None:
    """It cannot be asked one by one; the error says how to write it."""
    with pytest.raises(PluginError, match=re.escape("@hookimpl(wrapper=True)")):
        Router(OldStyle())
