"""The SDK's messages as the lines of the client's stream that they were made from.

By name and attribute, so that the SDK need not be imported and a message of a later version is at worst ignored.
"""

from __future__ import annotations

from typing import Any


def event_of(message: Any, current: dict[str | None, str]) -> dict[str, Any] | None:
    """Return the line that a message stands for; None for kinds that say nothing about the answer.

    Args:
        message: what the SDK read.
        current: the id of the answer that is streaming, by the sub-agent it belongs to; brought up to date here.
    """
    kind = type(message).__name__
    if kind == "StreamEvent":
        return _streamed(message, current)
    if kind == "AssistantMessage":
        content = [_block(block) for block in message.content]
        answer = {
            "id": message.message_id,
            "model": message.model,
            "usage": message.usage,
            "content": content,
        }
        return {"type": "assistant", "message": answer, "parent_tool_use_id": message.parent_tool_use_id}
    if kind == "UserMessage":
        content = message.content if isinstance(message.content, list) else []
        return {"type": "user", "message": {"content": [_block(block) for block in content]}}
    if kind == "ResultMessage":
        return {"type": "result", **vars(message), "modelUsage": message.model_usage}
    if kind == "RateLimitEvent":
        return {"type": "rate_limit_event", "rate_limit_info": message.rate_limit_info.raw}
    if hasattr(message, "subtype") and isinstance(getattr(message, "data", None), dict):
        return {**message.data, "type": "system", "subtype": message.subtype}
    return None


def state_of(message: Any) -> str | None:
    """Return the state that the client says it is in: running, idle, ...; None when a message says nothing of it."""
    if getattr(message, "subtype", None) != "session_state_changed":
        return None
    state = message.data.get("state")
    return state if isinstance(state, str) else None


def _streamed(message: Any, current: dict[str | None, str]) -> dict[str, Any]:
    agent = message.parent_tool_use_id
    if message.event.get("type") == "message_start":
        current[agent] = str((message.event.get("message") or {}).get("id") or "")
    return {
        "type": "stream_event",
        "event": message.event,
        "parent_tool_use_id": agent,
        "api_message_id": current.get(agent, ""),
    }


def _block(block: Any) -> dict[str, Any]:
    kind = {"TextBlock": "text", "ToolUseBlock": "tool_use", "ToolResultBlock": "tool_result"}
    return {**vars(block), "type": kind.get(type(block).__name__, "other")}
