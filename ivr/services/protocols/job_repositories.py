"""Jobs, and what operators write down, in the records, as services see them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ivr.core.jobs.acts import Act, Change
from ivr.core.jobs.job import Job, NewJob
from ivr.core.records.inbox import Reader


class JobRepository(Protocol):
    """The jobs."""

    def open(self, new: NewJob, now: datetime) -> Change:
        """Open a job. Raises `JobError`."""

    def act(
        self, job_id: str, act: Act, by: str, now: datetime, expected: int | None = None
    ) -> Change:
        """Do one act, if the job still has the version `expected`. Raises `JobError`."""

    def mark_read(self, job_id: str, reader: Reader, now: datetime) -> bool:
        """Note that somebody has read what they were brought of a job."""

    def locked(self, job_id: str) -> Job | None:
        """The job, which nobody else can change before this transaction ends."""

    def rising(self, now: datetime, limit: int = 100) -> list[str]:
        """The ids of jobs to which something is to happen now, the longest waiting first."""


class DraftRepository(Protocol):
    """What operators write down during calls."""

    def close(self, draft_id: str, operator: str, outcome: str, now: datetime) -> bool:
        """Close a draft, of which `outcome` says what was made. False where it is closed already or
        somebody else's.
        """
