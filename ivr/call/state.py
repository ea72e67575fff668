"""The state of one call, as it is between two turns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ivr.flow.types import Value
from ivr.nodes.base import Ticket


@dataclass(frozen=True, slots=True)
class CallState:
    """Everything the engine knows of a call.

    `caller` is None where the number is withheld. `turn` is the number of the turn that led to
    this state, from 0. `path` are the nodes in the order in which the call came to them. `ticket`
    is set while the caller waits for an operator, since `ticket_at`. `outcome` says how the call
    ended.
    """

    call_sid: str
    client: str
    flow_version: str
    caller: str | None
    called: str
    started_at: datetime
    node: str
    turn: int = 0
    attempt: int = 0
    variables: Mapping[str, Value] = field(default_factory=dict)
    memory: Mapping[str, Value] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    ticket: Ticket | None = None
    ticket_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = None

    def to_json(self) -> str:
        """The state as text, for a store."""
        ticket = self.ticket
        return json.dumps(
            {
                "call_sid": self.call_sid,
                "client": self.client,
                "flow_version": self.flow_version,
                "caller": self.caller,
                "called": self.called,
                "started_at": self.started_at.isoformat(),
                "node": self.node,
                "turn": self.turn,
                "attempt": self.attempt,
                "variables": dict(self.variables),
                "memory": dict(self.memory),
                "path": self.path,
                "ticket": [ticket.priority, ticket.skills, ticket.max_wait] if ticket else None,
                "ticket_at": _iso(self.ticket_at),
                "ended_at": _iso(self.ended_at),
                "outcome": self.outcome,
            }
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> CallState:
        """The state that `to_json` wrote."""
        data = json.loads(text)
        ticket = data["ticket"]
        return cls(
            **data
            | {
                "started_at": datetime.fromisoformat(data["started_at"]),
                "path": tuple(data["path"]),
                "ticket": Ticket(ticket[0], tuple(ticket[1]), ticket[2]) if ticket else None,
                "ticket_at": _moment(data["ticket_at"]),
                "ended_at": _moment(data["ended_at"]),
            }
        )


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
