"""Long audio in pieces: nothing is lost, and no word is cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.adapters.speech.audio.files import Audio, open_audio
from ivr.adapters.speech.recognisers.pieces import pieces
from ivr.adapters.speech.recognisers.whisper import WhisperRecogniser

RATE = 8000


def written(path: Path, samples: np.ndarray) -> Audio:
    soundfile.write(path, samples, RATE, subtype="PCM_16")
    return open_audio(path)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 40 * RATE), st.floats(0.5, 12), st.integers(0, 9))
def test_the_pieces_are_the_audio(tmp_path: Path, frames: int, length: float, seed: int) -> None:
    samples = np.random.default_rng(seed).integers(-3000, 3000, frames).astype(np.int16)
    audio = written(tmp_path / "a.wav", samples)
    found = list(pieces(audio, length))
    assert np.array_equal(np.concatenate([each for _, each in found]), samples)
    assert all(0 < len(each) <= round(length * RATE) for _, each in found)
    begins = np.cumsum([0, *(len(each) for _, each in found[:-1])]) / RATE
    assert [at for at, _ in found] == pytest.approx(begins)


def test_a_cut_is_made_in_a_pause(tmp_path: Path) -> None:
    samples = np.random.default_rng(1).integers(-3000, 3000, 60 * RATE).astype(np.int16)
    samples[23 * RATE : 24 * RATE] = 0
    (_, first), (begins, _), *_ = pieces(written(tmp_path / "a.wav", samples), 30)
    assert 23 <= len(first) / RATE <= 24
    assert begins == len(first) / RATE


def test_words_of_later_pieces_have_the_times_of_the_whole(
    speech_folder: Path, tmp_path: Path
) -> None:
    """Ten seconds of speech, five minutes of silence, and the same speech again."""
    speech, _ = soundfile.read(speech_folder / "try-again.wav", dtype="int16")
    silence = np.zeros(300 * RATE, np.int16)
    audio = written(tmp_path / "a.wav", np.concatenate([speech, silence, speech]))
    words = WhisperRecogniser().transcribe(audio).words
    half = len(words) // 2
    later = len(speech) / RATE + 300
    assert [w.word for w in words[:half]] == [w.word for w in words[half:]]
    for early, late in zip(words[:half], words[half:], strict=True):
        assert late.start - early.start == pytest.approx(later, abs=0.5)
