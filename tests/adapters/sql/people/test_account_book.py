"""Accounts, sessions and the audit trail are kept, on each kind of database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from ivr.adapters.sql import SqlRecords
from ivr.adapters.sql.people.account_book import IDLE_LASTS, SESSION_LASTS
from ivr.core.accounts.account import SERVER, Account
from ivr.core.accounts.roles import Role
from ivr.core.records.audit_entry import AuditEntry
from ivr.errors import AccountError

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MAYA = Account(
    id="", login="Maya", name="Maya Field", role=Role.EDITOR, email="Maya@Agency.example"
)


def test_an_account_is_found_by_login_and_e_mail_however_they_are_written(
    records: SqlRecords,
) -> None:
    maya = records.accounts.add(MAYA, NOON)
    assert records.accounts.by_login(" MAYA ") == maya
    assert records.accounts.by_email("maya@agency.EXAMPLE") == maya
    assert records.accounts.by_id(maya.id) == maya
    assert records.accounts.all() == [maya]
    assert records.accounts.password(maya.id) is None


@pytest.mark.parametrize(
    "other", [replace(MAYA, email=None), replace(MAYA, login="other"), replace(MAYA, login="mAya")]
)
def test_a_login_and_an_e_mail_belong_to_one_account(other: Account, records: SqlRecords) -> None:
    records.accounts.add(MAYA, NOON)
    with pytest.raises(AccountError, match="already"):
        records.accounts.add(other, NOON)


def test_a_session_lapses_when_it_is_idle_and_in_the_end(records: SqlRecords) -> None:
    book = records.accounts
    maya = book.add(MAYA, NOON)
    token = book.begin(maya, NOON)
    assert book.visitor(token, NOON + IDLE_LASTS - timedelta(seconds=1)) == maya
    later = NOON + IDLE_LASTS + timedelta(hours=1)
    assert book.visitor(token, later) == maya  # it was seen meanwhile
    assert book.visitor(token, later + IDLE_LASTS) is None
    now = NOON
    other = book.begin(maya, now)
    while now < NOON + SESSION_LASTS:
        assert book.visitor(other, now) == maya
        now += timedelta(hours=1)
    assert book.visitor(other, now) is None


def test_sessions_can_be_ended_one_or_all(records: SqlRecords) -> None:
    book = records.accounts
    maya = book.add(MAYA, NOON)
    one, two, three = (book.begin(maya, NOON) for _ in range(3))
    assert book.open_sessions(NOON) == {maya.id: 3}
    book.end(one)
    assert [book.visitor(each, NOON) is None for each in (one, two, three)] == [True, False, False]
    book.end_all(maya.id)
    assert book.open_sessions(NOON) == {}


def test_a_new_password_a_new_role_and_disabling_end_all_sessions(records: SqlRecords) -> None:
    book = records.accounts
    maya = book.add(MAYA, NOON)
    acts = (
        lambda: book.set_password(maya.id, "hash"),
        lambda: book.change(replace(maya, role=Role.SUPERVISOR)),
        lambda: book.change(replace(maya, disabled=True)),
    )
    for act in acts:
        token = book.begin(maya, NOON)
        act()
        assert book.visitor(token, NOON) is None
    assert book.visitor(book.begin(maya, NOON), NOON) is None  # still disabled


def test_the_last_administrator_stays_one(records: SqlRecords) -> None:
    book = records.accounts
    maya = book.add(replace(MAYA, role=Role.ADMINISTRATOR), NOON)
    gone = Account(id="", login="gone", name="Gone", role=Role.ADMINISTRATOR)
    book.change(replace(book.add(gone, NOON), disabled=True))
    for change in (replace(maya, disabled=True), replace(maya, role=Role.EDITOR)):
        with pytest.raises(AccountError, match="maya is the last administrator"):
            book.change(change)
    assert book.change(replace(maya, name="Maya Fields")).name == "Maya Fields"
    sam = book.add(Account(id="", login="sam", name="Sam", role=Role.ADMINISTRATOR), NOON)
    assert book.change(replace(maya, role=Role.EDITOR)).role is Role.EDITOR
    with pytest.raises(AccountError, match="sam is the last administrator"):
        book.change(replace(sam, disabled=True))


def test_of_two_administrators_who_leave_at_once_one_stays(records: SqlRecords) -> None:
    book = records.accounts
    two = [
        book.add(Account(id="", login=login, name=login, role=Role.ADMINISTRATOR), NOON)
        for login in ("maya", "sam")
    ]
    together = Barrier(2)

    def leave(account: Account) -> bool:
        together.wait(30)
        try:
            return bool(book.change(replace(account, role=Role.EDITOR)))
        except AccountError:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, two)) == [False, True]
    assert [each.role for each in book.all()].count(Role.ADMINISTRATOR) == 1


def test_the_server_s_own_session_is_an_administrator_s(records: SqlRecords) -> None:
    token = records.accounts.begin(SERVER, NOON)
    assert records.accounts.visitor(token, NOON) == SERVER


def test_the_database_does_not_hold_what_signs_in(records: SqlRecords, records_url: str) -> None:
    token = records.accounts.begin(SERVER, NOON)
    engine = sa.create_engine(records_url)
    with engine.connect() as connection:
        assert token not in str(connection.exec_driver_sql("SELECT * FROM sessions").all())
    engine.dispose()


def test_the_trail_is_paged_and_narrowed(records: SqlRecords) -> None:
    book = records.accounts
    for number in range(101):
        at = NOON + timedelta(seconds=number)
        client = "acme" if number % 2 else None
        book.note(
            AuditEntry(at=at, account="1", who="maya", act="saw", client=client, about=str(number))
        )
    first, more = book.acts()
    assert (first[0].about, len(first), more) == ("100", 100, True)
    rest, more = book.acts(page=2)
    assert ([act.about for act in rest], more) == (["0"], False)
    acme, more = book.acts(client="acme", who="maya", act="saw")
    assert (len(acme), more) == (50, False)
    assert book.acts(who="nobody") == ([], False)
