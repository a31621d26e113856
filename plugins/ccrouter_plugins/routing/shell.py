"""A small shell reader: text in, simple commands out, without running anything.

Not a full grammar. It finds every simple command that running the text could run (control flow is flattened), with its
words, redirections, here-documents and the command whose output it reads. Whatever it cannot resolve it marks, so that
the judge can fail closed. One pass over the text; nested substitutions are read by the same cursor.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# Deeper nesting of substitutions than any human writes: the rest is marked as not understood.
MAX_DEPTH = 12

TEXT, VARIABLE, OUTPUT, FILE = "text", "variable", "output", "file"


class Part(NamedTuple):
    """A piece of a word: literal text, ``$name``, the output of a script, or a file made of a script ``<(...)``."""

    kind: str
    value: str  # text; variable: its name; output, file and anything unresolved: the source
    quoted: bool = False
    script: Script | None = None
    default: str | None = None  # ${name:-default}


class Word(NamedTuple):
    """One shell word before expansion, with its span in the source."""

    parts: tuple[Part, ...]
    start: int
    end: int

    @property
    def literal(self) -> str | None:
        """The text of a word that needs no expansion, else None."""
        if len(self.parts) == 1 and self.parts[0].kind == TEXT:
            return self.parts[0].value
        if all(part.kind == TEXT for part in self.parts):
            return "".join(part.value for part in self.parts)
        return None


class Redirect(NamedTuple):
    """A redirection: the operator, and the target (for ``<<`` and ``<<<`` the text that is fed)."""

    operator: str
    target: Word


class Command:
    """One simple command and where its standard input comes from."""

    __slots__ = ("assigns", "end", "function", "pipe", "redirects", "start", "tail", "words")

    def __init__(self, start: int) -> None:
        """Start an empty command at index `start` of the source."""
        self.start = start
        self.end = start
        self.words: list[Word] = []
        self.assigns: list[tuple[str, Word]] = []
        self.redirects: list[Redirect] = []
        self.pipe: Command | None = None  # the command before the pipe; OPAQUE when it is a compound one
        self.function = ""  # the function whose body holds this command
        self.tail = False  # only redirections, and they belong to the compound command before

    def __bool__(self) -> bool:
        """Tell whether anything was read."""
        return bool(self.words or self.assigns or self.redirects)


OPAQUE = Command(0)


class Script(NamedTuple):
    """Everything that running a text could run. `sound` is False when the text was not fully understood."""

    commands: tuple[Command, ...]
    functions: frozenset[str]
    sound: bool


def parse(text: str) -> Script:
    """Read shell text. Never raises; time linear in the length of `text`."""
    return _Reader(text, 0, len(text), 0).script("")


_PLAIN = re.compile(r"[^\s;&|<>()'\"\\$`]+")
_IN_QUOTES = re.compile(r"[^\"\\$`]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_ASSIGN = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,80})(?:\[[^\]]{0,40}\])?\+?=")
_REDIRECT = re.compile(r"(?:\d{1,3}|\{[A-Za-z_]\w{0,30}\})?(<<<|<<-|<<|<>|<&|>>|>&|>\||<|>)|(&>>|&>)")
_BRACED = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]{0,80})(?::?[-=]([^}$`'\"\\]{0,400}))?\}")
_OPERATOR = re.compile(r";;&|;;|;&|&&|\|\||\|&|[;&|\n]")
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[0-7]{1,3}|c.|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "a": "", "b": "", "e": "", "E": "", "f": " ", "v": " "}
_CODE_POINTS = 0x110000

# Words that open or continue a compound command: the next word is again a command.
_LEADERS = frozenset(("if", "then", "else", "elif", "while", "until", "do", "!"))
_CLOSERS = frozenset(("fi", "done", "esac"))
_LOOPS = frozenset(("for", "select"))


class _Reader:
    """The cursor. One instance reads one text; `script` is re-entered for every substitution."""

    def __init__(self, text: str, position: int, end: int, depth: int) -> None:
        self.text = text
        self.position = position
        self.end = end
        self.depth = depth
        self.sound = True

    # -- scripts -----------------------------------------------------------------------------------------------

    def script(self, closer: str) -> Script:
        """Read commands up to `closer` (")" or nothing) and step over it."""
        return _ScriptReader(self, closer).read()

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
        inner = self.balanced()
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
            inner = _Reader(self.text, start, position, self.depth + 1)
        else:
            inner = _Reader(plain, 0, len(plain), self.depth + 1)
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


class _ScriptReader:
    """Reads the commands of one script (the whole text, or one substitution) with the cursor of its reader."""

    def __init__(self, reader: _Reader, closer: str) -> None:
        self.reader = reader
        self.closer = closer
        self.commands: list[Command] = []
        self.functions: set[str] = set()
        self.groups: list[tuple[Command | None, str]] = []  # what feeds each open group, and its function
        self.pending: list[tuple[Command, str, bool, bool]] = []  # here-documents that start after this line
        self.cases = 0
        self.pattern = False  # inside `case`: a pattern comes next
        self.function = ""  # the function whose body is being read
        self.defining = ""  # the function whose body comes next
        self.compound = False  # the last thing read was the end of a compound command
        self.current = Command(reader.position)

    def read(self) -> Script:
        """Read up to the closer."""
        reader = self.reader
        while reader.position < reader.end:
            letter = reader.text[reader.position]
            if letter == ")" and self.closer and not self.groups and not self.pattern:
                reader.position += 1
                break
            self._step(letter)
        else:
            if self.closer:
                reader.sound = False
        self._finish()
        self._read_documents()
        return Script(tuple(self.commands), frozenset(self.functions), reader.sound)

    def _step(self, letter: str) -> None:
        reader = self.reader
        if letter in " \t\r":
            reader.position += 1
        elif letter == "\\" and reader.text.startswith("\\\n", reader.position):
            reader.position += 2
        elif self.pattern:
            self._read_pattern()
        elif letter == "#":
            close = reader.text.find("\n", reader.position, reader.end)
            reader.position = reader.end if close < 0 else close
        elif letter in "()":
            self._parenthesis(letter)
        elif not self._redirect() and not self._operator():
            self._word()

    # -- commands ----------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        """End the current command and start a new one."""
        current = self.current
        if current:
            current.end = self.reader.position
            current.function = self.function
            if current.pipe is None and self.groups:
                current.pipe = self.groups[-1][0]
            self.commands.append(current)
        self.current = Command(self.reader.position)

    def _operator(self) -> bool:
        reader = self.reader
        match = _OPERATOR.match(reader.text, reader.position, reader.end)
        if not match:
            return False
        operator, before = match.group(), self.current
        reader.position = match.end()
        self._finish()
        if operator in ("|", "|&"):
            self.current.pipe = before if before and not self.compound else OPAQUE
        elif operator == "\n":
            self._read_documents()
        elif operator in (";;", ";&", ";;&") and self.cases:
            self.pattern = True
        self.compound = False
        return True

    def _parenthesis(self, letter: str) -> None:
        reader, current = self.reader, self.current
        rest = reader.text[reader.position : reader.position + 2]
        if letter == ")":
            reader.position += 1
            self._close()
        elif rest == "((" and not current.words:
            reader.position += 2
            inner = reader.balanced()
            reader.position += reader.text.startswith(")", reader.position)
            self.commands += [c for part in inner if part.script for c in part.script.commands]
        elif len(current.words) == 1 and reader.text[
            reader.position + 1 : reader.position + 40
        ].lstrip().startswith(")"):
            reader.position = reader.text.index(")", reader.position) + 1
            self._define(current.words[0].literal or "")
        else:
            reader.sound = reader.sound and not current.words
            reader.position += 1
            self._open()

    def _open(self) -> None:
        feed = self.current.pipe
        if feed is None and self.groups:
            feed = self.groups[-1][0]
        self.current.pipe = None
        self._finish()
        self.groups.append((feed, self.function))
        self.function, self.defining = self.defining or self.function, ""

    def _close(self) -> None:
        self._finish()
        if self.groups:
            self.function = self.groups.pop()[1]
        else:
            self.reader.sound = False
        self.compound = True

    def _define(self, name: str) -> None:
        """Begin the definition of function `name`; its body comes next."""
        self.functions.add(name)
        self.defining = name
        self.current = Command(self.reader.position)

    # -- words -------------------------------------------------------------------------------------------------

    def _word(self) -> None:
        reader, current = self.reader, self.current
        word = reader.word()
        if word.start == word.end:  # nothing that starts a word: step over it
            reader.position += 1
            reader.sound = False
            return
        if not current.words:
            if not current.assigns and word.parts and not word.parts[0].quoted and self._reserved(word):
                return
            self.compound = False
            match = _ASSIGN.match(reader.text, word.start, word.end)
            if match and word.parts[0].kind == TEXT and match.end() <= word.start + len(word.parts[0].value):
                current.assigns.append((match.group(1), _after(word, match.end() - word.start)))
                return
        current.words.append(word)

    def _reserved(self, word: Word) -> bool:
        """Act on a reserved word in command position; False when `word` is an ordinary one."""
        name = word.literal
        if name in _LEADERS:
            pass
        elif name == "{":
            self._open()
        elif name == "}":
            self._close()
        elif name in _CLOSERS:
            self._finish()
            self.cases -= name == "esac" and self.cases > 0
            self.compound = True
        elif name in _LOOPS:
            self._loop()
        elif name == "case":
            self._case()
        elif name == "function":
            self._skip_blanks()
            self._define(self.reader.word().literal or "")
            self._skip_parentheses()
        elif name == "[[":
            self._test()
        else:
            return False
        return True

    def _loop(self) -> None:
        """Read ``for name in words``: an assignment of all the words to the name."""
        reader = self.reader
        self._skip_blanks()
        if reader.text.startswith("((", reader.position):
            return
        name = reader.word().literal or ""
        words: list[Word] = []
        while reader.position < reader.end and reader.text[reader.position] not in ";\n&|()<>":
            if reader.text[reader.position] in " \t\r":
                reader.position += 1
                continue
            before = reader.position
            word = reader.word()
            reader.position += reader.position == before
            words.append(word)
        loop = Command(reader.position)
        loop.assigns = [(name, word) for word in words[1:]] or [(name, Word((Part(VARIABLE, name),), 0, 0))]
        self.commands.append(loop)

    def _case(self) -> None:
        """Read ``case word in``: patterns come next."""
        self._skip_blanks()
        subject = self.reader.word()
        self._skip_blanks()
        keyword = self.reader.word().literal
        self.reader.sound = self.reader.sound and keyword == "in"
        holder = Command(subject.start)
        holder.assigns = [("_", subject)]
        self.commands.append(holder)
        self.cases += 1
        self.pattern = True

    def _read_pattern(self) -> None:
        """Step over one piece of a ``case`` pattern; ``)`` ends the pattern, ``esac`` the whole ``case``."""
        reader = self.reader
        letter = reader.text[reader.position]
        if letter == ")":
            self.pattern = False
        elif letter not in "(|\n;&<>#":
            word = reader.word()
            if word.literal == "esac":
                self.pattern, self.compound = False, True
                self.cases -= self.cases > 0
                return
            if word.start < word.end:
                return
        reader.position += 1

    def _test(self) -> None:
        """Read ``[[ ... ]]``, where < > && || are no operators; keep it as a command named ``[[``."""
        reader = self.reader
        test = Command(reader.position)
        while reader.position < reader.end and reader.text[reader.position] not in ";\n":
            before = reader.position
            word = reader.word()
            if word.start == word.end:
                reader.position = before + 1
                continue
            if word.literal == "]]":
                break
            test.words.append(word)
        test.words.insert(0, Word((Part(TEXT, "[["),), test.start, test.start))
        test.end = reader.position
        self.commands.append(test)
        self.compound = True

    def _skip_blanks(self) -> None:
        reader = self.reader
        while reader.position < reader.end and reader.text[reader.position] in " \t\r":
            reader.position += 1

    def _skip_parentheses(self) -> None:
        self._skip_blanks()
        if self.reader.text.startswith("()", self.reader.position):
            self.reader.position += 2

    # -- redirections ------------------------------------------------------------------------------------------

    def _redirect(self) -> bool:
        reader = self.reader
        match = _REDIRECT.match(reader.text, reader.position, reader.end)
        if not match or (reader.text[match.end() : match.end() + 1] == "(" and match.group()[-1] in "<>"):
            return False
        operator = match.group(1) or match.group(2)
        reader.position = match.end()
        self._skip_blanks()
        target = reader.word()
        self.current.tail = self.compound and not self.current.words
        if operator in ("<<", "<<-"):
            quoted = any(part.quoted for part in target.parts)
            self.pending.append((self.current, target.literal or "", operator == "<<-", quoted))
        else:
            self.current.redirects.append(Redirect(operator, target))
        return True

    def _read_documents(self) -> None:
        """Read the here-documents announced on the line that just ended."""
        for command, delimiter, strip, quoted in self.pending:
            body = self._document(delimiter, strip=strip, quoted=quoted)
            command.redirects.append(Redirect("<<", body))
        self.pending.clear()

    def _document(self, delimiter: str, *, strip: bool, quoted: bool) -> Word:
        reader = self.reader
        start = reader.position
        stop = reader.end
        while reader.position < reader.end:
            close = reader.text.find("\n", reader.position, reader.end)
            close = reader.end if close < 0 else close
            line = reader.text[reader.position : close].rstrip("\r")
            if (line.lstrip("\t") if strip else line) == delimiter:
                stop, reader.position = reader.position, min(close + 1, reader.end)
                break
            reader.position = min(close + 1, reader.end)
        else:
            reader.sound = False
        if quoted or not ("$" in reader.text[start:stop] or "`" in reader.text[start:stop]):
            return Word((Part(TEXT, reader.text[start:stop], quoted=True),), start, stop)
        return _expanding(reader, start, stop)


def _expanding(reader: _Reader, start: int, stop: int) -> Word:
    """Read the body of a here-document whose substitutions are expanded."""
    inner = _Reader(reader.text, start, stop, reader.depth + 1)
    parts: list[Part] = []
    inner.double(parts, closer="")
    reader.sound = reader.sound and inner.sound
    return Word(tuple(parts), start, stop)


def _after(word: Word, count: int) -> Word:
    """Return `word` without its first `count` characters (all inside its first part)."""
    first = word.parts[0]
    rest = (Part(TEXT, first.value[count:]), *word.parts[1:])
    return Word(rest, word.start + count, word.end)
