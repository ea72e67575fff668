"""The webhooks of an operator's own leg, while a caller is handed over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask import Blueprint, Response, abort, request

from ivr.carrier import twiml, webhooks
from ivr.carrier.rest import Telephone
from ivr.carrier.signature import Signatures
from ivr.errors import CallGone, CarrierError, StateUnavailable, UnknownClient
from ivr.flow.library import Library
from ivr.instructions import Say
from ivr.nodes.base import Kind
from ivr.operators.queue import OperatorQueue
from ivr.operators.ticket import Reservation

log = structlog.get_logger()

VOICE, LANGUAGE = "Polly.Amy", "en-GB"
CALLER_GONE = "The caller has gone. Goodbye."


@dataclass(frozen=True, slots=True)
class OperatorDesk:
    """What the webhooks of operators' legs need. `clock` gives the time, aware."""

    signatures: Signatures
    library: Library[Kind]
    queue: OperatorQueue
    telephone: Telephone
    clock: Callable[[], datetime]

    def answered(self, reservation_id: str) -> str:
        """The operator has picked up: fetch the caller, and join them in their room.

        The caller is fetched before the queue lets their own next turn find the room, so that
        they are never sent there twice.
        """
        reservation = self.queue.reservation(reservation_id)
        if reservation is None or not self._fetch(reservation):
            return twiml.spoken(CALLER_GONE, VOICE, LANGUAGE)
        if not self.queue.operator_answered(reservation_id, self.clock()):
            return twiml.spoken(CALLER_GONE, VOICE, LANGUAGE)
        words = f"Call for {self._client(reservation)}."
        return twiml.join(reservation.room, Say(words, VOICE, LANGUAGE))

    def ended(self, reservation_id: str) -> None:
        """The operator's leg is over: the conversation is, or the caller goes back in line."""
        if not self.queue.finish(reservation_id, self.clock()):
            self.queue.release(reservation_id, self.clock())

    def _fetch(self, reservation: Reservation) -> bool:
        """Whether the caller is still there; where they cannot be fetched, their turn comes."""
        call_sid = reservation.ticket.call_sid
        if reservation.answered:
            return True
        try:
            self.telephone.redirect_caller(call_sid, reservation)
        except CallGone:
            self.queue.hang_up(call_sid, self.clock())
            return False
        except CarrierError as error:
            log.warning("operator.caller_not_fetched", call_sid=call_sid, error=str(error))
        return True

    def _client(self, reservation: Reservation) -> str:
        try:
            return self.library.flow(reservation.ticket.client).spoken_name
        except UnknownClient:
            return reservation.ticket.client


def operator_routes(desk: OperatorDesk) -> Blueprint:
    """The blueprint of `/twilio/operator…`."""
    routes = Blueprint("operators", __name__, url_prefix="/twilio/operator")

    @routes.before_request
    def signed() -> None:
        if not desk.signatures.valid(request):
            log.warning("webhook.refused", path=request.path, address=request.remote_addr)
            abort(403)

    @routes.errorhandler(StateUnavailable)
    def unavailable(error: StateUnavailable) -> Response:
        """Without the queue nobody can be joined; the caller goes on by themselves."""
        log.error("operator.without_queue", error=str(error))
        return _document(twiml.spoken(CALLER_GONE, VOICE, LANGUAGE))

    @routes.post("")
    def answered() -> Response:
        return _document(desk.answered(request.args.get("reservation", "")))

    @routes.post("/status")
    def status() -> Response:
        if request.form.get("CallStatus") in webhooks.ENDED:
            desk.ended(request.args.get("reservation", ""))
        return Response(status=204)

    return routes


def _document(text: str) -> Response:
    return Response(text, content_type="text/xml; charset=utf-8")
