"""Taking the next caller, with the real telephone client against a carrier on loopback."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.twilio.rest.telephone import TwilioTelephone
from ivr.core.queue.entry import QueueEntry
from ivr.errors import CarrierError
from ivr.services.queue.connect import LEASE, take_next
from ivr.settings import Settings
from tests.adapters.redis.queue.carrier_rest import CarrierRest

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOW = NOON + timedelta(seconds=60)
PHONE = "+447700900301"
FIRST = QueueEntry("CA1", "acme", "+441632960001", "+442079460018", 5, (), NOON, 120)
SECOND = replace(FIRST, call_sid="CA2", joined_at=NOON + timedelta(seconds=1))


@pytest.fixture
def telephone(settings: Settings, carrier: CarrierRest) -> TwilioTelephone:
    return TwilioTelephone(replace(settings, twilio_api_url=carrier.url))


@pytest.fixture
def queue(queue: RedisOperatorQueue) -> RedisOperatorQueue:
    """The queue with two callers in it."""
    queue.wait(FIRST, NOON)
    queue.wait(SECOND, NOON)
    return queue


def test_the_operator_is_rung_for_the_first_caller(
    queue: RedisOperatorQueue, telephone: TwilioTelephone, carrier: CarrierRest
) -> None:
    reservation = take_next(queue, telephone, "sam", PHONE, NOW)
    assert reservation is not None
    assert reservation.ticket == FIRST
    assert reservation.expires_at == NOW + LEASE
    (call,) = carrier.calls
    assert call["To"] == PHONE
    assert reservation.id in call["Url"]


def test_the_ringing_ends_before_the_lease_does(
    queue: RedisOperatorQueue, telephone: TwilioTelephone, carrier: CarrierRest
) -> None:
    take_next(queue, telephone, "sam", PHONE, NOW)
    assert timedelta(seconds=int(carrier.calls[0]["Timeout"])) < LEASE


def test_nobody_waiting_rings_nobody(
    queue: RedisOperatorQueue, telephone: TwilioTelephone, carrier: CarrierRest
) -> None:
    queue.leave("CA1", NOW)
    queue.leave("CA2", NOW)
    assert take_next(queue, telephone, "sam", PHONE, NOW) is None
    assert carrier.calls == []


def test_without_a_telephone_the_claim_stands_and_nobody_is_rung(
    queue: RedisOperatorQueue, telephone: TwilioTelephone, carrier: CarrierRest
) -> None:
    reservation = take_next(queue, telephone, "sam", None, NOW)
    assert reservation is not None
    assert queue.reservation(reservation.id) == reservation
    assert carrier.calls == []


@pytest.mark.parametrize("status", [400, 404, 500])
def test_where_ringing_fails_the_caller_is_back_in_their_place(
    queue: RedisOperatorQueue, telephone: TwilioTelephone, carrier: CarrierRest, status: int
) -> None:
    """404 too: it speaks of our account or of the operator's number, not of the caller."""
    carrier.status = status
    with pytest.raises(CarrierError):
        take_next(queue, telephone, "sam", PHONE, NOW)
    assert [entry.ticket.call_sid for entry in queue.waiting(NOW)] == ["CA1", "CA2"]
    assert queue.reservation_of("sam") is None


def test_where_the_carrier_cannot_be_reached_the_caller_is_back_too(
    queue: RedisOperatorQueue, settings: Settings
) -> None:
    nowhere = TwilioTelephone(replace(settings, twilio_api_url="http://127.0.0.1:1"))
    with pytest.raises(CarrierError, match="cannot be reached"):
        take_next(queue, nowhere, "sam", PHONE, NOW)
    assert len(queue.waiting(NOW)) == 2
