"""The listener: places, refusals and the sound of callers, over a real Unix socket."""

from __future__ import annotations

import json
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ivr.adapters.speech.live.hearing import ListenerSession
from ivr.adapters.speech.live.words import LiveModels
from ivr.adapters.speech.models.install import install
from ivr.errors import SpeechError
from ivr.processes.listener import Listener

PHRASES = ("라디오", "음악")
SILENCE = b"\xff" * 160


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> LiveModels:
    folder = tmp_path_factory.mktemp("models")
    install("ko", None, None, folder, lambda text: None)
    return LiveModels(folder)


@pytest.fixture
def path(short_folder: Path, models: LiveModels) -> Iterator[Path]:
    """The socket of a listener with one place."""
    path = short_folder / "live.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(path))
        listening.listen()
        serving = threading.Thread(target=Listener(models, places=1).serve, args=(listening,))
        serving.start()
        yield path
        listening.shutdown(socket.SHUT_RDWR)
        serving.join()


def _until_closed(hearing: ListenerSession) -> None:
    """Go on talking until the listener has closed the connection."""
    with pytest.raises(SpeechError, match="listener"):
        while True:
            assert hearing.hear(SILENCE) == []


def _asking(path: Path) -> socket.socket:
    """Somebody who has asked for a place, and says nothing."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(path))
    asked = {"language": "ko", "phrases": PHRASES, "pause": 0.25}
    connection.sendall(json.dumps(asked).encode() + b"\n")
    return connection


def test_of_two_who_come_at_once_one_has_the_only_place(path: Path) -> None:
    with _asking(path) as one, _asking(path) as other:
        [refused] = select.select([one, other], [], [])[0]
        assert refused.recv(1) == b""
        served = other if refused is one else one
        with _asking(path) as late:
            assert late.recv(1) == b"", "the place is still taken"
        served.sendall(SILENCE)
        assert not select.select([served], [], [], 0)[0]


@pytest.mark.parametrize(
    "request_",
    [b"", b"\n", b"not json\n", b"[]\n", b'{"language": "ko"}\n', b"\xff" * 200_000],
    ids=["nothing", "an empty line", "no JSON", "a list", "half", "endless"],
)
def test_a_request_that_cannot_be_read_is_closed(path: Path, request_: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(path))
        threading.Thread(target=_send, args=(connection, request_)).start()
        assert _read_all(connection) == b""


def test_a_language_without_a_model_is_closed(path: Path) -> None:
    hearing = ListenerSession(path, "fr", PHRASES, 0.25)
    _until_closed(hearing)
    hearing.close()


def test_no_listener_at_all_is_an_error_of_ours(short_folder: Path) -> None:
    with pytest.raises(SpeechError, match="cannot be reached"):
        ListenerSession(short_folder / "nobody.sock", "ko", PHRASES, 0.25)


def test_the_request_is_one_line_whatever_the_phrases_hold(short_folder: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(short_folder / "a.sock"))
        listening.listen()
        hearing = ListenerSession(short_folder / "a.sock", "ko", ('a"\n{', "b"), 0.25)
        connection, _ = listening.accept()
        hearing.close()
        with connection:
            asked = json.loads(_read_all(connection))
    assert asked["phrases"] == ['a"\n{', "b"]


def _send(connection: socket.socket, data: bytes) -> None:
    with suppress(OSError):
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)


def _read_all(connection: socket.socket) -> bytes:
    pieces = []
    with suppress(ConnectionResetError):  # closed with our words still unread
        while piece := connection.recv(4096):
            pieces.append(piece)
    return b"".join(pieces)
