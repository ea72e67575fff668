"""`SqlAccountRepository`: those who may sign in, and the hashes of their passwords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.tables import accounts
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.core.records.message import Recipient
from ivr.errors import AccountError


class SqlAccountRepository:
    """The accounts in the records. Every method raises `RecordsUnavailable` where the database
    cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def add(self, account: Account, now: datetime) -> None:
        """Keep a new account, which has no password yet. Raises `AccountError` where its login or
        e-mail is taken."""
        self._write(sa.insert(accounts).values(**asdict(account), made_at=now))

    def change(self, account: Account) -> None:
        """Keep an account as it is now. Raises `AccountError` as `add` does."""
        values = {key: value for key, value in asdict(account).items() if key != "id"}
        self._write(sa.update(accounts).where(accounts.c.id == account.id).values(**values))

    def all(self) -> list[Account]:
        """Every account, by login."""
        return self._those(sa.true())

    def administrators(self) -> list[Account]:
        """Those who can keep accounts, whom nobody else can change before the transaction ends."""
        able = (accounts.c.role == Role.ADMINISTRATOR, accounts.c.disabled.is_(False))
        query = sa.select(accounts).where(*able).order_by(accounts.c.id).with_for_update()
        with writing(self._source) as connection:
            return [_account(row) for row in connection.execute(query)]

    def supervisors_by_email(self) -> list[Recipient]:
        """The supervisors who may sign in and have an e-mail address."""
        c = accounts.c
        which = (c.role == Role.SUPERVISOR, c.disabled.is_(False), c.email.is_not(None))
        query = sa.select(c.name, c.email).where(*which)
        with reading(self._source) as connection:
            return [Recipient(row.name, row.email) for row in connection.execute(query)]

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
        with reading(self._source) as connection:
            found: str | None = connection.execute(query).scalar()
            return found

    def set_password(self, account_id: str, password_hash: str) -> None:
        """Keep a new password."""
        self._write(_password(account_id, password_hash))

    def rehash(self, account_id: str, old: str, new: str) -> None:
        """Keep the same password with other parameters, unless it was changed meanwhile."""
        self._write(_password(account_id, new).where(accounts.c.password == old))

    def _write(self, statement: sa.Executable) -> None:
        with writing(self._source) as connection:
            try:
                connection.execute(statement)
            except IntegrityError as error:
                raise AccountError(
                    "There is already an account with this login or e-mail address."
                ) from error

    def _those(self, which: sa.ColumnElement[bool]) -> list[Account]:
        query = sa.select(accounts).where(which).order_by(accounts.c.login)
        with reading(self._source) as connection:
            return [_account(row) for row in connection.execute(query)]

    def _one(self, which: sa.ColumnElement[bool]) -> Account | None:
        return next(iter(self._those(which)), None)


def _account(row: sa.Row[tuple[object, ...]]) -> Account:
    values = row._asdict()
    fields: Sequence[str] = tuple(Account.__dataclass_fields__)
    return Account(**{**{key: values[key] for key in fields}, "role": Role(values["role"])})


def _password(account_id: str, password_hash: str) -> sa.Update:
    return sa.update(accounts).where(accounts.c.id == account_id).values(password=password_hash)
