"""A recording is played whole or in parts, from a folder or a bucket."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from ivr.adapters.recordings import open_storage
from ivr.core.bucket import Bucket
from ivr.services.recording_storage import RecordingStorage
from ivr.web.recording_response import is_there, recording_response
from tests.s3_server import ObjectStore

NAME = "acme/1.wav"
AUDIO = b"RIFF" + bytes(range(256)) * 9000  # more than is read at once
AWAY = Bucket("away", "", "http://127.0.0.1:1", "us-east-1", "key", "secret")


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> RecordingStorage:
    if request.param == "folder":
        return open_storage(tmp_path)
    store: ObjectStore = request.getfixturevalue("object_store")
    return open_storage(store.bucket())


def player(storage: RecordingStorage) -> FlaskClient:
    app = Flask(__name__)

    @app.get("/")
    def play() -> Response:
        return recording_response(storage, NAME)

    return app.test_client()


def keep(storage: RecordingStorage, audio: bytes = AUDIO) -> None:
    with storage.store(NAME) as file:
        file.write(audio)


def test_all_of_it(storage: RecordingStorage) -> None:
    keep(storage)
    assert is_there(storage, NAME)
    with player(storage).get("/") as answer:
        assert answer.data == AUDIO
        assert answer.content_length == len(AUDIO)
        assert (answer.mimetype, answer.headers["Accept-Ranges"]) == ("audio/wav", "bytes")


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-", AUDIO),
        ("bytes=1500000-1500009", AUDIO[1500000:1500010]),
        ("bytes=1000000-", AUDIO[1000000:]),
        ("bytes=-5", AUDIO[-5:]),
    ],
)
def test_a_part_of_it(storage: RecordingStorage, wanted: str, part: bytes) -> None:
    keep(storage)
    with player(storage).get("/", headers={"Range": wanted}) as answer:
        assert answer.status_code == 206
        assert answer.data == part
        assert str(answer.headers["Content-Range"]).endswith(f"/{len(AUDIO)}")


def test_a_part_that_it_does_not_have(storage: RecordingStorage) -> None:
    keep(storage)
    with player(storage).get("/", headers={"Range": "bytes=99999999-"}) as answer:
        assert answer.status_code == 416


def test_who_has_it_is_sent_nothing_and_who_has_another_all_of_it(
    storage: RecordingStorage,
) -> None:
    keep(storage)
    browser = player(storage)
    with browser.get("/") as first:
        tag = first.headers["ETag"]
    with browser.get("/", headers={"If-None-Match": tag}) as same:
        assert (same.status_code, same.data) == (304, b"")
    keep(storage, b"ID3" + AUDIO)
    parts = {"Range": "bytes=5-9", "If-Range": tag}
    with browser.get("/", headers=parts) as other:
        assert (other.status_code, other.mimetype) == (200, "audio/mpeg")


def test_a_web_server_that_sends_the_file_itself_begins_at_its_beginning(tmp_path: Path) -> None:
    """gunicorn hands the descriptor to the kernel, which knows nothing of a buffer."""
    storage = open_storage(tmp_path)
    keep(storage)
    seen: list[int] = []

    def sends(file: IO[bytes], block: int = 0) -> list[bytes]:
        seen.append(os.lseek(file.fileno(), 0, os.SEEK_CUR))
        file.close()
        return []

    with player(storage).get("/", environ_overrides={"wsgi.file_wrapper": sends}):
        assert seen == [0]


def test_one_that_is_gone(storage: RecordingStorage) -> None:
    assert not is_there(storage, NAME)
    assert not is_there(storage, None)
    with player(storage).get("/") as answer:
        assert answer.status_code == 404


def test_a_storage_out_of_reach_is_for_later() -> None:
    away = open_storage(AWAY)
    assert is_there(away, NAME)
    with player(away).get("/") as answer:
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
