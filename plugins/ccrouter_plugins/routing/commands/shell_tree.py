"""A second reading of shell text with the full grammar of tree-sitter-bash, when that is installed.

The grammar says where commands begin and end; their words are read by the same reader as in `shell`. Used to confirm
what the small reader could not follow.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .shell import Reader
from .shell_syntax import OPAQUE, TEXT, VARIABLE, Command, Part, Redirect, Script, Word

# The tree is confirmation only: a text longer than any command line is left to the small reader.
MAX_TEXT = 2_000

_parser: list[Any] = []  # the parser once it was made; holds None when the library is absent
_REDIRECTS = frozenset(("file_redirect", "heredoc_redirect", "herestring_redirect"))
_AFTER = frozenset(("pipeline", "command", "list", "redirected_statement"))
_LEAVES = frozenset(("test_command", "comment", "heredoc_body", "string", "raw_string", "word"))


class _Step(NamedTuple):
    """A node still to be visited, and what applies to it from outside."""

    node: Any
    pipe: Command | None = None
    redirects: tuple[Any, ...] = ()
    function: str = ""


def parse_tree(text: str) -> Script | None:
    """Read shell text with the full grammar; None when it is not installed or `text` is too long.

    The result has the same form as that of `shell.parse`; `sound` is False when the grammar found an error.
    """
    parser = _make_parser()
    if parser is None or len(text) > MAX_TEXT:
        return None
    root = parser.parse(text.encode("utf-8", "surrogatepass")).root_node
    return _TreeReader(text).read(root)


def _make_parser() -> Any:
    """Return the parser, made once; None when the libraries are absent or do not fit together."""
    if not _parser:
        try:
            import tree_sitter
            import tree_sitter_bash

            _parser.append(tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language())))
        except (ImportError, ValueError, TypeError):
            _parser.append(None)
    return _parser[0]


class _TreeReader:
    """Turns the nodes of a tree into commands, in the order of the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places = None if text.isascii() else _places(text)
        self.commands: list[Command] = []
        self.functions: set[str] = set()

    def read(self, root: Any) -> Script:
        """Visit every node below `root`; an explicit stack, because lists of commands nest deeply."""
        stack = [_Step(root)]
        while stack:
            stack.extend(reversed(self._visit(stack.pop())))
        return Script(tuple(self.commands), frozenset(self.functions), sound=not root.has_error)

    def _visit(self, step: _Step) -> list[_Step]:
        """Read one node; return the nodes inside it that are still to be visited."""
        node = step.node
        if node.type in ("command", "declaration_command", "unset_command") or node.type in (
            "variable_assignment",
            "variable_assignments",
        ):
            self._command(step)
        elif node.type == "redirected_statement":
            return self._redirected(step)
        elif node.type == "pipeline":
            return self._pipeline(step)
        elif node.type == "function_definition":
            name = self._slice(node.named_children[0])
            self.functions.add(name)
            return [_Step(child, function=name) for child in node.named_children[1:]]
        elif node.type == "for_statement":
            self._loop(node)
            return [_Step(child, function=step.function) for child in node.named_children[-1:]]
        elif node.type not in _LEAVES:
            return [_Step(child, step.pipe, function=step.function) for child in node.named_children]
        return []

    def _command(self, step: _Step) -> None:
        """Read the words of a command with the small reader."""
        start, end = self._span(step.node)
        pending = Reader(self.text, start, end, 0).script("").commands
        for command in pending[:1]:
            command.pipe = command.pipe or step.pipe
            command.function = step.function
            for redirect in step.redirects:
                command.redirects += [one for one in [self._redirect(redirect)] if one is not None]
                command.words += self._late_words(redirect)
        self.commands += pending

    def _late_words(self, redirect: Any) -> list[Word]:
        """Return the words after `< file`: the grammar counts them as further targets, the shell as arguments."""
        if redirect.type != "file_redirect":
            return []
        targets = [child for child in redirect.named_children if child.type != "file_descriptor"]
        spans = [self._span(child) for child in targets[1:]]
        return [Reader(self.text, start, end, 0).word() for start, end in spans]

    def _redirected(self, step: _Step) -> list[_Step]:
        """Hand the redirections of a statement to its command; those of a compound one stand alone."""
        children = step.node.named_children
        redirects = tuple(child for child in children if child.type in _REDIRECTS)
        bodies = [child for child in children if child.type not in _REDIRECTS]
        if len(bodies) == 1 and bodies[0].type in ("command", "pipeline", "declaration_command"):
            count = len(self.commands)
            rest = self._visit(_Step(bodies[0], step.pipe, step.redirects + redirects, step.function))
            # The grammar puts what follows on the line of `cat <<EOF | bash` inside the here-document.
            before = self.commands[-1] if len(self.commands) > count else OPAQUE
            after = [child for node in redirects for child in node.named_children if child.type in _AFTER]
            return [*rest, *(_Step(child, before, function=step.function) for child in after)]
        tail = Command(self._span(step.node)[0])
        tail.end = self._span(step.node)[1]
        tail.redirects = [one for node in redirects if (one := self._redirect(node)) is not None]
        tail.tail = bool(bodies)
        self.commands += [tail] if tail else []
        return [_Step(body, step.pipe, function=step.function) for body in bodies]

    def _pipeline(self, step: _Step) -> list[_Step]:
        """Read the commands of a pipeline at once, so that each knows the one before it."""
        steps: list[_Step] = []
        before = step.pipe
        stages = [child for child in step.node.named_children if child.type != "comment"]
        for stage in stages:
            last = stage == stages[-1]
            simple = stage.type == "command" or (
                stage.type == "redirected_statement" and stage.named_children[0].type == "command"
            )
            if not simple:
                steps.append(_Step(stage, before, function=step.function))
                before = OPAQUE
                continue
            redirects = step.redirects if last else ()
            count = len(self.commands)
            inner = self._visit(_Step(stage, before, redirects, step.function))
            for one in inner:
                self._command(one)
            before = self.commands[count] if len(self.commands) > count else OPAQUE
        return steps

    def _loop(self, node: Any) -> None:
        """Note that a loop gives its variable one value after the other."""
        names = [child for child in node.named_children if child.type == "variable_name"]
        loop = Command(self._span(node)[0])
        name = self._slice(names[0]) if names else ""
        for child in node.named_children[1:-1]:
            start, end = self._span(child)
            loop.assigns.append((name, Reader(self.text, start, end, 0).word()))
        loop.assigns = loop.assigns or [(name, Word((Part(VARIABLE, name),), loop.start, loop.start))]
        self.commands.append(loop)

    def _redirect(self, node: Any) -> Redirect | None:
        """Turn a redirection into the form of the small reader."""
        if node.type == "heredoc_redirect":
            bodies = [child for child in node.named_children if child.type == "heredoc_body"]
            start, end = self._span(bodies[0]) if bodies else (0, 0)
            opener = next((child for child in node.named_children if child.type == "heredoc_start"), None)
            if opener is not None and self._slice(opener)[:1] in "'\"\\":
                return Redirect("<<", Word((Part(TEXT, self.text[start:end], quoted=True),), start, end))
            return Redirect("<<", Reader(self.text, 0, len(self.text), 0).document(start, end))
        signs = [child for child in node.children if not child.is_named]
        target = next((child for child in node.named_children if child.type != "file_descriptor"), None)
        if not signs or target is None:
            return None
        start, end = self._span(target)
        return Redirect(self._slice(signs[0]), Reader(self.text, start, end, 0).word())

    def _span(self, node: Any) -> tuple[int, int]:
        if self.places is None:
            return node.start_byte, node.end_byte
        return self.places[node.start_byte], self.places[node.end_byte]

    def _slice(self, node: Any) -> str:
        start, end = self._span(node)
        return self.text[start:end]


def _places(text: str) -> list[int]:
    """Return, for every byte of the encoded text, the index of its character."""
    places: list[int] = []
    for index, letter in enumerate(text):
        places += [index] * len(letter.encode("utf-8", "surrogatepass"))
    places.append(len(text))
    return places
