"""The demo's words come from Vosk where its publisher can be reached, and else it is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.adapters.speech.audio.files import open_audio
from ivr.adapters.speech.recognisers import whisper
from ivr.adapters.speech.recognisers.choose import Recognisers
from ivr.cli._demo.recogniser import prepare_recogniser
from ivr.errors import ModelMissing
from ivr.settings import Settings
from tests.adapters.speech.model_mirror import Mirror, zipped
from tests.adapters.speech.web_server import Serve

SMALL_ENGLISH = "vosk-model-small-en-us-0.15"


def test_the_small_english_model_is_fetched_once_and_hears_the_demos_caller(
    serve: Serve, real_zip: bytes, settings: Settings, korean_word: Path
) -> None:
    """A real model in the place of the English one, which no package index has."""
    mirror, told = Mirror(real_zip, SMALL_ENGLISH, "en-us"), list[str]()
    settings = replace(settings, speech_publisher=serve(mirror))
    prepare_recogniser(settings, told.append)
    assert told[0] == "Fetching the small English Vosk model from 127.0.0.1 …"
    assert any(" MB" in line and " of " in line for line in told)
    heard_by = Recognisers(settings.speech_models).for_language("en-GB")
    assert (heard_by.name, heard_by.model) == ("vosk", SMALL_ENGLISH)
    assert heard_by.transcribe(open_audio(korean_word)).text == "라디오"

    told.clear()
    prepare_recogniser(settings, told.append)
    assert told == []
    assert (mirror.lists, mirror.ranges) == (1, [None])


def test_a_publisher_out_of_reach_is_said_and_whisper_stands_in(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    settings = replace(settings, speech_publisher="http://127.0.0.1:1")
    prepare_recogniser(settings, told.append)
    assert "cannot be fetched (the connection failed)" in told[-2]
    assert told[-1] == "  So Whisper tiny.en stands in for Vosk in this demo."

    monkeypatch.setattr(whisper, "_MODEL_PACKAGE", "no_such_package")
    with pytest.raises(ModelMissing, match="make demo"):
        prepare_recogniser(settings, told.append)


def test_a_file_of_another_checksum_is_refused_and_whisper_stands_in(
    serve: Serve, settings: Settings
) -> None:
    mirror, told = Mirror(zipped({"README": b"x"}), SMALL_ENGLISH, "en-us"), list[str]()
    mirror.md5 = "0" * 32
    prepare_recogniser(replace(settings, speech_publisher=serve(mirror)), told.append)
    assert "the checksum differs" in told[-2]
    assert "Whisper tiny.en stands in" in told[-1]
    assert list(settings.speech_models.iterdir()) == []
