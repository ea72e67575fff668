"""The webhooks of an operator's own leg, until they are in the room with the caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask import Blueprint, Response, request

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.twilio import twiml
from ivr.adapters.twilio.room_events import why
from ivr.adapters.twilio.signature import Signatures
from ivr.core import carrier
from ivr.core.call.instructions import Say
from ivr.core.conversation.machine import OPERATOR
from ivr.core.conversation.state import Conversation
from ivr.core.nodes.base import Kind
from ivr.core.queue.entry import room_of
from ivr.errors import StateUnavailable, UnknownClient
from ivr.services.conversations.conversation_service import ConversationService
from ivr.services.conversations.legs import Legs
from ivr.web.hooks.retry_later import once_more
from ivr.web.hooks.signed import document, signed_routes

log = structlog.get_logger()

VOICE, LANGUAGE = "Polly.Amy", "en-GB"
ENDED = "/twilio/operator/status"
CALLER_GONE = "The caller has gone. Goodbye."


@dataclass(frozen=True, slots=True)
class OperatorLegServices:
    """What the webhooks of operators' legs need. `clock` gives the time, aware."""

    signatures: Signatures
    library: FolderLibrary[Kind]
    conversations: ConversationService
    legs: Legs
    clock: Callable[[], datetime]

    def answered(self, reservation_id: str, leg: str) -> str:
        """The operator has picked up: they hear for whom, and meet the caller in their room."""
        conversation = self.conversations.answered(reservation_id, leg, self.clock())
        if conversation is None:
            return twiml.spoken(CALLER_GONE, VOICE, LANGUAGE)
        what = "Call back" if conversation.callback else "Call"
        what = "Your own call" if conversation.direct else what
        words = Say(f"{what} for {self._client(conversation)}.", VOICE, LANGUAGE)
        return twiml.join(room_of(reservation_id), OPERATOR, conversation.recorded, words)

    def _client(self, conversation: Conversation) -> str:
        try:
            return self.library.flow(conversation.client).spoken_name
        except UnknownClient:
            return conversation.client


def operator_routes(services: OperatorLegServices) -> Blueprint:
    """The blueprint of `/twilio/operator…`."""
    routes = signed_routes("operators", "/twilio/operator", services.signatures)

    @routes.errorhandler(StateUnavailable)
    def unavailable(error: StateUnavailable) -> Response:
        """Without the queue nobody can be joined; it is asked again, and the carrier is asked to
        tell again what it has told. Where that is in vain the caller goes on by themselves."""
        log.error("operator.without_queue", path=request.path, error=str(error))
        if request.path == ENDED:
            return Response(status=503)
        return document(once_more(request) or twiml.spoken(CALLER_GONE, VOICE, LANGUAGE))

    @routes.post("")
    def answered() -> Response:
        leg = request.form.get("CallSid", "")
        return document(services.answered(request.args.get("reservation", ""), leg))

    @routes.post("/status")
    def status() -> Response:
        if request.form.get("CallStatus") in carrier.ENDED:
            id_ = request.args.get("reservation", "")
            form = request.form
            how = why(form.get("CallStatus"))
            services.legs.ended(id_, OPERATOR, form.get("CallSid", ""), how, services.clock())
        return Response(status=204)

    return routes
