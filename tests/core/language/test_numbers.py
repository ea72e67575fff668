"""Numbers in words, and runs of digits."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.language import dates, money, spoken_numbers, times
from ivr.core.language.numbers import number_at
from ivr.core.language.phrases import languages, phrases
from ivr.core.language.tokens import number_words


@pytest.mark.parametrize("length", [41, 310, 5000])
@pytest.mark.parametrize("words", ["{}", "{} pounds", "in {} days", "the {}th of May", "at {}"])
def test_a_row_of_figures_that_nobody_means_is_nothing(words: str, length: int) -> None:
    said, own, today = words.format("9" * length), phrases("en-GB"), date(2026, 12, 1)
    assert money.hear(said, own) is None
    assert dates.hear(said, today, own) is None
    assert times.hear(said, own) is None
    assert spoken_numbers.telephone_number(said, own) is None
    assert spoken_numbers.digits(said, own, lambda found: len(found) <= 32) == ""


@pytest.mark.parametrize(
    ("language", "words", "number"),
    [
        ("en", "seventeen", 17),
        ("en", "twenty-five", 25),
        ("en", "a hundred", 100),
        ("en", "two hundred and five", 205),
        ("en", "nine hundred ninety nine", 999),
        ("en", "two thousand and twenty six", 2026),
        ("en", "1,200", 1200),
        ("de", "fünfundzwanzig", 25),
        ("de", "fünf und zwanzig", 25),
        ("de", "sechzehn", 16),
        ("de", "hundertfünf", 105),
        ("de", "zweitausendsechsundzwanzig", 2026),
        ("de", "1.200", 1200),
        ("cy", "dau ddeg pump", 25),
        ("cy", "pump ar hugain", 25),
        ("cy", "un ar ddeg ar hugain", 31),
        ("cy", "deunaw", 18),
        ("cy", "un deg dau", 12),
        ("cy", "dau gant", 200),
    ],
)
def test_numbers_are_understood_as_they_are_said(language: str, words: str, number: int) -> None:
    own = phrases(language)
    tokens = [word for word in number_words(words, own) if word != "a"]
    assert number_at(tokens, 0, own) == (number, len(tokens))


@pytest.mark.parametrize(
    ("language", "words", "digits"),
    [
        ("en", "oh one six, 3 double two", "016322"),
        ("en", "oh one six oh four five two nine one seven oh", "01604529170"),
        ("en", "triple seven five", "7775"),
        ("en", "twenty five", "25"),
        ("en", "it is 012 please", "012"),
        ("en", "I do not know", ""),
        ("de", "null eins zwo fünf", "0125"),
        ("de", "fünfundzwanzig", "25"),
        ("cy", "dim un dau tri", "0123"),
    ],
)
def test_digits_are_understood_in_their_order(language: str, words: str, digits: str) -> None:
    assert spoken_numbers.digits(words, phrases(language)) == digits


@given(st.sampled_from(languages()), st.text(max_size=60))
def test_whatever_is_said_gives_digits_or_nothing(language: str, words: str) -> None:
    digits = spoken_numbers.digits(words, phrases(language))
    assert digits == "" or digits.isdecimal()


@given(st.sampled_from(languages()), st.text("0123456789", max_size=20))
def test_digits_said_one_by_one_come_back(language: str, digits: str) -> None:
    own = phrases(language)
    said = ", ".join(own.digits[int(digit)] for digit in digits)
    assert spoken_numbers.digits(said, own) == digits
