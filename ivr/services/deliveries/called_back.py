"""What comes of calling somebody back: they are reached, or tried again, or a job is opened.

This is what conversations tell (`CallBacks` in `ivr.core.conversation`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import structlog

from ivr.core.call_back import CallBackState
from ivr.core.jobs.acts import Note
from ivr.core.jobs.job import NewJob
from ivr.core.queue.entry import for_callback
from ivr.core.records.call_back import CallBack, CallBackChange
from ivr.core.ring_numbers import NOT_RUNG, REACHED, came_of
from ivr.services.deliveries.job_notices import JobNotices
from ivr.services.jobs import JobService
from ivr.services.protocols.operator_queue import OperatorQueue
from ivr.services.protocols.records import Records, UnitOfWork
from ivr.services.queue.call_backs import PUT_BACK_AFTER, next_call

log = structlog.get_logger()

OPENED_BY = "Tango"

Follows = Callable[[UnitOfWork], object]
"""Does what follows from a report, in the transaction in which it is kept."""


class CalledBack:
    """Notes how calls went. Every method may be told the same twice, and raises `RecordsError` or
    `StateUnavailable`; `now` is aware. `notices` knows the clients' files as they are."""

    def __init__(
        self,
        records: Records,
        queue: OperatorQueue,
        jobs: JobService,
        notices: Callable[[], JobNotices],
    ) -> None:
        self._records = records
        self._queue = queue
        self._jobs = jobs
        self._notices = notices

    def wanted(self, callback: str) -> bool:
        """Whether nothing has ended the promise yet."""
        found = self._records.call_backs.find(callback)
        return found is None or found.ended_at is None

    def reached(self, callback: str, conversation: str, call_sid: str, now: datetime) -> None:
        """Whoever was promised the call is on the line, on the call `call_sid`."""
        noting = self._noting(callback, REACHED, now)
        with self._records.unit_of_work() as work:
            change = work.call_backs.reached(callback, conversation, call_sid, now)
            _note_own_call(work, change, noting)
        if change is not None:
            log.info("callback.reached", callback=callback, call_sid=call_sid)
        self._queue.leave_line(for_callback(callback))

    def cut_off(self, callback: str, conversation: str, now: datetime) -> None:
        """They have lost us: they stand in line again, unless another promise to them does."""
        found = self._records.call_backs.find(callback)
        if found is not None and found.rung_by is not None:
            self.done(callback, conversation, found.reached_call or "", now)
            return
        change = self._records.call_backs.cut_off(callback, conversation, now)
        if change is not None and change.after.ended_at is not None:
            self._queue.leave_line(for_callback(callback))

    def done(self, callback: str, conversation: str, call_sid: str, now: datetime) -> None:
        """The conversation with them is over."""
        noting = self._noting(callback, REACHED, now)
        with self._records.unit_of_work() as work:
            change = work.call_backs.done(callback, conversation, call_sid, now)
            _note_own_call(work, change, noting)

    def missed(self, callback: str, conversation: str, reason: str, now: datetime) -> None:
        """They were called in vain; `reason` says how.

        They are called again, from their old place, or after the last try it becomes a job of the
        client, whose owner is told.
        """
        call_back = self._records.call_backs.find(callback)
        if call_back is None:
            return
        again = next_call(call_back, now + timedelta(seconds=call_back.after))
        noting = self._noting(callback, came_of(reason), now)
        given_up = noting or self._opens_job(call_back, now)
        with self._records.unit_of_work() as work:
            change = work.call_backs.missed(callback, conversation, reason, again, now)
            is_given_up = change is not None and change.after.state is CallBackState.GIVEN_UP
            if is_given_up:
                given_up(work)
        if change is not None:
            log.info("callback.missed", callback=callback, reason=reason)
        if is_given_up:
            log.warning("callback.given_up", callback=callback, client=call_back.client)
        self._queue.leave_line(for_callback(callback))

    def end_unrung(
        self, now: datetime, under_way: Callable[[], Collection[str]] = frozenset
    ) -> int:
        """End the calls that operators wanted to make, and whose own telephones they did not
        answer; returns how many. `under_way` is as for `CallBackPlaces.hold`."""
        book = self._records.call_backs
        old = {
            for_callback(each.id): each.id
            for each in book.ringing()
            if now - each.asked_at >= PUT_BACK_AFTER
        }
        absent = [old[sid] for sid in self._queue.absent(list(old))] if old else []
        carried = under_way() if absent else ()
        return sum(self.not_rung(each, NOT_RUNG, now) for each in absent if each not in carried)

    def not_rung(self, callback: str, reason: str, now: datetime) -> bool:
        """An operator's own call has come to nothing before the number was called."""
        noting = self._noting(callback, reason, now)
        with self._records.unit_of_work() as work:
            change = work.call_backs.cancel(callback, reason, now)
            _note_own_call(work, change, noting)
        return change is not None

    def _noting(self, callback: str, came: str, now: datetime) -> Follows | None:
        """What notes on its job what came of a call that an operator makes of their own accord;
        None for a promised call."""
        found = self._records.call_backs.find(callback)
        if found is None or found.rung_by is None:
            return None
        job, by, jobs = found.job, found.rung_by, self._jobs.ready()
        text = f"rang {self._notices().written(found.client, found.number)}: {came}"

        def noted(work: UnitOfWork) -> None:
            if job is not None:
                jobs.act_in(work, job, Note(text), by, now)

        return noted

    def _opens_job(self, call_back: CallBack, now: datetime) -> Follows:
        """What opens the job of a call back that is given up, in the same transaction."""
        notices = self._notices()
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
        jobs = self._jobs.ready()
        return lambda work: jobs.open_in(work, job, now)


def _note_own_call(work: UnitOfWork, change: CallBackChange | None, noting: Follows | None) -> None:
    """Note what came of a call that an operator makes of their own accord, once."""
    if noting and change and change.before.state is CallBackState.RINGING:
        noting(work)
