"""The carrier's copies of recordings are deleted, once ours is safe or has been deleted too.

It is tried until it is done, or the carrier says that there is nothing: Twilio keeps recordings for
ever. https://www.twilio.com/docs/voice/api/recording#delete-a-recording-resource
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ivr.core.records.outbox import OutboxItem, OutboxKind
from ivr.core.records.recording import Recording
from ivr.errors import CallGone, CarrierError, DeliveryError, StorageError
from ivr.services.deliveries.attempt import Attempt, attempt_all
from ivr.services.protocols.records import Records
from ivr.services.recording_storage import RecordingStorage
from ivr.services.retention.rules import Rules


class RecordingCarrier(Protocol):
    """Deletes recordings; `ivr.adapters.twilio.rest.telephone.TwilioTelephone` is the real one."""

    def delete_recording(self, recording_sid: str) -> None:
        """Delete one. Raises `CallGone` where there is none, else `CarrierError`."""


def discard_once(
    records: Records, carrier: RecordingCarrier, storage: RecordingStorage, now: datetime
) -> int:
    """Delete what is due; returns how many were dealt with. Raises `RecordsError`."""
    if not records.outbox.waiting(OutboxKind.DISCARD).count:
        return 0
    rules = Rules(records, now)

    def prepare(item: OutboxItem) -> Attempt:
        recording = records.recordings.find(item.subject)
        about = {"recording": item.subject, "client": item.payload["client"]}
        return Attempt(about, lambda: _discard(item, recording, carrier, rules, storage))

    return attempt_all(records, OutboxKind.DISCARD, now, prepare, tries=None)


def _discard(
    item: OutboxItem,
    recording: Recording | None,
    carrier: RecordingCarrier,
    rules: Rules,
    storage: RecordingStorage,
) -> None:
    if recording is not None and recording.audio_gone_at is None:
        kept = rules.of(recording.client)
        if kept is None:
            raise DeliveryError("The client's file cannot be read, so nothing is deleted.")
        if kept[0].at_carrier == "keep":
            return
        if recording.audio is None or not _is_safe(storage, recording.audio):
            raise DeliveryError("Our copy of the recording is not there, so it is not deleted.")
    try:
        carrier.delete_recording(item.payload["recording_sid"])
    except CallGone:
        return
    except CarrierError as error:
        raise DeliveryError(str(error)) from error


def _is_safe(storage: RecordingStorage, name: str) -> bool:
    try:
        found = storage.find(name)
    except StorageError as error:
        raise DeliveryError(str(error)) from error
    return found is not None and found.size > 0
