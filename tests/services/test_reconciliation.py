"""What the carrier has and nobody told of is found, once, and becomes what it was to be."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import soundfile

from ivr import keys
from ivr.adapters.files.folder_storage import FolderStorage
from ivr.adapters.redis.fact_journal import FactJournal
from ivr.adapters.twilio.rest.telephone import TwilioTelephone
from ivr.bootstrap import utc_now
from ivr.core.delivery.plan import Channel, DeliveryState
from ivr.core.reconciliation import RepairStatus
from ivr.core.records.delivery import DeliveryItem
from ivr.core.records.message import MessageState
from ivr.core.records.outbox import OutboxKind
from ivr.services.lost_calls import NEVER_REACHED
from ivr.services.retention.discard import discard_once
from ivr.simulator import HANG_UP, Hears, Leave, Press
from ivr.simulator.caller import Step
from ivr.simulator.recordings import Recording
from tests.services.conftest import CALLER, NUMBER, World
from tests.services.fact_samples import FACTS

LOST = {"recording_callback": "lost", "drop_record_action": True}
Open = Callable[..., Any]


@pytest.fixture
def message(tmp_path: Path) -> Path:
    """A message of two seconds."""
    path = tmp_path / "message.wav"
    soundfile.write(path, [0.0] * 16000, 8000, subtype="PCM_16")
    return path


def leave(world: World, message: Path, key: str = "2", digits: str = "") -> str:
    """A caller leaves a message; returns the SID of its recording."""
    script: list[Step] = [
        Press(key),
        *([Press(digits)] if digits else []),
        Leave(message, then=HANG_UP),
    ]
    call = world.carrier.call(NUMBER, CALLER, script)
    assert call.recordings
    return call.recordings[0].sid


def test_a_recording_that_nobody_told_of_becomes_the_message_that_it_was(
    open_world: Open, message: Path
) -> None:
    with open_world(**LOST) as world:
        sid = leave(world, message, "1", "1234#")
        world.settle()
        assert world.records.messages.newest() == []
        came = world.compare()
        assert [(each.kind, each.sid, each.repair) for each in came.found] == [
            ("recording", sid, RepairStatus.DONE)
        ]
        [kept] = world.records.messages.newest()
        assert (kept.client, kept.kind, kept.node) == ("acme", "order", "order")
        assert (kept.recording_sid, kept.caller) == (sid, CALLER)
        assert kept.fields == {"number": "1234"}
        assert kept.recording_url == f"{world.carrier.api_url}{kept_path(world, sid)}"
        job = world.records.jobs.of_message(kept.id)
        assert job is not None
        assert (job.kind, job.owner.name, job.caller) == ("order", "Ian Frost", CALLER)
        assert job.fields == {"number": "1234"}
        assert world.records.outbox.waiting(OutboxKind.FETCH).count == 1


def kept_path(world: World, sid: str) -> str:
    return f"/2010-04-01/Accounts/{world.settings.account_sid}/Recordings/{sid}"


def test_once_more_finds_nothing_more(open_world: Open, message: Path) -> None:
    with open_world(**LOST) as world:
        leave(world, message)
        assert world.compare().good
        came = world.compare()
        assert (came.found, came.good) == ((), True)
        assert len(world.records.messages.newest()) == 1


def test_what_is_only_looked_for_is_left_as_it_is(open_world: Open, message: Path) -> None:
    with open_world(**LOST) as world:
        leave(world, message)
        came = world.compare(dry_run=True)
        assert [each.repair for each in came.found] == [RepairStatus.DUE]
        assert not came.good
        assert world.records.messages.newest() == []


def test_a_message_that_was_told_of_is_not_touched(open_world: Open, message: Path) -> None:
    with open_world() as world:
        leave(world, message)
        before = world.records.messages.newest()
        assert len(before) == 1
        assert world.compare().found == ()
        assert world.records.messages.newest() == before


def test_without_redis_the_records_say_where_the_call_was(open_world: Open, message: Path) -> None:
    with open_world(**LOST) as world:
        leave(world, message, "1", "1234#")
        world.settle()
        world.redis.flushall()
        assert world.compare().good
        [kept] = world.records.messages.newest()
        assert (kept.client, kept.kind, kept.node, kept.caller) == (
            "acme",
            "order",
            "order",
            CALLER,
        )


def test_of_a_call_that_nobody_knows_the_number_says_whose_the_message_is(
    open_world: Open, message: Path
) -> None:
    with open_world(**LOST) as world:
        leave(world, message)
        world.redis.flushall()  # before the journal was read
        came = world.compare()
        assert [(each.kind, each.client) for each in came.found] == [
            ("call", "acme"),
            ("recording", "acme"),
        ]
        assert came.good
        [kept] = world.records.messages.newest()
        assert (kept.client, kept.kind, kept.caller) == ("acme", "message", CALLER)
        [call] = world.records.calls.newest()
        assert (call.client, call.outcome) == ("acme", NEVER_REACHED)


def test_a_callback_at_the_same_moment_makes_no_second_message_or_job(
    open_world: Open, message: Path
) -> None:
    """The carrier tells of five recordings while they are looked for in three threads."""
    with open_world(recording_delay_seconds=0.05, drop_record_action=True) as world:
        calls = [
            world.carrier.place(NUMBER, CALLER, [Press("2"), Leave(message, then=HANG_UP)])
            for _ in range(5)
        ]
        comparing = [threading.Thread(target=world.compare) for _ in range(3)]
        for thread in comparing:
            thread.start()
        for call in calls:
            call.join()
        for thread in comparing:
            thread.join()
        world.compare()
        messages = world.records.messages.newest()
        assert {each.recording_sid for each in messages} == {c.recordings[0].sid for c in calls}
        assert len(messages) == 5
        assert len([world.records.jobs.of_message(each.id) for each in messages]) == 5
        assert world.records.outbox.waiting(OutboxKind.FETCH).count == 5


def test_a_call_that_ended_and_nobody_told_is_closed_as_of_its_end(open_world: Open) -> None:
    with open_world(lose_status=True) as world:
        call = world.carrier.call(NUMBER, CALLER, [Hears("Press 1"), Press("2")])
        world.settle()
        [before] = world.records.calls.newest()
        assert before.ended_at is None
        came = world.compare()
        assert [(each.kind, each.sid) for each in came.found] == [("call", call.sid)]
        world.settle()
        [after] = world.records.calls.newest()
        assert after.ended_at is not None
        assert (after.outcome, after.path) == ("hung up", before.path)
        assert world.compare().found == ()


def test_calls_of_others_in_the_same_account_are_left_alone(
    open_world: Open, message: Path
) -> None:
    with open_world() as world:
        other = Recording("CA" + "9" * 32, b"RIFF", 3, available=True)
        world.carrier.recordings.add(other)
        world.carrier.text("+441632960777", CALLER, "Good morning", lost=True)
        came = world.compare()
        assert [each.kind for each in came.found] == ["recording"]
        assert "not found" in str(came.found[0].why)
        assert world.records.messages.newest() == []
        assert world.records.texts.newest() == []


def test_a_text_that_nobody_told_of_is_kept_and_answered_once(open_world: Open) -> None:
    with open_world() as world:
        world.carrier.text(NUMBER, CALLER, "I shall be late", lost=True)
        world.carrier.text(NUMBER, "+447700900123", "AWAY until 17:00", lost=True)
        assert world.compare().good
        assert world.compare().found == ()
        assert {text.body for text in world.records.texts.newest()} == {
            "I shall be late",
            "AWAY until 17:00",
        }
        assert world.records.outbox.waiting(OutboxKind.SMS).count == 1


@pytest.mark.parametrize("first_is_lost_alone", [True, False])
def test_what_somebody_said_last_of_themselves_counts_whichever_texts_were_lost(
    open_world: Open, first_is_lost_alone: bool
) -> None:
    with open_world() as world:
        world.carrier.text(NUMBER, "+447700900123", "AWAY", lost=True)
        world.carrier.text(NUMBER, "+447700900123", "BACK", lost=not first_is_lost_alone)
        assert world.compare().good
        assert world.records.statuses.all_ahead(utc_now()) == ()
        assert len(world.records.texts.newest()) == 2


def test_what_was_told_and_waits_for_the_records_is_not_taken_for_lost(open_world: Open) -> None:
    with open_world() as world:
        world.carrier.text(NUMBER, CALLER, "I shall be late", lost=True)
        FactJournal(world.redis).append(FACTS[0])
        came = world.compare()
        assert came.found == ()
        assert "still waits" in str(came.broken_off)
        world.redis.delete(keys.FACTS)
        assert world.compare().good
        assert len(world.records.texts.newest()) == 1


def test_what_was_erased_is_not_fetched_again(open_world: Open, message: Path) -> None:
    with open_world() as world:
        leave(world, message)
        world.carrier.text(NUMBER, CALLER, "I shall be late")
        world.settle()
        folder, now = FolderStorage(world.settings.recordings), datetime.now(UTC)
        world.records.purges.erase(CALLER, "acme", folder.delete, now, "sam")
        world.redis.flushall()
        assert world.compare().found == ()
        assert world.records.messages.newest() == []
        assert world.records.calls.newest() == []
        assert world.records.texts.newest() == []


def test_a_recording_of_a_call_that_was_erased_is_not_fetched_either(
    open_world: Open, message: Path
) -> None:
    with open_world(**LOST) as world:
        sid = leave(world, message)
        world.settle()
        folder, now = FolderStorage(world.settings.recordings), datetime.now(UTC)
        world.records.purges.erase(CALLER, None, folder.delete, now, "sam")
        assert [each.sid for each in world.compare().found] == [sid]
        assert world.records.messages.newest() == []
        discard_once(
            world.records,
            TwilioTelephone(replace(world.settings, twilio_api_url=world.carrier.api_url)),
            folder,
            datetime.now(UTC),
        )
        assert world.carrier.recordings.get(sid) is None
        assert world.compare().found == ()


def test_what_is_over_its_time_is_not_fetched(open_world: Open, message: Path) -> None:
    with open_world(**LOST) as world:
        sid = leave(world, message)
        recording = world.carrier.recordings.get(sid)
        assert recording is not None
        recording.started = datetime.now(UTC) - timedelta(days=91)
        assert world.compare(days=100).found == ()
        assert world.records.messages.newest() == []


def test_a_recording_that_the_carrier_has_lost_is_said_to_be(
    open_world: Open, message: Path
) -> None:
    with open_world(**LOST) as world:
        sid = leave(world, message)
        recording = world.carrier.recordings.get(sid)
        assert recording is not None
        recording.state = "failed"
        came = world.compare()
        assert "the carrier has lost what was said" in came.found[0].words
        assert came.good
        [kept] = world.records.messages.newest()
        assert (kept.state, kept.audio) == (MessageState.SET_ASIDE, None)
        assert "lost the recording" in str(kept.reason)
        assert world.records.jobs.of_message(kept.id) is not None
        assert world.compare().found == ()


@pytest.mark.parametrize("state", ["in-progress", "processing", "absent"])
def test_a_recording_that_is_not_there_yet_is_waited_for(
    open_world: Open, message: Path, state: str
) -> None:
    with open_world(**LOST) as world:
        recording = world.carrier.recordings.get(leave(world, message))
        assert recording is not None
        recording.state = state
        assert world.compare().found == ()
        assert world.records.messages.newest() == []


def test_a_busy_carrier_is_asked_again_and_a_page_at_a_time(
    open_world: Open, message: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.adapters.twilio.lists.PAGE", 2)
    with open_world(**LOST) as world:
        sids = {leave(world, message) for _ in range(5)}
        world.carrier.refuse(429, 503, 429)
        came = world.compare()
        assert came.good
        assert came.compared == {"call": 5, "recording": 5, "text": 0}
        assert {each.recording_sid for each in world.records.messages.newest()} == sids


def test_a_carrier_that_refuses_breaks_it_off_in_words(open_world: Open, message: Path) -> None:
    with open_world(**LOST) as world:
        leave(world, message)
        world.carrier.refuse(401)
        came = world.compare()
        assert not came.good
        assert "refuses the account's credentials" in str(came.broken_off)
        assert world.compare().good


def test_broken_off_anywhere_it_is_whole_the_next_time(open_world: Open, message: Path) -> None:
    with open_world(**LOST) as world:
        for _ in range(3):
            leave(world, message)
        world.settle()
        for passed in range(3):
            world.carrier.refuse(*[200] * passed, 401)
            assert not world.compare().good
        assert world.compare().good
        assert len(world.records.messages.newest()) == 3


def test_a_text_that_did_not_arrive_is_given_up(open_world: Open) -> None:
    with open_world() as world:
        settings = replace(world.settings, twilio_api_url=world.carrier.api_url)
        sid = TwilioTelephone(settings).send_text("+447700900123", NUMBER, "A message for you")
        parcel = DeliveryItem(promise="notice-1", client="acme", about="job", recipient="Ian Frost")
        now = datetime.now(UTC)
        delivery = world.records.deliveries.begin(parcel, Channel.SMS, "+447700900123", now)
        assert delivery is not None
        world.records.deliveries.sent(delivery, sid, now)
        assert world.compare().found == ()
        world.carrier.text_becomes(sid, "undelivered", 30003)
        came = world.compare()
        assert [(each.kind, each.sid, each.repair) for each in came.found] == [
            ("text", sid, RepairStatus.DONE)
        ]
        assert came.found[0].why == "the carrier says undelivered, error 30003"
        given_up = world.records.deliveries.find(delivery.id)
        assert given_up is not None
        assert (given_up.state, given_up.error_code) == (DeliveryState.GIVEN_UP, 30003)
        assert world.compare().found == ()
