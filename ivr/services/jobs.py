"""Jobs are opened and acted on, with all that follows from it, whichever way it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from ivr.core.accounts.actor import Actor
from ivr.core.jobs.acts import Act, Alarm, Change, HandOn, Remind
from ivr.core.jobs.escalation import Escalation, due_step
from ivr.core.jobs.job import AGREEMENT, Job, NewJob, Owner
from ivr.core.jobs.words import done
from ivr.core.records.inbox import Reader
from ivr.services.protocols.records import Records, UnitOfWork


class Notices(Protocol):
    """Who is told of jobs."""

    def enqueue(self, work: UnitOfWork, change: Change) -> None:
        """Put into the outbox what goes out because of an act."""

    def next_owner(self, job: Job, now: datetime) -> Owner:
        """Who is next in line for a job."""

    def owners(self, job: Job | None) -> tuple[Owner, ...]:
        """Everybody whom a job can be handed to; without a job, those of the agency."""


AlsoDo = Callable[[UnitOfWork, Job], None]
"""Does what else belongs into the transaction of an act; the job is as it is after it."""


def nothing_else(work: UnitOfWork, job: Job) -> None:
    """Where an act is all that there is to do."""


@dataclass(frozen=True, slots=True)
class JobService:
    """Each method is one transaction, with the job's history, what people and programs are told of
    it and the audit trail; after it the open consoles are told.

    `notices` says who is told, by the clients' files as they are now; `changed` tells the consoles
    that jobs of a client have changed. `now` is aware. Every method raises `RecordsUnavailable`
    where the records cannot be used: then nothing is done.
    """

    records: Records
    notices: Callable[[], Notices]
    changed: Callable[[str], None]

    def owners(self, job: Job | None) -> tuple[Owner, ...]:
        """Everybody whom a job can be handed to; without a job, those of the agency."""
        return self.notices().owners(job)

    def open(self, new: NewJob, now: datetime, also: AlsoDo = nothing_else) -> Job:
        """Open a job. Raises `JobError` where it has no owner, or its message has a job."""
        ready = self.ready()
        with self.records.unit_of_work() as work:
            job = ready.open_in(work, new, now)
            also(work, job)
        self.changed(job.client)
        return job

    def ready(self) -> JobService:
        """The same, with who is told read now. What is done in a transaction that is open needs
        it: to read the clients' files is to write down their versions."""
        notices = self.notices()
        return replace(self, notices=lambda: notices)

    def open_in(self, work: UnitOfWork, new: NewJob, now: datetime) -> Job:
        """As `open`, in the transaction of what the job comes of, by a service that is `ready`;
        the consoles are not told."""
        change = work.jobs.open(new, now)
        self.notices().enqueue(work, change)
        return change.after

    def act(
        self,
        job_id: str,
        act: Act,
        actor: Actor,
        now: datetime,
        expected: int | None = None,
        also: AlsoDo = nothing_else,
        reader: Reader | None = None,
    ) -> Job:
        """Do an act; returns the job after it.

        `expected` is the version of the job that was looked at; `reader` is who has read it, as
        they act on it. Raises `JobMoved` where somebody
        has acted since, and `JobError` where the rules refuse the act.
        """
        notices = self.notices()
        with self.records.unit_of_work() as work:
            change = work.jobs.act(job_id, act, actor.name, now, expected)
            job = change.after
            notices.enqueue(work, change)
            said = f"acted on a job: {done(act)}"
            work.audit.add(actor.entry(said, now, job.client, f"job {job.id}"))
            also(work, job)
        try:
            if reader is not None:  # on its own: deliveries are always locked before their job
                with self.records.unit_of_work() as work:
                    work.jobs.mark_read(job.id, reader, now)
        finally:
            self.changed(job.client)
        return job

    def read(self, job: Job, reader: Reader, actor: Actor, now: datetime) -> None:
        """Note that somebody has read what they were brought of a job."""
        with self.records.unit_of_work() as work:
            work.jobs.mark_read(job.id, reader, now)
            work.audit.add(actor.entry("marked a job as read", now, job.client, f"job {job.id}"))
        self.changed(job.client)

    def act_in(self, work: UnitOfWork, job_id: str, act: Act, by: str, now: datetime) -> None:
        """Do an act in the transaction of what it comes of, where there is such a job, by a service
        that is `ready`; the consoles are not told. Raises `JobError`."""
        if work.jobs.locked(job_id) is not None:
            self.notices().enqueue(work, work.jobs.act(job_id, act, by, now))

    def escalate(self, job_id: str, now: datetime) -> Act | None:
        """Do what the agreement asks for at `now`, if it still does; returns what was done.

        However many processes do so at once, each thing happens once. Raises `JobError`.
        """
        notices = self.notices()
        with self.records.unit_of_work() as work:
            job = work.jobs.locked(job_id)
            act = _due(job, notices, now) if job else None
            if job is None or act is None:
                return None
            notices.enqueue(work, work.jobs.act(job_id, act, AGREEMENT, now))
        self.changed(job.client)
        return act


def _due(job: Job, notices: Notices, now: datetime) -> Act | None:
    """What the agreement asks for at `now`."""
    match due_step(job, now):
        case Escalation.REMIND:
            return Remind()
        case Escalation.HAND_ON:
            return HandOn(notices.next_owner(job, now), unread=now < job.due_at)
        case Escalation.ALARM:
            return Alarm()
        case _:
            return None
