"""The typed texts of a flow file."""

from __future__ import annotations

import pytest

from ivr.core.flow.types import parse_duration, parse_phone


@pytest.mark.parametrize(
    ("text", "seconds"), [("45s", 45), ("15m", 900), ("4h", 14400), ("2d", 172800), (" 5 m ", 300)]
)
def test_a_length_of_time_has_a_unit(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "5 minutes", "-5m", "1.5h", "m"])
def test_what_has_no_unit_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"write (45s, 15m, 4h or 2d|5s, 5m, 5h or 5d|5m)$"):
        parse_duration(text)


@pytest.mark.parametrize(
    "text",
    ["+44 1604 529170", "01604 529170", "(01604) 529-170", "+441604529170", "0044 1604 529170"],
)
def test_a_number_is_understood_as_people_write_it(text: str) -> None:
    assert parse_phone(text) == "+441604529170"


@pytest.mark.parametrize("text", ["", "529170", "+44 1604", "+999 1234567", "nobody", "1" * 500])
def test_what_cannot_be_dialled_from_anywhere_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="telephone number"):
        parse_phone(text)
