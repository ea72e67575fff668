"""Which recordings a worker can hear, as names that workers and dispatcher agree on.

`en` is any recogniser for English, `en:whisper` and `en:vosk` are that recogniser for it, and
`en:vosk-model-en-us-0.22` is that very model. There is a job queue for each.
"""

from __future__ import annotations

from collections.abc import Iterable

from ivr.core.records.message import TranscriptionOptions

WHISPER, VOSK = "whisper", "vosk"


def primary(language: str) -> str:
    """The language itself of a BCP 47 tag: `en` of `en-GB`."""
    return language.lower().partition("-")[0]


def wanted(language: str, hearing: TranscriptionOptions) -> tuple[str, ...]:
    """The abilities for a recording, the best first. The last one is enough."""
    able = primary(language)
    if hearing.recogniser == WHISPER:
        wishes: tuple[str | None, ...] = (WHISPER,)
    else:
        wishes = (hearing.model, hearing.recogniser)
    return (*(f"{able}:{wish}" for wish in wishes if wish), able)


def offered(language: str, vosk_models: Iterable[str], whisper: bool) -> tuple[str, ...]:
    """The abilities for a language of which these models are installed."""
    able, models = primary(language), tuple(vosk_models)
    recognisers = [VOSK] * bool(models) + [WHISPER] * whisper
    return (able, *(f"{able}:{name}" for name in (*recognisers, *models)))
