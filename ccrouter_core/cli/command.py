"""Commands and groups whose help ends with examples that can be copied as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence


class _WithExamples(click.Command):
    """Adds the section "Examples" to the help.

    Args:
        examples: whole command lines.
    """

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, each on a line of its own, never wrapped."""
        super().format_epilog(ctx, formatter)
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"  {example}\n")


class Command(_WithExamples):
    """A command with examples."""


class Amount(click.types.FloatParamType):
    """A number from `least` to `most`. Click's own range lets `nan` through."""

    def __init__(self, least: float, most: float) -> None:
        self.least = least
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number. BadParameter when it is none, or out of the range."""
        number: float = super().convert(value, param, ctx)
        if not self.least <= number <= self.most:  # also when it is nan
            self.fail(f"{value} is not a number from {self.least:g} to {self.most:g}.", param, ctx)
        return number


class Group(_WithExamples, click.Group):
    """A group of commands with examples; its commands are of this kind too."""

    command_class = Command
