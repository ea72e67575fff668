"""A variable's value, as it is said to callers and as it is written for people."""

from __future__ import annotations

import re
from datetime import date, time

from babel.numbers import format_decimal

from ivr.core.language import dates, money, telephone, times
from ivr.core.language.phrases import Phrases
from ivr.core.secret_value import SecretValue

Value = str | int | float | bool

_NUMBER = re.compile(r"\+\d{5,15}(;ext=\d+)?")

_CODE_LENGTH = 3
"""A text of so many figures or more is a code, and said figure by figure."""


def say(kind: str, value: Value, phrases: Phrases, today: date) -> str:
    """How a voice says `value`, which is of the variable type `kind`. Empty values are silent, and
    so are secrets."""
    match kind, value:
        case _, "" | SecretValue():
            return ""
        case "date", str():
            return dates.say(date.fromisoformat(value), today, phrases)
        case "time", str():
            return times.say(time.fromisoformat(value), phrases)
        case "string", str() if _NUMBER.fullmatch(value):
            return phone(value, phrases)
        case "string", str() if value.isdecimal() and len(value) >= _CODE_LENGTH:
            return digits(value)
        case _:
            return write(kind, value, phrases)


def write(kind: str, value: Value, phrases: Phrases) -> str:
    """`value`, as people write it in the client's country; of a secret the dots."""
    match kind, value:
        case _, "":
            return ""
        case _, SecretValue():
            return str(value)
        case "date", str():
            return dates.write(date.fromisoformat(value), phrases)
        case "time", str():
            return times.write(time.fromisoformat(value), phrases)
        case "money", int() | float():
            return money.say(value, phrases)
        case _, bool():
            return phrases.listed("yes" if value else "no")[0]
        case _, int() | float():
            return str(format_decimal(value, locale=phrases.locale))
        case _:
            return str(value)


def phone(number: str, phrases: Phrases) -> str:
    """An E.164 number in groups of single digits, with its country code unless it is of the
    client's country: `0 1 6 0 4, 5 2 9 1 7 0`, `plus 3 3, 1, 4 2, …`."""
    plain, extension = telephone.extension(number)
    written = telephone.written(plain, telephone.region_of(phrases.locale))
    groups = [digits(group) for group in re.findall(r"[0-9]+", written)]
    if not groups:
        return digits(number)  # a SIP address
    if written.startswith("+"):
        groups[0] = f"{phrases.listed('digits', 'plus')[0]} {groups[0]}"
    if extension:
        groups.append(f"{phrases.listed('digits', 'extension')[0]} {digits(extension)}")
    return ", ".join(groups)


def digits(text: str) -> str:
    """`0165` → `0 1 6 5`, so that a voice says each digit."""
    return " ".join(character for character in text if character.isalnum())
