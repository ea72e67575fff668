"""What has come of a text is told by a signed webhook, and kept as other facts are."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from redis import Redis

from ivr.adapters.redis.fact_journal import FactJournal
from ivr.adapters.sql import SqlRecords
from ivr.core.delivery.plan import Channel, DeliveryState
from ivr.core.records.delivery import Delivery, DeliveryItem
from tests.web.hooks.carrier_line import CALLER, DECORATOR, Clock, Line


@pytest.fixture
def begun(records: SqlRecords, clock: Clock) -> Delivery:
    """A text that is being sent."""
    parcel = DeliveryItem(promise="p", client="rainbow-frost", about="message", recipient="Ian")
    begun = records.deliveries.begin(parcel, Channel.SMS, f"{DECORATOR} {CALLER}", clock())
    assert begun is not None
    return begun


def tell(line: Line, begun: Delivery, status: str, **fields: str) -> int:
    url = f"/twilio/sms/status?delivery={begun.id}#rc=5&rp=all"
    signature = fields.pop("signature", None)
    form = {"MessageSid": "SM1", "MessageStatus": status, "SmsStatus": status} | fields
    return line.post(url, signature, **form).status_code


def test_undelivered_is_noted_with_its_code(
    line: Line, records: SqlRecords, begun: Delivery
) -> None:
    for _ in range(2):
        assert tell(line, begun, "undelivered", ErrorCode="30005") == 204
    found = records.deliveries.find(begun.id)
    assert found is not None
    assert (found.state, found.error_code, found.provider_id) == (
        DeliveryState.GIVEN_UP,
        30005,
        "SM1",
    )


def test_delivered_is_noted(line: Line, records: SqlRecords, begun: Delivery, clock: Clock) -> None:
    for status in ("queued", "sent", "delivered", "sent"):
        assert tell(line, begun, status) == 204
    found = records.deliveries.find(begun.id)
    assert found is not None
    assert (found.state, found.arrived_at, found.provider_id) == (
        DeliveryState.SENT,
        clock(),
        "SM1",
    )


@pytest.mark.parametrize(
    "fields",
    [{"signature": "wrong"}, {"signature": ""}, {"AccountSid": "AC" + "9" * 32}],
    ids=["wrong", "unsigned", "another account's"],
)
def test_what_is_not_signed_or_not_ours_is_refused(
    line: Line, records: SqlRecords, begun: Delivery, fields: dict[str, str]
) -> None:
    assert tell(line, begun, "undelivered", **fields) == 403
    found = records.deliveries.find(begun.id)
    assert found is not None
    assert found.state is DeliveryState.WAITING


@pytest.mark.parametrize(
    "fields", [{"ErrorCode": "x" * 99}, {"MessageSid": ""}, {"MessageSid": "?"}]
)
def test_odd_fields_do_no_harm(line: Line, begun: Delivery, fields: dict[str, str]) -> None:
    assert tell(line, begun, "undelivered", **fields) == 204
    assert line.post("/twilio/sms/status").status_code == 204
    assert line.post("/twilio/sms/status?text=nobody", MessageSid="SM1").status_code == 204


def test_while_the_records_are_away_it_waits_in_the_journal(
    line: Line, records: SqlRecords, redis: Redis, begun: Delivery
) -> None:
    with records._engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE deliveries RENAME TO away"))
    assert tell(line, begun, "undelivered", ErrorCode="30003") == 204
    assert FactJournal(redis).waiting() == 1
