"""The audit trail is kept, on each kind of database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ivr.adapters.sql import SqlRecords
from ivr.core.records.audit_entry import AuditEntry

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_the_trail_is_paged_and_narrowed(records: SqlRecords) -> None:
    audit = records.audit
    for number in range(101):
        at = NOON + timedelta(seconds=number)
        client = "acme" if number % 2 else None
        audit.add(
            AuditEntry(at=at, account="1", who="maya", act="saw", client=client, about=str(number))
        )
    first, more = audit.page()
    assert (first[0].about, len(first), more) == ("100", 100, True)
    rest, more = audit.page(page=2)
    assert ([act.about for act in rest], more) == (["0"], False)
    acme, more = audit.page(client="acme", who="maya", act="saw")
    assert (len(acme), more) == (50, False)
    assert audit.page(who="nobody") == ([], False)


def test_what_is_done_again_and_again_is_kept_once_in_a_while(records: SqlRecords) -> None:
    for minute in range(20):
        now = NOON + timedelta(minutes=minute)
        heard = AuditEntry(at=now, account="1", who="maya", act="heard", client="acme", about="m1")
        records.audit.add_once(heard, now - timedelta(minutes=15))
    kept, _ = records.audit.page()
    assert [entry.at for entry in kept] == [NOON + timedelta(minutes=15), NOON]
