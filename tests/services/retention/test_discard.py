"""The carrier's copies go once ours is safe, if the client's file says so, until they are gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ivr.adapters.files.folder_storage import FolderStorage
from ivr.adapters.recordings import open_storage
from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.adapters.sql.messages.words import CARRIER_KEEPS
from ivr.adapters.twilio.rest.telephone import TwilioTelephone
from ivr.core.flow.publication import FlowText
from ivr.core.records.outbox import OutboxKind
from ivr.errors import CarrierError
from ivr.services.retention.discard import discard_once
from ivr.services.retention.purge import purge_once
from ivr.services.retention.rules import STANDARD, Rules
from ivr.settings import Settings
from ivr.simulator import Carrier
from ivr.simulator.recordings import Recording
from tests.adapters.sql.records_samples import NOON, message_note, recording_note
from tests.flow_files import whole
from tests.recordings_folder import recordings_folder

SID = "RE" + "1" * 32
DUE = NOON + CARRIER_KEEPS
FLOW = "start: a\nnodes: {a: {hangup: Bye.}}\n"


@pytest.fixture
def carrier(settings: Settings) -> Iterator[Carrier]:
    """A carrier that has a recording."""
    with Carrier("http://x", "http://x", settings.account_sid, settings.auth_token) as running:
        running.recordings.add(Recording("CA1", b"RIFF", 2, sid=SID, available=True))
        yield running


@pytest.fixture
def at_the_carrier(settings: Settings, carrier: Carrier) -> Settings:
    return replace(settings, twilio_api_url=carrier.api_url)


@pytest.fixture
def records(settings: Settings) -> Iterator[SqlRecords]:
    migrate(settings.database_url)
    opened = open_records(settings.database_url)
    yield opened
    opened.close()


def publish(records: SqlRecords, text: str, now: datetime = NOON) -> None:
    """Make a version of acme's file live."""
    texts = {"acme.yaml": whole(text)}
    records.versions.publish_files([FlowText("acme", f"v{hash(text)}", texts, now, "ann")], now)


def stored(records: SqlRecords, settings: Settings) -> str:
    """A message whose recording is here, too; returns its id."""
    about = {"recording_sid": SID, "client": "acme"}
    records.messages.recording_ready(recording_note(**about))
    message_id = records.messages.keep(message_note(**about))
    recordings_folder(settings).mkdir(exist_ok=True)
    (recordings_folder(settings) / "one.wav").write_bytes(b"RIFF")
    records.recordings.audio_stored(message_id, "one.wav", 2.0, NOON)
    return message_id


def discard(records: SqlRecords, settings: Settings, now: datetime) -> int:
    return discard_once(records, TwilioTelephone(settings), open_storage(settings.recordings), now)


def test_the_carrier_s_copy_goes_an_hour_after_ours_is_stored(
    records: SqlRecords, carrier: Carrier, at_the_carrier: Settings
) -> None:
    publish(records, FLOW)
    stored(records, at_the_carrier)
    assert discard(records, at_the_carrier, DUE - timedelta(seconds=1)) == 0
    assert len(carrier.recordings) == 1
    assert discard(records, at_the_carrier, DUE) == 1
    assert len(carrier.recordings) == 0
    assert records.outbox.waiting(OutboxKind.DISCARD).count == 0


def test_a_client_may_have_it_kept_until_ours_goes(
    records: SqlRecords, carrier: Carrier, at_the_carrier: Settings
) -> None:
    publish(records, f"retention: {{at_carrier: keep, audio: 30d}}\n{FLOW}")
    stored(records, at_the_carrier)
    assert discard(records, at_the_carrier, DUE) == 1
    assert len(carrier.recordings) == 1
    later = NOON + timedelta(days=31)
    assert purge_once(records, open_storage(at_the_carrier.recordings), later) == 1
    assert discard(records, at_the_carrier, later) == 1
    assert len(carrier.recordings) == 0


def test_nothing_goes_while_our_copy_is_not_there(
    records: SqlRecords, carrier: Carrier, at_the_carrier: Settings
) -> None:
    publish(records, FLOW)
    stored(records, at_the_carrier)
    (recordings_folder(at_the_carrier) / "one.wav").unlink()
    discard(records, at_the_carrier, DUE)
    assert len(carrier.recordings) == 1
    assert records.outbox.waiting(OutboxKind.DISCARD).count == 1


def test_one_that_the_carrier_has_no_more_is_done(
    records: SqlRecords, carrier: Carrier, at_the_carrier: Settings
) -> None:
    publish(records, FLOW)
    stored(records, at_the_carrier)
    carrier.recordings.delete(SID)
    assert discard(records, at_the_carrier, DUE) == 1
    assert records.outbox.waiting(OutboxKind.DISCARD).count == 0


class Unreachable:
    """A carrier that is down."""

    def delete_recording(self, recording_sid: str) -> None:
        raise CarrierError("down")


def test_it_is_tried_for_as_long_as_it_takes(
    records: SqlRecords, carrier: Carrier, at_the_carrier: Settings
) -> None:
    publish(records, FLOW)
    stored(records, at_the_carrier)
    for day in (0, 3, 40):
        now = DUE + timedelta(days=day)
        assert (
            discard_once(records, Unreachable(), open_storage(at_the_carrier.recordings), now) == 1
        )
        assert records.outbox.waiting(OutboxKind.DISCARD).count == 1
    assert discard(records, at_the_carrier, DUE + timedelta(days=50)) == 1
    assert len(carrier.recordings) == 0


def test_of_an_erased_caller_the_carrier_keeps_nothing(
    records: SqlRecords, carrier: Carrier, at_the_carrier: Settings
) -> None:
    publish(records, f"retention: {{at_carrier: keep}}\n{FLOW}")
    stored(records, at_the_carrier)
    delete = FolderStorage(recordings_folder(at_the_carrier)).delete
    records.purges.erase("+441632960001", None, delete, NOON, "server")
    assert discard(records, at_the_carrier, NOON) == 1
    assert len(carrier.recordings) == 0


def test_with_a_version_that_cannot_be_read_nothing_is_deleted_anywhere(
    records: SqlRecords, carrier: Carrier, at_the_carrier: Settings
) -> None:
    publish(records, "nonsense: [")
    message_id = stored(records, at_the_carrier)
    much_later = NOON + timedelta(days=9999)
    assert purge_once(records, open_storage(at_the_carrier.recordings), much_later) == 0
    discard(records, at_the_carrier, much_later)
    assert records.messages.find(message_id)
    assert len(carrier.recordings) == 1


def test_the_rule_is_that_of_the_live_version_in_the_records(records: SqlRecords) -> None:
    publish(records, f"retention: {{audio: 7d, transcript: 2w, caller: 6m}}\n{FLOW}")
    rules = Rules(records, NOON)
    rule = rules.rule("acme")
    assert rule
    assert (rule.audio, rule.transcript, rule.caller) == (7, 14, 180)
    unknown = rules.rule("nobody")
    assert unknown
    assert unknown.audio == STANDARD.audio == 90
    assert unknown.version == ""
