"""Recordings that nobody reported to us, of messages and of conversations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from ivr.core.call.engine import CallFlow, advance, start
from ivr.core.call.events import Recorded
from ivr.core.call.instructions import KeepMessage
from ivr.core.call.state import CallState
from ivr.core.carrier import INBOUND, CarrierRecording, RecordingOf
from ivr.core.flow.flow import LAST_RESORT
from ivr.core.queue.entry import is_room, reservation_of_room
from ivr.core.reconciliation import Discrepancy
from ivr.core.records.message import Message, MessageState, Missing, RecordingReport
from ivr.core.records.numbers import WITHHELD
from ivr.core.records.purge import Purged
from ivr.core.records.timeline import CallEvent
from ivr.errors import CallGone, CarrierError, UnknownClient
from ivr.services.calls.links import PlaceHint
from ivr.services.calls.messages import MessageKeeper
from ivr.services.deletion_log import DeletionLog
from ivr.services.facts import ConversationRecorded, Fact
from ivr.services.protocols.clients import Library
from ivr.services.protocols.records import Records
from ivr.services.reconciliation import CarrierHistory, Repair

COMPLETED = "completed"
CLOCKS_DIFFER = timedelta(seconds=5)
NOT_TOLD = "was not told of"


@dataclass(frozen=True, slots=True)
class LostRecordings:
    """Compares recordings. `state` returns what Redis knows of a call; `record` writes a fact."""

    carrier: CarrierHistory
    records: Records
    library: Library
    deleted: DeletionLog
    state: Callable[[str], CallState | None]
    keeper: MessageKeeper
    record: Callable[[Fact], None]

    def compare(self, page: list[CarrierRecording], now: datetime) -> Iterator[Repair]:
        """Return repairs for recordings that have no row, or whose row lacks their address."""
        there = [each for each in page if each.status in (COMPLETED, *Missing)]
        sids = [each.sid for each in there]
        messages = self.records.at_carrier.messages(sids)
        heard = self.records.at_carrier.conversations(sids)
        gone = self.deleted.among(sids + [each.call_sid for each in there if each.call_sid])
        for recording in there:
            if recording.sid in gone or recording.sid in heard:
                continue
            if recording.call_sid in gone:
                yield self._of_nobody_any_more(recording, now)
                continue
            if message := messages.get(recording.sid):
                yield from self._without_place(recording, message, now)
            elif recording.status == Missing.ABSENT:
                continue  # nothing was said
            elif recording.source == RecordingOf.CONVERSATION:
                yield from self._of_conversation(recording, now)
            elif recording.source == RecordingOf.MESSAGE:
                yield from self._of_message(recording, now)

    def _of_nobody_any_more(self, recording: CarrierRecording, now: datetime) -> Repair:
        found = _found(recording, None, "of a caller who was erased is still at the carrier")
        return Repair(found, partial(self.deleted.discard, recording.sid, now))

    def _without_place(
        self, recording: CarrierRecording, message: Message, now: datetime
    ) -> Iterator[Repair]:
        if message.recording_url or message.audio or message.audio_gone_at:
            return
        if message.state is MessageState.SET_ASIDE and recording.status in set(Missing):
            return  # it is known that there is none
        hint = PlaceHint(message.client, "", message.node, 0)
        report = replace(_report(recording), call_sid=message.call_sid)

        def keep() -> None:
            self.record(self.keeper.recording_note(report, hint, message.kind, now))

        yield Repair(_found(recording, message.client, "has a message that waits for it"), keep)

    # Conversations

    def _of_conversation(self, recording: CarrierRecording, now: datetime) -> Iterator[Repair]:
        try:
            room = self.carrier.room(recording.room or "")
        except CallGone as error:
            found = _found(recording, None, f"of a conversation {NOT_TOLD}")
            yield Repair(replace(found, why=str(error)), None)
            return
        if not is_room(room):
            return  # a conference of somebody else's in this account
        conversation = reservation_of_room(room)
        call_sid, client, _ = self.records.call_recordings.origin(conversation) or (None,) * 3
        if self.deleted.among([conversation, call_sid]):
            yield self._of_nobody_any_more(recording, now)
            return
        if self.deleted.over(client, Purged.AUDIO, recording.started_at, now):
            return
        found = _found(recording, client, f"of a conversation {NOT_TOLD}")
        yield Repair(found, partial(self.record, _fact(conversation, recording, now)))

    # Messages

    def _of_message(self, recording: CarrierRecording, now: datetime) -> Iterator[Repair]:
        found = _found(recording, None, f"of a message {NOT_TOLD}")
        try:
            whose = self._whose(recording.call_sid or "")
        except (CarrierError, UnknownClient) as error:
            yield Repair(replace(found, why=str(error)), None)
            return
        if whose is None:
            return
        flow, state = whose
        if self.deleted.over(flow.client_id, Purged.AUDIO, recording.started_at, now):
            return
        found = replace(found, client=flow.client_id)
        if recording.status == Missing.FAILED:
            found = replace(found, words=f"{found.words}, and the carrier has lost what was said")
        yield Repair(found, partial(self._keep, flow, state, recording, now))

    def _whose(self, call_sid: str) -> tuple[CallFlow, CallState] | None:
        """Return the client's flow and the state of the call as far as they are known.

        Returns None if the call is not a client's. Raises `UnknownClient` if the client no longer
        exists, and `CarrierError`.
        """
        state = self.state(call_sid)
        if state is not None:
            return self.library.flow(state.client, state.flow_version), state
        mine = self.records.calls.find(call_sid)
        if mine is not None and mine.client is not None:
            flow = self.library.flow(mine.client, mine.flow_version)
            from_ = None if mine.from_ == WITHHELD else mine.from_
            began = start(flow, call_sid, from_, mine.to, mine.started_at)
            return flow, replace(began, path=mine.path)
        call = self.carrier.call(call_sid)
        answering = self.library.answering(call.called) if call.direction == INBOUND else None
        if answering is None:
            return None
        return answering, start(answering, call_sid, call.caller, call.called, call.started_at)

    def _keep(
        self, flow: CallFlow, state: CallState, recording: CarrierRecording, now: datetime
    ) -> None:
        nodes = [*self._standing_at(recording), state.node, *reversed(state.path), LAST_RESORT]
        effect = next(filter(None, (_message(flow, state, each, recording, now) for each in nodes)))
        note = self.keeper.message_note(flow, state, effect, now)
        self.record(replace(note, received_at=min(recording.ended_at, now), noted_at=now))
        if recording.status == Missing.FAILED:
            hint = PlaceHint(note.client, "", note.node, 0)
            self.record(self.keeper.recording_note(_report(recording), hint, note.kind, now))
        told = CallEvent(
            once=f"found {recording.sid}",
            call_sid=state.call_sid,
            at=now,
            what="a recording was found at the carrier that nobody had told of",
        )
        self.records.calls.note([told])

    def _standing_at(self, recording: CarrierRecording) -> list[str]:
        """Return the node at which the call was when the recording began, from its timeline."""
        turns = self.records.calls.timeline(recording.call_sid or "").turns
        before = [turn for turn in turns if turn.at <= recording.started_at + CLOCKS_DIFFER]
        return [before[-1].way[-1].node] if before and before[-1].way else []


def _message(
    flow: CallFlow, state: CallState, node: str, recording: CarrierRecording, now: datetime
) -> KeepMessage | None:
    """Return what the flow would have kept if this recording had been reported at `node`, or None
    if that node takes no message."""
    if node not in flow.places:
        return None
    there = replace(state, node=node, waiting=None, ended_at=None, outcome=None)
    event = Recorded(recording.sid, recording.seconds, recording.url, hung_up=True)
    effects = advance(flow, there, event, now).effects
    return next((each for each in effects if isinstance(each, KeepMessage)), None)


def _report(recording: CarrierRecording) -> RecordingReport:
    """Return the recording as a callback would report it."""
    missing = Missing(recording.status) if recording.status in set(Missing) else None
    return RecordingReport(
        recording_sid=recording.sid,
        call_sid=recording.call_sid or "",
        recording_url=None if missing else recording.url,
        seconds=recording.seconds,
        missing=missing,
    )


def _fact(conversation: str, recording: CarrierRecording, now: datetime) -> ConversationRecorded:
    return ConversationRecorded(
        conversation=conversation,
        recording_sid=recording.sid,
        status=recording.status,
        seconds=recording.seconds,
        began_at=recording.started_at,
        recording_url=recording.url if recording.status == COMPLETED else None,
        at=now,
    )


def _found(recording: CarrierRecording, client: str | None, words: str) -> Discrepancy:
    return Discrepancy(
        kind="recording", sid=recording.sid, client=client, at=recording.started_at, words=words
    )
