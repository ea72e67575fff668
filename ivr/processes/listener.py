"""The listener: hears words of live menus in a process of its own, which may die.

Run as `python -m ivr.processes.listener DESCRIPTOR`, the Unix socket on which it answers. The
supervisor keeps that open while it starts us again. A connection is one listening caller: a line
of JSON (`language`, `phrases`, `pause`), then μ-law as the carrier sends it; back comes a line of
JSON for each utterance with words. A connection that we cannot serve we close.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from functools import partial
from typing import IO

import structlog

from ivr.adapters.files.heartbeats import PULSE_SECONDS, Heartbeats, pulse_within
from ivr.adapters.speech.live.words import FRAME_BYTES, LiveModels
from ivr.adapters.system.parent import end_with_supervisor
from ivr.errors import SpeechError
from ivr.log import configure_logging
from ivr.settings import Settings, load_settings

log = structlog.get_logger()

MAX_REQUEST_BYTES = 64 * 1024
IDLE_SECONDS = 30.0
"""The carrier sends sound even while nobody speaks."""


@dataclass(frozen=True, slots=True)
class ListenRequest:
    """What a connection begins with; without phrases the language's model is only loaded."""

    language: str
    phrases: tuple[str, ...]
    pause: float


class Listener:
    """Serves one connection after another, `places` of them at a time."""

    def __init__(self, models: LiveModels, places: int) -> None:
        self._models = models
        self._places = threading.BoundedSemaphore(places)
        self._told: set[str] = set()

    def serve(self, listening: socket.socket, alive: Callable[[], None] = lambda: None) -> None:
        """Take connections until the socket is closed; tell about once a second to be `alive`."""
        with selectors.DefaultSelector() as selector:
            selector.register(listening, selectors.EVENT_READ)
            while True:
                alive()
                if not selector.select(PULSE_SECONDS):
                    continue
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=self._attend, args=(connection,), daemon=True).start()

    def _attend(self, connection: socket.socket) -> None:
        connection.settimeout(IDLE_SECONDS)
        with closing(connection), suppress(OSError), connection.makefile("rb") as incoming:
            try:
                asked = _request(incoming.readline(MAX_REQUEST_BYTES))
                if asked.phrases:
                    self._listen(connection, incoming, asked)
                else:
                    self._models.prepare(asked.language)
            except SpeechError as error:
                self._tell(str(error))

    def _tell(self, reason: str) -> None:
        """Log why somebody is not listened to; each reason once, as the same comes up often."""
        if reason not in self._told:
            self._told.add(reason)
            log.warning("live words refused", reason=reason)

    def _listen(self, connection: socket.socket, incoming: IO[bytes], asked: ListenRequest) -> None:
        if not self._places.acquire(blocking=False):
            raise SpeechError("All places are taken; see IVR_LIVE_STREAMS.")
        try:
            self._answer(connection, incoming, asked)
        finally:
            self._places.release()

    def _answer(self, connection: socket.socket, incoming: IO[bytes], asked: ListenRequest) -> None:
        recogniser = self._models.recogniser(asked.language, asked.phrases, asked.pause)
        while len(frame := incoming.read(FRAME_BYTES)) == FRAME_BYTES:
            heard = recogniser.hear(frame)
            if heard:
                connection.sendall(json.dumps(asdict(heard)).encode() + b"\n")


def _request(line: bytes) -> ListenRequest:
    try:
        asked = json.loads(line)
        phrases = tuple(str(phrase) for phrase in asked["phrases"])
        return ListenRequest(str(asked["language"]), phrases, float(asked["pause"]))
    except (ValueError, KeyError, TypeError) as error:
        raise SpeechError(f"A request for live words cannot be read: {error}.") from error


def main(descriptor: str) -> None:
    """Serve until SIGTERM."""
    end_with_supervisor()
    settings: Settings = load_settings()
    configure_logging("listener", settings)
    within = pulse_within(settings.hung_seconds)
    alive = partial(Heartbeats.here().pulse().beat, within)
    with socket.socket(fileno=os.dup(int(descriptor))) as listening:
        Listener(LiveModels(settings.speech_models), settings.live_streams).serve(listening, alive)


if __name__ == "__main__":
    main(sys.argv[1])
