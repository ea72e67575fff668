"""Speech is told from silence, noise and the tones of telephones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.adapters.speech.audio.files import Audio, open_audio
from ivr.adapters.speech.audio.voice import confirmed, has_speech
from ivr.core.records.message import Word

RATE = 8000
TIME = np.arange(RATE * 5) / RATE


def tone(*frequencies: float) -> np.ndarray:
    tones = (0.3 * np.sin(2 * np.pi * frequency * TIME) for frequency in frequencies)
    return sum(tones, start=np.zeros(len(TIME)))


TONES = {
    "silence": np.zeros(len(TIME)),
    "noise": np.random.default_rng(1).normal(0, 0.05, len(TIME)),
    "a beep": tone(1000),
    "the engaged tone": tone(400) * (TIME % 0.75 < 0.375),
    "the ringing tone": tone(400, 450) * (TIME % 3 < 0.4),
    "keys": tone(770, 1336) * (TIME % 0.4 < 0.2),
    "a fax": tone(1100) * (TIME % 3.5 < 0.5),
}


def recorded(folder: Path, sound: np.ndarray) -> Audio:
    path = folder / "a.wav"
    soundfile.write(path, sound, RATE, subtype="ULAW")
    return open_audio(path)


@pytest.mark.parametrize("name", TONES)
def test_there_is_no_speech_in_what_telephones_sound_like(name: str, tmp_path: Path) -> None:
    assert not has_speech(recorded(tmp_path, TONES[name]))


@pytest.mark.parametrize("name", ["silence", "the engaged tone", "noise"])
def test_speech_is_found_behind_them(name: str, tmp_path: Path, speech_folder: Path) -> None:
    spoken, _ = soundfile.read(speech_folder / "try-again.wav")
    assert has_speech(recorded(tmp_path, np.concatenate([TONES[name], spoken])))


def test_a_word_alone_where_nobody_speaks_is_none(tmp_path: Path, speech_folder: Path) -> None:
    spoken, _ = soundfile.read(speech_folder / "try-again.wav")
    audio = recorded(tmp_path, np.concatenate([spoken, TONES["the engaged tone"]]))
    end = len(spoken) / RATE
    said = [Word("ever", 0.4, 0.8, 1.0), Word("tried", 0.8, 1.2, 1.0)]
    false = Word("the", end + 3, end + 3.4, 0.6)
    assert list(confirmed([*said, false], audio)) == said
    assert list(confirmed([said[0]], audio)) == [said[0]]


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 44100])
def test_any_rate_will_do(rate: int, tmp_path: Path, speech_folder: Path) -> None:
    spoken, own = soundfile.read(speech_folder / "try-again.wav")
    positions = np.arange(len(spoken) * rate // own) * own // rate
    path = tmp_path / "a.wav"
    soundfile.write(path, spoken[positions], rate)
    assert has_speech(open_audio(path))
