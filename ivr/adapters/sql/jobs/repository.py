"""`SqlJobRepository`: jobs as they are opened and acted on, in a transaction that is open."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from ivr.adapters.sql.jobs import rows
from ivr.adapters.sql.jobs.inbox import mark_read
from ivr.core.jobs.acts import Act, Change
from ivr.core.jobs.job import Job, NewJob
from ivr.core.jobs.rules import opening_act
from ivr.core.records.inbox import Reader
from ivr.errors import JobError


class SqlJobRepository:
    """The jobs, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def open(self, new: NewJob, now: datetime) -> Change:
        """Open a job. Raises `JobError` where it has no owner, or its message has a job."""
        job = rows.open_job(self._connection, new, now)
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
        before, after = rows.act(self._connection, job_id, act, by, now, expected)
        return Change(before, after, act, by, now)

    def mark_read(self, job_id: str, reader: Reader, now: datetime) -> bool:
        """Note that somebody has read what they were brought of a job; False where it was noted
        before."""
        return mark_read(self._connection, job_id, reader, now)

    def locked(self, job_id: str) -> Job | None:
        """The job, which nobody else can change before this transaction ends."""
        return rows.locked(self._connection, job_id)
