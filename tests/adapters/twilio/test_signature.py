"""Signatures: HMAC-SHA1 over the public URL and the sorted form."""

from __future__ import annotations

import pytest
from flask import Flask, request

from ivr.adapters.twilio.signature import Signatures

# The published example: https://www.twilio.com/docs/usage/security#validating-requests
TOKEN = "12345"
URL = "https://mycompany.com/myapp.php"
FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
    "Caller": "+14158675309",
}
SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def check(
    public_url: str = "https://mycompany.com",
    path: str = "/myapp.php?foo=1&bar=2",
    form: dict[str, str] = FORM,
    headers: dict[str, str] | None = None,
) -> bool:
    headers = {"X-Twilio-Signature": SIGNATURE} if headers is None else headers
    with Flask(__name__).test_request_context(path, method="POST", data=form, headers=headers):
        return Signatures(TOKEN, public_url, "AC1").valid(request)


def test_the_published_example_is_valid() -> None:
    assert check()


def test_the_public_url_counts_and_not_the_host_header() -> None:
    host = {"X-Twilio-Signature": SIGNATURE, "Host": "mycompany.com"}
    assert not check(public_url="https://other.example", headers=host)


@pytest.mark.parametrize("headers", [{}, {"X-Twilio-Signature": ""}, {"X-Twilio-Signature": "é"}])
def test_a_missing_or_senseless_signature_is_refused(headers: dict[str, str]) -> None:
    assert not check(headers=headers)


def test_a_changed_field_or_query_is_refused() -> None:
    assert not check(form=FORM | {"Digits": "1235"})
    assert not check(path="/myapp.php?foo=1&bar=3")


def test_a_public_url_below_a_path_is_signed_with_it() -> None:
    assert check(public_url="https://mycompany.com/", path="/myapp.php?foo=1&bar=2")
    assert not check(public_url="https://mycompany.com/tango", path="/myapp.php?foo=1&bar=2")
