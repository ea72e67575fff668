"""Dates as callers say them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.language import dates
from ivr.core.language.phrases import languages, phrases

TODAY = date(2026, 11, 24)  # a Tuesday
DAYS = st.dates(date(2026, 1, 1), date(2032, 12, 31))


@pytest.mark.parametrize(
    ("language", "words", "day"),
    [
        ("en-GB", "the fifth of December", "2026-12-05"),
        ("en-GB", "I would like to come on December fifth, please", "2026-12-05"),
        ("en-GB", "5th December 2027", "2027-12-05"),
        ("en-GB", "the twenty first of March twenty twenty seven", "2027-03-21"),
        ("en-GB", "the fifth of the twelfth", "2026-12-05"),
        ("en-GB", "5/12", "2026-12-05"),
        ("en-US", "12/5", "2026-12-05"),
        ("en-GB", "5.12.2026", "2026-12-05"),
        ("en-GB", "2026-12-05", "2026-12-05"),
        ("en-GB", "today", "2026-11-24"),
        ("en-GB", "tomorrow", "2026-11-25"),
        ("en-GB", "the day after tomorrow", "2026-11-26"),
        ("en-GB", "in two weeks", "2026-12-08"),
        ("en-GB", "on Friday", "2026-11-27"),
        ("en-GB", "this Friday", "2026-11-27"),
        ("en-GB", "next Friday", "2026-12-04"),
        ("en-GB", "Friday week", "2026-12-04"),
        ("en-GB", "Tuesday", "2026-12-01"),
        ("en-GB", "the fifth", "2026-12-05"),
        ("en-GB", "Saturday the fifth", "2026-12-05"),
        ("en-GB", "the twenty-fourth of November", "2026-11-24"),
        ("en-GB", "the twenty-third of November", "2027-11-23"),
        ("en-GB", "the twenty-ninth of February", "2028-02-29"),
        ("de-DE", "am fünften Dezember", "2026-12-05"),
        ("de-DE", "5. Dezember", "2026-12-05"),
        ("de-DE", "nächsten Freitag", "2026-12-04"),
        ("de-DE", "übermorgen", "2026-11-26"),
        ("de-DE", "in drei Tagen", "2026-11-27"),
        ("cy-GB", "y pumed o Ragfyr", "2026-12-05"),
        ("cy-GB", "yfory", "2026-11-25"),
        ("cy-GB", "dydd Gwener nesaf", "2026-12-04"),
    ],
)
def test_dates_are_understood_as_people_say_them(language: str, words: str, day: str) -> None:
    assert dates.hear(words, TODAY, phrases(language)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "a booking please",
        "the thirty first of April",
        "Friday the fifth",  # the fifth is a Saturday
        "in nine thousand weeks",
        "I may be late",
        "31/31",
    ],
)
def test_what_is_no_date_is_none(words: str) -> None:
    assert dates.hear(words, TODAY, phrases("en-GB")) is None


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("the fifth of December", "2025-12-05"),
        ("the twelfth of May nineteen eighty four", "1984-05-12"),
        ("12/5/84", "1984-05-12"),
        ("Friday", "2026-11-20"),
        ("the fifth", "2026-11-05"),
    ],
)
def test_days_that_are_over_are_looked_for_behind_us(words: str, day: str) -> None:
    found = dates.hear(words, TODAY, phrases("en-GB"), past=True)
    assert found == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("language", "keys", "day"),
    [
        ("en-GB", "0512", "2026-12-05"),
        ("en-US", "1205", "2026-12-05"),
        ("en-GB", "051227", "2027-12-05"),
        ("en-GB", "05122027", "2027-12-05"),
        ("en-GB", "3104", None),
        ("en-GB", "512", None),
        ("en-GB", "05*12", None),
    ],
)
def test_dates_are_keyed_in_as_the_country_writes_them(
    language: str, keys: str, day: str | None
) -> None:
    expected = date.fromisoformat(day) if day else None
    assert dates.hear_keys(keys, TODAY, phrases(language)) == expected


@pytest.mark.parametrize("language", languages())
@given(day=DAYS, today=DAYS)
def test_a_date_that_is_read_back_is_understood_as_itself(
    language: str, day: date, today: date
) -> None:
    own = phrases(language)
    if day.year == today.year:
        today = day - timedelta(days=1)  # without its year a date is one to come
    assert dates.hear(dates.say(day, today, own), today, own) == day


@given(st.sampled_from(languages()), st.text(max_size=60), DAYS, st.booleans())
def test_whatever_is_said_is_a_date_or_none(
    language: str, words: str, today: date, past: bool
) -> None:
    found = dates.hear(words, today, phrases(language), past=past)
    assert found is None or isinstance(found, date)
