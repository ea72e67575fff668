"""When has somebody stopped speaking? Told from loudness alone, as the sound comes in."""

from __future__ import annotations

import numpy as np

from ivr.adapters.speech.audio.files import Samples

FRAME_SECONDS = 0.02
"""The length of the frames that are given: the carrier's own."""

ABOVE_NOISE_DB = 9.0
QUIETEST_DB = -48.0
"""Below this (full scale is 0) nothing is speech, however quiet the line is otherwise."""

RISE_DB = 0.05
"""By so much the noise is thought to have grown with each frame, until a quieter one comes."""

SPEECH_FRAMES = 5
"""A click is shorter than this, a word is not."""


class Ending:
    """Notices the end of speech: a `pause` (in seconds) after something that was said.

    Noise that comes and goes hides the end; then the recogniser's own, slower rule decides.
    """

    def __init__(self, pause: float) -> None:
        self._pause_frames = max(1, round(pause / FRAME_SECONDS))
        self._noise_db = 0.0
        self._loud = 0
        self._quiet = 0

    def heard(self, frame: Samples) -> bool:
        """Take a frame; return whether speech has ended with it."""
        level = _decibels(frame)
        self._noise_db = min(level, self._noise_db + RISE_DB)
        if level > max(QUIETEST_DB, self._noise_db + ABOVE_NOISE_DB):
            self._loud += 1
            self._quiet = 0
            return False
        self._quiet += 1
        if self._quiet < self._pause_frames:
            return False
        spoken, self._loud = self._loud >= SPEECH_FRAMES, 0
        return spoken


def _decibels(frame: Samples) -> float:
    power = float(np.mean(np.square(frame, dtype=np.float64))) / 32768**2
    return 10 * float(np.log10(power + 1e-12))
