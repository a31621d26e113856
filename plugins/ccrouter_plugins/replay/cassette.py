"""Cassettes: files of recorded or hand-written answers, one JSON object a line.

```json
{"match": "fix the typo", "tier": "haiku", "text": "Fixed.", "replace": [["intro.tex", "teh", "the"]]}
{"match": "prove the lemma", "tier": "haiku", "text": "Done.", "usage": {"input_tokens": 900, "output_tokens": 4}}
{"match": "prove the lemma", "tier": "sonnet", "text": "The proof: ...", "edits": {"proof.tex": "..."}, "delay_ms": 300}
{"match": "summarise", "fault": "429", "times": 1}
```

An entry answers a job when all it names holds: `key` (see `job_key`; what recording writes), `match` (words of the
prompt, case ignored), `tier`, `read_only`. An entry with the job's key wins over those that match; among equals the
first line wins. `times` limits how often an entry answers. Blank lines and lines that begin with `#` are skipped.

What an entry answers: `text`, `usage` (tokens; `model` is the tier's unless named), `edits` (path -> whole content, null
deletes, {"base64": ...} for bytes that are no text), `replace` ([path, old, new], where old stands once in the
file), `delay_ms` before the answer, `fault` (one of FAULTS). Edits are made only by jobs that may write, below
their folder.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from attrs import Factory, fields_dict, frozen

from ccrouter_core.errors import UsageError, suggest

if TYPE_CHECKING:
    from ccrouter_core.services import Job

FAULTS = (
    *("429", "529", "quota", "auth", "too_long", "refusal", "crash", "hang", "slow"),
    *("garbage", "truncated", "degenerate", "empty", "apology", "wrong_usage"),
)
_TOKENS = (
    *("input_tokens", "output_tokens"),
    *("cache_write_5m_tokens", "cache_write_1h_tokens", "cache_read_tokens"),
)
Content = str | bytes | None


@frozen(kw_only=True)
class Entry:
    """One answer of a cassette; the module's documentation names what each field means."""

    key: str | None = None
    match: str | None = None
    tier: str | None = None
    read_only: bool | None = None
    times: int | None = None
    text: str = ""
    edits: Mapping[str, Content] = Factory(dict)
    replace: tuple[tuple[str, str, str], ...] = ()
    usage: Mapping[str, Any] = Factory(dict)
    fault: str | None = None
    delay_ms: int = 0

    def answers(self, job: Job, key: str) -> bool:
        """Return whether this entry is meant for the job, whose key is given."""
        return (
            self.key in {None, key}
            and (self.match is None or self.match.casefold() in job.prompt.casefold())
            and self.tier in {None, job.tier.name}
            and self.read_only in {None, job.read_only}
        )


class Cassette:
    """The entries of a file, and how often each has answered. Thread-safe."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = tuple(entries)
        self._used = [0] * len(self.entries)
        self._lock = threading.Lock()

    @classmethod
    def load(cls, path: Path | str) -> Cassette:
        """Read a cassette file.

        Raises:
            UsageError: the file cannot be read, or a line is no entry; the message names file, line and field.
        """
        file = Path(path)
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                what=f"the cassette {file} cannot be read",
                why=str(error),
                fix="name a cassette file that exists",
            ) from error
        return cls.parse(text, str(file))

    @classmethod
    def parse(cls, text: str, source: str = "cassette") -> Cassette:
        """Read a cassette from its text; `source` names it in errors. Raises UsageError as `load` does."""
        lines = enumerate(
            text.split("\n"), start=1
        )  # not splitlines: a text may hold other line ends as they are
        return cls(
            _entry(line, f"{source}:{number}")
            for number, line in lines
            if line.strip() and not line.lstrip().startswith("#")
        )

    def find(self, job: Job) -> Entry | None:
        """Return the entry that answers the job, counting its use, or None."""
        key = job_key(job)
        with self._lock:
            found = [
                index
                for index, entry in enumerate(self.entries)
                if entry.answers(job, key) and (entry.times is None or self._used[index] < entry.times)
            ]
            if not found:
                return None
            best = min(found, key=lambda index: (self.entries[index].key is None, index))
            self._used[best] += 1
            return self.entries[best]


def job_key(job: Job) -> str:
    """Return the digest by which a recorded answer is found again: of prompt, tier and whether it may write.

    The folder's own path does not count: each attempt that may write has a folder of its own.
    """
    prompt = job.prompt.replace(job.cwd, "{cwd}") if job.cwd else job.prompt
    parts = json.dumps([prompt, job.tier.name, job.read_only], ensure_ascii=False)
    return hashlib.sha256(parts.encode("utf-8", errors="surrogatepass")).hexdigest()[:32]


def entry_line(entry: Entry) -> str:
    """Return an entry as a line of a cassette, without what is at its default."""
    default = Entry()
    record = {
        name: getattr(entry, name)
        for name in fields_dict(Entry)
        if getattr(entry, name) != getattr(default, name)
    }
    if "edits" in record:
        record["edits"] = {path: _encoded(content) for path, content in entry.edits.items()}
    return json.dumps(record, ensure_ascii=False)


def safe_path(path: str) -> bool:
    """Return whether a path stays below the folder that it is relative to."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and "\x00" not in path


