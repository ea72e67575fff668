"""The fallback of calls that we make: whoever is on the line waits a moment, then it goes on."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import structlog
from flask import Blueprint, Response, request

from ivr.adapters.twilio import twiml
from ivr.adapters.twilio.signature import Signatures
from ivr.web.hooks.retry_later import again
from ivr.web.hooks.signed import document, signed_routes

log = structlog.get_logger()

PREFIX = "/twilio/"


def leg_routes(signatures: Signatures, public_url: str) -> Blueprint:
    """The blueprint of `/twilio/leg/…`."""
    routes = signed_routes("legs", "/twilio/leg", signatures)

    @routes.post("/fallback")
    def fallback() -> Response:
        """The carrier could not have a document, which it names; it is asked for it once more.

        https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource
        """
        failed, code = request.form.get("ErrorUrl", ""), request.form.get("ErrorCode")
        sid = request.form.get("CallSid")
        log.error("leg.document_failed", call_sid=sid, error_code=code)
        parts = urlsplit(failed.removeprefix(public_url))
        ours = failed.startswith(public_url) and parts.path.startswith(PREFIX)
        then = again(parts.path, dict(parse_qsl(parts.query))) if ours else None
        return document(then or twiml.response(twiml.HANGUP))

    return routes
