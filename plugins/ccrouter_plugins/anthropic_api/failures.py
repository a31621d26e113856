"""Why the service refused: its error classes as kinds of failure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ccrouter_core.models import Failure, FailureKind
from ccrouter_core.redact import redact
from ccrouter_core.resets import is_quota_message, reset_time

_MAX_MESSAGE_CHARS = 500
_LONG_WAIT_S = (
    120.0  # a retry-after beyond this is a used-up quota, not haste: it is rescheduled, not retried
)
_BY_TYPE = {
    "rate_limit_error": FailureKind.RATE_LIMITED,
    "overloaded_error": FailureKind.RATE_LIMITED,
    "authentication_error": FailureKind.AUTH,
    "permission_error": FailureKind.AUTH,
    "billing_error": FailureKind.QUOTA,
    "request_too_large": FailureKind.CONTEXT_TOO_LONG,
    "timeout_error": FailureKind.TIMEOUT,
}
_BY_STATUS = {
    401: FailureKind.AUTH,
    402: FailureKind.QUOTA,
    403: FailureKind.AUTH,
    408: FailureKind.TIMEOUT,
    413: FailureKind.CONTEXT_TOO_LONG,
    429: FailureKind.RATE_LIMITED,
    504: FailureKind.TIMEOUT,
    529: FailureKind.RATE_LIMITED,
}


def failure_of(sdk: Any, error: Any, now: datetime) -> Failure:
    """Return the failure that an exception of the SDK stands for.

    Args:
        sdk: the SDK's module, loaded by who caught the error.
        error: an `anthropic.AnthropicError`: of a status, of a connection, or of the SDK itself.
        now: the present moment, for the time at which a quota opens again.
    """
    message = redact(str(getattr(error, "message", "") or error))[:_MAX_MESSAGE_CHARS]
    if isinstance(error, sdk.APITimeoutError):
        return Failure(kind=FailureKind.TIMEOUT, message=f"start timeout: {message}")
    if isinstance(error, sdk.APIConnectionError):
        return Failure(kind=FailureKind.UNAVAILABLE, message=f"{message} {error.__cause__ or ''}".strip())
    if not isinstance(error, sdk.APIStatusError):
        return Failure(kind=FailureKind.API, message=message)
    kind = _kind(error, message)
    resets = None
    if kind in {FailureKind.RATE_LIMITED, FailureKind.QUOTA}:
        wait_s = _retry_after_s(error)
        resets = reset_time(message, now) or (now + timedelta(seconds=wait_s) if wait_s is not None else None)
        if kind is FailureKind.RATE_LIMITED and (is_quota_message(message) or (wait_s or 0) > _LONG_WAIT_S):
            kind = FailureKind.QUOTA
    return Failure(kind=kind, message=message, resets_at=resets)


def _kind(error: Any, message: str) -> FailureKind:
    words = message.lower()
    if "prompt is too long" in words or "context window" in words:
        return FailureKind.CONTEXT_TOO_LONG
    if "credit balance is too low" in words:
        return FailureKind.QUOTA
    named = _error_type(error.body)
    return _BY_TYPE.get(named) or _BY_STATUS.get(error.status_code) or FailureKind.API


def _error_type(body: object) -> str:
    inner = body.get("error") if isinstance(body, dict) else None
    named = inner.get("type") if isinstance(inner, dict) else None
    return named if isinstance(named, str) else ""


def _retry_after_s(error: Any) -> float | None:
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "")))
    except ValueError:
        return None
