"""The connections of consoles that are kept up to date: one thread writes to all of them.

A connection costs a descriptor and a few hundred bytes, and no thread waits for it, however many
there are (docs/decisions/0015-live-consoles.md).
"""

from __future__ import annotations

import os
import selectors
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock, Thread

import structlog

from ivr.metrics import LIVE_CONSOLES

HEARTBEAT_SECONDS = 15.0
"""How often each console is sent a comment, so that nothing between us takes it for dead."""

MOST_UNSENT = 256 * 1024
"""Bytes that a console may lag behind; one that does not read is cut, and begins anew."""

BEAT = b":\n\n"

log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class ConsoleStream:
    """One console: the names of what it wants to be told of, whose session it is, and whose
    client's people look at it; None for the agency's own."""

    connection: socket.socket
    topics: frozenset[str]
    session: str
    client: str | None = None
    unsent: bytearray = field(default_factory=bytearray)


class Streams:
    """Any number of consoles. Every method may be called by any thread; nothing waits."""

    def __init__(self, heartbeat: float = HEARTBEAT_SECONDS) -> None:
        self._heartbeat = heartbeat
        self._todo: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._wake_up, self._sleeper = -1, -1
        self._selector = selectors.DefaultSelector()
        self._open: dict[
            ConsoleStream, None
        ] = {}  # known to all, before the thread has heard of them
        self._held: dict[ConsoleStream, None] = {}  # the thread's
        self._of: defaultdict[str, dict[ConsoleStream, None]] = defaultdict(dict)
        self._starting = Lock()
        self._stopping = False

    def __len__(self) -> int:
        return len(self._open)

    @property
    def wanted(self) -> set[str]:
        """The names of what some console wants to be told of."""
        return {name for stream in list(self._open) for name in stream.topics}

    @property
    def sessions(self) -> set[str]:
        """The sessions that have a console open."""
        return {stream.session for stream in list(self._open)}

    def held_by(self, session: str, client: str | None) -> int:
        """How many consoles the session has open, or all sessions of its client together."""
        return sum(
            each.session == session or (client is not None and each.client == client)
            for each in list(self._open)
        )

    def add(self, stream: ConsoleStream, first: bytes) -> None:
        """Keep a console, and send it `first`."""
        self._start()
        self._open[stream] = None
        self._do(lambda: self._add(stream, first))

    def tell(self, events: Mapping[str, bytes]) -> None:
        """Send each console the events that it wants, by name."""
        self._do(lambda: self._tell(events))

    def end(self, sessions: Iterable[str]) -> None:
        """Close the consoles of these sessions."""
        ended = frozenset(sessions)
        self._do(lambda: self._drop([each for each in self._held if each.session in ended]))

    def stop(self) -> None:
        """Close all; also from a signal's handler. New ones are closed at once."""
        self._stopping = True
        self._do(lambda: self._drop(list(self._held)))

    def _start(self) -> None:
        """Begin in the process that serves: threads do not survive a fork."""
        with self._starting:
            if self._wake_up < 0:
                self._sleeper, self._wake_up = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
                self._selector.register(self._sleeper, selectors.EVENT_READ)
                Thread(target=self._run, name="consoles", daemon=True).start()

    def _do(self, act: Callable[[], None]) -> None:
        self._todo.put(act)
        if self._wake_up >= 0:
            with suppress(BlockingIOError):  # it is full of calls to wake up
                os.write(self._wake_up, b"\0")

    # What follows runs in the one thread

    def _run(self) -> None:
        beat = time.monotonic() + self._heartbeat
        while True:
            for key, events in self._selector.select(max(0.0, beat - time.monotonic())):
                if key.data is None:
                    os.read(self._sleeper, 4096)
                else:
                    self._attend(key.data, events)
            self._catch_up()
            if time.monotonic() >= beat:
                for stream in list(self._held):
                    self._send(stream, BEAT)
                beat = time.monotonic() + self._heartbeat

    def _catch_up(self) -> None:
        while True:
            try:
                act = self._todo.get_nowait()
            except Empty:
                return
            try:
                act()
            except Exception:  # the last line: one fault must not end it for all
                log.exception("console.stream_failed")

    def _add(self, stream: ConsoleStream, first: bytes) -> None:
        stream.connection.setblocking(False)
        with suppress(OSError):  # not every connection is TCP
            stream.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(stream.connection, selectors.EVENT_READ, stream)
        self._held[stream] = None
        for topic in stream.topics:
            self._of[topic][stream] = None
        LIVE_CONSOLES.inc()
        self._send(stream, first)
        if self._stopping:
            self._drop([stream])

    def _tell(self, events: Mapping[str, bytes]) -> None:
        parts: defaultdict[ConsoleStream, list[bytes]] = defaultdict(list)
        for topic, event in events.items():
            for stream in self._of.get(topic, ()):
                parts[stream].append(event)
        for stream, pieces in parts.items():
            self._send(stream, b"".join(pieces))

    def _attend(self, stream: ConsoleStream, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            self._send(stream, b"")
        if events & selectors.EVENT_READ and stream in self._held:
            try:
                gone = not stream.connection.recv(4096)
            except BlockingIOError:
                return
            except OSError:
                gone = True
            if gone:
                self._drop([stream])

    def _send(self, stream: ConsoleStream, data: bytes) -> None:
        """As much as the connection takes; the rest when it takes more."""
        lagged = bool(stream.unsent)
        if lagged:
            stream.unsent += data
            data = bytes(stream.unsent)
        try:
            sent = stream.connection.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return self._drop([stream])
        if sent == len(data) and not lagged:
            return None
        stream.unsent = bytearray(data[sent:])
        if len(stream.unsent) > MOST_UNSENT:
            return self._drop([stream])
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if stream.unsent else 0)
        self._selector.modify(stream.connection, wanted, stream)
        return None

    def _drop(self, streams: list[ConsoleStream]) -> None:
        for stream in streams:
            if stream not in self._held:
                continue
            del self._held[stream], self._open[stream]
            for topic in stream.topics:
                self._of[topic].pop(stream, None)
                if not self._of[topic]:
                    del self._of[topic]
            self._selector.unregister(stream.connection)
            stream.connection.close()
            LIVE_CONSOLES.dec()
