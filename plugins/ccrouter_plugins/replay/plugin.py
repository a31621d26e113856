"""The plugin: brings the executor `replay`, which plays a cassette or records one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attrs import validators

from ccrouter_core.models import Check, Tier
from ccrouter_core.plugin import hookimpl, option, plugin
from ccrouter_core.services import Cancel, Executor, Job, Limits
from ccrouter_plugins.replay.cassette import FAULTS, Cassette, Entry
from ccrouter_plugins.replay.engine import ReplayExecutor
from ccrouter_plugins.replay.record import RecordExecutor, wrapped

if TYPE_CHECKING:
    from ccrouter_core.runtime import Runtime


@plugin
class Replay:
    """Plays recorded answers for tiers whose `executor` is "replay", or records another executor's."""

    cassette: Path | None = option(default=None, help="the cassette file; without one there is no executor")
    mode: Literal["replay", "record"] = option(default="replay", help="play the cassette, or add to it")
    executor: str = option(default="claude_code", help="whose answers to record")
    fault: str | None = option(
        default=None,
        help="a fault for every answer that names none, for trials",
        validator=validators.optional(validators.in_(FAULTS)),
    )

    @hookimpl
    def ccrouter_executors(self, runtime: Runtime) -> Executor | None:
        """Bring the executor `replay` when a cassette is named."""
        if self.cassette is None:
            return None
        if self.mode == "record":
            return RecordExecutor(self.cassette, lambda: wrapped(self.executor, runtime.executors))
        return ReplayExecutor(Cassette.load(self.cassette), runtime.ladder, self.fault)

    @hookimpl
    def ccrouter_self_test(self, folder: Path) -> tuple[Check, ...]:
        """Play an answer that edits a file, and a fault."""
        tier = Tier(name="haiku", rank=1, model="haiku")
        job = Job(prompt="write it", tier=tier, cwd=str(folder), read_only=False)
        cassette = Cassette([Entry(times=1, text="Written.", edits={"a.txt": "a"}), Entry(fault="529")])
        executor = ReplayExecutor(cassette)
        written = executor.start(job, Limits(), Cancel()).result()
        refused = executor.start(job, Limits(), Cancel()).result()
        edited = written.error is None and (folder / "a.txt").read_text() == "a"
        return (
            Check(name="replay.edits", passed=edited, reason=written.text),
            Check(name="replay.faults", passed=refused.error is not None, reason=str(refused.error)),
        )
