"""Whatever a carrier delivers is audio, or refused with a reason; never a fault."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.adapters.speech.audio.files import Audio, open_audio
from ivr.errors import AudioRefused

RATE = 8000
SOUND = (0.3 * np.sin(np.arange(RATE) / 5)).astype(np.float32)
FORMS = {
    "pcm": ("WAV", "PCM_16"),
    "mu-law": ("WAV", "ULAW"),
    "a-law": ("WAV", "ALAW"),
    "gsm": ("WAV", "GSM610"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}


def encoded(form: str) -> bytes:
    """A second of sound."""
    file = io.BytesIO()
    kind, subtype = FORMS[form]
    soundfile.write(file, SOUND, RATE, format=kind, subtype=subtype)
    return file.getvalue()


WHOLE = {form: encoded(form) for form in FORMS}


def opened(folder: Path, content: bytes, name: str = "a.wav") -> Audio | str:
    """The audio, read to its end, or the reason why there is none."""
    path = folder / name
    path.write_bytes(content)
    try:
        audio = open_audio(path)
        for block in audio.blocks():
            assert block.dtype == np.int16
    except AudioRefused as refused:
        return str(refused)
    return audio


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_carrier_is_read_whatever_the_file_is_called(
    form: str, tmp_path: Path
) -> None:
    for name in ("a.wav", "a.mp3", "a"):
        audio = opened(tmp_path, WHOLE[form], name)
        assert isinstance(audio, Audio)
        assert (audio.rate, audio.channels) == (RATE, 1)
        assert audio.seconds == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("length", [0, 10, 0x7FFFFFFF, 0xFFFFFFFF])
def test_wrong_lengths_in_the_head_do_no_harm(length: int, tmp_path: Path) -> None:
    """A carrier that streams a file does not know its length yet."""
    content = bytearray(WHOLE["pcm"])
    struct.pack_into("<I", content, 4, length)
    struct.pack_into("<I", content, 40, length)
    outcome = opened(tmp_path, bytes(content))
    assert isinstance(outcome, Audio | str)
    if length > len(content):
        assert isinstance(outcome, Audio)
        assert outcome.seconds == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("rate", [0, 1, 3999, 192_001, 0x7FFFFFFF])
def test_a_head_that_claims_an_odd_rate_is_refused(rate: int, tmp_path: Path) -> None:
    content = bytearray(WHOLE["pcm"])
    struct.pack_into("<I", content, 24, rate)
    assert isinstance(opened(tmp_path, bytes(content)), str)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>503 Service Unavailable</body></html>",
        b'{"code": 20404, "message": "The requested resource was not found"}',
        b"RIFF",
        WHOLE["pcm"][:44],
        b"\x00" * 5000,
    ],
    ids=["empty", "html", "json", "a head's head", "a head alone", "noughts"],
)
def test_what_is_no_audio_is_refused_with_a_reason(content: bytes, tmp_path: Path) -> None:
    reason = opened(tmp_path, content)
    assert isinstance(reason, str)
    assert len(reason) > 20


QUICK = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(
    content=st.binary(max_size=3000), head=st.sampled_from([b"", *(w[:60] for w in WHOLE.values())])
)
def test_any_bytes_are_audio_or_refused(tmp_path: Path, content: bytes, head: bytes) -> None:
    assert opened(tmp_path, head + content)


@QUICK
@given(form=st.sampled_from(sorted(WHOLE)), at=st.floats(0, 1))
def test_a_file_that_broke_off_anywhere_is_used_as_far_as_it_goes(
    tmp_path: Path, form: str, at: float
) -> None:
    content = WHOLE[form][: int(len(WHOLE[form]) * at)]
    outcome = opened(tmp_path, content)
    assert isinstance(outcome, str) or outcome.seconds <= 1.2


@QUICK
@given(
    form=st.sampled_from(sorted(WHOLE)),
    place=st.integers(0, 400),
    byte=st.integers(0, 255),
)
def test_a_byte_gone_wrong_is_no_fault(tmp_path: Path, form: str, place: int, byte: int) -> None:
    content = bytearray(WHOLE[form])
    content[place % len(content)] = byte
    assert opened(tmp_path, bytes(content))
