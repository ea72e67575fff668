"""What services ask of the records while they write: one transaction, and what is done in it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from ivr.core.accounts.account import SERVER_ID
from ivr.core.availability.status import How, Status, StatusChange, StatusRequest
from ivr.core.jobs.acts import Act, Change
from ivr.core.jobs.job import Job, NewJob
from ivr.core.records.audit_entry import AuditEntry
from ivr.core.records.inbox import Reader
from ivr.core.records.kept_answer import KeptAnswer
from ivr.core.records.message import Recipient
from ivr.core.records.outbox import OutboxKind


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


class StatusRepository(Protocol):
    """Where clients' people say that they are. `account` is the id of the account that acts."""

    def set(self, wish: StatusRequest, now: datetime, account: str = SERVER_ID) -> StatusChange:
        """Set a status. Raises `StatusError`."""

    def back(
        self,
        client: str,
        person: str | None,
        by: str,
        how: How,
        now: datetime,
        account: str = SERVER_ID,
        *,
        planned: bool = False,
    ) -> tuple[Status, ...]:
        """End what counts for a person now, and with `planned` what is still to come."""

    def end(
        self,
        status_id: str,
        client: str,
        by: str,
        how: How,
        now: datetime,
        account: str = SERVER_ID,
    ) -> Status:
        """End a status, or call it off. Raises `StatusError`."""

    def ahead(self, client: str, now: datetime) -> tuple[Status, ...]:
        """A client's statuses that hold now or are still to come."""


class AuditRepository(Protocol):
    """The audit trail."""

    def add(self, entry: AuditEntry) -> None:
        """Keep what somebody did."""


class SupervisorRepository(Protocol):
    """The supervisors' accounts."""

    def reached_by_email(self) -> list[Recipient]:
        """Those who may sign in and have an e-mail address."""


class UnitOfWork(Protocol):
    """One transaction over the records, kept whole or not at all."""

    @property
    def jobs(self) -> JobRepository: ...

    @property
    def statuses(self) -> StatusRepository: ...

    @property
    def audit(self) -> AuditRepository: ...

    @property
    def supervisors(self) -> SupervisorRepository: ...

    def enqueue(
        self,
        kind: OutboxKind,
        subject: str,
        due_at: datetime,
        payload: Mapping[str, Any],
        once: str | None = None,
    ) -> None:
        """Put work into the outbox, once."""

    def close_draft(self, draft_id: str, operator: str, outcome: str, now: datetime) -> bool:
        """Close what an operator has written of a call; False where it is closed already."""

    def keep_answer(self, answer: KeptAnswer, now: datetime) -> None:
        """Keep what a program is answered. Raises `AnsweredBefore`."""


class Transactions(Protocol):
    """Where units of work begin."""

    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction. Raises `RecordsError` where the records cannot be used."""
