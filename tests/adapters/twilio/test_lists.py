"""The carrier's lists are read as gently as it asks for, and of our account alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ivr.adapters.twilio.lists import LONGEST_PAUSE, TRIES, CarrierLists
from ivr.errors import CallGone, CarrierBusy
from ivr.settings import Settings
from ivr.simulator import Carrier


@pytest.fixture
def carrier(settings: Settings) -> Iterator[Carrier]:
    account = (settings.account_sid, settings.auth_token)
    with Carrier("http://127.0.0.1:9", "http://127.0.0.1:9", *account) as carrier:
        yield carrier


def a_day_ago() -> datetime:
    return datetime.now(UTC) - timedelta(days=1)


def test_a_busy_carrier_is_left_alone_longer_and_longer_then_given_up(
    settings: Settings, carrier: Carrier
) -> None:
    pauses: list[float] = []
    lists = CarrierLists(replace(settings, twilio_api_url=carrier.api_url), pauses.append)
    carrier.refuse(*[429] * TRIES)
    with pytest.raises(CarrierBusy):
        list(lists.texts(a_day_ago()))
    assert pauses == [min(2.0**n, LONGEST_PAUSE) for n in range(TRIES - 1)]


def test_a_text_is_a_value_with_its_time_aware(settings: Settings, carrier: Carrier) -> None:
    lists = CarrierLists(replace(settings, twilio_api_url=carrier.api_url))
    carrier.text("+441632960001", "+447700900555", "I shall be late", lost=True)
    [[text]] = lists.texts(a_day_ago())
    assert (text.direction, text.status, text.body) == ("inbound", "received", "I shall be late")
    assert text.at.tzinfo is not None


def test_what_the_carrier_does_not_know_is_gone(settings: Settings, carrier: Carrier) -> None:
    lists = CarrierLists(replace(settings, twilio_api_url=carrier.api_url))
    with pytest.raises(CallGone):
        lists.call("CA" + "9" * 32)
    with pytest.raises(CallGone):
        lists.room("CF" + "9" * 32)
