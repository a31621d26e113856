"""`ccrouter feedback`: the person's word on an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ccrouter_core import history
from ccrouter_core.cli.command import Command
from ccrouter_core.models import Event, utc_now

if TYPE_CHECKING:
    from ccrouter_core.cli.invocation import Invocation

VERDICTS = ("wrong", "right", "tier", "domain")


@click.command(
    "feedback",
    cls=Command,
    short_help="Say whether an answer was good.",
    examples=("ccrouter feedback r-1f3a wrong", "ccrouter feedback r-1f3a tier"),
)
@click.argument("id")
@click.argument("verdict", type=click.Choice(VERDICTS))
@click.pass_context
def command(ctx: click.Context, id: str, verdict: str) -> None:  # noqa: A002 - the option's name
    """Say whether the answer to a request was good. The word is kept with the decision, and plugins are told.

    ID is what `ccrouter route` or `ccrouter run` printed; its beginning is enough when no other id begins so.

    wrong: the answer was wrong; when it was the last of its session, the session's next turn starts a tier higher.
    right: it was good, which takes an earlier "wrong" back. tier: another tier should have taken it. domain: it
    belongs to another domain. Beyond that nothing changes by itself.
    """
    invocation: Invocation = ctx.obj
    with invocation.router() as router:
        runtime = router.runtime
        document = history.give_feedback(runtime.store.state, id, verdict, at=utc_now())
        runtime.emit(Event(name="feedback", request=document["id"], data={"verdict": verdict}))
    click.echo(f"noted: {verdict}, for {document['id']}")
