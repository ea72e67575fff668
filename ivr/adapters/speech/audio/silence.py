"""Silencing stretches of a stored recording."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

from ivr.errors import AudioRefused
from ivr.services.recording_storage import RecordingStorage

_BLOCK = 65_536


def silence(storage: RecordingStorage, name: str, stretches: Sequence[tuple[float, float]]) -> None:
    """Put silence in place of `stretches` (beginning and end in seconds) of a stored recording.

    It keeps its form, is replaced as a whole, and is read in bounded memory. Doing it twice
    changes nothing more. Raises `AudioRefused` where it cannot be read, and `StorageError`.
    """
    if not stretches:
        return
    try:
        with (
            storage.local(name) as path,
            soundfile.SoundFile(path) as source,
            storage.store(name) as file,
        ):
            _copy(source, Path(file.name), stretches)
    except soundfile.LibsndfileError as error:
        raise AudioRefused(
            f"The recording could not be silenced where it must be ({error.error_string})."
        ) from error


def _copy(
    source: soundfile.SoundFile, path: Path, stretches: Sequence[tuple[float, float]]
) -> None:
    rate, form = source.samplerate, {"format": source.format, "subtype": source.subtype}
    frames = [(round(begin * rate), round(end * rate)) for begin, end in stretches]
    start = 0
    with soundfile.SoundFile(path, "w", rate, source.channels, **form) as target:
        while len(block := source.read(_BLOCK, dtype="int16", always_2d=True)):
            for begin, end in frames:
                block[max(0, begin - start) : max(0, end - start)] = np.int16(0)
            target.write(block)
            start += len(block)
