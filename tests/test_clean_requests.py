"""What people send in forms and addresses is cleaned once, before anything reads it."""

from __future__ import annotations

from flask import Flask, request

from ivr.clean_requests import clean_request, clean_webhook

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


def test_an_address_in_a_webhook_stays_though_it_looks_like_a_card_number() -> None:
    """The port and the date of the interface make one that counts: 4001 3201 0040 1."""
    url = f"http://127.0.0.1:40013/2010-04-01/Accounts/AC{'0' * 32}/Recordings/RE{'2' * 32}"
    sent = {"RecordingUrl": url, "SpeechResult": f"it is {CARD}", "Digits": "4111111111111111"}
    with Flask(__name__).test_request_context("/", method="POST", data=sent):
        clean_webhook()
        assert dict(request.form) == {
            "RecordingUrl": url,
            "SpeechResult": "it is •••• •••• •••• ••••",
            "Digits": "•" * 16,
        }
