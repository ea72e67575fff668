"""Calls through the running system, as caller, operator and client live them."""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from ivr import keys
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.redis.server import connect
from ivr.adapters.speech.samples import Sample
from ivr.cli._demo import scenes
from ivr.cli._demo.stage import Stage
from ivr.core.queue.states import Presence
from ivr.simulator import (
    ANONYMOUS,
    HANG_UP,
    Answers,
    Call,
    HangUp,
    Hears,
    Leave,
    Press,
    Speak,
    Stay,
    WaitUntilConnected,
    WaitUntilHears,
)
from ivr.simulator.caller import Act, Moment, Step
from tests.recordings_folder import recordings_folder

Spoken = tuple[Path, Sample]


def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def call_record(system: Stage, call: Call) -> dict[str, object]:
    """The call as `calls --json` shows it once it has ended."""

    def found() -> list[dict[str, object]]:
        calls = json.loads(system.command("calls", "--json"))
        return [c for c in calls if c["call_sid"] == call.sid and c["ended_at"]]

    until(found)
    return found()[0]


def test_a_spoken_message_reaches_the_client_in_words_and_as_audio(
    system: Stage, spoken: Spoken
) -> None:
    recording, sample = spoken
    before = len(system.mailbox.mails)
    call = scenes.leaves_a_message(system, recording)
    message = scenes.transcript_of(system, call)
    assert message.transcript is not None
    wanted, got = words(sample.text), words(message.transcript.text)
    assert len(set(wanted) & set(got)) >= 0.8 * len(set(wanted))
    assert all(0 <= word.start <= word.end for word in message.transcript.words)
    assert message.audio is not None
    assert (
        recordings_folder(system.settings) / message.audio
    ).read_bytes() == recording.read_bytes()

    assert system.mailbox.wait(before + 1, 30)
    [mail] = system.mailbox.mails[before:]
    assert mail["To"] == "Tom Quill <t.quill@ashbyquill.example>"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "01632 960001" in body.get_content()
    [attachment] = mail.iter_attachments()
    assert attachment.get_payload(decode=True) == recording.read_bytes()

    [shown] = [
        m
        for m in json.loads(system.command("messages", "--client", "ashby-quill", "--json"))
        if m["id"] == message.id
    ]
    assert shown["state"] == "transcribed"
    assert shown["caller"] == "+441632960001"
    assert shown["words"]


def test_an_operator_takes_a_caller_out_of_the_queue_and_they_talk(system: Stage) -> None:
    call, queue, taken = scenes.speaks_to_an_operator(system)
    assert "rainbow-frost" in queue
    assert "+441632960002" in taken
    assert call.connections == 1
    assert call_record(system, call)["outcome"] == "completed"
    assert json.loads(system.command("queue", "--json")) == []


def test_two_operators_never_get_one_caller(system: Stage) -> None:
    system.carrier.telephones["+441632960302"] = Answers(after=1, talks_for=20)
    system.carrier.telephones["+447700900301"] = Answers(after=1, talks_for=20)
    steps: list[Step] = [Speak("it is an emergency"), WaitUntilConnected(), Stay()]
    call = system.carrier.place(scenes.DECORATOR, "+441632960004", steps)
    until(lambda: call.sid in system.command("queue", "--json"))
    printed: list[str] = []
    takers = [
        threading.Thread(
            target=lambda name=name: printed.append(
                system.command("queue", "take", "--operator", name, "--json")
            )
        )
        for name in ("sam", "ann")
    ]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    assert sum(call.sid in text for text in printed) == 1, printed
    call.join()
    assert call.connections == 1


def test_a_caller_who_hangs_up_on_hold_is_never_handed_out(system: Stage) -> None:
    steps: list[Step] = [Speak("it is an emergency"), WaitUntilHears("next in line"), HangUp()]
    call = system.carrier.call(scenes.DECORATOR, "+441632960005", steps)
    until(lambda: json.loads(system.command("queue", "--json")) == [])
    assert system.command("queue", "take", "--operator", "joy") == ""
    assert call_record(system, call)["outcome"] == "hung up"


