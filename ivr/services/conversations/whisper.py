"""The leg of a person who is rung: what they hear, and the key with which they take the call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

import structlog

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.redis.call_store import RedisCallStore
from ivr.adapters.twilio import twiml
from ivr.adapters.twilio.webhooks import Form
from ivr.core.call.engine import CallFlow, start, verbs_at
from ivr.core.call.instructions import Dial
from ivr.core.call.state import CallState
from ivr.core.nodes.base import Kind
from ivr.errors import StateUnavailable
from ivr.services.calls.links import PlaceHint

log = structlog.get_logger()


class Whispers:
    """Speaks to the person who is rung. `clock` gives the time, aware."""

    def __init__(
        self, library: FolderLibrary[Kind], store: RedisCallStore, clock: Callable[[], datetime]
    ) -> None:
        self._library = library
        self._store = store
        self._clock = clock

    def words(self, form: Form, hint: PlaceHint, ends: str) -> str:
        """The whisper's document. `ends` is the number of the turn in which the ringing ends.

        The carrier names the caller's own leg as `ParentCallSid`.
        https://www.twilio.com/docs/voice/twiml/number#attributes-url
        """
        flow = self._library.flow(hint.client, hint.flow)
        dial = self._dial(flow, self._state(form.get("ParentCallSid", "")), hint)
        if dial is None or dial.whisper is None:
            return twiml.response()
        query = urlencode({"key": dial.accept_key or "", "ends": ends})
        return twiml.whisper(dial, f"/twilio/accept?{query}")

    def accept(self, form: Form, query: Mapping[str, str]) -> str:
        """The person has pressed a key, or none: connect them, or end their leg."""
        if form.get("Digits") != query.get("key"):
            return twiml.response(twiml.HANGUP)
        try:
            self._store.accept(form.get("ParentCallSid", ""), f"turn/{query.get('ends')}")
        except StateUnavailable as error:
            # Connected all the same: at worst the call later goes the way for nobody.
            log.error("dial.accept_not_noted", error=str(error))
        return twiml.response()

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
