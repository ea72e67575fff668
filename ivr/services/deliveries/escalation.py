"""The relay's share of jobs: what the clients' agreements ask for when nobody has acted in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from ivr.core.jobs.acts import Alarm
from ivr.errors import JobError
from ivr.services.jobs import JobService
from ivr.services.protocols.records import Records

log = structlog.get_logger()


class EscalationService:
    """Reminders, handing on and the alarm, each an act by the agreement with its notices."""

    def __init__(self, records: Records, jobs: JobService, clock: Callable[[], datetime]) -> None:
        self._records = records
        self._jobs = jobs
        self._clock = clock

    def once(self) -> int:
        """Do what is due now; returns how much was. Raises `RecordsError`, and `FlowError` where
        the files cannot be read at all."""
        now = self._clock()
        due = self._records.jobs.rising(now)
        if not due:
            return 0
        return sum(self._escalate(job_id, now) for job_id in due)

    def _escalate(self, job_id: str, now: datetime) -> bool:
        try:
            act = self._jobs.escalate(job_id, now)
        except JobError as error:  # one job must not keep the others from rising
            log.error("job.not_risen", job=job_id, error=str(error))
            return False
        if act is None:
            return False  # somebody has just acted
        say = log.error if isinstance(act, Alarm) else log.warning
        say(f"job.{act.act}", job=job_id)
        return True
