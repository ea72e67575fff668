"""`JobBook`: all that is asked of the records about jobs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

import sqlalchemy as sa

from ivr.adapters.sql.database import reading, writing
from ivr.adapters.sql.deliveries import of_jobs as job_deliveries
from ivr.adapters.sql.jobs import board as job_board
from ivr.adapters.sql.jobs import rows as job_rows
from ivr.adapters.sql.tables import jobs
from ivr.core.jobs.acts import Act, Alarm, Change, Entry, HandOn, Remind
from ivr.core.jobs.escalation import Escalation, due_step
from ivr.core.jobs.job import AGREEMENT, Job, NewJob, Owner
from ivr.core.jobs.rules import opening_act
from ivr.core.records.delivery import Delivery, Promised
from ivr.core.records.job_list import Count, Row, Wanted
from ivr.errors import JobError

Promise = Callable[[sa.Connection, Change], None]
"""Promises in the outbox, in the transaction of an act, what goes out because of it."""


EVERYTHING = Wanted()


def nobody_told(connection: sa.Connection, change: Change) -> None:
    """The promise of an act that nobody is told of."""


def open_in(
    connection: sa.Connection, new: NewJob, now: datetime, promise: Promise = nobody_told
) -> Job:
    """As `JobBook.open`, in the transaction of what the job comes of."""
    job = job_rows.open_job(connection, new, now)
    if job is None:
        raise JobError("There is a job for this message already.")
    promise(connection, Change(job, job, opening_act(job), new.opened_by, now))
    return job


def act_in(
    connection: sa.Connection,
    job_id: str,
    act: Act,
    by: str,
    now: datetime,
    promise: Promise = nobody_told,
    expected: int | None = None,
) -> Job:
    """As `JobBook.act`, in the transaction of what the act comes of."""
    before, after = job_rows.act(connection, job_id, act, by, now, expected)
    promise(connection, Change(before, after, act, by, now))
    return after


class JobBook:
    """The jobs in the records. Each method is one transaction, and raises `RecordsUnavailable`
    where the database cannot be used."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def open(self, new: NewJob, now: datetime, promise: Promise = nobody_told) -> Job:
        """Open a job. Raises `JobError` where it has no owner, or its message has a job."""
        with writing(self._engine) as connection:
            return open_in(connection, new, now, promise)

    def act(
        self,
        job_id: str,
        act: Act,
        by: str,
        now: datetime,
        expected: int | None = None,
        promise: Promise = nobody_told,
    ) -> Job:
        """Do one act, as `by` (a name); returns the job after it.

        `expected` is the version of the job that was looked at. Raises `JobMoved` where somebody
        has acted since, and `JobError` where the rules refuse the act; then nothing is changed.
        """
        with writing(self._engine) as connection:
            return act_in(connection, job_id, act, by, now, promise, expected)

    def rising(self, now: datetime, limit: int = 100) -> list[str]:
        """The ids of jobs to which something is to happen now, the longest waiting first."""
        with reading(self._engine) as connection:
            return job_rows.rising(connection, now, limit)

    def rise(
        self,
        job_id: str,
        now: datetime,
        next_owner: Callable[[Job], Owner],
        promise: Promise = nobody_told,
    ) -> Act | None:
        """Do what the agreement asks for at `now`, if it still does; returns what was done.

        `next_owner` says who is next in line. However many processes do so at once, each thing
        happens once.
        """
        with writing(self._engine) as connection:
            job = job_rows.locked(connection, job_id)
            match due_step(job, now) if job else None:
                case Escalation.REMIND:
                    act: Act = Remind()
                case Escalation.HAND_ON if job:
                    act = HandOn(next_owner(job), unread=now < job.due_at)
                case Escalation.ALARM:
                    act = Alarm()
                case _:
                    return None
            before, after = job_rows.act(connection, job_id, act, AGREEMENT, now)
            promise(connection, Change(before, after, act, AGREEMENT, now))
        return act

    def find(self, job_id: str) -> Job | None:
        """The job with this id."""
        with reading(self._engine) as connection:
            return job_rows.find(connection, jobs.c.id == job_id)

    def like(self, beginning: str) -> list[Job]:
        """The jobs whose id begins like this, two at most."""
        with reading(self._engine) as connection:
            return job_rows.like(connection, beginning, 2)

    def of_message(self, message_id: str) -> Job | None:
        """The job that a message has opened."""
        with reading(self._engine) as connection:
            return job_rows.find(connection, jobs.c.message == message_id)

    def history(self, job_id: str) -> list[Entry]:
        """Every act on a job, its opening first."""
        with reading(self._engine) as connection:
            return job_rows.history(connection, job_id)

    def board(self, wanted: Wanted, limit: int = 100, offset: int = 0) -> list[Row]:
        """The jobs that are wanted: open ones first, the first to be due first; of closed ones
        the last closed first."""
        with reading(self._engine) as connection:
            return list(job_board.rows(connection, wanted, limit, offset))

    def count(self, now: datetime, wanted: Wanted = EVERYTHING) -> Count:
        """How many of the open jobs that are wanted there are."""
        with reading(self._engine) as connection:
            return job_board.count(connection, now, wanted)

    def clients(self) -> list[str]:
        """The clients that have open jobs."""
        with reading(self._engine) as connection:
            return job_board.clients(connection)

    def kinds(self, client: str | None = None) -> list[str]:
        """The kinds of open jobs that a client has, or all clients have."""
        with reading(self._engine) as connection:
            return job_board.kinds(connection, client)

    def deliveries(self, jobs: Collection[Job]) -> dict[str, list[Delivery]]:
        """What was brought to anybody of several jobs and their messages, by the id of the job."""
        with reading(self._engine) as connection:
            return job_deliveries.of_jobs(connection, jobs)

    def outstanding(self, job: Job) -> list[Promised]:
        """What people are to be told of a job and have not been sent on any channel."""
        with reading(self._engine) as connection:
            return job_deliveries.outstanding(connection, job)
