"""What comes of a text at the simulated carrier reaches its delivery."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread

from flask import Flask
from werkzeug.serving import make_server

from ivr.adapters.sql import SqlRecords
from ivr.adapters.twilio.rest.telephone import TwilioTelephone
from ivr.core.delivery.plan import Channel, DeliveryState
from ivr.core.records.delivery import DeliveryItem
from ivr.settings import Settings
from ivr.simulator import Carrier
from tests.web.hooks.carrier_line import CALLER, DECORATOR, MONDAY_NOON


def test_a_text_that_the_carrier_cannot_deliver_is_given_up(
    app: Flask, example_settings: Settings, records: SqlRecords
) -> None:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    settings = example_settings
    parcel = DeliveryItem(promise="p", client="rainbow-frost", about="message", recipient="Ian")
    book = records.deliveries
    begun = book.begin(parcel, Channel.SMS, f"{DECORATOR} {CALLER}", MONDAY_NOON)
    assert begun is not None
    url = f"http://127.0.0.1:{server.server_port}"
    with Carrier(url, settings.public_url, settings.account_sid, settings.auth_token) as carrier:
        telephone = TwilioTelephone(replace(settings, twilio_api_url=carrier.api_url))
        sid = telephone.send_text(CALLER, DECORATOR, "A message", f"delivery={begun.id}")
        for status, code in (("sent", None), ("undelivered", 30003), ("sent", None)):
            carrier.text_becomes(sid, status, code, told=True)
        assert carrier.faults == []
    server.shutdown()
    server.server_close()
    found = book.find(begun.id)
    assert found is not None
    assert (found.state, found.error_code, found.provider_id) == (
        DeliveryState.GIVEN_UP,
        30003,
        sid,
    )
