"""Clients' audio files over HTTP: what a flow plays, and nothing else."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile
from flask import Flask
from redis import Redis

from ivr.settings import Settings
from ivr.web.app import create_app
from tests.flow_files import write
from tests.web.hooks.carrier_line import Clock

FLOW = "start: a\nnodes:\n  a: {hangup: {audio: bye.wav}}\n"


def record(folder: Path, seconds: float, client: str = "acme", name: str = "bye.wav") -> None:
    path = folder / "audio" / client / name
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, [0.0] * int(8000 * seconds), 8000)


@pytest.fixture
def with_audio(tmp_path: Path, example_settings: Settings, redis: Redis, clock: Clock) -> Flask:
    """A client whose calls end with an audio file, and another file beside it."""
    record(tmp_path, 0.5)
    record(tmp_path, 0.5, name="secret.wav")
    write(tmp_path, FLOW)
    return create_app(replace(example_settings, flows=tmp_path), clock)


def url(app: Flask) -> str:
    """Where the file is that the client's current flow plays."""
    audio = app.extensions["services"].library().flow("acme").audio["bye.wav"]
    return f"/media/audio/acme/{audio.digest}/bye.wav"


def test_a_file_that_a_flow_plays_is_served_for_long(with_audio: Flask) -> None:
    response = with_audio.test_client().get(url(with_audio), buffered=True)
    assert (response.status_code, response.content_type) == (200, "audio/wav")
    assert soundfile.info(io.BytesIO(response.data)).duration == pytest.approx(0.5)
    assert response.cache_control.max_age == 365 * 24 * 3600


@pytest.mark.parametrize(
    "path",
    [
        "/media/audio/acme/{wrong}/bye.wav",
        "/media/audio/bell/{digest}/bye.wav",
        "/media/audio/acme/{digest}/secret.wav",
        "/media/audio/acme/{digest}/..%2f..%2facme.yaml",
        "/media/audio/../{digest}/acme.yaml",
        "/media/audio/acme/{digest}/",
    ],
)
def test_nothing_else_is_served(with_audio: Flask, path: str) -> None:
    digest = url(with_audio).split("/")[4]
    found = with_audio.test_client().get(path.format(digest=digest, wrong="0" * 32))
    assert found.status_code == 404


def test_a_replaced_file_is_taken_up_and_earlier_calls_hear_the_new_one(
    with_audio: Flask, tmp_path: Path
) -> None:
    before = url(with_audio)
    record(tmp_path, 0.9)
    assert with_audio.extensions["services"].library().refresh()
    assert url(with_audio) != before
    response = with_audio.test_client().get(before, buffered=True)
    assert soundfile.info(io.BytesIO(response.data)).duration == pytest.approx(0.9)
    assert response.cache_control.max_age == 0
