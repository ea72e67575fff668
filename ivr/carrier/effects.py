"""What a turn asks for besides words: messages kept, texts promised, other systems asked."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

import structlog

from ivr.call.engine import CallFlow
from ivr.call.state import CallState
from ivr.carrier.asking import Asking
from ivr.carrier.messages import MessageKeeper
from ivr.errors import RecordsError
from ivr.instructions import Ask, Effect, KeepMessage, SendText
from ivr.records import Records
from ivr.records.texts import TextNote

log = structlog.get_logger()


class Effects:
    """Carries out effects. What fails is logged: the caller need not hear of it."""

    def __init__(self, records: Records, keeper: MessageKeeper, asking: Asking) -> None:
        self._records = records
        self._keeper = keeper
        self._asking = asking

    def carry_out(self, flow: CallFlow, state: CallState, effect: Effect, now: datetime) -> None:
        """Do what the turn that led to `state` asks for; twice does no harm."""
        match effect:
            case KeepMessage():
                self._keeper.keep(flow, state, effect, now)
            case Ask():
                self._asking.begin(state, effect)
            case SendText():
                self._promise(state, effect, now)
            case _:
                assert_never(effect)

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
        try:
            self._records.promise_text(note, now)
        except RecordsError as error:
            log.error("text.not_promised", call_sid=state.call_sid, error=str(error))
