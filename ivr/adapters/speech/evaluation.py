"""How well and how fast the installed recognisers hear: word error rate and real-time factor."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import jiwer

from ivr.adapters.speech.audio.files import open_audio
from ivr.adapters.speech.recognisers.recogniser import Recogniser
from ivr.core.language.phrases import phrases
from ivr.errors import SpeechError

_SOUNDS = (".wav", ".mp3")


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording, and the words that are spoken in it."""

    audio: Path
    text: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of one recogniser with one model.

    `words` are those of the references, `errors` the words that must be changed, left out or put
    in to come from what was heard to these. Times in seconds.
    """

    recogniser: str
    model: str
    version: str
    clips: int
    words: int
    errors: int
    audio_seconds: float
    work_seconds: float

    @property
    def word_error_rate(self) -> float:
        """Errors by words of the references; 0 is perfect, and it may be more than 1."""
        return self.errors / max(1, self.words)

    @property
    def real_time_factor(self) -> float:
        """Seconds of work for each second of audio."""
        return self.work_seconds / max(self.audio_seconds, 0.001)


def clips_in(folder: Path, group: str | None = None) -> list[Clip]:
    """The recordings of a folder that have a reference text.

    The texts stand in `manifest.json` (a list of objects with `file`, `text` and perhaps `group`,
    of which one can be chosen), or beside the recording, in a file of its name that ends in
    `.txt`. Raises `SpeechError` where there are none, or the manifest cannot be read.
    """
    manifest = folder / "manifest.json"
    found = _listed(manifest, group) if manifest.is_file() else list(_beside(folder))
    if not found:
        raise SpeechError(
            f"{folder} holds no recordings with texts; put NAME.txt beside NAME.wav, or a "
            "manifest.json with `file` and `text` of each."
        )
    return found


def _listed(manifest: Path, group: str | None) -> list[Clip]:
    try:
        entries = json.loads(manifest.read_text(encoding="utf-8"))
        return [
            Clip(manifest.parent / str(entry["file"]), str(entry["text"]))
            for entry in entries
            if group is None or entry.get("group") == group
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SpeechError(f"{manifest} is no list of `file` and `text` ({error}).") from error


def _beside(folder: Path) -> Iterator[Clip]:
    for audio in sorted(folder.glob("*")):
        text = audio.with_suffix(".txt")
        if audio.suffix.lower() in _SOUNDS and text.is_file():
            yield Clip(audio, text.read_text(encoding="utf-8"))


def evaluate(recogniser: Recogniser, clips: Sequence[Clip]) -> Evaluation:
    """Let `recogniser` hear all `clips`. Raises `AudioRefused` for one that is no audio."""
    words = errors = 0
    audio_seconds = work_seconds = 0.0
    version = ""
    for clip in clips:
        audio = open_audio(clip.audio)
        begun = time.perf_counter()
        heard = recogniser.transcribe(audio)
        work_seconds += time.perf_counter() - begun
        audio_seconds += audio.seconds
        version = heard.version
        reference = comparable(clip.text, recogniser.language)
        words += len(reference.split())
        errors += _errors(reference, comparable(heard.text, recogniser.language))
    return Evaluation(
        recogniser.name,
        recogniser.model,
        version,
        len(clips),
        words,
        errors,
        audio_seconds,
        work_seconds,
    )


def comparable(text: str, language: str) -> str:
    """`text` as it is compared: small letters, no punctuation, figures as words one by one."""
    digits = phrases(language).digits
    plain = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
    spoken = re.sub(r"[0-9]", lambda digit: f" {digits[int(digit[0])]} ", plain)
    return " ".join(re.findall(r"[^\W_]+(?:'[^\W_]+)*", spoken))


def _errors(reference: str, heard: str) -> int:
    if not reference:
        return len(heard.split())
    if not heard:
        return len(reference.split())
    result = jiwer.process_words(reference, heard)
    return int(result.substitutions + result.deletions + result.insertions)
