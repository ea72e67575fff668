"""What people send in forms and addresses is cleaned once, before anything reads it."""

from __future__ import annotations

from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from ivr.core.card_numbers import without_card_numbers
from ivr.core.clean_text import clean
from ivr.web.clean_requests import clean_request, clean_webhook

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


NAMES = st.sampled_from(["Digits", "Body", "From", "FriendlyName", "n\u202eame"])
SIGNS = st.sampled_from("0123456789 4111111111111111 az\n\x00\u200e\u202eé٤👍")
FIELDS = st.lists(st.tuples(NAMES, st.text(SIGNS, max_size=40) | st.text(max_size=300)), max_size=6)


@given(fields=FIELDS)
def test_what_needs_no_cleaning_is_what_cleaning_would_leave_as_it_is(
    fields: list[tuple[str, str]],
) -> None:
    data = MultiDict((name, value.encode("utf-8", "ignore").decode()) for name, value in fields)
    with Flask(__name__).test_request_context("/", method="POST", data=data):
        sent = list(request.form.items(multi=True))
        clean_webhook()
        assert list(request.form.items(multi=True)) == [
            (clean(name), expected(name, clean(value))) for name, value in sent
        ]


def expected(name: str, value: str) -> str:
    """A clean value as it is bounded, and without card numbers where callers give it."""
    if name == "Body":
        return without_card_numbers(value)
    value = value[: 255 if name == "From" else 1024]
    return without_card_numbers(value) if name == "Digits" else value
