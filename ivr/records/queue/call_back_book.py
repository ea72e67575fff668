"""Call backs in the records: a promise is a row from the moment the caller has pressed the key.

What becomes of it is told, in the same transaction, to the timelines of the call in which it was
asked for and of the call back itself, which goes there by the SID that it has in the queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ivr.operators.ticket import for_callback
from ivr.records.calls import timeline
from ivr.records.calls.timeline import CallEvent
from ivr.records.database import reading, writing
from ivr.records.tables import callbacks, insert


class CallBackState(StrEnum):
    """How far a call back is. All but the first are final."""

    WAITING = "waiting"
    """For its turn in the queue, or for its next try."""
    REACHED = "reached"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    """A promise to call somebody back.

    `call_sid` and `node` are where it was asked for; `number` (E.164) is to be called, and `shown`,
    the client's, is shown there. `ticket` is the place in the queue and its rules, as JSON. It is
    tried `tries` times, `after` seconds apart, within `hours` (as a calendar reads them) if there
    are any. `attempts` are those made; `due_at` is from when it stands in line.
    """

    id: str
    client: str
    call_sid: str
    node: str
    number: str
    shown: str
    ticket: str
    tries: int
    after: int
    timezone: str
    asked_at: datetime
    due_at: datetime
    name: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[str, Any] | None = None
    state: CallBackState = CallBackState.WAITING
    attempts: int = 0
    reached_at: datetime | None = None
    reached_call: str | None = None
    ended_at: datetime | None = None
    reason: str | None = None


class CallBackBook:
    """All that is asked of the records about call backs. Each method is one transaction, and
    raises `RecordsUnavailable` where the database cannot be used."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def promise(self, call_back: CallBack) -> bool:
        """Keep a new promise; the same again changes nothing. False, and nothing is kept, where
        another to the same number of the same client is waiting."""
        row = asdict(call_back) | {"fields": dict(call_back.fields)}
        with writing(self._engine) as connection:
            new = insert(connection, callbacks).values(row).on_conflict_do_nothing()
            kept = connection.execute(new.returning(callbacks)).first()
            if kept is not None:
                _tell(connection, kept, "a call back was promised", call_back.asked_at)
                return True
            query = sa.select(callbacks.c.id).where(callbacks.c.id == call_back.id)
            return connection.execute(query).scalar() is not None

    def find(self, call_back_id: str) -> CallBack | None:
        """The call back with this id."""
        with reading(self._engine) as connection:
            return find(connection, call_back_id)

    def waiting(self) -> list[CallBack]:
        """All that wait, the longest due first."""
        which = callbacks.c.state == CallBackState.WAITING
        order = (callbacks.c.due_at, callbacks.c.asked_at, callbacks.c.id)
        return self._all(sa.select(callbacks).where(which).order_by(*order))

    def waiting_for(self, client: str, number: str) -> CallBack | None:
        """The one that waits for a number (E.164) of a client."""
        who = sa.and_(callbacks.c.client == client, callbacks.c.number == number)
        query = sa.select(callbacks).where(who, callbacks.c.state == CallBackState.WAITING)
        found = self._all(query)
        return found[0] if found else None

    def newest(self, client: str | None = None, limit: int = 100) -> list[CallBack]:
        """The newest first, of one client or of all."""
        query = sa.select(callbacks).order_by(callbacks.c.asked_at.desc(), callbacks.c.id)
        if client is not None:
            query = query.where(callbacks.c.client == client)
        return self._all(query.limit(limit))

    def put_off(self, call_back_id: str, until: datetime) -> bool:
        """It is not to stand in line before `until`. False where it no longer waits."""
        with writing(self._engine) as connection:
            return _update(connection, _waits(call_back_id), {"due_at": until}) is not None

    def missed(self, call_back_id: str, reason: str, again_at: datetime, now: datetime) -> bool:
        """They were called and not reached; the next try is due at `again_at`. False where it does
        not wait, or was not due: then this has been told already."""
        again = {"attempts": callbacks.c.attempts + 1, "reason": reason, "due_at": again_at}
        was_due = sa.and_(_waits(call_back_id), callbacks.c.due_at <= now)
        return self._change(was_due, again, _missed(reason), now)

    def reached(self, call_back_id: str, call_sid: str, now: datetime) -> bool:
        """They are on the line, on the call `call_sid`. False where it no longer waits."""
        reached = {
            "state": CallBackState.REACHED,
            "reached_at": now,
            "reached_call": call_sid,
            "attempts": callbacks.c.attempts + 1,
        }
        return self._change(
            _waits(call_back_id), reached, "the caller was called, and reached", now
        )

    def reopen(self, call_back_id: str, now: datetime) -> bool:
        """They were reached and cut off: it waits once more. False where it does not, as another
        to the same number waits now, or it has ended."""
        call_back = self.find(call_back_id)
        if call_back is None or call_back.state is CallBackState.WAITING:
            return call_back is not None
        if self.waiting_for(call_back.client, call_back.number) is not None:
            return False
        again = {"state": CallBackState.WAITING, "reached_at": None, "reached_call": None}
        return self._change(_talks(call_back_id), again, "the call back was cut off", now)

    def cancel(self, call_back_id: str, reason: str, now: datetime) -> bool:
        """It is not needed any more. False where it no longer waits."""
        cancelled = {"state": CallBackState.CANCELLED, "reason": reason, "ended_at": now}
        told = f"the call back was not needed any more: {reason}"
        return self._change(_waits(call_back_id), cancelled, told, now)

    def done(self, call_back_id: str, now: datetime) -> None:
        """The conversation with whoever was reached is over."""
        self._change(_talks(call_back_id), {"ended_at": now}, "the call back was over", now)

    def _change(
        self, which: sa.ColumnElement[bool], values: Mapping[str, Any], told: str, now: datetime
    ) -> bool:
        """Change what is still as `which` says, and tell what has happened; what has ended stays
        as it was."""
        with writing(self._engine) as connection:
            row = _update(connection, which, values)
            if row is not None:
                _tell(connection, row, told, now)
            return row is not None

    def _all(self, query: sa.Select[Any]) -> list[CallBack]:
        with reading(self._engine) as connection:
            return [_call_back(row) for row in connection.execute(query)]


