"""The relay's share of jobs: what the clients' agreements ask for when nobody has acted in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from ivr.adapters.files.agency import load_agency
from ivr.adapters.files.flows.library import Library
from ivr.adapters.sql import Records
from ivr.core.agency import Agency
from ivr.core.jobs.acts import Alarm
from ivr.core.nodes.base import Kind
from ivr.errors import FlowError, JobError
from ivr.services.deliveries.job_notices import JobNotices
from ivr.services.jobs import JobService
from ivr.settings import Settings

log = structlog.get_logger()


class EscalationService:
    """Reminders, handing on and the alarm, each an act by the agreement with its notices.

    `library` gives the clients' flows as they are now. `changed` is called with each client whose
    jobs have changed.
    """

    def __init__(
        self,
        records: Records,
        settings: Settings,
        library: Callable[[], Library[Kind]],
        clock: Callable[[], datetime],
        changed: Callable[[str], None] = lambda client: None,
    ) -> None:
        self._records = records
        self._settings = settings
        self._library = library
        self._clock = clock
        self.jobs = JobService(records, self.notices, changed)
        self._agency = Agency.model_validate({})

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
            act = self.jobs.escalate(job_id, now)
        except JobError as error:  # one job must not keep the others from rising
            log.error("job.not_risen", job=job_id, error=str(error))
            return False
        if act is None:
            return False  # somebody has just acted
        say = log.error if isinstance(act, Alarm) else log.warning
        say(f"job.{act.act}", job=job_id)
        return True

    def notices(self) -> JobNotices:
        """Who is told of jobs, by the files as they are now. Raises `FlowError` where they cannot
        be read at all. Any thread may ask."""
        library = self._library()
        try:
            self._agency = load_agency(self._settings.flows)
        except FlowError as error:  # what was good last still says whom to tell
            log.error("agency.file_refused", error=str(error))
        standing = self._records.statuses.standing
        return JobNotices(library, self._agency, self._settings.public_url, standing)
