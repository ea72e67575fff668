"""The one reader of telephone numbers and codes that are spoken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import phonenumbers
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from ivr.core.language import telephone
from ivr.core.language.phrases import phrases
from ivr.core.language.spoken_numbers import digits, telephone_number
from tests.core.language.random_speaker import Speaker

TABLE = Path(__file__).parent / "spoken_numbers.txt"


def spoken() -> Iterator[tuple[str, str, str]]:
    language = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            language = line.strip("[]")
        elif line and not line.startswith("#"):
            said, _, number = line.rpartition(" = ")
            yield language, said.strip(), number


@pytest.mark.parametrize(("language", "said", "number"), [*spoken()])
def test_numbers_are_heard_as_callers_say_them(language: str, said: str, number: str) -> None:
    heard = telephone_number(said, phrases(language))
    found = "ask" if heard is None else ("" if heard.sure else "? ") + heard.number
    assert found == number


@pytest.mark.parametrize(
    ("language", "said", "found"),
    [
        ("en", "four seven one one", "4711"),
        ("en", "nine hundred one two three", "900123"),
        ("en", "two thousand and five", "2005"),
        ("en", "a hundred and twenty three", "123"),
        ("en", "one twenty three", "123"),
        ("en", "twenty five", "25"),
        ("en", "my number is double oh seven thanks", "007"),
        ("en", "oh, it's four seven one one", "4711"),
        ("en", "ten, no, five", "5"),
        ("en", "one two three, no sorry, one two four", "124"),
        ("en", "one two three four, no, five six", "1256"),
        ("en", "one two three four, not three four, five six", "1256"),
        ("en", "one two three, no, scratch that", ""),
        ("en", "three sevens and treble five", "777555"),
        ("en", "it's not three it's four", ""),
        ("en", "not four", ""),
        ("en", "seven and a half", ""),
        ("en", "one million", ""),
        ("en", "me and three others", ""),
        ("en", "under four", ""),
        ("en", "never four", ""),
        ("de", "nicht drei sondern vier", ""),
        ("cy", "tri a hanner", ""),
        ("de", "siebenundvierzig elf", "4711"),
        ("de", "eins zwei drei, nein, eins zwei vier", "124"),
        ("de", "zweitausendfünf", "2005"),
        ("cy", "pedwar saith un un", "4711"),
        ("cy", "un dau tri, na, un dau pedwar", "124"),
        ("en", "no idea", ""),
        ("en", "minus four", ""),
        ("en", "four percent", ""),
        ("de", "minus vier", ""),
        ("cy", "pedwar y cant", ""),
        ("en", "two and two", ""),
        ("en", "four point five", ""),
        ("en", "4.5", ""),
        ("en", "no one", ""),
        ("en", "no, 4711", "4711"),
        ("en", "two adults and a child", ""),
        ("en", "one two three and four", "1234"),
        ("en", "two of us and that's it", "2"),
        ("de", "zwei Erwachsene und ein Kind", ""),
        ("de", "ein Erwachsener und zwei Kinder", ""),
        ("de", "zwei und ein Kind", ""),
        ("de", "zwei und zwei", ""),
        ("de", "vier Komma fünf", ""),
        ("cy", "dau a dau", ""),
        ("cy", "pedwar pwynt pump", ""),
    ],
)
def test_digits_are_heard_as_they_are_meant(language: str, said: str, found: str) -> None:
    assert digits(said, phrases(language)) == found


@pytest.mark.parametrize(
    ("said", "length", "found"),
    [
        ("nine hundred twenty three", 3, "923"),
        ("nine hundred twenty three", 5, "90023"),
        ("twenty five", 3, "205"),
        ("one two three four five six, no, seven eight", 6, "123478"),
        ("one two three", 4, ""),
    ],
)
def test_of_several_readings_the_one_of_the_right_length_counts(
    said: str, length: int, found: str
) -> None:
    assert digits(said, phrases("en"), lambda each: len(each) == length) == found


@pytest.mark.parametrize(
    ("language", "said", "number"),
    [
        ("en", "no, it's one two four", "+447700900124"),
        ("en", "no, one two four", "+447700900124"),
        ("en", "the last digit is a four", "+447700900124"),
        ("en", "no, not three, four", "+447700900124"),
        ("en", "it ends in two four", "+447700900124"),
        ("en", "oh one six oh four five two nine one seven oh", "+441604529170"),
        (
            "de",
            "nein, plus vier vier eins sechs null vier fünf zwei neun eins sieben null",
            "+441604529170",
        ),
        ("cy", "na, pedwar", "+447700900124"),
    ],
)
def test_a_number_that_was_misheard_is_corrected(language: str, said: str, number: str) -> None:
    heard = telephone_number(said, phrases(language), wrong="+447700900123")
    assert heard is not None
    assert heard.number == number


@pytest.mark.parametrize("said", ["no", "no that's wrong", "hm", "sorry?", "yes"])
def test_a_number_that_was_misheard_is_none_until_the_right_one_is_said(said: str) -> None:
    assert telephone_number(said, phrases("en"), wrong="+447700900123") is None


COUNTRIES = {
    "en": ("GB", "US", "IE", "AU", "FR", "ES", "NL", "PL", "KR", "DE", "CH", "IT", "SE"),
    "de": ("DE", "AT", "CH", "GB", "FR", "NL", "PL", "US", "DK", "IT", "ES", "BE"),
    "cy": ("GB", "IE", "US", "FR", "DE", "ES", "NL", "PL", "AU", "CH", "IT", "SE"),
}
KINDS = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE)


def a_number(country: str, seed: int) -> PhoneNumber | None:
    """Some valid number: an example of its country's plan with other digits at its end."""
    random = Random(seed)  # noqa: S311
    example = phonenumbers.example_number_for_type(country, random.choice(KINDS))
    if example is None:
        return None
    national = phonenumbers.national_significant_number(example)
    ending = "".join(random.choice("0012345678999") for _ in range(5))
    text = f"+{example.country_code}{national[:-5]}{ending}"
    number = phonenumbers.parse(text)
    return number if phonenumbers.is_valid_number(number) else None


