"""Accounts, their sessions and the audit trail in the records.

A session's token is kept as its hash alone: whoever reads the database cannot sign in with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ivr.adapters.sql.database import reading, writing
from ivr.adapters.sql.tables import accounts, audit, sessions
from ivr.core.accounts.account import SERVER, SERVER_ID, Account, checked
from ivr.core.accounts.roles import Role
from ivr.core.records.audit_entry import AuditEntry
from ivr.errors import AccountError

SESSION_LASTS = timedelta(hours=12)
IDLE_LASTS = timedelta(hours=2)
SEEN_EVERY = timedelta(minutes=1)
"""How often a session that is in use is written to."""

AUDIT_PAGE = 100


class AccountBook:
    """All that is asked of the records about accounts. Each method is one transaction, and raises
    `RecordsUnavailable` where the database cannot be used."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    # Accounts

    def add(self, account: Account, now: datetime) -> Account:
        """Keep a new account, which has no password yet. Raises `AccountError` where it is not
        whole, or its login or e-mail is taken."""
        new = replace(checked(account), id=secrets.token_hex(16))
        self._write(sa.insert(accounts).values(**asdict(new), made_at=now))
        return new

    def change(self, account: Account) -> Account:
        """Keep an account as it is now; who is disabled or changes role is signed out.

        Raises `AccountError` as `add` does, and where nobody would be left who can keep accounts.
        """
        new = checked(account)
        values = {key: value for key, value in asdict(new).items() if key != "id"}
        statement = sa.update(accounts).where(accounts.c.id == new.id).values(**values)
        with writing(self._engine) as connection:
            if new.role is not Role.ADMINISTRATOR or new.disabled:
                _keep_an_administrator(connection, new)
            _execute(connection, statement, sa.delete(sessions).where(sessions.c.account == new.id))
        return new

    def all(self) -> list[Account]:
        """Every account, by login."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(accounts).order_by(accounts.c.login))
            return [_account(row) for row in rows]

    def by_id(self, account_id: str) -> Account | None:
        """The account with this id."""
        return self._one(accounts.c.id == account_id)

    def by_login(self, login: str) -> Account | None:
        """The account with this login, however it is written."""
        return self._one(accounts.c.login == login.strip().lower())

    def by_email(self, email: str) -> Account | None:
        """The account with this e-mail address, however it is written."""
        return self._one(accounts.c.email == email.strip().lower())

    def password(self, account_id: str) -> str | None:
        """The hash of an account's password, if it has one."""
        query = sa.select(accounts.c.password).where(accounts.c.id == account_id)
        with reading(self._engine) as connection:
            found: str | None = connection.execute(query).scalar()
            return found

    def set_password(self, account_id: str, password_hash: str) -> None:
        """Give an account a new password, which ends its sessions."""
        self._write(
            _password(account_id, password_hash),
            sa.delete(sessions).where(sessions.c.account == account_id),
        )

    def rehash(self, account_id: str, old: str, new: str) -> None:
        """Keep the same password with other parameters, unless it was changed meanwhile."""
        self._write(_password(account_id, new).where(accounts.c.password == old))

    # Sessions

    def begin(self, account: Account, now: datetime) -> str:
        """Begin a session, and forget those that have lapsed; returns its token."""
        token = secrets.token_urlsafe(32)
        lapsed = (sessions.c.begun_at <= now - SESSION_LASTS) | (
            sessions.c.seen_at <= now - IDLE_LASTS
        )
        row = {"key": _key(token), "account": account.id, "begun_at": now, "seen_at": now}
        self._write(sa.delete(sessions).where(lapsed), sa.insert(sessions).values(row))
        return token

    def visitor(self, token: str, now: datetime, counts: bool = True) -> Account | None:
        """Whose session this is, if it holds: it ends after `SESSION_LASTS`, or `IDLE_LASTS` after
        it was last seen. Where this `counts`, it is seen now."""
        query = sa.select(sessions).where(sessions.c.key == _key(token))
        with reading(self._engine) as connection:
            session = connection.execute(query).first()
            if session is None or not _holds(session, now):
                return None
            found = _find(connection, accounts.c.id == session.account)
        account = SERVER if session.account == SERVER_ID else found
        if account is None or account.disabled:
            return None
        if counts and session.seen_at <= now - SEEN_EVERY:
            seen = sa.update(sessions).where(sessions.c.key == session.key).values(seen_at=now)
            self._write(seen)
        return account

    def holding(self, tokens: Collection[str], now: datetime) -> set[str]:
        """Which of these sessions hold, by their tokens. They count as seen: a page is open."""
        keys = {_key(token): token for token in tokens}
        with reading(self._engine) as connection:
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

    def open_sessions(self, now: datetime) -> dict[str, int]:
        """How many sessions hold, by account."""
        count = sa.func.count()
        query = (
            sa.select(sessions.c.account, count)
            .where(sessions.c.begun_at > now - SESSION_LASTS, sessions.c.seen_at > now - IDLE_LASTS)
            .group_by(sessions.c.account)
        )
        with reading(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    # The audit trail

    def note(self, act: AuditEntry) -> None:
        """Keep what somebody did."""
        self._write(sa.insert(audit).values(asdict(act)))

    def noted(self, act: AuditEntry, since: datetime) -> bool:
        """Whether the same account has done the same since then."""
        c = audit.c
        same = (c.account == act.account, c.act == act.act, c.client == act.client)
        query = sa.select(c.id).where(c.at > since, *same, c.about == act.about).limit(1)
        with reading(self._engine) as connection:
            return connection.execute(query).first() is not None

    def acts(
        self, *, who: str = "", act: str = "", client: str = "", page: int = 1
    ) -> tuple[list[AuditEntry], bool]:
        """A page of the trail, the newest first, and whether there is another. What is empty does
        not narrow it; `act` may be a part of what was done."""
        query = sa.select(audit).order_by(audit.c.at.desc(), audit.c.id.desc())
        if act:
            query = query.where(audit.c.act.icontains(act, autoescape=True))
        for column, value in ((audit.c.who, who), (audit.c.client, client)):
            if value:
                query = query.where(column == value)
        query = query.limit(AUDIT_PAGE + 1).offset((page - 1) * AUDIT_PAGE)
        with reading(self._engine) as connection:
            rows = [row._asdict() for row in connection.execute(query)]
        found = [AuditEntry(**{key: row[key] for key in row if key != "id"}) for row in rows]
        return found[:AUDIT_PAGE], len(found) > AUDIT_PAGE

    def _write(self, *statements: sa.Executable) -> None:
        with writing(self._engine) as connection:
            _execute(connection, *statements)

    def _one(self, where: sa.ColumnElement[bool]) -> Account | None:
        with reading(self._engine) as connection:
            return _find(connection, where)


def _execute(connection: sa.Connection, *statements: sa.Executable) -> None:
    try:
        for statement in statements:
            connection.execute(statement)
    except IntegrityError as error:
        raise AccountError(
            "There is already an account with this login or e-mail address."
        ) from error


def _keep_an_administrator(connection: sa.Connection, leaving: Account) -> None:
    """Raise `AccountError` where `leaving` is the only one who can keep accounts.

    All of them are locked, so that of two who leave at the same moment the second is refused.
    """
    able = (accounts.c.role == Role.ADMINISTRATOR, accounts.c.disabled.is_(False))
    query = sa.select(accounts.c.id).where(*able).order_by(accounts.c.id).with_for_update()
    if [row.id for row in connection.execute(query)] == [leaving.id]:
        raise AccountError(
            f"{leaving.login} is the last administrator. Make somebody else one first."
        )


def _find(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Account | None:
    row = connection.execute(sa.select(accounts).where(where)).first()
    return _account(row) if row else None


def _account(row: sa.Row[tuple[object, ...]]) -> Account:
    values = row._asdict()
    fields: Sequence[str] = tuple(Account.__dataclass_fields__)
    return Account(**{**{key: values[key] for key in fields}, "role": Role(values["role"])})


def _password(account_id: str, password_hash: str) -> sa.Update:
    return sa.update(accounts).where(accounts.c.id == account_id).values(password=password_hash)


def _holds(session: sa.Row[tuple[object, ...]], now: datetime) -> bool:
    begun, seen = session.begun_at, session.seen_at
    return bool(now < begun + SESSION_LASTS and now < seen + IDLE_LASTS)


def _enabled_sessions(keys: Iterable[str]) -> sa.Select[tuple[Any, ...]]:
    joined = sessions.outerjoin(accounts, accounts.c.id == sessions.c.account)
    enabled = sa.or_(sessions.c.account == SERVER_ID, accounts.c.disabled.is_(False))
    return sa.select(sessions).select_from(joined).where(sessions.c.key.in_(keys), enabled)


def _key(token: str) -> str:
    return sha256(token.encode()).hexdigest()
