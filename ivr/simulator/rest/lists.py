"""The account's calls, recordings and texts, to be read page by page, the newest first.

https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources,
/docs/voice/api/recording#read-multiple-recording-resources,
/docs/messaging/api/message-resource#read-multiple-message-resources
"""

from __future__ import annotations

from flask import Flask, Response, jsonify, request

from ivr.simulator.exchange import CarrierAccount
from ivr.simulator.rest.forms import BASE
from ivr.simulator.rest.pages import PAGING, like, page_of, within
from ivr.simulator.rest.shown import call_json

CALLS = {"To", "From", "ParentCallSid", "Status"}
RECORDINGS = {"CallSid", "ConferenceSid", "IncludeSoftDeleted"}
MESSAGES = {"To", "From"}


def add_lists(app: Flask, exchange: CarrierAccount) -> None:
    """Add the routes of the lists."""
    account_sid = exchange.options.account_sid

    @app.get(f"{BASE}/Calls.json")
    def list_calls(account: str) -> Response:
        _known(exchange, CALLS, "StartTime", "EndTime")
        found = [
            call_json(call)
            for call in reversed(exchange.calls)
            if like("To", call.to)
            and like("From", call.from_)
            and like("Status", call.status)
            and like("ParentCallSid", call.parent.sid if call.parent else "")
            and within("StartTime", call.began)
            and within("EndTime", call.now if call.is_over else None)
        ]
        return jsonify(page_of("calls", found))

    @app.get(f"{BASE}/Recordings.json")
    def list_all_recordings(account: str) -> Response:
        _known(exchange, RECORDINGS, "DateCreated")
        found = [
            recording.as_json(account_sid)
            for recording in exchange.recordings.newest()
            if like("CallSid", recording.call_sid)
            and like("ConferenceSid", recording.conference_sid)
            and within("DateCreated", recording.started)
        ]
        return jsonify(page_of("recordings", found))

    @app.get(f"{BASE}/Messages.json")
    def list_messages(account: str) -> Response:
        _known(exchange, MESSAGES, "DateSent")
        found = [
            message.as_json(account_sid)
            for message in sorted(
                [*exchange.messages, *exchange.received],
                key=lambda message: message.created,
                reverse=True,
            )
            if like("To", message.to)
            and like("From", message.from_)
            and within("DateSent", message.created)
        ]
        return jsonify(page_of("messages", found))


def _known(exchange: CarrierAccount, names: set[str], *times: str) -> None:
    moments = {f"{time}{sign}" for time in times for sign in ("", "<", ">")}
    for name in sorted(request.args.keys() - names - moments - PAGING):
        exchange.faults.append(f"unknown parameter {name} of {request.method} {request.path}")
