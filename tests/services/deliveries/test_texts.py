"""Texts are promised once, sent through the carrier, tried again, and given up loudly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from ivr.adapters.sql import SqlRecords
from ivr.adapters.twilio.rest.telephone import TwilioTelephone
from ivr.core.delivery.plan import TRIES
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.text_message import TextNote
from ivr.services.deliveries.attempt import LEASE
from ivr.services.deliveries.texts import text_once
from ivr.settings import Settings
from ivr.simulator import Carrier

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NOTE = TextNote(
    client="acme",
    call_sid="CA1",
    turn=3,
    node="thanks",
    to="+447700900123",
    from_="+441632960001",
    body="Thank you.",
)


@pytest.fixture
def carrier(settings: Settings) -> Iterator[Carrier]:
    with Carrier("http://x", "http://x", settings.account_sid, settings.auth_token) as running:
        yield running


@pytest.fixture
def telephone(settings: Settings, carrier: Carrier) -> TwilioTelephone:
    return TwilioTelephone(replace(settings, twilio_api_url=carrier.api_url))


@pytest.fixture
def no_carrier(settings: Settings) -> TwilioTelephone:
    return TwilioTelephone(replace(settings, twilio_api_url="http://127.0.0.1:9"))


def sent(carrier: Carrier) -> list[tuple[str, str, str]]:
    return [(text.to, text.from_, text.body) for text in carrier.messages]


def test_a_text_goes_out_once_however_often_it_is_promised(
    records: SqlRecords, carrier: Carrier, telephone: TwilioTelephone
) -> None:
    for _ in range(3):
        records.texts.promise(NOTE, NOON)
    assert text_once(records, telephone, NOON) == 1
    assert text_once(records, telephone, NOON + timedelta(days=1)) == 0
    assert sent(carrier) == [("+447700900123", "+441632960001", "Thank you.")]


@pytest.mark.parametrize("change", [{"turn": 4}, {"node": "again"}, {"call_sid": "CA2"}])
def test_another_text_is_another_promise(
    records: SqlRecords, telephone: TwilioTelephone, change: dict[str, object]
) -> None:
    records.texts.promise(NOTE, NOON)
    records.texts.promise(replace(NOTE, **change), NOON)  # type: ignore[arg-type]
    assert text_once(records, telephone, NOON) == 2


def test_a_text_waits_for_a_carrier_that_is_away(
    records: SqlRecords, carrier: Carrier, telephone: TwilioTelephone, no_carrier: TwilioTelephone
) -> None:
    records.texts.promise(NOTE, NOON)
    with capture_logs() as logs:
        assert text_once(records, no_carrier, NOON) == 1
    assert [(entry["event"], entry["call_sid"]) for entry in logs] == [("sms.failed", "CA1")]
    assert text_once(records, telephone, NOON + timedelta(seconds=20)) == 0
    assert text_once(records, telephone, NOON + timedelta(seconds=40)) == 1
    assert len(sent(carrier)) == 1


def test_after_its_tries_a_text_is_given_up(
    records: SqlRecords, no_carrier: TwilioTelephone
) -> None:
    records.texts.promise(NOTE, NOON)
    with capture_logs() as logs:
        for tried in range(TRIES + 1):
            text_once(records, no_carrier, NOON + tried * timedelta(hours=2))
    assert [entry["event"] for entry in logs] == ["sms.failed"] * (TRIES - 1) + ["sms.given_up"]
    assert logs[-1]["log_level"] == "error"
    assert records.outbox.waiting(OutboxKind.SMS).count == 0


def test_a_text_that_may_have_gone_out_is_looked_for_before_it_goes_again(
    records: SqlRecords, carrier: Carrier, telephone: TwilioTelephone
) -> None:
    began = datetime.now(UTC)
    records.texts.promise(NOTE, began)
    [item] = records.outbox.claim([OutboxKind.SMS], began, LEASE, limit=1)
    telephone.send_text(NOTE.to, NOTE.from_, NOTE.body)  # and dies here
    assert text_once(records, telephone, began + LEASE) == 1
    assert len(sent(carrier)) == 1
    assert records.outbox.waiting(OutboxKind.SMS).count == 0
    assert (
        telephone.find_text(NOTE.to, NOTE.from_, "Thank you.", began + timedelta(hours=1)) is None
    )
    assert telephone.find_text(NOTE.to, "+441632960002", "Thank you.", began) is None
    assert item.attempts == 1


def test_what_the_carrier_refuses_is_given_up_at_once(
    records: SqlRecords, carrier: Carrier, telephone: TwilioTelephone
) -> None:
    records.texts.promise(replace(NOTE, to="not a number"), NOON)
    with capture_logs() as logs:
        text_once(records, telephone, NOON)
    assert [entry["event"] for entry in logs] == ["sms.given_up"]
    assert records.outbox.waiting(OutboxKind.SMS).count == 0
    assert sent(carrier) == []
