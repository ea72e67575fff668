"""Recordings of conversations through the jobs: two channels, one, none, and card numbers."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import soundfile

from ivr.adapters.files.folder_storage import FolderStorage
from ivr.adapters.speech.audio.files import Audio
from ivr.adapters.speech.local_speech import LocalSpeech
from ivr.adapters.speech.recognisers.choose import Recognisers
from ivr.adapters.sql import SqlRecords
from ivr.core.records.message import MessageState, Transcript, Word
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.recording import CallRecordingNote, ConversationRecording
from ivr.core.transcript.task import Task
from ivr.errors import RecogniserDied
from ivr.services.recordings.jobs import WorkerContext, perform
from ivr.settings import Settings
from tests.adapters.speech.web_server import Serve, reply
from tests.recordings_folder import recordings_folder

KINDS = (OutboxKind.FETCH, OutboxKind.TRANSCRIBE)
LEASE = timedelta(seconds=15)
CARD = [
    "four",
    "one",
    "one",
    "one",
    "one",
    "one",
    "one",
    "one",
    "one",
    "one",
    "one",
    "one",
    "one",
    "one",
    "one",
    "one",
]


class Desk:
    """Works off what a conversation's recording has promised."""

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

    def keep(self, url: str, **changes: object) -> str:
        note = CallRecordingNote(
            recording_sid="RE7",
            conversation="talk",
            call_sid="CA1",
            client="rainbow-frost",
            caller="+441632960001",
            language="en-GB",
            began_at=self.clock,
            seconds=10,
            speakers=("caller", "operator"),
            recording_url=f"{url}/RE7",
        )
        return self.records.call_recordings.keep(replace(note, **changes), self.clock)  # type: ignore[arg-type]

    def work(self) -> None:
        while items := self.records.outbox.claim(KINDS, self.clock, LEASE, 10):
            for item in items:
                perform(
                    self.place,
                    Task(item.key, item.id, item.kind, item.subject, item.first_claimed_at),
                )

    def recording(self, recording_id: str) -> ConversationRecording:
        found = self.records.call_recordings.find(recording_id)
        assert found is not None
        return found


@pytest.fixture
def desk(records: SqlRecords, settings: Settings, now: datetime) -> Desk:
    return Desk(records, settings, now)


def connect(serve: Serve, desk: Desk, answer: Callable[[BaseHTTPRequestHandler], None]) -> str:
    url = serve(answer)
    desk.use_carrier(url)
    return url


def wav(samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, 8000, format="WAV", subtype="PCM_16")
    return file.getvalue()


class Carrier:
    """Has one conversation, in two channels or in one; notes how it was asked."""

    def __init__(self, speech: Path, dual: bool = True) -> None:
        said, _ = soundfile.read(speech, dtype="int16")
        nobody = np.zeros_like(said)
        self.mono = wav(np.concatenate([said, said]))
        sides = [np.concatenate([said, nobody]), np.concatenate([nobody, said])]
        self.dual = wav(np.column_stack(sides)) if dual else None
        self.asked: list[str] = []

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(handler.path)
        if "RequestedChannels=2" not in handler.path:
            reply(handler, self.mono)
        elif self.dual:
            reply(handler, self.dual)
        else:
            reply(handler, b'{"code": 16113}', 400)


def test_two_channels_are_asked_for_and_told_apart(
    desk: Desk, serve: Serve, speech_folder: Path
) -> None:
    carrier = Carrier(speech_folder / "try-again.wav")
    recording_id = desk.keep(connect(serve, desk, carrier))
    desk.work()
    found = desk.recording(recording_id)
    assert carrier.asked == ["/RE7?RequestedChannels=2"]
    assert (found.state, found.channels) == (MessageState.TRANSCRIBED, 2)
    assert found.transcript is not None
    caller, operator = found.transcript.text.splitlines()
    assert caller.startswith("Caller: Ever tried.")
    assert operator.startswith("Operator: Ever tried.")
    assert found.audio == f"rainbow-frost/2026/03/{recording_id}.wav"
    stored = recordings_folder(desk.settings) / found.audio
    assert stored.read_bytes() == carrier.dual


