"""`callers`: who rings?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from ivr.core.flow.node import Exit
from ivr.core.flow.types import NodeName
from ivr.core.nodes.base import Kind, Leave, NodeContext


def _nothing(value: object) -> None:
    if value:
        raise ValueError("write nothing behind 'callers'; where callers go stands beside it")


class WhoRings(Kind):
    """Go a way of its own for the callers of the client's lists, and for withheld numbers.

    The lists stand in the head of the client's file, under `callers`; the client's `people` are
    `known`. Whoever has no way of their own goes to `other`. To refuse blocked callers without
    paying for the call, ask who rings first of all and lead `blocked` to a `hangup` that
    says `reject: busy`.
    """

    verb: ClassVar[str] = "callers"
    example: ClassVar[str] = """\
who: {callers: , vip: urgent, blocked: refuse, other: greet}
"""
    callers: Annotated[None, BeforeValidator(_nothing)] = Field(
        description="Nothing: the lists stand in the head, under `callers`."
    )
    vip: NodeName | None = Field(None, description="Where callers of the list `vip` go.")
    blocked: NodeName | None = Field(None, description="Where callers of the list `blocked` go.")
    known: NodeName | None = Field(
        None, description="Where callers of the list `known` go, and the client's own people."
    )
    withheld: NodeName | None = Field(None, description="Where callers without a number go.")
    other: NodeName = Field(description="Where everybody else goes.")

    def exits(self) -> Iterator[Exit]:
        for name in ("vip", "blocked", "known", "withheld", "other"):
            target = getattr(self, name)
            yield Exit(name, target or self.other, (name if target else "other",))

    def enter(self, situation: NodeContext) -> Leave:
        return Leave(situation.flow.ringing(situation.caller).kind)
