"""Sessions are kept, on each kind of database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from ivr.adapters.sql import SqlRecords
from ivr.adapters.sql.people.session_repository import IDLE_LASTS, SESSION_LASTS
from ivr.core.accounts.account import SERVER, Account
from ivr.core.accounts.roles import Role
from tests.accounts import keep_account

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MAYA = Account(id="", login="maya", name="Maya Field", role=Role.EDITOR)


def test_a_session_lapses_when_it_is_idle_and_in_the_end(records: SqlRecords) -> None:
    sessions = records.sessions
    maya = keep_account(records, MAYA, NOON)
    token = sessions.begin(maya, NOON)
    assert sessions.signed_in(token, NOON + IDLE_LASTS - timedelta(seconds=1)) == maya
    later = NOON + IDLE_LASTS + timedelta(hours=1)
    assert sessions.signed_in(token, later) == maya  # it was seen meanwhile
    assert sessions.signed_in(token, later + IDLE_LASTS) is None
    now = NOON
    other = sessions.begin(maya, now)
    while now < NOON + SESSION_LASTS:
        assert sessions.signed_in(other, now) == maya
        now += timedelta(hours=1)
    assert sessions.signed_in(other, now) is None


def test_sessions_can_be_ended_one_or_all(records: SqlRecords) -> None:
    sessions = records.sessions
    maya = keep_account(records, MAYA, NOON)
    one, two, three = (sessions.begin(maya, NOON) for _ in range(3))
    assert sessions.open_by_account(NOON) == {maya.id: 3}
    sessions.end(one)
    assert [sessions.signed_in(each, NOON) is None for each in (one, two, three)] == [
        True,
        False,
        False,
    ]
    sessions.end_all(maya.id)
    assert sessions.open_by_account(NOON) == {}


def test_the_server_s_own_session_is_an_administrator_s(records: SqlRecords) -> None:
    token = records.sessions.begin(SERVER, NOON)
    assert records.sessions.signed_in(token, NOON) == SERVER


def test_the_database_does_not_hold_what_signs_in(records: SqlRecords, records_url: str) -> None:
    token = records.sessions.begin(SERVER, NOON)
    engine = sa.create_engine(records_url)
    with engine.connect() as connection:
        assert token not in str(connection.exec_driver_sql("SELECT * FROM sessions").all())
    engine.dispose()
