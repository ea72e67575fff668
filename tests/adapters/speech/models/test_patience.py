"""Nobody waits long for a publisher who does not answer, or hardly."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from ivr.adapters.speech.models.download import Patience
from ivr.adapters.speech.models.install import install
from ivr.errors import SpeechError
from tests.adapters.speech.model_mirror import NAME, Mirror
from tests.adapters.speech.web_server import Serve, send_head

LITTLE = Patience(answer=0.5, silence=0.5, pace=100_000, looks=0.5)

Talk = Callable[[socket.socket], None]


@pytest.fixture
def plain() -> Iterator[Callable[[Talk], str]]:
    """Start a server that treats each connection as told; returns its URL."""
    with ExitStack() as stack:

        def start(talk: Talk) -> str:
            listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

            def accept() -> None:
                with suppress(OSError):
                    while True:
                        line, _ = listening.accept()
                        stack.enter_context(line)
                        threading.Thread(target=talk, args=(line,), daemon=True).start()

            threading.Thread(target=accept, daemon=True).start()
            return f"http://127.0.0.1:{listening.getsockname()[1]}"

        yield start


def drip(line: socket.socket, text: bytes) -> None:
    with suppress(OSError):
        for byte in text:
            line.send(bytes([byte]))
            time.sleep(0.05)


def say_nothing(line: socket.socket) -> None:
    """The connection stands, and that is all."""


def drip_the_head(line: socket.socket) -> None:
    drip(line, b"HTTP/1.1 200 OK\r\nX-Padding: " + b"x" * 10_000)


def drip_the_list(line: socket.socket) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    drip(line, b" " * 10_000)


def asked(url: str, models: Path) -> None:
    install("ko", "small", url, models, lambda text: None, patience=LITTLE)


@pytest.mark.parametrize("talk", [say_nothing, drip_the_head, drip_the_list])
def test_a_list_that_does_not_come_is_given_up(
    talk: Talk, plain: Callable[[Talk], str], tmp_path: Path
) -> None:
    with pytest.raises(SpeechError, match="the server does not answer"):
        asked(plain(talk), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_address_from_which_nothing_comes_back_is_given_up(tmp_path: Path) -> None:
    """A full backlog: the kernel lets further connections go unanswered."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(listening.getsockname())
        with pytest.raises(SpeechError, match="the server does not answer"):
            asked(f"http://127.0.0.1:{listening.getsockname()[1]}", tmp_path)


def test_a_file_that_drips_is_given_up_and_what_came_is_kept(serve: Serve, tmp_path: Path) -> None:
    class Dripping(Mirror):
        def send(self, handler: BaseHTTPRequestHandler) -> None:
            send_head(handler, len(self.archive))
            drip(handler.connection, self.archive)

    with pytest.raises(SpeechError, match=r"kB a second come.*goes on from there"):
        asked(serve(Dripping(bytes(10_000))), tmp_path)
    assert 0 < (tmp_path / f".{NAME}.zip.part").stat().st_size < 10_000


def test_a_file_that_stops_coming_is_given_up_and_what_came_is_kept(
    serve: Serve, tmp_path: Path
) -> None:
    done = threading.Event()

    class Stopping(Mirror):
        def send(self, handler: BaseHTTPRequestHandler) -> None:
            send_head(handler, len(self.archive))
            handler.wfile.write(self.archive[:5000])
            done.wait(60)

    with pytest.raises(SpeechError, match="sends nothing more"):
        asked(serve(Stopping(bytes(10_000))), tmp_path)
    done.set()
    assert (tmp_path / f".{NAME}.zip.part").stat().st_size == 5000
