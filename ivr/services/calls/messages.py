"""Callers' messages → the records, with what the client's file says about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from ivr.core.agency import Agency
from ivr.core.availability.standing import StandingOf
from ivr.core.call.engine import CallFlow
from ivr.core.call.instructions import KeepMessage
from ivr.core.call.state import CallState
from ivr.core.delivery.contact_points import usable
from ivr.core.jobs.agreement import opening
from ivr.core.jobs.job import Opening, Owner, OwnerKind
from ivr.core.nodes.message import known_fields
from ivr.core.records.message import (
    MessageNote,
    Recipient,
    RecordingNote,
    RecordingReport,
    TranscriptionOptions,
)
from ivr.errors import StateUnavailable
from ivr.services.calls.links import PlaceHint
from ivr.services.intake import Intake
from ivr.services.outgoing import Outgoing
from ivr.services.protocols.clients import Library


class MessageKeeper:
    """Keeps messages. The two notes of one recording may come in either order.

    `standing` says how a client's people stand, `state` what is stored of a call; it may raise
    `StateUnavailable`.
    """

    def __init__(
        self,
        library: Library,
        intake: Intake,
        agency: Agency,
        outgoing: Outgoing,
        standing: StandingOf,
        state: Callable[[str], CallState | None],
    ) -> None:
        self._library = library
        self._intake = intake
        self._agency = agency
        self._outgoing = outgoing
        self._standing = standing
        self._state = state

    def keep(self, flow: CallFlow, state: CallState, effect: KeepMessage, now: datetime) -> None:
        """Keep what the call itself knows of a message. Raises `NotKept`."""
        self._intake.keep(self.message_note(flow, state, effect, now))

    def message_note(
        self, flow: CallFlow, state: CallState, effect: KeepMessage, now: datetime
    ) -> MessageNote:
        """What the call itself knows of a message, as it is kept."""
        return MessageNote(
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

    def recording_ready(
        self, report: RecordingReport, hint: PlaceHint, kind: str, now: datetime
    ) -> None:
        """Keep what the carrier reports of a recording, also that there is no recording. Raises
        `NotKept` and `UnknownClient`: the carrier is to try again."""
        self._intake.keep(self.recording_note(report, hint, kind, now))

    def recording_note(
        self, report: RecordingReport, hint: PlaceHint, kind: str, now: datetime
    ) -> RecordingNote:
        """What is reported, as it is kept. Raises `UnknownClient`."""
        flow = self._library.flow(hint.client, hint.flow)
        return RecordingNote(
            recording_sid=report.recording_sid,
            call_sid=report.call_sid,
            kind=kind,
            node=hint.node,
            recording_url=report.recording_url,
            seconds=report.seconds,
            received_at=now,
            missing=report.missing,
            **self._known_of_call(report.call_sid, flow),
            **self._of_client(flow, kind, now),
        )

    def _known_of_call(self, call_sid: str, flow: CallFlow) -> KnownOfCall:
        """What the call's own turn would say of the caller; it may never come."""
        try:
            state = self._state(call_sid)
        except StateUnavailable:
            state = None
        if state is None or state.client != flow.client_id:
            return {"caller": None, "fields": {}}
        return {"caller": state.caller, "fields": known_fields(flow, state.variables)}

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
            "hearing": TranscriptionOptions(flow.names, **client.speech.model_dump()),
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


class KnownOfCall(TypedDict):
    """What the stored state of a call says of its caller."""

    caller: str | None
    fields: Mapping[str, str]


class OfClient(TypedDict):
    """What both notes say of the client."""

    client: str
    client_name: str
    language: str
    timezone: str
    recipient: Recipient
    opening: Opening
    hearing: TranscriptionOptions
