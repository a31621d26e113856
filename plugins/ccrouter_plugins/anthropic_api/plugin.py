"""The plugin: options in, an executor out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ccrouter_core.models import Check, FailureKind, Tier
from ccrouter_core.plugin import hookimpl, option, plugin
from ccrouter_core.services import Cancel, Job, Limits
from ccrouter_plugins.anthropic_api.engine import MODELS, AnthropicApiExecutor, ApiSettings

if TYPE_CHECKING:
    from pathlib import Path

    from ccrouter_core.runtime import Runtime

_NOBODY = "http://127.0.0.1:9"  # the discard port: nothing answers there


@plugin
class AnthropicApi:
    """Answers requests through the Messages API, with the key in ANTHROPIC_API_KEY; no tools, no files."""

    models: Mapping[str, str] = option(
        factory=lambda: dict(MODELS), help="model ids of the service by the names that tiers use"
    )
    max_tokens: int = option(default=32_000, help="tokens that an answer may have")
    base_url: str | None = option(default=None, help="another address of the service", user_only=True)

    @hookimpl
    def ccrouter_executors(self, runtime: Runtime) -> AnthropicApiExecutor:
        """Bring the executor `anthropic_api`."""
        settings = ApiSettings(
            models={**MODELS, **self.models}, max_tokens=self.max_tokens, base_url=self.base_url
        )
        return AnthropicApiExecutor(settings, runtime.ladder)

    @hookimpl
    def ccrouter_self_test(self, folder: Path) -> tuple[Check, ...]:
        """Ask nobody, and see that the failure is told as one; no service is reached."""
        del folder
        executor = AnthropicApiExecutor(ApiSettings(base_url=_NOBODY))
        job = Job(prompt="x", tier=Tier(name="haiku", rank=1, model="haiku"))
        outcome = executor.start(job, Limits(total_ms=30_000), Cancel()).result()
        kinds = {FailureKind.UNAVAILABLE, FailureKind.AUTH}  # AUTH where no key is set
        told = outcome.error is not None and outcome.error.kind in kinds
        return (Check(name="anthropic_api.tells-failures", passed=told, reason=str(outcome.error)),)
