"""No card number stays in what is keyed or written; other numbers do."""

from __future__ import annotations

import re
import time
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.card_numbers import MASK, without_card_numbers, without_card_numbers_in

CARDS = (
    "4111111111111111",  # Visa
    "4222222222222",  # Visa, of old
    "5555555555554444",  # Mastercard
    "2223003122003222",  # Mastercard, the 2 series
    "378282246310005",  # American Express
    "30569309025904",  # Diners Club
    "6011111111111117",  # Discover
    "3530111333300000",  # JCB
    "6200000000000005",  # UnionPay
    "6759649826438453",  # Maestro
    "2200123456789019",  # Mir
)
CARD = "4111111111111111"


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("text", ["{}", "it is {}.", "({})", "{} 12/27 123", "card={}&x", "visa{}"])
def test_card_numbers_are_dots(card: str, text: str) -> None:
    masked = without_card_numbers(text.format(card))
    assert MASK * len(card) in masked
    assert card[:6] not in masked


@given(
    groups=st.lists(st.integers(1, 6), min_size=16, max_size=16),
    gaps=st.lists(st.sampled_from([" ", "-", " - ", ".", "/", "*", "\u00a0", "\n", ", ", "–"])),
)
def test_they_are_found_however_they_are_grouped(groups: list[int], gaps: list[str]) -> None:
    written, at = "", 0
    for size, gap in zip(groups, cycle(gaps or [" "]), strict=False):
        written += (gap if written else "") + CARD[at : at + size]
        at += size
        if at >= len(CARD):
            break
    assert not re.search(r"\d", without_card_numbers(written))


@pytest.mark.parametrize(
    "gap",
    ["\u200b", "\u00ad", "\u200d", "\u2060", "\ufe0f\u20e3", "\u2060 \u2060", "·", "|", "−", "~"],
)
def test_what_is_hardly_seen_between_the_groups_hides_none(gap: str) -> None:
    written = gap.join(("4111", "1111", "1111", "1111"))
    assert without_card_numbers(written) == gap.join([MASK * 4] * 4)


@given(st.text("0123456789", max_size=12), st.text("0123456789", max_size=12))
def test_keys_before_and_behind_hide_none(before: str, behind: str) -> None:
    assert CARD not in without_card_numbers(f"{before[:3]}{CARD}{behind}")


@pytest.mark.parametrize("written", ["1 ", "41 1-", "4111111111111112 "])
def test_many_groups_of_digits_take_no_time(written: str) -> None:
    """Whoever has not signed in may send forms; those who look through them hold up all others."""
    begun = time.process_time()
    without_card_numbers(written * (12_000 // len(written)))
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("digits", ["٤١١١١١١١١١١١١١١١", "４１１１１１１１１１１１１１１１"])
def test_digits_of_other_scripts_are_digits(digits: str) -> None:
    assert without_card_numbers(digits) == MASK * 16


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # the check digit is wrong
        "1234567890123452",  # of no issuer
        "07700 900123 or 01632 960001",
        "+4915112345674",
        "004915112345674",
        "447700900123 447700900124",
        "2026-11-30 21:06:05, order 4111 1111",
        "f4111111111111111a4111111111111b",
        "CA4111111111111111a4111111111111b0",
        "0b5e3f34-4a41-4aaa-9111-411111111111",
    ],
)
def test_other_numbers_and_ids_stay(text: str) -> None:
    assert without_card_numbers(text) == text


def test_json_has_none_as_text_or_as_number() -> None:
    masked = without_card_numbers_in({CARD: [int(CARD), 41, True, None, {"a": f"x {CARD}"}]})
    assert masked == {MASK * 16: [MASK * 16, 41, True, None, {"a": f"x {MASK * 16}"}]}
