"""What carriers send in place of a withheld number."""

from __future__ import annotations

import phonenumbers
import pytest

from ivr.adapters.twilio.webhooks import caller
from ivr.adapters.twilio.withheld import NUMBERS, is_withheld

DOCUMENTED = {"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"}
"""ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE."""


@pytest.mark.parametrize(
    "sent",
    [
        *sorted(NUMBERS),
        *("anonymous", "Anonymous", "ANONYMOUS", "restricted", "Unknown", "UNAVAILABLE", "private"),
        *("blocked", "withheld", "No Caller ID", "Private Number", "not available", "", "  "),
        *("266696687", "sip:anonymous@anonymous.invalid", "sips:anonymous@anonymous.invalid:5061"),
        *(
            "anonymous@anonymous.invalid",
            "sip:restricted@203.0.113.5",
            "sip:c8f2@anonymous.invalid",
        ),
        *('"Anonymous" <sip:anonymous@anonymous.invalid>', "sip:+266696687@sip.acme.example"),
        *("sip:anonymous@anonymous.invalid;transport=tls", "<sip:unknown@unknown.invalid>"),
    ],
)
def test_placeholders_are_withheld_numbers(sent: str) -> None:
    assert is_withheld(sent)
    assert caller(sent) is None


def test_the_placeholders_that_the_carrier_documents_are_known() -> None:
    assert DOCUMENTED <= NUMBERS


@pytest.mark.parametrize(
    "sent",
    ["+447700900123", "+12025550123", "sip:ann@acme.example", "sip:+441604529170@acme.example"],
)
def test_numbers_and_addresses_are_not(sent: str) -> None:
    assert not is_withheld(sent)
    assert caller(sent) == sent


def test_no_placeholder_is_somebodys_number() -> None:
    assert not any(phonenumbers.is_valid_number(phonenumbers.parse(each)) for each in NUMBERS)
