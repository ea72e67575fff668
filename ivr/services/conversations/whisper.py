"""The leg of a person who is rung: what they hear, and the key with which they take the call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from ivr.core.call.engine import CallFlow, start, verbs_at
from ivr.core.call.instructions import Dial
from ivr.core.call.state import CallState
from ivr.errors import StateUnavailable
from ivr.services.calls.links import PlaceHint
from ivr.services.protocols.calls import CallStore
from ivr.services.protocols.clients import Library

log = structlog.get_logger()


class Whispers:
    """Speaks to the person who is rung. `clock` gives the time, aware."""

    def __init__(self, library: Library, store: CallStore, clock: Callable[[], datetime]) -> None:
        self._library = library
        self._store = store
        self._clock = clock

    def dial(self, call_sid: str, hint: PlaceHint) -> Dial | None:
        """The verb of the caller's turn that rings this person, with what they hear; None where
        the call does not ring anybody there."""
        flow = self._library.flow(hint.client, hint.flow)
        return self._dial(flow, self._state(call_sid), hint)

    def accept(self, call_sid: str, ends: str) -> None:
        """The person takes the call. `ends` is the number of the turn in which the ringing ends."""
        try:
            self._store.accept(call_sid, f"turn/{ends}")
        except StateUnavailable as error:
            # Connected all the same: at worst the call later goes the way for nobody.
            log.error("dial.accept_not_noted", error=str(error))

    def _state(self, call_sid: str) -> CallState | None:
        try:
            return self._store.state(call_sid)
        except StateUnavailable as error:
            log.error("turn.without_state", call_sid=call_sid, error=str(error))
            return None

    def _dial(self, flow: CallFlow, state: CallState | None, hint: PlaceHint) -> Dial | None:
        """The verb that rings this person: worked out again, so that no URL carries its words."""
        if state is None or state.node != hint.node:
            unknown = start(flow, "", None, "", self._clock())
            state = replace(unknown, node=hint.node)
        verbs = verbs_at(flow, state, self._clock())
        return next((verb for verb in verbs if isinstance(verb, Dial)), None)
