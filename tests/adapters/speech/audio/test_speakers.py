"""Recordings that have each side of a call in a channel of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.adapters.speech.audio.files import Audio, open_audio
from ivr.adapters.speech.audio.speakers import heard
from ivr.adapters.speech.recognisers.whisper import WhisperRecogniser
from ivr.core.records.message import Transcript, Word
from ivr.core.transcript.dialogue import dialogue
from ivr.core.transcript.write import write

RATE = 8000


def two_sided(folder: Path, clip: Path) -> Path:
    """The caller speaks first, then the agency; each is silent while the other speaks."""
    spoken, _ = soundfile.read(clip)
    silence = np.zeros(len(spoken))
    path = folder / "call.wav"
    sides = [np.concatenate([spoken, silence]), np.concatenate([silence, spoken])]
    soundfile.write(path, np.column_stack(sides), RATE, subtype="ULAW")
    return path


def test_each_speaker_s_words_are_theirs_in_the_order_of_time(
    tmp_path: Path, speech_folder: Path
) -> None:
    audio = open_audio(two_sided(tmp_path, speech_folder / "try-again.wav"))
    assert audio.channels == 2
    sides = heard(WhisperRecogniser(), audio, ("caller", "agency"))
    said = dialogue([side.words for side in sides], lambda turn: write(turn, "en-GB"))
    first, second = said.text.splitlines()
    assert first.startswith("Caller: Ever tried")
    assert second.startswith("Agency: Ever tried")
    assert [word.start for word in said.words] == sorted(word.start for word in said.words)
    spans = [i for stretch in said.stretches for i in range(stretch.first, stretch.last + 1)]
    assert spans == list(range(len(said.words)))


def test_one_channel_alone_is_read(tmp_path: Path) -> None:
    sides = np.column_stack([np.full(RATE, 0.25), np.full(RATE, -0.5)])
    path = tmp_path / "a.wav"
    soundfile.write(path, sides, RATE, subtype="PCM_16")
    audio = open_audio(path)
    for number, level in ((0, 8192), (1, -16384)):
        one = np.concatenate(list(audio.channel(number).blocks()))
        assert set(one) == {level}
        assert set(next(audio.channel(number).part(0.5, 0.1))) == {level}
    assert set(np.concatenate(list(audio.blocks()))) == {-4096}


class Echo:
    """A recogniser that hears the number of its channel."""

    name, model, language = "echo", "one", "en"

    def transcribe(self, audio: Audio) -> Transcript:
        word = Word(f"channel{audio.only}", 1.0, 1.2, 0.9)
        return Transcript("", (word,), self.name, self.model)


@pytest.mark.parametrize(("channels", "words"), [(1, [("channelNone", None)]), (2, [
    ("channel0", "caller"), ("channel1", "agency")]), (3, [("channelNone", None)])])  # fmt: skip
def test_only_two_channels_are_two_speakers(
    tmp_path: Path, channels: int, words: list[tuple[str, str | None]]
) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros((RATE, channels)), RATE)
    sides = heard(Echo(), open_audio(path), ("caller", "agency"))
    assert [(word.word, word.speaker) for side in sides for word in side.words] == words


def test_only_what_the_caller_gives_is_the_number_to_ring() -> None:
    def said(text: str, speaker: str, start: float) -> list[Word]:
        return [
            Word(word, start + n / 2, start + n / 2 + 0.4, 0.9, speaker)
            for n, word in enumerate(text.split())
        ]

    sides = [
        said("ring me on oh one six oh four five two nine one seven oh", "caller", 10.0),
        said("you rang oh two oh seven nine four six oh three two one", "agency", 0.0),
    ]
    result = dialogue(sides, lambda turn: write(turn, "en-GB", (), "+447911123456"))
    assert result.number_given == "+441604529170"
    assert result.difference == "gave 01604 529170, rang from 07911 123456"
    assert result.text.startswith("Agency: ")
