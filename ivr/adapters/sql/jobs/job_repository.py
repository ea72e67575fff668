"""`SqlJobRepository`: jobs as they are opened, acted on and read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.deliveries import of_jobs as job_deliveries
from ivr.adapters.sql.jobs import board as job_board
from ivr.adapters.sql.jobs import rows as job_rows
from ivr.adapters.sql.jobs.inbox_repository import mark_read
from ivr.adapters.sql.tables import jobs
from ivr.core.jobs.acts import Act, Change, Entry
from ivr.core.jobs.job import Job, NewJob
from ivr.core.jobs.rules import opening_act
from ivr.core.records.delivery import Delivery, Promised
from ivr.core.records.inbox import Reader
from ivr.core.records.job_list import Count, Row, Wanted
from ivr.errors import JobError

EVERYTHING = Wanted()


class SqlJobRepository:
    """The jobs in the records. Every method raises `RecordsUnavailable` where the database cannot
    be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    # How they change

    def open(self, new: NewJob, now: datetime) -> Change:
        """Open a job. Raises `JobError` where it has no owner, or its message has a job."""
        with writing(self._source) as connection:
            job = job_rows.open_job(connection, new, now)
        if job is None:
            raise JobError("There is a job for this message already.")
        return Change(job, job, opening_act(job), new.opened_by, now)

    def act(
        self, job_id: str, act: Act, by: str, now: datetime, expected: int | None = None
    ) -> Change:
        """Do one act, as `by` (a name).

        `expected` is the version of the job that was looked at. Raises `JobMoved` where somebody
        has acted since, and `JobError` where the rules refuse the act.
        """
        with writing(self._source) as connection:
            before, after = job_rows.act(connection, job_id, act, by, now, expected)
        return Change(before, after, act, by, now)

    def mark_read(self, job_id: str, reader: Reader, now: datetime) -> bool:
        """Note that somebody has read what they were brought of a job; False where it was noted
        before."""
        with writing(self._source) as connection:
            return mark_read(connection, job_id, reader, now)

    def locked(self, job_id: str) -> Job | None:
        """The job, which nobody else can change before this transaction ends."""
        with writing(self._source) as connection:
            return job_rows.locked(connection, job_id)

    # What is asked of them

    def rising(self, now: datetime, limit: int = 100) -> list[str]:
        """The ids of jobs to which something is to happen now, the longest waiting first."""
        with reading(self._source) as connection:
            return job_rows.rising(connection, now, limit)

    def find(self, job_id: str) -> Job | None:
        """The job with this id."""
        with reading(self._source) as connection:
            return job_rows.find(connection, jobs.c.id == job_id)

    def like(self, beginning: str) -> list[Job]:
        """The jobs whose id begins like this, two at most."""
        with reading(self._source) as connection:
            return job_rows.like(connection, beginning, 2)

    def of_message(self, message_id: str) -> Job | None:
        """The job that a message has opened."""
        with reading(self._source) as connection:
            return job_rows.find(connection, jobs.c.message == message_id)

    def history(self, job_id: str) -> list[Entry]:
        """Every act on a job, its opening first."""
        with reading(self._source) as connection:
            return job_rows.history(connection, job_id)

    def board(self, wanted: Wanted, limit: int = 100, offset: int = 0) -> list[Row]:
        """The jobs that are wanted: open ones first, the first to be due first; of closed ones
        the last closed first."""
        with reading(self._source) as connection:
            return list(job_board.rows(connection, wanted, limit, offset))

    def count(self, now: datetime, wanted: Wanted = EVERYTHING) -> Count:
        """How many of the open jobs that are wanted there are."""
        with reading(self._source) as connection:
            return job_board.count(connection, now, wanted)

    def clients(self) -> list[str]:
        """The clients that have open jobs."""
        with reading(self._source) as connection:
            return job_board.clients(connection)

    def kinds(self, client: str | None = None) -> list[str]:
        """The kinds of open jobs that a client has, or all clients have."""
        with reading(self._source) as connection:
            return job_board.kinds(connection, client)

    def deliveries(self, jobs: Collection[Job]) -> dict[str, list[Delivery]]:
        """What was brought to anybody of several jobs and their messages, by the id of the job."""
        with reading(self._source) as connection:
            return job_deliveries.of_jobs(connection, jobs)

    def outstanding(self, job: Job) -> list[Promised]:
        """What people are to be told of a job and have not been sent on any channel."""
        with reading(self._source) as connection:
            return job_deliveries.outstanding(connection, job)
