"""The client's hook that lets exactly the commands run that the person asked for.

Called by the client before each command as `python -I -S permit.py FILE`, with its event on standard input. FILE holds
{"commands": [...], "only": bool}. The client's own rules cannot say "exactly this": a star in one stands for anything,
and pipes, redirections and files outside of the project are refused whatever a rule says.

Standard library only: a hook delays the client. Whatever goes wrong here, nothing is allowed by it.
"""

import json
import sys
from pathlib import Path


def decision(event: object, rules: object) -> "dict[str, object] | None":
    """Return the client's answer to one command: allowed, denied, or None to leave it to the client's own rules."""
    try:
        command = event["tool_input"]["command"]  # type: ignore[index]
        allowed, only = rules["commands"], rules["only"]  # type: ignore[index]
    except (KeyError, TypeError):
        command, allowed, only = None, [], True
    if command is not None and command in allowed:
        return _said("allow", "the person asked for this command")
    if not only:
        return None
    return _said("deny", "Only these commands may run, exactly as written: " + json.dumps(allowed))


def _said(verdict: str, reason: str) -> "dict[str, object]":
    output = {
        "hookEventName": "PreToolUse",
        "permissionDecision": verdict,
        "permissionDecisionReason": reason,
    }
    return {"hookSpecificOutput": output}


def main(file: str) -> None:
    """Answer the event on standard input."""
    rules = json.loads(Path(file).read_text("utf-8"))
    answer = decision(json.load(sys.stdin), rules)
    if answer is not None:
        sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1])
