"""Texts that come in: `POST /twilio/sms`.

https://www.twilio.com/docs/messaging/guides/webhook-request
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from flask import Blueprint, Response, request

from ivr.carrier import twiml
from ivr.carrier.signature import Signatures
from ivr.carrier.signed import document, signed_routes
from ivr.carrier.texts.status_texts import asks, obey_text
from ivr.delivery.words import says_ok, thanks
from ivr.errors import RecordsError
from ivr.flow.library import Library
from ivr.nodes.base import Kind
from ivr.records import Records
from ivr.records.messages.texts import TextReceived

log = structlog.get_logger()


def sms_routes(
    signatures: Signatures,
    library: Library[Kind],
    records: Records,
    clock: Callable[[], datetime],
    changed: Callable[[str], None] = lambda client: None,
    said: Callable[[], None] = lambda: None,
) -> Blueprint:
    """The blueprint of `/twilio/sms`. `clock` gives the time, aware; `changed` tells consoles that
    something of a client's was read or said; `said` looks again at how people stand."""
    routes = signed_routes("sms", "/twilio", signatures)

    @routes.post("/sms")
    def received() -> Response:
        """Keep the text. Only two kinds are answered, each text once, as two machines would answer
        one another for ever: what says that something was read, and what one of the client's
        people says of themselves."""
        form = request.form
        flow = library.answering(form.get("To", ""))
        client = flow.client_id if flow else None
        text = TextReceived(
            message_sid=form.get("MessageSid", ""),
            client=client,
            from_=form.get("From", ""),
            to=form.get("To", ""),
            body=form.get("Body", ""),
            received_at=clock(),
        )
        zone = flow.client.timezone if flow else UTC
        read = None
        try:
            if flow is not None and asks(flow, text.from_, text.body):
                records.texts.keep_request(text, obey_text(records.statuses, text, flow))
                said()
                changed(flow.client_id)
            elif says_ok(text.body):
                at = text.received_at
                read = records.texts.keep_answer(
                    text, lambda each: thanks(each.recipient, at, zone)
                )
            else:
                records.texts.keep(text)
        except RecordsError as error:
            log.error("text.not_kept", message_sid=text.message_sid, error=str(error))
            return Response(status=503)
        log.info("text.received", message_sid=text.message_sid, client=client)
        if read is not None:
            log.info("delivery.acknowledged", delivery=read.id, client=read.client)
            changed(read.client)
        return document(twiml.response())

    return routes
