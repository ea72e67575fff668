"""Times of day as callers say them."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.language import times
from ivr.core.language.phrases import languages, phrases


@pytest.mark.parametrize(
    ("language", "words", "at"),
    [
        ("en-GB", "half past five", "17:30"),
        ("en-GB", "5:30 p.m.", "17:30"),
        ("en-GB", "five thirty in the afternoon", "17:30"),
        ("en-GB", "seventeen thirty", "17:30"),
        ("en-GB", "1730", "17:30"),
        ("en-GB", "quarter to six", "17:45"),
        ("en-GB", "a quarter past nine", "09:15"),
        ("en-GB", "ten to nine in the evening", "20:50"),
        ("en-GB", "nine oh five", "09:05"),
        ("en-GB", "seven in the morning", "07:00"),
        ("en-GB", "five o'clock", "17:00"),
        ("en-GB", "five in the morning", "05:00"),
        ("en-GB", "at noon", "12:00"),
        ("en-GB", "midnight", "00:00"),
        ("en-GB", "eight", "08:00"),
        ("de-DE", "halb sechs", "17:30"),
        ("de-DE", "viertel nach fünf", "17:15"),
        ("de-DE", "dreiviertel acht", "07:45"),
        ("de-DE", "siebzehn Uhr dreißig", "17:30"),
        ("de-DE", "fünf Uhr morgens", "05:00"),
        ("en-GB", "half seven", "07:30"),
        ("de-DE", "halb sieben", "06:30"),
        ("cy-GB", "hanner awr wedi pump", "17:30"),
        ("cy-GB", "chwarter i chwech y bore", "05:45"),
        ("cy-GB", "deg munud wedi tri", "15:10"),
    ],
)
def test_times_are_understood_as_people_say_them(language: str, words: str, at: str) -> None:
    assert times.hear(words, phrases(language)) == time.fromisoformat(at)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "any time",
        "ten past",
        "26 o'clock",
        "01604 529170",
        "three or four",
        "after three",
        "before four",
        "between three and four",
    ],
)
def test_what_is_no_time_is_none(words: str) -> None:
    assert times.hear(words, phrases("en-GB")) is None


@pytest.mark.parametrize(
    ("keys", "at"),
    [("1730", "17:30"), ("930", "09:30"), ("9", "09:00"), ("2400", None), ("1260", None)],
)
def test_times_are_keyed_in_on_the_24_hour_clock(keys: str, at: str | None) -> None:
    assert times.hear_keys(keys) == (time.fromisoformat(at) if at else None)


@pytest.mark.parametrize("language", languages())
@given(hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_a_time_that_is_read_back_is_understood_as_itself(
    language: str, hour: int, minute: int
) -> None:
    own = phrases(language)
    assert times.hear(times.say(time(hour, minute), own), own) == time(hour, minute)


@given(st.sampled_from(languages()), st.text(max_size=60))
def test_whatever_is_said_is_a_time_or_none(language: str, words: str) -> None:
    found = times.hear(words, phrases(language))
    assert found is None or isinstance(found, time)
