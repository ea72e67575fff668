"""How an operator gets the next caller: claim one, then ring the operator's telephone.

What follows when the operator picks up is a webhook (`ivr.web.hooks.conferences.operator_routes`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from ivr.core.queue.entry import Reservation
from ivr.services.protocols.operator_queue import OperatorQueue

log = structlog.get_logger()

LEASE = timedelta(seconds=30)
"""How long an operator has to answer: 20 s of ringing, and the carrier's time to begin it."""


class OperatorDialler(Protocol):
    """Rings operators; `ivr.adapters.twilio.rest.telephone.TwilioTelephone` is the real one."""

    def ring_operator(self, phone: str, reservation: Reservation) -> str:
        """Ring `phone` (E.164) for the reserved caller; returns the SID of the operator's leg.

        Raises `CarrierError` where the carrier does not begin to ring.
        """


def take_next(
    queue: OperatorQueue,
    telephone: OperatorDialler,
    operator: str,
    phone: str | None,
    now: datetime,
    skills: Collection[str] | None = None,
) -> Reservation | None:
    """Claim the next caller for `operator`, who has these `skills` (None: all), and ring them.

    None where nobody waits for them.

    Without a `phone` nobody is rung, and the claim stands for its lease. Where ringing fails the
    caller is back in their place before the error is raised. Raises `CarrierError`, `QueueError`
    where the operator has a caller already, or `StateUnavailable`.
    """
    reservation = queue.take(operator, now, LEASE, skills)
    if reservation is None or phone is None:
        return reservation
    try:
        leg_sid = telephone.ring_operator(phone, reservation)
    except BaseException:
        queue.release(reservation.id, now)
        raise
    log.info(
        "operator.ringing",
        call_sid=reservation.ticket.call_sid,
        client=reservation.ticket.client,
        operator=operator,
        leg_sid=leg_sid,
    )
    return reservation
