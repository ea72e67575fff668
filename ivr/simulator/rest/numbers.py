"""The account's telephone numbers in the carrier's REST interface."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request

from ivr.simulator.exchange import CarrierAccount
from ivr.simulator.numbers import SETTINGS
from ivr.simulator.rest.forms import BASE, Refused, not_found, note_unknown
from ivr.simulator.rest.pages import page_of


def add_numbers(app: Flask, exchange: CarrierAccount) -> None:
    """Add the routes of the numbers."""
    account_sid = exchange.options.account_sid

    @app.get(f"{BASE}/IncomingPhoneNumbers.json")
    def list_numbers(account: str) -> Response:
        found = [number.as_json(account_sid) for number in exchange.numbers.values()]
        return jsonify(page_of("incoming_phone_numbers", found))

    @app.post(f"{BASE}/IncomingPhoneNumbers/<sid>.json")
    def update_number(account: str, sid: str) -> Response:
        number = exchange.numbers.get(sid)
        if number is None:
            raise not_found()
        note_unknown(exchange.faults, frozenset(SETTINGS))
        for name in request.form:
            if name.endswith("Url") and not _is_address(request.form[name]):
                raise Refused(400, 21502, f"{name} is not valid")
        number.change(request.form)
        return jsonify(number.as_json(account_sid))


def _is_address(text: str) -> bool:
    return not text or text.startswith(("http://", "https://"))
