"""Which recogniser hears which language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import structlog

from ivr.adapters.speech.models.installed import InstalledModel, installed_models
from ivr.adapters.speech.recognisers import whisper
from ivr.adapters.speech.recognisers.recogniser import Recogniser
from ivr.adapters.speech.recognisers.vosk import VoskRecogniser
from ivr.core.transcript.abilities import offered, primary
from ivr.errors import ModelMissing, SpeechError

log = structlog.get_logger()

_SIZES = ("small", "medium", "large")


class Recognisers:
    """The recognisers of one installation; each is loaded once, when first asked for."""

    def __init__(
        self, models: Path, stand_in: Callable[[], Recogniser] = whisper.WhisperRecogniser
    ) -> None:
        """`models` is the folder of the installed models; `stand_in` makes the one for English."""
        self._models = models
        self._stand_in = stand_in
        self._loaded: dict[str, Recogniser] = {}
        self._left_out: dict[str, str] = {}

    def preload(self) -> tuple[str, ...]:
        """Load what any language would be heard with, so that forked children share it.

        What is loaded already stays; a model that does not load is left out, which is logged once.
        Returns the abilities (see `ivr.core.transcript.abilities`) that this gives.
        """
        models = installed_models(self._models)
        languages = [model.language for model in models] + ["en"] * whisper.is_installed()
        loaded = sorted({primary(language) for language in languages if self._loads(language)})
        return tuple(
            ability
            for language in loaded
            for ability in offered(
                language,
                [model.name for model in models if primary(model.language) == language],
                _whisper_hears(language),
            )
        )

    def _loads(self, language: str) -> bool:
        try:
            self.for_language(language)
        except SpeechError as error:
            if self._left_out.get(language) != str(error):
                self._left_out[language] = str(error)
                log.error("speech model left out", language=language, reason=str(error))
            return False
        return True

    def every(self, language: str) -> Iterator[Recogniser]:
        """Each recogniser with each model that is installed for `language`, loaded one by one."""
        for installed in installed_models(self._models):
            if primary(installed.language) == primary(language):
                yield VoskRecogniser(installed)
        if _whisper_hears(language):
            yield self._stand_in()

    def wished(self, language: str, recogniser: str | None, model: str | None) -> Recogniser:
        """The recogniser for `language` that a client wishes, else the one for the language.

        `recogniser` is `vosk` or `whisper`, `model` the name of an installed model; None where
        any will do. Raises as `for_language`.
        """
        if recogniser == "whisper" and _whisper_hears(language):
            return self._kept(None, language)
        for installed in installed_models(self._models):
            able = primary(installed.language) == primary(language)
            if able and installed.name == model and recogniser != "whisper":
                return self._kept(installed, language)
        return self.for_language(language)

    def for_language(self, language: str) -> Recogniser:
        """The recogniser for `language`, a BCP 47 tag such as `en-GB`.

        A Vosk model of that very language is best, the larger the better, then one of its
        other varieties (en-US for en-GB), then the stand-in for English. Raises
        `ModelMissing` without any, `SpeechError` for one that does not load.
        """
        return self._kept(choose_model(installed_models(self._models), language), language)

    def _kept(self, chosen: InstalledModel | None, language: str) -> Recogniser:
        """The recogniser of a model, loaded the first time; without one the stand-in."""
        key = chosen.name if chosen else whisper.WhisperRecogniser.name
        if key not in self._loaded:
            self._loaded[key] = self._load(chosen, language)
        return self._loaded[key]

    def _load(self, chosen: InstalledModel | None, language: str) -> Recogniser:
        if chosen:
            return VoskRecogniser(chosen)
        if _whisper_hears(language):
            return self._stand_in()
        raise ModelMissing(
            f"No speech model is installed for {language}; install one with "
            f"`python -m ivr models install {language.lower()}`. The recording waits."
        )


def choose_model(models: list[InstalledModel], language: str) -> InstalledModel | None:
    """The best of `models` for `language`, or None where none knows it."""
    wanted = language.lower()
    able = [model for model in models if primary(model.language) == primary(wanted)]
    return max(able, key=lambda model: (model.language == wanted, _rank(model.size)), default=None)


def _whisper_hears(language: str) -> bool:
    return primary(language) == "en" and whisper.is_installed()


def _rank(size: str) -> int:
    return _SIZES.index(size) if size in _SIZES else 0
