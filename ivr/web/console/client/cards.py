"""What a client's people see of a job: who rang and what they said, who has it, who has read it.
Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from ivr.adapters.sql.jobs.inbox_repository import unread_by
from ivr.core.jobs.job import Job, OwnerKind
from ivr.core.jobs.words import when
from ivr.core.records.inbox import InboxItem
from ivr.core.records.message import Message
from ivr.core.records.message_words import readable_number
from ivr.core.ring_numbers import RingNumber, ring_numbers
from ivr.services.deliveries.job_words import Reading, reading
from ivr.web.console.calls.spoken import SpeakerTurn, Spoken, turns
from ivr.web.console.client.client_user import ClientUser

FIRST_WORDS = 60
"""Stretches of text that a list shows of a message."""


@dataclass(frozen=True, slots=True)
class PageContext:
    """By which clock and in which country's way things are said, who the agency is, and when."""

    zone: tzinfo
    language: str
    agency: str
    now: datetime

    def when(self, moment: datetime) -> str:
        """A moment: of today its time alone."""
        return when(moment, self.zone, self.now)

    def number(self, number: str | None) -> str:
        """A telephone number as people write it."""
        return readable_number(number, self.language)


@dataclass(frozen=True, slots=True)
class Card:
    """A job as it is shown. `waits` says that it waits for whoever looks, `is_new` that they have
    not said that they have read it; `dials` are numbers
    that a telephone can ring, the one that they gave first."""

    item: InboxItem
    caller: str
    dials: tuple[RingNumber, ...]
    came: str
    whose: str
    state: str
    is_late: bool
    waits: bool
    is_mine: bool
    is_new: bool
    reading: Reading | None
    turns: tuple[SpeakerTurn, ...]

    @property
    def job(self) -> Job:
        """The job."""
        return self.item.job

    @property
    def message(self) -> Message | None:
        """The message that has opened it."""
        return self.item.message

    @property
    def first_words(self) -> tuple[Spoken, ...]:
        """What was said, as far as a list shows it."""
        return tuple(each for turn in self.turns for each in turn.spoken)[:FIRST_WORDS]

    @property
    def is_long(self) -> bool:
        """Whether there is more than the first words."""
        return sum(len(turn.spoken) for turn in self.turns) > FIRST_WORDS


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its title, and what to say where it is empty."""

    id: str
    title: str
    cards: tuple[Card, ...]
    empty: str


def card(item: InboxItem, visitor: ClientUser, place: PageContext) -> Card:
    """What `visitor` sees of a job at `place`."""
    job, heard = item.job, item.message.transcript if item.message else None
    waits = job.is_open and visitor.waits_for(job)
    is_mine = visitor.person is not None and job.owner.is_same(visitor.person)
    given = heard.number_given if heard else None
    new_owner = is_mine and job.read_at is None
    return Card(
        item=item,
        caller=place.number(job.caller),
        dials=ring_numbers(job.caller, job.fields, given, place.language),
        came=place.when(item.message.received_at if item.message else job.opened_at),
        whose=whose(job, is_mine, place.agency),
        state=state(job, place),
        is_late=job.is_overdue(place.now),
        waits=waits,
        is_mine=is_mine,
        is_new=job.is_open and (new_owner or bool(unread_by(visitor.reads_for, item.deliveries))),
        reading=reading(job, item.deliveries, place.zone, place.now),
        turns=tuple(turns(heard)) if heard else (),
    )


def whose(job: Job, is_mine: bool, agency: str) -> str:
    """Who has a job, or had it last, in a sentence."""
    who = "You" if is_mine else f"{job.owner.name[:1].upper()}{job.owner.name[1:]}"
    if job.owner.kind is OwnerKind.OPERATOR:
        who = f"{who} of {agency}"
    if job.is_open:
        return f"{who} {'have' if is_mine else 'has'} this"
    return f"{who} had this"


def state(job: Job, place: PageContext) -> str:
    """How a job stands, in a few words."""
    if not job.is_open:
        ended = place.when(job.closed_at) if job.closed_at else ""
        return f"{str(job.outcome).capitalize()}, {ended}"
    if job.is_overdue(place.now):
        return f"was due {place.when(job.due_at)}"
    if job.is_snoozed(place.now) and job.snoozed_until:
        return f"snoozed until {place.when(job.snoozed_until)}"
    return f"due {place.when(job.due_at)}"


def shelves(cards: Iterable[Card], visitor: ClientUser, place: PageContext) -> Sequence[Section]:
    """Open jobs: first what waits for whoever looks, then what others have."""
    cards = tuple(cards)
    waiting = tuple(each for each in cards if each.waits)
    others = tuple(each for each in cards if not each.waits)
    if visitor.person:
        return (
            Section("waiting", "Waiting for you", waiting, "Nothing waits for you."),
            Section("others", "With others", others, "Nobody else has anything open."),
        )
    return (
        Section("waiting", f"Waiting at {visitor.client_name}", waiting, "Nothing waits."),
        Section("others", f"With {place.agency}", others, f"{place.agency} has nothing open."),
    )
