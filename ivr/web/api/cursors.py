"""Where a list is read on, as text that nobody but us reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from ivr.core.records.lists import Cursor
from ivr.web.api.types import Page, ResponseModel

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DIGITS = 14
"""Hexadecimal: of microseconds, more than two thousand years."""

Thing = TypeVar("Thing")
Item = TypeVar("Item", bound=ResponseModel)


def written(place: Cursor) -> str:
    """The cursor that leads to `place`."""
    return f"{(place.at - BEGINNING) // MICROSECOND:0{DIGITS}x}.{place.id}"


def read(cursor: str | None) -> Cursor | None:
    """The place that a cursor leads to. Whatever `ivr.web.api.types.Cursor` lets through is one."""
    if cursor is None:
        return None
    at, _, key = cursor.partition(".")
    return Cursor(BEGINNING + int(at, 16) * MICROSECOND, key)


def page(
    found: Sequence[Thing],
    limit: int,
    place: Callable[[Thing], Cursor],
    shown: Callable[[Thing], Item],
) -> Page[Item]:
    """The first `limit` of what was found; it is one more where there is a next page."""
    items = found[:limit]
    more = len(found) > limit
    return Page(
        items=[shown(each) for each in items], next=written(place(items[-1])) if more else None
    )
