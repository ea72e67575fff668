"""The rules of a job: (job, act, by whom, now) → job, or a plain sentence why not.

No act leaves a job without an owner: there is no act that takes one away, only those that put
another in their place. A closed job keeps its last one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from ivr.core.jobs.acts import (
    Act,
    Alarm,
    Close,
    Entry,
    Hand,
    HandOn,
    Note,
    Opened,
    Plan,
    Read,
    Remind,
    Reopen,
    Return,
    Snooze,
    Take,
)
from ivr.core.jobs.escalation import Escalation, due_step
from ivr.core.jobs.job import AGREEMENT, Job, JobState, NewJob, Opening, Owner, OwnerKind
from ivr.errors import JobError

LONGEST_TEXT = 2000
"""Characters of a reason, a note, a next action."""

LONGEST_WAIT = timedelta(days=366)
"""How far ahead a job can be snoozed or rescheduled."""


def opened(new: NewJob, job_id: str, now: datetime) -> Job:
    """The job as it is opened. Raises `JobError` where it has no owner."""
    opening = new.opening
    return Job(
        id=job_id,
        client=new.client,
        kind=new.kind,
        summary=new.summary,
        caller=new.caller,
        call_sid=new.call_sid,
        message=new.message,
        fields=new.fields,
        opened_at=now,
        opened_by=new.opened_by,
        owner=_somebody(opening.owner),
        due_at=opening.due_at,
        action=opening.action,
        terms=opening.terms,
        line=opening.terms.line,
        acted_at=now,
    )


def opening_act(job: Job) -> Opened:
    """The first act of a job that has just been opened."""
    return Opened(job.owner, job.due_at, job.terms, job.action)


def apply(job: Job, act: Act, by: str, now: datetime) -> Job:
    """The job after `act`, which `by` does at `now`. Raises `JobError` with the reason."""
    if not by.strip():
        raise JobError("Every act needs a name: say who does it.")
    after = _after(job, act, by, now)
    acted_at = job.acted_at if by == AGREEMENT else now
    return replace(after, version=job.version + 1, acted_at=acted_at)


def replayed(job: Job, entries: Iterable[Entry]) -> Job:
    """What the acts of a history make of the job they belong to, from its opening on.

    Raises `JobError` where they do not follow one another, or do not begin with the opening.
    """
    history = iter(entries)
    first = next(history, None)
    if first is None or not isinstance(first.act, Opened):
        raise JobError("The history of a job begins with its opening.")
    act = first.act
    new = NewJob(
        client=job.client,
        kind=job.kind,
        summary=job.summary,
        caller=job.caller,
        call_sid=job.call_sid,
        message=job.message,
        fields=job.fields,
        opening=Opening(act.owner, act.due_at, act.terms, act.action),
        opened_by=first.by,
    )
    then = opened(new, job.id, first.at)
    for entry in history:
        if isinstance(entry.act, Opened) or entry.version != then.version + 1:
            raise JobError(f"The history of the job breaks off at act {entry.version}.")
        then = apply(then, entry.act, entry.by, entry.at)
    return then


def _after(job: Job, act: Act, by: str, now: datetime) -> Job:
    match act:
        case Note(text):
            _text(text, "What is to be noted? Write a few words.")
            return job
        case Read():
            return _read(job, by, now)
        case Reopen(reason):
            return _reopened(job, reason, now)
    if not job.is_open:
        raise JobError("This job is closed. Reopen it first.")
    match act:
        case Take(to):
            if to.is_same(job.owner):
                raise JobError(f"{to.name} has this job already.")
            return _given(job, to, now)
        case Hand(to, reason):
            _text(reason)
            if to.is_same(job.owner):
                raise JobError(f"{to.name} has this job already; choose somebody else.")
            return _given(job, to, now)
        case Return(reason):
            _text(reason)
            if job.before is None:
                raise JobError("Nobody had this job before; hand it to somebody instead.")
            return _given(job, job.before, now)
        case Snooze(until, reason):
            return _snoozed(job, until, reason, now)
        case Plan():
            return _planned(job, act, now)
        case Close(outcome, reason):
            _text(reason, "Say in a few words why the job is closed.")
            return replace(
                job,
                state=JobState.CLOSED,
                outcome=outcome,
                reason=reason.strip(),
                closed_at=now,
                snoozed_until=None,
            )
        case Remind():
            _agreed(job, Escalation.REMIND, now)
            return replace(job, reminded=True)
        case HandOn(to):
            _agreed(job, Escalation.HAND_ON, now)
            if not job.line and to.kind is not OwnerKind.AGENCY:
                raise JobError("Nobody is left in line: the job goes to the agency.")
            kept = to.is_same(job.owner)  # the next in line may be who has it
            given = replace(job, rests_until=now + job.grace) if kept else _given(job, to, now)
            return replace(given, line=job.line[1:], reminded=True)
        case Alarm():
            _agreed(job, Escalation.ALARM, now)
            return replace(job, alarmed=True)
        case _:
            assert_never(act)


def _read(job: Job, by: str, now: datetime) -> Job:
    """Known to its owner, from the first time that they say so; others may read it too."""
    if job.read_at is not None or by != job.owner.name:
        return job
    return replace(job, read_at=now, read_by=by)


def _given(job: Job, to: Owner, now: datetime) -> Job:
    """The job in other hands, for which it rises anew, after their time of grace."""
    return replace(
        job,
        owner=_somebody(to),
        before=job.owner,
        line=(),
        rests_until=now + job.grace,
        snoozed_until=None,
        reminded=False,
        alarmed=False,
        read_at=None,
        read_by=None,
    )


def _snoozed(job: Job, until: datetime, reason: str, now: datetime) -> Job:
    """Snoozed; whoever has it has their time of grace when it wakes."""
    _text(reason)
    _ahead(until, now, "The time to wait for")
    return replace(
        job,
        snoozed_until=until,
        rests_until=until,
        due_at=max(job.due_at, until + job.grace),
        reminded=False,
        alarmed=False,
    )


def _planned(job: Job, act: Plan, now: datetime) -> Job:
    if act.action is None and act.due_at is None:
        raise JobError("Say what is to be done next, or by when.")
    if act.action is not None:
        _text(act.action, "Say in a few words what is to be done next.")
        job = replace(job, action=act.action.strip())
    if act.due_at is not None:
        _ahead(act.due_at, now, "The time by which it is due")
        job = replace(job, due_at=act.due_at, reminded=False, alarmed=False)
    return job


def _reopened(job: Job, reason: str, now: datetime) -> Job:
    _text(reason)
    if job.is_open:
        raise JobError("This job is open already.")
    return replace(
        job,
        state=JobState.OPEN,
        outcome=None,
        reason=None,
        closed_at=None,
        due_at=max(job.due_at, now + job.grace),
        line=(),
        rests_until=None,
        reminded=False,
        alarmed=False,
    )


def _agreed(job: Job, what: Escalation, now: datetime) -> None:
    if due_step(job, now) is not what:
        raise JobError("The agreement does not ask for this now: the job has moved on.")


def _ahead(moment: datetime, now: datetime, what: str) -> None:
    if moment <= now:
        raise JobError(f"{what} has passed already; choose a later one.")
    if moment > now + LONGEST_WAIT:
        raise JobError(f"{what} is more than a year ahead; choose an earlier one.")


def _somebody(owner: Owner) -> Owner:
    if not owner.id.strip() or not owner.name.strip():
        raise JobError("A job needs an owner: name a person, an operator or the agency.")
    return owner


def _text(text: str, missing: str | None = None) -> None:
    if missing and not text.strip():
        raise JobError(missing)
    if len(text) > LONGEST_TEXT:
        raise JobError(f"That is too long; {LONGEST_TEXT} characters are the most.")
