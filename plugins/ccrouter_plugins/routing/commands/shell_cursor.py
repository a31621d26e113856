"""Reads shell words: quotes, escapes, variables, substitutions.

The commands inside a substitution are read by the same cursor, so the whole text is passed once.
"""

from __future__ import annotations

import re

from ..patterns import regex
from .shell_syntax import FILE, OUTPUT, TEXT, VARIABLE, Part, Script, Word

# Deeper nesting of substitutions than any human writes: the rest is marked as not understood.
MAX_DEPTH = 12

_PLAIN = regex(r"[^\s;&|<>()'\"\\$`]+")
_IN_QUOTES = regex(r"[^\"\\$`]+")
_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_BRACED = regex(r"\$\{([A-Za-z_][A-Za-z0-9_]{0,80})(?::?[-=]([^}$`'\"\\]{0,400}))?\}")
_ESCAPE = regex(r"\\(x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[0-7]{1,3}|c.|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "a": "", "b": "", "e": "", "E": "", "f": " ", "v": " "}
_NO_ARITHMETIC = regex(r"\s*[A-Za-z][\w-]*\s+(?:-[A-Za-z]|[A-Za-z_'\"]|[./~]*[/.]\w)")
_CODE_POINTS = 0x110000


class Cursor:
    """Reads words at a position of a text; one instance reads one text.

    `sound` turns False when something was not closed or was nested too deeply.
    """

    def __init__(self, text: str, position: int, end: int, depth: int) -> None:
        """Stand at `position` of `text`, which is read up to `end`; `depth` counts the nesting around it."""
        self.text = text
        self.position = position
        self.end = end
        self.depth = depth
        self.sound = True

    def script(self, closer: str) -> Script:
        """Read commands up to `closer` (")" or nothing) and step over it."""
        raise NotImplementedError

    # -- words -------------------------------------------------------------------------------------------------

    def word(self) -> Word:
        """Read one word at the cursor."""
        start = self.position
        parts: list[Part] = []
        while self.position < self.end:
            plain = _PLAIN.match(self.text, self.position, self.end)
            if plain:
                parts.append(Part(TEXT, plain.group()))
                self.position = plain.end()
            elif not self._special(parts, start):
                break
        return Word(tuple(parts), start, self.position)

    def _special(self, parts: list[Part], start: int) -> bool:
        """Read a quoted, escaped or substituted piece; False when the word ends here."""
        letter = self.text[self.position]
        if letter == "\\":
            self._escape(parts)
        elif letter == "'":
            parts.append(self._single())
        elif letter == '"':
            self.position += 1
            self.double(parts)
        elif letter in "$`":
            self._dollar(parts, quoted=False)
        elif letter in "<>" and self.text.startswith("(", self.position + 1):
            parts.append(self._substitution(FILE, 2, quoted=False))
        elif letter == "(" and self.position > start and self.text[self.position - 1] in "=?*+@!":
            parts.append(self._parenthesis())
        else:
            return False
        return True

    def _escape(self, parts: list[Part]) -> None:
        letter = self.text[self.position + 1 : self.position + 2]
        if letter != "\n":
            parts.append(Part(TEXT, letter or "\\", quoted=True))
        self.position = min(self.position + 2, self.end)

    def _single(self) -> Part:
        close = self._find("'", self.position + 1)
        value = self.text[self.position + 1 : close]
        self.position = min(close + 1, self.end)
        return Part(TEXT, value, quoted=True)

    def double(self, parts: list[Part], closer: str = '"') -> None:
        """Read the rest of a double-quoted piece (or, without a closer, of a here-document) into `parts`."""
        parts.append(Part(TEXT, "", quoted=True))
        while self.position < self.end:
            plain = _IN_QUOTES.match(self.text, self.position, self.end)
            if plain:
                parts.append(Part(TEXT, plain.group(), quoted=True))
                self.position = plain.end()
                continue
            letter = self.text[self.position]
            if letter == closer:
                self.position += 1
                return
            if letter == '"':
                parts.append(Part(TEXT, letter, quoted=True))
                self.position += 1
            elif letter == "\\":
                self._quoted_escape(parts)
            else:
                self._dollar(parts, quoted=True)
        self.sound = self.sound and not closer

    def _quoted_escape(self, parts: list[Part]) -> None:
        letter = self.text[self.position + 1 : self.position + 2]
        if letter != "\n":
            kept = letter if letter and letter in '$`"\\' else "\\" + letter
            parts.append(Part(TEXT, kept, quoted=True))
        self.position = min(self.position + 2, self.end)

    def _find(self, quote: str, start: int) -> int:
        close = self.text.find(quote, start, self.end)
        if close < 0:
            self.sound = False
            return self.end
        return close

    def document(self, start: int, stop: int) -> Word:
        """Return the body of a here-document whose substitutions are expanded."""
        inner = type(self)(self.text, start, stop, self.depth + 1)
        parts: list[Part] = []
        inner.double(parts, closer="")
        self.sound = self.sound and inner.sound
        return Word(tuple(parts), start, stop)

    # -- expansions --------------------------------------------------------------------------------------------

    def _dollar(self, parts: list[Part], *, quoted: bool) -> None:
        text, position = self.text, self.position
        if text[position] == "`":
            parts.append(self._backtick(quoted=quoted))
        elif text.startswith("$((", position):
            parts.append(self._arithmetic(quoted=quoted))
        elif text.startswith("$(", position):
            parts.append(self._substitution(OUTPUT, 2, quoted=quoted))
        elif text.startswith("${", position):
            self._braced(parts, quoted=quoted)
        elif not quoted and text.startswith("$'", position):
            parts.append(self._ansi())
        elif not quoted and text.startswith('$"', position):
            self.position += 2
            self.double(parts)
        else:
            name = _NAME.match(text, position + 1, self.end)
            kind, value = (VARIABLE, name.group()) if name else (TEXT, "$")
            self.position = name.end() if name else position + 1
            parts.append(Part(kind, value, quoted))

    def _nested(self, inner: list[Part]) -> None:
        """Read an expansion inside another one, as far as the depth allows."""
        if self.depth >= MAX_DEPTH:
            self.sound, self.position = False, self.end
            return
        self.depth += 1
        self._dollar(inner, quoted=True)
        self.depth -= 1

    def _ansi(self) -> Part:
        start = position = self.position + 2
        while position < self.end and self.text[position] != "'":
            position += 2 if self.text[position] == "\\" else 1
        if position >= self.end:
            self.sound, position = False, self.end
        self.position = min(position + 1, self.end)
        return Part(TEXT, _ESCAPE.sub(_unescape, self.text[start:position]), quoted=True)

    def _braced(self, parts: list[Part], *, quoted: bool) -> None:
        start = self.position
        match = _BRACED.match(self.text, start, self.end)
        if match:
            self.position = match.end()
            parts.append(Part(VARIABLE, match.group(1), quoted, default=match.group(2)))
            return
        # Anything richer (`${x%y}`, `${x:-$(cmd)}`): unresolved, but the commands inside still run.
        self.position += 2
        inner: list[Part] = []
        while self.position < self.end and self.text[self.position] != "}":
            letter = self.text[self.position]
            if letter in "$`":
                self._nested(inner)
            else:
                self.position += 1
        self.sound = self.sound and self.position < self.end
        self.position = min(self.position + 1, self.end)
        parts.append(Part(VARIABLE, self.text[start : self.position], quoted))
        parts.extend(Part(FILE, "", quoted, part.script) for part in inner if part.script)

    def _arithmetic(self, *, quoted: bool) -> Part:
        """Read ``$((...))``: a number, which may hold substitutions of its own."""
        start = self.position
        self.position += 3
        inner = [*self.words_between(start + 3), *self.balanced()]
        if self.text.startswith(")", self.position):
            self.position += 1
        scripts = [part.script for part in inner if part.script]
        whole = Script(tuple(c for s in scripts for c in s.commands), frozenset(), sound=True)
        return Part(OUTPUT, self.text[start : self.position], quoted, whole)

    def _parenthesis(self) -> Part:
        """Read ``(...)`` glued to a word: an array value or an extended pattern."""
        start = self.position
        self.position += 1
        inner = self.balanced()
        scripts = tuple(command for part in inner if part.script for command in part.script.commands)
        holder = Script(scripts, frozenset(), sound=True)
        return Part(FILE, self.text[start : self.position], quoted=False, script=holder)

    def words_between(self, start: int) -> list[Part]:
        """Read what stands after ``((`` as a script too when it is no arithmetic: some shells then run it."""
        if not _NO_ARITHMETIC.match(self.text, start, self.end) or self.depth > 1:
            return []
        inner = type(self)(self.text, start, self.end, self.depth + 1)
        return [Part(FILE, "", quoted=False, script=inner.script(")"))]

    def balanced(self) -> list[Part]:
        """Step over text up to the parenthesis that closes it; return the pieces inside that can run something."""
        inner: list[Part] = []
        level = 1
        while self.position < self.end and level:
            letter = self.text[self.position]
            if letter in "$`":
                self._nested(inner)
            elif letter == "'":
                inner.append(self._single())
            elif letter == '"':
                self.position += 1
                self.double(inner)
            else:
                level += (letter == "(") - (letter == ")")
                self.position += 2 if letter == "\\" else 1
        self.sound = self.sound and level == 0
        self.position = min(self.position, self.end)
        return inner

    def _substitution(self, kind: str, skip: int, *, quoted: bool) -> Part:
        start = self.position
        self.position += skip
        if self.depth >= MAX_DEPTH:
            self.sound, self.position = False, self.end
            return Part(VARIABLE, self.text[start : start + 40], quoted)
        self.depth += 1
        script = self.script(")")
        self.depth -= 1
        return Part(kind, self.text[start : self.position], quoted, script)

    def _backtick(self, *, quoted: bool) -> Part:
        start = position = self.position + 1
        while position < self.end and self.text[position] != "`":
            position += 2 if self.text[position] == "\\" else 1
        position = min(position, self.end)
        self.sound = self.sound and position < self.end
        source, body = self.text[self.position : position + 1], self.text[start:position]
        self.position = min(position + 1, self.end)
        if self.depth >= MAX_DEPTH:
            self.sound = False
            return Part(VARIABLE, source[:40], quoted)
        plain = re.sub(r"\\([`\\$])", r"\1", body) if "\\" in body else body
        if plain == body:
            inner = type(self)(self.text, start, position, self.depth + 1)
        else:
            inner = type(self)(plain, 0, len(plain), self.depth + 1)
        script = inner.script("")
        self.sound = self.sound and inner.sound
        return Part(OUTPUT, source, quoted, script)


def _unescape(match: re.Match[str]) -> str:
    """Return the character of one backslash escape inside ``$'...'``."""
    body = match.group(1)
    kind, digits = body[0], body[1:]
    if kind in "xuU" and digits:
        code = int(digits, 16)
    elif kind in "01234567":
        code = int(body, 8)
    else:
        return _ESCAPED.get(kind, "" if kind == "c" else body)
    return chr(code) if 0 < code < _CODE_POINTS else ""
