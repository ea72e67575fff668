"""`appointment`: the caller books a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from ivr.core.flow.node import Exit
from ivr.core.flow.types import CalendarName, Duration, JobKind, Model, NodeName, Text
from ivr.core.nodes.base import Kind, Leave, NodeContext


class Slots(Model):
    """Which times can be booked, and what a booking leaves to be done."""

    calendar: CalendarName = Field(description="The opening hours in which times are offered.")
    minutes: int = Field(30, ge=5, le=480, description="How long an appointment is, in minutes.")
    notice: Duration = Field(
        7200, ge=0, le=30 * 86400, description="How long from now the first time is at least."
    )
    ahead: Duration = Field(
        14 * 86400, ge=3600, le=366 * 86400, description="How far ahead times are offered."
    )
    kind: JobKind | None = Field(
        None, description="The kind of job that a booking opens; none where it opens no job."
    )
    say: Text | None = Field(None, description="What the caller hears before times are offered.")


class Appointment(Kind):
    """Offer free times and book one; `none` where no time suits, or none is free.

    Times are not offered yet: the call goes to `none` at once, and `check` says so.
    """

    verb: ClassVar[str] = "appointment"
    example: ClassVar[str] = """\
book:
  appointment: {calendar: office, minutes: 30, notice: 2h, ahead: 14d, kind: booking}
  booked: done
  none: operators
"""
    appointment: Slots = Field(description="Which times can be booked.")
    booked: NodeName | None = Field(
        None, description="Where the caller goes after booking; else the call ends."
    )
    none: NodeName = Field(description="Where the caller goes without an appointment.")

    def exits(self) -> Iterator[Exit]:
        yield self.exit("booked", by_caller=True, default="goodbye")
        yield self.exit("none")

    def not_yet(self) -> Iterator[str]:
        yield "no appointments are offered yet; the call goes to 'none' at once"

    def enter(self, situation: NodeContext) -> Leave:
        return Leave("none")
