"""Accounts are kept, on each kind of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ivr.adapters.sql import SqlRecords
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.core.records.message import Recipient
from ivr.errors import AccountError
from tests.accounts import keep_account

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MAYA = Account(
    id="", login="Maya", name="Maya Field", role=Role.EDITOR, email="Maya@Agency.example"
)


def test_an_account_is_found_by_login_and_e_mail_however_they_are_written(
    records: SqlRecords,
) -> None:
    maya = keep_account(records, MAYA, NOON)
    assert records.accounts.by_login(" MAYA ") == maya
    assert records.accounts.by_email("maya@agency.EXAMPLE") == maya
    assert records.accounts.by_id(maya.id) == maya
    assert records.accounts.all() == [maya]
    assert records.accounts.password(maya.id) is None


@pytest.mark.parametrize(
    "other", [replace(MAYA, email=None), replace(MAYA, login="other"), replace(MAYA, login="mAya")]
)
def test_a_login_and_an_e_mail_belong_to_one_account(other: Account, records: SqlRecords) -> None:
    keep_account(records, MAYA, NOON)
    with pytest.raises(AccountError, match="already"):
        keep_account(records, other, NOON)


def test_who_can_keep_accounts_and_who_is_alerted_is_known(records: SqlRecords) -> None:
    sam = keep_account(records, replace(MAYA, role=Role.ADMINISTRATOR, login="sam"), NOON)
    away = Account(id="", login="away", name="Away", role=Role.ADMINISTRATOR, disabled=True)
    keep_account(records, away, NOON)
    keep_account(records, Account(id="", login="kit", name="Kit", role=Role.SUPERVISOR), NOON)
    keep_account(
        records,
        Account(id="", login="pat", name="Pat", role=Role.SUPERVISOR, email="pat@agency.example"),
        NOON,
    )
    assert records.accounts.administrators() == [sam]
    assert records.accounts.supervisors_by_email() == [Recipient("Pat", "pat@agency.example")]
