"""What people are told of jobs: promised in the outbox, in the transaction of the act itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from ivr.core.agency import Agency
from ivr.core.availability.standing import StandingOf
from ivr.core.call.engine import CallFlow
from ivr.core.delivery.contact_points import ContactPoint, to_data, usable
from ivr.core.delivery.plan import Channel
from ivr.core.flow.agreement import Duty
from ivr.core.flow.flow import MESSAGE
from ivr.core.flow.people import Person
from ivr.core.jobs.acts import Change
from ivr.core.jobs.agreement import first_there, opening, possible_owners, the_agency
from ivr.core.jobs.job import FollowUpTerms, Job, Opening, Owner, OwnerKind
from ivr.core.jobs.notices import About, NoticeRecipient, once, short, subject, told
from ivr.core.jobs.words import when
from ivr.core.records.message import Recipient
from ivr.core.records.message_words import readable_number, title
from ivr.core.records.outbox import OutboxKind
from ivr.core.ring_numbers import how_to_ring, ring_numbers
from ivr.errors import UnknownClient
from ivr.services.outgoing import Outgoing
from ivr.services.protocols.clients import Library
from ivr.services.protocols.records import UnitOfWork


class JobNotices:
    """Knows where everybody is reached now, by the clients' files and the agency's."""

    def __init__(
        self, library: Library, agency: Agency, public_url: str, standing: StandingOf
    ) -> None:
        self._library = library
        self._agency = agency
        self._outgoing = Outgoing(agency)
        self._public_url = public_url
        self._standing = standing

    def next_owner(self, job: Job, now: datetime) -> Owner:
        """Who is next in line for a job and not away; the agency where nobody is left, or can be
        found."""
        flow = self._flow(job.client)
        if flow is None or not job.line:
            return the_agency(self._agency.name)
        standing = self._standing(job.client, now)
        return first_there(flow, job.line, job.kind, now, self._agency.name, standing)[0]

    def opening(self, client: str, kind: str, now: datetime) -> Opening:
        """What is agreed of a job of `kind`; of a client who has gone, the agency's own to do."""
        flow = self._flow(client)
        if flow is not None:
            return opening(flow, kind, now, self._agency.name, self._standing(client, now))
        return Opening(
            the_agency(self._agency.name), now, FollowUpTerms(), Duty.model_validate({}).action
        )

    def call_back_kind(self, client: str) -> str:
        """The kind of job that a call back becomes where the caller could not be reached."""
        flow = self._flow(client)
        return flow.call_back_kind if flow is not None else MESSAGE

    def owners(self, job: Job | None) -> tuple[Owner, ...]:
        """Everybody whom a job can be handed to; without a job, those of the agency."""
        agency, flow = self._agency, self._flow(job.client) if job else None
        return possible_owners(flow, agency.name, agency.operator_names)

    def enqueue(self, work: UnitOfWork, change: Change) -> None:
        """Put into the outbox what goes to whoever is to know of an act."""
        job, flow = change.after, self._flow(change.after.client)
        about = self._about(job, flow)
        for each in told(change, about):
            for recipient in self._reached(work, each, job.kind, flow):
                self._write(work, change, each, about, recipient)

    def written(self, client: str, number: str) -> str:
        """A number (E.164) as people of the client's country write it."""
        flow = self._flow(client)
        return readable_number(number, flow.client.language if flow else "en-GB")

    def _flow(self, client: str) -> CallFlow | None:
        try:
            return self._library.flow(client)
        except UnknownClient:
            return None

    def _about(self, job: Job, flow: CallFlow | None) -> About:
        if flow is None:
            return _about(job, job.client, UTC, "en-GB")
        name, zone = self._outgoing.client_name(flow), flow.client.timezone
        return _about(job, name, zone, flow.client.language)

    def _reached(
        self, work: UnitOfWork, each: NoticeRecipient, kind: str, flow: CallFlow | None
    ) -> Iterator[Recipient]:
        agency = self._at_agency(self._agency, flow)
        if each.owner is None:
            yield agency
            yield from work.accounts.supervisors_by_email()
        elif each.owner.kind is OwnerKind.OPERATOR:
            operator = self._agency.operators.get(each.owner.id)
            reached = self._at_agency(operator, flow) if operator else agency
            email = reached.email or agency.email
            yield replace(reached, name=each.owner.name, email=email)
        elif each.owner.kind is OwnerKind.PERSON and flow is not None:
            yield self._person(each, kind, flow) or agency
        else:
            yield agency

    def _at_agency(self, person: Person, flow: CallFlow | None) -> Recipient:
        """The agency itself, or one of its people; texts come from the client's number."""
        number = flow.client.numbers[0] if flow else ""
        return Recipient(person.name, person.email, ContactPoint(phone=person.phone, number=number))

    def _person(self, each: NoticeRecipient, kind: str, flow: CallFlow) -> Recipient | None:
        """One of the client's people, in a trial the agency in their place; None for one who is
        gone from the file."""
        person = flow.people.get(each.owner.id) if each.owner else None
        if person is None or each.owner is None:
            return None
        agency = self._agency
        meant = Recipient(person.name, person.email or agency.email)
        reach = self._outgoing.reach(flow, each.owner.id, kind)
        wishes = replace(reach.wishes, digest=None)  # what is asked of somebody waits for no digest
        reach = replace(reach, number=flow.client.numbers[0], wishes=wishes)
        if not flow.client.live:
            reach = replace(reach, phone=agency.phone)
        return replace(self._outgoing.recipient(flow, meant), reach=reach)

    def _write(
        self,
        work: UnitOfWork,
        change: Change,
        each: NoticeRecipient,
        about: About,
        to: Recipient,
    ) -> None:
        reach = _as_agreed(to.reach, each)
        if not usable(reach, to.email):
            reach = replace(reach, wishes=replace(reach.wishes, channels=ANY))
            reach = replace(
                reach, wishes=replace(reach.wishes, channels=usable(reach, to.email)[:1])
            )
        if not usable(reach, to.email):
            return
        job = change.after
        paragraphs = [
            f"Hello {to.name},",
            each.why,
            f"What is to be done: {job.action}",
            *(f"{title(name)}: {text}" for name, text in job.fields.items()),
            about.rung,
        ]
        if each.owner is None or each.owner.kind is not OwnerKind.PERSON:
            paragraphs.append(f"{self._public_url}/console/jobs/{job.id}")
        payload = {
            "client": job.client,
            "name": to.name,
            "email": to.email,
            "reach": to_data(reach),
            "subject": subject(each, job, about),
            "text": "\n\n".join(paragraphs),
            "short": short(each, job, about),
            "message": job.message or "",
            "at": change.at.isoformat(),
            "language": about.language,
        }
        key = once(job, to.email or to.reach.phone or "")
        work.outbox.enqueue(OutboxKind.NOTICE, job.id, change.at, payload, key)


def _about(job: Job, client: str, zone: tzinfo, language: str) -> About:
    caller = readable_number(job.caller, language)
    came = f"They called from {caller}, {when(job.opened_at, zone)}."
    ring = how_to_ring(ring_numbers(job.caller, job.fields, None, language))
    rung = " ".join(filter(None, (ring, came)))
    return About(client, caller, zone, rung, language)


ANY = (Channel.EMAIL, Channel.SMS)
"""How somebody is told who is not reached as was agreed."""


def _as_agreed(reach: ContactPoint, each: NoticeRecipient) -> ContactPoint:
    """By the ways that the agreement names, all at once; where it names none, as they wish."""
    if not each.channels:
        return reach
    named = tuple(map(Channel, each.channels))
    return replace(reach, wishes=replace(reach.wishes, channels=named, together=len(named)))
