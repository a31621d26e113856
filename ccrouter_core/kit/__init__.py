"""The conformance kit of plugins: does one keep the contract? `ccrouter plugins check` runs it, and so may its tests.

Example:
    ```python
    from ccrouter_core import Signal, hookimpl, option, plugin
    from ccrouter_core.testing import check_plugin


    @plugin
    class Careful:
        '''What names production deserves judgment.'''

        floor: str = option("sonnet", help="the lowest tier for it", user_only=True)

        @hookimpl
        def ccrouter_signals(self, request):
            if "production" in request.text:
                yield Signal(name="careful.production", reason="it names production", floor=self.floor)


    assert [remark for remark in check_plugin(Careful) if remark.state == "broken"] == []
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.kit.declared import hook_remarks, option_remarks
from ccrouter_core.kit.remarks import Remark
from ccrouter_core.kit.trials import made, trial_remarks
from ccrouter_core.plugin import plugin_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ccrouter_core.models import Request

__all__ = ["Remark", "check_plugin"]


def check_plugin(cls: object, requests: Iterable[Request] = ()) -> tuple[Remark, ...]:
    """Return what can be said about a plugin's class: its options, its hooks, and what these answer to samples.

    Hooks are called with sample arguments, in a thread of their own and in a temporary folder; the one that does the
    work, `ccrouter_execute`, is not. Nothing of the user's is read or written, apart from what the plugin itself does.

    Args:
        cls: the class, as its entry point names it.
        requests: further requests to call the hooks with, such as those that the plugin is about.

    Returns: one remark a check; it keeps the contract when none is "broken".
    """
    return tuple(_remarks(cls, tuple(requests)))


def _remarks(cls: object, requests: tuple[Request, ...]) -> Iterator[Remark]:
    if not isinstance(cls, type):
        fix = "let the entry point name a class that @plugin made: `module:Class`"
        yield Remark(
            check="plugin.class", state="broken", reason=f"it is {type(cls).__name__}, not a class", fix=fix
        )
        return
    yield from option_remarks(cls)
    declared = tuple(hook_remarks(cls))
    yield from declared
    plugin, remark = made(cls)
    yield remark
    if plugin is not None and all(one.state != "broken" for one in declared):
        yield from trial_remarks(plugin, plugin_name(plugin), requests)
