"""Texts that come in are kept, once, and not answered."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from redis import Redis

from ivr.adapters.redis.fact_journal import FactJournal
from ivr.adapters.sql import SqlRecords
from ivr.core.delivery.plan import Channel
from ivr.core.records.delivery import DeliveryItem
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.text_message import TextReceived
from tests.web.hooks.carrier_line import CALLER, DECORATOR, Clock, Line

TEXT = {"MessageSid": "SM1", "Body": "Could you ring me back? <Ann>"}


def test_a_text_is_kept_once_with_its_client(line: Line, records: SqlRecords, clock: Clock) -> None:
    for _ in range(2):
        response = line.post("/twilio/sms", **TEXT)
        assert response.status_code == 200
        assert len(line.document) == 0
    assert records.texts.newest() == [
        TextReceived(
            message_sid="SM1",
            client="rainbow-frost",
            from_=CALLER,
            to=DECORATOR,
            body=TEXT["Body"],
            received_at=clock(),
        )
    ]


def test_ok_in_answer_to_a_text_is_noted_and_answered_once(
    line: Line, records: SqlRecords, clock: Clock
) -> None:
    parcel = DeliveryItem(promise="p", client="rainbow-frost", about="message", recipient="Ian")
    begun = records.deliveries.begin(parcel, Channel.SMS, f"{DECORATOR} {CALLER}", clock())
    assert begun is not None
    records.deliveries.sent(begun, "SM0", clock())
    for _ in range(2):
        assert line.post("/twilio/sms", MessageSid="SM1", Body=" ok. ").status_code == 200
    assert line.post("/twilio/sms", MessageSid="SM2", Body="OK").status_code == 200
    read = records.deliveries.find(begun.id)
    assert read is not None
    assert (read.acknowledged_by, read.acknowledged_how) == ("Ian", "by text")
    [answer] = records.outbox.claim([OutboxKind.SMS], clock(), timedelta(minutes=1), limit=9)
    assert (answer.payload["to"], answer.payload["from"]) == (CALLER, DECORATOR)
    assert answer.payload["body"].startswith("Thank you, Ian. Noted as read at ")
    assert len(records.texts.newest()) == 2


def test_a_text_to_a_number_that_nobody_has_is_kept_too(line: Line, records: SqlRecords) -> None:
    line.called = "+441632960777"
    line.post("/twilio/sms", **TEXT)
    assert [text.client for text in records.texts.newest()] == [None]


def test_an_unsigned_text_is_refused(line: Line, records: SqlRecords) -> None:
    assert line.post("/twilio/sms", "wrong", **TEXT).status_code == 403
    assert records.texts.newest() == []


def test_a_text_that_the_records_do_not_take_waits_in_the_journal(
    line: Line, records: SqlRecords, redis: Redis
) -> None:
    with records._engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE texts_received"))
    assert line.post("/twilio/sms", **TEXT).status_code == 200
    assert FactJournal(redis).waiting() == 1
