"""Laws of the Messages API as executor: the real SDK against a service on loopback."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from attrs import evolve
from messages_api import MessagesApi, Reply

from ccrouter_core.models import FailureKind, Outcome, Prices, Provenance, Tier, Usage, utc_now
from ccrouter_core.services import Cancel, Job, Limits
from ccrouter_core.settings import default_ladder
from ccrouter_core.testing import ExecutorConformance
from ccrouter_plugins.anthropic_api import AnthropicApi, AnthropicApiExecutor, ApiSettings

pytest.importorskip("anthropic", reason="the SDK is an extra: pip install 'ccrouter[anthropic]'")

TIER = Tier(name="haiku", rank=1, model="haiku", prices=Prices(input=0.1, output=0.5))


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "dummy")
    monkeypatch.delenv("ANTHROPIC_AUTH_TOKEN", raising=False)
    monkeypatch.delenv("ANTHROPIC_BASE_URL", raising=False)


def ask(
    api: MessagesApi, *replies: Reply, limits: Limits | None = None, cancel: Cancel | None = None
) -> Outcome:
    """Ask the service once."""
    api.script(*replies)
    executor = AnthropicApiExecutor(ApiSettings(base_url=api.url), default_ladder())
    job = Job(prompt="Why?", tier=TIER, context="Context.")
    return executor.start(job, limits or Limits(total_ms=30_000), cancel or Cancel()).result()


def test_answer_carries_text_usage_and_cost(messages_api: MessagesApi):
    """One request is one answer, with what it used and what that costs by our prices."""
    outcome = ask(messages_api, Reply(text="Because. " * 20, input_tokens=2_000, output_tokens=60))
    assert outcome.error is None
    assert outcome.text == "Because. " * 20
    assert outcome.usage == (Usage(model="claude-haiku-5-5", input_tokens=2_000, output_tokens=60),)
    assert outcome.cost_nano_usd == 2_000 * 100 + 60 * 500
    assert outcome.cost_provenance is Provenance.ESTIMATED
    assert messages_api.models == ["claude-haiku-5-5"]
    assert messages_api.requests[0]["messages"] == [{"role": "user", "content": "Context.\n\nWhy?"}]
    assert "tools" not in messages_api.requests[0]


def test_model_that_answered_is_booked(messages_api: MessagesApi):
    """A gateway may answer with another model; its price counts."""
    outcome = ask(messages_api, Reply(answers_as="claude-opus-5-5"))
    assert outcome.model == "claude-opus-5-5"
    assert outcome.cost_nano_usd == default_ladder()["opus"].cost_nano_usd(outcome.usage[0])


REFUSALS = {
    "429": (
        Reply(status=429, error="rate_limit_error", headers={"retry-after": "2"}),
        FailureKind.RATE_LIMITED,
    ),
    "429 long": (
        Reply(status=429, error="rate_limit_error", headers={"retry-after": "7200"}),
        FailureKind.QUOTA,
    ),
    "529": (Reply(status=529, error="overloaded_error"), FailureKind.RATE_LIMITED),
    "400": (Reply(status=400, error="invalid_request_error"), FailureKind.API),
    "400 long": (
        Reply(status=400, error="invalid_request_error", message="prompt is too long: 1 > 0"),
        FailureKind.CONTEXT_TOO_LONG,
    ),
    "400 credit": (
        Reply(status=400, error="invalid_request_error", message="Your credit balance is too low"),
        FailureKind.QUOTA,
    ),
    "401": (Reply(status=401, error="authentication_error"), FailureKind.AUTH),
    "403": (Reply(status=403, error="permission_error"), FailureKind.AUTH),
    "404": (Reply(status=404, error="not_found_error"), FailureKind.API),
    "413": (Reply(status=413, error="request_too_large"), FailureKind.CONTEXT_TOO_LONG),
    "500": (Reply(status=500), FailureKind.API),
    "dropped": (Reply(drop=True), FailureKind.UNAVAILABLE),
    "mid-stream": (Reply(text="abc", breaks=True), FailureKind.RATE_LIMITED),
    "refusal": (Reply(stop_reason="refusal"), FailureKind.REFUSAL),
    "cut off": (Reply(stop_reason="max_tokens"), FailureKind.API),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_each_refusal_has_its_kind(messages_api: MessagesApi, case: str):
    """Every way to refuse is told by kind; nothing is asked twice: retries are core's."""
    reply, kind = REFUSALS[case]
    outcome = ask(messages_api, reply)
    assert outcome.error is not None
    assert outcome.error.kind is kind
    assert outcome.error.message
    assert outcome.partial == bool(outcome.text)
    if reply.status != 200:
        assert outcome.cost_nano_usd == 0
    assert len(messages_api.requests) == 1


