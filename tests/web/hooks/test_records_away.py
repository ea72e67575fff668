"""With the records database away, what callers leave behind is kept and written once it is back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis

from ivr.adapters.recordings import open_storage
from ivr.adapters.redis.fact_journal import FactJournal
from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.processes.relay import loops
from ivr.settings import Settings
from ivr.web.app import create_app
from tests.web.hooks.carrier_line import CALLER, Clock, Line, settle

ACCOUNT_URL = f"http://127.0.0.1:8081/2010-04-01/Accounts/AC{'0' * 32}"
RECORDING = {
    "RecordingSid": "RE" + "2" * 32,
    "RecordingUrl": f"{ACCOUNT_URL}/Recordings/RE{'2' * 32}",
    "RecordingDuration": "7",
}
TEXT = {"MessageSid": "SM1", "Body": "Are you open?"}
EVENING = 8 * 3600


@contextmanager
def write_locked(settings: Settings) -> Iterator[None]:
    """Somebody else keeps the write lock of the SQLite file."""
    path = sa.make_url(settings.database_url).database
    assert path is not None
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def damaged(settings: Settings) -> Iterator[None]:
    """The file of the database is full of something else."""
    path = Path(str(sa.make_url(settings.database_url).database))
    kept = {each: each.read_bytes() for each in path.parent.glob(f"{path.name}*")}
    for each in kept:
        each.write_bytes(b"not a database " * 500)
    try:
        yield
    finally:
        for each in path.parent.glob(f"{path.name}*"):
            each.unlink()
        for each, content in kept.items():
            each.write_bytes(content)


def leave_message(line: Line) -> None:
    """Ring in the evening and leave a message; the carrier's callback comes first."""
    line.dial()
    line.act(Digits="2")
    record = line.document.find("Record")
    assert record is not None
    url = str(record.get("recordingStatusCallback"))
    assert line.post(url, RecordingStatus="completed", **RECORDING).status_code == 204
    line.act(**RECORDING)
    assert "Goodbye" in line.heard


def relay_writes_facts(settings: Settings) -> None:
    """The relay's own loop for facts, until none waits."""
    step = {loop.name: loop.step for loop in loops(settings)}["facts"]
    step()  # sets the consumers up
    while step():
        pass


@pytest.mark.parametrize("away", [write_locked, damaged])
def test_messages_texts_and_ends_of_calls_are_in_the_records_when_these_are_back(
    line: Line,
    app: Flask,
    redis: Redis,
    clock: Clock,
    example_settings: Settings,
    records: SqlRecords,
    away: object,
) -> None:
    records.close()
    clock.pass_(EVENING)
    with away(example_settings):  # type: ignore[operator]
        leave_message(line)
        line.post("/twilio/status", CallStatus="completed")
        assert line.post("/twilio/sms", **TEXT).status_code == 200
        line.sid = "CA" + "9" * 32
        assert line.post("/twilio/status", CallStatus="completed").status_code == 204
    assert FactJournal(redis).waiting() == 4
    relay_writes_facts(example_settings)
    settle(redis, records)
    [message] = records.messages.newest()
    assert (message.client, message.caller, message.seconds) == ("rainbow-frost", CALLER, 7)
    job = records.jobs.of_message(message.id)
    assert job is not None
    assert [text.body for text in records.texts.newest()] == ["Are you open?"]
    assert sorted(str(call.outcome) for call in records.calls.newest()) == ["completed", "hung up"]


def test_a_fact_that_comes_twice_is_one_message_with_one_job(
    line: Line, redis: Redis, clock: Clock, example_settings: Settings, records: SqlRecords
) -> None:
    clock.pass_(EVENING)
    with write_locked(example_settings):
        leave_message(line)
        leave_message(line)
    relay_writes_facts(example_settings)
    leave_message(line)
    [message] = records.messages.newest()
    job = records.jobs.of_message(message.id)
    assert job is not None


def test_a_start_without_the_database_takes_calls_and_messages(
    settings: Settings, line: Line, redis: Redis, clock: Clock, example_settings: Settings
) -> None:
    """A database that nobody has set up yet is one that cannot be used."""
    url = example_settings.database_url.replace("records", "other")
    bare = replace(example_settings, database_url=url)
    line.client = create_app(bare, clock).test_client()
    clock.pass_(EVENING)
    leave_message(line)
    migrate(url)
    relay_writes_facts(bare)
    assert [each.client for each in open_records(url).messages.newest()] == ["rainbow-frost"]


def test_without_records_and_redis_the_carrier_is_asked_to_come_again(
    line: Line, example_settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    nowhere = replace(
        example_settings,
        redis_url="redis://127.0.0.1:9",
        database_url=f"sqlite:///{tmp_path}/nothing/there.sqlite3",
    )
    line.client = create_app(nowhere, clock).test_client()
    clock.pass_(EVENING)
    line.dial()
    assert "Rainbow Frost Decorators" in line.heard, "callers are greeted all the same"
    line.act(Digits="2")
    record = line.document.find("Record")
    assert record is not None
    url = str(record.get("recordingStatusCallback"))
    assert line.post(url, RecordingStatus="completed", **RECORDING).status_code == 503
    assert line.post(line.action, **RECORDING).status_code == 503
    assert line.post("/twilio/status", CallStatus="completed").status_code == 503
    assert line.post("/twilio/sms", **TEXT).status_code == 503


def test_a_call_to_nobodys_number_is_in_the_journal_meanwhile(
    line: Line, redis: Redis, example_settings: Settings, records: SqlRecords
) -> None:
    line.called = "+441632960777"
    with write_locked(example_settings):
        line.dial()
        assert line.verbs() == ["Say", "Hangup"]
    settle(redis, records)
    assert [call.outcome for call in records.calls.newest()] == ["unknown number"]


def test_a_fault_of_our_own_never_answers_a_callback_as_if_it_were_kept(
    line: Line, redis: Redis
) -> None:
    line.dial()
    redis.hset(f"ivr:call:{line.sid}", "state", "{broken")
    assert line.post("/twilio/status", CallStatus="completed").status_code == 500


def test_a_callback_that_comes_late_does_not_bring_back_what_was_erased(
    line: Line, redis: Redis, clock: Clock, example_settings: Settings, records: SqlRecords
) -> None:
    clock.pass_(EVENING)
    leave_message(line)
    settle(redis, records)
    [message] = records.messages.newest()
    delete = open_storage(example_settings.recordings).delete
    records.purges.erase(CALLER, None, delete, clock.now, "sam")
    leave_message(line)
    assert records.messages.newest() == []
    assert records.jobs.of_message(message.id) is None
    redis.flushall()
    leave_message(line)  # with turns that are taken anew
    line.post("/twilio/status", CallStatus="completed")
    another = {"RecordingSid": "RE" + "3" * 32}
    another["RecordingUrl"] = f"{ACCOUNT_URL}/Recordings/{another['RecordingSid']}"
    url = "/twilio/recording?client=rainbow-frost&kind=message&node=take_message&attempt=0"
    line.post(url, RecordingStatus="completed", **RECORDING | another)
    settle(redis, records)
    assert records.messages.newest() == []
    assert records.calls.newest() == []
    assert records.calls.timeline(line.sid).turns == ()
