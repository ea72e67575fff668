"""Telephone numbers as callers say them."""

from __future__ import annotations

from functools import cache
from itertools import accumulate

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberFormat, ValidationResult

from ivr.language.phrases import phrases
from ivr.speech.text.digits import Spoken, item_at, run_at, spoken
from ivr.speech.text.pieces import Found, Rule, Words

_SHORTEST, _LONGEST = 7, 17
_FEW = 2
"""Fewer words before a number may be something else: `flat twelve`."""

_USUAL_LENGTH = 10
"""Digits behind the 0 of nearly all British numbers."""


@cache
def telephone_rule(language: str) -> Rule:
    """`oh one six oh four five two nine one seven oh` → `01604 529170`.

    Only numbers of the caller's country, or of another after `plus`.
    """
    region = region_of(language)
    says = spoken(language)

    def rule(words: Words, start: int) -> Found | None:
        if _inside_digits(words, start, says, region):
            return None
        plus = words[start] == "plus" or words[start].startswith("+")
        items = run_at(words, start + (words[start] == "plus"), says, longest=_LONGEST)
        so_far = [*accumulate(item.digits for item in items)]
        for item, digits in reversed([*zip(items, so_far, strict=True)]):
            # A number that is in use ends where it ends, any other where the digits end.
            number = _number(f"+{digits}" if plus else digits, region, item is items[-1])
            if number is not None:
                return Found(item.end, written(number, region), _e164(number))
        return None

    return rule


def _inside_digits(words: Words, start: int, says: Spoken, region: str) -> bool:
    """Whether digits come right before, as in a long reference; a number said twice is none."""
    at, digits = start, ""
    while at > 0 and len(digits) < _LONGEST:
        item = item_at(words[:start], at - 1, says)
        if item is None:
            break
        at, digits = at - 1, item.digits + digits
    if start - at < _FEW:
        return False
    return not any(_number(digits[-size:], region, True) for size in (10, 11))


def region_of(language: str) -> str:
    """The country of a language tag, such as `GB`."""
    return str(phrases(language).locale.territory or "GB")


def _number(digits: str, region: str, complete: bool) -> PhoneNumber | None:
    if not _SHORTEST <= len(digits) <= _LONGEST:
        return None
    if _trunk_prefix(region) == "0" and not digits.startswith(("0", "+")):
        return None  # any ten digits could be a number without its first 0
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_valid_number(number):
        return number
    reserved = complete and _has_usual_length(number)  # `07700 900…`, for films and examples
    return number if reserved else None


def _has_usual_length(number: PhoneNumber) -> bool:
    result = phonenumbers.is_possible_number_with_reason(number)
    usual = len(str(number.national_number)) == _USUAL_LENGTH
    return result == ValidationResult.IS_POSSIBLE and usual


def _trunk_prefix(region: str) -> str | None:
    country = PhoneMetadata.metadata_for_region(region)
    return country.national_prefix if country else None


def written(number: PhoneNumber, region: str) -> str:
    """A number as people of `region` write it."""
    at_home = number.country_code == phonenumbers.country_code_for_region(region)
    form = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def numbers_differ(given: str | None, caller: str | None, language: str) -> str | None:
    """`gave 01604 529170, rang from 07700 900123`, where the two are not the same number.

    Both in E.164; None where they agree, or one is not known.
    """
    if given is None or caller is None or given == caller:
        return None
    try:
        rang = phonenumbers.parse(caller)
    except phonenumbers.NumberParseException:
        return None
    region = region_of(language)
    gave = written(phonenumbers.parse(given), region)
    return f"gave {gave}, rang from {written(rang, region)}"
