"""Which telephone numbers exist, and which of them take texts."""

from __future__ import annotations

import pytest

from ivr.core.language import telephone
from ivr.core.language.phrases import phrases


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("07700 900123", "GB", "+447700900123"),
        ("+44 (0)7700 900123", "DE", "+447700900123"),
        ("(01604) 529-170", "GB", "+441604529170"),
        ("0044 1604 529170", "GB", "+441604529170"),
        ("01632 960123", "GB", "+441632960123"),
        ("030 23125123", "DE", "+493023125123"),
        ("+1 202 555 0123", "GB", "+12025550123"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, region: str, number: str) -> None:
    assert telephone.parse(text, region) == number


@pytest.mark.parametrize(
    "text", ["+44163299", "0770090012", "01632 961123", "+44 1000 000000", "+1 000 555 0123", "12"]
)
def test_numbers_that_no_telephone_has_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be a telephone number"):
        telephone.parse(text)


@pytest.mark.parametrize("text", ["01604 529170 ext 12", "01604 529170 x12", "01604 529170#12"])
def test_an_extension_is_refused_where_it_could_not_be_dialled(text: str) -> None:
    with pytest.raises(ValueError, match="has an extension"):
        telephone.parse(text)
    assert telephone.parse_with_extension(text) == "+441604529170;ext=12"


def test_somebody_may_ring_from_a_number_that_nobody_can_ring() -> None:
    assert telephone.parse_caller("01632 961123") == "+441632961123"
    with pytest.raises(ValueError, match="count its digits"):
        telephone.parse_caller("+44163299")


@pytest.mark.parametrize(
    "number",
    [
        *("+447700900123", "+447400123456", "+12025550123", "+33612345678", "+4915123456789"),
        *("+447624123456", "+447797712345", "+353851234567", "+61412345678"),
    ],
)
def test_mobiles_take_texts_also_where_their_numbers_do_not_say_it(number: str) -> None:
    assert telephone.takes_texts(number)


@pytest.mark.parametrize(
    "number",
    [
        *("+441632960123", "+441604529170", "+442079460958", "+441134960123", "+33142000000"),
        *("+448001111", "+448081570123", "+443069990123", "+449098790123", "+448451234567"),
        *("+447012345678", "+447640123456", "+445612345678", "+445512345678", "+493023125123"),
        *("sip:ann@acme.example", "+266696687", "+44163299", ""),
    ],
)
def test_landlines_services_personal_numbers_and_pagers_take_none(number: str) -> None:
    assert not telephone.takes_texts(number)


@pytest.mark.parametrize(
    ("digits", "region", "number"),
    [
        ("07700900123", "GB", "+447700900123"),
        ("7700900123", "GB", "+447700900123"),
        ("447700900123", "GB", "+447700900123"),
        ("00447700900123", "DE", "+447700900123"),
        ("08001111", "GB", "+448001111"),
        ("8001111", "GB", None),
        ("529170", "GB", None),
        ("23125123", "DE", None),
        ("03023125123", "DE", "+493023125123"),
    ],
)
def test_digits_that_may_be_a_part_of_a_number_are_none(
    digits: str, region: str, number: str | None
) -> None:
    assert telephone.heard(digits, region) == number


@pytest.mark.parametrize(
    ("language", "region"),
    [("en", "GB"), ("cy", "GB"), ("de", "DE"), ("de-AT", "AT"), ("en-US", "US")],
)
def test_a_language_has_a_country(language: str, region: str) -> None:
    assert telephone.region_of(phrases(language).locale) == region


@pytest.mark.parametrize(
    ("typed", "mend"),
    [
        ("01604 529170 or 07700 900123", 'write each by itself: "01604 529170", "07700 900123"'),
        ("07700 900123 (mobile)", "write 07700 900123 alone"),
        ("07700 900123 after 5pm", "write 07700 900123 alone"),
        ("0800 ACME BOILERS", "write digits for its letters"),
        ("0161 496 00I2", "write digits for its letters"),
        ("01604", "count its digits"),
    ],
)
def test_what_is_more_or_less_than_a_number_is_told_with_what_to_write(
    typed: str, mend: str
) -> None:
    with pytest.raises(ValueError, match="telephone number") as error:
        telephone.parse(typed)
    assert mend in str(error.value)
