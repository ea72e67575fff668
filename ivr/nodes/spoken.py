"""How values are said: telephone numbers digit by digit, the rest as people write it."""

from __future__ import annotations

import phonenumbers

from ivr.flow.phrases import Phrases
from ivr.flow.types import Value


def value(what: Value, phrases: Phrases) -> str:
    """A variable's value, as it is said."""
    if isinstance(what, str) and what.startswith("+") and what[1:].isdecimal():
        return phone(what)
    return written(what, phrases)


def written(what: Value, phrases: Phrases) -> str:
    """A variable's value, as people write it."""
    if isinstance(what, bool):
        return phrases.listed("yes" if what else "no")[0]
    return str(what)


def phone(number: str) -> str:
    """An E.164 number in its national form, in groups of single digits."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return digits(number)
    form = phonenumbers.PhoneNumberFormat.NATIONAL
    groups = phonenumbers.format_number(parsed, form).replace("(", "").replace(")", "").split()
    return ", ".join(digits(group) for group in groups)


def digits(text: str) -> str:
    """`0165` → `0 1 6 5`, so that a voice says each digit."""
    return " ".join(character for character in text if character.isalnum())
