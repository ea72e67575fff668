"""Whether a model takes telephone audio, tried in a process that may die.

Run as `python -m ivr.adapters.speech.models.selftest FOLDER WAY_IN`: exit code 0 says that it does.
Vosk refuses a rate by ending the process, so nobody can ask it in their own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from ivr.adapters.speech.audio.files import open_audio
from ivr.adapters.speech.models.installed import WayIn
from ivr.adapters.speech.recognisers.vosk import load_model, recognise
from ivr.errors import SpeechError
from ivr.project import IMPORT_ROOT

TELEPHONE_RATE = 8000
_SECONDS = 300  # the largest model, read from a slow disk


def find_way_in(folder: Path) -> WayIn:
    """How telephone audio is best given to the model in `folder`.

    A model trained on telephone audio gets it as it is, any other with each sample repeated,
    which is measurably better; the other way only where the model refuses the first. Raises
    `SpeechError` where it takes neither.
    """
    ways = [WayIn.REPEAT, WayIn.NATIVE]
    if _trained_on_telephones(folder):
        ways.reverse()
    for way in ways:
        if _accepts(folder, way):
            return way
    raise SpeechError(
        f"The model {folder.name} did not pass its self-test: Vosk can make no use of it. "
        "Nothing was installed; choose another model."
    )


def _trained_on_telephones(folder: Path) -> bool:
    """Whether Kaldi's feature settings name 8 kHz; without a line they mean 16 kHz."""
    conf = folder / "conf" / "mfcc.conf"
    lines = conf.read_text(encoding="utf-8").split() if conf.exists() else []
    return f"--sample-frequency={TELEPHONE_RATE}" in lines


def _accepts(folder: Path, way: WayIn) -> bool:
    command = [sys.executable, "-m", "ivr.adapters.speech.models.selftest", str(folder), way.value]
    try:
        tried = subprocess.run(  # noqa: S603  our own module
            command,
            env=os.environ | {"PYTHONPATH": str(IMPORT_ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return tried.returncode == 0


def _try(folder: Path, way: WayIn) -> None:
    """Have the model listen to a second of faint noise."""
    noise = np.random.default_rng(0).integers(-200, 200, TELEPHONE_RATE, dtype=np.int16)
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        soundfile.write(file.name, noise, TELEPHONE_RATE)
        list(recognise(load_model(folder), open_audio(Path(file.name)), way))


if __name__ == "__main__":
    _try(Path(sys.argv[1]), WayIn(sys.argv[2]))
