"""A call as the records keep it: one snapshot a turn, of which the last counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import AwareDatetime, Field


@dataclass(frozen=True, slots=True)
class CallSnapshot:
    """A call as it stands after turn number `turn`.

    `from_` (or `WITHHELD`) and `to` are as the carrier gave them; `path` names the nodes
    visited, in order. `client` is None where nobody claims the dialled number. Times are aware.
    """

    call_sid: str
    client: str | None
    from_: str
    to: str
    started_at: AwareDatetime
    flow_version: str
    turn: Annotated[int, Field(ge=0, lt=2**31)]
    path: tuple[str, ...] = ()
    ended_at: AwareDatetime | None = None
    outcome: str | None = None
