"""Jobs: what calls have left open, whose they are, and what was done about them."""

from __future__ import annotations

from datetime import UTC, tzinfo

from pydantic import Field

from ivr.bootstrap import Services
from ivr.core.accounts.scopes import TokenScope
from ivr.core.jobs.job import Job as Kept
from ivr.core.jobs.job import JobState, Outcome, OwnerKind
from ivr.core.jobs.job import Owner as Holder
from ivr.core.jobs.words import in_words
from ivr.core.records.lists import Cursor, JobNarrow
from ivr.errors import UnknownClient
from ivr.web.api.cursors import page, read
from ivr.web.api.operation import Answer, ApiRequest, Operation, missing
from ivr.web.api.types import At, Client, Id, Listed, Moment, OwnerKey, Page, ResponseModel, Word


class JobsWanted(Listed):
    """Which jobs are wanted. `since` and `until` are about when they were opened."""

    state: JobState | None = Field(None, description="Only those in this state.")
    kind: Word | None = Field(None, description="Only those of this kind.", examples=["message"])
    owner: OwnerKey | None = Field(None, description="Only this owner’s.")
    due_before: Moment | None = Field(None, description="Only those due before this moment.")


class Owner(ResponseModel):
    """Whose a job is."""

    key: OwnerKey
    name: str = Field(examples=["Ian Frost"])


class Job(ResponseModel):
    """Something that a call has left open. It has one owner at any time."""

    id: Id
    client: Client
    kind: str = Field(examples=["message"])
    summary: str = Field(examples=["Message"])
    caller: str | None = Field(examples=["+441632960001"])
    call: str | None = Field(description="The call that left it.", examples=["CA0f1e2d3c"])
    message: str | None = Field(
        description="The message that opened it.", examples=["9a8b7c6d5e4f40312213f4e5d6c7b8a9"]
    )
    fields: dict[str, str] = Field(
        description="What was learnt of the caller.", examples=[{"reason": "a leak"}]
    )
    opened_at: At
    opened_by: str = Field(examples=["a call"])
    owner: Owner
    due_at: At
    action: str = Field(description="What is to be done next.", examples=["Ring the caller back"])
    state: JobState
    snoozed_until: At | None = Field(description="Until when it is snoozed.")
    outcome: Outcome | None = Field(description="How it ended, of a closed one.")
    reason: str | None = Field(description="Why it was closed.", examples=["rang back"])
    closed_at: At | None
    read_at: At | None = Field(description="When its owner said that they know of it.")
    read_by: str | None = Field(examples=["Ian Frost"])
    version: int = Field(
        description="Counts the acts on it. Send it with an act, which is then refused where "
        "somebody else has acted meanwhile.",
        examples=[3],
    )


class Entry(ResponseModel):
    """An act on a job, as it stays in its history."""

    version: int = Field(description="The job’s version after it.", examples=[2])
    at: At
    by: str = Field(examples=["Sam Okafor"])
    act: str = Field(examples=["hand"])
    text: str = Field(
        description="The same in words.",
        examples=["handed from Sam Okafor to Ian Frost by Sam Okafor: knows the caller"],
    )
    owner: Owner


class JobWithHistory(Job):
    """A job with every act on it, and to whom it can go."""

    history: list[Entry]
    possible_owners: list[Owner]


def job_operations(services: Services) -> list[Operation]:
    """What can be read of jobs."""

    def list_jobs(asked: ApiRequest) -> Answer:
        wanted: JobsWanted = asked.query
        narrow = JobNarrow(
            own=asked.token.client,
            client=wanted.client,
            since=wanted.since,
            until=wanted.until,
            state=wanted.state,
            kind=wanted.kind,
            owner=wanted.owner,
            due_before=wanted.due_before,
        )
        found = services.records.lists.jobs(narrow, read(wanted.cursor), wanted.limit + 1)
        content = page(found, wanted.limit, lambda each: Cursor(each.opened_at, each.id), shown)
        return Answer(content, wanted.client or asked.token.client)

    def read_job(asked: ApiRequest) -> Answer:
        job = job_of(services, asked)
        content = JobWithHistory(
            **dict(shown(job)),
            history=_history(services, job),
            possible_owners=[_owner(each) for each in owners_of(services, asked, job)],
        )
        return Answer(content, job.client, f"job {job.id}")

    return [
        Operation(
            name="list_jobs",
            method="GET",
            path="/jobs",
            scope=TokenScope.JOBS_READ,
            tag="jobs",
            summary="List jobs, the last opened first",
            do=list_jobs,
            noted="read the list of jobs",
            query=JobsWanted,
            answer=Page[Job],
        ),
        Operation(
            name="read_job",
            method="GET",
            path="/jobs/{job}",
            scope=TokenScope.JOBS_READ,
            tag="jobs",
            summary="Read a job with its history",
            do=read_job,
            noted="read a job",
            answer=JobWithHistory,
            problems=frozenset({404}),
        ),
    ]


def job_of(services: Services, asked: ApiRequest) -> Kept:
    """The job that a request names. Raises `ApiError` where there is none for this token."""
    found = services.records.jobs.find(asked.path["job"])
    if found is None or not asked.sees(found.client):
        raise missing("job")
    return found


def owners_of(services: Services, asked: ApiRequest, job: Kept) -> list[Holder]:
    """To whom a job can go. Which operators there are is the agency's own business: a client hands
    back to the agency."""
    possible = services.jobs.owners(job)
    ours = asked.token.client is None
    return [each for each in possible if ours or each.kind is not OwnerKind.OPERATOR]


def shown(job: Kept) -> Job:
    """The job as it is answered."""
    return Job(
        id=job.id,
        client=job.client,
        kind=job.kind,
        summary=job.summary,
        caller=job.caller,
        call=job.call_sid,
        message=job.message,
        fields=dict(job.fields),
        opened_at=job.opened_at,
        opened_by=job.opened_by,
        owner=_owner(job.owner),
        due_at=job.due_at,
        action=job.action,
        state=job.state,
        snoozed_until=job.snoozed_until,
        outcome=job.outcome,
        reason=job.reason,
        closed_at=job.closed_at,
        read_at=job.read_at,
        read_by=job.read_by,
        version=job.version,
    )


def _owner(owner: Holder) -> Owner:
    return Owner(key=owner.key, name=owner.name)


def _history(services: Services, job: Kept) -> list[Entry]:
    zone, before, told = _zone(services, job.client), None, []
    for entry in services.records.jobs.history(job.id):
        told.append(
            Entry(
                version=entry.version,
                at=entry.at,
                by=entry.by,
                act=entry.act.act,
                text=in_words(entry.act, before, entry, zone),
                owner=_owner(entry.owner),
            )
        )
        before = entry.owner
    return told


def _zone(services: Services, client: str) -> tzinfo:
    """Where the client's clocks are; UTC where its file is gone."""
    try:
        zone: tzinfo = services.library().flow(client).client.timezone
        return zone
    except UnknownClient:
        return UTC
