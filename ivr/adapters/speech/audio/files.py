"""Audio as carriers deliver it: checked, and decoded in blocks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from ivr.errors import AudioRefused

Samples = npt.NDArray[np.int16]

LONGEST_SECONDS = 3600
"""The carrier's own limit for a recording (Twilio, `<Record>` `maxLength`)."""

LOWEST_RATE, HIGHEST_RATE = 4_000, 192_000
"""Hz. What a broken head claims beyond these would make a recogniser hang or fail."""

_FORMATS = ("WAV", "WAVEX", "MP3", "MPEG")


@dataclass(frozen=True, slots=True)
class Audio:
    """A file of speech that can be decoded: its sampling `rate` in Hz, its length in seconds.

    Of several `channels`, counted from 0, it is `only` one, or with None all of them, mixed.
    """

    path: Path
    rate: int
    seconds: float
    channels: int = 1
    only: int | None = None

    def channel(self, number: int) -> Audio:
        """One of its channels alone."""
        return replace(self, only=number)

    def blocks(self, seconds: float = 0.25) -> Iterator[Samples]:
        """Decode to mono, one block of `seconds` at a time (the last may be shorter).

        Raises `AudioRefused` for damage within the file.
        """
        with _opened(self.path) as file:
            for block in _read(file, round(self.rate * seconds)):
                yield self._mono(block)

    def part(self, start: float, seconds: float) -> Iterator[Samples]:
        """Decode `seconds` of it from `start`, to mono, as one block, which may be shorter."""
        with _opened(self.path) as file:
            file.seek(min(round(start * self.rate), file.frames))
            block = file.read(round(seconds * self.rate), dtype="int16", always_2d=True)
            yield self._mono(block)

    def _mono(self, block: Samples) -> Samples:
        if self.only is not None:
            return block[:, self.only]
        return block[:, 0] if block.shape[1] == 1 else block.mean(axis=1).astype(np.int16)


def open_audio(path: Path) -> Audio:
    """Check that `path` holds audio, by decoding all of it in bounded memory.

    WAV (PCM, μ-law, A-law, GSM) and MP3 are read. Raises `AudioRefused` with a reason for
    anything else: no audio, no samples, a broken file, more than an hour.
    """
    with _opened(path) as file:
        rate, channels = file.samplerate, file.channels
        if not LOWEST_RATE <= rate <= HIGHEST_RATE:
            raise AudioRefused(
                f"The recording claims {rate} samples a second, which no telephone makes; "
                "the carrier still has it."
            )
        frames = 0
        for block in _read(file, rate):
            frames += len(block)
            if frames > LONGEST_SECONDS * rate:
                raise AudioRefused(
                    f"The recording is longer than {LONGEST_SECONDS // 60} minutes; "
                    "the carrier still has it."
                )
    if frames == 0:
        raise AudioRefused("The recording holds no sound at all; the carrier sent an empty file.")
    return Audio(path, rate, frames / rate, channels)


def _read(file: soundfile.SoundFile, frames: int) -> Iterator[Samples]:
    """Blocks of at most `frames`, by channel. (`SoundFile.blocks` refuses GSM.)"""
    while len(block := file.read(max(1, frames), dtype="int16", always_2d=True)):
        yield block


@contextmanager
def _opened(path: Path) -> Iterator[soundfile.SoundFile]:
    if path.stat().st_size == 0:
        raise AudioRefused("The recording is an empty file; ask the carrier for it again.")
    try:
        with soundfile.SoundFile(path) as file:
            if file.format not in _FORMATS:
                raise AudioRefused(f"{file.format} is not a format for recordings; use WAV or MP3.")
            yield file
    except soundfile.LibsndfileError as error:
        raise AudioRefused(
            f"The recording is not audio that can be read ({error.error_string}); "
            "the carrier still has it."
        ) from error
