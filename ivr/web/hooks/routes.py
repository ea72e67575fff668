"""The carrier's webhooks. Every request must be signed; else 403, and nothing happens."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import structlog
from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException

from ivr.adapters.twilio import twiml, webhooks
from ivr.adapters.twilio.signature import Signatures
from ivr.core.call.events import Claimed, Continued, Event
from ivr.core.carrier import ENDED, outcome_of
from ivr.core.queue.entry import room_of
from ivr.errors import NotKept, StateUnavailable, UnknownClient
from ivr.services.calls.links import MOST_TURNS, After, PlaceHint
from ivr.services.calls.messages import MessageKeeper
from ivr.services.calls.turns import TurnRequest, Turns, started
from ivr.services.conversations.conversation_service import ConversationService
from ivr.services.conversations.whisper import Whispers
from ivr.web.hooks.retry_later import once_more
from ivr.web.hooks.signed import document, refused, signed_routes

log = structlog.get_logger()

KEPT_RECORDING = "completed"

CALLBACKS = frozenset({"/twilio/status", "/twilio/recording"})
"""What the carrier only tells us: nobody is on the line to hear a document."""

RINGING = frozenset({"/twilio/whisper", "/twilio/accept"})
"""What somebody hears whom a caller rings; an empty document connects the two."""


@dataclass(frozen=True, slots=True)
class WebhookServices:
    """What the webhooks need."""

    signatures: Signatures
    turns: Turns
    keeper: MessageKeeper
    whispers: Whispers
    conversations: ConversationService
    clock: Callable[[], datetime]

    def gone(self, call_sid: str) -> None:
        """A caller is on the line no more: whoever was to meet them is told."""
        try:
            self.conversations.caller_gone(call_sid, self.clock())
        except StateUnavailable as error:
            log.error("conversation.without_state", call_sid=call_sid, error=str(error))


def carrier_routes(services: WebhookServices) -> Blueprint:
    """The blueprint of `/twilio/…` for calls."""
    routes = signed_routes("carrier", "/twilio", services.signatures)

    @routes.errorhandler(Exception)
    def failed(error: Exception) -> Response | HTTPException:
        """The last line: whatever has failed, a caller is never left with an error."""
        if isinstance(error, HTTPException):
            return error
        log.exception("webhook.failed", path=request.path, call_sid=request.form.get("CallSid"))
        if request.path in CALLBACKS:
            return Response(status=500)
        if request.path in RINGING:
            return document(twiml.response())
        return document(services.turns.rescue(webhooks.call_leg(request.form)))

    @routes.errorhandler(NotKept)
    def not_kept(error: NotKept) -> Response:
        """The carrier asks again; what a caller has said is still there (see
        `ivr.services.calls.links` for how often)."""
        log.error("webhook.not_kept", call_sid=request.form.get("CallSid"), error=str(error))
        return Response(status=503)

    @routes.post("/voice")
    def voice() -> Response:
        return _turn(services, "turn/0", 0, started)

    @routes.post("/turn/<int:number>")
    def turn(number: int) -> Response:
        _check_turn(number)
        form = request.form
        after = request.args.get("after", type=After)

        def event(accepted: bool) -> Event:
            return webhooks.event(form, after, accepted)

        return _turn(services, f"turn/{number}", number, event)

    @routes.post("/turn/<int:number>/taken")
    def taken(number: int) -> Response:
        """Live words have taken the turn: what has come of it, or of a later one by now."""
        _check_turn(number)
        return _turn(services, f"taken/{number}", number, lambda _: Continued())

    @routes.post("/claimed")
    def claimed() -> Response:
        reservation = request.args.get("reservation", "")
        return _turn(
            services, f"claimed/{reservation}", None, lambda _: Claimed(room_of(reservation))
        )

    @routes.post("/fallback")
    def fallback() -> Response:
        fault = f"{request.form.get('ErrorUrl')} {request.form.get('ErrorCode')}"
        log.error(
            "call.fallback",
            call_sid=request.form.get("CallSid"),
            error_code=request.form.get("ErrorCode"),
        )
        digest = hashlib.sha256(fault.encode()).hexdigest()[:12]
        return _turn(services, f"fallback/{digest}", None, None)

    @routes.post("/status")
    def status() -> Response:
        if request.form.get("CallStatus") in ENDED:
            leg = webhooks.call_leg(request.form)
            services.turns.ended(leg, outcome_of(request.form["CallStatus"]))
            services.gone(leg.call_sid)
        return Response(status=204)

    @routes.post("/recording")
    def recording() -> Response:
        kept = request.form.get("RecordingStatus", KEPT_RECORDING) == KEPT_RECORDING
        missing = webhooks.missing_recording(request.form) is not None
        if not (kept or (missing and request.form.get("RecordingSid"))):
            return Response(status=204)  # it is still being made, or none that anybody began
        if kept and webhooks.recording_url(request.form) is None:
            return refused("the recording is not said to be at an address of ours")
        try:
            hint = PlaceHint.from_query(request.args)
            kind = request.args.get("kind", "message")
            report = webhooks.recording_report(request.form)
            services.keeper.recording_ready(report, hint, kind, services.clock())
        except UnknownClient as error:
            log.error("recording.of_nobody", call_sid=request.form.get("CallSid"), error=str(error))
            return Response(status=503)
        return Response(status=204)

    @routes.post("/whisper")
    def whisper() -> Response:
        """The carrier names the caller's own leg as `ParentCallSid`.
        https://www.twilio.com/docs/voice/twiml/number#attributes-url
        """
        hint = PlaceHint.from_query(request.args)
        dial = services.whispers.dial(request.form.get("ParentCallSid", ""), hint)
        if dial is None or dial.whisper is None:
            return document(twiml.response())
        query = urlencode({"key": dial.accept_key or "", "ends": request.args.get("ends", "")})
        return document(twiml.whisper(dial, f"/twilio/accept?{query}"))

    @routes.post("/accept")
    def accept() -> Response:
        """The person has pressed a key, or none: connect them, or end their leg."""
        if request.form.get("Digits") != request.args.get("key"):
            return document(twiml.response(twiml.HANGUP))
        ends = request.args.get("ends", "")
        services.whispers.accept(request.form.get("ParentCallSid", ""), ends)
        return document(twiml.response())

    return routes


def _check_turn(number: int) -> None:
    if not 0 < number <= MOST_TURNS:
        abort(404)


def _turn(
    services: WebhookServices, label: str, number: int | None, event: Callable[[bool], Event] | None
) -> Response:
    leg = webhooks.call_leg(request.form)
    out_of_room = request.args.get("after", type=After) is After.ROOM
    patience = once_more(request) if out_of_room else None
    asked = TurnRequest(leg, label, number, event, request.args, patience)
    return document(services.turns.take(asked))
