"""What a turn asks for besides words: messages kept, texts promised, other systems asked."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import assert_never

import structlog

from ivr.core.call.engine import CallFlow
from ivr.core.call.events import CallBackWaits, Event, QueueUnavailable
from ivr.core.call.instructions import Ask, Effect, KeepMessage, PromiseCallBack, SendText
from ivr.core.call.state import CallState
from ivr.core.records.text_message import TextNote
from ivr.errors import NotKept, RecordsError
from ivr.services.calls.asking import Asking
from ivr.services.calls.call_backs import keep_call_back
from ivr.services.calls.messages import MessageKeeper
from ivr.services.facts import CallerServed, TextRequested
from ivr.services.intake import Intake
from ivr.services.outgoing_limits import CALL_BACKS, TEXTS, OutgoingLimits
from ivr.services.queue.call_backs import CallBackPlaces

log = structlog.get_logger()


class Effects:
    """Carries out effects. What must reach the records is kept before the caller is answered."""

    def __init__(
        self,
        intake: Intake,
        keeper: MessageKeeper,
        asking: Asking,
        places: CallBackPlaces,
        limits: OutgoingLimits | None = None,
    ) -> None:
        self._limits = limits
        self._places = places
        self._intake = intake
        self._keeper = keeper
        self._asking = asking

    def carry_out(
        self, flow: CallFlow, state: CallState, effect: Effect, now: datetime
    ) -> Event | None:
        """Do what the turn that led to `state` asks for; twice does no harm.

        Returns what has happened instead, where the caller would be told what is not so. Raises
        `NotKept` where what the caller leaves behind cannot be kept anywhere.
        """
        match effect:
            case KeepMessage():
                self._keeper.keep(flow, state, effect, now)
            case Ask():
                self._asking.begin(state, effect)
            case SendText():
                if not self._refused(TEXTS, effect.to, flow, state):
                    self._promise(state, effect, now)
            case PromiseCallBack():
                if self._refused(CALL_BACKS, effect.number, flow, state):
                    return QueueUnavailable()
                return self._promise_call_back(flow, state, effect, now)
            case _:
                assert_never(effect)
        return None

    def _refused(self, kind: str, number: str, flow: CallFlow, state: CallState) -> bool:
        if self._limits is None or not flow.client.live:  # in a test all goes to the agency
            return False
        return self._limits.refused(
            kind,
            number,
            client=flow.client_id,
            own=flow.client.numbers,
            known=[person.phone for person in flow.people.values() if person.phone],
            once=f"{state.call_sid}/{state.turn}",
        )

    def served(self, state: CallState, now: datetime) -> None:
        """An operator has the caller: a call back to them is not needed any more."""
        if state.caller is None:
            return
        try:
            self._intake.keep(CallerServed(state.client, state.caller, now))
        except NotKept as error:  # they are called back once more than they need
            log.error("callback.not_cancelled", call_sid=state.call_sid, error=str(error))

    def _promise_call_back(
        self, flow: CallFlow, state: CallState, wish: PromiseCallBack, now: datetime
    ) -> Event | None:
        try:
            new = self._intake.attempt(
                partial(keep_call_back, self._places, flow, state, wish, now)
            )
        except RecordsError as error:
            log.error("callback.not_promised", call_sid=state.call_sid, error=str(error))
            return QueueUnavailable()
        return None if new else CallBackWaits()

    def _promise(self, state: CallState, text: SendText, now: datetime) -> None:
        note = TextNote(
            client=state.client,
            call_sid=state.call_sid,
            turn=state.turn,
            node=text.node,
            to=text.to,
            from_=state.called,
            body=text.body,
        )
        self._intake.keep(TextRequested(note, now))
