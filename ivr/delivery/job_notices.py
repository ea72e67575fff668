"""What people are told of jobs: promised in the outbox, in the transaction of the act itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from ivr.accounts.roles import Role
from ivr.call.engine import CallFlow
from ivr.carrier.outgoing import Outgoing
from ivr.delivery.email import readable_number, title
from ivr.errors import UnknownClient
from ivr.flow.document import Duty
from ivr.flow.library import Library
from ivr.jobs.acts import Change
from ivr.jobs.agreement import opening, owner_named, possible_owners, the_agency
from ivr.jobs.job import Job, Opening, Owner, OwnerKind, Terms
from ivr.jobs.notices import About, Told, short, subject, told
from ivr.nodes.base import Kind
from ivr.operators.agency import Agency
from ivr.records import outbox
from ivr.records.messages import Recipient
from ivr.records.outbox import OutboxKind
from ivr.records.tables import accounts


@dataclass(frozen=True, slots=True)
class Reached:
    """Where somebody is reached. `phone` is E.164."""

    name: str
    email: str | None = None
    phone: str | None = None


class JobNotices:
    """Knows where everybody is reached now, by the clients' files and the agency's."""

    def __init__(self, library: Library[Kind], agency: Agency, public_url: str) -> None:
        self._library = library
        self._agency = agency
        self._outgoing = Outgoing(agency)
        self._public_url = public_url

    def next_owner(self, job: Job, now: datetime) -> Owner:
        """Who is next in line for a job; the agency where nobody is left, or can be found."""
        flow = self._flow(job.client)
        if flow is None or not job.line:
            return the_agency(self._agency.name)
        return owner_named(flow, job.line[0], now, self._agency.name)

    def opening(self, client: str, kind: str, now: datetime) -> Opening:
        """What is agreed of a job of `kind`; of a client who has gone, the agency's own to do."""
        flow = self._flow(client)
        if flow is not None:
            return opening(flow, kind, now, self._agency.name)
        return Opening(the_agency(self._agency.name), now, Terms(), Duty.model_validate({}).action)

    def owners(self, job: Job | None) -> tuple[Owner, ...]:
        """Everybody whom a job can be handed to; without a job, those of the agency."""
        agency, flow = self._agency, self._flow(job.client) if job else None
        return possible_owners(flow, agency.name, agency.operator_names)

    def promise(self, connection: sa.Connection, change: Change) -> None:
        """Promise to tell whoever is to know of an act."""
        job, flow = change.after, self._flow(change.after.client)
        about = self._about(job, flow)
        for each in told(change, about):
            for reached in self._reached(connection, each, flow):
                self._write(connection, change, each, about, reached)
                self._text(connection, change, each, about, reached, flow)

    def _flow(self, client: str) -> CallFlow | None:
        try:
            return self._library.flow(client)
        except UnknownClient:
            return None

    def _about(self, job: Job, flow: CallFlow | None) -> About:
        if flow is None:
            return About(job.client, readable_number(job.caller, "en-GB"), UTC)
        caller = readable_number(job.caller, flow.client.language)
        return About(self._outgoing.client_name(flow), caller, flow.client.timezone)

    def _reached(
        self, connection: sa.Connection, each: Told, flow: CallFlow | None
    ) -> Iterator[Reached]:
        agency = Reached(self._agency.name, self._agency.email, self._agency.phone)
        if each.owner is None:
            yield agency
            yield from _supervisors(connection)
        elif each.owner.kind is OwnerKind.OPERATOR:
            person = self._agency.operators.get(each.owner.id)
            email = (person.email if person else None) or agency.email
            yield Reached(each.owner.name, email, person.phone if person else None)
        elif each.owner.kind is OwnerKind.PERSON and flow is not None:
            yield self._person(each.owner, flow, agency)
        else:
            yield agency

    def _person(self, owner: Owner, flow: CallFlow, agency: Reached) -> Reached:
        """One of the client's people; the agency for one without an address, or in a trial."""
        person = flow.people.get(owner.id)
        if person is None:
            return agency
        meant = Recipient(person.name, person.email or agency.email)
        recipient = self._outgoing.recipient(flow, meant)
        phone = person.phone if flow.client.live else agency.phone
        return Reached(recipient.name, recipient.email, phone)

    def _write(
        self, connection: sa.Connection, change: Change, each: Told, about: About, to: Reached
    ) -> None:
        wanted = "email" in each.channels or to.phone is None
        if to.email is None or not wanted:
            return
        job = change.after
        paragraphs = [
            f"Hello {to.name},",
            each.why,
            f"What is to be done: {job.action}",
            *(f"{title(name)}: {text}" for name, text in job.fields.items()),
        ]
        if each.owner is None or each.owner.kind is not OwnerKind.PERSON:
            paragraphs.append(f"{self._public_url}/console/jobs/{job.id}")
        payload = {
            "client": job.client,
            "name": to.name,
            "email": to.email,
            "subject": subject(each, job, about),
            "text": "\n\n".join(paragraphs),
            "message": job.message or "",
            "at": change.at.isoformat(),
        }
        once = f"{job.id}-{job.version}-{to.email}"
        outbox.add(connection, OutboxKind.NOTICE, job.id, change.at, payload, once)

    def _text(
        self,
        connection: sa.Connection,
        change: Change,
        each: Told,
        about: About,
        to: Reached,
        flow: CallFlow | None,
    ) -> None:
        wanted = "sms" in each.channels or to.email is None
        if to.phone is None or flow is None or not wanted:
            return
        job = change.after
        payload = {
            "client": job.client,
            "call_sid": job.call_sid or "",
            "to": to.phone,
            "from": flow.client.numbers[0],
            "body": short(each, job, about),
        }
        once = f"{job.id}-{job.version}-{to.phone}"
        outbox.add(connection, OutboxKind.SMS, job.id, change.at, payload, once)


def _supervisors(connection: sa.Connection) -> Iterator[Reached]:
    query = sa.select(accounts.c.name, accounts.c.email).where(
        accounts.c.role == Role.SUPERVISOR,
        accounts.c.disabled.is_(False),
        accounts.c.email.is_not(None),
    )
    for row in connection.execute(query):
        yield Reached(row.name, row.email)
