"""What a Python one-liner would do, read with the standard library's parser."""

from __future__ import annotations

import ast
import warnings

from .code import CodeVerdict
from .effects import DESTRUCTIVE, RUN, UNKNOWN, WRITE, Payload, weight
from .sql import is_sql

_LOSES = frozenset(
    "os.remove os.unlink os.rmdir os.removedirs os.truncate os.ftruncate os.kill os.killpg shutil.rmtree send2trash.send2trash "
    "signal.pthread_kill requests.delete httpx.delete os.abort shutil.chown0 pathlib.Path.unlink distutils.dir_util.remove_tree "
    "psutil.Process.kill urllib.request.delete os.chmod0".split()
)
_LOSING_METHODS = frozenset(
    "unlink rmdir rmtree truncate drop_all drop_table drop_database drop_collection drop_tables delete_many delete_one "
    "flushall flushdb terminate terminate_instances delete_bucket delete_object delete_objects kill rm_rf purge "
    "destroy delete_all find_one_and_delete delete_queue delete_index stop_instances delete_table drop_index removedirs".split()
)
_SHELLS = frozenset(
    "os.system os.popen subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen "
    "subprocess.getoutput subprocess.getstatusoutput commands.getoutput pty.spawn asyncio.create_subprocess_shell "
    "asyncio.create_subprocess_exec os.execl os.execv os.execvp os.execlp os.execve os.execlpe os.spawnl os.spawnv os.spawnlp "
    "os.spawnvp os.posix_spawn pexpect.run pexpect.spawn sh.bash invoke.run fabric.run plumbum.local".split()
)
_WRITES = frozenset(
    "os.rename os.replace os.makedirs os.mkdir os.chmod os.chown shutil.move shutil.copy shutil.copy2 shutil.copyfile "
    "shutil.copytree os.symlink os.link os.utime urllib.request.urlretrieve".split()
)
_WRITING_METHODS = frozenset(
    "write_text write_bytes touch mkdir rename replace symlink_to to_csv to_json to_parquet".split()
)
_QUERIES = frozenset(
    (
        "execute",
        "executemany",
        "executescript",
        "text",
        "raw",
        "run_sql",
        "query",
        "read_sql",
        "exec_driver_sql",
    )
)
_MAX_SOURCE = 20_000
_MAX_DEPTH = 3


def judge_python(source: str, depth: int = 0) -> CodeVerdict | None:
    """Judge Python `source`; None when it does not parse (or is too long to be a one-liner)."""
    if len(source) > _MAX_SOURCE or depth > _MAX_DEPTH:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    visitor = _Visitor(depth)
    try:
        visitor.visit(tree)
    except RecursionError:
        return None
    return visitor.verdict()


_FILLING = frozenset(("write", "write_text", "write_bytes"))
_IDLE = frozenset(("open", "close", "flush", "Path", "expanduser", "join"))


