"""Acts on jobs: the ones of `ivr.core.jobs.acts`, as programs ask for them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ivr.bootstrap import Services
from ivr.core.accounts.actor import program
from ivr.core.accounts.scopes import TokenScope
from ivr.core.jobs import acts
from ivr.core.jobs.acts import Act
from ivr.core.jobs.job import Job as Kept
from ivr.core.jobs.job import Outcome, Owner
from ivr.errors import ApiError, JobError, JobMoved
from ivr.services.protocols.records import UnitOfWork
from ivr.web.api.jobs import Job, job_of, owners_of, shown
from ivr.web.api.operation import Answer, ApiRequest, Operation
from ivr.web.api.types import Moment, OwnerKey, RequestModel, Text, Version

Reason = Annotated[Text, Field(description="Why, in a few words.", examples=["knows the caller"])]


class JobAct(RequestModel):
    """What every act may say."""

    version: Version | None = Field(
        None,
        description="The version of the job that was read; 409 where it is another by now.",
        examples=[3],
    )


class Take(JobAct):
    """Make it somebody's own: `owner` has it from now on."""

    act: Literal["take"]
    owner: OwnerKey


class Hand(JobAct):
    """Assign it to somebody else."""

    act: Literal["hand"]
    owner: OwnerKey
    reason: Reason = ""


class Return(JobAct):
    """Give it back to who had it before."""

    act: Literal["return"]
    reason: Reason = ""


class Snooze(JobAct):
    """Snooze it until a time."""

    act: Literal["snooze"]
    until: Moment = Field(description="Later than now, within a year.")
    reason: Reason = ""


class Plan(JobAct):
    """Reschedule it: what is to be done next, or by when."""

    act: Literal["plan"]
    action: Text | None = Field(None, examples=["Send the offer"])
    due_at: Moment | None = Field(None, description="Later than now, within a year.")


class Note(JobAct):
    """Write something down about it."""

    act: Literal["note"]
    text: Text = Field(min_length=1, examples=["She rings back on Monday."])


class Close(JobAct):
    """Say how it ended, and why."""

    act: Literal["close"]
    outcome: Outcome
    reason: Text = Field(min_length=1, examples=["rang back"])


class Reopen(JobAct):
    """Say that there is still something to do."""

    act: Literal["reopen"]
    reason: Reason = ""


Body = Annotated[
    Take | Hand | Return | Snooze | Plan | Note | Close | Reopen, Field(discriminator="act")
]


def act_operations(services: Services) -> list[Operation]:
    """What can be done to jobs."""

    def act_on_job(asked: ApiRequest) -> Answer:
        job = job_of(services, asked)
        body: JobAct = asked.body
        act = _act(services, asked, job)

        def keep(work: UnitOfWork, job: Kept) -> None:
            asked.keep(work, shown(job))

        try:
            after = services.jobs.act(
                job.id, act, program(asked.token), asked.now, body.version, keep
            )
        except JobMoved as error:
            raise ApiError("moved", str(error)) from error
        except JobError as error:
            raise ApiError("refused", str(error)) from error
        return Answer(shown(after))

    return [
        Operation(
            name="act_on_job",
            method="POST",
            path="/jobs/{job}/acts",
            scope=TokenScope.JOBS_WRITE,
            tag="jobs",
            summary="Act on a job",
            description="Take it, assign it, return it, snooze it, reschedule it, write "
            "something down, close it or open it again. The act is kept for ever in the job’s "
            "history, in the token’s name.",
            do=act_on_job,
            noted=None,
            body=Body,
            answer=Job,
            once=True,
            problems=frozenset({404, 409}),
        )
    ]


def _act(services: Services, asked: ApiRequest, job: Kept) -> Act:
    match asked.body:
        case Take(owner=key):
            return acts.Take(_owner(services, asked, job, key))
        case Hand(owner=key, reason=reason):
            return acts.Hand(_owner(services, asked, job, key), reason)
        case Return(reason=reason):
            return acts.Return(reason)
        case Snooze(until=until, reason=reason):
            return acts.Snooze(until, reason)
        case Plan(action=action, due_at=due_at):
            return acts.Plan(action, due_at)
        case Note(text=text):
            return acts.Note(text)
        case Close(outcome=outcome, reason=reason):
            return acts.Close(outcome, reason)
        case Reopen(reason=reason):
            return acts.Reopen(reason)
        case other:
            raise AssertionError(other)


def _owner(services: Services, asked: ApiRequest, job: Kept, key: str) -> Owner:
    found = (each for each in owners_of(services, asked, job) if each.key == key)
    owner = next(found, None)
    if owner is None:
        raise ApiError(
            "refused", "Nobody of that key can have this job; see its `possible_owners`."
        )
    return owner
