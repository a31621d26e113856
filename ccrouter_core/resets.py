"""When a quota opens again, read from the words in which a service refuses.

Forms seen from the coding client and the API: "resets 2:30pm (Europe/Paris)", "resets Oct 6, 1pm (UTC)",
"resets tomorrow at 9am", "usage limit reached|1731690000", ISO 8601, "try again in 2 hours 5 minutes".
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CUE = r"(?:resets?|reset at|available|again|until|retry)\b[^\d]{0,24}?"
_QUOTA = re.compile(
    r"usage limit|limit reached|hit your (?:\w+ ){0,2}limit|(?:weekly|daily|5-hour|opus|sonnet|session) limit"
    r"|out of (?:extra )?(?:usage|credits?)|credit balance is too low|quota (?:exceeded|exhausted)|insufficient_quota",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"(?:reset\w*\D{0,24}|\|)(\d{10})(\d{3})?(?!\d)", re.IGNORECASE)
_ISO = re.compile(
    _CUE + r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s?(Z|UTC|[+-]\d\d:?\d\d)?", re.IGNORECASE
)
_RELATIVE = re.compile(r"\b(?:in|after)\s+((?:\d+\s*(?:d|h|m|s)[a-z]*[\s,]*(?:and\s+)?){1,4})", re.IGNORECASE)
_AMOUNT = re.compile(r"(\d+)\s*([dhms])", re.IGNORECASE)
_CLOCK = re.compile(
    r"resets?\s+(?:at\s+|on\s+)?"
    r"(?:(?P<day>today|tomorrow|mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+(?:at\s+)?)?"
    r"(?:(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(?P<date>\d{1,2})"
    r"(?:,?\s+(?P<year>\d{4}))?(?:,|\s+at)?\s+)?"
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?(?!\d)\s*(?P<half>[ap]\.?m\b)?\.?"
    r"(?:\s*\((?P<zone>[A-Za-z0-9_+/-]{2,40})\)|\s+(?P<utc>UTC|GMT)\b)?",
    re.IGNORECASE,
)
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_STALE = timedelta(days=7)  # a date without a year that is longer ago than this means next year


def is_quota_message(text: str) -> bool:
    """Return whether the words say that a quota is used up, rather than that requests came too fast."""
    return _QUOTA.search(text) is not None or _CLOCK.search(text) is not None


def reset_time(text: str, now: datetime) -> datetime | None:
    """Return the moment (UTC) at which the text says that a quota opens again, or None.

    Args:
        text: the refusal, in English.
        now: the present moment, aware; a time of day means its next occurrence. Times without a zone are local.
    """
    try:
        found = _epoch(text) or _iso(text) or _clock(text, now) or _relative(text, now)
    except (ValueError, OverflowError):  # a 31st of February, an hour 25
        return None
    return found.astimezone(timezone.utc) if found is not None else None


def _epoch(text: str) -> datetime | None:
    match = _EPOCH.search(text)
    return datetime.fromtimestamp(int(match[1]), timezone.utc) if match else None


def _iso(text: str) -> datetime | None:
    match = _ISO.search(text)
    if not match:
        return None
    zone = (match[3] or "").upper().replace("Z", "+00:00").replace("UTC", "+00:00")
    if zone and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return datetime.fromisoformat(f"{match[1]}T{match[2]}{zone}")


def _relative(text: str, now: datetime) -> datetime | None:
    match = _RELATIVE.search(text)
    if not match:
        return None
    seconds = sum(int(number) * _SECONDS[unit.lower()] for number, unit in _AMOUNT.findall(match[1]))
    return now + timedelta(seconds=seconds)


def _clock(text: str, now: datetime) -> datetime | None:
    match = _CLOCK.search(text)
    if not match or not (match["half"] or match["minute"] or match["zone"] or match["utc"] or match["month"]):
        return None
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a clock face
            return None
        hour = hour % 12 + (12 if match["half"].lower().startswith("p") else 0)
    zone = _zone("UTC" if match["utc"] else match["zone"])
    if zone is _UNKNOWN:
        return None
    here = now.astimezone(zone if isinstance(zone, tzinfo) else None)
    wall = datetime(here.year, here.month, here.day, hour, int(match["minute"] or 0))  # noqa: DTZ001 - zone follows
    if match["month"]:
        return _on_date(match, wall, zone, now)
    return _next(wall + timedelta(days=_days_ahead(match["day"], here)), zone, now, match["day"])


_UNKNOWN = "unknown"


def _zone(name: str | None) -> tzinfo | str | None:
    """Return the zone; None for the local one; `_UNKNOWN` for a name that this machine does not know."""
    if name is None:
        return None
    if name.upper() in {"UTC", "GMT"}:
        return timezone.utc
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - only refusals need it

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _UNKNOWN


def _at(wall: datetime, zone: tzinfo | str | None, fold: int = 0) -> datetime:
    """Return the moment at which clocks of the zone show `wall`; `fold` 1 is the second time in autumn."""
    known = zone if isinstance(zone, tzinfo) else None
    return wall.replace(tzinfo=known, fold=fold).astimezone(timezone.utc)


def _days_ahead(day: str | None, here: datetime) -> int:
    if day is None or day.lower() == "today":
        return 0
    if day.lower() == "tomorrow":
        return 1
    return (_WEEKDAYS.index(day.lower()) - here.weekday()) % 7


def _next(wall: datetime, zone: tzinfo | str | None, now: datetime, day: str | None) -> datetime:
    step = {None: 1, "today": 1, "tomorrow": 1}.get(day.lower() if day else None, 7)
    later = wall + timedelta(days=step)
    moments = (_at(wall, zone), _at(wall, zone, fold=1), _at(later, zone))
    return next((moment for moment in moments if moment > now), moments[-1])


def _on_date(match: re.Match[str], wall: datetime, zone: tzinfo | str | None, now: datetime) -> datetime:
    month = _MONTHS.index(match["month"].lower()) + 1
    year = int(match["year"]) if match["year"] else wall.year
    moment = _at(wall.replace(year=year, month=month, day=int(match["date"])), zone)
    if not match["year"] and moment < now - _STALE:
        moment = _at(wall.replace(year=year + 1, month=month, day=int(match["date"])), zone)
    return moment
