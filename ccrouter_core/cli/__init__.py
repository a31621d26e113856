"""The command line: `ccrouter`.

What must start fast is answered here, before anything slow is imported.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # `typing` alone would double the cost of `ccrouter --version`
if TYPE_CHECKING:
    from collections.abc import Sequence


# Objects. Python's own 700 make it look through all modules a hundred times while they load.
_COLLECT_AFTER = 50_000


def _collect_rarely() -> None:
    """Look for cyclic garbage seldom, and not among what the end of the process frees anyway."""
    import atexit  # noqa: PLC0415 - `--version` needs neither
    import gc  # noqa: PLC0415

    gc.set_threshold(_COLLECT_AFTER)
    atexit.register(gc.freeze)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the `ccrouter` command.

    Args:
        argv: the arguments after the program's name; None = those of this process.

    Returns: 0 for what is answered here; every other command ends the process itself.

    Raises:
        SystemExit: the command ended; its code is the exit code.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if None in (sys.stdin, sys.stdout, sys.stderr):
        from ccrouter_core.cli.streams import open_closed  # noqa: PLC0415 - rare

        open_closed()
    try:
        return _answered(arguments)
    except OSError:
        from ccrouter_core.cli.streams import unwritable  # noqa: PLC0415 - rare

        why = unwritable()
        if why is None:
            raise
        if why:
            sys.stderr.write(f"error: standard output cannot be written: {why}\n")
        sys.exit(1)


def _answered(arguments: list[str]) -> int:  # noqa: RET503 - as above
    if arguments == ["--version"]:
        from ccrouter_core import __version__  # noqa: PLC0415 - only this answer needs it

        sys.stdout.write(f"ccrouter {__version__}\n")
        sys.stdout.flush()
        return 0
    _collect_rarely()
    from ccrouter_core.cli.app import application  # noqa: PLC0415 - click is slow to import

    application.main(args=arguments, prog_name="ccrouter")
