"""Music on hold: a quiet round of broken chords, made on first use and kept in memory."""

from __future__ import annotations

import io
import wave
from functools import cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

RATE = 8000
BAR_SECONDS = 2.5
NOTES_A_BAR = 8
LOUDNESS = 0.18
CHORDS = ((57, 60, 64, 69), (53, 57, 60, 65), (48, 55, 60, 64), (55, 59, 62, 67))
"""MIDI numbers: A minor, F, C, G."""


@cache
def hold_music(bars: int = len(CHORDS)) -> bytes:
    """Ten seconds of 8 kHz mono 16-bit WAV, or 2.5 seconds for each of the first `bars`."""
    samples = np.concatenate([_bar(chord) for chord in CHORDS[:bars]])
    pcm = (samples * LOUDNESS * 32767).astype("<i2").tobytes()
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)
    return buffer.getvalue()


def _bar(chord: tuple[int, ...]) -> Samples:
    step = int(RATE * BAR_SECONDS / NOTES_A_BAR)
    bar = np.zeros(step * NOTES_A_BAR)
    for beat in range(NOTES_A_BAR):
        position = beat % (2 * len(chord) - 2)
        note = chord[position if position < len(chord) else 2 * len(chord) - 2 - position]
        start = beat * step
        tone = _tone(note, len(bar) - start)
        bar[start:] += tone
    loudest = float(np.max(np.abs(bar)))
    return bar / loudest


def _tone(note: int, length: int) -> Samples:
    """A plucked tone that dies away: the note and two overtones."""
    seconds = np.arange(length) / RATE
    pitch = 440.0 * 2 ** ((note - 69) / 12)
    wave_ = sum(np.sin(2 * np.pi * pitch * n * seconds) / n**2 for n in (1, 2, 3))
    attack = np.minimum(seconds / 0.02, 1.0)
    return np.asarray(wave_ * attack * np.exp(-seconds * 2.2))
