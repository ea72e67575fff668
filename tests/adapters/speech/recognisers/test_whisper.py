"""The English stand-in, on real human telephone speech."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.adapters.speech.audio.files import open_audio
from ivr.adapters.speech.recognisers import whisper
from ivr.adapters.speech.recognisers.whisper import WhisperRecogniser
from ivr.adapters.speech.samples import Sample


@pytest.mark.parametrize("file", ["try-again.wav", "best-of-times.wav"])
def test_at_most_one_word_in_ten_is_wrong(
    speech: dict[str, Sample], speech_folder: Path, file: str
) -> None:
    transcript = WhisperRecogniser().transcribe(open_audio(speech_folder / file))
    assert word_error_rate(speech[file].text, transcript.text) <= 0.1
    assert (transcript.recogniser, transcript.model) == ("faster-whisper", "tiny.en")


def test_words_have_times_and_confidences(speech_folder: Path) -> None:
    audio = open_audio(speech_folder / "try-again.wav")
    words = WhisperRecogniser().transcribe(audio).words
    assert [word.word for word in words[:2]] == ["Ever", "tried."]
    starts = [word.start for word in words]
    assert starts == sorted(starts)
    assert words[-1].end <= audio.seconds + 0.5
    assert all(0 < word.confidence <= 1 for word in words)


def test_neither_silence_nor_a_tone_becomes_words(tmp_path: Path) -> None:
    times = np.arange(5 * 8000) / 8000
    beep = np.where(times < 2.5, 0.5 * np.sin(2 * np.pi * 1000 * times), 0)
    soundfile.write(tmp_path / "a.wav", beep, 8000)
    transcript = WhisperRecogniser().transcribe(open_audio(tmp_path / "a.wav"))
    assert (transcript.text, transcript.words) == ("", ())


def test_the_stand_in_is_installed_for_these_tests() -> None:
    assert whisper.is_installed()


def word_error_rate(reference: str, heard: str) -> float:
    """Levenshtein's distance in words over the number of words in `reference`."""
    wanted, got = _words(reference), _words(heard)
    row = list(range(len(got) + 1))
    for i, word in enumerate(wanted, 1):
        last, row = row, [i]
        for j, other in enumerate(got, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (word != other)))
    return row[-1] / len(wanted)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())
