"""Calls are told how people stand from memory, which goes on where the database does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from structlog.testing import capture_logs

from ivr.adapters.sql import SqlRecords
from ivr.core.availability.standing import Availability, StatusKind
from ivr.core.availability.status import How, StatusRequest
from ivr.services.current_statuses import CurrentStatuses
from tests.statuses import keep_status

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def away(starts: datetime, ends: datetime | None = None) -> StatusRequest:
    return StatusRequest(
        client="acme",
        person="ian",
        kind=StatusKind.AWAY,
        starts=starts,
        ends=ends,
        by="Ian",
        how=How.PAGE,
    )


AWAY = Availability({"ian": StatusKind.AWAY})


def test_what_is_set_counts_after_the_next_look_and_begins_and_ends_by_itself(
    records: SqlRecords,
) -> None:
    current = CurrentStatuses(records.statuses, lambda: NOON)
    keep_status(records, away(NOON + HOUR, NOON + 2 * HOUR), NOON)
    assert current.standing("acme", NOON + HOUR) == Availability()
    current.refresh()
    stands = [current.standing("acme", NOON + count * HOUR) for count in range(3)]
    assert stands == [Availability(), AWAY, Availability()]
    assert current.standing("other", NOON + HOUR) == Availability()


def test_where_the_database_cannot_be_used_the_last_word_counts_and_it_is_said(
    records: SqlRecords,
) -> None:
    keep_status(records, away(NOON), NOON)
    current = CurrentStatuses(records.statuses, lambda: NOON)
    with records._engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE statuses RENAME TO gone"))
    try:
        with capture_logs() as logs:
            current.refresh()
            assert current.standing("acme", NOON) == AWAY
            current.refresh()
        assert [each["event"] for each in logs] == ["status.unknown"], "said once, not every second"
    finally:
        with records._engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE gone RENAME TO statuses"))
