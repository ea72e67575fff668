"""The speech for tests and the demo is real, known, and sounds like a telephone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import soundfile

from ivr.adapters.speech.samples import Sample, fetch_samples, telephone


def test_each_sample_is_telephone_audio_with_a_known_text(
    speech: dict[str, Sample], speech_folder: Path
) -> None:
    listed = json.loads((speech_folder / "manifest.json").read_text(encoding="utf-8"))
    assert {row["file"] for row in listed} == set(speech)
    for row in listed:
        info = soundfile.info(speech_folder / row["file"])
        assert (info.samplerate, info.channels, info.subtype) == (8000, 1, "PCM_16")
        words = len(row["text"].split())
        assert 0.5 < words / info.duration < 4
        assert row["licence"]
        assert row["source"]


def test_what_is_there_is_not_fetched_again(speech: dict[str, Sample], speech_folder: Path) -> None:
    told: list[str] = []
    assert fetch_samples(speech_folder, told.append) == list(speech.values())
    assert told == []


def test_a_telephone_passes_speech_and_nothing_above_it() -> None:
    times = np.arange(48000) / 48000
    low = telephone(0.5 * np.sin(2 * np.pi * 1000 * times), 48000)
    high = telephone(0.5 * np.sin(2 * np.pi * 5000 * times), 48000)
    assert len(low) == 8000
    assert np.abs(low).max() > 15000
    assert np.abs(high[100:-100]).max() < 300
