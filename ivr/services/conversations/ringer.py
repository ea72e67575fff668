"""Rings operators: whoever is available is offered the next caller, at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

import structlog

from ivr.core.agency import Operator
from ivr.core.conversation.events import Left, Rung, Why
from ivr.core.conversation.machine import OPERATOR
from ivr.core.queue.entry import Reservation
from ivr.core.queue.states import DeviceType, softphone_address
from ivr.errors import CallGone, CarrierError, CarrierRefused
from ivr.services.conversations.conversation_service import ConversationService
from ivr.services.protocols.carrier import Telephone
from ivr.services.protocols.operator_queue import OperatorQueue, Operators
from ivr.services.queue.connect import LEASE

log = structlog.get_logger()


class Ringer:
    """Rings the operators of reservations. `clock` gives the time, aware."""

    def __init__(
        self,
        conversations: ConversationService,
        queue: OperatorQueue,
        operators: Operators,
        staff: Mapping[str, Operator],
        telephone: Telephone,
        clock: Callable[[], datetime],
    ) -> None:
        self._conversations = conversations
        self._queue = queue
        self._operators = operators
        self._staff = staff
        self._telephone = telephone
        self._clock = clock

    def offer(self) -> int:
        """Offer waiting callers to whoever is available, and ring them; returns how many.

        Raises `CarrierError` once all have been tried, where the carrier could not be reached:
        their callers are back in their places.
        """
        failure: CarrierError | None = None
        offered = self._queue.match(self._clock(), LEASE)
        for reservation in offered:
            address = self.address(reservation.operator)
            try:
                self.ring_operator(address or "", reservation)
            except CarrierRefused as error:
                log.warning(
                    "operator.cannot_be_rung", operator=reservation.operator, error=str(error)
                )
            except CarrierError as error:
                failure = error
        if failure is not None:
            raise failure
        return len(offered)

    def address(self, operator: str) -> str | None:
        """Where an operator is rung; None where agency.yaml has no number for them."""
        state = self._operators.of(operator, self._clock())
        if state is not None and state.reach is DeviceType.BROWSER:
            return softphone_address(operator)
        known = self._staff.get(operator)
        return known.phone if known else None

    def ring_operator(self, phone: str, reservation: Reservation) -> str:
        """Ring `phone` (E.164, or `client:…`) for the reserved caller.

        Returns the SID of the operator's leg. Where the carrier does not begin to ring, the
        caller is back in their place before `CarrierError` is raised; an operator whose number is
        none (`CarrierRefused`) is away then.
        """
        self._conversations.begin(reservation, phone, self._clock())
        try:
            if not phone:
                raise CarrierRefused(
                    f"{reservation.operator} has no telephone in agency.yaml, and is not reached "
                    "in the browser."
                )
            leg = self._telephone.ring_operator(phone, reservation)
        except CarrierError as error:
            why = Why.FAILED if isinstance(error, CarrierRefused) else Why.CANCELED
            self._conversations.event(reservation.id, Left(OPERATOR, why), self._clock())
            raise
        self._queue.rung(reservation.id, leg)
        self._conversations.event(reservation.id, Rung(OPERATOR, leg), self._clock())
        return leg

    def hang_up_unwanted(self) -> int:
        """End the legs that ring for nobody any more; returns how many.

        Raises `CarrierError` where one could not be ended, which is tried again.
        """
        legs = self._queue.unwanted()
        for leg in legs:
            with suppress(CallGone):
                self._telephone.hang_up(leg)
            self._queue.leg_ended(leg)
        return len(legs)
