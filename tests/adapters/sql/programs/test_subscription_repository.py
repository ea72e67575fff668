"""Webhooks and what is promised to them, on both kinds of database."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from ivr.adapters.sql import SqlRecords
from ivr.core.records.domain_event import DomainEvent
from ivr.core.records.outbox import OutboxItem, OutboxKind
from ivr.core.records.subscription import Subscription
from tests.accounts import keep_token
from tests.adapters.sql.records_samples import NOON, message_note, snapshot

LATER = NOON + timedelta(hours=1)
EVENTS = tuple(DomainEvent)


def make(records: SqlRecords, client: str | None = "rainbow-frost") -> Subscription:
    token, _ = keep_token(records, client, NOON)
    made = Subscription(
        id=uuid4().hex,
        token=token.id,
        client=client,
        url="https://x.example/",
        events=EVENTS,
        made_at=NOON,
    )
    records.subscriptions.add(made)
    return made


def promised(records: SqlRecords) -> list[OutboxItem]:
    return records.outbox.claim([OutboxKind.EVENT], LATER, timedelta(0), 99)


def test_a_webhook_is_kept_found_and_deleted(records: SqlRecords) -> None:
    made = make(records)
    assert records.subscriptions.find(made.id) == made
    assert records.subscriptions.all("rainbow-frost") == records.subscriptions.all() == [made]
    assert records.subscriptions.all("acme") == []
    records.subscriptions.delete(made.id, NOON)
    assert records.subscriptions.find(made.id) is None


def test_what_happens_is_promised_with_ids_and_without_words(records: SqlRecords) -> None:
    make(records)
    make(records, "acme")
    message = records.messages.keep(message_note())
    received, opened = promised(records)
    assert received.payload["event"] == "message.received"
    assert received.payload["about"] == {"message": message, "call": "CA1"}
    assert opened.payload["event"] == "job.opened"
    assert "leak" not in str([received.payload, opened.payload])


def test_the_end_of_a_call_is_promised_once_whoever_tells_of_it(records: SqlRecords) -> None:
    make(records)
    ended = snapshot(ended_at=NOON, outcome="completed")
    records.calls.note([snapshot()])
    records.calls.end("CA1", NOON, "completed", "+441632960001", "+441604529170")
    records.calls.note([ended, ended])
    [told] = promised(records)
    assert (told.payload["event"], told.payload["client"]) == ("call.ended", "rainbow-frost")


def test_what_fails_waits_as_a_whole_and_what_is_paused_is_given_up(records: SqlRecords) -> None:
    made = make(records)
    records.messages.keep(message_note())
    records.subscriptions.failed(made, "500", NOON, LATER + timedelta(minutes=1))
    assert promised(records) == []
    found = records.subscriptions.find(made.id)
    assert found
    assert (found.failures, found.failing_since) == (1, NOON)
    records.subscriptions.recovered(made.id)
    records.subscriptions.pause(made.id, "by maya", NOON)
    assert records.outbox.waiting(OutboxKind.EVENT).count == 0
    records.messages.keep(message_note(recording_sid="RE2"))
    assert records.outbox.waiting(OutboxKind.EVENT).count == 0
    records.subscriptions.resume(made.id)
    again = records.subscriptions.find(made.id)
    assert again == made
