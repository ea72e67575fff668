"""Jobs and their acts as rows: what stands in the tables, and how it changes.

A job's row and the row of the act that changed it are written in one transaction. The rows of
acts say whole what was done, so the history of a job replays to the job. Each function works in
the transaction of the connection it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from ivr.adapters.sql.programs import domain_events
from ivr.adapters.sql.search import index as search
from ivr.adapters.sql.tables import insert, job_acts, jobs
from ivr.core.jobs import rules
from ivr.core.jobs.acts import Act, Close, Entry, Opened, from_data, to_data
from ivr.core.jobs.escalation import next_step
from ivr.core.jobs.job import FollowUpTerms, Job, JobState, NewJob, Outcome, Owner, OwnerKind
from ivr.core.records.domain_event import DomainEvent
from ivr.errors import JobError, JobMoved


def open_job(connection: sa.Connection, new: NewJob, now: datetime) -> Job | None:
    """Open a job. None where the message that opens it has one already.

    Raises `JobError` where it has no owner.
    """
    job = rules.opened(new, uuid4().hex, now)
    row = insert(connection, jobs).values(_values(job, now))
    made = row.on_conflict_do_nothing(index_elements=["message"]).returning(jobs.c.id)
    if connection.execute(made).first() is None:
        return None
    _write_down(connection, job, now, new.opened_by, rules.opening_act(job))
    search.keep_job(connection, job)
    if job.message is not None:  # its first note: whatever is noted of it opens its job
        things = {"message": job.message, "call": job.call_sid}
        what = DomainEvent.MESSAGE_RECEIVED
        domain_events.tell(connection, what, job.client, job.message, now, **things)
    _tell(connection, DomainEvent.JOB_OPENED, job, now)
    return job


def add_facts(
    connection: sa.Connection, message: str, caller: str | None, fields: Mapping[str, str]
) -> None:
    """Add to a message's job what was learnt of the caller after it was opened; with `caller` None,
    whom it names stays."""
    values = {"fields": dict(fields)} | ({"caller": caller} if caller else {})
    changed = sa.update(jobs).where(jobs.c.message == message).values(values).returning(jobs)
    for row in connection.execute(changed).all():
        search.keep_job(connection, from_row(row))


def act(
    connection: sa.Connection,
    job_id: str,
    what: Act,
    by: str,
    now: datetime,
    expected: int | None = None,
) -> tuple[Job, Job]:
    """Do one act; returns the job before and after.

    `expected` is the version that whoever acts has seen. Raises `JobMoved` where it is another
    by now, and `JobError` where the rules refuse the act.
    """
    before = locked(connection, job_id)
    if before is None:
        raise JobError(f"There is no job {job_id}.")
    if expected is not None and expected != before.version:
        raise JobMoved(_moved(connection, before))
    after = rules.apply(before, what, by, now)
    at_version = sa.and_(jobs.c.id == job_id, jobs.c.version == before.version)
    changed = connection.execute(sa.update(jobs).where(at_version).values(_values(after, now)))
    if changed.rowcount != 1:  # the lock above should have kept everybody else out
        raise JobMoved("Somebody else has just acted on this job. Look at it again.")
    _write_down(connection, after, now, by, what)
    closed = isinstance(what, Close)
    _tell(connection, DomainEvent.JOB_CLOSED if closed else DomainEvent.JOB_CHANGED, after, now)
    if search.words_of_act(to_data(what)):
        search.keep_job(connection, after)
    return before, after


def _tell(connection: sa.Connection, what: DomainEvent, job: Job, now: datetime) -> None:
    domain_events.tell(
        connection,
        what,
        job.client,
        f"{job.id}-{job.version}",
        now,
        job=job.id,
        version=job.version,
        message=job.message,
        call=job.call_sid,
    )


def locked(connection: sa.Connection, job_id: str) -> Job | None:
    """The job, which nobody else can change before this transaction ends."""
    query = sa.select(jobs).where(jobs.c.id == job_id).with_for_update()
    row = connection.execute(query).first()
    return from_row(row) if row else None


def find(connection: sa.Connection, which: sa.ColumnElement[bool]) -> Job | None:
    row = connection.execute(sa.select(jobs).where(which)).first()
    return from_row(row) if row else None


def those(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Job]:
    """All jobs of which `which` holds."""
    return [from_row(row) for row in connection.execute(sa.select(jobs).where(which))]


def like(connection: sa.Connection, beginning: str, limit: int) -> list[Job]:
    which = jobs.c.id.startswith(beginning, autoescape=True)
    return [from_row(row) for row in connection.execute(sa.select(jobs).where(which).limit(limit))]


def history(connection: sa.Connection, job_id: str) -> list[Entry]:
    query = sa.select(job_acts).where(job_acts.c.job == job_id).order_by(job_acts.c.version)
    return [_entry(row) for row in connection.execute(query)]


def rising(connection: sa.Connection, now: datetime, limit: int) -> list[str]:
    """The ids of jobs to which something is to happen now, the longest waiting first."""
    query = sa.select(jobs.c.id).where(jobs.c.rises_at <= now)
    found = connection.execute(query.order_by(jobs.c.rises_at, jobs.c.id).limit(limit))
    return [row.id for row in found]


def _moved(connection: sa.Connection, job: Job) -> str:
    last = history(connection, job.id)[-1]
    return (
        f"{last.by} has acted on this job since you looked at it ({last.at:%H:%M} UTC); "
        f"it is {job.state}, and {job.owner.name} has it. Look at it again."
    )


def _write_down(
    connection: sa.Connection, job: Job, now: datetime, by: str, what: Opened | Act
) -> None:
    row = {"job": job.id, "version": job.version, "at": now, "by": by, "act": to_data(what)}
    connection.execute(sa.insert(job_acts).values({**row, **_owner(job.owner)}))


def _owner(owner: Owner) -> dict[str, str]:
    return {"owner_kind": owner.kind, "owner": owner.id, "owner_name": owner.name}


def _values(job: Job, now: datetime) -> dict[str, Any]:
    values = asdict(job)
    step = next_step(job, now)
    return {**values, **_owner(job.owner), "rises_at": step and step.at}


def from_row(row: sa.Row[Any]) -> Job:
    """The job of a row of `jobs`, which may have more columns besides."""
    values = {name: getattr(row, name) for name in Job.__dataclass_fields__}
    terms = values["terms"]
    values |= {
        "owner": _owner_of(row),
        "terms": FollowUpTerms(
            **{**terms, "remind": tuple(terms["remind"]), "line": tuple(terms["line"])}
        ),
        "line": tuple(row.line),
        "before": _owner_from(row.before) if row.before else None,
        "state": JobState(row.state),
        "outcome": Outcome(row.outcome) if row.outcome else None,
    }
    return Job(**values)


def _owner_of(row: sa.Row[Any]) -> Owner:
    return Owner(OwnerKind(row.owner_kind), row.owner, row.owner_name)


def _owner_from(data: Mapping[str, str]) -> Owner:
    return Owner(OwnerKind(data["kind"]), data["id"], data["name"])


def _entry(row: sa.Row[Any]) -> Entry:
    return Entry(row.version, row.at, row.by, from_data(row.act), _owner_of(row))