@pytest.mark.parametrize(
    ("left", "most"), [(10**9, 32_000), (40_000, 64), (30_000, 44)], ids=["plenty", "some", "less"]
)
def test_an_answer_may_be_as_long_as_the_budget_pays_for(messages_api: MessagesApi, left: int, most: int):
    """The service is asked for no more tokens than what is left pays, the prompt's own cost (78 tokens at most) taken off."""
    outcome = ask(messages_api, Reply(output_tokens=5), limits=Limits(max_cost_nano_usd=left))
    assert outcome.error is None
    assert messages_api.requests[0]["max_tokens"] == most


def test_an_answer_cut_off_by_the_budget_says_so(messages_api: MessagesApi):
    """It is no fault of the option that bounds every answer."""
    outcome = ask(messages_api, Reply(stop_reason="max_tokens"), limits=Limits(max_cost_nano_usd=40_000))
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.BUDGET


@pytest.mark.parametrize("prices", [Prices(input=0.1, output=0.5), None], ids=["priced", "no prices"])
def test_what_the_budget_cannot_hold_is_not_asked(messages_api: MessagesApi, prices: Prices | None):
    """A prompt that may cost more than is left, and a tier of unknown price, are refused before anything is sent."""
    messages_api.script(Reply())
    executor = AnthropicApiExecutor(ApiSettings(base_url=messages_api.url), default_ladder())
    job = Job(prompt="Why? " * 1_000, tier=evolve(TIER, prices=prices))
    outcome = executor.start(job, Limits(max_cost_nano_usd=400_000), Cancel()).result()
    assert outcome.error is not None
    assert (outcome.error.kind, outcome.cost_nano_usd) == (FailureKind.BUDGET, 0)
    assert messages_api.requests == []


def test_long_wait_says_when_the_quota_opens(messages_api: MessagesApi):
    """The moment is computed from the wait that the service asks for."""
    failure = ask(messages_api, REFUSALS["429 long"][0]).error
    assert failure is not None
    assert failure.resets_at is not None
    assert timedelta(minutes=110) < failure.resets_at - utc_now() < timedelta(minutes=121)


@pytest.mark.parametrize(
    ("bound", "reply"),
    [
        ("first_event", Reply(delay_s=3)),
        ("idle", Reply(text="slow " * 40, pause_s=3)),
        ("total", Reply(text="slow " * 40, pause_s=0.2)),
    ],
)
def test_each_time_limit_is_reported_by_name(messages_api: MessagesApi, bound: str, reply: Reply):
    """A service that hangs is left, and the limit that was passed is named."""
    outcome = ask(messages_api, reply, limits=Limits(**{f"{bound}_ms": 700}))
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.TIMEOUT
    assert outcome.error.message.startswith(bound)


def test_cancel_keeps_what_was_said_and_used(messages_api: MessagesApi):
    """A cancelled request is over at once; its first words and its tokens are kept."""
    cancel = Cancel()
    threading.Timer(1.0, cancel.cancel).start()
    began = time.monotonic()
    outcome = ask(messages_api, Reply(text="slow " * 40, pause_s=0.4), cancel=cancel)
    assert time.monotonic() - began < 8
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.ABORTED
    assert outcome.partial
    assert outcome.text.startswith("slow")
    assert outcome.usage[0].input_tokens == 1_000


def test_missing_key_is_an_auth_failure(monkeypatch: pytest.MonkeyPatch):
    """Without a key nothing is asked, and the check says which variable to set."""
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    executor = AnthropicApiExecutor()
    outcome = executor.start(Job(prompt="x", tier=TIER), Limits(), Cancel()).result()
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.AUTH
    assert "ANTHROPIC_API_KEY" in executor.check().fix


def test_plugin_tests_itself(tmp_path):
    """The self-test reaches no service."""
    assert all(check.passed for check in AnthropicApi().ccrouter_self_test(folder=tmp_path))


class TestConformance(ExecutorConformance):
    """The laws of every executor."""

    @pytest.fixture
    def executor(self, messages_api: MessagesApi) -> AnthropicApiExecutor:
        """Return one that is answered."""
        return AnthropicApiExecutor(ApiSettings(base_url=messages_api.url), default_ladder())

    @pytest.fixture
    def slow_executor(self, messages_api: MessagesApi) -> AnthropicApiExecutor:
        """Return one whose service speaks slowly."""
        messages_api.script(Reply(text="word " * 400, pause_s=0.5))
        return AnthropicApiExecutor(ApiSettings(base_url=messages_api.url), default_ladder())

    @pytest.fixture
    def broken_executor(self) -> AnthropicApiExecutor:
        """Return one that nobody answers."""
        return AnthropicApiExecutor(ApiSettings(base_url="http://127.0.0.1:9"))
