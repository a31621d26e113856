"""What nobody priced costs an unknown amount, everywhere; only what is said to be free costs nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ccrouter_core import Request, config
from ccrouter_core.cli.app import application
from ccrouter_core.costs import with_cost
from ccrouter_core.models import Ladder, Outcome, Prices, Provenance, Tier, Usage
from ccrouter_core.settings import Settings, default_ladder
from ccrouter_core.testing import Reply
from ccrouter_plugins.routing import Routing

UNPRICED = Tier(name="local", rank=0, model="llama", executor="scripted")
FREE = Tier(name="local", rank=0, model="llama", executor="scripted", prices=Prices())
USED = (Usage(model="llama", input_tokens=900, output_tokens=10),)
TIERS = """
[ccrouter]
disable = ["tiny"]
[[tiers]]
name = "local"
executor = "claude_code"
{prices}
"""


def loaded(folder: Path, line: str) -> Settings:
    """Return the settings of a file with one tier that has this line."""
    (folder / "c.toml").write_text(f'[[tiers]]\nname = "local"\n{line}\n', "utf-8")
    return config.load(folder / "c.toml")


@pytest.mark.parametrize("line", ["prices = 0", "prices = { input = 0, output = 0.0 }"])
def test_a_free_model_is_said_to_be_free(tmp_path: Path, line: str) -> None:
    """Prices of zero are prices: the tier costs nothing and nobody is warned."""
    settings = loaded(tmp_path, line)
    assert settings.ladder.lowest.is_free
    assert config.unpriced(settings) == ()


def test_a_tier_without_prices_has_none(tmp_path: Path) -> None:
    """Silence is not a price, and the configuration's own check says so."""
    settings = loaded(tmp_path, "")
    assert settings.ladder.lowest.prices is None
    (warning,) = config.unpriced(settings)
    assert "unknown" in warning
    assert "prices = 0" in warning


@pytest.mark.parametrize(
    "line", ["prices = 1", "prices = {}", "prices = { input = 1 }", "prices = { inptu = 1 }"]
)
def test_half_a_price_is_a_fault_at_its_place(tmp_path: Path, line: str) -> None:
    """A price table says both prices: a forgotten one must not count as nothing."""
    with pytest.raises(config.ConfigFaults, match=r"\[\[tiers\]\] #1 prices"):
        loaded(tmp_path, line)


@pytest.mark.parametrize(("tier", "cost"), [(UNPRICED, None), (FREE, 0)])
@pytest.mark.parametrize("usage", [(), USED])
def test_one_story_of_what_it_costs(router, tmp_path: Path, tier: Tier, cost: int | None, usage) -> None:
    """Expected, per attempt and in all: unknown without prices, nothing when free, counted or not."""
    settings = Settings(ladder=Ladder((tier,)))
    opened = router(Routing(), settings=settings, replies=[Reply(text="It adds two numbers.", usage=usage)])
    answer = opened.handle(Request(text="explain add in a.py", cwd=str(tmp_path)))
    assert answer.decision.expected_cost_nano_usd == cost
    assert answer.outcome.cost_nano_usd == cost
    assert answer.total_cost_nano_usd == cost
    assert (answer.outcome.cost_provenance is Provenance.UNKNOWN) == (cost is None)


def test_leaving_a_warm_cache_for_an_unpriced_tier_does_not_pay(router) -> None:
    """What a tier costs must be known before a warm cache is left for it."""
    (_, sonnet, opus) = default_ladder("scripted")
    ladder = Ladder((Tier(name="haiku", rank=-1, model="haiku", executor="scripted"), sonnet, opus))
    opened = router(Routing(), settings=Settings(ladder=ladder))
    warm = {"warm_cache_tier": "sonnet", "warm_cache_tokens": 10}
    answer = opened.decide(Request(text="explain add in a.py", session="s", **warm))
    assert answer.decision.tier == "sonnet"


def test_a_used_model_of_an_unpriced_tier_has_no_price() -> None:
    """The ladder knows the model, and still not what it costs."""
    outcome = with_cost(Outcome(text="x", tier="local", usage=USED), UNPRICED, Ladder((UNPRICED,)))
    assert outcome.cost_nano_usd is None


@pytest.mark.parametrize(("prices", "warned"), [("", True), ("prices = 0", False)])
def test_only_the_check_of_the_configuration_warns(inside, prices: str, warned: bool) -> None:
    """`config validate` says what has no price, labelled as a warning; other commands do not repeat it."""
    (inside.home / "config.toml").write_text(TIERS.format(prices=prices))
    checked = CliRunner().invoke(application, ["config", "validate"])
    assert checked.exit_code == 0
    assert checked.stderr.startswith("warning: `[[tiers]]` local") == warned
    routed = inside.run("route", "explain add in a.py", "--json")
    assert routed.returncode == 0
    assert "prices" not in routed.stderr
    assert json.loads(routed.stdout)["expected_cost_usd"] == (None if warned else 0.0)


def test_what_the_service_reports_wins(router, tmp_path: Path) -> None:
    """A cost that the executor measured is that cost, whatever the table says."""
    settings = Settings(ladder=Ladder((UNPRICED,)))
    opened = router(settings=settings, replies=[Reply(text="done", cost_nano_usd=7)])
    assert opened.handle(Request(text="explain it", cwd=str(tmp_path))).total_cost_nano_usd == 7
