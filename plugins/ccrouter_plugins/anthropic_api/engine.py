"""Answers a job by one request to the Messages API. Works alone, without the router.

The SDK is imported when the first job runs: it takes seconds. Each job has an event loop of its own, in its own
thread, because a request that hangs can only be ended from inside one.

Example:
    ```python
    from ccrouter_core.models import Tier
    from ccrouter_core.services import Cancel, Job, Limits
    from ccrouter_plugins.anthropic_api import AnthropicApiExecutor

    job = Job(prompt="Why is the sky blue?", tier=Tier(name="haiku", rank=1, model="haiku"))
    outcome = AnthropicApiExecutor().start(job, Limits(), Cancel()).result()
    ```
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from math import inf
from typing import Any

from attrs import Factory, define, evolve, frozen

from ccrouter_core.costs import affordable_tokens, free, with_cost
from ccrouter_core.handles import Emit, ThreadHandle, aborted, not_started
from ccrouter_core.models import Check, Failure, FailureKind, Ladder, Outcome, Usage, to_usd, utc_now
from ccrouter_core.services import Cancel, Capabilities, ExecutionEvent, Job, Limits
from ccrouter_core.tokens import most_tokens
from ccrouter_plugins.anthropic_api.failures import failure_of

# The aliases of the coding client, as its release 2.1.330 resolves them.
MODELS = {"haiku": "claude-haiku-5-5", "sonnet": "claude-sonnet-5-5", "opus": "claude-opus-5-5"}
KEYS = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN")
_FRAME_TOKENS = 64  # of a request, beside its text; the service adds about ten
_TICK_S = 0.05  # how late a cancel or a limit may be noticed


@frozen(kw_only=True)
class ApiSettings:
    """How the user wants the service to be asked; the options of the plugin, documented there."""

    models: Mapping[str, str] = Factory(lambda: dict(MODELS))
    max_tokens: int = 32_000
    base_url: str | None = None


class AnthropicApiExecutor:
    """One streamed request per job; no tools, no files.

    Args:
        settings: how the service is asked.
        ladder: the price table; None knows only the job's own tier.
    """

    name = "anthropic_api"

    def __init__(self, settings: ApiSettings | None = None, ladder: Ladder | None = None) -> None:
        self.settings = settings or ApiSettings()
        self.ladder = ladder

    def capabilities(self) -> Capabilities:
        """Return what it can do, without starting anything."""
        return Capabilities(
            models=tuple(self.settings.models.values()),
            streaming=True,
            budget=True,
            network=True,
            cost="computed",
        )

    def check(self) -> Check:
        """Say whether the SDK is installed and a key is set; the key is not read, the service not asked."""
        if find_spec("anthropic") is None:
            fix = "pip install 'ccrouter[anthropic]'"
            return Check(name=self.name, passed=False, reason="the anthropic SDK is not installed", fix=fix)
        if not _has_key():
            fix = f"set {KEYS[0]} in the environment"
            return Check(name=self.name, passed=False, reason="no key is set", fix=fix)
        return Check(
            name=self.name, passed=True, reason="the SDK is installed and a key is set; it is not tried"
        )

    def start(self, job: Job, limits: Limits, cancel: Cancel) -> ThreadHandle:
        """Begin the job. A cancel token that is set ends it, its connection included."""
        return ThreadHandle(job, cancel, lambda emit: self._work(job, limits, cancel, emit))

    def _work(
        self, job: Job, limits: Limits, cancel: Cancel, emit: Emit
    ) -> tuple[Outcome, Mapping[str, Any]]:
        began = time.monotonic()
        if cancel.cancelled:
            return aborted(not_started(job, FailureKind.ABORTED, ""), cancel), {}
        check = self.check()
        if not check.passed:
            kind = FailureKind.AUTH if find_spec("anthropic") else FailureKind.UNAVAILABLE
            return not_started(job, kind, f"{check.reason}; {check.fix}"), {}
        affordable = inf
        if limits.max_cost_nano_usd is not None:
            size = most_tokens(job.message()) + _FRAME_TOKENS
            affordable = affordable_tokens(job.tier, size, limits.max_cost_nano_usd)
        if affordable < 1:
            return not_started(job, FailureKind.BUDGET, _too_dear(job, limits)), {}
        reply = _Reply(
            model=self.settings.models.get(job.tier.model, job.tier.model), emit=emit, affordable=affordable
        )
        sdk = import_module("anthropic")  # before the loop, which an import of seconds would hold up
        failure = asyncio.run(_bounded(_ask(sdk, self.settings, job, limits, reply), reply, limits, cancel))
        outcome = with_cost(_outcome(job, reply, failure), job.tier, self.ladder)
        if reply.refused:
            outcome = free(outcome)
        if failure is None and reply.aborted:
            outcome = aborted(outcome, cancel)
        duration_ms = round((time.monotonic() - began) * 1000)
        return evolve(outcome, duration_ms=duration_ms), {
            "stop_reason": reply.stop_reason,
            "request": reply.request,
        }


@define
class _Reply:
    """What has come of a request so far."""

    model: str
    emit: Emit
    affordable: float  # tokens that its text may have, by what is left of the budget
    texts: list[str] = Factory(list)
    usage: dict[str, Any] = Factory(dict)
    stop_reason: str | None = None
    request: str | None = None
    last_event: float | None = None
    aborted: bool = False
    refused: bool = False  # the service answered with an error instead of a message

    def take(self, event: Any) -> None:
        """Read one event of the stream; kinds of later versions are ignored."""
        self.last_event = time.monotonic()
        if event.type == "message_start":
            self.model, self.request = event.message.model, event.message.id
            self.usage.update(event.message.usage.model_dump())
            self.emit(ExecutionEvent(kind="started", data={"session": self.request, "model": self.model}))
        elif event.type == "content_block_delta" and event.delta.type == "text_delta":
            self.texts.append(event.delta.text)
            self.emit(ExecutionEvent(kind="text", text=event.delta.text))
        elif event.type == "message_delta":
            self.stop_reason = event.delta.stop_reason
            counted = event.usage.model_dump()
            self.usage.update({name: count for name, count in counted.items() if count is not None})
            self.emit(ExecutionEvent(kind="usage", data={"model": self.model, **_tokens(self.usage)}))


async def _ask(sdk: Any, settings: ApiSettings, job: Job, limits: Limits, reply: _Reply) -> Failure | None:
    """Send the request and read the stream; return why it failed. Retries belong to core, not to the SDK."""
    connect_s = None if limits.start_ms is None else limits.start_ms / 1000
    client = sdk.AsyncAnthropic(
        base_url=settings.base_url, max_retries=0, timeout=sdk.Timeout(None, connect=connect_s)
    )
    try:
        async with client:
            stream = await client.messages.create(
                model=reply.model,
                max_tokens=int(min(settings.max_tokens, reply.affordable)),
                messages=[{"role": "user", "content": job.message()}],
                stream=True,
            )
            async with stream:
                async for event in stream:
                    reply.take(event)
    except sdk.AnthropicError as error:
        reply.refused = isinstance(error, sdk.APIStatusError) and not reply.usage
        return failure_of(sdk, error, utc_now())
    return _stop_failure(reply, settings)


def _too_dear(job: Job, limits: Limits) -> str:
    if job.tier.prices is None:
        return f"what {job.tier.name} costs is not known, so no budget can hold: set its prices in [[tiers]]"
    left = to_usd(limits.max_cost_nano_usd)
    return f"the {left:.6f} USD that are left may not even pay for the prompt"


def _stop_failure(reply: _Reply, settings: ApiSettings) -> Failure | None:
    """Return why an answer that ended by itself is not whole."""
    if reply.stop_reason == "refusal":
        return Failure(kind=FailureKind.REFUSAL, message="the model refused")
    if reply.stop_reason == "max_tokens" and reply.affordable < settings.max_tokens:
        return Failure(kind=FailureKind.BUDGET, message="the answer was cut off where the budget ends")
    if reply.stop_reason == "max_tokens":
        message = f"the answer was cut off at max_tokens = {settings.max_tokens}"
        return Failure(kind=FailureKind.API, message=message)
    if reply.stop_reason == "model_context_window_exceeded":
        return Failure(kind=FailureKind.CONTEXT_TOO_LONG, message="the context window is full")
    if reply.stop_reason is None:
        return Failure(kind=FailureKind.CRASHED, message="the answer broke off")
    return None


async def _bounded(work: Any, reply: _Reply, limits: Limits, cancel: Cancel) -> Failure | None:
    """Run the request within the limits of time; return why it failed, or None with `reply.aborted` set."""
    task = asyncio.ensure_future(work)
    began = time.monotonic()
    while not task.done():
        await asyncio.wait({task}, timeout=_TICK_S)
        reply.aborted = cancel.cancelled and not task.done()
        overdue = None if task.done() else _overdue(began, reply.last_event, limits)
        if reply.aborted or overdue is not None:
            task.cancel()
            await asyncio.wait({task})
            if reply.aborted:
                return None
            message = f"{overdue} timeout: the service did not answer within the limit"
            return Failure(kind=FailureKind.TIMEOUT, message=message)
    failure: Failure | None = task.result()
    return failure


def _overdue(began: float, last_event: float | None, limits: Limits) -> str | None:
    now = time.monotonic()

    def over(since: float, bound_ms: int | None) -> bool:
        return bound_ms is not None and (now - since) * 1000 > bound_ms

    if over(began, limits.total_ms):
        return "total"
    if last_event is None:
        return "first_event" if over(began, limits.first_event_ms) else None
    return "idle" if over(last_event, limits.idle_ms) else None


def _outcome(job: Job, reply: _Reply, failure: Failure | None) -> Outcome:
    text = "".join(reply.texts)
    return Outcome(
        text=text,
        tier=job.tier.name,
        model=reply.model,
        usage=(Usage(model=reply.model, **_tokens(reply.usage)),) if reply.usage else (),
        partial=failure is not None and bool(text),
        error=failure,
    )


def _tokens(usage: Mapping[str, Any]) -> dict[str, int]:
    """Return the service's usage object in our names; cache writes of unknown life count as 5 minutes."""
    one_hour = (usage.get("cache_creation") or {}).get("ephemeral_1h_input_tokens") or 0
    written = usage.get("cache_creation_input_tokens") or 0
    return {
        "input_tokens": usage.get("input_tokens") or 0,
        "output_tokens": usage.get("output_tokens") or 0,
        "cache_write_5m_tokens": max(0, written - one_hour),
        "cache_write_1h_tokens": one_hour,
        "cache_read_tokens": usage.get("cache_read_input_tokens") or 0,
    }


def _has_key() -> bool:
    return any(os.environ.get(name) for name in KEYS)
