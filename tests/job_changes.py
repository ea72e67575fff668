"""Jobs in the records of a test, opened and acted on without anything that follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ivr.adapters.sql import SqlRecords
from ivr.core.jobs.acts import Act, Change
from ivr.core.jobs.job import Job, NewJob, Owner
from ivr.services.jobs import JobService
from ivr.services.protocols.records import UnitOfWork


def open_job(records: SqlRecords, new: NewJob, now: datetime) -> Job:
    """Open a job, of which nobody is told."""
    with records.unit_of_work() as work:
        return work.jobs.open(new, now).after


def act_on(
    records: SqlRecords, job_id: str, act: Act, by: str, now: datetime, expected: int | None = None
) -> Job:
    """Do an act, of which nobody is told."""
    with records.unit_of_work() as work:
        return work.jobs.act(job_id, act, by, now, expected).after


def escalate(
    records: SqlRecords, job_id: str, now: datetime, next_owner: Callable[[Job], Owner]
) -> Act | None:
    """Do what the agreement asks for, of which nobody is told."""
    service = JobService(records, lambda: Silent(next_owner), lambda client: None)
    return service.escalate(job_id, now)


@dataclass(frozen=True, slots=True)
class Silent:
    """Notices that tell nobody."""

    next: Callable[[Job], Owner]

    def enqueue(self, work: UnitOfWork, change: Change) -> None:
        """Nothing goes out."""

    def next_owner(self, job: Job, now: datetime) -> Owner:
        """Whom the test says."""
        return self.next(job)

    def owners(self, job: Job | None) -> tuple[Owner, ...]:
        """Nobody."""
        return ()
