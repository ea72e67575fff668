"""`rsvp`: the caller says whether they come to an event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from ivr.core.flow.calendars import parse_date
from ivr.core.flow.node import Exit
from ivr.core.flow.types import Model, NodeName, Path, Text
from ivr.core.nodes.base import Kind, Leave, NodeContext


def _date(value: object) -> date:
    return value if isinstance(value, date) else parse_date(str(value))


class Reply(Model):
    """Which event it is, and what is asked about it."""

    event: str = Field(min_length=1, max_length=100, description="What the event is called.")
    say: Text | None = Field(None, description="What the caller hears before being asked.")
    guests: int = Field(
        0, ge=0, le=50, description="How many people one caller may announce besides themselves."
    )
    until: Annotated[date | None, BeforeValidator(_date)] = Field(
        None, description="The last day on which replies are taken."
    )


class Rsvp(Kind):
    """Ask whether the caller comes; `none` where they do not say, or it is too late.

    Replies are not taken yet: the call goes to `none` at once, and `check` says so.
    """

    verb: ClassVar[str] = "rsvp"
    example: ClassVar[str] = """\
fair:
  rsvp: {event: Spring fair, say: "Will you come to our fair?", guests: 2}
  yes: done
  no: done
  none: take_message
"""
    rsvp: Reply = Field(description="Which event it is, and what is asked.")
    yes: NodeName | None = Field(None, description="Where a caller goes who comes; else it ends.")
    no: NodeName | None = Field(
        None, description="Where a caller goes who does not come; else the call ends."
    )
    none: NodeName = Field(description="Where a caller goes who has not replied.")

    def exits(self) -> Iterator[Exit]:
        yield self.exit("yes", by_caller=True, default="goodbye")
        yield self.exit("no", by_caller=True, default="goodbye")
        yield self.exit("none")

    def last_days(self) -> Iterator[tuple[Path, date]]:
        if self.rsvp.until is not None:
            yield ("rsvp", "until"), self.rsvp.until

    def not_yet(self) -> Iterator[str]:
        yield "no replies are taken yet; the call goes to 'none' at once"

    def enter(self, situation: NodeContext) -> Leave:
        return Leave("none")
