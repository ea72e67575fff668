"""What is agreed of what a call leaves behind: who owns it, and how long it is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    model_validator,
)

from ivr.core.flow.types import CalendarName, Duration, Faults, Model, OneOrMany, Period

AGENCY = "agency"


class Duty(Model):
    """Who owns one kind of open work, by when, and who is next.

    Once it is overdue it goes to each of `then`, in their order, and in the end to the agency;
    if it is not closed there in time either, the supervisors are told.
    """

    owner: str = Field(AGENCY, description="Who owns such a job: a person, a rota or `agency`.")
    due: Duration = Field(
        int(timedelta(hours=4).total_seconds()), ge=60, description="How soon it should be done."
    )
    hours: CalendarName | None = Field(
        None, description="A calendar: only its opening hours count towards `due`."
    )
    action: str = Field(
        "Ring the caller back",
        min_length=1,
        max_length=200,
        description="What is to be done, as the owner reads it.",
    )
    remind: Annotated[tuple[Literal["sms", "email"], ...], OneOrMany] = Field(
        (), description="How the owner is reminded."
    )
    remind_before: Duration | None = Field(
        None,
        ge=60,
        description="How long before it is due they are reminded; default: a quarter of `due`.",
    )
    read: Duration | None = Field(
        None,
        ge=60,
        description="Within how long the owner says that they have read it (docs/delivery.md); "
        "what nobody has read by then goes on as if it were overdue.",
    )
    then: Annotated[tuple[str, ...], OneOrMany] = Field(
        (),
        max_length=10,
        description="Who owns it when it is overdue: a person, a rota or `agency`, "
        "or a list of them, one after another.",
    )
    grace: Duration | None = Field(
        None,
        ge=60,
        description="How long whoever takes over has before it goes further; "
        "default: half of `due`, at least 5 minutes.",
    )


class Retention(Model):
    """How long what callers leave behind is kept, counted from the call.

    What is over its time is deleted within the hour; that it was, and by which version of the file,
    stays known.
    """

    audio: Period = Field(
        90, ge=1, le=36_500, description="How long recordings are kept; else 90d."
    )
    transcript: Period = Field(
        365, ge=1, le=36_500, description="How long what callers said is kept in words; else 1y."
    )
    caller: Period = Field(
        730,
        ge=1,
        le=36_500,
        description="How long calls are kept at all, with the caller's number and what was "
        "written down; else 2y. Open jobs keep theirs.",
    )
    at_carrier: Literal["delete", "keep"] = Field(
        "delete",
        description="Whether the carrier's copy of a recording is deleted once ours is safe, or "
        "only with ours.",
    )

    @model_validator(mode="after")
    def _nothing_outlives_the_call(self) -> Self:
        late = [name for name in ("audio", "transcript") if getattr(self, name) > self.caller]
        if late:
            message = "is kept longer than the call itself ('caller'); make it shorter"
            raise Faults([((name,), f"'{name}' {message}") for name in late])
        return self
