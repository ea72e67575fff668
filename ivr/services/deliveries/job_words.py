"""What people were told of jobs, in words: beside each act of a history, and in a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from ivr.core.delivery.plan import Channel, DeliveryState
from ivr.core.delivery.words import in_words, read
from ivr.core.jobs.acts import Entry
from ivr.core.jobs.job import Job
from ivr.core.jobs.notices import act_told_of
from ivr.core.jobs.words import told, when
from ivr.core.records.delivery import Delivery, Promised


@dataclass(frozen=True, slots=True)
class NotifiedEntry:
    """An act of a history, and what people were `sent` because of it, each with what came of it."""

    at: datetime
    text: str
    sent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Whether those who are to know of a job do."""

    text: str
    is_read: bool


def history(
    job: Job,
    entries: Sequence[Entry],
    deliveries: Iterable[Delivery],
    promised: Iterable[Promised],
    zone: tzinfo,
    reasons: bool = True,
) -> Iterator[NotifiedEntry]:
    """A job's history in words, its times in `zone`. `reasons` is as in `in_words`."""
    sent: dict[int, list[str]] = defaultdict(list)
    for each in deliveries:
        words = in_words(each, zone, reasons, of_the_job=True)
        sent[act_told_of(each.promise, job)].append(words)
    for one in promised:
        sent[act_told_of(one.key, job)].append(_promised(one, zone, reasons))
    for entry, line in zip(entries, told(entries, zone), strict=True):
        yield NotifiedEntry(line.at, line.text, tuple(sent[entry.version]))


def reading(
    job: Job, deliveries: Sequence[Delivery], zone: tzinfo, now: datetime
) -> Reading | None:
    """`read 14:02 by Ian`, or `not read yet`; None where nobody was told.

    The owner counts; where they were told of nothing, whoever else was.
    """
    if job.read_at is not None:
        return Reading(f"read {when(job.read_at, zone, now)} by {job.read_by}", True)
    people = [each for each in deliveries if each.channel is not Channel.WEBHOOK]
    unread = [each for each in people if each.state is DeliveryState.SENT] if job.is_open else []
    if any(each.recipient == job.owner.name for each in unread):
        return Reading("not read yet", False)
    acknowledged = [(each.acknowledged_at, each.key, each) for each in people]
    last = max((each for each in acknowledged if each[0]), default=None)
    if last is not None:
        return Reading(read(last[2], zone, now), True)
    return Reading(f"not read yet by {unread[-1].recipient}", False) if unread else None


def _promised(promised: Promised, zone: tzinfo, reasons: bool) -> str:
    why = f" ({promised.error})" if reasons and promised.error else ""
    if promised.given_up:
        return f"To {promised.to}: given up{why}"
    return f"To {promised.to}: not sent yet, due {when(promised.due_at, zone)}{why}"
