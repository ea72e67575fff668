"""Links to recordings: they hold for an hour, and only as they were made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import LinkLapsed
from ivr.services.recording_links import LASTS, RecordingLinks

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LINKS = RecordingLinks("a key")
TOKEN = LINKS.token("m1", NOON)


def test_a_link_holds_for_an_hour() -> None:
    assert LINKS.recording(TOKEN, NOON + LASTS - timedelta(seconds=1)) == "m1"
    with pytest.raises(LinkLapsed, match="too old"):
        LINKS.recording(TOKEN, NOON + LASTS)


def test_another_key_makes_other_links() -> None:
    with pytest.raises(LinkLapsed, match="not made by this server"):
        RecordingLinks("another").recording(TOKEN, NOON)


@given(where=st.integers(0, len(TOKEN) - 1), other=st.sampled_from("aZ0-_."))
def test_none_can_be_altered(where: int, other: str) -> None:
    altered = TOKEN[:where] + other + TOKEN[where + 1 :]
    try:
        assert LINKS.recording(altered, NOON) == "m1"
    except LinkLapsed:
        return
    assert altered == TOKEN or where == len(TOKEN) - 1  # the last letter has bits to spare


@given(st.text())
def test_what_is_no_link_is_refused(token: str) -> None:
    with pytest.raises(LinkLapsed):
        LINKS.recording(token, NOON)
