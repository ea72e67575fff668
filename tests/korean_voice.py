"""A synthetic Korean voice: what the real Vosk model that can be installed everywhere hears."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from functools import cache
from pathlib import Path

import espeakng_loader
import numpy as np
import soundfile

from ivr.adapters.speech.samples import telephone

ROOT = Path(__file__).parents[1]
RATE = 22050
_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS
_UTF8 = 1  # espeakCHARS_UTF8


_pieces: list[np.ndarray] = []


def _keep(samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int) -> int:
    if count:
        _pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
    return 0


_take = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)(_keep)


def _voice() -> ctypes.CDLL:
    """espeak-ng, which dies where it is set up twice in a process."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path().encode()
    assert library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0) == RATE
    library.espeak_SetSynthCallback(_take)
    assert library.espeak_SetVoiceByName(b"ko") == 0
    return library


@cache
def say(text: str) -> np.ndarray:
    """`text` in espeak-ng's Korean voice, as samples between −1 and 1 at `RATE`.

    In a process of its own: the sound depends on what the process has said before, and a model may
    understand one and not the other.
    """
    command = [sys.executable, "-m", __spec__.name, text]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    return np.frombuffer(said, np.int16) / 32768


def _synthesise(text: str) -> bytes:
    library, words = _voice(), text.encode()
    library.espeak_Synth(words, len(words) + 1, 0, 0, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    return np.concatenate(_pieces).tobytes()


def telephone_call(path: Path, text: str, before: float = 0.2, after: float = 0.0) -> Path:
    """Write `text`, said over the telephone, to `path`, with seconds of silence round it."""
    silences = [np.zeros(round(seconds * RATE)) for seconds in (before, after)]
    spoken = np.concatenate([silences[0], say(text), silences[1]])
    soundfile.write(path, telephone(spoken, RATE), 8000)
    return path


if __name__ == "__main__":
    sys.stdout.buffer.write(_synthesise(sys.argv[1]))
