"""Card numbers in what people key or write; they must not be kept. Pure.

`ivr.core.transcript.cards` finds those that are spoken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from unicodedata import decimal

MASK = "•"

SHORTEST, LONGEST = 13, 19
"""Digits of a card number; ISO/IEC 7812 allows up to 19."""

FIRST_DIGITS = frozenset("2345689")
"""With these the numbers of known issuers begin."""

_ISSUED = re.compile(
    r"4\d{15}(\d{3})?"  # Visa
    r"|(5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(0[0-59]|[689]\d)\d{11}(\d{2})?"  # Diners Club
    r"|(6011|64[4-9]\d|65\d{2}|35(2[89]|[3-8]\d))\d{12,15}"  # Discover, JCB
    r"|(62|81)\d{14,17}"  # UnionPay
    r"|(50[0-9]{2}|5[6-9]\d{2}|6[37]\d{2})\d{12}(\d{2,3})?"  # Maestro
    r"|(220[0-4]|60\d{2}|82\d{2}|8600|9792|9860)\d{12}"  # Mir, RuPay, Uzcard, Troy, Humo
)
"""Numbers that issuers use today: https://en.wikipedia.org/wiki/Payment_card_number"""

_OLD_VISA = re.compile(r"4\d{12}")
"""No longer issued, and as long as many telephone numbers: a card only where it stands alone."""

_UNSEEN = "\u00ad\u034f\u200b-\u200d\u2060-\u2064\ufe0e\ufe0f\u20e3"
"""Soft hyphens, joiners and other signs without a width, and the frame of `4️⃣`; they come along
where a number is copied from a page."""

_GAP = rf"[\s\-‐-―−.,/*_|·•~'’{_UNSEEN}]{{0,3}}"
_RUN = re.compile(rf"\+?\d(?:{_GAP}\d){{{SHORTEST - 1},}}")
"""Digits with no more between them than people write between groups."""

_ID = re.compile(
    r"\b(?:[A-Z]{2})?(?=[0-9]*[a-f])[0-9a-f]{24,}\b"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
)
"""What programs name things by; digits in it are no number."""

_LONGEST_TELEPHONE = 15
"""ITU-T E.164."""


def is_card(digits: str) -> bool:
    """Return whether `digits` have the length and the check digit of a card number."""
    return SHORTEST <= len(digits) <= LONGEST and digits[0] != "0" and _luhn(digits)


def is_issued(digits: str) -> bool:
    """Return whether `digits` are a card number with the prefix of a known issuer."""
    return _ISSUED.fullmatch(digits) is not None and is_card(digits)


def without_card_numbers(text: str) -> str:
    """Return `text` with the digits of every card number replaced by dots, however they are
    grouped."""
    if sum(map(str.isdecimal, text)) < SHORTEST:
        return text
    ids = [match.span() for match in _ID.finditer(text)]
    masked = list(text)
    for run in _RUN.finditer(text):
        if not any(start < run.end() and run.start() < end for start, end in ids):
            for at in _digits_of_cards(run):
                masked[at] = MASK
    return "".join(masked)


def without_card_numbers_in(value: object) -> object:
    """Return JSON without card numbers, whether they are text or numbers; dots are text."""
    if isinstance(value, str):
        return without_card_numbers(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        written = str(value)
        masked = without_card_numbers(written)
        return value if masked == written else masked
    if isinstance(value, list):
        return [without_card_numbers_in(each) for each in value]
    if isinstance(value, dict):
        return {
            without_card_numbers(str(name)): without_card_numbers_in(each)
            for name, each in value.items()
        }
    return value


def _digits_of_cards(run: re.Match[str]) -> Iterator[int]:
    """Return the positions of the digits that belong to card numbers."""
    places = [at for at in range(*run.span()) if run.string[at].isdecimal()]
    digits = "".join(str(decimal(run.string[at])) for at in places)
    if _is_telephone(run[0], digits):
        return
    groups = [0, *(n for n in range(1, len(places)) if places[n] > places[n - 1] + 1), len(places)]
    bounds = frozenset(groups)
    for start, end in _windows(groups):
        number = digits[start:end]
        alone = _OLD_VISA.fullmatch(number) and start in bounds and end in bounds
        if is_issued(number) or (alone and is_card(number)):
            yield from places[start:end]


def _windows(groups: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield candidates: runs of whole groups, or part of a group as long as a card number."""
    for first, start in enumerate(groups):
        # No group is empty: farther ones make more digits than a card number has.
        near = groups[first + 1 : first + 1 + LONGEST]
        yield from ((start, end) for end in near if SHORTEST <= end - start <= LONGEST)
    for start, end in pairwise(groups):
        for at in range(start, end - SHORTEST + 1):
            yield from ((at, to) for to in range(at + SHORTEST, min(at + LONGEST, end) + 1))


def _is_telephone(written: str, digits: str) -> bool:
    """Return whether it is a telephone number with its country code, as E.164 or as dialled."""
    if written.startswith("+"):
        return len(digits) <= _LONGEST_TELEPHONE
    return digits.startswith("00") and len(digits) <= _LONGEST_TELEPHONE + 2


def _luhn(digits: str) -> bool:
    """Check the check digit of ISO/IEC 7812-1, annex B."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    total = sum(map(int, digits[-1::-2])) + sum(
        value - 9 if value > 9 else value for value in doubled
    )
    return total % 10 == 0
