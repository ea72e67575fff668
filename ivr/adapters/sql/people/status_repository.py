"""`SqlStatusRepository`: what clients' people say of themselves.

A status is never changed but to be cut short: what was set, by whom, how and until when stays.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.tables import audit, statuses
from ivr.core.accounts.account import SERVER_ID
from ivr.core.availability import status as rules
from ivr.core.availability.standing import Availability, StatusKind
from ivr.core.availability.status import How, Status, StatusChange, StatusRequest
from ivr.core.flow.people import EVERYBODY
from ivr.errors import StatusError


class SqlStatusRepository:
    """The statuses in the records. `account` is who acts, by the id of their account, for the audit
    trail; else the server. Every method raises `RecordsUnavailable` where the database cannot be
    used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def set(self, wish: StatusRequest, now: datetime, account: str = SERVER_ID) -> StatusChange:
        """Set a status; it cuts short what the same person had set for the same time. Raises
        `StatusError` where it is not one that can be kept."""
        new = rules.made(rules.checked(wish, now), secrets.token_hex(16), now)
        with writing(self._source) as connection:
            cut = rules.replaced(_ahead(connection, wish.client, now), new)
            for each in cut:
                _keep(connection, each)
            connection.execute(sa.insert(statuses).values(_row(new)))
            act = f"set a status ({new.kind}, {new.set_how})"
            _audit(connection, new, act, new.set_by, account, now)
        return StatusChange(new, tuple(cut))

    def back(
        self,
        client: str,
        person: str | None,
        by: str,
        how: How,
        now: datetime,
        account: str = SERVER_ID,
        *,
        planned: bool = False,
    ) -> tuple[Status, ...]:
        """End what counts for a person now (None: what was said for everybody), and with `planned`
        also what is still to come; returns what was ended."""
        with writing(self._source) as connection:
            return tuple(
                _end(connection, each, by, how, now, account)
                for each in _ahead(connection, client, now)
                if each.person == person and (planned or each.counts(now))
            )

    def end(
        self,
        status_id: str,
        client: str,
        by: str,
        how: How,
        now: datetime,
        account: str = SERVER_ID,
    ) -> Status:
        """End one status of a client's, or call it off. Raises `StatusError` where the client has
        none such, or it is over."""
        with writing(self._source) as connection:
            found = next((s for s in _ahead(connection, client, now) if s.id == status_id), None)
            if found is None:
                raise StatusError("That status is over already; look again.")
            return _end(connection, found, by, how, now, account)

    def ahead(self, client: str, now: datetime) -> tuple[Status, ...]:
        """A client's statuses that hold now or are still to come, the first to begin first."""
        with reading(self._source) as connection:
            return _ahead(connection, client, now)

    def all_ahead(self, now: datetime) -> tuple[Status, ...]:
        """Those of all clients."""
        with reading(self._source) as connection:
            return _ahead(connection, None, now)

    def current(self, client: str, person: str | None, now: datetime) -> Status | None:
        """The one that counts for a person by what they said of themselves; for None, by what was
        said for everybody."""
        return rules.counting(self.ahead(client, now), client, person, now)

    def standing(self, client: str, now: datetime) -> Availability:
        """How a client's people stand now."""
        return rules.standing(self.ahead(client, now), client, now)

    def history(self, client: str, limit: int = 50) -> tuple[Status, ...]:
        """A client's statuses, the last set first."""
        query = sa.select(statuses).where(statuses.c.client == client)
        order = (statuses.c.set_at.desc(), statuses.c.id)
        with reading(self._source) as connection:
            return tuple(map(_status, connection.execute(query.order_by(*order).limit(limit))))


def _ahead(connection: sa.Connection, client: str | None, now: datetime) -> tuple[Status, ...]:
    c = statuses.c
    query = sa.select(statuses).where(sa.or_(c.over_at.is_(None), c.over_at > now))
    if client is not None:
        query = query.where(c.client == client)
    found = map(_status, connection.execute(query.order_by(c.starts, c.set_at, c.id)))
    return tuple(each for each in found if not each.is_over(now))


def _end(
    connection: sa.Connection, status: Status, by: str, how: How, now: datetime, account: str
) -> Status:
    after = rules.ended(status, now, by, how)
    _keep(connection, after)
    _audit(connection, after, f"ended a status ({after.kind}, {how})", by, account, now)
    return after


def _keep(connection: sa.Connection, status: Status) -> None:
    row = _row(status)
    values = {name: row[name] for name in ("ended_at", "ended_by", "ended_how", "over_at")}
    connection.execute(sa.update(statuses).where(statuses.c.id == status.id).values(values))


def _audit(
    connection: sa.Connection, status: Status, act: str, who: str, account: str, now: datetime
) -> None:
    note = {
        "at": now,
        "account": account,
        "who": who,
        "act": act,
        "client": status.client,
        "about": f"{status.person or EVERYBODY} {status.id}",
    }
    connection.execute(sa.insert(audit).values(note))


def _row(status: Status) -> dict[str, Any]:
    return asdict(status) | {"over_at": status.until}


def _status(row: sa.Row[Any]) -> Status:
    values = row._asdict()
    del values["over_at"]
    ended_how = values.pop("ended_how")
    return Status(
        **values
        | {
            "kind": StatusKind(values["kind"]),
            "set_how": How(values["set_how"]),
            "ended_how": How(ended_how) if ended_how else None,
        }
    )
