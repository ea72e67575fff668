"""Webhooks and what is promised to them, on both kinds of database."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from ivr.adapters.sql import SqlRecords
from ivr.core.accounts.scopes import TokenScope
from ivr.core.records.domain_event import DomainEvent
from ivr.core.records.outbox import OutboxItem, OutboxKind
from ivr.core.records.subscription import MOST, Subscription
from tests.adapters.sql.records_samples import NOON, message_note, snapshot

LATER = NOON + timedelta(hours=1)
EVENTS = tuple(DomainEvent)


def keep_nothing(connection: sa.Connection, made: Subscription) -> None:
    """Nothing else belongs to it."""


def make(records: SqlRecords, client: str | None = "rainbow-frost") -> Subscription:
    token, _ = records.tokens.make("crm", client, frozenset(TokenScope), "maya", NOON)
    made = records.subscriptions.make(
        token.id, client, "https://x.example/", EVENTS, NOON, keep_nothing
    )
    assert made
    return made


def promised(records: SqlRecords) -> list[OutboxItem]:
    return records.claim([OutboxKind.EVENT], LATER, timedelta(0), 99)


def test_a_webhook_is_kept_found_and_deleted(records: SqlRecords) -> None:
    made = make(records)
    assert records.subscriptions.find(made.id) == made
    assert records.subscriptions.all("rainbow-frost") == records.subscriptions.all() == [made]
    assert records.subscriptions.all("acme") == []
    records.subscriptions.delete(made.id, NOON)
    assert records.subscriptions.find(made.id) is None


def test_no_more_than_so_many_are_made_for_one_client_or_the_agency(records: SqlRecords) -> None:
    for client in ("rainbow-frost", None):
        for _ in range(MOST):
            make(records, client)
        refused = records.subscriptions.make(
            "t", client, "https://x.example/", EVENTS, NOON, keep_nothing
        )
        assert refused is None


def test_what_happens_is_promised_with_ids_and_without_words(records: SqlRecords) -> None:
    make(records)
    make(records, "acme")
    message = records.keep_message(message_note())
    received, opened = promised(records)
    assert received.payload["event"] == "message.received"
    assert received.payload["about"] == {"message": message, "call": "CA1"}
    assert opened.payload["event"] == "job.opened"
    assert "leak" not in str([received.payload, opened.payload])


def test_the_end_of_a_call_is_promised_once_whoever_tells_of_it(records: SqlRecords) -> None:
    make(records)
    ended = snapshot(ended_at=NOON, outcome="completed")
    records.note_call(snapshot())
    records.end_call("CA1", NOON, "completed", "+441632960001", "+441604529170")
    records.note_calls([ended, ended])
    [told] = promised(records)
    assert (told.payload["event"], told.payload["client"]) == ("call.ended", "rainbow-frost")


def test_what_fails_waits_as_a_whole_and_what_is_paused_is_given_up(records: SqlRecords) -> None:
    made = make(records)
    records.keep_message(message_note())
    records.subscriptions.failed(made, "500", NOON, LATER + timedelta(minutes=1))
    assert promised(records) == []
    found = records.subscriptions.find(made.id)
    assert found
    assert (found.failures, found.failing_since) == (1, NOON)
    records.subscriptions.recovered(made.id)
    records.subscriptions.pause(made.id, "by maya", NOON)
    assert records.waiting(OutboxKind.EVENT).count == 0
    records.keep_message(message_note(recording_sid="RE2"))
    assert records.waiting(OutboxKind.EVENT).count == 0
    records.subscriptions.resume(made.id)
    again = records.subscriptions.find(made.id)
    assert again == made
