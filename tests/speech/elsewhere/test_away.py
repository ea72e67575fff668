"""Hearing without the server's database, folder and account: through its desk alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import soundfile
from redis import Redis

from ivr.adapters.files.folder_storage import FolderStorage
from ivr.errors import DeskSilent, RecogniserDied, RecordsUnavailable, SpeechError
from ivr.records import Records
from ivr.records.messages.message import (
    Message,
    MessageState,
    Transcript,
    TranscriptionOptions,
    Word,
)
from ivr.records.outbox import OutboxKind
from ivr.settings import Settings
from ivr.speech.audio.files import Audio
from ivr.speech.elsewhere.away import Away
from ivr.speech.elsewhere.desk import PIECE_BYTES, WorkerGateway
from ivr.speech.elsewhere.rpc import RpcMessage, answer_one, ask
from ivr.speech.elsewhere.wire import task_to
from ivr.speech.jobs import Report, Task, TaskOutcome, Workplace
from ivr.speech.recognisers.choose import Recognisers

CARD = "my card is " + "four two " * 8 + "thank you"
LEASE = timedelta(seconds=15)


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
    """A server with its desk, and another machine that hears for it."""

    def __init__(self, settings: Settings, records: Records, redis: Redis, now: datetime) -> None:
        self.records, self.redis, self.clock = records, redis, now
        self.settings = settings
        self.said: list[RpcMessage] = []
        nothing = Recognisers(settings.speech_models)
        self.desk = WorkerGateway(
            Workplace(
                settings,
                records,
                FolderStorage(settings.recordings),
                nothing,
                lambda: self.clock,
            ),
            redis,
        )

    def store(self, message_id: str, content: bytes) -> Path:
        """Have a recording fetched already; returns its file."""
        path = self.settings.recordings / f"{message_id}.wav"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        self.records.recordings.audio_stored(message_id, path.name, 10.0, self.clock)
        return path

    def task(self) -> Task:
        (item,) = self.records.claim([OutboxKind.TRANSCRIBE], self.clock, LEASE, 10)
        return Task(item.id, item.kind, item.subject, item.first_claimed_at)

    def hear(self, recogniser: Scripted | Recognisers, task: Task | None = None) -> Report:
        return self.away(recogniser).perform(task or self.task())

    def away(self, recogniser: Scripted | Recognisers, patience: float = 60.0) -> Away:
        return Away(self.redis, cast(Recognisers, recogniser), patience)

    def answer(self, question: RpcMessage) -> RpcMessage:
        self.said.append(self.desk.answer(question))
        return self.said[-1]

    def message(self, message_id: str) -> Message:
        message = self.records.message(message_id)
        assert message is not None
        return message


@pytest.fixture
def house(settings: Settings, records: Records, redis: Redis, now: datetime) -> House:
    return House(settings, records, redis, now)


@pytest.fixture
def open_desk(house: House, redis_server: str) -> Iterator[None]:
    """The desk answers, in two threads."""
    shut = threading.Event()

    def answer() -> None:
        with Redis.from_url(redis_server) as redis:
            while not shut.is_set():
                with suppress(RecordsUnavailable):  # as the desk's loops survive it
                    answer_one(redis, house.answer, 1)

    threads = [threading.Thread(target=answer) for _ in range(2)]
    for thread in threads:
        thread.start()
    yield
    shut.set()
    for thread in threads:
        thread.join()


@pytest.fixture
def message_id(note_recording: Callable[..., str]) -> str:
    return note_recording(
        "https://api.twilio.com/RE1", hearing=TranscriptionOptions(names=("Ian Frost",))
    )


pytestmark = pytest.mark.usefixtures("open_desk")


@pytest.fixture
def speech_bytes(speech_folder: Path) -> bytes:
    return (speech_folder / "try-again.wav").read_bytes()


def test_a_recording_is_heard_and_written_down_by_the_server(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    house.store(message_id, speech_bytes)
    recogniser = Scripted(
        "this is ian frost ring me on oh one six oh four five two nine one seven oh"
    )
    report = house.hear(recogniser)
    assert report == Report(
        TaskOutcome.DONE, pytest.approx(soundfile.info(_stored(house)).duration)
    )
    heard = house.message(message_id).transcript
    assert heard is not None
    assert "Ian Frost" in heard.text
    assert heard.number_given == "+441604529170"
    assert (heard.recogniser, heard.model, heard.version) == ("scripted", "one", "1.0")


def _stored(house: House) -> Path:
    (path,) = house.settings.recordings.iterdir()
    return path


def test_a_real_model_hears_there_as_at_home(
    house: House, note_recording: Callable[..., str], models: Path, korean_word: Path
) -> None:
    message_id = note_recording("https://api.twilio.com/RE1", language="ko-KR")
    house.store(message_id, korean_word.read_bytes())
    assert house.hear(Recognisers(models)).outcome is TaskOutcome.DONE
    heard = house.message(message_id).transcript
    assert heard is not None
    assert (heard.text, heard.recogniser) == ("라디오.", "vosk")


def test_nothing_but_the_recording_and_how_to_hear_it_leaves_the_server(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    house.store(message_id, speech_bytes)
    house.hear(Scripted("hello"))
    what, *pieces, outcome = house.said
    hear = {"language": "en-GB", "recogniser": None, "model": None}
    assert what.head == {
        "hear": hear,
        "speakers": ("caller", "agency"),
        "bytes": len(speech_bytes),
        "stamp": what.head["stamp"],
    }
    assert what.body + b"".join(piece.body for piece in pieces) == speech_bytes
    assert all(piece.head == {} for piece in pieces)
    assert outcome == RpcMessage({"outcome": "done"})


def test_two_channels_are_two_speakers(house: House, message_id: str, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "two.wav", np.zeros((8000, 2)), 8000)
    house.store(message_id, (tmp_path / "two.wav").read_bytes())
    assert house.hear(Scripted("hello there")).outcome is TaskOutcome.DONE
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
    assert house.hear(Scripted("never heard")) == Report(TaskOutcome.SET_ASIDE)
    message = house.message(message_id)
    assert message.state is MessageState.SET_ASIDE
    assert reason in (message.reason or "")


def test_a_fault_of_the_recogniser_s_is_noted_at_home_and_the_job_comes_again(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    def fails() -> None:
        raise SpeechError("the model is tired")

    house.store(message_id, speech_bytes)
    assert house.hear(Scripted("", fails)) == Report(TaskOutcome.AGAIN)
    house.clock += timedelta(seconds=5)
    assert house.hear(Scripted("hello")).outcome is TaskOutcome.DONE


def test_without_a_model_there_the_recording_waits(
    house: House, message_id: str, speech_bytes: bytes, note_recording: Callable[..., str]
) -> None:
    korean = note_recording("https://api.twilio.com/RE2", language="ko-KR", n=2)
    house.store(korean, speech_bytes)
    assert house.hear(Recognisers(house.settings.speech_models)) == Report(TaskOutcome.NO_MODEL)
    assert house.message(korean).state is MessageState.RECORDED


def test_a_recogniser_that_dies_counts_as_the_job_s_death(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    def dies() -> None:
        raise RecogniserDied("gone")

    house.store(message_id, speech_bytes)
    with pytest.raises(RecogniserDied):
        house.hear(Scripted("", dies))
    struck = Task(2, OutboxKind.TRANSCRIBE, message_id, house.clock)
    house.away(Scripted("")).set_aside(struck, "No.")
    assert house.message(message_id).reason == "No."


def test_words_that_another_worker_has_brought_meanwhile_stay(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    house.store(message_id, speech_bytes)
    task = house.task()
    report = house.hear(Scripted("too late", lambda: house.hear(Scripted("first"), task)), task)
    assert report.outcome is TaskOutcome.NOTHING_LEFT
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
        house.records.recordings.transcribe_again(
            message_id, TranscriptionOptions(recogniser="vosk"), house.clock
        )

    assert house.hear(Scripted("old", somebody_else_is_wished)).outcome is TaskOutcome.NOTHING_LEFT
    assert house.message(message_id).state is MessageState.RECORDED
    assert house.hear(Scripted("new")).outcome is TaskOutcome.DONE


def test_what_is_done_already_is_not_fetched(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    house.store(message_id, speech_bytes)
    task = house.task()
    house.hear(Scripted("hello"), task)
    assert house.hear(recogniser := Scripted("again"), task) == Report(TaskOutcome.NOTHING_LEFT)
    assert recogniser.heard == []


def test_a_file_that_is_gone_is_noted_at_home(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    house.store(message_id, speech_bytes).unlink()
    assert house.hear(Scripted("never")) == Report(TaskOutcome.AGAIN)


def test_pieces_of_another_file_are_not_put_together(
    house: House, message_id: str, speech_bytes: bytes
) -> None:
    path = house.store(message_id, speech_bytes)
    task = task_to(house.task())
    offer = ask(house.redis, RpcMessage({"ask": "what", "task": task})).head
    path.with_name("new").write_bytes(speech_bytes)
    path.with_name("new").replace(path)
    piece = {"ask": "audio", "task": task, "offset": 0, "stamp": offer["stamp"]}
    assert "changed meanwhile" in ask(house.redis, RpcMessage(piece)).head["error"]


def test_an_hour_takes_no_more_of_redis_than_a_piece(
    house: House, message_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = house.store(message_id, b"")
    soundfile.write(path, np.zeros(3600 * 8000, np.int16), 8000, subtype="PCM_16")
    most, asked = [0], Redis.execute_command

    def counted(self: Redis, *args: object, **options: object) -> object:
        came = asked(self, *args, **options)  # type: ignore[no-untyped-call]
        if args[0] == "BRPOP" and came:
            held = [asked(self, "STRLEN", key) for key in asked(self, "KEYS", "*question:*")]  # type: ignore[no-untyped-call]
            answers = asked(self, "KEYS", "*answer:*")  # type: ignore[no-untyped-call]
            lengths = [asked(self, "LLEN", key) for key in answers]  # type: ignore[no-untyped-call]
            most.append(sum(lengths))
            assert sum(held) < 1000
        return came

    monkeypatch.setattr(Redis, "execute_command", counted)
    assert house.hear(Scripted("an hour")) == Report(TaskOutcome.DONE, 3600.0)
    assert len(most) > path.stat().st_size // PIECE_BYTES
    assert max(most) <= 1


@pytest.mark.parametrize(
    "head",
    [
        {},
        {"ask": "what"},
        {"ask": "what", "task": {"item": "x"}},
        {"ask": "audio", "task": "TASK", "offset": -1, "stamp": ""},
        {"ask": "audio", "task": "TASK"},
        {"ask": "nonsense", "task": "TASK"},
        {"ask": "failure", "task": "TASK", "error": "SystemExit", "reason": ""},
    ],
)
def test_what_no_worker_asks_is_refused_and_the_desk_goes_on(
    house: House, message_id: str, speech_bytes: bytes, head: dict[str, object]
) -> None:
    house.store(message_id, speech_bytes)
    if head.get("task") == "TASK":
        head = head | {"task": task_to(house.task())}
    assert "error" in ask(house.redis, RpcMessage(head)).head
    assert house.message(message_id).state is MessageState.RECORDED


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'[{"recogniser": "x"}]', b"[[1]]"])
def test_words_that_cannot_be_read_are_a_fault_and_no_words(
    house: House, message_id: str, speech_bytes: bytes, body: bytes
) -> None:
    house.store(message_id, speech_bytes)
    question = RpcMessage({"ask": "words", "task": task_to(house.task())}, body)
    assert ask(house.redis, question).head == {"outcome": "again"}
    assert house.message(message_id).state is MessageState.RECORDED


def test_while_the_records_are_away_the_worker_waits(
    house: House, message_id: str, speech_bytes: bytes, tmp_path: Path
) -> None:
    from ivr.records import open_records

    house.store(message_id, speech_bytes)
    task = house.task()
    there = house.desk
    nowhere = open_records(f"sqlite:///{tmp_path / 'nowhere' / 'records.sqlite3'}")
    house.desk = replace(there, place=replace(there.place, records=nowhere))
    with pytest.raises(DeskSilent):
        house.away(Scripted("hello"), patience=0.2).perform(task)
    house.desk = there
