"""Silencing stretches of a recording, and nothing else of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.adapters.files.folder_storage import FolderStorage
from ivr.adapters.speech.audio.silence import silence
from ivr.errors import AudioRefused

RATE = 8000


def recording(path: Path, subtype: str, channels: int = 1, seconds: int = 20) -> Path:
    """A steady tone: it is silent nowhere for longer than a sample."""
    time = np.arange(RATE * seconds) / RATE
    tone = (0.5 * np.sin(2 * np.pi * 440 * time + 0.3)).astype(np.float32)
    soundfile.write(path, np.column_stack([tone] * channels), RATE, subtype=subtype)
    return path


@pytest.mark.parametrize("subtype", ["PCM_16", "ULAW", "ALAW"])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_stretches_are_silent_and_the_rest_is_as_it_was(
    tmp_path: Path, subtype: str, channels: int
) -> None:
    path = recording(tmp_path / "a.wav", subtype, channels)
    before, _ = soundfile.read(path, dtype="int16", always_2d=True)
    silence(FolderStorage(path.parent), path.name, [(1.0, 2.5), (9.0, 9.25)])
    after, _ = soundfile.read(path, dtype="int16", always_2d=True)
    assert soundfile.info(path).subtype == subtype
    expected = before.copy()
    for begin, end in ((8000, 20_000), (72_000, 74_000)):
        expected[begin:end] = 0
        assert np.abs(after[begin:end]).max() <= 8  # A-law has no exact nought
    np.testing.assert_array_equal(
        np.delete(after, np.r_[8000:20_000, 72_000:74_000], axis=0),
        np.delete(expected, np.r_[8000:20_000, 72_000:74_000], axis=0),
    )


def test_an_mp3_stays_one_and_is_silent_there(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    time = np.arange(RATE * 4) / RATE
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * 440 * time), RATE, format="MP3")
    silence(FolderStorage(path.parent), path.name, [(1.0, 3.0)])
    after, _ = soundfile.read(path)
    assert soundfile.info(path).format == "MP3"
    assert np.abs(after[int(1.2 * RATE) : int(2.8 * RATE)]).max() < 0.01
    assert np.abs(after[: int(0.8 * RATE)]).max() > 0.3


def test_stretches_that_go_beyond_the_file_do_no_harm(tmp_path: Path) -> None:
    path = recording(tmp_path / "a.wav", "PCM_16", seconds=1)
    silence(FolderStorage(path.parent), path.name, [(-1.0, 0.1), (0.9, 7.0), (8.0, 9.0)])
    after, _ = soundfile.read(path, dtype="int16")
    assert len(after) == RATE
    assert not after[:800].any()
    assert not after[7200:].any()
    assert after[800:7200].any()


def test_twice_is_as_once(tmp_path: Path) -> None:
    path = recording(tmp_path / "a.wav", "ULAW", seconds=1)
    silence(FolderStorage(path.parent), path.name, [(0.2, 0.4)])
    once = path.read_bytes()
    silence(FolderStorage(path.parent), path.name, [(0.2, 0.4)])
    assert path.read_bytes() == once


def test_without_stretches_the_file_is_not_touched(tmp_path: Path) -> None:
    path = recording(tmp_path / "a.wav", "ULAW", seconds=1)
    stamp = path.stat().st_mtime_ns
    silence(FolderStorage(path.parent), path.name, [])
    assert path.stat().st_mtime_ns == stamp


def test_what_is_no_audio_is_refused_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_text("<html>")
    with pytest.raises(AudioRefused):
        silence(FolderStorage(path.parent), path.name, [(0.0, 1.0)])
    assert path.read_text() == "<html>"
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]
