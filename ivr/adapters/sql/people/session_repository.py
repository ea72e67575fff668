"""`SqlSessionRepository`: who is signed in.

A session's token is kept as its hash alone: whoever reads the database cannot sign in with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.people.account_repository import SqlAccountRepository
from ivr.adapters.sql.tables import accounts, sessions
from ivr.core.accounts.account import SERVER, SERVER_ID, Account

SESSION_LASTS = timedelta(hours=12)
IDLE_LASTS = timedelta(hours=2)
SEEN_EVERY = timedelta(minutes=1)
"""How often a session that is in use is written to."""


class SqlSessionRepository:
    """The sessions in the records. Every method raises `RecordsUnavailable` where the database
    cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def begin(self, account: Account, now: datetime) -> str:
        """Begin a session, and forget those that have lapsed; returns its token."""
        token = secrets.token_urlsafe(32)
        lapsed = (sessions.c.begun_at <= now - SESSION_LASTS) | (
            sessions.c.seen_at <= now - IDLE_LASTS
        )
        row = {"key": _key(token), "account": account.id, "begun_at": now, "seen_at": now}
        self._write(sa.delete(sessions).where(lapsed), sa.insert(sessions).values(row))
        return token

    def signed_in(self, token: str, now: datetime, counts: bool = True) -> Account | None:
        """Whose session this is, if it holds: it ends after `SESSION_LASTS`, or `IDLE_LASTS` after
        it was last seen. Where this `counts`, it is seen now."""
        query = sa.select(sessions).where(sessions.c.key == _key(token))
        with reading(self._source) as connection:
            session = connection.execute(query).first()
            if session is None or not _holds(session, now):
                return None
        if session.account == SERVER_ID:
            account: Account | None = SERVER
        else:
            account = SqlAccountRepository(self._source).by_id(session.account)
        if account is None or account.disabled:
            return None
        if counts and session.seen_at <= now - SEEN_EVERY:
            seen = sa.update(sessions).where(sessions.c.key == session.key).values(seen_at=now)
            self._write(seen)
        return account

    def holding(self, tokens: Collection[str], now: datetime) -> set[str]:
        """Which of these sessions hold, by their tokens. They count as seen: a page is open."""
        keys = {_key(token): token for token in tokens}
        with reading(self._source) as connection:
            rows = connection.execute(_enabled_sessions(keys))
            found = [row for row in rows if _holds(row, now)]
        stale = [row.key for row in found if row.seen_at <= now - SEEN_EVERY]
        if stale:
            self._write(sa.update(sessions).where(sessions.c.key.in_(stale)).values(seen_at=now))
        return {keys[row.key] for row in found}

    def end(self, token: str) -> None:
        """End one session."""
        self._write(sa.delete(sessions).where(sessions.c.key == _key(token)))

    def end_all(self, account_id: str) -> None:
        """End every session of an account."""
        self._write(sa.delete(sessions).where(sessions.c.account == account_id))

    def open_by_account(self, now: datetime) -> dict[str, int]:
        """How many sessions hold, by account."""
        count = sa.func.count()
        query = (
            sa.select(sessions.c.account, count)
            .where(sessions.c.begun_at > now - SESSION_LASTS, sessions.c.seen_at > now - IDLE_LASTS)
            .group_by(sessions.c.account)
        )
        with reading(self._source) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def _write(self, *statements: sa.Executable) -> None:
        with writing(self._source) as connection:
            for statement in statements:
                connection.execute(statement)


def _holds(session: sa.Row[tuple[object, ...]], now: datetime) -> bool:
    begun, seen = session.begun_at, session.seen_at
    return bool(now < begun + SESSION_LASTS and now < seen + IDLE_LASTS)


def _enabled_sessions(keys: Iterable[str]) -> sa.Select[tuple[Any, ...]]:
    joined = sessions.outerjoin(accounts, accounts.c.id == sessions.c.account)
    enabled = sa.or_(sessions.c.account == SERVER_ID, accounts.c.disabled.is_(False))
    return sa.select(sessions).select_from(joined).where(sessions.c.key.in_(keys), enabled)


def _key(token: str) -> str:
    return sha256(token.encode()).hexdigest()
