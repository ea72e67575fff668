"""What people say of themselves is kept with who said it and how, on either kind of database."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from ivr.adapters.sql import SqlRecords
from ivr.core.availability.standing import Availability, StatusKind
from ivr.core.availability.status import How, Status, StatusRequest
from ivr.errors import StatusError

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
AWAY, MESSAGES, EMERGENCIES = StatusKind


def hours(count: float) -> datetime:
    return NOON + timedelta(hours=count)


def wish(
    person: str | None = "ian",
    starts: datetime = NOON,
    ends: datetime | None = None,
    kind: StatusKind = AWAY,
    client: str = "acme",
) -> StatusRequest:
    return StatusRequest(
        client=client,
        person=person,
        kind=kind,
        starts=starts,
        ends=ends,
        by="Ian Frost",
        how=How.TEXT,
    )


def back(
    records: SqlRecords,
    client: str,
    person: str,
    by: str,
    how: How,
    now: datetime,
    planned: bool = False,
) -> tuple[Status, ...]:
    with records.unit_of_work() as work:
        return work.statuses.back(client, person, by, how, now, planned=planned)


def end(records: SqlRecords, status: str, client: str, by: str, how: How, now: datetime) -> Status:
    with records.unit_of_work() as work:
        return work.statuses.end(status, client, by, how, now)


def test_a_status_counts_until_it_ends(records: SqlRecords) -> None:
    kept = records.statuses.set(wish(ends=hours(3)), NOON).status
    assert records.statuses.current("acme", "ian", hours(1)) == kept
    assert records.statuses.standing("acme", hours(1)) == Availability({"ian": AWAY})
    assert records.statuses.standing("other", hours(1)) == Availability()
    assert records.statuses.standing("acme", hours(3)) == Availability()
    assert records.statuses.ahead("acme", hours(3)) == ()
    assert records.statuses.history("acme") == (kept,)


def test_what_is_still_to_come_is_known_and_can_be_called_off(records: SqlRecords) -> None:
    later = records.statuses.set(wish(starts=hours(20), ends=hours(30)), NOON).status
    records.statuses.set(wish(client="other", starts=hours(20)), NOON)
    assert records.statuses.ahead("acme", NOON) == (later,)
    assert back(records, "acme", "ian", "Ian Frost", How.TEXT, hours(1)) == ()
    off = end(records, later.id, "acme", "Sam", How.OPERATOR, hours(1))
    assert (off.ended_by, off.ended_how) == ("Sam", How.OPERATOR)
    assert records.statuses.standing("acme", hours(21)) == Availability()
    with pytest.raises(StatusError, match="over already"):
        end(records, later.id, "acme", "Sam", How.OPERATOR, hours(2))


def test_nobody_ends_a_status_of_another_client(records: SqlRecords) -> None:
    kept = records.statuses.set(wish(), NOON).status
    with pytest.raises(StatusError):
        end(records, kept.id, "other", "Sam", How.PAGE, NOON)
    assert records.statuses.standing("acme", NOON)


def test_a_newer_one_says_which_it_takes_the_place_of(records: SqlRecords) -> None:
    first = records.statuses.set(wish(ends=hours(9)), NOON).status
    pats = records.statuses.set(wish("pat"), NOON).status
    second = records.statuses.set(wish(kind=EMERGENCIES, ends=hours(2)), hours(1))
    assert [(each.id, each.ended_at) for each in second.replaced] == [(first.id, hours(1))]
    assert records.statuses.standing("acme", hours(3)) == Availability({"pat": AWAY})
    assert [each.id for each in records.statuses.ahead("acme", hours(3))] == [pats.id]
    assert records.statuses.history("acme")[0] == second.status


def test_who_is_back_ends_what_counts_now_and_if_they_say_so_what_is_planned(
    records: SqlRecords,
) -> None:
    now = records.statuses.set(wish(), NOON).status
    later = records.statuses.set(wish(starts=hours(24), ends=hours(30)), NOON).status
    cut = records.statuses.ahead("acme", NOON)[0]
    assert (cut.id, cut.until) == (now.id, hours(24))
    [ended] = back(records, "acme", "ian", "Ian Frost", How.TEXT, hours(1))
    assert (ended.id, ended.until) == (now.id, hours(1))
    assert records.statuses.ahead("acme", hours(1)) == (later,)
    [off] = back(records, "acme", "ian", "Ian", How.PAGE, hours(2), planned=True)
    assert off.id == later.id
    assert records.statuses.all_ahead(hours(2)) == ()


def test_the_audit_trail_says_who_set_and_ended_it(records: SqlRecords) -> None:
    kept = records.statuses.set(wish(), NOON, "account-1").status
    back(records, "acme", "ian", "Sam Okafor", How.OPERATOR, hours(1))
    ended, was_set = records.audit.page(client="acme")[0]
    assert (was_set.who, was_set.account, was_set.at) == ("Ian Frost", "account-1", NOON)
    assert (was_set.act, was_set.about) == ("set a status (away, text)", f"ian {kept.id}")
    assert (ended.who, ended.act) == ("Sam Okafor", "ended a status (away, operator)")


def test_what_is_refused_changes_nothing(records: SqlRecords) -> None:
    with pytest.raises(StatusError):
        records.statuses.set(wish(ends=hours(-1)), NOON)
    assert records.statuses.history("acme") == ()
    assert records.audit.page()[0] == []


def test_one_counts_where_several_are_set_at_once(records: SqlRecords) -> None:
    def set_one(kind: StatusKind) -> None:
        records.statuses.set(wish(kind=kind, ends=hours(5)), NOON)

    threads = [threading.Thread(target=set_one, args=(kind,)) for kind in (*StatusKind,) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(records.statuses.history("acme")) == 9
    current = records.statuses.current("acme", "ian", hours(1))
    assert current is not None
    assert records.statuses.standing("acme", hours(1)) == Availability({"ian": current.kind})
    back(records, "acme", "ian", "Ian", How.PAGE, hours(2))
    assert records.statuses.standing("acme", hours(2)) == Availability()
