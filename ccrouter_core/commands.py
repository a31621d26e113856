"""Which commands a request asks to run, which of them an attempt may run, and what became of them.

The person's own words are the permission: a command that stands in the request exactly as it is to run, and that is
harmless or was agreed to, may run; nothing else may.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from ccrouter_core.intents import edits_files
from ccrouter_core.models import Outcome, Signal, Status, Verdict

_READING = frozenset({"look", "read", "run"})
_NAME = "core.commands"
_SHOWN = 3  # commands in one reason


@frozen(kw_only=True)
class Grant:
    """What an attempt may do beside reading, and beside editing in its workspace.

    Attributes:
        commands: it may run, exactly as the request writes them.
        moves: it may move and delete files of its workspace.
        escalation: it may ask for a stronger model, because there is one to climb to.
        executor: the name of who does it.
    """

    commands: tuple[str, ...] = ()
    moves: bool = False
    escalation: bool = False
    executor: str = ""


def asked(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    """Return the signals that say what is to run, each command once."""
    found: dict[str, Signal] = {}
    for signal in signals:
        if signal.command is not None:
            found.setdefault(signal.command or f"?{signal.effect}", signal)
    return tuple(found.values())


def granted(signals: Sequence[Signal], *, edit: bool) -> tuple[str, ...]:
    """Return the commands that an attempt may run, exactly as they are written.

    In place: what reads, runs or writes, and what is destructive when it is among what the person was asked; the yes has
    been given before anything is attempted. In a workspace: what reads or runs, and what does nothing but change files,
    because only files are brought back from there.

    Args:
        signals: all that was noticed about the request.
        edit: whether the attempt changes files in a workspace.
    """
    return tuple(
        signal.command for signal in asked(signals) if signal.command and _is_granted(signal, edit=edit)
    )


def has_effect(signals: Iterable[Signal], ran: Sequence[str]) -> bool:
    """Return whether one of the commands that ran did more than read or build, so that it must not run twice."""
    return any(signal.command in ran and signal.effect not in _READING for signal in asked(signals))


def removes_files(signals: Iterable[Signal]) -> bool:
    """Return whether something is to be deleted in words, which in a workspace means files."""
    return any(signal.command == "" and signal.effect == "destructive" for signal in asked(signals))


def commands_verdict(
    signals: Sequence[Signal], grant: Grant, outcome: Outcome, *, edit: bool
) -> Verdict | None:
    """Return what became of the commands that a request asks to run; None when it asks for none.

    PASS says that they ran, not what they said. FAIL is for a command that might have run and did not, as long as none
    did; what may not run, and what is not spelled out and was not run, is CANNOT_RUN: nobody knows what it would say.

    Args:
        signals: all that was noticed about the request.
        grant: what the attempt was allowed to do.
        outcome: what came out.
        edit: whether files were changed in a workspace.
    """
    ran = outcome.ran
    wanted = [s for s in asked(signals) if s.command in ran or not _is_seen_otherwise(s, edit=edit)]
    if not wanted:
        return None
    spelled = [signal for signal in wanted if signal.command]
    missed = [signal.command or "" for signal in spelled if signal.command not in ran]
    if not missed and ran:
        return _verdict(Status.PASS, f"ran: {_listed(ran)}")
    forbidden = [command for command in missed if command not in grant.commands]
    if forbidden:
        return _verdict(Status.CANNOT_RUN, _why_not(forbidden[0], spelled, grant, edit=edit))
    if missed and not ran:
        return _verdict(Status.FAIL, f"was to be run and was not: {_listed(missed)}")
    if missed:
        return _verdict(Status.CANNOT_RUN, f"ran: {_listed(ran)}; did not run: {_listed(missed)}")
    return _verdict(
        Status.CANNOT_RUN,
        f"the request asks to run something, and the executor {grant.executor} ran nothing; write the command itself "
        "(`pytest -q`), or allow it in that executor's options",
    )


def _is_seen_otherwise(signal: Signal, *, edit: bool) -> bool:
    """Return whether something is judged without a command: a look at files by the answer, a deletion by the files."""
    return signal.effect == "look" or (edit and signal.effect == "destructive" and not signal.command)


def _is_granted(signal: Signal, *, edit: bool) -> bool:
    if edit:
        return signal.effect in _READING or (signal.effect == "write" and edits_files(signal.command or ""))
    return signal.effect in _READING | {"write"} or (signal.effect == "destructive" and bool(signal.confirm))


def _why_not(command: str, spelled: Sequence[Signal], grant: Grant, *, edit: bool) -> str:
    signal = next(signal for signal in spelled if signal.command == command)
    if signal.effect == "unknown":
        return f"`{command}` is not known to be harmless, so it was not run; run it yourself"
    if edit and not _is_granted(signal, edit=True):
        return f"`{command}` does more than change files, so it was not run in the copy; run it once they are applied"
    return f"the executor {grant.executor} may not run commands; let another one take it, or run `{command}` yourself"


def _listed(commands: Sequence[str]) -> str:
    shown = ", ".join(f"`{command}`" for command in commands[:_SHOWN])
    return shown + (" and others" if len(commands) > _SHOWN else "")


def _verdict(status: Status, reason: str) -> Verdict:
    return Verdict(check=_NAME, status=status, reason=reason)
