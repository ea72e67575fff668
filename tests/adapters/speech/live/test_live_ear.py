"""Live words, with the real Korean model and a synthetic voice."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.adapters.speech.live.hearing import RecognisedUtterance
from ivr.adapters.speech.live.words import FRAME_BYTES, LiveModels, LiveRecogniser
from ivr.errors import ModelMissing
from tests.korean_voice import telephone_call

OFFERED = ("음악", "라디오", "예약")


@pytest.fixture(scope="module")
def live(models: Path) -> LiveModels:
    return LiveModels(models)


def _mu_law(path: Path, silence: float = 0.6) -> bytes:
    samples, rate = soundfile.read(path, dtype="int16")
    coded = io.BytesIO()
    padded = np.concatenate([samples, np.zeros(round(rate * silence), np.int16)])
    soundfile.write(coded, padded, rate, format="RAW", subtype="ULAW")
    return coded.getvalue()


def _hear(ear: LiveRecogniser, sound: bytes) -> list[RecognisedUtterance]:
    frames = [sound[at : at + FRAME_BYTES] for at in range(0, len(sound), FRAME_BYTES)]
    heard = [ear.hear(frame) for frame in frames if len(frame) == FRAME_BYTES]
    return [one for one in heard if one]


@pytest.mark.parametrize("word", OFFERED)
def test_each_word_is_heard_before_half_a_second_of_silence_has_passed(
    live: LiveModels, tmp_path: Path, word: str
) -> None:
    sound = _mu_law(telephone_call(tmp_path / "a.wav", word), silence=0.4)
    (heard,) = _hear(live.recogniser("ko-KR", OFFERED, 0.25), sound)
    assert (heard.words, heard.others) == (word, False)


def test_two_utterances_are_heard_one_after_the_other(live: LiveModels, tmp_path: Path) -> None:
    sounds = [_mu_law(telephone_call(tmp_path / "a.wav", word)) for word in ("음악", "라디오")]
    heard = _hear(live.recogniser("ko", OFFERED, 0.25), b"".join(sounds))
    assert [one.words for one in heard] == ["음악", "라디오"]


def test_nothing_but_what_is_offered_is_heard(live: LiveModels, korean_word: Path) -> None:
    heard = _hear(live.recogniser("ko", ("음악",), 0.25), _mu_law(korean_word))
    assert {one.words for one in heard} <= {"음악"}


def test_silence_is_not_heard(live: LiveModels) -> None:
    assert _hear(live.recogniser("ko", OFFERED, 0.25), b"\xff" * 80000) == []


@pytest.mark.parametrize(
    "odd", ['라디오", "음악', "[]", "booking", "\\", "", "\x00", "[unk]"], ids=repr
)
def test_phrases_that_the_model_does_not_know_are_left_out(
    live: LiveModels, korean_word: Path, odd: str
) -> None:
    (heard,) = _hear(live.recogniser("ko", (odd, "라디오"), 0.25), _mu_law(korean_word))
    assert heard.words == "라디오"


def test_phrases_of_which_the_model_knows_none_are_refused(live: LiveModels) -> None:
    with pytest.raises(ModelMissing, match="none of the words"):
        live.recogniser("ko", ("booking", "emergency"), 0.25)


def test_a_language_without_a_model_is_refused(live: LiveModels) -> None:
    with pytest.raises(ModelMissing, match="models install en-gb"):
        live.recogniser("en-GB", ("booking",), 0.25)
