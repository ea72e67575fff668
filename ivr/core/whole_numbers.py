"""Whole numbers from outside, bounded: anything too large is not a number here. Pure."""

from __future__ import annotations

LARGEST = 2**31 - 1
"""What an `INTEGER` of PostgreSQL holds."""


def whole_number(text: str | None, most: int = LARGEST) -> int | None:
    """Return the number from 0 to `most` that `text` writes in the digits 0 to 9, or None."""
    if not text or not text.isascii() or not text.isdecimal() or len(text) > 20:
        return None
    number = int(text)
    return number if number <= most else None
