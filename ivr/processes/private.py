"""A server of one's own for a short while: for the demo, for an editor's call, for tests."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ivr.adapters.system.running import Running, running_server
from ivr.errors import ProcessError
from ivr.processes.children import PYTHON, with_our_modules
from ivr.settings import load_settings

START_SECONDS = 60.0
STOP_SECONDS = 20.0
LOOK_SECONDS = 0.1


@contextlib.contextmanager
def private_server(
    environ: Mapping[str, str], waiting: Callable[[float], None] = lambda seconds: None
) -> Iterator[Running]:
    """Run `python -m ivr serve` on a free port with the settings of `environ` besides our own.

    `waiting` is told every 0.1 s for how long the start has taken. Its log goes to `serve.log` in
    IVR_DATA. Raises `ProcessError`, with the end of that log, where it does not start.
    """
    settings = load_settings({**os.environ, **environ})
    settings.data.mkdir(parents=True, exist_ok=True)
    log = settings.data / "serve.log"
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*PYTHON, "-m", "ivr", "serve", "--port", "0"],
            env=with_our_modules({**os.environ, **environ}),
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        began = time.monotonic()
        while (running := running_server(settings)) is None:
            took = time.monotonic() - began
            if process.poll() is not None or took > START_SECONDS:
                raise ProcessError(f"The server did not start:\n{_end_of(log)}")
            waiting(took)
            time.sleep(LOOK_SECONDS)
        yield running
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-10:])
