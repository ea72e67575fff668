"""Numbers that cost more than people expect and are therefore neither rung nor texted. Pure.

Somebody who calls from such a number, or asks to be called back on it, may earn what we pay:
https://www.twilio.com/docs/glossary/what-is-toll-fraud
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType

EVERY_COUNTRY = "*"
WORLDWIDE = "001"
"""What phonenumbers calls the codes of no country: satellites, networks at sea and in the air,
international premium rate and shared cost (https://www.itu.int/pub/T-SP-E.164D)."""

_TYPES = {
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number",
    PhoneNumberType.SHARED_COST: "a shared-cost number",
    PhoneNumberType.PERSONAL_NUMBER: "a personal number, which costs as much as a premium-rate one",
    PhoneNumberType.PAGER: "a pager's number",
}


def costly(number: str) -> str | None:
    """Return why `number` (E.164) must not be rung or texted for anybody, or None if it may.

    Anything that is not a telephone number, such as `client:sam` or a SIP address, is not judged.
    """
    parsed = _parsed(number)
    if parsed is None:
        return None
    kind = _TYPES.get(phonenumbers.number_type(parsed))
    if kind is not None:
        return f"{number} is {kind}"
    if country_of(number) == WORLDWIDE:
        return f"{number} is a satellite or worldwide number"
    return None


def abroad(number: str, countries: Collection[str]) -> str | None:
    """Return why `number` (E.164) is outside `countries` (ISO 3166), or None if it is inside."""
    country = country_of(number)
    if country is None or country in countries or EVERY_COUNTRY in countries:
        return None
    return f"{number} is in {country}, which is not among the countries of IVR_COUNTRIES"


def country_of(number: str) -> str | None:
    """Return the country of a number (E.164), or None if it is not a number.

    For a number that is assigned to nobody it is the first country that shares its code.
    """
    parsed = _parsed(number)
    if parsed is None:
        return None
    found: str | None = phonenumbers.region_code_for_number(parsed)
    return found or str(phonenumbers.region_code_for_country_code(parsed.country_code or 0))


def countries_of(numbers: Iterable[str]) -> frozenset[str]:
    """Return the countries of some numbers."""
    return frozenset(filter(None, map(country_of, numbers)))


def _parsed(number: str) -> PhoneNumber | None:
    if not number.startswith("+"):
        return None
    try:
        return phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
