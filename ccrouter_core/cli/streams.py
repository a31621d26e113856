"""The standard streams of this process, when they are closed or what they lead to is full."""

from __future__ import annotations

import os
import sys


def open_closed() -> None:
    """Give this process the streams that it was started without, so that no file of ours gets their numbers.

    Standard input is then empty, standard error silent, and writing to standard output fails, as other programs do.
    """
    for name, flags, mode in (
        ("stdin", os.O_RDONLY, "r"),
        ("stdout", os.O_RDONLY, "w"),  # not open for writing: that fails, and is told
        ("stderr", os.O_WRONLY, "w"),
    ):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, flags), mode, encoding="utf-8"))


def unwritable() -> str | None:
    """Return why standard output cannot be written, "" when standard error cannot, None when both can.

    What waits to be written there is given up, so that the end of the process does not fail on it again.
    """
    found = None
    for stream, is_output in ((sys.stderr, False), (sys.stdout, True)):
        try:
            stream.flush()
        except OSError as error:
            sink = os.open(os.devnull, os.O_WRONLY)
            os.dup2(sink, stream.fileno())
            os.close(sink)
            found = (error.strerror or type(error).__name__) if is_output else ""
    return found
