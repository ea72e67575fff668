"""Live words: while the carrier listens, we do too, and the first to hear an answer takes the turn.

docs/decisions/0012-live-words.md says why it is built so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Protocol

import structlog

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.redis.call_store import RedisCallStore
from ivr.adapters.twilio.rest.telephone import TwilioTelephone
from ivr.core.call.call_leg import CallLeg
from ivr.core.call.engine import live_at
from ivr.core.call.events import Spoke
from ivr.core.call.state import CallState
from ivr.core.nodes.base import Kind
from ivr.core.nodes.live import Live
from ivr.errors import (
    CarrierError,
    NotKept,
    SpeechError,
    StateUnavailable,
    StreamUnusable,
    UnknownClient,
)
from ivr.metrics import LIVE_STREAMS
from ivr.services.calls.stream_links import StreamToken
from ivr.services.calls.turns import TurnRequest, Turns

log = structlog.get_logger()

LOOK_EVERY = 50
"""Frames, a second of sound, after which it is seen whether the call has gone on without us."""


class SpeechResult(Protocol):
    """What was said in one utterance; `others` says that there were other words between."""

    @property
    def words(self) -> str: ...
    @property
    def others(self) -> bool: ...
    @property
    def confidence(self) -> float: ...


class StreamingSession(Protocol):
    """Turns sound into words. Methods may raise `SpeechError`."""

    def hear(self, sound: bytes) -> Sequence[SpeechResult]:
        """Give μ-law; returns what has been said by now, utterance by utterance."""

    def close(self) -> None:
        """No more sound comes."""


OpenHearing = Callable[[str, tuple[str, ...], float], StreamingSession]
"""Begins to hear: language, phrases, seconds of silence that end an utterance.

Without phrases there is nothing to hear, but what is needed for the language is loaded.
"""


@dataclass(frozen=True, slots=True)
class LiveWords:
    """Listens to one stream at a time, in the thread that serves it."""

    library: FolderLibrary[Kind]
    store: RedisCallStore
    turns: Turns
    telephone: TwilioTelephone
    open_hearing: OpenHearing
    clock: Callable[[], datetime]
    stopping: Event = field(default_factory=Event)
    """Set when this process is to end: streams would keep it."""

    def prepare(self) -> None:
        """Have the models loaded that the client files need, before anybody calls."""
        languages = {
            flow.client.language
            for flow in self.library
            if any(place.node.listens_live for place in flow.places.values())
        }
        for language in sorted(languages):
            try:
                self.open_hearing(language, (), 0.0).close()
            except SpeechError as error:
                log.warning("live.not_prepared", language=language, reason=str(error))

    def listen(self, token: StreamToken, sound: Iterator[bytes]) -> None:
        """Hear `sound` until somebody has answered; the call goes on with keys whatever fails."""
        result = "failed"
        try:
            result = self._listen(token, sound)
        except (SpeechError, StreamUnusable, StateUnavailable, NotKept, UnknownClient) as error:
            log.warning("live.without", call_sid=token.call_sid, reason=str(error))
        except CarrierError as error:
            # The turn is taken; the carrier gets its document when its own listening ends.
            log.warning("live.not_fetched", call_sid=token.call_sid, reason=str(error))
            result = "decided"
        finally:
            LIVE_STREAMS.labels(result).inc()

    def _listen(self, token: StreamToken, sound: Iterator[bytes]) -> str:
        state = self._waits(token)
        live = self._live(state) if state else None
        if state is None or live is None:
            return "late"
        language = self.library.flow(state.client, state.flow_version).client.language
        hearing = self.open_hearing(language, live.phrases, live.pause)
        try:
            answer = self._answer(token, live, hearing, sound)
        finally:
            hearing.close()
        return self._decide(state, answer) if answer else "ended"

    def _answer(
        self, token: StreamToken, live: Live, hearing: StreamingSession, sound: Iterator[bytes]
    ) -> Spoke | None:
        """The answer, in one utterance or several; None where the call goes on or ends first."""
        said = ""
        for number, frame in enumerate(sound, 1):
            for heard in hearing.hear(frame):
                unclear = live.exact and heard.others
                said = "" if unclear else f"{said} {heard.words}".strip()
                if said and live.accepts(said):
                    return Spoke(said, heard.confidence)
            over = number % LOOK_EVERY == 0 and self._waits(token) is None
            if over or self.stopping.is_set():
                return None
        return None

    def _decide(self, state: CallState, answer: Spoke) -> str:
        """Take the turn, unless the carrier has; then fetch the call to what follows."""
        number = state.turn + 1
        leg = CallLeg(state.call_sid, state.caller, state.called)
        request = TurnRequest(leg, f"live/{number}", number, lambda _: answer)
        if not self.turns.take_first(request):
            return "late"
        log.info("live.decided", call_sid=state.call_sid, turn=number)
        self.telephone.fetch_on(state.call_sid, number)
        return "decided"

    def _waits(self, token: StreamToken) -> CallState | None:
        """The call's state, if it is still in the turn for which the stream was begun."""
        state = self.store.state(token.call_sid)
        waits = state is not None and state.turn == token.turn and state.ended_at is None
        return state if waits else None

    def _live(self, state: CallState) -> Live | None:
        flow = self.library.flow(state.client, state.flow_version)
        return live_at(flow, state, self.clock())
