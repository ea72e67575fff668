"""What happens to a job that nobody deals with: reminder, next in line, agency, alarm.

Where the owner is to be reminded, that comes first. Once the job is due it goes to the next in
line, and to the one after them when their time of grace is over; then to the agency. If it is not
closed there in time either, the supervisors are told. Somebody who takes a job, or is given it,
has their time of grace too, and then it goes to the agency, no more through the line. A job that
is snoozed rests meanwhile. What rises stays due when it was: the promise was made to the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ivr.core.jobs.job import Job, OwnerKind


class Escalation(StrEnum):
    """What is to happen."""

    REMIND = "remind"
    HAND_ON = "hand_on"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """What is to happen, and when."""

    what: Escalation
    at: datetime


def next_step(job: Job, now: datetime) -> EscalationStep | None:
    """What is to happen next if nobody does anything; None where nothing will.

    Its time may have come already. A reminder that was missed is left out.
    """
    if not job.is_open:
        return None
    rest = job.rests_until or job.opened_at
    at = max(job.due_at, rest)
    if job.terms.read and job.owner.kind is OwnerKind.PERSON and job.read_at is None:
        at = min(at, max(job.opened_at + timedelta(seconds=job.terms.read), rest))
    remind_at = max(job.due_at - timedelta(seconds=job.terms.before), rest)
    if job.terms.remind and not job.reminded and max(remind_at, now) < at:
        return EscalationStep(Escalation.REMIND, remind_at)
    if job.line or job.owner.kind is not OwnerKind.AGENCY:
        return EscalationStep(Escalation.HAND_ON, at)
    return None if job.alarmed else EscalationStep(Escalation.ALARM, at)


def due_step(job: Job, now: datetime) -> Escalation | None:
    """What is to happen to the job now."""
    step = next_step(job, now)
    return step.what if step and step.at <= now else None
