"""What people send in forms and addresses is cleaned once, before anything reads it."""

from __future__ import annotations

from flask import Flask, request

from ivr.clean_requests import clean_request

CARD = "4111 1111 1111 1111"


def test_no_card_number_gets_past_a_form_or_an_address_and_passwords_stay_as_they_are() -> None:
    app = Flask(__name__)
    sent = {"field.about": f"pays by {CARD}\u202e", "note": CARD, "password": CARD, "new": CARD}
    with app.test_request_context(f"/?q={CARD}", method="POST", data=sent):
        clean_request()
        assert request.args["q"] == "•••• •••• •••• ••••"
        assert dict(request.form) == {
            "field.about": "pays by •••• •••• •••• ••••",
            "note": "•••• •••• •••• ••••",
            "password": CARD,
            "new": CARD,
        }
