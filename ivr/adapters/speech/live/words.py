"""Hearing single words while they are spoken, out of a few that are expected."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from ivr.adapters.speech.audio.files import Samples
from ivr.adapters.speech.live.ending import Ending
from ivr.adapters.speech.live.hearing import RecognisedUtterance
from ivr.adapters.speech.models.installed import MODEL_RATE, InstalledModel, WayIn, installed_models
from ivr.adapters.speech.recognisers.choose import choose_model
from ivr.adapters.speech.recognisers.vosk import load_model
from ivr.errors import ModelMissing

if TYPE_CHECKING:
    import vosk

TELEPHONE_RATE = 8000
FRAME_BYTES = 160
"""20 ms of μ-law: what the carrier sends at a time."""

LEAST_SURE = 0.7
"""Below this an utterance is left to the carrier: words that were not asked for sound like those
that were."""

_UNKNOWN = ("[unk]", "<unk>", "<UNK>")
"""What models call a word that is none of those asked for."""


class LiveModels:
    """The Vosk models of one process, each loaded when first asked for."""

    def __init__(self, models: Path) -> None:
        """`models` is the folder of the installed models."""
        self._models = models
        self._loaded: dict[str, vosk.Model] = {}
        self._lock = Lock()

    def recogniser(self, language: str, phrases: tuple[str, ...], pause: float) -> LiveRecogniser:
        """An ear for `phrases` in a language (BCP 47); `pause` seconds end an utterance.

        Raises `ModelMissing` without a model for the language or where it knows none of the
        phrases, `SpeechError` for a model that does not load.
        """
        chosen = self._chosen(language)
        model = self._model(chosen)
        known = [phrase for phrase in map(str.lower, phrases) if _knows(model, phrase)]
        if not known:
            raise ModelMissing(f"{chosen.name} knows none of the words that are expected.")
        return LiveRecogniser(model, chosen.way_in, known, pause)

    def prepare(self, language: str) -> None:
        """Load the model for a language. Raises as `ear` does."""
        self._model(self._chosen(language))

    def _chosen(self, language: str) -> InstalledModel:
        chosen = choose_model(installed_models(self._models), language)
        if chosen is None:
            raise ModelMissing(
                f"No Vosk model is installed for {language}; install one with "
                f"`python -m ivr models install {language.lower()}`. Callers are heard by the "
                "carrier alone."
            )
        return chosen

    def _model(self, chosen: InstalledModel) -> vosk.Model:
        with self._lock:
            if chosen.name not in self._loaded:
                self._loaded[chosen.name] = load_model(chosen.folder)
            return self._loaded[chosen.name]


class LiveRecogniser:
    """Hears one caller: takes the carrier's sound frame by frame, gives words as they end."""

    def __init__(self, model: vosk.Model, way_in: WayIn, known: list[str], pause: float) -> None:
        import vosk

        unknown = [word for word in _UNKNOWN if _knows(model, word)]
        # Vosk's own list is JSON that its native parser trusts: never written by hand.
        grammar = json.dumps([*dict.fromkeys(known), *unknown], ensure_ascii=False)
        self._repeated = way_in is WayIn.REPEAT
        rate = MODEL_RATE if self._repeated else TELEPHONE_RATE
        self._recogniser = vosk.KaldiRecognizer(model, rate, grammar)
        self._recogniser.SetWords(True)
        self._ending = Ending(pause)

    def hear(self, frame: bytes) -> RecognisedUtterance | None:
        """Take `FRAME_BYTES` of μ-law; return what was said where speech has ended."""
        samples = _LINEAR[np.frombuffer(frame, np.uint8)]
        ended = self._ending.heard(samples)
        given = np.repeat(samples, MODEL_RATE // TELEPHONE_RATE) if self._repeated else samples
        if self._recogniser.AcceptWaveform(given.tobytes()):
            return _heard(self._recogniser.Result())
        return _heard(self._recogniser.FinalResult()) if ended else None


def _knows(model: vosk.Model, phrase: str) -> bool:
    return all(model.vosk_model_find_word(word) >= 0 for word in phrase.split())


def _heard(result: str) -> RecognisedUtterance | None:
    found = json.loads(result).get("result", ())
    words = [word for word in found if word["word"] not in _UNKNOWN]
    if not words:
        return None
    sure = min(word["conf"] for word in words)
    said = " ".join(word["word"] for word in words)
    return RecognisedUtterance(said, len(words) < len(found), sure) if sure >= LEAST_SURE else None


def _linear() -> Samples:
    """The sample that each byte of μ-law stands for (ITU-T G.711)."""
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    size = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -size, size).astype(np.int16)


_LINEAR = _linear()
