"""The URLs that our own documents name, and what they carry.

They are relative, so that the same document is right behind any proxy. A turn's URL carries its
number and, for the day when Redis cannot be reached, where in the flow the call stands: enough to
go on, and nothing private.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ivr.core.call.state import BEFORE_FIRST, CallState
from ivr.core.whole_numbers import whole_number
from ivr.services.calls.stream_links import StreamLinks

MOST_TURNS = 100_000
"""Of a call, and tries of one question: more there never are."""

RETRY = "#rc=3&rp=all"
"""Three more tries on any failure, as a fragment, which is not signed: a process of ours may die
while it answers, and whatever is asked twice gets the same answer.
https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides"""

RETRY_RECORDING = "#rc=5&rp=all"
"""Five more tries for what is told but once."""


class After(StrEnum):
    """What a turn follows, where the carrier's form does not tell.

    An empty `<Gather>` or `<Record>` may bring no field at all; and a person who was rung with an
    accept key has only answered if they pressed it.
    """

    LISTEN = "listen"
    EMPTY_RECORDING = "empty"
    SCREENED_DIAL = "screened"
    ROOM = "room"
    """Out of a conference: whether the caller is to wait once more, only Redis knows."""


@dataclass(frozen=True, slots=True)
class Links:
    """The URLs of one document: those that lead on from `state`, reached by turn `turn`.

    `streams` is None where nobody here can listen live.
    """

    state: CallState
    streams: StreamLinks | None = None

    @property
    def first(self) -> bool:
        """Whether the document is the first of its call, which nothing has answered yet."""
        return self.state.turn == BEFORE_FIRST + 1

    def next_turn(self, after: After | None = None) -> str:
        """The action URL: the turn after this one, and what it follows."""
        state = self.state
        follows = f"&after={after.value}" if after else ""
        where = f"{self._place()}&attempt={state.attempt}{follows}"
        return f"/twilio/turn/{state.turn + 1}?{where}{RETRY}"

    @property
    def whisper(self) -> str:
        """What a person hears who is rung, before they are connected."""
        return f"/twilio/whisper?{self._place()}&ends={self.state.turn + 1}"

    @property
    def stream(self) -> str | None:
        """Where the carrier sends what the caller says in this turn."""
        streams, state = self.streams, self.state
        return streams.url(state.call_sid, state.turn) if streams else None

    def recording(self, kind: str) -> str:
        """The recording callback, with all that is needed to keep the message."""
        return f"/twilio/recording?{self._place()}&kind={kind}{RETRY_RECORDING}"

    def _place(self) -> str:
        """Where the call stands. The names' own rules leave nothing in them to be escaped."""
        state = self.state
        return f"client={state.client}&flow={state.flow_version}&node={state.node}"


@dataclass(frozen=True, slots=True)
class PlaceHint:
    """Where a call stands, as its URL says."""

    client: str
    flow: str
    node: str
    attempt: int

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> PlaceHint:
        """Read the query of one of our URLs; the carrier's signature vouches for it."""
        attempt = query.get("attempt", "0")
        return cls(
            query.get("client", ""),
            query.get("flow", ""),
            query.get("node", ""),
            whole_number(attempt, MOST_TURNS) or 0,
        )
