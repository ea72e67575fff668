"""Word error rate and real-time factor of the recognisers that are installed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ivr.__main__ import main
from ivr.adapters.speech.audio.files import Audio
from ivr.adapters.speech.evaluation import clips_in, comparable, evaluate
from ivr.core.records.message import Transcript
from ivr.errors import SpeechError


class Says:
    """A recogniser that always hears the same."""

    name, model, language = "says", "one", "en"

    def __init__(self, text: str) -> None:
        self.text = text

    def transcribe(self, audio: Audio) -> Transcript:
        return Transcript(self.text, (), self.name, self.model, "1.0")


@pytest.fixture
def folder(tmp_path: Path, speech_folder: Path) -> Path:
    """One clip with its text beside it."""
    shutil.copy(speech_folder / "try-again.wav", tmp_path / "a.wav")
    (tmp_path / "a.txt").write_text("Try again. Fail 2 times.")
    return tmp_path


@pytest.mark.parametrize(
    ("heard", "errors"),
    [
        ("try again fail two times", 0),
        ("Try again, fail — two times!", 0),
        ("try again fall two times", 1),
        ("again fail two times please", 2),
        ("", 5),
    ],
)
def test_errors_are_words_changed_left_out_or_put_in(folder: Path, heard: str, errors: int) -> None:
    result = evaluate(Says(heard), clips_in(folder))
    assert (result.clips, result.words, result.errors) == (1, 5, errors)
    assert result.word_error_rate == errors / 5
    assert result.audio_seconds > 1
    assert result.real_time_factor > 0


@pytest.mark.parametrize(
    ("text", "language", "compared"),
    [
        ("It’s 42, OK?", "en", "it's four two ok"),
        ("Schöne Grüße: 1", "de", "schöne grüsse eins"),
        ("", "en", ""),
    ],
)
def test_texts_are_compared_by_their_words(text: str, language: str, compared: str) -> None:
    assert comparable(text, language) == compared


def test_a_manifest_names_recordings_and_groups(tmp_path: Path) -> None:
    entries = [{"file": "a.wav", "text": "a", "group": "x"}, {"file": "b.wav", "text": "b"}]
    (tmp_path / "manifest.json").write_text(json.dumps(entries))
    assert [clip.audio.name for clip in clips_in(tmp_path)] == ["a.wav", "b.wav"]
    assert [clip.text for clip in clips_in(tmp_path, "x")] == ["a"]


@pytest.mark.parametrize("manifest", ["[", "{}", '[{"file": "a.wav"}]', "[1]", "[]"])
def test_a_folder_without_texts_is_refused_with_the_mend(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(SpeechError, match=r"manifest\.json"):
        clips_in(tmp_path)


def test_the_command_prints_each_installed_recogniser(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_SPEECH_MODELS", str(folder / "models"))
    (folder / "a.txt").write_text(
        "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better."
    )
    assert main(["models", "evaluate", str(folder), "--json"]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert row["recogniser"] == "faster-whisper"
    assert row["word_error_rate"] < 0.2
    assert main(["models", "evaluate", str(folder), "--language", "fr"]) == 2
    assert "No recogniser for fr is installed" in capsys.readouterr().err


def test_the_real_vosk_model_is_evaluated_too(
    tmp_path: Path,
    models: Path,
    korean_word: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copy(korean_word, tmp_path / "radio.wav")
    (tmp_path / "radio.txt").write_text("라디오", encoding="utf-8")
    monkeypatch.setenv("IVR_SPEECH_MODELS", str(models))
    assert main(["models", "evaluate", str(tmp_path), "--language", "ko"]) == 0
    assert "0.0%" in capsys.readouterr().out
