"""The state of one call, as it is between two turns."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from ivr.core.availability.standing import AS_USUAL, Availability
from ivr.core.call.instructions import WaitTerms
from ivr.core.flow.types import Value
from ivr.core.secret_value import SecretValue

SEALED = "sealed"
"""By which a secret is known in a stored state."""

BEFORE_FIRST = -1
"""The turn of a call that has not had its first."""


@dataclass(frozen=True, slots=True)
class CallState:
    """Everything the engine knows of a call.

    `caller` is None where the number is withheld. `turn` is the number of the turn that led to
    this state, from 0. `path` are the nodes in the order in which the call came to them. `waiting`
    is set while the caller is in the operator queue, since `waiting_since`. `standing` is how the
    client's people stood at the turn that led to this state. `outcome` says how the call ended.
    """

    call_sid: str
    client: str
    flow_version: str
    caller: str | None
    called: str
    started_at: datetime
    node: str
    turn: int = BEFORE_FIRST
    attempt: int = 0
    variables: Mapping[str, Value] = field(default_factory=dict)
    memory: Mapping[str, Value] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    waiting: WaitTerms | None = None
    waiting_since: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = None
    standing: Availability = AS_USUAL

    def to_json(self, seal: Callable[[Value], str]) -> str:
        """The state as text, for a store. `seal` makes of a secret what only `from_json` reads."""
        terms = self.waiting
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
                "variables": _sealed(self.variables, seal),
                "memory": _sealed(self.memory, seal),
                "path": self.path,
                "waiting": asdict(terms) if terms else None,
                "waiting_since": _iso(self.waiting_since),
                "ended_at": _iso(self.ended_at),
                "outcome": self.outcome,
                "standing": self.standing.to_data(),
            }
        )

    @classmethod
    def from_json(cls, text: str | bytes, open_: Callable[[str], Value | None]) -> CallState:
        """The state that `to_json` wrote. `open_` gives what was sealed, None where it cannot; such
        a secret counts as not given."""
        data = json.loads(text)
        terms = data["waiting"]
        return cls(
            **data
            | {
                "started_at": datetime.fromisoformat(data["started_at"]),
                "variables": _opened(data["variables"], open_),
                "memory": _opened(data["memory"], open_),
                "path": tuple(data["path"]),
                "waiting": WaitTerms.from_data(terms) if terms else None,
                "waiting_since": _moment(data["waiting_since"]),
                "ended_at": _moment(data["ended_at"]),
                "standing": Availability.from_data(data.get("standing", {})),
            }
        )


def _sealed(values: Mapping[str, Value], seal: Callable[[Value], str]) -> dict[str, object]:
    return {
        name: {SEALED: seal(value.clear)} if isinstance(value, SecretValue) else value
        for name, value in values.items()
    }


def _opened(values: Mapping[str, Any], open_: Callable[[str], Value | None]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, value in values.items():
        if not isinstance(value, dict):
            found[name] = value
        elif (clear := open_(value[SEALED])) is not None:
            found[name] = SecretValue(clear)
    return found


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
