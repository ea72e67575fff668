"""Who is told of what is done to a job, and in which words. Pure: where they are reached is known
at the edge, and so is what a caller's number looks like in the client's country."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from ivr.core.jobs.acts import Alarm, Change, Hand, HandOn, Opened, Remind, Return
from ivr.core.jobs.job import Channel, Job, Owner
from ivr.core.jobs.words import when


@dataclass(frozen=True, slots=True)
class NoticeRecipient:
    """Somebody who is told: the job's owner, or the supervisors where `owner` is None.

    By `channels`, where none is named as they wish; `why` says what has happened, in a sentence.
    """

    owner: Owner | None
    channels: tuple[Channel, ...]
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class About:
    """What people know a job by. `caller` is written as people in the client's country do; `rung`
    says when they called, and on which number they want to be rung."""

    client: str
    caller: str
    zone: tzinfo
    rung: str = ""
    language: str = "en-GB"


def told(change: Change, about: About) -> Iterator[NoticeRecipient]:
    """Who is told of an act, by which ways, and why.

    Whoever does something need not be told of it, and nobody of what changes no owner. The
    message itself tells whom its job is opened for.
    """
    before, after, by = change.before, change.after, change.by
    due = f"It is due {when(after.due_at, about.zone)}."
    late = f"It was due {when(after.due_at, about.zone)}."
    match change.act:
        case Opened() if after.message is None:
            yield NoticeRecipient(
                after.owner, (), "New", f"{by} has opened this job for you. {due}"
            )
        case Remind():
            yield NoticeRecipient(
                after.owner, after.terms.remind, "Reminder", f"This job is yours. {due}"
            )
        case Hand(_, reason) | Return(reason):
            why = f": {reason.strip()}" if reason.strip() else "."
            what = "handed" if isinstance(change.act, Hand) else "returned"
            text = f"{by} has {what} this job to you{why} {due}"
            yield NoticeRecipient(after.owner, (), "For you", text)
        case HandOn(_, unread):
            if unread:
                late = f"{before.owner.name} has not said that they have read it. {due}"
            text = f"{late} As agreed, it goes from {before.owner.name} to you."
            yield NoticeRecipient(
                after.owner, _ways(after), "Unread" if unread else "Overdue", text
            )
        case Alarm():
            text = f"{late} {after.owner.name} has it, and nobody has closed it."
            yield NoticeRecipient(None, ("email",), "Alarm: overdue", text)
        case _:
            pass


def once(job: Job, address: str) -> str:
    """What tells the notice of a job's last act to one address from every other notice."""
    return f"{job.id}-{job.version}-{address}"


def act_told_of(key: str, job: Job) -> int:
    """Of which act, counted from the opening as 1, something tells that was promised by this key:
    a message, which has no notice, of the opening that it has led to."""
    found = re.search(rf"\b{job.id}-(\d+)-", key)
    return int(found[1]) if found else 1


def subject(told: NoticeRecipient, job: Job, about: About) -> str:
    """What a notice is about, in a line."""
    return f"{told.title}: {job.summary.lower()} for {about.client} from {about.caller}"


def short(told: NoticeRecipient, job: Job, about: About) -> str:
    """The notice as a text message. The caller's words do not stand in it."""
    return f"{subject(told, job, about)}. {told.why} {job.action}."


def _ways(job: Job) -> tuple[Channel, ...]:
    """By e-mail, and as the agreement reminds people."""
    return tuple(dict.fromkeys(("email", *job.terms.remind)))
