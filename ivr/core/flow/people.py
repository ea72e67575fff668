"""The client's people, and how what is for them reaches them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    model_validator,
)

from ivr.core.flow.calendars import Hours, parse_hours, parse_time
from ivr.core.flow.types import Duration, Faults, JobKind, Model, OneOrMany, Path, Phone
from ivr.core.language.telephone import takes_texts

EVERYBODY = "everybody"
"""Stands for all of the people where one of them might be named."""

A_DAY = 24 * 60
"""Minutes."""


class Person(Model):
    """One of the client's people, and how what is for them reaches them."""

    name: str = Field(min_length=1, description="The person's full name.")
    phone: Phone | None = Field(None, description="The number on which they are rung.")
    email: str | None = Field(
        None,
        pattern=r"^[^@\s<>,;:()]+@[^@\s<>,;:().]+(\.[^@\s<>,;:().]+)*$",
        description="Where their messages go.",
    )
    deliver: Annotated[tuple[Literal["email", "sms", "webhook"], ...], OneOrMany] = Field(
        ("email",),
        min_length=1,
        description="By which ways messages come, one after another: the next one's turn is where "
        "one does not get through, or is not read.",
    )
    wait: Duration = Field(
        900, ge=60, le=86400, description="How long one way has before the next one's turn."
    )
    quiet: Annotated[Hours, BeforeValidator(parse_hours)] | None = Field(
        None, description="Hours in which nothing is sent, such as `21:00-07:00`."
    )
    digest: Annotated[int, BeforeValidator(parse_time)] | None = Field(
        None,
        description="A time such as `08:00`: what came since the day before comes then, in one "
        "e-mail.",
    )
    urgent: Annotated[tuple[JobKind, ...], OneOrMany] = Field(
        (), max_length=20, description="Kinds of job that heed neither `quiet` nor `digest`."
    )
    sms: Literal["short", "full"] = Field(
        "short", description="Whether the caller's words may stand in texts (`full`)."
    )

    @model_validator(mode="after")
    def _each_way_once(self) -> Self:
        faults: list[tuple[Path, str]] = [
            (("deliver", index), f"'{way}' stands here already")
            for index, way in enumerate(self.deliver)
            if way in self.deliver[:index]
        ]
        if "sms" in self.deliver and self.phone is None:
            faults.append((("deliver",), "a text needs a telephone number; add 'phone'"))
        elif "sms" in self.deliver and not takes_texts(self.phone or ""):
            faults.append((("deliver",), f"{self.phone} is not a mobile number and takes no texts"))
        if self.quiet is not None and self.quiet.closes - self.quiet.opens >= A_DAY:
            faults.append((("quiet",), "nothing could ever be sent; leave some hours out"))
        if self.digest is not None and self.email is None:
            faults.append((("digest",), "a digest needs an e-mail address; add 'email'"))
        if faults:
            raise Faults(faults)
        return self
