"""Whatever a carrier delivers is decoded to mono, or refused with a reason."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.adapters.speech.audio.files import open_audio
from ivr.errors import AudioRefused

RATE = 8000
TONE = (8000 * np.sin(np.arange(RATE) * 2 * np.pi * 440 / RATE)).astype(np.int16)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "PCM_U8", "ULAW", "ALAW", "GSM610"])
def test_telephone_codings_of_wav_give_the_sound_that_went_in(tmp_path: Path, subtype: str) -> None:
    soundfile.write(tmp_path / "a.wav", TONE, RATE, subtype=subtype)
    audio = open_audio(tmp_path / "a.wav")
    heard = np.concatenate(list(audio.blocks()))
    assert audio.rate == RATE
    assert audio.seconds == pytest.approx(1, abs=0.05)  # GSM comes in blocks of 40 ms
    assert np.corrcoef(heard[: len(TONE)], TONE[: len(heard)])[0, 1] > 0.98


def test_mp3_is_decoded(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.mp3", np.tile(TONE, 3), RATE, format="MP3")
    audio = open_audio(tmp_path / "a.mp3")
    assert audio.seconds == pytest.approx(3, abs=0.2)
    assert np.abs(np.concatenate(list(audio.blocks()))).max() > 4000


def test_two_channels_are_mixed_to_one(tmp_path: Path) -> None:
    both = np.column_stack([TONE, np.zeros_like(TONE)])
    soundfile.write(tmp_path / "a.wav", both, RATE)
    heard = np.concatenate(list(open_audio(tmp_path / "a.wav").blocks()))
    assert heard.shape == TONE.shape
    assert np.abs(heard - TONE / 2).max() <= 1


def test_what_came_of_a_broken_off_recording_is_kept(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "whole.wav", TONE, RATE)
    (tmp_path / "half.wav").write_bytes((tmp_path / "whole.wav").read_bytes()[:8044])
    assert open_audio(tmp_path / "half.wav").seconds == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>" * 50, "not audio"),
        (b"RIFF\x24\x00", "not audio"),
        (bytes(5000), "not audio"),
        (b"%PDF-1.4\n" + b"x" * 3000, "not audio"),
        (TONE.tobytes(), "not audio"),
    ],
    ids=["empty", "html", "header", "zeros", "pdf", "headless samples"],
)
def test_what_is_no_audio_is_refused_with_a_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(AudioRefused, match=reason):
        open_audio(tmp_path / "a.wav")


def test_a_file_without_samples_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", TONE[:0], RATE)
    with pytest.raises(AudioRefused, match="no sound at all"):
        open_audio(tmp_path / "a.wav")


def test_a_format_that_is_none_for_recordings_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.flac", TONE, RATE)
    with pytest.raises(AudioRefused, match="FLAC"):
        open_audio(tmp_path / "a.flac")


def test_more_than_an_hour_is_refused_and_an_hour_is_not(tmp_path: Path) -> None:
    hour = np.zeros(3600 * RATE, dtype=np.int16)
    soundfile.write(tmp_path / "a.wav", hour, RATE, subtype="ULAW")
    assert open_audio(tmp_path / "a.wav").seconds == 3600
    with soundfile.SoundFile(tmp_path / "a.wav", "r+") as file:
        file.seek(0, soundfile.SEEK_END)
        file.write(TONE[:1])
    with pytest.raises(AudioRefused, match="60 minutes"):
        open_audio(tmp_path / "a.wav")


def test_an_hour_is_decoded_in_the_memory_of_a_minute(tmp_path: Path) -> None:
    for minutes in (1, 60):
        silence = np.zeros(minutes * 60 * RATE, dtype=np.int16)
        soundfile.write(tmp_path / f"{minutes}.wav", silence, RATE)
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from ivr.adapters.speech.audio.files import open_audio\n"
        "for block in open_audio(Path(sys.argv[1])).blocks(): pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = [
        int(subprocess.check_output([sys.executable, "-c", program, tmp_path / f"{m}.wav"]))
        for m in (1, 60)
    ]
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2)
    assert (peaks[1] - peaks[0]) * unit < 8e6