def as_dialled(number: PhoneNumber, language: str, *, abroad: bool) -> str:
    """The digits as people of the language's country say them."""
    own = telephone.region_of(phrases(language).locale)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    at_home = number.country_code == phonenumbers.country_code_for_region(own)
    return e164 if abroad or not at_home else telephone.national_digits(e164, own)


@given(data=st.data(), seed=st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
@pytest.mark.parametrize("language", sorted(COUNTRIES))
def test_a_number_is_heard_whoever_says_it(language: str, data: st.DataObject, seed: int) -> None:
    country = data.draw(st.sampled_from(COUNTRIES[language]))
    number = a_number(country, seed)
    assume(number is not None)
    assert number is not None
    spoken = as_dialled(number, language, abroad=seed % 2 == 0)
    said = Speaker(language, seed).number(spoken)
    heard = telephone_number(said, phrases(language))
    assert heard is not None, said
    assert heard.number == phonenumbers.format_number(number, PhoneNumberFormat.E164), said


@given(seed=st.integers(0, 2**32), data=st.data())
@settings(max_examples=100, deadline=None)
@pytest.mark.parametrize(("language", "country"), [("en", "GB"), ("cy", "GB"), ("en-US", "US")])
def test_a_number_that_lacks_a_digit_is_never_taken_for_sure_for_another(
    language: str, country: str, seed: int, data: st.DataObject
) -> None:
    number = a_number(country, seed)
    assume(number is not None)
    assert number is not None
    digits_said = as_dialled(number, language, abroad=seed % 2 == 0)
    # Without a digit of its code a number is one of another country; nobody can know.
    first = len(f"+{number.country_code}") if digits_said.startswith("+") else 0
    at = data.draw(st.integers(first, len(digits_said) - 1))
    said = Speaker(language[:2], seed).number(digits_said[:at] + digits_said[at + 1 :])
    heard = telephone_number(said, phrases(language))
    right = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    assert heard is None or heard.number == right or not heard.sure, said


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en-GB", "three or four"),
        ("en-GB", "between two and four"),
        ("en-GB", "two to four"),
        ("en-GB", "at least four"),
        ("en-GB", "two adults and one child"),
        ("en-GB", "flat 12, my number is 4455"),
        ("de-DE", "drei oder vier"),
        ("de-DE", "zwischen zwei und vier"),
        ("cy-GB", "tri neu bedwar"),
    ],
)
def test_digits_that_are_not_one_number_are_asked_again(language: str, words: str) -> None:
    assert digits(words, phrases(language)) == ""
