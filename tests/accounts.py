"""Accounts, and tokens of programs, as tests want them in the records."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from ivr.adapters.sql import SqlRecords
from ivr.core.accounts.account import Account, checked
from ivr.core.accounts.scopes import TokenScope
from ivr.core.accounts.token import Token, new_key


def keep_account(records: SqlRecords, account: Account, now: datetime) -> Account:
    """An account that was there before; of its making nothing was noted."""
    new = replace(checked(account), id=secrets.token_hex(16))
    records.accounts.add(new, now)
    return new


def keep_token(
    records: SqlRecords,
    client: str | None,
    now: datetime,
    scopes: frozenset[TokenScope] = frozenset(TokenScope),
    name: str = "crm",
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """A token that was there before, and its key."""
    token = Token(
        id=secrets.token_hex(16),
        name=name,
        client=client,
        scopes=scopes,
        made_at=now,
        made_by="maya",
        expires_at=expires_at,
    )
    key = new_key()
    records.tokens.add(token, key)
    return token, key
