"""A zone is called by its city."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo, available_timezones

import pytest

from ivr.core.zone_words import zone_words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/London", "London time"),
        ("America/New_York", "New York time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("Asia/Calcutta", "Kolkata time"),
        ("Etc/UTC", "UTC"),
        ("CET", "CET time"),
    ],
)
def test_a_zone_is_called_by_its_city(zone: str, words: str) -> None:
    assert zone_words(ZoneInfo(zone)) == words


def test_utc_and_every_zone_there_is_have_a_name() -> None:
    assert zone_words(UTC) == "UTC"
    assert all(zone_words(ZoneInfo(each)) for each in available_timezones())
