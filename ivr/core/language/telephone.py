"""Telephone numbers: which exist, how they are read and written, which of them take texts.

A number is kept as E.164 (`+441604529170`); one with an extension has it behind, as RFC 3966
writes it (`+441604529170;ext=12`). The numbering plans are those of `phonenumbers`.
"""

from __future__ import annotations

import re

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from phonenumbers import (
    Leniency,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberDesc,
    PhoneNumberFormat,
    PhoneNumberMatcher,
    PhoneNumberType,
    ValidationResult,
    region_code_for_country_code,
)

HOME = "GB"
"""The country of a number without a country code, where nothing else is known."""

_FOR_DRAMA = re.compile(r"\+44(1632960|7700900)\d{3}")
"""What Ofcom keeps free for films and examples, and `phonenumbers` does not know. The other such
ranges lie in areas that exist. https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama"""

_DRAMA_MOBILE = "+447700900"

_TEXTED = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
"""In some countries, as in the United States, a number does not say what it is."""

_SHORT = 4
"""Digits of the longest numbers such as 999, 112 and 1471."""

_OPEN_PLAN = 4
"""So many lengths of landline numbers, or more, make a plan in which length tells nothing."""

_SEPARATED = re.compile(r";ext=(\d{1,7})$")


def region_of(locale: Locale) -> str:
    """The country of a language as it is spoken there, such as `GB`."""
    likely = get_global("likely_subtags").get(locale.language, "")
    return str(locale.territory or likely.rpartition("_")[2] or HOME)


def country_of(language: str) -> str:
    """The country of a language tag: `GB` of `en-GB` and `cy`, `FR` of `fr-FR`."""
    if language == "en":
        return HOME
    try:
        return region_of(Locale.parse(language, sep="-"))
    except (UnknownLocaleError, ValueError):
        return HOME


def parse(value: object, region: str = HOME) -> str:
    """A telephone number as people write it → E.164, for a number that is to be rung or texted.

    `region` is the country of a number without a country code. Raises ValueError, with what to
    do, for a number that no telephone can have, and for one with an extension.
    """
    number = _known(str(value), region)
    if number.extension:
        raise ValueError(
            f"'{value}' has an extension, which cannot be dialled; write their direct number"
        )
    return _e164(number)


def parse_with_extension(value: object, region: str = HOME) -> str:
    """A number that people are to have: like `parse`, and an extension is kept with it."""
    return _e164(_known(str(value), region))


def parse_caller(value: object, region: str = HOME) -> str:
    """The number that somebody rings from → E.164; it may be one that no telephone has, as
    swindlers send them. Raises ValueError."""
    return _e164(_possible(str(value), region))


def is_valid(number: PhoneNumber) -> bool:
    """Whether the number can be a telephone's: in use by its country's plan, or for drama."""
    return phonenumbers.is_valid_number(number) or bool(_FOR_DRAMA.fullmatch(_e164(number, False)))


def takes_texts(number: str) -> bool:
    """Whether `number` (E.164) can be a mobile telephone; a SIP address cannot."""
    if _FOR_DRAMA.fullmatch(number):
        return number.startswith(_DRAMA_MOBILE)
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return False
    return phonenumbers.number_type(parsed) in _TEXTED


def heard(digits: str, region: str) -> str | None:
    """The number that was said or keyed as `digits` (with a `+` before a country code) → E.164.

    None where they are no valid number, or might be a part of one: where numbers have a `0` before
    the area, as in Germany, one without it is taken only if it is as long as they can be.
    """
    try:
        number = phonenumbers.parse(digits, region)
    except NumberParseException:
        return None
    if not is_valid(number) or not _whole(digits, number, region):
        return None
    return _e164(number)


def may_lack_a_digit(number: str) -> bool:
    """Whether one more digit behind `number` (E.164) would make another number, where nearly all
    are of one length. In open plans such as Germany's it could be said of most."""
    code = phonenumbers.parse(number).country_code or 0
    country = PhoneMetadata.metadata_for_region(region_code_for_country_code(code))
    if country is None or len(_lengths(country.fixed_line)) >= _OPEN_PLAN:
        return False
    longer = (phonenumbers.parse(f"{number}{digit}") for digit in range(10))
    return any(phonenumbers.is_valid_number(each) for each in longer)


