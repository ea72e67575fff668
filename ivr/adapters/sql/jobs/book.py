"""`JobBook`: all that is read of jobs; `SqlJobRepository` is how they change."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from ivr.adapters.sql.database import reading
from ivr.adapters.sql.deliveries import of_jobs as job_deliveries
from ivr.adapters.sql.jobs import board as job_board
from ivr.adapters.sql.jobs import rows as job_rows
from ivr.adapters.sql.tables import jobs
from ivr.core.jobs.acts import Entry
from ivr.core.jobs.job import Job
from ivr.core.records.delivery import Delivery, Promised
from ivr.core.records.job_list import Count, Row, Wanted

EVERYTHING = Wanted()


class JobBook:
    """The jobs in the records. Each method is one transaction, and raises `RecordsUnavailable`
    where the database cannot be used."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def rising(self, now: datetime, limit: int = 100) -> list[str]:
        """The ids of jobs to which something is to happen now, the longest waiting first."""
        with reading(self._engine) as connection:
            return job_rows.rising(connection, now, limit)

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
