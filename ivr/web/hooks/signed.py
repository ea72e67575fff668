"""What all webhooks have in common: nothing happens unless the carrier has signed the request."""

from __future__ import annotations

import structlog
from flask import Blueprint, Response, abort, request

from ivr.adapters.twilio.signature import Signatures
from ivr.metrics import WEBHOOKS_REFUSED
from ivr.web.clean_requests import clean_webhook

log = structlog.get_logger()


def signed_routes(name: str, url_prefix: str, signatures: Signatures) -> Blueprint:
    """A blueprint below `url_prefix` that refuses what is not signed: 403, counted and logged."""
    routes = Blueprint(name, __name__, url_prefix=url_prefix)

    @routes.before_request
    def signed() -> None:
        if not signatures.valid(request):
            abort(refused("it is not signed, or not for our account"))
        clean_webhook()

    return routes


def refused(why: str) -> Response:
    """The answer to what the carrier would not send: 403, counted and logged."""
    WEBHOOKS_REFUSED.inc()
    log.warning("webhook.refused", path=request.path, address=request.remote_addr, why=why)
    return Response(status=403)


def document(text: str) -> Response:
    """The answer with a TwiML document."""
    return Response(text, content_type="text/xml; charset=utf-8")
