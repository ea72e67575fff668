"""Callers' messages → the records, with what the client's file says about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

import structlog

from ivr.call.engine import CallFlow
from ivr.call.state import CallState
from ivr.carrier.links import PlaceHint
from ivr.carrier.rest.outgoing import Outgoing
from ivr.carrier.webhooks import whole
from ivr.delivery.reach import usable
from ivr.errors import RecordsError
from ivr.flow.library import Library
from ivr.instructions import KeepMessage
from ivr.jobs.agreement import opening
from ivr.jobs.job import Opening, Owner, OwnerKind
from ivr.nodes.base import Kind
from ivr.operators.agency import Agency
from ivr.records import Records
from ivr.records.messages.message import Hearing, MessageNote, Recipient, RecordingNote
from ivr.status.standing import StandingOf

log = structlog.get_logger()


class MessageKeeper:
    """Keeps messages. The two notes of one recording may come in either order.

    `changed` is called with a client who may have a new job.
    """

    def __init__(
        self,
        library: Library[Kind],
        records: Records,
        agency: Agency,
        outgoing: Outgoing,
        changed: Callable[[str], None],
        standing: StandingOf,
    ) -> None:
        self._library = library
        self._records = records
        self._agency = agency
        self._outgoing = outgoing
        self._changed = changed
        self._standing = standing

    def keep(self, flow: CallFlow, state: CallState, effect: KeepMessage, now: datetime) -> None:
        """Keep what the call itself knows of a message.

        A failure is logged and not raised: the caller need not hear of it, and the recording
        callback keeps the message too.
        """
        note = MessageNote(
            recording_sid=effect.recording_sid,
            call_sid=state.call_sid,
            caller=state.caller,
            kind=effect.kind,
            node=effect.node,
            fields=effect.fields,
            seconds=effect.seconds,
            recording_url=effect.recording_url,
            received_at=now,
            **self._of_client(flow, effect.kind, now),
        )
        try:
            self._records.keep_message(note)
        except RecordsError as error:
            log.error("message.not_noted", call_sid=state.call_sid, error=str(error))
        else:
            self._changed(flow.client_id)

    def recording_ready(
        self, form: Mapping[str, str], hint: PlaceHint, kind: str, now: datetime
    ) -> None:
        """Keep what the carrier's recording callback says.

        https://www.twilio.com/docs/voice/twiml/record#attributes-recording-status-callback
        Raises `RecordsError`, so that the carrier tries again, and `UnknownClient`.
        """
        flow = self._library.flow(hint.client, hint.flow)
        self._records.recording_ready(
            RecordingNote(
                recording_sid=form["RecordingSid"],
                call_sid=form["CallSid"],
                kind=kind,
                node=hint.node,
                recording_url=form["RecordingUrl"],
                seconds=whole(form.get("RecordingDuration")),
                received_at=now,
                **self._of_client(flow, kind, now),
            )
        )
        self._changed(hint.client)

    def _of_client(self, flow: CallFlow, kind: str, now: datetime) -> OfClient:
        client = flow.client
        standing = self._standing(flow.client_id, now)
        opens = opening(flow, kind, now, self._agency.name, standing)
        return {
            "client": flow.client_id,
            "client_name": self._outgoing.client_name(flow),
            "language": client.language,
            "timezone": client.timezone.key,
            "recipient": self._recipient(flow, opens.owner, kind),
            "opening": opens,
            "hearing": Hearing(flow.names, **client.speech.model_dump()),
        }

    def _recipient(self, flow: CallFlow, owner: Owner, kind: str) -> Recipient:
        """Who owns the message's job; at the agency for an owner who is not reached otherwise."""
        person = flow.people[owner.id] if owner.kind is OwnerKind.PERSON else None
        reach = self._outgoing.reach(flow, owner.id if person else None, kind)
        email = person.email if person else None
        if not usable(reach, email):
            email = self._agency.email
        told = self._outgoing.recipient(flow, Recipient(owner.name, email))
        return replace(told, reach=reach)


class OfClient(TypedDict):
    """What both notes say of the client."""

    client: str
    client_name: str
    language: str
    timezone: str
    recipient: Recipient
    opening: Opening
    hearing: Hearing
