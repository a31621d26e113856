"""The arguments of one command: options, their values and operands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ..shell_words import Field

# Values that switch an option off: `--force=false`, `--dry-run=none`.
_OFF = frozenset(("false", "0", "no", "none", "off"))
_MAX_CLUSTER = 12
_SHORTEST_ABBREVIATION = 5  # "--del": getopt accepts any unambiguous beginning of a long option


class Arguments:
    """The words after a command's name, sorted into options and operands.

    Long options are kept in lower case, one-letter options as they are; a cluster ``-xdf`` counts as three options.
    """

    __slots__ = ("dashes", "fields", "flags", "given", "indexes", "operands")

    def __init__(self, fields: Sequence[Field], values: Collection[str] = (), style: str = "") -> None:
        """Sort `fields` (without the command's name).

        Args:
            fields: The words after the name of the command.
            values: The options that take the next word as their value.
            style: "" for getopt, "long" for tools with ``-long`` options (terraform, find, java).
        """
        self.fields = fields
        self.flags: dict[str, str] = {}
        self.operands: list[Field] = []
        self.indexes: list[int] = []  # where in `fields` each operand stands
        self.given: list[tuple[str, Field, int]] = []  # option, its value, where the value stands
        self.dashes = -1  # where in `fields` the first `--` stands
        position = 0
        while position < len(fields):
            position = self._take(position, values, style)

    def _take(self, position: int, values: Collection[str], style: str) -> int:
        """Sort the word at `position`; return the position of the next one."""
        text = self.fields[position].text
        if self.dashes >= 0 or len(text) < 2 or text[0] != "-":
            self.operands.append(self.fields[position])
            self.indexes.append(position)
            return position + 1
        if text == "--":
            self.dashes = position
            return position + 1
        if text[1] == "-" or style == "long":
            return self._take_long(text, position, values, style)
        return self._take_cluster(text, position, values)

    def _take_long(self, text: str, position: int, values: Collection[str], style: str) -> int:
        name, equals, value = text.partition("=")
        name = name.lower()
        if style == "long":
            name = "-" + name.lstrip("-")
            if not equals and ":" in name:  # PowerShell: -Recurse:$true
                name, equals, value = name.partition(":")
        if not equals and name in values:
            return self._value(name, position)
        self.flags[name] = value
        if equals:
            self.given.append((name, self.fields[position]._replace(text=value), position))
        return position + 1

    def _take_cluster(self, text: str, position: int, values: Collection[str]) -> int:
        letters = text[1:]
        if len(letters) > 1 and not letters.startswith("dry"):
            self.flags.setdefault("-" + text.lower().partition("=")[0], "")
        for index, letter in enumerate(letters[:_MAX_CLUSTER]):
            flag = "-" + letter
            if flag in values:
                rest = letters[index + 1 :]
                if rest:
                    self.flags[flag] = rest
                    self.given.append((flag, self.fields[position]._replace(text=rest), position))
                    return position + 1
                following = self.fields[position + 1].text if position + 1 < len(self.fields) else ""
                if not (index and following.startswith("-")):  # `-it -u root`: the last letter has no value
                    return self._value(flag, position)
            if not letter.isalnum():
                break
            self.flags[flag] = ""
        return position + 1

    def _value(self, flag: str, position: int) -> int:
        self.flags[flag] = ""
        if position + 1 < len(self.fields):
            self.flags[flag] = self.fields[position + 1].text
            self.given.append((flag, self.fields[position + 1], position + 1))
        return position + 2

    def has(self, wanted: str) -> bool:
        """Tell whether option `wanted` was given and not switched off; long options may be abbreviated."""
        value = self.flags.get(wanted)
        if value is not None:
            return value.lower() not in _OFF
        if not wanted.startswith("--"):
            return False
        return any(
            len(flag) >= _SHORTEST_ABBREVIATION and wanted.startswith(flag) and value.lower() not in _OFF
            for flag, value in self.flags.items()
        )

    def texts(self) -> list[str]:
        """Return the texts of the operands."""
        return [operand.text for operand in self.operands]
