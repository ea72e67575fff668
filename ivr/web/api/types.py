"""What requests and answers are made of. The same types check requests and make the document."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)

MOST, USUAL = 100, 50
"""How many things a page has at most, and where nothing is said."""


class ResponseModel(BaseModel):
    """What is answered."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RequestModel(BaseModel):
    """What a request says: nothing but what the document knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _written(value: object) -> datetime:
    """A moment is text: pydantic would take numbers and bare days, too."""
    if not isinstance(value, str) or not RFC_3339.fullmatch(value):
        raise ValueError("write a moment as in 2026-11-24T09:30:00Z (RFC 3339)")
    return datetime.fromisoformat(value.upper())


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first or the last day that there is
        return moment.replace(tzinfo=UTC)


def _number(value: object) -> object:
    """A whole number of an address, without what Python allows besides."""
    if isinstance(value, str) and not WHOLE.fullmatch(value):
        raise ValueError("write a whole number in digits")
    return value


def _whole(value: object) -> object:
    """JSON knows one kind of number: 3.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Version = Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(_whole)]
"""A job's version in a body."""

NO_NUL = r"^[^\x00]*$"

Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_written),
    AfterValidator(_in_utc),
    Field(examples=["2026-11-24T09:30:00Z"]),
]
"""A moment that is asked for, with its offset from UTC."""

At = Annotated[datetime, Field(examples=["2026-11-24T09:30:00Z"])]
"""A moment that is answered, in UTC."""

Text = Annotated[str, Field(max_length=2000, pattern=NO_NUL)]
Word = Annotated[str, Field(min_length=1, max_length=100, pattern=NO_NUL)]
Client = Annotated[Word, Field(description="A client’s short name.", examples=["rainbow-frost"])]
OwnerKey = Annotated[
    str,
    Field(
        max_length=120,
        pattern=r"^(person|operator|agency):[^\x00]+$",
        description="An owner: one of the client’s people, an operator, or the agency.",
        examples=["person:ian"],
    ),
]
EXAMPLE_ID = "3f9a0c1d2b4e4f5a8c7d6e5f4a3b2c1d"
Id = Annotated[str, Field(examples=[EXAMPLE_ID])]


Cursor = Annotated[
    str,
    Field(pattern=r"^[0-9a-f]{14}\.[A-Za-z0-9_.-]{1,100}$", examples=["00063a4d9e0f80.CA0f1e2d3c"]),
]
"""Where a list is read on; see `ivr.web.api.cursors`."""


class Paged(RequestModel):
    """What every list takes."""

    limit: Annotated[int, BeforeValidator(_number)] = Field(
        USUAL, ge=1, le=MOST, description="How many at most.", examples=[USUAL]
    )
    cursor: Cursor | None = Field(
        None, description="Where to read on: the `next` of the page before."
    )


class Listed(Paged):
    """What lists of things that have happened take."""

    client: Client | None = Field(None, description="Only this client’s.")
    since: Moment | None = Field(None, description="From this moment on.")
    until: Moment | None = Field(None, description="Before this moment.")


Item = TypeVar("Item")


class Page(ResponseModel, Generic[Item]):
    """A part of a list, the newest first."""

    items: list[Item]
    next: Cursor | None = Field(
        description="The `cursor` of the next page; null where there is none."
    )


def plain(model: ResponseModel) -> dict[str, Any]:
    """An answer as JSON data."""
    return model.model_dump(mode="json", by_alias=True)
