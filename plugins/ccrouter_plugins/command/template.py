"""How a program is described in the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from ccrouter_core.models import FailureKind
from ccrouter_core.plugin import option


@frozen(kw_only=True)
class CommandTemplate:
    """How a program is called and its answer read.

    Without `edits` it is trusted to change no file. With it, a read-only job needs `read_args` that hold it to that.
    """

    argv: tuple[str, ...] = option(
        help="program and arguments; {model}, {tier}, {cwd} and {prompt_file} are filled in; without {prompt_file} "
        "the prompt goes by standard input",
        user_only=True,
    )
    read_args: tuple[str, ...] = option(default=(), help="added for a read-only request", user_only=True)
    edit_args: tuple[str, ...] = option(default=(), help="added for an edit request", user_only=True)
    edits: bool = option(default=False, help="the program can change files in its folder", user_only=True)
    output: Literal["text", "json"] = option(default="text", help="how the program prints its answer")
    json_path: str = option(default="", help='where the answer is in the JSON: "choices.0.message.content"')
    input_tokens_path: str = option(default="", help="where the number of tokens read is in the JSON")
    output_tokens_path: str = option(default="", help="where the number of tokens written is in the JSON")
    exit_codes: Mapping[str, FailureKind] = option(
        factory=dict, help='what an exit code means: {"53" = "max_turns"}; others but 0 mean crashed'
    )
    environment: tuple[str, ...] = option(
        default=(), help='further variables the program may see: "OPENAI_*"', user_only=True
    )
    network: bool = option(default=True, help="the program talks to a service")
