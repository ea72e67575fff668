"""Webhooks: a call is answered in the client's name, and nothing makes it go wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis

from ivr.adapters.redis.call_store import RedisCallStore
from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.sql import SqlRecords
from ivr.services.protocols.calls import Stored
from ivr.settings import Settings
from ivr.web.app import create_app
from tests.web.hooks.carrier_line import CALLER, Clock, Line, settle

ACCOUNT_URL = f"http://127.0.0.1:8081/2010-04-01/Accounts/AC{'0' * 32}"
RECORDING = {
    "RecordingSid": "RE" + "2" * 32,
    "RecordingUrl": f"{ACCOUNT_URL}/Recordings/RE{'2' * 32}",
    "RecordingDuration": "7",
}


def test_a_call_is_greeted_in_the_name_of_the_dialled_client(line: Line) -> None:
    line.dial()
    assert "Good afternoon, thank you for calling Rainbow Frost Decorators" in line.heard
    line.sid, line.called = "CA" + "2" * 32, "+442079460321"
    line.dial()
    assert "Harbour Dental" in line.heard


def test_a_key_leads_to_the_operator_queue(
    line: Line, queue: RedisOperatorQueue, clock: Clock
) -> None:
    line.dial()
    line.act(Digits="1")
    assert "Please hold" in line.heard
    assert line.verbs() == ["Gather"]
    assert line.document.find("Gather/Play") is not None
    [entry] = queue.waiting(clock())
    assert (entry.ticket.call_sid, entry.ticket.client) == (line.sid, "rainbow-frost")


def test_words_do_what_keys_do(line: Line) -> None:
    line.dial()
    line.act(SpeechResult="there is water coming in", Confidence="0.8")
    number = line.document.find("Dial/Number")
    assert number is not None
    assert number.text == "+447700900124"


@pytest.mark.parametrize("signature", ["", "bm90IGEgc2lnbmF0dXJl"])
def test_a_request_without_a_valid_signature_is_refused_and_does_nothing(
    line: Line, redis: Redis, signature: str
) -> None:
    response = line.post("/twilio/voice", signature=signature)
    assert response.status_code == 403
    assert redis.dbsize() == 0


def test_a_repeated_webhook_gets_the_same_answer_and_does_nothing_twice(
    line: Line, redis: Redis
) -> None:
    line.dial()
    action = line.action
    first = line.post(action, Digits="1").data
    entries = redis.xlen("ivr:journal")
    assert line.post(action, Digits="1").data == first
    assert line.post("/twilio/voice").data != first
    assert redis.xlen("ivr:journal") == entries


def test_a_late_webhook_does_no_harm(line: Line, queue: RedisOperatorQueue, clock: Clock) -> None:
    line.dial()
    late = line.action
    line.act(Digits="7")
    line.act(Digits="1")
    now = line.answer
    assert now is not None
    line.post(late, Digits="2")
    assert [entry.ticket.priority for entry in queue.waiting(clock())] == [5]
    line.answer = now
    line.act()
    assert "next in line" in line.heard


def test_a_turn_that_the_store_has_lost_goes_on_where_the_url_says(
    line: Line, redis: Redis
) -> None:
    line.dial()
    redis.flushall()
    line.act(Digits="2")
    assert line.verbs() == ["Dial"]


def test_any_web_process_takes_any_turn(
    line: Line, example_settings: Settings, clock: Clock
) -> None:
    line.dial()
    line.client = create_app(example_settings, clock).test_client()
    line.act(Digits="1")
    assert "Please hold" in line.heard


def test_a_call_to_an_unclaimed_number_hears_a_polite_sentence_and_is_recorded(
    line: Line, records: SqlRecords, redis: Redis
) -> None:
    line.called = "+441632960999"
    line.dial()
    assert "not in service" in line.heard
    assert line.verbs() == ["Say", "Hangup"]
    settle(redis, records)
    call = records.calls.find(line.sid)
    assert call is not None
    assert (call.client, call.outcome) == (None, "unknown number")


@pytest.mark.parametrize("number", ["anonymous", "Restricted", "+266696687", ""])
def test_a_withheld_caller_is_served_like_any_other(line: Line, number: str) -> None:
    line.caller = number
    line.dial()
    line.act(Digits="2")
    assert line.verbs() == ["Dial"]
    whisper = line.document.find("Dial/Number")
    assert whisper is not None
    line.post(str(whisper.get("url")), CallSid="CA" + "9" * 32, ParentCallSid=line.sid)
    assert "a withheld number" in line.heard


def test_the_person_rung_hears_who_calls_and_takes_the_call_with_a_key(line: Line) -> None:
    line.dial()
    line.act(Digits="2")
    action = line.action
    number = line.document.find("Dial/Number")
    assert number is not None
    child = {"CallSid": "CA" + "9" * 32, "ParentCallSid": line.sid}
    line.post(str(number.get("url")), **child)
    assert "Rainbow Frost, emergency, from 0 1 6 3 2" in line.heard
    line.post(line.action, Digits="1", **child)
    assert line.verbs() == []
    line.post(action, DialCallStatus="completed", DialCallDuration="31")
    assert "Thank you. Goodbye." in line.heard


def test_an_answering_machine_takes_no_call(line: Line) -> None:
    line.dial()
    line.act(Digits="2")
    line.act(DialCallStatus="completed", DialCallDuration="12")
    assert "Please hold" in line.heard


def test_a_message_is_kept_whichever_of_its_two_webhooks_comes_first(
    line: Line, records: SqlRecords, clock: Clock
) -> None:
    clock.pass_(8 * 3600)
    line.dial()
    line.act(Digits="2")
    callback = line.document.find("Record")
    assert callback is not None
    url = str(callback.get("recordingStatusCallback"))
    line.post(url, RecordingStatus="completed", **RECORDING)
    line.act(**RECORDING)
    assert "Goodbye" in line.heard
    [message] = records.messages.newest()
    assert (message.client, message.caller, message.seconds) == ("rainbow-frost", CALLER, 7)
    assert message.recipient.email == "ian@rainbowfrost.example"


def test_hanging_up_while_recording_keeps_the_message_and_ends_the_call(
    line: Line, records: SqlRecords, clock: Clock, redis: Redis
) -> None:
    clock.pass_(8 * 3600)
    line.dial()
    line.act(Digits="2")
    line.act(Digits="hangup", CallStatus="completed", **RECORDING)
    line.post("/twilio/status", CallStatus="completed")
    settle(redis, records)
    assert len(records.messages.newest()) == 1
    call = records.calls.find(line.sid)
    assert call is not None
    assert call.ended_at == clock()


def test_an_empty_recording_is_asked_for_again_and_then_let_go(line: Line, clock: Clock) -> None:
    clock.pass_(8 * 3600)
    line.dial()
    line.act(Digits="2")
    for _ in range(2):
        redirect = line.document.find("Redirect")
        assert redirect is not None
        line.post(str(redirect.text))
        assert "I heard nothing" in line.heard
    redirect = line.document.find("Redirect")
    assert redirect is not None
    line.post(str(redirect.text))
    assert line.verbs() == ["Say", "Hangup"]


def test_a_hang_up_ends_the_call_and_takes_the_caller_out_of_the_queue(
    line: Line, queue: RedisOperatorQueue, records: SqlRecords, redis: Redis, clock: Clock
) -> None:
    line.dial()
    line.act(Digits="1")
    assert line.post("/twilio/status", CallStatus="completed").status_code == 204
    assert queue.waiting(clock()) == []
    assert queue.take("sam", clock(), timedelta(seconds=30)) is None
    settle(redis, records)
    call = records.calls.find(line.sid)
    assert call is not None
    assert (call.outcome, call.path) == ("hung up", ("greet", "open", "main", "operators"))


def test_a_hold_turn_that_comes_after_the_hang_up_does_not_bring_the_caller_back(
    line: Line, queue: RedisOperatorQueue, clock: Clock
) -> None:
    line.dial()
    line.act(Digits="1")
    line.post("/twilio/status", CallStatus="completed")
    line.act()
    assert queue.waiting(clock()) == []


def test_after_the_longest_wait_the_caller_is_asked_for_a_message(
    line: Line, queue: RedisOperatorQueue, clock: Clock
) -> None:
    line.dial()
    line.act(Digits="1")
    clock.pass_(60)
    line.act()
    assert "You are next in line" in line.heard
    clock.pass_(61)
    line.act()
    assert "Record" in line.verbs()
    assert queue.waiting(clock()) == []


def test_the_fallback_url_takes_a_message_in_the_clients_name(line: Line) -> None:
    line.dial()
    fault = {"ErrorCode": "11200", "ErrorUrl": "https://tango.example/twilio/turn/1"}
    first = line.post("/twilio/fallback", **fault).data
    assert "Record" in line.verbs()
    assert line.post("/twilio/fallback", **fault).data == first
    line.act(**RECORDING)
    assert line.verbs() == ["Say", "Hangup"]


def test_the_fallback_url_answers_a_call_of_which_nothing_is_known(line: Line) -> None:
    line.post("/twilio/fallback", ErrorCode="11200", ErrorUrl="https://tango.example/")
    assert "Record" in line.verbs()


@pytest.mark.parametrize("client", ["rainbow-frost", "gone"])
def test_a_fault_while_somebody_is_rung_asks_them_for_no_message(
    line: Line, redis: Redis, client: str
) -> None:
    caller = "CA" + "8" * 32
    redis.hset(f"ivr:call:{caller}", "state", "{broken")
    url = f"/twilio/whisper?client={client}&flow=&node=main&attempt=0"
    assert line.post(url, ParentCallSid=caller).status_code == 200
    assert line.verbs() == []


def test_a_fault_of_our_own_still_ends_in_a_message(line: Line, redis: Redis, app: Flask) -> None:
    line.dial()
    redis.hset(f"ivr:call:{line.sid}", "state", "{broken")
    line.act(Digits="1")
    assert "Record" in line.verbs()


def test_with_redis_unreachable_the_caller_is_greeted_and_leaves_a_message(
    line: Line, example_settings: Settings, records: SqlRecords, clock: Clock, tmp_path: Path
) -> None:
    nowhere = replace(example_settings, redis_url=f"unix://{tmp_path}/nothing.sock")
    line.client = create_app(nowhere, clock).test_client()
    line.dial()
    assert "Rainbow Frost Decorators" in line.heard
    line.act(Digits="1")
    assert "Record" in line.verbs()
    record = line.document.find("Record")
    assert record is not None
    line.post(str(record.get("recordingStatusCallback")), RecordingStatus="completed", **RECORDING)
    line.act(**RECORDING)
    assert line.verbs() == ["Say", "Hangup"]
    assert line.post("/twilio/status", CallStatus="completed").status_code == 204
    [message] = records.messages.newest()
    assert (message.client, message.caller) == ("rainbow-frost", CALLER)
    call = records.calls.find(line.sid)
    assert call is not None
    assert call.path[-1] == "done"


def test_a_broken_flow_file_leaves_the_other_clients_in_service(
    example_settings: Settings, redis: Redis, clock: Clock, tmp_path: Path, line: Line
) -> None:
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "broken.yaml").write_text("client: [")
    (folder / "good.yaml").write_text(
        "schema: 1\nclient: {name: Good, numbers: '+441632960111'}\nstart: bye\n"
        "nodes: {bye: {hangup: Goodbye from Good}}\n"
    )
    line.client = create_app(replace(example_settings, flows=folder), clock).test_client()
    line.called = "+441632960111"
    line.dial()
    assert "Goodbye from Good" in line.heard


def test_a_hang_up_that_meets_a_turn_still_ends_the_call(
    line: Line, redis: Redis, records: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reading and the writing of the hang-up, another process takes a turn."""
    line.dial()
    action = line.action
    read = RedisCallStore.read
    raced: list[str] = []

    def read_then_race(store: RedisCallStore, call_sid: str, label: str) -> Stored:
        stored = read(store, call_sid, label)
        if label == "status" and not raced:
            raced.append(label)
            line.post(action, Digits="7")
        return stored

    monkeypatch.setattr(RedisCallStore, "read", read_then_race)
    line.post("/twilio/status", CallStatus="completed")
    settle(redis, records)
    call = records.calls.find(line.sid)
    assert call is not None
    assert (call.turn, call.outcome) == (2, "hung up")
