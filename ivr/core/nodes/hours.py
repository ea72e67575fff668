"""`hours`: is the client open now?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from ivr.core.flow.node import Exit
from ivr.core.flow.types import CalendarName, NodeName, OneOrMany
from ivr.core.nodes.base import Kind, Leave, NodeContext


class OpeningHours(Kind):
    """Go one way while the client is open, the other while it is closed.

    Of several calendars one that is open is enough.
    """

    verb: ClassVar[str] = "hours"
    example: ClassVar[str] = """\
open: {hours: office, open: main, closed: after_hours}
"""
    hours: Annotated[tuple[CalendarName, ...], OneOrMany] = Field(
        min_length=1, description="The calendar that is asked, or several: `[office, saturdays]`."
    )
    open: NodeName = Field(description="Where the call goes within the hours.")
    closed: NodeName = Field(description="Where the call goes outside of them.")

    def exits(self) -> Iterator[Exit]:
        yield self.exit("open")
        yield self.exit("closed")

    def enter(self, situation: NodeContext) -> Leave:
        calendars = (situation.flow.calendars[name] for name in self.hours)
        is_open = any(calendar.is_open(situation.now) for calendar in calendars)
        return Leave("open" if is_open else "closed")
