"""The number that a caller gave is the one to ring; the other stands beside it."""

from __future__ import annotations

import pytest

from ivr.core.ring_numbers import how_to_ring, ring_numbers

CALLING, STATED = "+441632960001", "+447700900123"


def numbers(caller: str | None, given: str | None = None, **fields: str) -> list[str]:
    return [each.number for each in ring_numbers(caller, fields, given, "en-GB")]


@pytest.mark.parametrize(
    "field",
    ["07700 900123", "+44 7700 900123", "(07700) 900123", "07700-900-123", "+447700900123"],
)
def test_a_number_in_a_field_comes_before_the_calling_one(field: str) -> None:
    assert numbers(CALLING, number=field) == [STATED, CALLING]


def test_a_number_in_the_words_comes_before_the_calling_one() -> None:
    assert numbers(CALLING, STATED) == [STATED, CALLING]
    assert numbers(None, STATED) == [STATED]


def test_who_gives_the_number_they_ring_from_has_one() -> None:
    assert numbers(CALLING, CALLING, number="01632 960001") == [CALLING]


@pytest.mark.parametrize(
    "field",
    [
        "12 boxes",
        "7700900123",  # an order, for all that is known
        "0770",
        "2026-11-24",
        "ring 07700 900123 after six",
        "01632 96000",
        "",
    ],
)
def test_what_is_no_number_alone_is_none(field: str) -> None:
    assert numbers(CALLING, order=field) == [CALLING]


def test_a_field_named_for_a_number_may_lack_its_nought() -> None:
    assert numbers(CALLING, mobile="7700 900123") == [STATED, CALLING]
    german = ring_numbers(None, {"Telefon": "030 901820"}, None, "de-DE")
    assert [each.number for each in german] == ["+4930901820"]


def test_an_extension_stays_with_its_number() -> None:
    assert numbers(None, number="01604 529170 ext. 12") == ["+441604529170;ext=12"]


def test_withheld_callers_without_a_number_cannot_be_rung() -> None:
    assert numbers(None) == []
    assert numbers("anonymous") == []


def test_a_sentence_says_both() -> None:
    both = ring_numbers(CALLING, {}, STATED, "en-GB")
    assert how_to_ring(both) == (
        "Ring 07700 900123 (the number they gave) or 01632 960001 (the number they called from)."
    )
    assert how_to_ring(ring_numbers(CALLING, {}, None, "en-GB")) == ""
