"""Where clients' numbers lead is compared with what this server needs, and mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ivr.adapters.twilio.rest.numbers import Numbers, NumberStatus, compare
from ivr.errors import CarrierError
from ivr.settings import Settings
from ivr.simulator import Carrier
from ivr.simulator.numbers import Number

PUBLIC_URL = "https://tango.example"
NUMBER = "+441604529170"
CLIENTS = {NUMBER: "rainbow-frost"}


@pytest.fixture
def carrier(settings: Settings) -> Iterator[Carrier]:
    with Carrier(
        "http://127.0.0.1:9", PUBLIC_URL, settings.account_sid, settings.auth_token
    ) as carrier:
        yield carrier
        assert carrier.faults == []


@pytest.fixture
def numbers(settings: Settings, carrier: Carrier) -> Numbers:
    return Numbers(replace(settings, public_url=PUBLIC_URL, twilio_api_url=carrier.api_url))


def mend(numbers: Numbers) -> None:
    for report in compare(CLIENTS, numbers.held(), PUBLIC_URL):
        assert report.held is not None
        numbers.mend(report.held, report.differences)


def standing(numbers: Numbers) -> list[tuple[str, NumberStatus]]:
    reports = compare(CLIENTS, numbers.held(), PUBLIC_URL)
    return [(report.number, report.standing) for report in reports]


def test_a_new_number_is_not_set_until_it_is_mended(carrier: Carrier, numbers: Numbers) -> None:
    held = carrier.hold(Number(NUMBER))
    assert standing(numbers) == [(NUMBER, NumberStatus.ELSEWHERE)]
    mend(numbers)
    assert standing(numbers) == [(NUMBER, NumberStatus.RIGHT)]
    assert held.settings["VoiceUrl"] == "https://tango.example/twilio/voice#rc=2&rp=all"
    assert held.settings["VoiceFallbackUrl"] == "https://tango.example/twilio/fallback"
    assert held.settings["StatusCallback"] == "https://tango.example/twilio/status#rc=3&rp=all"
    assert held.settings["SmsUrl"] == "https://tango.example/twilio/sms"


def test_mending_leaves_alone_what_is_not_tangos(carrier: Carrier, numbers: Numbers) -> None:
    held = carrier.hold(Number(NUMBER))
    held.change({"FriendlyName": "Ian", "SmsFallbackUrl": "https://elsewhere.example/"})
    mend(numbers)
    assert held.settings["FriendlyName"] == "Ian"
    assert held.settings["SmsFallbackUrl"] == "https://elsewhere.example/"


@pytest.mark.parametrize("setting", ["VoiceApplicationSid", "TrunkSid"])
def test_what_answers_before_any_address_is_a_difference(
    carrier: Carrier, numbers: Numbers, setting: str
) -> None:
    held = carrier.hold(Number(NUMBER))
    mend(numbers)
    held.change({setting: "XX1"})
    (report,) = compare(CLIENTS, numbers.held(), PUBLIC_URL)
    assert [each.now for each in report.differences] == ["XX1"]
    mend(numbers)
    assert standing(numbers) == [(NUMBER, NumberStatus.RIGHT)]


def test_a_number_without_texts_needs_no_address_for_them(
    carrier: Carrier, numbers: Numbers
) -> None:
    held = carrier.hold(Number(NUMBER, texts=False))
    mend(numbers)
    assert standing(numbers) == [(NUMBER, NumberStatus.RIGHT)]
    assert held.settings["SmsUrl"] == ""


def test_a_number_that_the_account_does_not_hold_is_named(numbers: Numbers) -> None:
    assert standing(numbers) == [(NUMBER, NumberStatus.NOT_HELD)]


def test_a_number_that_leads_here_and_is_nobodys_is_named(
    carrier: Carrier, numbers: Numbers
) -> None:
    carrier.hold(Number(NUMBER))
    mend(numbers)
    stray = carrier.hold(Number("+441604000001"))
    stray.change({"VoiceUrl": "https://tango.example/twilio/voice"})
    other = carrier.hold(Number("+441604000002"))
    other.change({"VoiceUrl": "https://tango.example.elsewhere/twilio/voice"})
    assert standing(numbers) == [
        (NUMBER, NumberStatus.RIGHT),
        ("+441604000001", NumberStatus.NO_CLIENT),
    ]


def test_a_number_that_has_gone_meanwhile_is_an_error(carrier: Carrier, numbers: Numbers) -> None:
    carrier.hold(Number(NUMBER))
    (report,) = compare(CLIENTS, numbers.held(), PUBLIC_URL)
    assert report.held is not None
    gone = replace(report.held, sid="PN0")
    with pytest.raises(CarrierError, match="not found"):
        numbers.mend(gone, report.differences)


def test_a_number_that_receives_fax_does_not_reach_tango_until_it_is_mended(
    carrier: Carrier, numbers: Numbers
) -> None:
    held = carrier.hold(Number(NUMBER))
    mend(numbers)
    held.change({"VoiceReceiveMode": "fax"})
    (report,) = compare(CLIENTS, numbers.held(), PUBLIC_URL)
    assert report.standing is NumberStatus.ELSEWHERE
    assert [(each.words, each.now) for each in report.differences] == [("Accept incoming", "fax")]
    mend(numbers)
    assert held.settings["VoiceReceiveMode"] == "voice"
    assert standing(numbers) == [(NUMBER, NumberStatus.RIGHT)]
