"""What comes of calling somebody back: they are reached, or tried again, or a job is opened."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from ivr.flow.library import Library
from ivr.jobs.agreement import opening
from ivr.jobs.job import NewJob
from ivr.nodes.base import Kind
from ivr.operators.call_backs import next_call
from ivr.operators.queue import OperatorQueue
from ivr.operators.ticket import for_callback
from ivr.records.call_back_book import CallBack, CallBackBook

log = structlog.get_logger()

JOB_KIND = "message"
OPENED_BY = "call back"


class CalledBack:
    """Notes how calls went. Every method may be told the same twice, and raises `RecordsError` or
    `StateUnavailable`; `now` is aware."""

    def __init__(
        self,
        library: Library[Kind],
        book: CallBackBook,
        queue: OperatorQueue,
        agency_name: str,
    ) -> None:
        self._library = library
        self._book = book
        self._queue = queue
        self._agency_name = agency_name

    def reached(self, call_back_id: str, call_sid: str, now: datetime) -> None:
        """Whoever was promised the call is on the line, on the call `call_sid`."""
        if self._book.reached(call_back_id, call_sid, now):
            log.info("callback.reached", callback=call_back_id, call_sid=call_sid)
        self._queue.leave_line(for_callback(call_back_id))

    def done(self, call_back_id: str, now: datetime) -> None:
        """The conversation with them is over."""
        self._book.done(call_back_id, now)

    def missed(self, call_back_id: str, reason: str, now: datetime) -> None:
        """They were called in vain; `reason` says how.

        They are called again, from their old place, or after the last try it becomes a job of the
        client. Raises `UnknownClient` besides.
        """
        call_back = self._book.find(call_back_id)
        if call_back is None:
            return
        if call_back.attempts + 1 < call_back.tries:
            again = next_call(call_back, now + timedelta(seconds=call_back.after))
            if self._book.missed(call_back_id, reason, again, now):
                log.info("callback.missed", callback=call_back_id, reason=reason)
        elif self._book.give_up(call_back_id, reason, self._job(call_back, now), now):
            log.warning("callback.given_up", callback=call_back_id, client=call_back.client)
        self._queue.leave_line(for_callback(call_back_id))

    def _job(self, call_back: CallBack, now: datetime) -> NewJob:
        flow = self._library.flow(call_back.client)
        tries = "once" if call_back.tries == 1 else f"{call_back.tries} times"
        return NewJob(
            client=call_back.client,
            kind=JOB_KIND,
            summary=f"Asked to be called back; called {tries} and not reached",
            opening=opening(flow, JOB_KIND, now, self._agency_name),
            opened_by=OPENED_BY,
            caller=call_back.number,
            call_sid=call_back.call_sid,
            fields=call_back.fields,
        )