def written(number: str, region: str) -> str:
    """A number (E.164) as people of `region` write it; what is no number as it stands."""
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return number
    at_home = parsed.country_code == phonenumbers.country_code_for_region(region)
    form = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, form))


def national_digits(number: str, region: str) -> str:
    """The digits of a number (E.164) as they are dialled in `region`, without an extension."""
    parsed = phonenumbers.parse(extension(number)[0])
    if parsed.country_code != phonenumbers.country_code_for_region(region):
        return _e164(parsed)
    form = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return "".join(character for character in form if character.isdecimal())


def extension(number: str) -> tuple[str, str]:
    """The number without its extension, and the extension; it is empty where there is none."""
    match = _SEPARATED.search(number)
    return (number[: match.start()], match[1]) if match else (number, "")


def _known(text: str, region: str) -> PhoneNumber:
    number = _possible(text, region)
    if not is_valid(number):
        mend = "check it"
        if _has_letters(text):
            mend = "write digits for its letters"
        elif region == HOME and not text.strip().startswith("+"):
            mend += ", or write it with its country code, as in +49"
        raise ValueError(f"'{text}' cannot be a telephone number: there is none like it; {mend}")
    return number


def _possible(text: str, region: str) -> PhoneNumber:
    try:
        number = phonenumbers.parse(text, None if text.strip().startswith("+") else region)
    except NumberParseException:
        raise ValueError(_no_number(text, region)) from None
    # Stricter than is_possible_number, which takes a number without its area code.
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != ValidationResult.IS_POSSIBLE:
        raise ValueError(_no_number(text, region, "count its digits"))
    return number


def _no_number(text: str, region: str, mend: str = "write +44 1604 529170") -> str:
    """Why `text` is no number, and what to write where it has numbers in it."""
    found = PhoneNumberMatcher(text, region, Leniency.POSSIBLE)
    numbers = [match.raw_string.strip() for match in found if is_valid(match.number)]
    if len(numbers) > 1:
        listed = ", ".join(f'"{number}"' for number in numbers)
        return f"'{text}' is more than one telephone number; write each by itself: {listed}"
    if numbers and numbers[0] != text.strip():
        return f"'{text}' is more than a telephone number; write {numbers[0]} alone"
    if text.strip().isdecimal() and len(text.strip()) <= _SHORT:
        mend = "a number for emergencies or services cannot be dialled from here"
    what = "is not" if mend.startswith("write") else "cannot be"
    mend = "write digits for its letters" if _has_letters(text) else mend
    return f"'{text}' {what} a telephone number; {mend}"


def _has_letters(text: str) -> bool:
    return any(map(str.isalpha, text)) and any(map(str.isdecimal, text))


def _whole(digits: str, number: PhoneNumber, region: str) -> bool:
    """Whether nothing is missing in front of the digits."""
    country = PhoneMetadata.metadata_for_region(region)
    trunk = country.national_prefix if country else None
    abroad = number.country_code != phonenumbers.country_code_for_region(region)
    if trunk != "0" or abroad or digits.startswith((trunk, "+")):
        return True
    national = phonenumbers.national_significant_number(number)
    return digits != national or len(national) == _longest(number, region)


def _longest(number: PhoneNumber, region: str) -> int:
    """Digits of the longest number of this number's kind."""
    country = PhoneMetadata.metadata_for_region(region)
    if country is None:
        return 0
    mobile = phonenumbers.number_type(number) == PhoneNumberType.MOBILE
    return max(_lengths(country.mobile if mobile else country.fixed_line), default=0)


def _lengths(kind: PhoneNumberDesc | None) -> tuple[int, ...]:
    return tuple(kind.possible_length or ()) if kind else ()


def _e164(number: PhoneNumber, whole: bool = True) -> str:
    text = str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    return f"{text};ext={number.extension}" if whole and number.extension else text
