"""What is done to accounts, with all that follows from it, on each kind of database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier

import pytest

from ivr.adapters.sql import SqlRecords
from ivr.core.accounts.account import Account
from ivr.core.accounts.actor import at_server
from ivr.core.accounts.roles import Role
from ivr.errors import AccountError
from ivr.services.accounts import AccountService
from tests.accounts import keep_account

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MAYA = Account(id="", login="Maya", name="Maya Field", role=Role.EDITOR)
ADMINISTRATOR = replace(MAYA, role=Role.ADMINISTRATOR)
SERVER = at_server()


@pytest.fixture
def accounts(records: SqlRecords) -> AccountService:
    return AccountService(records)


def test_an_account_is_kept_with_who_made_it(accounts: AccountService, records: SqlRecords) -> None:
    maya = accounts.add(MAYA, SERVER, NOON)
    assert records.accounts.all() == [maya]
    [entry], _ = records.audit.page()
    said = (entry.who, entry.act, entry.about)
    assert said == ("server", "added an account of role editor", "account maya")


def test_an_account_that_is_refused_leaves_nothing(
    accounts: AccountService, records: SqlRecords
) -> None:
    with pytest.raises(AccountError, match="must name its client"):
        accounts.add(replace(MAYA, role=Role.CLIENT), SERVER, NOON)
    assert records.accounts.all() == []
    assert records.audit.page() == ([], False)


Act = Callable[[AccountService, Account], object]


@pytest.mark.parametrize(
    "act",
    [
        lambda accounts, maya: accounts.set_password(maya, "hash", "set it", SERVER, NOON),
        lambda accounts, maya: accounts.end_sessions(maya, "ended all sessions", SERVER, NOON),
        lambda accounts, maya: accounts.change(
            replace(maya, role=Role.SUPERVISOR), "changed", SERVER, NOON
        ),
        lambda accounts, maya: accounts.change(
            replace(maya, disabled=True), "disabled", SERVER, NOON
        ),
    ],
)
def test_a_new_password_a_new_role_and_disabling_end_all_sessions(
    act: Act, accounts: AccountService, records: SqlRecords
) -> None:
    maya = keep_account(records, MAYA, NOON)
    token = accounts.sign_in(maya, "by password", NOON)
    assert records.sessions.signed_in(token, NOON) == maya
    act(accounts, maya)
    assert records.sessions.signed_in(token, NOON) is None
    done, signed_in = records.audit.page()[0]
    assert (done.who, done.about) == ("server", "account maya")
    assert (signed_in.who, signed_in.act) == ("maya", "signed in by password")


def test_a_disabled_account_is_not_signed_in(accounts: AccountService, records: SqlRecords) -> None:
    maya = accounts.change(
        replace(keep_account(records, MAYA, NOON), disabled=True), "disabled", SERVER, NOON
    )
    assert records.sessions.signed_in(accounts.sign_in(maya, "by link", NOON), NOON) is None


def test_the_last_administrator_stays_one(accounts: AccountService, records: SqlRecords) -> None:
    def change(account: Account) -> Account:
        return accounts.change(account, "changed", SERVER, NOON)

    maya = keep_account(records, ADMINISTRATOR, NOON)
    keep_account(records, replace(ADMINISTRATOR, login="gone", disabled=True), NOON)
    for changed in (replace(maya, disabled=True), replace(maya, role=Role.EDITOR)):
        with pytest.raises(AccountError, match="maya is the last administrator"):
            change(changed)
    assert change(replace(maya, name="Maya Fields")).name == "Maya Fields"
    sam = keep_account(records, replace(ADMINISTRATOR, login="sam"), NOON)
    assert change(replace(maya, role=Role.EDITOR)).role is Role.EDITOR
    with pytest.raises(AccountError, match="sam is the last administrator"):
        change(replace(sam, disabled=True))


def test_of_two_administrators_who_leave_at_once_one_stays(
    accounts: AccountService, records: SqlRecords
) -> None:
    two = [
        keep_account(records, replace(ADMINISTRATOR, login=login), NOON)
        for login in ("maya", "sam")
    ]
    together = Barrier(2)

    def leave(account: Account) -> bool:
        together.wait(30)
        try:
            return bool(accounts.change(replace(account, role=Role.EDITOR), "left", SERVER, NOON))
        except AccountError:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, two)) == [False, True]
    assert [each.role for each in records.accounts.all()].count(Role.ADMINISTRATOR) == 1