# --- strict reading ---


def _entry(line: str, where: str) -> Entry:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise _fault(where, f"it is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise _fault(where, "it is not a JSON object")
    known = fields_dict(Entry)
    for name in record:
        if name not in known:
            raise _fault(where, f"there is no field {name!r}. {suggest(name, known)}".rstrip())
    checks = {
        **dict.fromkeys(("key", "match", "tier", "text"), str),
        "read_only": bool,
        "times": int,
        "delay_ms": int,
    }
    for name, kind in checks.items():
        value = record.get(name)
        if value is not None and type(value) is not kind:
            raise _fault(where, f"{name} must be of type {kind.__name__}")
    record["edits"] = _edits(record.get("edits", {}), where)
    record["replace"] = _replacements(record.get("replace", []), where)
    record["usage"] = _usage(record.get("usage", {}), where)
    if record.get("fault") not in {None, *FAULTS}:
        raise _fault(where, f"there is no fault {record['fault']!r}; known: {', '.join(FAULTS)}")
    return Entry(**{name: value for name, value in record.items() if value is not None})


def _edits(value: object, where: str) -> dict[str, Content]:
    if not isinstance(value, dict):
        raise _fault(where, "edits must be an object of path -> content")
    return {_path(path, where): _decoded(content, where) for path, content in value.items()}


def _decoded(content: object, where: str) -> Content:
    if content is None or isinstance(content, str):
        return content
    if isinstance(content, dict) and isinstance(content.get("base64"), str):
        try:
            return base64.b64decode(content["base64"], validate=True)
        except binascii.Error as error:
            raise _fault(where, f"a content is not base64: {error}") from error
    raise _fault(where, 'a content must be a string, null, or {"base64": "..."}')


def _encoded(content: Content) -> object:
    return {"base64": base64.b64encode(content).decode()} if isinstance(content, bytes) else content


def _replacements(value: object, where: str) -> tuple[tuple[str, str, str], ...]:
    if not isinstance(value, list):
        raise _fault(where, "replace must be a list of [path, old, new]")
    for item in value:
        if not isinstance(item, list) or [type(part) for part in item] != [str, str, str]:
            raise _fault(where, "each of replace must be three strings: [path, old, new]")
    return tuple((_path(path, where), old, new) for path, old, new in value)


def _path(path: str, where: str) -> str:
    if not safe_path(path):
        raise _fault(where, f"the path {path!r} leaves the folder of the job")
    return path


def _usage(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _fault(where, "usage must be an object")
    for name, amount in value.items():
        right = (
            type(amount) is str
            if name == "model"
            else name in _TOKENS and type(amount) is int and amount >= 0
        )
        if not right:
            raise _fault(
                where, f"usage has {name} = {amount!r}; known: model, {', '.join(_TOKENS)} (whole numbers)"
            )
    return value


def _fault(where: str, why: str) -> UsageError:
    return UsageError(what=f"{where} is no entry of a cassette", why=why, fix="correct the line")
