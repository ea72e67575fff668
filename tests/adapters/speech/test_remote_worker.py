"""Turning recordings into words without the server's database, storage and account: what the job
says, a link, and words that are handed in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import soundfile
from redis import Redis, RedisError

from ivr.adapters.files.folder_storage import FolderStorage
from ivr.adapters.http.linked_recordings import LinkedRecordings
from ivr.adapters.redis.speech_dispatch import LEASE, dispatch_once, speech_queues, words_queue
from ivr.adapters.redis.worker_stats import figures
from ivr.adapters.speech.audio.files import Audio
from ivr.adapters.speech.local_speech import LocalSpeech
from ivr.adapters.speech.recognisers.choose import Recognisers
from ivr.adapters.speech.remote_worker import RemoteWorker
from ivr.adapters.sql import SqlRecords, open_records
from ivr.core.records.message import Message, MessageState, Transcript, TranscriptionOptions, Word
from ivr.core.transcript.task import Task
from ivr.errors import LinkLapsed, RecogniserDied, RecordingMissing, SpeechError, StorageError
from ivr.processes.speech.worker import LocalWorker
from ivr.services.recording_links import LASTS, RecordingLinks
from ivr.services.recordings.jobs import WorkerContext
from ivr.services.recordings.remote_jobs import TranscriptionResult
from ivr.settings import Settings
from tests.adapters.speech.recording_server import recording_app, recording_server
from tests.recordings_folder import recordings_folder

CARD = "my card is " + "four two " * 8 + "thank you"


class Scripted:
    """A recogniser that hears the same words in everything, half a second each."""

    def __init__(self, text: str, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.words = tuple(
            Word(word, index / 2, index / 2 + 0.4, 0.9) for index, word in enumerate(text.split())
        )
        self.meanwhile = meanwhile
        self.heard: list[Audio] = []

    def wished(self, language: str, recogniser: str | None, model: str | None) -> Scripted:
        return self

    def transcribe(self, audio: Audio) -> Transcript:
        self.heard.append(audio)
        self.meanwhile()
        return Transcript("", self.words, "scripted", "one", "1.0")


class House:
    """A server, and another machine that works for it."""

    def __init__(
        self, settings: Settings, records: SqlRecords, redis: Redis, now: datetime
    ) -> None:
        self.records, self.redis, self.clock = records, redis, now
        self.settings, self.url = settings, ""
        self.links = RecordingLinks(settings.secret_key)

    def store(self, message_id: str, content: bytes) -> Path:
        """Have a recording fetched already; returns its file."""
        path = recordings_folder(self.settings) / f"{message_id}.wav"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        self.records.recordings.audio_stored(message_id, path.name, 10.0, self.clock)
        return path

    def job(self) -> tuple[Task, dict[str, Any]]:
        """What a worker is given, one lease later each time."""
        assert dispatch_once(self.records, self.redis, self.links, self.clock) == 1
        (job,) = [job for queue in speech_queues(self.redis) for job in queue.jobs]
        job.delete()
        *task, request = job.args
        return Task.from_json(*task), request

    def hear(self, recogniser: Scripted | Recognisers, job: Any = None) -> TranscriptionResult:
        """Have it done there, and the result taken in here; returns that."""
        task, request = job or self.job()
        self.remote(recogniser).perform(task, request)
        return self.take_in()

    def remote(self, recogniser: Scripted | Recognisers) -> RemoteWorker:
        linked = LinkedRecordings(self.url)
        return RemoteWorker(
            self.redis, cast(Recognisers, recogniser), lambda one: linked.local(one.token)
        )

    def take_in(self) -> TranscriptionResult:
        (job,) = words_queue(self.redis).jobs
        *task, data = job.args
        result = TranscriptionResult.from_json(data)
        self.local().take_in(Task.from_json(*task), result)
        job.delete()
        return result

    def local(self) -> LocalWorker:
        storage = FolderStorage(recordings_folder(self.settings))
        nothing = Recognisers(self.settings.speech_models)
        speech = LocalSpeech(self.settings, nothing)
        place = WorkerContext(self.records, storage, speech, lambda: self.clock)
        return LocalWorker(place, self.redis)

    def message(self, message_id: str) -> Message:
        message = self.records.messages.find(message_id)
        assert message is not None
        return message


@pytest.fixture
def house(settings: Settings, records: SqlRecords, redis: Redis, now: datetime) -> Iterator[House]:
    house = House(settings, records, redis, now)
    with recording_server(settings, records, lambda: house.clock) as house.url:
        yield house


@pytest.fixture
def message_id(note_recording: Callable[..., str]) -> str:
    names = TranscriptionOptions(names=("Ian Frost",))
    return note_recording("https://api.twilio.com/RE1", hearing=names)


@pytest.fixture
def speech_bytes(speech_folder: Path) -> bytes:
    return (speech_folder / "try-again.wav").read_bytes()


def test_a_recording_is_transcribed_there_and_written_down_by_the_server(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    path = house.store(message_id, speech_bytes)
    said = "this is ian frost ring me on oh one six oh four five two nine one seven oh"
    result = house.hear(Scripted(said))
    assert result.seconds == pytest.approx(soundfile.info(path).duration)
    heard = house.message(message_id).transcript
    assert heard is not None
    assert "Ian Frost" in heard.text
    assert heard.number_given == "+441604529170"
    assert (heard.recogniser, heard.model, heard.version) == ("scripted", "one", "1.0")
    counted = figures(house.redis)
    assert counted.outcomes == {"done": 1}
    assert counted.audio_seconds == pytest.approx(result.seconds)


def test_the_job_tells_how_and_not_whose(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    house.store(message_id, speech_bytes)
    _, request = house.job()
    assert request == {
        "language": "en-GB",
        "recogniser": None,
        "model": None,
        "speakers": ["caller", "agency"],
        "audio": f"{message_id}.wav",
        "token": request["token"],
    }


def test_words_wait_in_redis_for_an_hour_at_most_and_are_gone_once_taken(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    house.store(message_id, speech_bytes)
    house.remote(Scripted("hello")).perform(*house.job())
    (job,) = words_queue(house.redis).jobs
    assert job.ttl == 3600
    assert (job.result_ttl, job.failure_ttl) == (0, 1)
    assert dispatch_once(house.records, house.redis, house.links, house.clock + LEASE * 2) == 0
    house.take_in()
    assert not house.redis.keys("rq:job:*")


def test_two_channels_are_two_speakers(house: House, message_id: str, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "two.wav", np.zeros((8000, 2)), 8000)
    house.store(message_id, (tmp_path / "two.wav").read_bytes())
    house.hear(Scripted("hello there"))
    heard = house.message(message_id).transcript
    assert heard is not None
    assert {word.speaker for word in heard.words} == {"caller", "agency"}


def test_card_numbers_are_masked_and_silenced_in_the_server_s_file(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    path = house.store(message_id, speech_bytes)
    house.hear(Scripted(CARD))
    heard = house.message(message_id).transcript
    assert heard is not None
    assert "four" not in heard.text
    samples, rate = soundfile.read(path, dtype="int16")
    assert abs(samples[int(1.6 * rate) : int(9.3 * rate)]).max() == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"<html>Sorry</html>" * 40_000, "not audio"), (b"", "empty file")],
    ids=["no audio", "empty"],
)
def test_bad_audio_is_set_aside_with_the_reason(
    house: House, message_id: str, content: bytes, reason: str
) -> None:
    house.store(message_id, content)
    house.hear(Scripted("never heard"))
    message = house.message(message_id)
    assert message.state is MessageState.SET_ASIDE
    assert reason in (message.reason or "")


def test_a_fault_of_the_recogniser_s_is_noted_and_the_job_comes_again(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    def fails() -> None:
        raise SpeechError("the model is tired")

    house.store(message_id, speech_bytes)
    assert isinstance(house.hear(Scripted("", fails)).failure, SpeechError)
    house.clock += timedelta(seconds=5)
    house.hear(Scripted("hello"))
    assert house.message(message_id).state is MessageState.TRANSCRIBED


def test_without_a_model_there_the_recording_waits(
    house: House, speech_bytes: bytes, note_recording: Callable[..., str]
) -> None:
    korean = note_recording("https://api.twilio.com/RE2", language="ko-KR", n=2)
    house.store(korean, speech_bytes)
    house.hear(Recognisers(house.settings.speech_models))
    assert house.message(korean).state is MessageState.RECORDED
    assert figures(house.redis).outcomes == {"no_model": 1}


def test_a_recogniser_that_dies_is_not_handed_in_and_at_last_the_recording_set_aside(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    def dies() -> None:
        raise RecogniserDied("gone")

    house.store(message_id, speech_bytes)
    task, request = house.job()
    with pytest.raises(RecogniserDied):
        house.remote(Scripted("", dies)).perform(task, request)
    assert not words_queue(house.redis).jobs
    house.remote(Scripted("")).set_aside(task, "It crashes.")
    house.take_in()
    assert house.message(message_id).reason == "It crashes."


def test_words_that_another_worker_has_brought_meanwhile_stay(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    house.store(message_id, speech_bytes)
    job = house.job()
    house.hear(Scripted("too late", lambda: house.hear(Scripted("first"), job)), job)
    assert len(house.records.recordings.transcripts(message_id)) == 1
    heard = house.message(message_id).transcript
    assert heard is not None
    assert heard.text == "First."


def test_words_of_an_older_wish_are_dropped(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    house.store(message_id, speech_bytes)

    def somebody_else_is_wished() -> None:
        house.clock += timedelta(minutes=1)
        wish = TranscriptionOptions(recogniser="vosk")
        house.records.recordings.transcribe_again(message_id, wish, house.clock)

    house.hear(Scripted("old", somebody_else_is_wished))
    assert house.message(message_id).state is MessageState.RECORDED
    house.hear(Scripted("new"))
    assert house.message(message_id).state is MessageState.TRANSCRIBED


def test_a_job_that_waited_for_longer_than_its_link_has_another_one_at_once(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    house.store(message_id, speech_bytes)
    job = house.job()
    house.clock += LASTS
    recogniser = Scripted("hello")
    assert isinstance(house.hear(recogniser, job).failure, LinkLapsed)
    assert recogniser.heard == []
    house.hear(recogniser)
    assert house.message(message_id).state is MessageState.TRANSCRIBED


def test_one_without_a_worker_for_days_is_not_set_aside_for_that(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    house.store(message_id, speech_bytes)
    job = house.job()
    house.clock += timedelta(days=3)
    house.hear(Scripted("hello"), job)
    assert house.message(message_id).state is MessageState.RECORDED


def test_what_is_done_already_is_not_fetched(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    house.store(message_id, speech_bytes)
    job = house.job()
    house.hear(Scripted("hello"), job)
    recogniser = Scripted("again")
    assert isinstance(house.hear(recogniser, job).failure, StorageError)
    assert recogniser.heard == []
    assert len(house.records.recordings.transcripts(message_id)) == 1


def test_a_file_that_is_gone_is_noted(house: House, message_id: str, speech_bytes: bytes) -> None:
    house.store(message_id, speech_bytes).unlink()
    house.hear(Scripted("never"))
    assert figures(house.redis).outcomes == {"again": 1}


def test_a_server_out_of_reach_is_said_with_the_setting_that_helps(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    house.store(message_id, speech_bytes)
    house.url = "http://127.0.0.1:1"
    failure = house.hear(Scripted("never")).failure
    assert "set IVR_PUBLIC_URL on this machine" in str(failure)
    assert figures(house.redis).outcomes == {"again": 1}


def test_a_job_of_an_older_version_comes_again(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    house.store(message_id, speech_bytes)
    task, _ = house.job()
    assert isinstance(house.hear(Scripted("never"), (task, None)).failure, SpeechError)
    assert figures(house.redis).outcomes == {"again": 1}


@pytest.mark.parametrize(
    "data",
    [{}, {"sides": [], "failure": None}, {"sides": [[1]], "failure": None}, {"failure": {"x": 1}}],
)
def test_what_cannot_be_read_is_a_fault_and_no_words(
    house: House, message_id: str, speech_bytes: bytes, data: dict[str, Any]
) -> None:
    house.store(message_id, speech_bytes)
    task, _ = house.job()
    house.local().take_in(task, TranscriptionResult.from_json(data))
    assert house.message(message_id).state is MessageState.RECORDED


def test_words_are_handed_in_once_redis_is_back(
    house: House, message_id: str, speech_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.store(message_id, speech_bytes)
    job, times = house.job(), iter(range(9))
    asked: Callable[..., Any] = Redis.execute_command

    def away_at_first(self: Redis, *args: Any, **options: Any) -> Any:
        if next(times, 9) < 2:
            raise RedisError("it starts anew")
        return asked(self, *args, **options)

    monkeypatch.setattr("ivr.adapters.speech.remote_worker._PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(Redis, "execute_command", away_at_first)
    house.remote(Scripted("hello")).perform(*job)
    monkeypatch.undo()
    house.take_in()
    assert house.message(message_id).state is MessageState.TRANSCRIBED


# What the web server answers


def test_a_link_gives_the_recording_in_whole_or_in_part_and_no_other(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    house.store(message_id, speech_bytes)
    browser = recording_app(house.settings, house.records, lambda: house.clock).test_client()
    token = house.links.token(message_id, house.clock)
    with browser.get(f"/recordings/{token}") as whole:
        assert whole.data == speech_bytes
    with browser.get(f"/recordings/{token}", headers={"Range": "bytes=4-7"}) as part:
        assert (part.status_code, part.data) == (206, speech_bytes[4:8])
    for forged in (token[:-4] + "AAAA", "x", RecordingLinks("x").token(message_id, house.clock)):
        assert browser.get(f"/recordings/{forged}").status_code == 403
    house.clock += LASTS
    assert browser.get(f"/recordings/{token}").status_code == 403
    unknown = house.links.token("another", house.clock)
    assert browser.get(f"/recordings/{unknown}").status_code == 410


def test_while_the_records_are_away_no_link_is_answered(
    house: House, message_id: str, tmp_path: Path
) -> None:
    nowhere = open_records(f"sqlite:///{tmp_path / 'nowhere' / 'records.sqlite3'}")
    browser = recording_app(house.settings, nowhere, lambda: house.clock).test_client()
    token = house.links.token(message_id, house.clock)
    assert browser.get(f"/recordings/{token}").status_code == 503


def test_the_copy_is_gone_with_the_job(house: House, message_id: str, speech_bytes: bytes) -> None:
    house.store(message_id, speech_bytes)
    linked = LinkedRecordings(house.url)
    with linked.local(house.links.token(message_id, house.clock)) as path:
        assert path.read_bytes() == speech_bytes
    assert not os.path.lexists(path)
    with pytest.raises(RecordingMissing), linked.local(house.links.token("x", house.clock)):
        pass
