"""A small shell reader: text in, simple commands out, without running anything.

Not a full grammar. It finds every simple command that running the text could run (control flow is flattened), with its
words, redirections, here-documents and the command whose output it reads. Whatever it cannot resolve it marks, so that
the judge can fail closed. One pass over the text.
"""

from __future__ import annotations

from ..patterns import regex
from .shell_cursor import Cursor
from .shell_syntax import OPAQUE, OUTPUT, TEXT, VARIABLE, Command, Part, Redirect, Script, Word

__all__ = ["OPAQUE", "OUTPUT", "TEXT", "VARIABLE", "Command", "Part", "Redirect", "Script", "Word", "parse"]


def parse(text: str) -> Script:
    """Read shell text. Never raises; time linear in the length of `text`."""
    return Reader(text, 0, len(text), 0).script("")


_ASSIGN = regex(r"([A-Za-z_][A-Za-z0-9_]{0,80})(?:\[[^\]]{0,40}\])?\+?=")
_REDIRECT = regex(r"(?:\d{1,3}|\{[A-Za-z_]\w{0,30}\})?(<<<|<<-|<<|<>|<&|>>|>&|>\||<|>)|(&>>|&>)")
_OPERATOR = regex(r";;&|;;|;&|&&|\|\||\|&|[;&|\n]")
# Words that open or continue a compound command: the next word is again a command.
_LEADERS = frozenset(("if", "then", "else", "elif", "while", "until", "do", "!"))
_CLOSERS = frozenset(("fi", "done", "esac"))
_LOOPS = frozenset(("for", "select"))


class Reader(Cursor):
    """A cursor that can also read the scripts inside substitutions."""

    def script(self, closer: str) -> Script:
        """Read commands up to `closer` (")" or nothing) and step over it."""
        return _ScriptReader(self, closer).read()


class _ScriptReader:
    """Reads the commands of one script (the whole text, or one substitution) with the cursor of its reader."""

    def __init__(self, reader: Reader, closer: str) -> None:
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
        elif not self._redirect(letter) and not self._operator(letter):
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

    def _operator(self, letter: str) -> bool:
        reader = self.reader
        match = _OPERATOR.match(reader.text, reader.position, reader.end) if letter in ";&|\n" else None
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
            inner = [*reader.words_between(reader.position), *reader.balanced()]
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

    def _redirect(self, letter: str) -> bool:
        if letter not in "<>&{" and not letter.isdecimal():
            return False
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
        return reader.document(start, stop)


def _after(word: Word, count: int) -> Word:
    """Return `word` without its first `count` characters (all inside its first part)."""
    first = word.parts[0]
    rest = (Part(TEXT, first.value[count:]), *word.parts[1:])
    return Word(rest, word.start + count, word.end)
