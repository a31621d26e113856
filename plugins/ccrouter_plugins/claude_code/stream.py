"""Reads the client's JSON stream: one object a line, of kinds known and unknown, among noise.

Nothing here trusts the shape of what it reads: another version of the client, a truncated line or a hostile
answer may put anything anywhere, and must at worst be counted as noise.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

from attrs import Factory, define, evolve, field

from ccrouter_core.models import Usage
from ccrouter_core.services import ExecutionEvent

_SYNTHETIC = "<synthetic>"  # how the client labels messages that no model wrote
_SHELL = "Bash"  # the client's tool that runs commands
_MAX_RESULT_CHARS = 2_000  # of a tool's result, in an event


@define
class _Message:
    """What is known of one answer of the service."""

    model: str = ""
    usage: dict[str, Any] = Factory(dict)
    streamed: bool = False


@define
class StreamReader:
    """Gathers a run from its lines and announces it as events.

    Args:
        emit: called with each event, in the order of the stream.
    """

    emit: Callable[[ExecutionEvent], None]
    session: str | None = None
    model: str = ""  # which model answered last on the main thread
    result: dict[str, Any] | None = None
    resets_at: datetime | None = None
    noise_lines: int = 0
    _texts: list[str] = field(factory=list, init=False)
    _messages: dict[str, _Message] = field(factory=dict, init=False)
    _commands: dict[str, str] = field(factory=dict, init=False)  # what each call of a shell ran
    _answered: list[str] = field(factory=list, init=False)  # calls with a result, in order

    def feed(self, line: bytes) -> bool:
        """Read one line; return whether it shows that a model is at work."""
        try:
            event = json.loads(line.decode("utf-8", errors="replace"))
        except (ValueError, RecursionError):
            event = None
        if not isinstance(event, dict):
            self.noise_lines += bool(line.strip())
            return False
        return self.take(event)

    def take(self, event: dict[str, Any]) -> bool:
        """Read one line that is decoded already; return whether it shows that a model is at work."""
        read = self._READERS.get(_text(event.get("type")))
        return bool(read(self, event)) if read else False  # kinds of later versions are ignored

    @property
    def partial_text(self) -> str:
        """Return what the model has said so far on the main thread: the texts of all `text` events."""
        return "".join(self._texts)

    def ran(self) -> tuple[str, ...]:
        """Return the commands that were run, as they ran: those with a result that the client did not refuse."""
        denied = {
            _text(denial.get("tool_use_id"))
            for denial in _dicts((self.result or {}).get("permission_denials"))
        }
        return tuple(
            self._commands[call] for call in self._answered if call in self._commands and call not in denied
        )

    def usage(self) -> tuple[Usage, ...]:
        """Return tokens per model, by the model that answered.

        The client books tokens under the model that it asked for; behind a gateway that answers with another
        one that is the wrong name. So the answers themselves are counted, as long as they add up to the books;
        requests that never show in the stream are only in the books.
        """
        answered = _merged(
            _usage(message.model, message.usage)
            for message in self._messages.values()
            if message.model and message.model != _SYNTHETIC
        )
        booked = self._booked()
        if not booked or _totals(answered) == _totals(booked):
            return answered
        if len(booked) == 1 and len({used.model for used in answered}) == 1:
            return (evolve(booked[0], model=answered[0].model),)
        return booked

    def _booked(self) -> tuple[Usage, ...]:
        books = _dict((self.result or {}).get("modelUsage"))
        return tuple(_booked_usage(model, _dict(entry)) for model, entry in sorted(books.items()))

    # --- one method per kind of line; each returns whether a model is at work ---

    def _system(self, event: dict[str, Any]) -> bool:
        subtype = _text(event.get("subtype"))
        if subtype == "init":
            self.session = _text(event.get("session_id")) or self.session
            self.model = _text(event.get("model"))
            data = {"session": self.session, "model": self.model, "version": event.get("claude_code_version")}
            self.emit(ExecutionEvent(kind="started", data=data))
        elif subtype == "api_retry":
            status = event.get("error_status")
            data = {
                "status": status,
                "attempt": event.get("attempt"),
                "delay_ms": event.get("retry_delay_ms"),
            }
            self.emit(ExecutionEvent(kind="rate_limit" if status in {429, 529} else "warning", data=data))
        elif subtype == "permission_denied":
            data = {"denied": event.get("tool_name"), "reason": event.get("decision_reason")}
            self.emit(ExecutionEvent(kind="warning", text=_text(event.get("message")), data=data))
        return False

    def _rate_limit(self, event: dict[str, Any]) -> bool:
        info = _dict(event.get("rate_limit_info"))
        if info.get("status") == "rejected":
            self.resets_at = _moment(info.get("resetsAt")) or self.resets_at
        self.emit(ExecutionEvent(kind="rate_limit", data=info))
        return False

    def _stream(self, event: dict[str, Any]) -> bool:
        inner = _dict(event.get("event"))
        kind = inner.get("type")
        if kind == "message_start":
            started = _dict(inner.get("message"))
            message = self._message(_text(started.get("id")) or _text(event.get("api_message_id")))
            message.model, message.streamed = _text(started.get("model")), True
            if not event.get("parent_tool_use_id"):
                self._separate()
            message.usage.update(_dict(started.get("usage")))
        elif kind == "message_delta":
            message = self._message(_text(event.get("api_message_id")))
            message.usage.update(_dict(inner.get("usage")))
            self._announce(message)
        elif kind == "content_block_delta" and not event.get("parent_tool_use_id"):
            self._say(_text(_dict(inner.get("delta")).get("text")))
        return True

    def _assistant(self, event: dict[str, Any]) -> bool:
        message = _dict(event.get("message"))
        model = _text(message.get("model"))
        if model == _SYNTHETIC:
            return False
        main = not event.get("parent_tool_use_id")
        if main and model:
            self.model = model
        known = self._message(_text(message.get("id")))
        if not known.streamed:  # without partial messages this is all there is
            if main:
                self._separate()
            known.model = model
            known.usage.update(_dict(message.get("usage")))
            self._announce(known)
        for block in _dicts(message.get("content")):
            if block.get("type") == "tool_use":
                data = {"id": block.get("id"), "name": block.get("name"), "input": block.get("input")}
                self.emit(ExecutionEvent(kind="tool_call", text=_text(block.get("name")), data=data))
                if block.get("name") == _SHELL:
                    self._commands[_text(block.get("id"))] = _text(_dict(block.get("input")).get("command"))
            elif main and not known.streamed:
                self._say(_text(block.get("text")))
        return True

    def _user(self, event: dict[str, Any]) -> bool:
        for block in _dicts(_dict(event.get("message")).get("content")):
            if block.get("type") == "tool_result":
                data = {"id": block.get("tool_use_id"), "is_error": bool(block.get("is_error"))}
                text = _plain(block.get("content"))[:_MAX_RESULT_CHARS]
                self.emit(ExecutionEvent(kind="tool_result", text=text, data=data))
                self._answered.append(_text(block.get("tool_use_id")))
        return True

    def _finish(self, event: dict[str, Any]) -> bool:
        self.result = event  # a background agent may bring a second one; the last one counts
        self.session = _text(event.get("session_id")) or self.session
        return True

    def _message(self, identity: str) -> _Message:
        return self._messages.setdefault(identity, _Message())

    def _announce(self, message: _Message) -> None:
        used = _usage(message.model, message.usage)
        data = {"model": used.model, "input_tokens": used.input_tokens, "output_tokens": used.output_tokens}
        self.emit(ExecutionEvent(kind="usage", data=data))

    def _separate(self) -> None:
        """Begin a new line for the next answer."""
        if self._texts and not self._texts[-1].endswith("\n"):
            self._say("\n")

    def _say(self, text: str) -> None:
        if text:
            self._texts.append(text)
            self.emit(ExecutionEvent(kind="text", text=text))

    _READERS = {  # noqa: RUF012 - a table of methods, not a field
        "system": _system,
        "rate_limit_event": _rate_limit,
        "stream_event": _stream,
        "assistant": _assistant,
        "user": _user,
        "result": _finish,
    }


# --- tolerant reading of JSON ---


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    yield from (item for item in (value if isinstance(value, list) else ()) if isinstance(item, dict))


def _count(value: object) -> int:
    return max(0, int(value)) if isinstance(value, (int, float)) and abs(value) < float("inf") else 0


def _plain(content: object) -> str:
    return _text(content) or "\n".join(_text(block.get("text")) for block in _dicts(content))


def _moment(value: object) -> datetime | None:
    """Return seconds since 1970 as a moment."""
    try:
        return datetime.fromtimestamp(_count(value), timezone.utc) if _count(value) else None
    except (OverflowError, ValueError, OSError):
        return None


# --- usage ---


def _usage(model: str, usage: dict[str, Any]) -> Usage:
    """Return the service's own usage object as a record; cache writes of unknown life count as 5 minutes."""
    split = _dict(usage.get("cache_creation"))
    one_hour = _count(split.get("ephemeral_1h_input_tokens"))
    return Usage(
        model=model,
        input_tokens=_count(usage.get("input_tokens")),
        output_tokens=_count(usage.get("output_tokens")),
        cache_write_5m_tokens=max(0, _count(usage.get("cache_creation_input_tokens")) - one_hour),
        cache_write_1h_tokens=one_hour,
        cache_read_tokens=_count(usage.get("cache_read_input_tokens")),
    )


