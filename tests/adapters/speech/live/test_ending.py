"""The end of speech, from loudness alone."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.adapters.speech.live.ending import FRAME_SECONDS, Ending

FRAME = 160
_NOISE = np.random.default_rng(7)


def _sound(seconds: float, loudness: float) -> np.ndarray:
    """Noise of a loudness in decibels below full scale."""
    samples = _NOISE.standard_normal(round(seconds * 8000)) * 32768 * 10 ** (loudness / 20)
    return samples.clip(-32768, 32767).astype(np.int16)


def _ends(ending: Ending, *sounds: np.ndarray) -> list[float]:
    """The seconds at which speech ended."""
    whole = np.concatenate(sounds)
    frames = [whole[at : at + FRAME] for at in range(0, len(whole) - FRAME + 1, FRAME)]
    found = [number for number, frame in enumerate(frames, 1) if ending.heard(frame)]
    return [number * FRAME_SECONDS for number in found]


@pytest.mark.parametrize("line", [-90, -60, -45], ids=["silent", "quiet", "noisy"])
@pytest.mark.parametrize("pause", [0.25, 0.45])
def test_speech_ends_a_pause_after_its_last_sound(line: float, pause: float) -> None:
    ends = _ends(Ending(pause), _sound(1, line), _sound(0.6, -20), _sound(2, line))
    assert ends == [pytest.approx(1.6 + pause, abs=0.03)]


def test_a_breath_between_two_words_does_not_end_them() -> None:
    words = (_sound(0.3, -20), _sound(0.15, -60), _sound(0.3, -20))
    assert len(_ends(Ending(0.25), _sound(0.5, -60), *words, _sound(1, -60))) == 1


def test_two_utterances_end_twice() -> None:
    one = (_sound(0.5, -60), _sound(0.4, -20))
    assert len(_ends(Ending(0.25), *one, *one, _sound(0.5, -60))) == 2


def test_silence_never_ends() -> None:
    assert _ends(Ending(0.25), np.zeros(80000, np.int16), _sound(5, -60)) == []


def test_a_click_is_no_speech() -> None:
    assert _ends(Ending(0.25), _sound(0.5, -60), _sound(0.04, -10), _sound(1, -60)) == []


def test_noise_that_has_come_to_stay_is_soon_no_speech_any_more() -> None:
    ends = _ends(Ending(0.25), _sound(0.5, -80), _sound(20, -40), _sound(0.4, -15), _sound(1, -40))
    assert ends[-1] == pytest.approx(21.15, abs=0.05)
