"""Call backs in the records: a promise is a row from the moment the caller has pressed the key.

Every change of its state is one report that `ivr.core.call_back` judges, in one transaction that
holds the row (`report`), so that of two reports the first counts, whichever process brings it.
What becomes of it is told, in the same transaction, to the timelines of the call in which it was
asked for and of the call back itself, which goes there by the SID that it has in the queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.calls import timeline
from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.tables import callbacks, insert
from ivr.core import call_back as core
from ivr.core.call_back import CallBackState, Report
from ivr.core.queue.entry import for_callback
from ivr.core.records.call_back import CallBack, CallBackChange
from ivr.core.records.timeline import OTHER_CALL, CallEvent


class SqlCallBackRepository:
    """All that is asked of the records about call backs. Every method raises
    `RecordsUnavailable` where the database cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def promise(self, call_back: CallBack) -> bool:
        """Keep a new promise; the same again changes nothing. False, and nothing is kept, where
        another to the same number of the same client is waiting."""
        with writing(self._source) as connection:
            if _insert(connection, call_back):
                return True
            query = sa.select(callbacks.c.id).where(callbacks.c.id == call_back.id)
            return connection.execute(query).scalar() is not None

    def begin(self, call_back: CallBack) -> bool:
        """Keep a call that an operator makes of their own accord; False where it is known."""
        with writing(self._source) as connection:
            return _insert(connection, call_back)

    def find(self, call_back_id: str) -> CallBack | None:
        """The call back with this id."""
        with reading(self._source) as connection:
            return find(connection, call_back_id)

    def waiting(self) -> list[CallBack]:
        """All that wait, the longest due first."""
        which = callbacks.c.state == CallBackState.WAITING
        order = (callbacks.c.due_at, callbacks.c.asked_at, callbacks.c.id)
        return self._all(sa.select(callbacks).where(which).order_by(*order))

    def ringing(self) -> list[CallBack]:
        """Those that an operator makes of their own accord, of which nothing is known yet."""
        which = callbacks.c.state == CallBackState.RINGING
        return self._all(sa.select(callbacks).where(which).order_by(callbacks.c.asked_at))

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
        with writing(self._source) as connection:
            return _update(connection, _waits(call_back_id), {"due_at": until}) is not None

    def missed(
        self, call_back_id: str, conversation: str, reason: str, again_at: datetime, now: datetime
    ) -> CallBackChange | None:
        """They were called and not reached; the next try is due at `again_at`, and after the last
        one it ends. Returns what changed, None where this was not new."""
        more = {"reason": reason, "due_at": again_at}
        return self._report(
            call_back_id, core.CallBackMissed(conversation), _missed(reason), now, more
        )

    def reached(
        self, call_back_id: str, conversation: str, call_sid: str, now: datetime
    ) -> CallBackChange | None:
        """They are on the line, on the call `call_sid`. Returns what changed, None where this was
        not new."""
        more = {"reached_at": now, "reached_call": call_sid}
        told = "the caller was called, and reached"
        return self._report(call_back_id, core.CallBackReached(conversation), told, now, more)

    def cut_off(self, call_back_id: str, conversation: str, now: datetime) -> CallBackChange | None:
        """They were reached and cut off: it waits once more. Returns what changed, None where this
        was not new."""
        more = {"reached_at": None, "reached_call": None}
        told = "the call back was cut off"
        return self._report(call_back_id, core.CallBackCutOff(conversation), told, now, more)

    def cancel(self, call_back_id: str, reason: str, now: datetime) -> CallBackChange | None:
        """It is not needed any more. Returns what changed, None where this was not new."""
        told = f"the call back was not needed any more: {reason}"
        return self._report(call_back_id, core.CallBackCancelled(), told, now, {"reason": reason})

    def done(
        self, call_back_id: str, conversation: str, call_sid: str, now: datetime
    ) -> CallBackChange | None:
        """The conversation on the call `call_sid` with whoever was reached is over. Returns what
        changed, None where this was not new."""
        report, told = core.CallBackDone(conversation), "the call back was over"
        with writing(self._source) as connection:
            before = _locked(connection, call_back_id)
            if before is None:
                return None
            reached = {"reached_at": before.reached_at or now, "reached_call": call_sid}
            more = {} if before.reached_call else reached
            return _note(connection, before, report, told, now, more)

    def _report(
        self,
        call_back_id: str,
        report: Report,
        told: str,
        now: datetime,
        more: Mapping[str, Any],
    ) -> CallBackChange | None:
        with writing(self._source) as connection:
            before = _locked(connection, call_back_id)
            return _note(connection, before, report, told, now, more) if before else None

    def _all(self, query: sa.Select[Any]) -> list[CallBack]:
        with reading(self._source) as connection:
            return [_call_back(row) for row in connection.execute(query)]