class _Visitor(ast.NodeVisitor):
    """Walks the calls of a program and notes what they would do."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.names: dict[str, str] = {}  # what a name stands for: its dotted origin
        self.texts: dict[str, str] = {}  # what a name holds, when that is a text
        self.worst: tuple[str, str] = (RUN, "runs code")
        self.payloads: list[Payload] = []
        self.writes: list[str] = []
        self.reads: list[str] = []
        self.opened = False  # a file was opened to be written anew
        self.filled = False  # some call may have written to it

    def verdict(self) -> CodeVerdict:
        """Return what was found."""
        if self.opened and not self.filled:
            self._note(DESTRUCTIVE, "the code empties a file")
        return CodeVerdict(*self.worst, tuple(self.payloads), tuple(self.writes), tuple(self.reads))

    def _note(self, effect: str, reason: str) -> None:
        if weight(effect) > weight(self.worst[0]):
            self.worst = (effect, reason)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.names[alias.asname or alias.name.partition(".")[0]] = (
                alias.name if alias.asname else alias.name.partition(".")[0]
            )

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self.names[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def visit_Assign(self, node: ast.Assign) -> None:
        value = self._text(node.value)
        dotted = self._dotted(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name):
                if value is not None:
                    self.texts[target.id] = value
                elif dotted:
                    self.names[target.id] = dotted
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = self._dotted(node.func)
        method = name.rpartition(".")[2] if name else self._method(node.func)
        empty = method in _FILLING and self._is_empty(node)
        self.filled = self.filled or not (empty or method in _IDLE)
        if empty and method != "write":
            self._note(DESTRUCTIVE, "the code writes nothing over a file")
        if name in _LOSES or (method in _LOSING_METHODS and "." in (name or ".")):
            self._lose(name or method, node)
        elif name == "unknown":
            self._note(UNKNOWN, "the code calls something that is not known")
        elif name in _SHELLS or (name or "").startswith("subprocess."):
            self._shell(node)
        elif name in ("exec", "eval", "builtins.exec", "builtins.eval", "runpy.run_path", "compile"):
            self._nested(node)
        elif method in _QUERIES:
            self._query(node)
        elif method.startswith(("delete_", "terminate_", "drop_")) or (
            method in ("delete", "drop") and self._plain_call(node)
        ):
            self._lose(name or method, node)
        elif name in _WRITES or method in _WRITING_METHODS:
            self._note(WRITE, f"the code calls {name or method}")
            self.writes += self._arguments(node)
        elif name in ("open", "io.open", "codecs.open") or method == "open":
            self._open(node)
        self.generic_visit(node)

    def _lose(self, name: str, node: ast.Call) -> None:
        self._note(DESTRUCTIVE, f"the code calls {name}")
        self.writes += self._arguments(node)
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
            self.writes += self._arguments(node.func.value)

    def _plain_call(self, node: ast.Call) -> bool:
        """`query.delete()` and `table.drop()` delete; `frame.drop(columns=...)` and `items.delete(3)` do not."""
        return not node.args and not any(
            word.arg in ("columns", "index", "axis", "labels") for word in node.keywords
        )

    def _shell(self, node: ast.Call) -> None:
        words = [self._words(argument) for argument in node.args[:1]] or [
            self._words(word.value) for word in node.keywords if word.arg in ("args", "cmd", "command")
        ]
        method = (self._dotted(node.func) or "").rpartition(".")[2]
        if method.startswith(("exec", "spawn", "create_subprocess_exec", "posix_spawn")):
            texts = [self._text(argument) or "" for argument in node.args]
            texts += [
                self._words(argument) or ""
                for argument in node.args
                if isinstance(argument, (ast.List, ast.Tuple))
            ]
            words = [" ".join(texts[1:] if method != "create_subprocess_exec" else texts) or None]
        if words and words[0] is not None:
            self.payloads.append(Payload("shell", words[0]))
        else:
            self._note(UNKNOWN, "the code runs a command that is not known")

    def _nested(self, node: ast.Call) -> None:
        text = self._text(node.args[0]) if node.args else None
        inner = judge_python(text, self.depth + 1) if text is not None else None
        if inner is None:
            self._note(UNKNOWN, "the code runs text that is not known")
            return
        self._note(inner.effect, inner.reason)
        self.payloads += inner.payloads
        self.writes += inner.writes

    def _query(self, node: ast.Call) -> None:
        for argument in node.args[:1]:
            text = self._text(argument)
            if text is not None and is_sql(text):
                self.payloads.append(Payload("sql", text))

    def _open(self, node: ast.Call) -> None:
        modes = [self._text(argument) for argument in node.args[1:2]]
        modes += [self._text(word.value) for word in node.keywords if word.arg == "mode"]
        if isinstance(node.func, ast.Attribute) and self._dotted(node.func) not in ("io.open", "codecs.open"):
            modes = [self._text(argument) for argument in node.args[:1]]
        paths = self._arguments(node)
        if any(mode and any(letter in mode for letter in "wax+") for mode in modes):
            self._note(WRITE, "the code writes a file")
            self.opened = self.opened or any("w" in (mode or "") for mode in modes)
            self.writes += paths[:1]
        else:
            self.reads += paths[:1]

    def _is_empty(self, node: ast.Call) -> bool:
        """Tell whether the only argument is an empty text."""
        return (
            len(node.args) == 1 and isinstance(node.args[0], ast.Constant) and node.args[0].value in ("", b"")
        )

    # -- values ------------------------------------------------------------------------------------------------

    def _method(self, node: ast.expr) -> str:
        return node.attr if isinstance(node, ast.Attribute) else ""

    def _dotted(self, node: ast.expr) -> str:
        """Return the dotted origin of an expression: `rm` after `from os import remove as rm` is `os.remove`."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            base = self._dotted(node.value)
            return f"{base}.{node.attr}" if base else ""
        if isinstance(node, ast.Call):
            return self._called(node)
        if isinstance(node, ast.Subscript):
            key = self._text(node.slice)
            base = self._dotted(node.value)
            return f"{base.removesuffix('.__dict__')}.{key}" if base and key else ""
        return ""

    def _called(self, node: ast.Call) -> str:
        """Return what `__import__("os")`, `importlib.import_module("os")` or `getattr(os, "x")` stands for."""
        name = self._dotted(node.func)
        if name in ("__import__", "importlib.import_module", "builtins.__import__") and node.args:
            return self._text(node.args[0]) or "unknown"
        if name == "getattr" and len(node.args) > 1:
            attribute = self._text(node.args[1])
            base = self._dotted(node.args[0])
            return f"{base}.{attribute}" if attribute and base else "unknown"
        if name in ("pathlib.Path", "Path"):
            return "pathlib.Path"
        if name == "vars" and node.args:
            return self._dotted(node.args[0])
        return ""

    def _text(self, node: ast.expr) -> str | None:
        """Return the text that an expression stands for, when it is written out."""
        if isinstance(node, ast.Constant):
            value = node.value
            return (
                value
                if isinstance(value, str)
                else value.decode("latin-1")
                if isinstance(value, bytes)
                else None
            )
        if isinstance(node, ast.Name):
            return self.texts.get(node.id)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self._text(node.left), self._text(node.right)
            return left + right if left is not None and right is not None else None
        if isinstance(node, ast.JoinedStr):
            pieces = [self._text(value) if isinstance(value, ast.Constant) else "$x" for value in node.values]
            return "".join(piece or "" for piece in pieces)
        return self._decoded(node) if isinstance(node, ast.Call) else None

    def _decoded(self, node: ast.Call) -> str | None:
        """Return what `base64.b64decode("...")`, `"".join([...])` or `.decode()` of a known text gives."""
        name = self._dotted(node.func)
        if name.endswith("b64decode") and node.args:
            from ..normalise import decode_base64

            found = decode_base64(self._text(node.args[0]) or "")
            return found[0][0] if found else None
        if isinstance(node.func, ast.Attribute) and node.func.attr in (
            "decode",
            "strip",
            "encode",
            "format",
            "lower",
        ):
            return self._text(node.func.value)
        return None

    def _words(self, node: ast.expr) -> str | None:
        """Return a command as one text: written out, or as a list of words."""
        if isinstance(node, (ast.List, ast.Tuple)):
            words = [self._text(element) for element in node.elts]
            if not words or words[0] is None:
                return None
            return " ".join("$x" if word is None else _quoted(word) for word in words)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split":
            return self._text(node.func.value)
        return self._text(node)

    def _arguments(self, node: ast.Call) -> list[str]:
        return [text for argument in node.args if (text := self._text(argument)) is not None]


def _quoted(word: str) -> str:
    """Quote a word that is already one argument."""
    return (
        word
        if word and not set(word) & set(" \t\n'\"$`\\;&|<>(){}*?#~")
        else "'" + word.replace("'", "'\\''") + "'"
    )
