"""`python -m ccrouter_plugins.replay [--test]`: a recorded answer and a fault, or the self-test."""

from __future__ import annotations

import sys

from ccrouter_core.models import Tier
from ccrouter_core.selftests import run_self_test
from ccrouter_core.services import Cancel, Job, Limits
from ccrouter_plugins.replay.cassette import Cassette
from ccrouter_plugins.replay.engine import ReplayExecutor
from ccrouter_plugins.replay.plugin import Replay

_EXAMPLE = """
{"match": "capital", "text": "Paris.", "usage": {"input_tokens": 900, "output_tokens": 3}}
{"match": "weather", "fault": "529"}
"""


def main() -> int:
    """Play two requests; return 0."""
    tier = Tier(name="haiku", rank=1, model="haiku")
    executor = ReplayExecutor(Cassette.parse(_EXAMPLE))
    for prompt in ("What is the capital of France?", "How is the weather?", "Who are you?"):
        outcome = executor.start(Job(prompt=prompt, tier=tier), Limits(), Cancel()).result()
        sys.stdout.write(f"{prompt} -> {outcome.text or outcome.error}\n")
    return 0


if __name__ == "__main__":
    sys.exit(run_self_test(Replay()) if "--test" in sys.argv else main())
