"""`SqlTokenRepository`: who may use the API. Of a token's key only a hash is kept."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.tables import tokens
from ivr.core.accounts.scopes import TokenScope
from ivr.core.accounts.token import Token, hashed

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when a token was last used."""


class SqlTokenRepository:
    """The tokens in the records. Every method raises
    `RecordsUnavailable` where the database cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def add(self, token: Token, key: str) -> None:
        """Keep a new token, and of its key the hash."""
        values = {each.name: getattr(token, each.name) for each in fields(token)}
        row = {**values, "scopes": sorted(token.scopes), "key": hashed(key)}
        with writing(self._source) as connection:
            connection.execute(sa.insert(tokens).values(row))

    def all(self) -> list[Token]:
        """Every token, the newest first; also those that hold no more."""
        query = sa.select(tokens).order_by(tokens.c.made_at.desc(), tokens.c.id)
        with reading(self._source) as connection:
            return [_from_row(row) for row in connection.execute(query)]

    def find(self, token_id: str) -> Token | None:
        """The token with this id."""
        with reading(self._source) as connection:
            return _first(connection, tokens.c.id == token_id)

    def holder(self, key: str, now: datetime) -> Token | None:
        """The token of which this is the key, if it holds; it counts as used."""
        with reading(self._source) as connection:
            token = _first(connection, tokens.c.key == hashed(key))
        if token is None or not token.holds(now):
            return None
        if token.seen_at is None or token.seen_at <= now - SEEN_EVERY:
            seen = sa.update(tokens).where(tokens.c.id == token.id).values(seen_at=now)
            with writing(self._source) as connection:
                connection.execute(seen)
        return token

    def revoke(self, token_id: str, now: datetime) -> None:
        """Let it in no more, from this moment on. Once revoked it stays so."""
        which = sa.and_(tokens.c.id == token_id, tokens.c.revoked_at.is_(None))
        with writing(self._source) as connection:
            connection.execute(sa.update(tokens).where(which).values(revoked_at=now))


def _first(connection: sa.Connection, which: sa.ColumnElement[bool]) -> Token | None:
    row = connection.execute(sa.select(tokens).where(which)).first()
    return _from_row(row) if row else None


def _from_row(row: sa.Row[Any]) -> Token:
    values = {each.name: getattr(row, each.name) for each in fields(Token)}
    # A scope that a newer or an older Tango knows is none here.
    known = frozenset(TokenScope(each) for each in row.scopes if each in set(TokenScope))
    return Token(**{**values, "scopes": known})