def _booked_usage(model: str, entry: dict[str, Any]) -> Usage:
    """Return one line of the client's books as a record."""
    one_hour = _count(entry.get("cacheCreationEphemeral1hInputTokens"))
    return Usage(
        model=model,
        input_tokens=_count(entry.get("inputTokens")),
        output_tokens=_count(entry.get("outputTokens")),
        cache_write_5m_tokens=max(0, _count(entry.get("cacheCreationInputTokens")) - one_hour),
        cache_write_1h_tokens=one_hour,
        cache_read_tokens=_count(entry.get("cacheReadInputTokens")),
    )


def _figures(used: Usage) -> tuple[int, int, int, int, int]:
    return (
        *(used.input_tokens, used.output_tokens),
        *(used.cache_write_5m_tokens, used.cache_write_1h_tokens, used.cache_read_tokens),
    )


def _totals(usage: tuple[Usage, ...]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*(_figures(used) for used in usage), strict=True))


def _merged(usage: Iterator[Usage]) -> tuple[Usage, ...]:
    """Return one record per model."""
    by_model: dict[str, list[Usage]] = {}
    for used in usage:
        by_model.setdefault(used.model, []).append(used)
    return tuple(_summed(model, tuple(parts)) for model, parts in sorted(by_model.items()))


def _summed(model: str, parts: tuple[Usage, ...]) -> Usage:
    tokens = _totals(parts)
    return Usage(
        model=model,
        input_tokens=tokens[0],
        output_tokens=tokens[1],
        cache_write_5m_tokens=tokens[2],
        cache_write_1h_tokens=tokens[3],
        cache_read_tokens=tokens[4],
    )
