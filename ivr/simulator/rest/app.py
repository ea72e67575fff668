"""The carrier's REST interface, as far as Tango uses it.

https://www.twilio.com/docs/voice/api/call-resource, …/recording, /docs/messaging/api; its
conferences are in `rest_conferences`.
"""

from __future__ import annotations

import hmac
from http import HTTPStatus

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from ivr.simulator.call import Call
from ivr.simulator.exchange import CarrierAccount
from ivr.simulator.messages import Message
from ivr.simulator.outgoing import outgoing
from ivr.simulator.receipts import happen
from ivr.simulator.recordings import Recording
from ivr.simulator.rest.conferences import add_conferences
from ivr.simulator.rest.forms import BASE, E164, Refused, leg_callback, not_found, ringing
from ivr.simulator.rest.lists import add_lists
from ivr.simulator.rest.numbers import add_numbers
from ivr.simulator.rest.shown import call_json
from ivr.simulator.targets import Target

MONO = 16113


def create_rest(exchange: CarrierAccount) -> Flask:
    """The WSGI application of the REST interface."""
    app = Flask("carrier")
    options = exchange.options

    @app.before_request
    def authenticate() -> None:
        given = request.authorization
        user = (given.username if given else None) or ""
        password = (given.password if given else None) or ""
        if exchange.refusals:
            status = exchange.refusals.pop(0)
            if status >= HTTPStatus.BAD_REQUEST:
                raise Refused(status, 20000 + status, "Refused for once")
        if not (
            hmac.compare_digest(user.encode(), options.account_sid.encode())
            and hmac.compare_digest(password.encode(), options.auth_token.encode())
        ):
            raise Refused(401, 20003, "Authenticate")
        if request.view_args and request.view_args.get("account") != options.account_sid:
            raise not_found()

    @app.post(f"{BASE}/Calls.json")
    def create_call(account: str) -> tuple[Response, int]:
        call = _create_call(exchange)
        answer = jsonify(call_json(call))  # as it is before it rings: queued
        call.start()
        return answer, 201

    @app.get(f"{BASE}/Calls/<sid>.json")
    def fetch_call(account: str, sid: str) -> Response:
        return jsonify(call_json(_find_call(exchange, sid)))

    @app.post(f"{BASE}/Calls/<sid>.json")
    def update_call(account: str, sid: str) -> Response:
        call = _find_call(exchange, sid)
        _update_call(call)
        return jsonify(call_json(call))

    @app.get(f"{BASE}/Recordings/<sid>.json")
    def fetch_recording(account: str, sid: str) -> Response:
        recording = exchange.recordings.get(sid)
        if recording is None:
            raise not_found()
        return jsonify(recording.as_json(options.account_sid))

    @app.get(f"{BASE}/Recordings/<sid>.wav")
    @app.get(f"{BASE}/Recordings/<sid>")
    def fetch_audio(account: str, sid: str) -> Response:
        recording = exchange.recordings.get(sid)
        if recording is None or not recording.available:
            raise not_found()
        return Response(_in_channels(recording), mimetype="audio/x-wav")

    @app.delete(f"{BASE}/Recordings/<sid>.json")
    def delete_recording(account: str, sid: str) -> tuple[str, int]:
        if not exchange.recordings.delete(sid):
            raise not_found()
        return "", 204

    @app.post(f"{BASE}/Messages.json")
    def create_message(account: str) -> tuple[Response, int]:
        message = _message()
        exchange.messages.append(message)
        exchange.on_text(message)
        if fate := exchange.text_fates.get(message.to):
            happen(exchange, message.sid, fate)
        told = message.as_json(options.account_sid) | {"status": "queued", "date_sent": None}
        return jsonify(told), 201

    add_lists(app, exchange)
    add_conferences(app, exchange)
    add_numbers(app, exchange)

    @app.errorhandler(Refused)
    def refuse(refused: Refused) -> tuple[Response, int]:
        body = {
            "code": refused.code,
            "message": str(refused),
            "more_info": f"https://www.twilio.com/docs/errors/{refused.code}",
            "status": refused.status,
        }
        return jsonify(body), refused.status

    @app.errorhandler(HTTPException)
    def unknown(error: HTTPException) -> tuple[Response, int]:
        if error.code in (404, 405):
            exchange.faults.append(f"unknown REST request: {request.method} {request.path}")
        if error.code == 404:
            return refuse(not_found())
        return refuse(Refused(error.code or 500, 20004, error.name))

    return app


def _in_channels(recording: Recording) -> bytes:
    """The audio with as many channels as are asked for.

    https://www.twilio.com/docs/voice/api/recording, https://www.twilio.com/docs/api/errors/16113
    """
    if request.args.get("RequestedChannels") != "2":
        return recording.audio
    if recording.dual is None:
        raise Refused(400, MONO, "Cannot download a dual-channel presentation of a mono recording")
    return recording.dual


def _find_call(exchange: CarrierAccount, sid: str) -> Call:
    call = exchange.find(sid)
    if call is None:
        raise not_found()
    return call


def _create_call(exchange: CarrierAccount) -> Call:
    form = request.form
    numbers = ringing()
    target = _target()
    if target is None:
        raise Refused(400, 21205, "Url parameter is required")
    return outgoing(
        exchange,
        numbers,
        lambda call: call.run(target),
        callback=leg_callback(),
        fallback_url=form.get("FallbackUrl"),
    )


def _update_call(call: Call) -> None:
    status = request.form.get("Status")
    if status not in (None, "completed", "canceled"):
        raise Refused(400, 21218, f"Invalid Status: {status}; it must be completed or canceled")
    if call.is_over:
        raise _wrong_state()
    target = _target()
    if status:
        call.interrupts.end("carrier")
    elif target is None:
        raise Refused(400, 21205, "Url parameter is required")
    elif call.status != "in-progress" or not call.interrupts.redirect(target):
        raise _wrong_state()


def _wrong_state() -> Refused:
    return Refused(400, 21220, "Call is not in-progress. Cannot redirect.")


def _target() -> Target | None:
    form = request.form
    method = form.get("Method", "POST")
    if method not in ("GET", "POST"):
        raise Refused(400, 21403, f"Invalid Method: {method}")
    if form.get("Url"):
        return Target(form["Url"], method)
    if form.get("Twiml"):
        return Target("", document=form["Twiml"])
    return None


def _message() -> Message:
    form = request.form
    if not form.get("To"):
        raise Refused(400, 21604, "A 'To' phone number is required.")
    if not (form.get("From") or form.get("MessagingServiceSid")):
        raise Refused(400, 21603, "A 'From' phone number is required.")
    if not form.get("Body"):
        raise Refused(400, 21602, "Message body is required.")
    if not E164.fullmatch(form["To"]):
        raise Refused(400, 21211, f"Invalid 'To' Phone Number: {form['To']}")
    return Message(form["To"], form.get("From", ""), form["Body"], form.get("StatusCallback"))
