"""What to type where no model hears a client's language: `serve` says it, and never asks, as nobody
may be there to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from ivr.adapters.speech.models.installed import installed_models
from ivr.adapters.speech.recognisers import whisper
from ivr.adapters.speech.recognisers.choose import choose_model
from ivr.core.transcript.abilities import primary

SMALL_ENGLISH = "the small one, 40 MB"


def offers(models: Path, languages: Iterable[str]) -> list[str]:
    """A line for each language without a Vosk model, with the command that installs one.

    `languages` are BCP 47 tags; varieties of one language share a line. Raises `SpeechError` where
    a model's note is damaged.
    """
    installed = installed_models(models)
    lacking: dict[str, str] = {}
    for language in sorted(languages):
        if choose_model(installed, language) is None:
            lacking.setdefault(primary(language), language)
    return [_offer(language) for language in lacking.values()]


def _offer(language: str) -> str:
    command = f"python -m ivr models install {language.lower()}"
    if primary(language) != "en":
        return f"no speech model here hears {language}; to fetch one, type: {command}"
    command = f"{command} --size small"
    if whisper.is_installed():
        return (
            f"Whisper stands in for Vosk, of which no English model is here; to fetch one "
            f"({SMALL_ENGLISH}), type: {command}"
        )
    return f"no speech model here hears {language}; to fetch one ({SMALL_ENGLISH}), type: {command}"


class ModelOffers:
    """Says each offer once, for as long as it runs."""

    def __init__(
        self,
        models: Path,
        languages: Callable[[], Iterable[str]],
        say: Callable[[str], None],
    ) -> None:
        self._models = models
        self._languages = languages
        self._say = say
        self._said: set[str] = set()

    def once(self) -> int:
        """Say what is new; returns how many lines that was. Raises as `offers`."""
        new = [line for line in offers(self._models, self._languages()) if line not in self._said]
        for line in new:
            self._said.add(line)
            self._say(line)
        return len(new)
