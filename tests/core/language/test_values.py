"""How values are said and written."""

from __future__ import annotations

from datetime import date

import pytest

from ivr.core.language.phrases import phrases
from ivr.core.language.values import Value, phone, say, write

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("kind", "what", "said", "noted"),
    [
        ("yes_no", True, "yes", "yes"),
        ("yes_no", False, "no", "no"),
        ("number", 3, "3", "3"),
        ("number", 1234.5, "1,234.5", "1,234.5"),
        ("money", 12.5, "£12.50", "£12.50"),
        ("money", 1200, "£1,200", "£1,200"),
        ("string", "a leak", "a leak", "a leak"),
        ("string", "01234", "0 1 2 3 4", "01234"),
        ("string", "12", "12", "12"),
        ("string", "+441604529170", "0 1 6 0 4, 5 2 9 1 7 0", "+441604529170"),
        ("date", "2026-12-05", "Saturday the fifth of December", "Saturday, 5 December 2026"),
        ("date", "2027-03-01", "Monday the first of March 2027", "Monday, 1 March 2027"),
        ("time", "17:30", "5:30 in the afternoon", "17:30"),
        ("time", "12:00", "12 noon", "12:00"),
        ("date", "", "", ""),
        ("time", "", "", ""),
    ],
)
def test_a_value_is_said_and_written_in_its_own_way(
    kind: str, what: Value, said: str, noted: str
) -> None:
    assert say(kind, what, phrases("en-GB"), TODAY) == said
    assert write(kind, what, phrases("en-GB")) == noted


@pytest.mark.parametrize(
    ("language", "day", "time", "money"),
    [
        ("de-DE", "Samstag, 5. Dezember", "17 Uhr 30", "12,50 €"),
        ("cy-GB", "Dydd Sadwrn y pumed o Ragfyr", "5:30 y prynhawn", "£12.50"),
        ("en-US", "Saturday the fifth of December", "5:30 in the afternoon", "$12.50"),
    ],
)
def test_each_language_and_country_has_its_own_way(
    language: str, day: str, time: str, money: str
) -> None:
    own = phrases(language)
    assert say("date", "2026-12-05", own, TODAY) == day
    assert say("time", "17:30", own, TODAY) == time
    assert say("money", 12.5, own, TODAY) == money


@pytest.mark.parametrize(
    ("number", "language", "said"),
    [
        ("+442079460321", "en", "0 2 0, 7 9 4 6, 0 3 2 1"),
        ("+442079460321", "cy", "0 2 0, 7 9 4 6, 0 3 2 1"),
        ("+442079460321", "de", "plus 4 4, 2 0, 7 9 4 6, 0 3 2 1"),
        ("+442079460321;ext=12", "en", "0 2 0, 7 9 4 6, 0 3 2 1, extension 1 2"),
        ("+12025550123", "en", "plus 1, 2 0 2, 5 5 5, 0 1 2 3"),
        ("+12025550123", "en-US", "2 0 2, 5 5 5, 0 1 2 3"),
        ("sip:ann@acme.example", "en", "s i p a n n a c m e e x a m p l e"),
    ],
)
def test_a_number_is_said_digit_by_digit_in_groups_and_with_its_country_if_abroad(
    number: str, language: str, said: str
) -> None:
    assert phone(number, phrases(language)) == said
