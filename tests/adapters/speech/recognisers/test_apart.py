"""Whisper beside a worker, as its jobs use it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from ivr import keys
from ivr.adapters.speech.audio.files import Audio, open_audio
from ivr.adapters.speech.recognisers.apart import WhisperApart
from ivr.adapters.speech.recognisers.whisper import WhisperRecogniser
from ivr.core.records.message import MessageState
from ivr.errors import AudioRefused, RecogniserDied
from tests.adapters.speech.speech_agency import Agency, until, whispers
from tests.adapters.speech.web_server import Serve, reply


@pytest.fixture
def apart() -> Iterator[WhisperApart]:
    recogniser = WhisperApart()
    recogniser.keep_running()
    yield recogniser
    recogniser.stop()


def test_it_hears_what_whisper_hears(apart: WhisperApart, speech_folder: Path) -> None:
    audio = open_audio(speech_folder / "try-again.wav")
    assert apart.transcribe(audio) == WhisperRecogniser().transcribe(audio)


def test_what_is_wrong_with_the_audio_is_told_and_the_next_recording_is_heard(
    apart: WhisperApart, speech_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "gone.wav").write_bytes(b"no audio")
    with pytest.raises(AudioRefused):
        apart.transcribe(Audio(tmp_path / "gone.wav", 8000, 1.0))
    assert apart.transcribe(open_audio(speech_folder / "try-again.wav")).words


def test_it_runs_once_however_often_it_is_asked_for(apart: WhisperApart) -> None:
    apart.keep_running()
    apart.keep_running()
    assert len(whispers(os.getpid())) == 1


def test_its_death_is_told_and_mended(apart: WhisperApart, speech_folder: Path) -> None:
    audio = open_audio(speech_folder / "best-of-times.wav")
    (process,) = whispers(os.getpid())
    killer = threading.Timer(0.5, process.kill)  # in the middle: it takes seconds
    killer.start()
    with pytest.raises(RecogniserDied):
        apart.transcribe(audio)
    process.wait()
    apart.keep_running()
    assert apart.transcribe(audio).words


def test_nothing_is_left_of_it_when_it_is_stopped() -> None:
    recogniser = WhisperApart()
    recogniser.keep_running()
    recogniser.stop()
    assert whispers(os.getpid()) == []


def begun_so_often(agency: Agency, starts: str, times: int) -> bool:
    return int(agency.redis.get(starts) or 0) == times


def test_a_recording_that_kills_it_again_and_again_is_set_aside(
    agency: Agency, serve: Serve, note_recording: Callable[..., str], speech_folder: Path
) -> None:
    """As one that kills its own job; other recordings are heard."""
    words = (speech_folder / "best-of-times.wav").read_bytes()
    agency.api_url = serve(lambda handler: reply(handler, words))
    deadly = note_recording(f"{agency.api_url}/deadly", n=1)
    worker = agency.start("for ever")
    agency.dispatch()
    until(lambda: agency.message(deadly).audio)
    starts = keys.speech_starts(f"transcribe-{deadly}")
    for begun in (1, 2, 3):
        agency.dispatch()
        until(partial(begun_so_often, agency, starts, begun))
        (process,) = whispers(worker.pid)
        process.kill()  # in the middle: to hear this takes seconds
        until(lambda: not agency.running())
    agency.dispatch()
    until(lambda: agency.message(deadly).state is MessageState.SET_ASIDE)
    assert "brought its worker down 3 times" in (agency.message(deadly).reason or "")
    harmless = note_recording(f"{agency.api_url}/good", n=2)
    agency.dispatch()
    until(lambda: agency.message(harmless).audio)
    agency.dispatch()
    until(lambda: agency.message(harmless).state is MessageState.TRANSCRIBED)
    assert worker.poll() is None
