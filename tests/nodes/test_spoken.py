"""How values are said and written."""

from __future__ import annotations

import pytest

from ivr.flow.phrases import phrases
from ivr.flow.types import Value
from ivr.nodes.spoken import phone, value, written


@pytest.mark.parametrize(
    ("what", "said", "noted"),
    [
        (True, "yes", "yes"),
        (False, "no", "no"),
        (3, "3", "3"),
        ("a leak", "a leak", "a leak"),
        ("+441604529170", "0 1 6 0 4, 5 2 9 1 7 0", "+441604529170"),
    ],
)
def test_a_value_is_said_and_written_in_its_own_way(what: Value, said: str, noted: str) -> None:
    assert value(what, phrases("en-GB")) == said
    assert written(what, phrases("en-GB")) == noted


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("+442079460321", "0 2 0, 7 9 4 6, 0 3 2 1"),
        ("+12025550123", "2 0 2, 5 5 5 0 1 2 3"),
        ("sip:ann@acme.example", "s i p a n n a c m e e x a m p l e"),
    ],
)
def test_a_number_is_said_digit_by_digit_in_groups(number: str, said: str) -> None:
    assert phone(number) == said


def test_a_language_without_sentences_of_its_own_speaks_english() -> None:
    assert phrases("xx-XX")["goodbye"] == phrases("en-GB")["goodbye"]
