"""Which numbers are neither rung nor texted."""

from __future__ import annotations

import pytest

from ivr.core.costly_numbers import abroad, costly, countries_of

UK = frozenset(("GB", "GG", "IE", "IM", "JE"))


@pytest.mark.parametrize(
    "number",
    [
        "+449098790000",
        "+448712345678",
        "+448451234567",
        "+447012345678",
        "+447600123456",
        "+3531570123456",
        "+19005551234",
        "+8816123456789",
        "+870773123456",
        "+88213123456",
        "+979123456789",
    ],
)
def test_premium_satellite_and_the_like_are_costly(number: str) -> None:
    assert costly(number)


@pytest.mark.parametrize(
    "number",
    [
        "+447700900123",
        "+441632960111",
        "+442079460301",
        "+443001234567",
        "+448001111",
        "+353871234567",
        "+33612345678",
        "client:sam",
        "sip:ann@a.example",
    ],
)
def test_ordinary_numbers_are_not(number: str) -> None:
    assert costly(number) is None


@pytest.mark.parametrize("number", ["+447700900123", "+441632960111", "+447781123456", "client:x"])
def test_at_home_is_not_abroad(number: str) -> None:
    assert abroad(number, UK) is None


@pytest.mark.parametrize("number", ["+33612345678", "+18765551234", "+5399123456", "+12025550123"])
def test_other_countries_are_abroad_unless_they_are_listed(number: str) -> None:
    assert "IVR_COUNTRIES" in (abroad(number, UK) or "")
    assert abroad(number, UK | countries_of([number])) is None
    assert abroad(number, ["*"]) is None
