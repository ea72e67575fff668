"""Long audio in pieces, cut where it is quiet, for recognisers that want all samples at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ivr.adapters.speech.audio.files import Audio, Samples

PIECE_SECONDS = 240
"""About so long is a piece, so that an hour takes no more memory than this."""

_LOOK_BACK_SECONDS = 20
_PAUSE_SECONDS = 0.25


def pieces(audio: Audio, length: float = PIECE_SECONDS) -> Iterator[tuple[float, Samples]]:
    """`audio` in mono pieces of at most `length` seconds, each with the second at which it begins.

    A cut is made in the quietest quarter of a second of the piece's last 20, so that it parts no
    word. Raises `AudioRefused` for damage within the audio.
    """
    begins, held = 0, np.empty(0, np.int16)
    most = round(length * audio.rate)
    for block in audio.blocks(seconds=min(length, 10.0)):
        held = np.concatenate([held, block])
        while len(held) > most:
            cut = _quietest(held[:most], audio.rate)
            yield begins / audio.rate, held[:cut]
            begins, held = begins + cut, held[cut:]
    if len(held):
        yield begins / audio.rate, held


def _quietest(samples: Samples, rate: int) -> int:
    """Where to cut, near the end of `samples`."""
    window = max(1, round(_PAUSE_SECONDS * rate))
    from_ = max(len(samples) // 2, len(samples) - _LOOK_BACK_SECONDS * rate)
    whole = (len(samples) - from_) // window * window
    if whole == 0:
        return len(samples)
    tail = samples[from_ : from_ + whole].astype(np.float64).reshape(-1, window)
    return int(from_ + np.argmin((tail**2).mean(axis=1)) * window + window // 2)
