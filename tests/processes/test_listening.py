"""A socket that somebody else holds for us outlives a restart: nobody is refused meanwhile."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ivr.errors import ProcessError
from ivr.processes.listening import handed_over, local_url

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
OURS = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1", "LISTEN_FDNAMES": "tango"}


@pytest.fixture
def held() -> Iterator[socket.socket]:
    """A socket that listens, and stays open."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def handing_over(held: socket.socket, *arguments: str) -> list[str]:
    """The command that runs Python as systemd runs what it holds a socket for."""
    begin = (
        "import os, sys; os.dup2(int(sys.argv[1]), 3);"
        "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()));"
        "os.execv(sys.executable, [sys.executable, *sys.argv[2:]])"
    )
    return [sys.executable, "-c", begin, str(held.fileno()), *arguments]


@contextmanager
def serve(held: socket.socket, folder: Path) -> Iterator[None]:
    """`python -m ivr serve`, until the block ends."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("IVR_", "TWILIO_"))}
    path = os.pathsep.join([str(PROJECT), str(HERE)])
    with subprocess.Popen(
        handing_over(held, "-m", "ivr", "serve", "--app", "standin_app:app"),
        cwd=folder,
        env={**clean, "PYTHONPATH": path, "IVR_SPEECH_WORKERS": "0"},
        pass_fds=[held.fileno()],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == f"Tango answers on {local_url(held)}\n"
            yield
        finally:
            process.terminate()
            assert process.wait(30) == 0


def test_who_asks_while_tango_restarts_is_answered(held: socket.socket, tmp_path: Path) -> None:
    with serve(held, tmp_path):
        pass
    answers: list[int] = []

    def ask() -> None:
        with urllib.request.urlopen(f"{local_url(held)}/healthz", timeout=60) as response:
            answers.append(response.status)

    asking = threading.Thread(target=ask)
    asking.start()
    with serve(held, tmp_path):
        asking.join(60)
    assert answers == [200]


def test_without_a_socket_of_our_own_there_is_none() -> None:
    assert handed_over({}) is None
    somebody_elses = {"LISTEN_PID": "1", "LISTEN_FDS": "1"}
    assert handed_over(somebody_elses) is None
    assert somebody_elses == {}


def test_several_sockets_are_refused() -> None:
    with pytest.raises(ProcessError, match="leave one ListenStream="):
        handed_over({**OURS, "LISTEN_FDS": "2"})


def test_a_socket_that_does_not_listen_is_refused(tmp_path: Path) -> None:
    check = "from ivr.processes.listening import handed_over; handed_over()"
    with socket.socket() as deaf:
        ended = subprocess.run(
            handing_over(deaf, "-c", check),
            pass_fds=[deaf.fileno()],
            cwd=PROJECT,
            capture_output=True,
            text=True,
        )
    assert "ListenStream=127.0.0.1:8080" in ended.stderr
