"""What people say of themselves is kept with who said it and how, on either kind of database."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from ivr.adapters.sql import SqlRecords
from ivr.core.accounts.account import SERVER_ID
from ivr.core.accounts.actor import Actor
from ivr.core.availability.standing import Availability, StatusKind
from ivr.core.availability.status import How, Status, StatusChange, StatusRequest, counting
from ivr.errors import StatusError
from ivr.services.statuses import StatusService, end_statuses
from tests.statuses import standing_of

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


@dataclass
class Statuses:
    """What is done to statuses, and which clients' consoles are told."""

    records: SqlRecords
    told: list[str] = field(default_factory=list)

    @property
    def service(self) -> StatusService:
        return StatusService(self.records, self.told.append, lambda: None)

    def set(self, wish: StatusRequest, now: datetime, account: str = SERVER_ID) -> StatusChange:
        return self.service.set(wish, Actor(wish.by, account, wish.by), now)

    def end(self, status: Status, client: str, by: str, how: How, now: datetime) -> Status:
        return self.service.end(status.id, client, how, Actor(by, SERVER_ID, by), now)

    def back(
        self, client: str, person: str, by: str, how: How, now: datetime, planned: bool = False
    ) -> tuple[Status, ...]:
        actor = Actor(by, SERVER_ID, by)
        with self.records.unit_of_work() as work:
            return end_statuses(work, client, person, how, actor, now, planned=planned)

    def current(self, client: str, person: str, now: datetime) -> Status | None:
        return counting(self.records.statuses.ahead(client, now), client, person, now)


@pytest.fixture
def statuses(records: SqlRecords) -> Statuses:
    return Statuses(records)


def test_a_status_counts_until_it_ends(statuses: Statuses, records: SqlRecords) -> None:
    kept = statuses.set(wish(ends=hours(3)), NOON).status
    assert statuses.current("acme", "ian", hours(1)) == kept
    assert standing_of(records, "acme", hours(1)) == Availability({"ian": AWAY})
    assert standing_of(records, "other", hours(1)) == Availability()
    assert standing_of(records, "acme", hours(3)) == Availability()
    assert records.statuses.ahead("acme", hours(3)) == ()
    assert records.statuses.history("acme") == (kept,)


def test_what_is_still_to_come_is_known_and_can_be_called_off(
    statuses: Statuses, records: SqlRecords
) -> None:
    later = statuses.set(wish(starts=hours(20), ends=hours(30)), NOON).status
    statuses.set(wish(client="other", starts=hours(20)), NOON)
    assert records.statuses.ahead("acme", NOON) == (later,)
    assert statuses.back("acme", "ian", "Ian Frost", How.TEXT, hours(1)) == ()
    off = statuses.end(later, "acme", "Sam", How.OPERATOR, hours(1))
    assert (off.ended_by, off.ended_how) == ("Sam", How.OPERATOR)
    assert standing_of(records, "acme", hours(21)) == Availability()
    with pytest.raises(StatusError, match="over already"):
        statuses.end(later, "acme", "Sam", How.OPERATOR, hours(2))


def test_nobody_ends_a_status_of_another_client(statuses: Statuses, records: SqlRecords) -> None:
    kept = statuses.set(wish(), NOON).status
    with pytest.raises(StatusError):
        statuses.end(kept, "other", "Sam", How.PAGE, NOON)
    assert standing_of(records, "acme", NOON)


def test_a_newer_one_says_which_it_takes_the_place_of(
    statuses: Statuses, records: SqlRecords
) -> None:
    first = statuses.set(wish(ends=hours(9)), NOON).status
    pats = statuses.set(wish("pat"), NOON).status
    second = statuses.set(wish(kind=EMERGENCIES, ends=hours(2)), hours(1))
    assert [(each.id, each.ended_at) for each in second.replaced] == [(first.id, hours(1))]
    assert standing_of(records, "acme", hours(3)) == Availability({"pat": AWAY})
    assert [each.id for each in records.statuses.ahead("acme", hours(3))] == [pats.id]
    assert records.statuses.history("acme")[0] == second.status


def test_who_is_back_ends_what_counts_now_and_if_they_say_so_what_is_planned(
    statuses: Statuses,
    records: SqlRecords,
) -> None:
    now = statuses.set(wish(), NOON).status
    later = statuses.set(wish(starts=hours(24), ends=hours(30)), NOON).status
    cut = records.statuses.ahead("acme", NOON)[0]
    assert (cut.id, cut.until) == (now.id, hours(24))
    [ended] = statuses.back("acme", "ian", "Ian Frost", How.TEXT, hours(1))
    assert (ended.id, ended.until) == (now.id, hours(1))
    assert records.statuses.ahead("acme", hours(1)) == (later,)
    [off] = statuses.back("acme", "ian", "Ian", How.PAGE, hours(2), planned=True)
    assert off.id == later.id
    assert records.statuses.all_ahead(hours(2)) == ()


def test_the_audit_trail_says_who_set_and_ended_it(statuses: Statuses, records: SqlRecords) -> None:
    kept = statuses.set(wish(), NOON, "account-1").status
    statuses.back("acme", "ian", "Sam Okafor", How.OPERATOR, hours(1))
    ended, was_set = records.audit.page(client="acme")[0]
    assert (was_set.who, was_set.account, was_set.at) == ("Ian Frost", "account-1", NOON)
    assert (was_set.act, was_set.about) == ("set a status (away, text)", f"ian {kept.id}")
    assert (ended.who, ended.act) == ("Sam Okafor", "ended a status (away, operator)")


def test_what_is_refused_changes_nothing(statuses: Statuses, records: SqlRecords) -> None:
    with pytest.raises(StatusError):
        statuses.set(wish(ends=hours(-1)), NOON)
    assert records.statuses.history("acme") == ()
    assert records.audit.page()[0] == []
    assert statuses.told == []


def test_one_counts_where_several_are_set_at_once(statuses: Statuses, records: SqlRecords) -> None:
    def set_one(kind: StatusKind) -> None:
        statuses.set(wish(kind=kind, ends=hours(5)), NOON)

    threads = [threading.Thread(target=set_one, args=(kind,)) for kind in (*StatusKind,) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(records.statuses.history("acme")) == 9
    current = statuses.current("acme", "ian", hours(1))
    assert current is not None
    assert standing_of(records, "acme", hours(1)) == Availability({"ian": current.kind})
    statuses.back("acme", "ian", "Ian", How.PAGE, hours(2))
    assert standing_of(records, "acme", hours(2)) == Availability()