def give_up(connection: sa.Connection, call_back_id: str, reason: str, now: datetime) -> bool:
    """The last try was in vain: it ends, in the transaction that opens a job instead. False where
    it no longer waits."""
    values = {
        "state": CallBackState.GIVEN_UP,
        "attempts": callbacks.c.attempts + 1,
        "reason": reason,
        "ended_at": now,
    }
    row = _update(connection, _waits(call_back_id), values)
    if row is None:
        return False
    _tell(connection, row, _missed(reason), now)
    _tell(connection, row, "the call back was given up", now)
    return True


def find(connection: sa.Connection, which: str) -> CallBack | None:
    """The call back of an id, or of the SID of its call: in the queue, or at the carrier."""
    c = callbacks.c
    id_ = which.removeprefix(for_callback(""))
    row = connection.execute(
        sa.select(callbacks).where(sa.or_(c.id == id_, c.reached_call == which))
    ).first()
    return _call_back(row) if row else None


def _update(
    connection: sa.Connection, which: sa.ColumnElement[bool], values: Mapping[str, Any]
) -> sa.Row[Any] | None:
    changed = sa.update(callbacks).where(which).values(dict(values)).returning(callbacks)
    return connection.execute(changed).first()


def _tell(connection: sa.Connection, row: sa.Row[Any], what: str, at: datetime) -> None:
    """Tell both timelines; each leads to the other."""
    asked, called = row.call_sid, for_callback(row.id)
    events = [
        CallEvent(
            once=f"{mine} {called} {what} {at.isoformat()}",
            call_sid=mine,
            at=at,
            what=what,
            facts={timeline.OTHER_CALL: other},
        )
        for mine, other in ((asked, called), (called, asked))
    ]
    timeline.note_events(connection, events)


def _missed(reason: str) -> str:
    return f"the caller was called, and not reached: {reason.replace('-', ' ')}"


def _waits(call_back_id: str) -> sa.ColumnElement[bool]:
    waiting = callbacks.c.state == CallBackState.WAITING
    return sa.and_(callbacks.c.id == call_back_id, waiting)


def _talks(call_back_id: str) -> sa.ColumnElement[bool]:
    reached = callbacks.c.state == CallBackState.REACHED
    return sa.and_(callbacks.c.id == call_back_id, reached, callbacks.c.ended_at.is_(None))


def _call_back(row: sa.Row[Any]) -> CallBack:
    return CallBack(**row._asdict() | {"state": CallBackState(row.state)})
