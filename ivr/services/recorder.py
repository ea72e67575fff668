"""Writes each kind of fact into the records, for the web processes and the relay alike."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import assert_never

import structlog

from ivr.core.records.message import MessageNote, Missing, RecordingNote
from ivr.core.records.text_message import TextReceived
from ivr.core.records.timeline import CallEvent
from ivr.core.text_receipt import TextReceipt
from ivr.errors import FlowError, RecordsError, StateUnavailable
from ivr.services.conversations.recordings import CallRecordingKeeper
from ivr.services.facts import (
    CallEnded,
    CallerServed,
    ConversationRecorded,
    Fact,
    TextRequested,
    kind_of,
)
from ivr.services.incoming_texts import IncomingTexts
from ivr.services.protocols.records import Records
from ivr.services.queue.call_backs import CallBackPlaces
from ivr.services.text_receipts import TextReceipts

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes facts. `jobs_changed` tells the consoles that a client may have a new job."""

    records: Records
    texts: IncomingTexts
    recordings: CallRecordingKeeper
    places: CallBackPlaces
    jobs_changed: Callable[[str], None]

    def record(self, fact: Fact) -> None:
        """Write `fact`; doing so twice is harmless. What was erased on request stays erased.

        Raises `RecordsUnavailable`, `StateUnavailable` or `FlowError` if it should be retried, and
        `RecordsError` if it can never be written, whatever the reason: one fact must not keep those
        behind it from the records.
        """
        try:
            if self.records.at_carrier.erased(_about(fact)):
                self._stays_erased(fact)
            else:
                self._record(fact)
        except (RecordsError, StateUnavailable, FlowError):
            raise
        except Exception as error:
            log.exception("fact.failed", kind=kind_of(fact))
            raise RecordsError(f"It cannot be written: {type(error).__name__}.") from error

    def _stays_erased(self, fact: Fact) -> None:
        """A callback was late or came twice; what it tells of goes at the carrier too."""
        log.info("fact.erased", kind=kind_of(fact))
        match fact:
            case MessageNote(received_at=at) | RecordingNote(received_at=at):
                self.records.purges.discard_late(fact.recording_sid, at)
            case ConversationRecorded(at=at):
                self.records.purges.discard_late(fact.recording_sid, at)
            case _:
                pass

    def _record(self, fact: Fact) -> None:
        match fact:
            case MessageNote():
                self.records.messages.keep(fact)
                self.jobs_changed(fact.client)
            case RecordingNote(missing=Missing() as why):
                self._missing(fact, why)
            case RecordingNote():
                self.records.messages.recording_ready(fact)
                self.jobs_changed(fact.client)
            case CallEnded():
                self.records.calls.end(fact.call_sid, fact.at, fact.outcome, fact.from_, fact.to)
            case TextRequested():
                self.records.texts.promise(fact.note, fact.at)
            case TextReceived():
                self.texts.receive(fact)
            case ConversationRecorded():
                self.recordings.keep(fact)
            case CallerServed():
                self.places.served(fact.client, fact.number, fact.at)
            case TextReceipt():
                TextReceipts(self.records, self.jobs_changed).record(fact)
            case _:
                assert_never(fact)

    def _missing(self, note: RecordingNote, why: Missing) -> None:
        """Note that there is no recording, and whether there is a message all the same."""
        message = self.records.messages.recording_missing(note, why)
        if message is not None:
            log.error("message.without_recording", message=message, status=why)
            self.jobs_changed(note.client)
            return
        told = CallEvent(
            once=f"absent {note.recording_sid}",
            call_sid=note.call_sid,
            at=note.received_at,
            what="the caller was asked for a message and said nothing",
        )
        self.records.calls.note([told])


def _about(fact: Fact) -> Collection[str]:
    """Return the identifiers of what a fact concerns. If any was erased, the callback was late or
    came twice."""
    match fact:
        case MessageNote() | RecordingNote():
            return fact.recording_sid, fact.call_sid
        case ConversationRecorded():
            return fact.recording_sid, fact.conversation
        case CallEnded():
            return (fact.call_sid,)
        case TextRequested(note=note):
            return (note.call_sid,)
        case TextReceived():
            return (fact.message_sid,)
        case CallerServed() | TextReceipt():  # they tell of nothing that is not kept already
            return ()
        case _:
            assert_never(fact)