def test_a_caller_who_hangs_up_half_way_is_on_record_with_the_way_they_went(
    system: Stage,
) -> None:
    call = scenes.hangs_up_half_way(system)
    record = call_record(system, call)
    assert record["outcome"] == "hung up"
    assert record["client"] == "harbour-dental"
    path = record["path"]
    assert isinstance(path, list)
    assert path[0] == "greet"


def test_a_message_ended_by_hanging_up_is_kept(system: Stage, spoken: Spoken) -> None:
    steps: list[Step] = [Press("9"), Hears("police station"), Leave(spoken[0], then=HANG_UP)]
    call = system.carrier.call(scenes.SOLICITORS, ANONYMOUS, steps)
    message = scenes.transcript_of(system, call)
    assert message.caller is None
    assert message.audio is not None


def test_what_is_not_audio_is_set_aside_with_a_reason(system: Stage, tmp_path: Path) -> None:
    page = tmp_path / "page.wav"
    page.write_bytes(b"<html><body>Service unavailable</body></html>")
    steps: list[Step] = [Press("9"), Hears("police station"), Leave(page, seconds=4)]
    call = system.carrier.call(scenes.SOLICITORS, "+441632960006", steps)
    message = scenes.transcript_of(system, call)
    assert message.state == "set_aside"
    assert message.reason


def test_a_number_that_nobody_has_is_answered_politely(system: Stage) -> None:
    call = system.carrier.call("+441632960777", "+441632960001", [Hears("not in service")])
    assert call_record(system, call)["outcome"] == "unknown number"


@pytest.mark.parametrize("victim", ["valkey-server", "ivr.processes.web"])
def test_a_process_killed_in_the_middle_of_a_call_does_not_end_it(
    system: Stage, spoken: Spoken, victim: str
) -> None:
    """The server is killed without warning while the caller listens to the menu."""

    killed: list[int] = []

    def kill_then_press(moment: Moment) -> Act:
        for process in psutil.Process(system.server.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # a child may die with its parent
                if victim in " ".join(process.cmdline()):
                    process.kill()
                    killed.append(process.pid)
        return Press("9")

    acts: Iterator[Callable[[Moment], Act]] = iter(
        [kill_then_press, lambda moment: Leave(spoken[0])]
    )

    def behaviour(moment: Moment) -> Act | None:
        return next(acts)(moment) if moment.kind in ("gather", "record") else None

    call = system.carrier.place(scenes.SOLICITORS, "+441632960008", behaviour)
    call.wait()
    assert killed
    system.carrier.faults.clear()  # a request that met the dying process is expected
    assert "police station" in call.heard or "after the tone" in call.heard
    assert scenes.transcript_of(system, call).transcript is not None


def test_the_server_is_ready_afterwards(system: Stage) -> None:
    import requests

    until(lambda: requests.get(f"{system.server.url}/readyz", timeout=60).status_code == 200)


def test_an_operator_who_is_available_is_rung_as_soon_as_somebody_waits(system: Stage) -> None:
    """Nobody takes the caller: the relay rings. The telephone is put down, and the call goes on."""
    system.carrier.telephones["+441632960302"] = Answers(after=1, talks_for=20)
    with connect(system.settings) as redis:
        operators = RedisOperators(redis)
        operators.sign_on("ann", None, datetime.now(UTC))
        try:
            steps: list[Step] = [Speak("it is an emergency"), WaitUntilConnected(), Stay()]
            call = system.carrier.call(scenes.DECORATOR, "+441632960006", steps)
            ann = operators.of("ann", datetime.now(UTC))
            assert ann is not None
            assert ann.state is Presence.WRAP_UP
        finally:
            # As if nobody had ever signed on: else no other test could queue a caller.
            redis.delete(keys.QUEUE_STATES, keys.QUEUE_IDLE, keys.QUEUE_TIMERS)
    assert call.connections == 1
    assert call_record(system, call)["outcome"] == "completed"
