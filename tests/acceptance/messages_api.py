"""A scripted stand-in for the Messages API on loopback: standard library only, one thread per connection."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from attrs import Factory, frozen

from ccrouter_core._compat import Self

_PIECE_CHARS = 24  # of text per event of a stream


@frozen(kw_only=True)
class Reply:
    """What the service answers, and to which requests: the first reply that fits and is not used up is given.

    model: part of the name of the model asked; after_tool: whether the request brings the result of a tool.
    times: how often it is given; None is for ever.
    """

    model: str = ""
    after_tool: bool | None = None
    times: int | None = None
    text: str = "ok"
    tool: tuple[str, Mapping[str, Any]] | None = None
    answers_as: str | None = None
    input_tokens: int = 1_000
    output_tokens: int = 10
    stop_reason: str | None = None
    status: int = 200
    error: str = "api_error"
    message: str = "scripted error"
    headers: Mapping[str, str] = Factory(dict)
    drop: bool = False
    breaks: bool = False
    delay_s: float = 0.0
    pause_s: float = 0.0


class MessagesApi:
    """A server for the time of a `with`; `url` is its address, `requests` what it was asked, oldest first."""

    def __init__(self, replies: Sequence[Reply] = ()) -> None:
        self.replies = tuple(replies)
        self.requests: list[dict[str, Any]] = []
        self._used: dict[int, int] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.api = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def script(self, *replies: Reply) -> None:
        """Answer by these replies from now on, and forget what was asked."""
        with self._lock:
            self.replies, self._used = replies, {}
            self.requests.clear()

    @property
    def models(self) -> list[str]:
        """The models that were asked, in order."""
        return [request.get("model", "") for request in self.requests]

    def reply_to(self, body: dict[str, Any]) -> Reply:
        """Note the request and return the reply for it."""
        with self._lock:
            self.requests.append(body)
            for index, reply in enumerate(self.replies):
                fits = reply.model in body.get("model", "") and reply.after_tool in {None, _has_result(body)}
                if fits and (reply.times is None or self._used.get(index, 0) < reply.times):
                    self._used[index] = self._used.get(index, 0) + 1
                    return reply
        return Reply()


def _has_result(body: dict[str, Any]) -> bool:
    last = next((m for m in reversed(body.get("messages", [])) if m.get("role") == "user"), {})
    content = last.get("content")
    return isinstance(content, list) and any(block.get("type") == "tool_result" for block in content)


def _message(reply: Reply, model: str) -> dict[str, Any]:
    """Return a whole answer."""
    content: list[dict[str, Any]] = [{"type": "text", "text": reply.text}]
    if reply.tool is not None:
        name, given = reply.tool
        content.append(
            {"type": "tool_use", "id": f"toolu_{uuid.uuid4().hex[:24]}", "name": name, "input": given}
        )
    return {
        "id": f"msg_{uuid.uuid4().hex[:24]}",
        "type": "message",
        "role": "assistant",
        "model": reply.answers_as or model,
        "content": content,
        "stop_reason": reply.stop_reason or ("tool_use" if reply.tool else "end_turn"),
        "stop_sequence": None,
        "usage": {
            "input_tokens": reply.input_tokens,
            "output_tokens": reply.output_tokens,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
        },
    }


def _events(reply: Reply, model: str) -> list[dict[str, Any]]:
    """Return a whole answer as the events of a stream."""
    message = _message(reply, model)
    begun = {**message, "content": [], "stop_reason": None, "usage": {**message["usage"], "output_tokens": 1}}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": begun}]
    for index, block in enumerate(message["content"]):
        if block["type"] == "text":
            events += _block(index, {**block, "text": ""}, "text_delta", "text", block["text"])
        else:
            given = json.dumps(block["input"])
            events += _block(index, {**block, "input": {}}, "input_json_delta", "partial_json", given)
    delta = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    events.append({"type": "message_delta", "delta": delta, "usage": message["usage"]})
    return [*events, {"type": "message_stop"}]


def _block(index: int, block: dict[str, Any], kind: str, field: str, content: str) -> list[dict[str, Any]]:
    pieces = [content[at : at + _PIECE_CHARS] for at in range(0, len(content), _PIECE_CHARS)]
    deltas = [
        {"type": "content_block_delta", "index": index, "delta": {"type": kind, field: piece}}
        for piece in pieces
    ]
    start = {"type": "content_block_start", "index": index, "content_block": block}
    return [start, *deltas, {"type": "content_block_stop", "index": index}]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        """Answer any probe."""
        self._json(200, {"ok": True})

    def do_HEAD(self) -> None:
        """Answer any probe."""
        self.do_GET()

    def do_POST(self) -> None:
        """Answer a message or a count of tokens."""
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = self.path.partition("?")[0]
        if path.endswith("/count_tokens"):
            self._json(200, {"input_tokens": len(raw) // 4})
        elif path != "/v1/messages":
            self._json(404, {"type": "error", "error": {"type": "not_found_error", "message": path}})
        else:
            body = json.loads(raw)
            api: MessagesApi = self.server.api  # type: ignore[attr-defined]
            try:
                self._answer(api.reply_to(body), body)
            except (BrokenPipeError, ConnectionResetError):  # the client was ended
                self.close_connection = True

    def _answer(self, reply: Reply, body: dict[str, Any]) -> None:
        time.sleep(reply.delay_s)
        if reply.drop:
            self.close_connection = True
        elif reply.status != 200:
            error = {"type": reply.error, "message": reply.message}
            self._json(reply.status, {"type": "error", "error": error}, reply.headers)
        elif body.get("stream"):
            self._stream(reply, body.get("model", ""))
        else:  # how a client asks again after a stream that broke
            self._json(200, _message(reply, body.get("model", "")))

    def _stream(self, reply: Reply, model: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        for event in _events(reply, model):
            if reply.breaks and event["type"] == "content_block_stop":
                event = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}  # noqa: PLW2901
            self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
            self.wfile.flush()
            if event["type"] == "error":
                return
            time.sleep(reply.pause_s)

    def _json(self, status: int, value: object, headers: Mapping[str, str] | None = None) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
