"""What is done to webhooks, with all that follows from it, on each kind of database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest

from ivr.adapters.sql import SqlRecords
from ivr.core.records.domain_event import DomainEvent
from ivr.core.records.subscription import MOST, Subscription
from ivr.services.protocols.records import UnitOfWork
from ivr.services.subscriptions import SubscriptionService
from tests.accounts import keep_token

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
EVENTS = tuple(DomainEvent)
URL = "https://x.example/"


def nothing_else(work: UnitOfWork, made: Subscription) -> None:
    """Where making it is all that there is to do."""


def test_no_more_than_so_many_are_made_for_one_client_or_the_agency(records: SqlRecords) -> None:
    service = SubscriptionService(records)
    for client in ("rainbow-frost", None):
        token, _ = keep_token(records, client, NOON)
        made = [service.make(token, URL, EVENTS, NOON, nothing_else) for _ in range(MOST + 1)]
        assert [each is None for each in made] == [False] * MOST + [True]
        assert records.subscriptions.count(client) == MOST


def test_programs_that_ask_at_once_get_no_more(records: SqlRecords) -> None:
    service, (token, _) = SubscriptionService(records), keep_token(records, "acme", NOON)
    asked, together = MOST + 5, Barrier(MOST + 5)

    def make(_: int) -> Subscription | None:
        together.wait()
        return service.make(token, URL, EVENTS, NOON, nothing_else)

    with ThreadPoolExecutor(asked) as pool:
        made = list(pool.map(make, range(asked)))
    assert sum(each is not None for each in made) == MOST
    assert records.subscriptions.count("acme") == MOST


def test_each_act_is_in_the_audit_trail(records: SqlRecords) -> None:
    service, (token, _) = SubscriptionService(records), keep_token(records, "acme", NOON)
    made = service.make(token, URL, EVENTS, NOON, nothing_else)
    assert made
    service.pause(made, token, NOON)
    service.resume(made, token, NOON)
    service.delete(made, token, NOON)
    entries, _ = records.audit.page(client="acme")
    did = ["made a webhook", "changed a webhook", "changed a webhook", "deleted a webhook"]
    assert [entry.act for entry in reversed(entries)] == did
    assert {entry.about for entry in entries} == {f"webhook {made.id}"}


def test_what_else_cannot_be_done_leaves_no_webhook(records: SqlRecords) -> None:
    def fail(work: UnitOfWork, made: Subscription) -> None:
        raise ValueError

    service, (token, _) = SubscriptionService(records), keep_token(records, "acme", NOON)
    with pytest.raises(ValueError):
        service.make(token, URL, EVENTS, NOON, fail)
    assert records.subscriptions.all() == []
    assert records.audit.page() == ([], False)
