"""Which digits are a card number."""

from __future__ import annotations

import re

SHORTEST, LONGEST = 13, 19
"""Digits of a card number; ISO/IEC 7812 allows up to 19."""

FIRST_DIGITS = frozenset("234568")
"""With these the numbers of known issuers begin."""

_ISSUED = re.compile(
    r"4\d{15}(\d{3})?"  # Visa
    r"|(5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(0[0-5]|[689]\d)\d{11}"  # Diners Club
    r"|(6011|64[4-9]\d|65\d{2}|35(2[89]|[3-8]\d)|62\d{2}|81\d{2})\d{12}"  # Discover, JCB, UnionPay
    r"|(50[0-9]{2}|5[6-9]\d{2}|6[37]\d{2})\d{12}(\d{2,3})?"  # Maestro
)
"""Numbers that issuers use today: https://en.wikipedia.org/wiki/Payment_card_number"""


def is_card(digits: str) -> bool:
    """Whether `digits` have the length and the check digit of a card number."""
    return SHORTEST <= len(digits) <= LONGEST and digits[0] != "0" and _luhn(digits)


def is_issued(digits: str) -> bool:
    """Whether `digits` are a card number that begins like those of a known issuer."""
    return _ISSUED.fullmatch(digits) is not None and is_card(digits)


def _luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1, annex B."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    total = sum(map(int, digits[-1::-2])) + sum(
        value - 9 if value > 9 else value for value in doubled
    )
    return total % 10 == 0