def test_a_recording_that_was_made_in_one_channel_has_no_speakers(
    desk: Desk, serve: Serve, speech_folder: Path
) -> None:
    carrier = Carrier(speech_folder / "try-again.wav", dual=False)
    recording_id = desk.keep(connect(serve, desk, carrier))
    desk.work()
    found = desk.recording(recording_id)
    assert carrier.asked == ["/RE7?RequestedChannels=2", "/RE7"]
    assert found.channels == 1
    assert found.transcript is not None
    assert found.transcript.text.startswith("Ever tried.")
    assert {word.speaker for word in found.transcript.words} == {None}


def test_without_words_the_audio_is_kept(desk: Desk, serve: Serve, speech_folder: Path) -> None:
    url = connect(serve, desk, Carrier(speech_folder / "try-again.wav"))
    recording_id = desk.keep(url, transcribe=False)
    desk.work()
    found = desk.recording(recording_id)
    assert (found.state, found.transcript, found.channels) == (MessageState.RECORDED, None, 2)
    assert (recordings_folder(desk.settings) / str(found.audio)).is_file()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"<html><body>Service Unavailable</body></html>",
        b'{"code": 20404}',
        bytes(5000),
        wav(np.zeros((0, 2), dtype=np.int16)),
        wav(np.zeros(8000 * 3601, dtype=np.int16)),
    ],
    ids=["empty", "a head alone", "html", "json", "noughts", "no samples", "over an hour"],
)
def test_what_is_no_audio_is_set_aside_with_a_reason(body: bytes, desk: Desk, serve: Serve) -> None:
    recording_id = desk.keep(connect(serve, desk, lambda handler: reply(handler, body)))
    desk.work()
    found = desk.recording(recording_id)
    assert (found.state, found.audio) == (MessageState.SET_ASIDE, None)
    assert len(found.reason or "") > 20
    assert found.settled_at == desk.clock
    assert list(recordings_folder(desk.settings).rglob("*.wav")) == []


def test_silence_has_no_words(desk: Desk, serve: Serve) -> None:
    silent = wav(np.zeros((8000 * 3, 2), dtype=np.int16))
    recording_id = desk.keep(connect(serve, desk, lambda handler: reply(handler, silent)))
    desk.work()
    transcript = desk.recording(recording_id).transcript
    assert transcript is not None
    assert (transcript.text, transcript.words) == ("", ())


class Fixed:
    """A recogniser that hears a card number from the first channel, or dies."""

    name = model = "fixed"
    language = "en-GB"

    def __init__(self, dies: bool = False) -> None:
        self.dies = dies

    def transcribe(self, audio: Audio) -> Transcript:
        if self.dies:
            raise RecogniserDied("It has died.")
        said = CARD if audio.only == 0 else ["thank", "you"]
        words = [Word(word, 1 + i / 4, 1.2 + i / 4, 0.9) for i, word in enumerate(said)]
        return Transcript(" ".join(said), tuple(words), "fixed", "fixed")


class FixedAlone:
    """The only recogniser that there is."""

    def __init__(self, recogniser: Fixed) -> None:
        self.recogniser = recogniser

    def wished(self, *wish: object) -> Fixed:
        return self.recogniser


def with_recogniser(desk: Desk, recogniser: Fixed) -> None:
    only = cast(Recognisers, FixedAlone(recogniser))
    desk.use_recognisers(only)


def test_a_card_number_is_masked_in_the_text_and_silenced_in_every_channel(
    desk: Desk, serve: Serve
) -> None:
    loud = wav(np.full((8000 * 8, 2), 3000, dtype=np.int16))
    recording_id = desk.keep(connect(serve, desk, lambda handler: reply(handler, loud)))
    with_recogniser(desk, Fixed())
    desk.work()
    found = desk.recording(recording_id)
    assert found.transcript is not None
    assert "4111" not in found.transcript.text
    assert "•" in found.transcript.text
    stored, _ = soundfile.read(recordings_folder(desk.settings) / str(found.audio), dtype="int16")
    assert not stored[8000 : 8000 * 4].any()
    assert stored[8000 * 6 :].all()


def test_where_the_recogniser_dies_the_work_stays_promised(desk: Desk, serve: Serve) -> None:
    loud = wav(np.full((8000, 2), 3000, dtype=np.int16))
    recording_id = desk.keep(connect(serve, desk, lambda handler: reply(handler, loud)))
    with_recogniser(desk, Fixed(dies=True))
    with pytest.raises(RecogniserDied):
        desk.work()
    desk.clock += LEASE
    with_recogniser(desk, Fixed())
    desk.work()
    assert desk.recording(recording_id).state is MessageState.TRANSCRIBED
