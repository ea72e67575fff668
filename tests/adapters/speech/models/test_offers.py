"""What `serve` says where no model hears a client's language."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.adapters.speech.models.offers import ModelOffers, offers
from ivr.adapters.speech.recognisers import whisper

GERMAN = "no speech model here hears de-DE; to fetch one, type: python -m ivr models install de-de"


def test_each_language_without_a_model_has_one_line_with_what_to_type(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"ko-KR", "en-GB", "en-US", "de-DE"}
    german, english = offers(models, asked)
    assert german == GERMAN
    assert english.startswith("Whisper stands in for Vosk")
    assert english.endswith("40 MB), type: python -m ivr models install en-gb --size small")
    monkeypatch.setattr(whisper, "_MODEL_PACKAGE", "no_such_package")
    _, english = offers(models, asked)
    assert english.startswith("no speech model here hears en-GB;")


def test_an_offer_is_made_once_and_a_new_clients_language_at_once(models: Path) -> None:
    said: list[str] = []
    languages = {"ko"}
    offering = ModelOffers(models, lambda: languages, said.append)
    assert offering.once() == 0
    languages.add("de-DE")
    assert (offering.once(), offering.once()) == (1, 0)
    assert said == [GERMAN]
