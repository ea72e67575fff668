"""Texts that come in, and what comes of those that go out: `POST /twilio/sms` and below.

https://www.twilio.com/docs/messaging/guides/webhook-request, …/track-outbound-message-status
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from flask import Blueprint, Response, request

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.twilio import twiml
from ivr.adapters.twilio.signature import Signatures
from ivr.core.nodes.base import Kind
from ivr.core.records.text_message import TextReceived
from ivr.core.text_receipt import FINAL, TextReceipt
from ivr.core.whole_numbers import whole_number
from ivr.errors import NotKept
from ivr.services.intake import Intake
from ivr.web.hooks.signed import document, signed_routes

MOST_CODES = 999_999
"""Above any of the carrier's error codes."""

log = structlog.get_logger()


def sms_routes(
    signatures: Signatures,
    library: FolderLibrary[Kind],
    intake: Intake,
    clock: Callable[[], datetime],
) -> Blueprint:
    """The blueprint of `/twilio/sms…`. `clock` gives the time, aware."""
    routes = signed_routes("sms", "/twilio", signatures)

    @routes.post("/sms")
    def received() -> Response:
        """Keep the text; what it leads to is answered by a text of its own."""
        form = request.form
        flow = library.answering(form.get("To", ""))
        text = TextReceived(
            message_sid=form.get("MessageSid", ""),
            client=flow.client_id if flow else None,
            from_=form.get("From", ""),
            to=form.get("To", ""),
            body=form.get("Body", ""),
            received_at=clock(),
        )
        try:
            intake.keep(text)
        except NotKept as error:
            log.error("text.not_kept", message_sid=text.message_sid, error=str(error))
            return Response(status=503)
        return document(twiml.response())

    @routes.post("/sms/status")
    def status() -> Response:
        """What has come of a text that we have sent."""
        form = request.form
        receipt = TextReceipt(
            message_sid=form.get("MessageSid", ""),
            status=form.get("MessageStatus", form.get("SmsStatus", "")),
            error=whole_number(form.get("ErrorCode", ""), MOST_CODES),
            at=clock(),
            delivery=request.args.get("delivery") or None,
            text=request.args.get("text") or None,
        )
        try:
            if receipt.message_sid and receipt.status in FINAL:
                intake.keep(receipt)
        except NotKept as error:
            log.error("receipt.not_kept", message_sid=receipt.message_sid, error=str(error))
            return Response(status=503)
        return Response(status=204)

    return routes
