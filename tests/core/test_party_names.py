"""Whoever took part in a call is named as people name them."""

from __future__ import annotations

import pytest

from ivr.core.party_names import PartyNames

NAMED = PartyNames({"sam": "Sam Okafor"}, {"+447700900123": "Ian Frost"})


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("sam", "Sam Okafor"),
        ("joy", "joy"),
        ("caller", "caller"),
        ("+447700900123", "Ian Frost (07700 900123)"),
        ("+441632960001", "01632 960001"),
        ("+33142685300", "+33 1 42 68 53 00"),
        ("", ""),
    ],
)
def test_people_are_named_and_numbers_are_written(who: str, expected: str) -> None:
    assert NAMED(who) == expected


def test_numbers_are_written_as_in_the_clients_country() -> None:
    assert PartyNames({}, {}, "de-DE")("+441632960001") == "+44 1632 960001"
