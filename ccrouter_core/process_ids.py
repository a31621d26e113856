"""Processes that no other one can be taken for, also after the death of the program that wrote them down.

A number alone is used again. With the moment of its start and the run of the machine it stands for one process.
Linux and macOS; elsewhere nothing can be told, and nothing is.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import asdict, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINUX: bool = sys.platform == "linux"
_ENDED = ("Z", "X")  # it only waits for its parent to notice
_TOOL_TIMEOUT_S = 5.0


@frozen(kw_only=True)
class ProcessId:
    """One process. `started` is the kernel's own figure; `boot` names the run of the machine, or of a container."""

    pid: int
    started: str
    boot: str
    host: str

    @classmethod
    def of(cls, pid: int) -> ProcessId | None:
        """Return which process has this number now; None when there is none, or nobody can tell."""
        found, boot = _state_and_start(pid), _boot()
        if found is None or not boot:
            return None
        return cls(pid=pid, started=found[1], boot=boot, host=socket.gethostname())

    @classmethod
    def read(cls, document: object) -> ProcessId | None:
        """Return what `document` wrote down; None for anything else."""
        fields = {"pid": int, "started": str, "boot": str, "host": str}
        if not isinstance(document, dict) or any(
            type(document.get(f)) is not kind for f, kind in fields.items()
        ):
            return None
        return cls(**{name: document[name] for name in fields})

    def document(self) -> Mapping[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    @property
    def exists(self) -> bool:
        """Return whether this very process has not gone yet; one that ended keeps its number until it is noticed."""
        return ProcessId.of(self.pid) == self

    @property
    def runs(self) -> bool:
        """Return whether this very process is at work."""
        found = _state_and_start(self.pid)
        return self.exists and found is not None and found[0] not in _ENDED


def _state_and_start(pid: int) -> tuple[str, str] | None:
    """Return the state of a process (a letter) and when it started."""
    if _LINUX:
        try:  # the name in brackets may hold anything; what follows is: state (field 3), ..., start (field 22)
            fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
            return fields[0].decode(), fields[19].decode()
        except (OSError, IndexError):
            return None
    words = _said("ps", "-o", "state=,lstart=", "-p", str(pid)).split(maxsplit=1)
    return (words[0][:1], words[1].strip()) if len(words) == 2 else None  # noqa: PLR2004 - the two columns


@cache
def _boot() -> str:
    """Return a name for this run of the machine; of a container, whose numbers are its own, for this run of it."""
    if _LINUX:
        try:
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            return f"{boot} {os.readlink('/proc/self/ns/pid')}"  # noqa: PTH115 - the link names no path
        except OSError:
            return ""
    return _said("sysctl", "-n", "kern.bootsessionuuid").strip()


def _said(*argv: str) -> str:
    """Return what a program of the system prints; nothing when there is none."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words and a number, no shell
            argv,
            capture_output=True,
            text=True,
            timeout=_TOOL_TIMEOUT_S,
            check=False,
            env={"LC_ALL": "C", "PATH": os.defpath + ":/usr/sbin:/sbin"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
