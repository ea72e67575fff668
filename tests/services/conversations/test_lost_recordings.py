"""The recording of a conversation of which the carrier never told is found and kept, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.files.folder_storage import FolderStorage
from ivr.adapters.redis.turn_journal import drain
from ivr.adapters.sql import SqlRecords, open_records
from ivr.adapters.twilio.lists import CarrierLists
from ivr.bootstrap import Services
from ivr.core.conversation.state import Phase
from ivr.core.nodes import KINDS
from ivr.core.reconciliation import Comparison, RepairStatus
from ivr.core.records.outbox import OutboxKind
from ivr.processes.reconciliation import open_reconciliation
from ivr.services.facts import ConversationRecorded
from ivr.settings import Settings
from ivr.simulator import Misbehaviour
from ivr.simulator.recordings import Fate
from tests.recordings_folder import recordings_folder
from tests.services.conversations.stage_floor import CALLER, Stage, now

ERASED = "of a caller who was erased is still at the carrier"
LEASE = timedelta(minutes=5)
Compare = Callable[[], Comparison]


@pytest.fixture
def flows(flows: Path) -> Path:
    """The decorator's file, with conversations recorded."""
    path = flows / "rainbow-frost.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("client:\n", "client:\n  recording: {calls: yes}\n", 1), "utf-8")
    return flows


@pytest.fixture
def records(settings: Settings, stage: Stage) -> Iterator[SqlRecords]:
    """The records of the stage's application."""
    opened = open_records(settings.database_url)
    yield opened
    opened.close()


@pytest.fixture
def compare(settings: Settings, stage: Stage, flows: Path, records: SqlRecords) -> Compare:
    """What a comparison with the carrier comes to, once everything that was told is written."""
    ours = replace(settings, flows=flows, twilio_api_url=stage.carrier.api_url)

    def run() -> Comparison:
        settle(stage, records)
        lists = CarrierLists(ours, pause=lambda seconds: None)
        comparison = open_reconciliation(ours, stage.redis, records, now, lists)
        return comparison.run(now() - timedelta(days=1))

    return run


def settle(stage: Stage, records: SqlRecords) -> None:
    """Write into the records what Redis has for them."""
    drain(stage.redis, records, 1)
    while drain(stage.redis, records, 1):
        pass


def talk_untold(stage: Stage) -> str:
    """A caller and sam talk, and the carrier forgets to tell of the recording: its SID."""
    call, leg, id_ = stage.talk()
    [room] = stage.carrier.conferences
    assert room.recording is not None
    assert room.recording.recording is not None
    room.recording.callback = None
    leg.hang_up()
    stage.phase(id_, Phase.OVER)
    call.join()
    return room.recording.recording.sid


def test_it_is_kept_as_if_it_had_been_told_and_once(
    stage: Stage, records: SqlRecords, compare: Compare
) -> None:
    sid = talk_untold(stage)
    [found] = compare().found
    assert (found.kind, found.sid, found.client) == ("recording", sid, "rainbow-frost")
    assert found.repair is RepairStatus.DONE
    [kept] = records.call_recordings.newest()
    assert (kept.recording_sid, kept.client, kept.caller) == (sid, "rainbow-frost", CALLER)
    assert kept.call_sid == stage.calls[0].sid
    assert set(kept.speakers) == {"caller", "operator"}
    assert records.outbox.waiting(OutboxKind.FETCH).count == 1
    assert compare().found == ()


def test_without_redis_the_legs_say_whose_it_is(
    stage: Stage, records: SqlRecords, compare: Compare
) -> None:
    sid = talk_untold(stage)
    settle(stage, records)
    stage.redis.flushall()
    assert compare().good
    [kept] = records.call_recordings.newest()
    assert (kept.recording_sid, kept.client, kept.caller) == (sid, "rainbow-frost", CALLER)


def test_what_was_erased_is_not_fetched_again(
    stage: Stage, settings: Settings, records: SqlRecords, compare: Compare
) -> None:
    sid = talk_untold(stage)
    settle(stage, records)
    delete = FolderStorage(recordings_folder(settings)).delete
    records.purges.erase(CALLER, "rainbow-frost", delete, now(), "sam")
    stage.redis.flushall()
    [found] = compare().found
    assert (found.sid, found.words) == (sid, ERASED)
    assert records.call_recordings.newest() == []
    [promised] = records.outbox.claim([OutboxKind.DISCARD], now(), LEASE, limit=10)
    assert promised.payload["recording_sid"] == sid
    assert compare().found == ()


def test_what_was_erased_does_not_come_back_by_a_late_callback(
    stage: Stage, settings: Settings, flows: Path, records: SqlRecords
) -> None:
    call, leg, id_ = stage.talk()
    settle(stage, records)
    told = ConversationRecorded(id_, "RE" + "1" * 32, "completed", 7, None, "https://a", now())
    delete = FolderStorage(recordings_folder(settings)).delete
    records.purges.erase(CALLER, "rainbow-frost", delete, now(), "sam")
    library = FolderLibrary(flows, KINDS)
    Services(settings, stage.redis, records, lambda: library).recorder.record(told)
    leg.hang_up()
    call.join()
    settle(stage, records)
    assert records.call_recordings.newest() == []
    assert records.calls.newest() == []
    promised = records.outbox.claim([OutboxKind.DISCARD], now(), LEASE, limit=10)
    assert told.recording_sid in {each.payload["recording_sid"] for each in promised}


class TestOneThatTheCarrierLost:
    @pytest.fixture(params=["absent", "failed"])
    def misbehaviour(self, request: pytest.FixtureRequest) -> Misbehaviour:
        fate: Fate = request.param
        return Misbehaviour(recordings_become=fate)

    def test_there_is_nothing_to_fetch_and_it_is_looked_for_once(
        self, stage: Stage, records: SqlRecords, compare: Compare
    ) -> None:
        talk_untold(stage)
        assert compare().good
        assert records.outbox.waiting(OutboxKind.FETCH).count == 0
        assert compare().found == ()
