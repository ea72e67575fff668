"""An operator calls a number from the page of a job, message or call.

The operator is rung first, on their telephone or in the browser. Once they answer, the number is
called and shown the client's number. `ivr.services.deliveries.called_back` notes the outcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import structlog

from ivr.core.call_back import CallBackState
from ivr.core.queue.entry import QueueEntry, for_callback
from ivr.core.queue.states import Presence
from ivr.core.records.call_back import CallBack
from ivr.errors import CarrierError, ConversationError, UnknownClient
from ivr.services.conversations.ringer import Ringer
from ivr.services.deliveries.called_back import CalledBack
from ivr.services.outgoing_limits import RINGS, OutgoingLimits
from ivr.services.protocols.clients import Library
from ivr.services.protocols.operator_queue import OperatorQueue, Operators
from ivr.services.protocols.queue_repositories import CallBackRepository
from ivr.services.queue.connect import LEASE

log = structlog.get_logger()

NOT_FREE = "Finish the call that you have first, then ring."
NOT_SIGNED_ON = "Sign on as an operator first, so that your own telephone can be rung."
MAY_NOT = "This number is not rung from here: it is costly, abroad, or was rung too often."
NOT_PLACED = "not rung, as the operator’s own telephone could not be rung"


@dataclass(frozen=True, slots=True)
class OperatorCall:
    """A call that an operator makes to `number` (E.164, perhaps with an extension) for a client.

    `operator` is the short name and `by` the full name. `once` identifies the request: the same
    value again is the same call. `call_sid` and `job` are what the call follows up, if anything.
    """

    once: str
    operator: str
    by: str
    client: str
    number: str
    call_sid: str = ""
    job: str | None = None


@dataclass(frozen=True, slots=True)
class OperatorCalls:
    """Places operators' own calls."""

    book: CallBackRepository
    queue: OperatorQueue
    operators: Operators
    ringer: Ringer
    called_back: CalledBack
    limits: OutgoingLimits
    library: Library

    def ring(self, call: OperatorCall, now: datetime) -> None:
        """Ring the operator, then the number. Repeating the same `call` does nothing. `now` is
        aware.

        Raises `ConversationError` with the reason if it cannot be placed, `RecordsError` or
        `StateUnavailable`.
        """
        id_ = sha256(f"{call.operator} {call.once}".encode()).hexdigest()[:32]
        if self.book.find(id_) is not None:
            return
        self._check_free(call.operator, now)
        shown = self._shown(call, id_)
        if not self.book.begin(_kept(id_, call, shown, now)):
            return
        ticket = _ticket(id_, call, shown, now)
        reservation = self.queue.ring_out(ticket, call.operator, now, LEASE)
        if reservation is None:
            self.called_back.not_rung(id_, NOT_PLACED, now)
            raise ConversationError(NOT_FREE)
        log.info("operator_call.begun", callback=id_, operator=call.operator, client=call.client)
        try:
            address = self.ringer.address(call.operator)
            self.ringer.ring_operator(address or "", reservation)
        except CarrierError as error:
            self.called_back.not_rung(id_, NOT_PLACED, now)
            raise ConversationError(f"Your own telephone cannot be rung now: {error}") from error

    def _check_free(self, operator: str, now: datetime) -> None:
        state = self.operators.of(operator, now)
        if state is None or state.state is Presence.OFFLINE:
            raise ConversationError(NOT_SIGNED_ON)
        if state.state not in (Presence.AVAILABLE, Presence.AWAY):
            raise ConversationError(NOT_FREE)

    def _shown(self, call: OperatorCall, id_: str) -> str:
        """Return the client's number to show. Raises `ConversationError` if `call.number` must not
        be rung."""
        try:
            flow = self.library.flow(call.client)
        except UnknownClient as error:
            raise ConversationError("This client has no number that could be shown.") from error
        own = flow.client.numbers
        if not own:
            raise ConversationError("This client has no number that could be shown.")
        known = {person.phone for person in flow.people.values() if person.phone}
        number = dialled(call.number)
        if not number.startswith("+") or self.limits.refused(
            RINGS, number, client=call.client, own=own, known=known, once=id_
        ):
            raise ConversationError(MAY_NOT)
        return own[0]


def dialled(number: str) -> str:
    """Return a number without its extension; the operator asks for that."""
    return number.partition(";")[0]


def _ticket(id_: str, call: OperatorCall, shown: str, now: datetime) -> QueueEntry:
    return QueueEntry(
        call_sid=for_callback(id_),
        client=call.client,
        caller=dialled(call.number),
        called=shown,
        priority=0,
        skills=(),
        joined_at=now,
        max_wait=0,
        callback=id_,
        direct=True,
    )


def _kept(id_: str, call: OperatorCall, shown: str, now: datetime) -> CallBack:
    return CallBack(
        id=id_,
        client=call.client,
        call_sid=call.call_sid,
        node="",
        number=dialled(call.number),
        shown=shown,
        ticket=_ticket(id_, call, shown, now).to_json(),
        tries=1,
        after=0,
        timezone="UTC",
        asked_at=now,
        due_at=now,
        state=CallBackState.RINGING,
        job=call.job,
        rung_by=call.by,
    )
