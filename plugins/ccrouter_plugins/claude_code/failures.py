"""Why the client gave no usable answer.

The client says it in several places that do not agree: an API error still has the subtype "success", a prompt that
a hook stopped has no error at all, an interrupted run exits with 0. So all of them are read, in a fixed order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ccrouter_core.models import Failure, FailureKind
from ccrouter_core.redact import redact
from ccrouter_core.resets import is_quota_message, reset_time

if TYPE_CHECKING:
    from datetime import datetime

    from ccrouter_core.processes import ProcessResult

_MAX_MESSAGE_CHARS = 500
_TOO_MANY = 429  # HTTP: too fast, or a quota is used up; the words tell which
_BY_REASON = {  # subtype or terminal_reason
    "error_max_budget_usd": FailureKind.BUDGET,
    "budget_exhausted": FailureKind.BUDGET,
    "error_max_turns": FailureKind.MAX_TURNS,
    "max_turns": FailureKind.MAX_TURNS,
    "prompt_too_long": FailureKind.CONTEXT_TOO_LONG,
    "image_error": FailureKind.CONTEXT_TOO_LONG,  # the request as a whole is over the size the service takes
}
_BY_STATUS = {
    401: FailureKind.AUTH,
    403: FailureKind.AUTH,
    408: FailureKind.TIMEOUT,
    413: FailureKind.CONTEXT_TOO_LONG,
    504: FailureKind.TIMEOUT,
    529: FailureKind.RATE_LIMITED,
}
_BY_WORDS = (
    (
        re.compile(r"prompt is too long|context (?:window|length)", re.IGNORECASE),
        FailureKind.CONTEXT_TOO_LONG,
    ),
    (
        re.compile(r"not logged in|please run /login|invalid api key|authenticat|oauth", re.IGNORECASE),
        FailureKind.AUTH,
    ),
    (re.compile(r"timed out|timeout", re.IGNORECASE), FailureKind.TIMEOUT),
    (
        re.compile(
            r"ECONN\w+|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|unable to connect|connection (?:refused|error|dropped)"
            r"|unknown option|--agent '.*' not found|no conversation found",
            re.IGNORECASE,
        ),
        FailureKind.UNAVAILABLE,
    ),
    (re.compile(r"overloaded|rate.?limit", re.IGNORECASE), FailureKind.RATE_LIMITED),
)
_HOOK = re.compile(r"^\w* ?operation (?:blocked|stopped) by hook|^prompt dropped by a hook", re.IGNORECASE)
_LIMITS = {
    "start": "it said nothing after its start within the limit",
    "first_event": "no answer of a model began within the limit",
    "idle": "it was silent for longer than the limit",
    "total": "it took longer than the limit",
}


def failure_of(
    process: ProcessResult, result: dict[str, Any] | None, resets_at: datetime | None, now: datetime
) -> Failure | None:
    """Return why a run failed, or None when it did not.

    Args:
        process: how the process ended; a limit that was passed or a cancel outranks whatever it says.
        result: the client's result object, if one came.
        resets_at: when a quota opens again, if the stream said so.
        now: the present moment.
    """
    if process.timed_out is not None:
        message = f"{process.timed_out} timeout: {_LIMITS[process.timed_out]}"
        return Failure(kind=FailureKind.TIMEOUT, message=message)
    if result is None:
        return _without_result(process)
    message = _message(result, process)
    if not result.get("is_error") and process.exit_code == 0:
        return _quiet_failure(result, message)
    kind = _kind(result, message)
    if kind is FailureKind.RATE_LIMITED and _is_quota(result, message, resets_at):
        kind = FailureKind.QUOTA
    told = kind in {FailureKind.QUOTA, FailureKind.RATE_LIMITED}
    opens = (resets_at or reset_time(message, now)) if told else None
    return Failure(kind=kind, message=message, resets_at=opens)


def _is_quota(result: dict[str, Any], message: str, resets_at: datetime | None) -> bool:
    """Return whether a 429 means a used-up quota; 529 is an overload of the service, whatever the words say."""
    return result.get("api_error_status") == _TOO_MANY and (
        resets_at is not None or is_quota_message(message)
    )


def _quiet_failure(result: dict[str, Any], message: str) -> Failure | None:
    """Return the failure of a run that claims success: a hook stopped it before any request, or it refused."""
    if result.get("stop_reason") == "refusal":
        return Failure(kind=FailureKind.REFUSAL, message=message)
    if not result.get("modelUsage") and _HOOK.match(message):
        return Failure(kind=FailureKind.BLOCKED, message=message)
    return None


def _kind(result: dict[str, Any], message: str) -> FailureKind:
    if result.get("stop_reason") == "refusal":
        return FailureKind.REFUSAL
    for word in (result.get("subtype"), result.get("terminal_reason")):
        if isinstance(word, str) and word in _BY_REASON:
            return _BY_REASON[word]
    status = result.get("api_error_status")
    if status == _TOO_MANY:
        return FailureKind.RATE_LIMITED
    if isinstance(status, int):
        return _BY_STATUS.get(status, FailureKind.API)
    if not result.get("is_error"):
        return FailureKind.CRASHED  # it claims success and exits with an error
    if is_quota_message(message):
        return FailureKind.QUOTA
    return _by_words(message) or FailureKind.API


def _by_words(message: str) -> FailureKind | None:
    return next((kind for pattern, kind in _BY_WORDS if pattern.search(message)), None)


def _message(result: dict[str, Any], process: ProcessResult) -> str:
    errors = result.get("errors")
    texts = [result.get("result"), *(errors if isinstance(errors, list) else ())]
    said = "; ".join(text.strip() for text in texts if isinstance(text, str) and text.strip())
    message = said or _last_words(process) or f"the client ended with exit code {process.exit_code}"
    return redact(message)[:_MAX_MESSAGE_CHARS]


def _without_result(process: ProcessResult) -> Failure:
    words = _last_words(process)
    kind = _by_words(words) or FailureKind.CRASHED
    ended = "was killed by signal" if (process.exit_code or 0) < 0 else "ended with exit code"
    message = f"the client {ended} {abs(process.exit_code or 0)} without a result" + (
        f": {words}" if words else ""
    )
    return Failure(kind=kind, message=redact(message)[:_MAX_MESSAGE_CHARS])


def _last_words(process: ProcessResult) -> str:
    lines = [
        line.strip() for line in process.stderr.decode("utf-8", errors="replace").splitlines() if line.strip()
    ]
    return lines[-1] if lines else ""