def find(connection: sa.Connection, which: str) -> CallBack | None:
    """The call back of an id, or of the SID of its call: in the queue, or at the carrier."""
    c = callbacks.c
    id_ = which.removeprefix(for_callback(""))
    row = connection.execute(
        sa.select(callbacks).where(sa.or_(c.id == id_, c.reached_call == which))
    ).first()
    return _call_back(row) if row else None


def _insert(connection: sa.Connection, call_back: CallBack) -> bool:
    row = asdict(call_back) | {"fields": dict(call_back.fields)}
    row["counted"] = list(call_back.counted)
    new = insert(connection, callbacks).values(row).on_conflict_do_nothing()
    kept = connection.execute(new.returning(callbacks)).first()
    if kept is None:
        return False
    by = call_back.rung_by
    told = f"{by} rings the caller" if by else "a call back was promised"
    _tell(connection, kept, told, call_back.asked_at)
    return True


def _update(
    connection: sa.Connection, which: sa.ColumnElement[bool], values: Mapping[str, Any]
) -> sa.Row[Any] | None:
    changed = sa.update(callbacks).where(which).values(dict(values)).returning(callbacks)
    return connection.execute(changed).first()


def _locked(connection: sa.Connection, call_back_id: str) -> CallBack | None:
    """The row, which nobody else changes until the transaction ends."""
    query = sa.select(callbacks).where(callbacks.c.id == call_back_id).with_for_update()
    row = connection.execute(query).first()
    return _call_back(row) if row else None


def _note(
    connection: sa.Connection,
    before: CallBack,
    report: Report,
    told: str,
    now: datetime,
    more: Mapping[str, Any],
) -> CallBackChange | None:
    """Let the rules judge a report; None where it changes nothing. `more` is kept unless the
    report comes late and only counts."""
    after = core.after(before.progress, report)
    if after == before.progress:
        return None
    waits = CallBackState.WAITING
    if after.state is waits and before.state is not waits and _another_waits(connection, before):
        after, more = replace(after, state=before.state, ended=True), {}  # one call is enough
    values: dict[str, Any] = {
        "state": after.state,
        "attempts": after.attempts,
        "conversation": after.conversation,
        "counted": list(after.counted),
        "ended_at": now if after.ended else None,
    }
    if not core.is_late(before.progress, report):
        values |= more
    row = _update(connection, callbacks.c.id == before.id, values)
    if row is None:
        return None
    _tell(connection, row, told, now)
    if after.state is CallBackState.GIVEN_UP:
        _tell(connection, row, "the call back was given up", now)
    return CallBackChange(before, _call_back(row))


def _another_waits(connection: sa.Connection, of: CallBack) -> bool:
    who = sa.and_(callbacks.c.client == of.client, callbacks.c.number == of.number)
    waits = sa.and_(who, callbacks.c.state == CallBackState.WAITING, callbacks.c.id != of.id)
    return connection.execute(sa.select(callbacks.c.id).where(waits)).first() is not None


def _tell(connection: sa.Connection, row: sa.Row[Any], what: str, at: datetime) -> None:
    """Tell both timelines; each leads to the other."""
    asked, called = row.call_sid, for_callback(row.id)
    events = [
        CallEvent(
            once=f"{mine} {called} {what} {at.isoformat()}",
            call_sid=mine,
            at=at,
            what=what,
            facts={OTHER_CALL: other} if other else {},
        )
        for mine, other in ((asked, called), (called, asked))
        if mine
    ]
    timeline.note_events(connection, events)


def _missed(reason: str) -> str:
    return f"the caller was called, and not reached: {reason.replace('-', ' ')}"


def _waits(call_back_id: str) -> sa.ColumnElement[bool]:
    waiting = callbacks.c.state == CallBackState.WAITING
    return sa.and_(callbacks.c.id == call_back_id, waiting)


def _call_back(row: sa.Row[Any]) -> CallBack:
    kept = {"state": CallBackState(row.state), "counted": tuple(row.counted)}
    return CallBack(**row._asdict() | kept)
