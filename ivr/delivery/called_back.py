"""What comes of calling somebody back: they are reached, or tried again, or a job is opened.

This is what the floor tells (`CallBacks` in `ivr.conversation`) of its conversations.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from ivr.delivery.job_notices import JobNotices
from ivr.errors import JobError
from ivr.jobs.acts import Change
from ivr.jobs.job import NewJob
from ivr.operators.call_backs import next_call
from ivr.operators.queue import OperatorQueue
from ivr.operators.ticket import for_callback
from ivr.records import Records
from ivr.records.queue import call_back_book
from ivr.records.queue.call_back_book import CallBack

log = structlog.get_logger()

OPENED_BY = "Tango"


class CalledBack:
    """Notes how calls went. Every method may be told the same twice, and raises `RecordsError` or
    `StateUnavailable`; `now` is aware. `notices` knows the clients' files as they are."""

    def __init__(
        self, records: Records, queue: OperatorQueue, notices: Callable[[], JobNotices]
    ) -> None:
        self._records = records
        self._queue = queue
        self._notices = notices

    def reached(self, callback: str, call_sid: str, now: datetime) -> None:
        """Whoever was promised the call is on the line, on the call `call_sid`."""
        if self._records.call_backs.reached(callback, call_sid, now):
            log.info("callback.reached", callback=callback, call_sid=call_sid)
        self._queue.leave_line(for_callback(callback))

    def done(self, callback: str, now: datetime) -> None:
        """The conversation with them is over; where it was cut off, they stand in line again."""
        book, sid = self._records.call_backs, for_callback(callback)
        if self._queue.absent([sid]):
            book.done(callback, now)
        elif book.find(callback) is not None and not book.reopen(callback, now):
            self._queue.leave_line(sid)

    def missed(self, callback: str, reason: str, now: datetime) -> None:
        """They were called in vain; `reason` says how.

        They are called again, from their old place, or after the last try it becomes a job of the
        client, whose owner is told.
        """
        book = self._records.call_backs
        call_back = book.find(callback)
        if call_back is None:
            return
        if call_back.attempts + 1 < call_back.tries:
            again = next_call(call_back, now + timedelta(seconds=call_back.after))
            if book.missed(callback, reason, again, now):
                log.info("callback.missed", callback=callback, reason=reason)
        else:
            self._give_up(call_back, reason, now)
        self._queue.leave_line(for_callback(callback))

    def _give_up(self, call_back: CallBack, reason: str, now: datetime) -> None:
        """End it and open the job, in one transaction."""
        notices = self._notices()

        def promise(connection: sa.Connection, change: Change) -> None:
            if not call_back_book.give_up(connection, call_back.id, reason, now):
                raise JobError("This call back has ended already.")
            notices.promise(connection, change)

        tries = "once" if call_back.tries == 1 else f"{call_back.tries} times"
        kind = notices.call_back_kind(call_back.client)
        job = NewJob(
            client=call_back.client,
            kind=kind,
            summary=f"Asked to be called back; called {tries} and not reached",
            opening=notices.opening(call_back.client, kind, now),
            opened_by=OPENED_BY,
            caller=call_back.number,
            call_sid=call_back.call_sid,
            fields=call_back.fields,
        )
        try:
            self._records.jobs.open(job, now, promise)
        except JobError as error:
            log.info("callback.ended_already", callback=call_back.id, error=str(error))
        else:
            log.warning("callback.given_up", callback=call_back.id, client=call_back.client)
