"""Texts that come in are kept, once, and not answered."""

from __future__ import annotations

import sqlalchemy as sa
from carrier_line import CALLER, DECORATOR, Clock, Line

from ivr.records import Records
from ivr.records.texts import TextReceived

TEXT = {"MessageSid": "SM1", "Body": "Could you ring me back? <Ann>"}


def test_a_text_is_kept_once_with_its_client(line: Line, records: Records, clock: Clock) -> None:
    for _ in range(2):
        response = line.post("/twilio/sms", **TEXT)
        assert response.status_code == 200
        assert len(line.document) == 0
    assert records.texts() == [
        TextReceived(
            message_sid="SM1",
            client="rainbow-frost",
            from_=CALLER,
            to=DECORATOR,
            body=TEXT["Body"],
            received_at=clock(),
        )
    ]


def test_a_text_to_a_number_that_nobody_has_is_kept_too(line: Line, records: Records) -> None:
    line.called = "+441632960777"
    line.post("/twilio/sms", **TEXT)
    assert [text.client for text in records.texts()] == [None]


def test_an_unsigned_text_is_refused(line: Line, records: Records) -> None:
    assert line.post("/twilio/sms", "wrong", **TEXT).status_code == 403
    assert records.texts() == []


def test_the_carrier_is_asked_to_come_again_where_a_text_cannot_be_kept(
    line: Line, records: Records
) -> None:
    with records._engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE texts_received"))
    assert line.post("/twilio/sms", **TEXT).status_code == 503
