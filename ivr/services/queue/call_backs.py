"""Call backs stand in line: the promise is in the records, its ticket in the queue.

The record is the truth, and the ticket its place. What the queue has lost is put back by
`CallBackPlaces.hold`, which the relay runs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from ivr.core.call_back import CallBackState
from ivr.core.flow.calendars import parse_calendar
from ivr.core.queue.entry import QueueEntry, for_callback
from ivr.core.records.call_back import CallBack
from ivr.errors import StateUnavailable
from ivr.services.protocols.operator_queue import OperatorQueue
from ivr.services.protocols.queue_repositories import CallBackRepository

log = structlog.get_logger()

PUT_BACK_AFTER = timedelta(seconds=15)
"""How long a ticket must have been missing before it is put back, as a promise is kept a moment
before its ticket."""

RANG_AGAIN = "they rang again, and were served"

LOOK_AGAIN = timedelta(days=1)
"""When to look again into a calendar that is closed for months."""


def next_call(call_back: CallBack, moment: datetime) -> datetime:
    """The first time from `moment` (aware) on at which they may be called."""
    if call_back.hours is None:
        return moment
    local = moment.astimezone(ZoneInfo(call_back.timezone))
    return parse_calendar(dict(call_back.hours)).opens(local) or moment + LOOK_AGAIN


class CallBackPlaces:
    """The places in line of call backs. Methods raise `RecordsError`, and all but `take`
    `StateUnavailable`; `now` is aware."""

    def __init__(self, book: CallBackRepository, queue: OperatorQueue) -> None:
        self._book = book
        self._queue = queue
        self._missing: dict[str, datetime] = {}

    def take(self, call_back: CallBack) -> bool:
        """Keep a new promise, and its place; the same again changes nothing.

        False, and nothing is kept, where an earlier one to the same number waits. Where only the
        queue cannot be reached, `hold` sees to the place.
        """
        if not self._book.promise(call_back):
            return False
        try:
            if call_back.due_at <= call_back.asked_at:
                self._queue.keep_place(QueueEntry.from_json(call_back.ticket))
        except StateUnavailable as error:
            log.error("callback.without_place", callback=call_back.id, error=str(error))
        log.info("callback.promised", callback=call_back.id, client=call_back.client)
        return True

    def hold(self, now: datetime, under_way: Callable[[], Collection[str]] = frozenset) -> int:
        """Put tickets back that are due and have been missing for a while, and take out those
        that may not be called now, or that an older Redis has brought back. Returns how many were
        moved.

        `under_way` gives the call backs that a conversation carries out, or still has to report:
        while it does, their tickets are missing for good reason. One process does this, every few
        seconds.
        """
        in_line = {each.ticket.callback for each in self._queue.waiting(now)} - {""}
        waiting = self._book.waiting()  # after the line: whoever stands there is known by now
        due = {for_callback(each.id): each for each in waiting if each.due_at <= now}
        absent = self._queue.absent(list(due))
        carried = {for_callback(each) for each in under_way()} if absent else set()
        absent = [sid for sid in absent if sid not in carried]
        self._missing = {sid: self._missing.get(sid, now) for sid in absent}
        out = sum(map(self._take_out, in_line - {each.id for each in waiting}))
        return out + sum(self._hold(sid, call_back, now) for sid, call_back in due.items())

    def _take_out(self, call_back_id: str) -> bool:
        """Out of the line, unless it is about to wait again, as somebody was cut off."""
        found = self._book.find(call_back_id)
        if found is not None and found.ended_at is None:
            return False
        return self._queue.leave_line(for_callback(call_back_id))

    def _hold(self, sid: str, call_back: CallBack, now: datetime) -> bool:
        may_be_called = next_call(call_back, now)
        if may_be_called > now:
            self._book.put_off(call_back.id, may_be_called)
            return self._queue.leave_line(sid)
        if sid not in self._missing or now - self._missing[sid] < PUT_BACK_AFTER:
            return False
        still = self._book.find(call_back.id)  # what was under way has been reported by now
        if still is None or still.state is not CallBackState.WAITING or still.due_at > now:
            return False
        return self._queue.keep_place(QueueEntry.from_json(call_back.ticket))

    def served(self, client: str, number: str, now: datetime) -> None:
        """Somebody from `number` has an operator on the line: whatever they were promised is not
        needed any more, also where an operator is being rung for it. Twice does no harm."""
        call_back = self._book.waiting_for(client, number)
        if call_back is None or call_back.asked_at > now:
            return
        if self._book.cancel(call_back.id, RANG_AGAIN, now):
            self._queue.leave(for_callback(call_back.id), now)
            log.info("callback.cancelled", callback=call_back.id, reason=RANG_AGAIN)
