"""Runs a job on an executor: again when the service had no room for it, within the deadline and the budget."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from math import inf
from typing import Any, Union

from attrs import Factory, define, evolve

from ccrouter_core.costs import expected_nano_usd, left_nano_usd, together, total_nano_usd, with_cost
from ccrouter_core.errors import PluginError
from ccrouter_core.handles import not_started
from ccrouter_core.models import Event, FailureKind, Outcome, to_usd
from ccrouter_core.runtime import Runtime
from ccrouter_core.services import Cancel, Capabilities, ExecutionEvent, Executor, Job, Limits
from ccrouter_core.tokens import estimated_tokens

Progress = Callable[[Union[Event, ExecutionEvent]], None]

# A service that is briefly overloaded deserves a few tries.
_TRIES = 3
_RETRY_TIMEOUT_S = 120.0
_OVERDUE = "the deadline of the request (--timeout) is over"


@define(kw_only=True)
class Terms:
    """Who watches an execution and can stop it."""

    cancel: Cancel
    progress: Progress


@define(kw_only=True)
class Tries:
    """The tries at one job.

    Args:
        executor: runs it. When it breaks its contract by raising, `run` raises a PluginError that names it.
        job: what is to be done.
        limits: bounds of all tries together.
        terms: who watches and can stop it.
        runtime: the clock and the price table.
    """

    executor: Executor
    job: Job
    limits: Limits
    terms: Terms
    runtime: Runtime
    _made: list[Outcome] = Factory(list)

    def run(self) -> Outcome:
        """Return what came of the job, with the cost of all tries: three at most, none past deadline or budget.

        A job that may write or run commands runs once: whether a try that failed did nothing is more than anybody can tell.
        """
        import tenacity as t  # noqa: PLC0415 - only when something runs

        usual_s = t.wait_exponential_jitter(initial=1, max=20)

        def pause_s(state: t.RetryCallState) -> float:
            error = self._made[-1].error
            if error is None or error.resets_at is None:
                return usual_s(state)
            return max(0.0, self._seconds_to(error.resets_at)) + random.random()  # noqa: S311 - it spreads, it hides nothing

        def sleep(seconds: float) -> None:
            self.terms.cancel.wait(seconds)  # afterwards a set token ends the try at once

        def told(state: t.RetryCallState) -> None:
            text = f"again in {state.upcoming_sleep:.0f} s"
            self.terms.progress(ExecutionEvent(kind="rate_limit", text=text))

        once = not self.job.read_only or bool(self.job.commands) or self._capabilities().retries
        longest_s = min(_RETRY_TIMEOUT_S, self._seconds_to(self.limits.deadline))
        t.Retrying(
            retry=t.retry_if_result(self._deserves_another),
            stop=t.stop_after_attempt(1 if once else _TRIES) | t.stop_before_delay(longest_s),
            wait=pause_s,
            sleep=sleep,
            before_sleep=told,
            retry_error_callback=lambda _: None,
        )(self._once)
        return together(self._made)

    def _once(self) -> Outcome:
        outcome = self._tried()
        if outcome.cost_nano_usd is None:
            outcome = with_cost(outcome, self.job.tier, self.runtime.ladder)
        self._made.append(outcome)
        return outcome

    def _tried(self) -> Outcome:
        """Run the job once, for no longer than the request's deadline and for no more than its budget allows."""
        limits = evolve(self.limits, max_cost_nano_usd=self._left())
        dear = self._too_dear(limits.max_cost_nano_usd)
        if dear is not None:
            return not_started(self.job, FailureKind.BUDGET, dear)
        if limits.deadline is None:
            return self._ran(limits)
        left_ms = round(self._seconds_to(limits.deadline) * 1000)
        if left_ms <= 0:
            return not_started(self.job, FailureKind.TIMEOUT, _OVERDUE)
        total_ms = left_ms if limits.total_ms is None else min(left_ms, limits.total_ms)
        outcome = self._ran(evolve(limits, total_ms=total_ms))
        error = outcome.error
        if error is None or error.kind is not FailureKind.TIMEOUT or self._seconds_to(limits.deadline) > 0:
            return outcome
        return evolve(outcome, error=evolve(error, message=_OVERDUE))

    def _deserves_another(self, outcome: Outcome) -> bool:
        """Return whether another try is harmless and may help: the service had no room before a model did anything."""
        error = outcome.error
        rate_limited = error is not None and error.kind is FailureKind.RATE_LIMITED
        return rate_limited and not outcome.text and not outcome.usage and self._left() != 0

    # --- bounds ------------------------------------------------------------------------------------------------

    def _left(self) -> int | None:
        """Return what may still be spent, in nano-USD; None is no bound."""
        spent = total_nano_usd(outcome.cost_nano_usd for outcome in self._made)
        return left_nano_usd(self.limits.max_cost_nano_usd, spent)

    def _too_dear(self, left: int | None) -> str | None:
        """Return why an executor that cannot stop at a bound by itself is not started; None when it may be."""
        if left is None or self._capabilities().budget:
            return None
        name, tier = self.executor.name, self.job.tier
        expected = expected_nano_usd(tier, estimated_tokens(self.job.context + self.job.prompt))
        if expected is None:
            return f"{name} cannot stop at a bound, and {tier.name} has no prices: set them in [[tiers]]"
        if expected <= left:
            return None
        about = f"about {to_usd(expected):.6f} USD are expected, {to_usd(left):.6f} USD are left"
        return f"{name} cannot stop at a bound: {about}"

    def _seconds_to(self, moment: datetime | None) -> float:
        """Return the seconds until a moment; without one there is no end."""
        return inf if moment is None else (moment - self.runtime.clock.now()).total_seconds()

    # --- the executor ------------------------------------------------------------------------------------------

    def _ran(self, limits: Limits) -> Outcome:
        handle = self._asked(self.executor.start, self.job, limits, self.terms.cancel)
        try:
            events = iter(self._asked(handle.events))
            while (event := self._asked(next, events, None)) is not None:
                self.terms.progress(event)
            outcome = self._asked(handle.result)
        except (
            BaseException
        ):  # Ctrl-C, or a listener or executor that broke: the workspace goes, so the work must end
            self.terms.cancel.cancel("interrupted")
            with suppress(PluginError):
                self._asked(handle.result)
            raise
        if not isinstance(outcome, Outcome):
            raise self._broken(f"its result is {type(outcome).__name__}, not Outcome")
        return outcome

    def _capabilities(self) -> Capabilities:
        found: Capabilities = self._asked(self.executor.capabilities)
        return found

    def _asked(self, function: Callable[..., Any], *arguments: object) -> Any:
        try:
            return function(*arguments)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise self._broken(f"{type(error).__name__}: {error}") from error

    def _broken(self, why: str) -> PluginError:
        return PluginError(
            what=f"the executor {self.executor.name!r} broke",
            why=why,
            fix="update the plugin that brings it, or name another executor in [[tiers]]",
        )
