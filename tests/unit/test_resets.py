"""Laws of the moment at which a quota opens again."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccrouter_core.resets import is_quota_message, reset_time

NOW = datetime(
    2026, 10, 24, 15, 0, tzinfo=timezone.utc
)  # a Saturday; Europe leaves summer time the next night
TOLD = {
    "You've hit your limit · resets 2:30pm (Europe/Paris)": "2026-10-25T13:30",
    "resets 6:30pm (Europe/Paris)": "2026-10-24T16:30",
    "resets tomorrow at 2:30am (Europe/Paris)": "2026-10-25T00:30",
    "resets at 3 pm (Asia/Kathmandu)": "2026-10-25T09:15",
    "resets 14:30 UTC": "2026-10-25T14:30",
    "resets Oct 29, 1pm (America/New_York)": "2026-10-29T17:00",
    "resets Jan 2, 9:00 AM (UTC)": "2027-01-02T09:00",
    "resets Mon 9am (UTC)": "2026-10-26T09:00",
    "resets Sat 9am (UTC)": "2026-10-31T09:00",
    "resets 12am (UTC)": "2026-10-25T00:00",
    "Claude AI usage limit reached|1792890000": "2026-10-25T01:00",
    "resets at 2026-10-25T10:00:00Z": "2026-10-25T10:00",
    "available again 2026-10-25 10:00:00+0200": "2026-10-25T08:00",
    "try again in 2 hours 5 minutes": "2026-10-24T17:05",
    "limit resets in 3h 20m": "2026-10-24T18:20",
}


@pytest.mark.parametrize("text", TOLD)
def test_each_form_is_read(text: str):
    """Zones, summer time, tomorrow, weekdays, dates, epochs, ISO and relative times are understood."""
    assert reset_time(text, NOW) == datetime.fromisoformat(TOLD[text]).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Please try again later",
        "resets 25pm (UTC)",
        "resets Feb 31, 1pm (UTC)",
        "resets 2pm (Mars/X)",
        "resets 3",
    ],
)
def test_what_is_not_told_is_unknown(text: str):
    """No time, an impossible one and an unknown zone give no moment."""
    assert reset_time(text, NOW) is None


@given(
    st.integers(1, 12),
    st.integers(0, 59),
    st.sampled_from(["am", "pm"]),
    st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(timezone.utc)),  # noqa: DTZ001
)
def test_time_of_day_is_its_next_occurrence(hour: int, minute: int, half: str, zone: str, now: datetime):
    """The moment lies ahead, by a day at most; 26 hours where a clock is set or a time is left out."""
    moment = reset_time(f"resets {hour}:{minute:02}{half} ({zone})", now)
    assert moment is not None
    assert timedelta(0) < moment - now <= timedelta(hours=26)


@given(st.text(max_size=80))
def test_any_text_is_survived(text: str):
    """Whatever a service says, the answer is a moment in UTC or none."""
    moment = reset_time("resets " + text, NOW)
    assert moment is None or moment.utcoffset() == timedelta(0)


def test_quota_is_told_from_haste():
    """A used-up quota is not the same as too many requests."""
    for text in (
        "usage limit reached",
        "You've hit your limit",
        "credit balance is too low",
        "resets 3pm (UTC)",
    ):
        assert is_quota_message(text)
    for text in ("API Error: Request rejected (429)", "Overloaded", "rate limit: too many requests"):
        assert not is_quota_message(text)
