"""One thread holds the connections of all consoles."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest

from ivr.web.console.live.streams import BEAT, MOST_UNSENT, ConsoleStream, Streams

Open = Callable[[Streams], socket.socket]


@pytest.fixture
def console() -> Iterator[Open]:
    """Opens consoles that want to be told of `queue`."""
    ends = []

    def opened(streams: Streams) -> socket.socket:
        ours, theirs = socket.socketpair()
        theirs.settimeout(5.0)
        ends.append(theirs)
        streams.add(ConsoleStream(ours, frozenset({"queue"}), "session"), b"first")
        assert theirs.recv(5) == b"first"
        return theirs

    yield opened
    for end in ends:
        end.close()


def test_each_console_is_told_what_it_wants_and_nothing_else(console: Open) -> None:
    streams = Streams()
    one, other = console(streams), console(streams)
    streams.tell({"operator": b"x", "queue": b"changed"})
    assert one.recv(100) == other.recv(100) == b"changed"


def test_a_quiet_connection_carries_a_comment_now_and_then(console: Open) -> None:
    assert console(Streams(heartbeat=0.01)).recv(len(BEAT)) == BEAT


def test_what_a_slow_console_cannot_take_at_once_comes_later_and_whole(console: Open) -> None:
    streams = Streams()
    end = console(streams)
    text = bytes(range(256)) * 900
    streams.tell({"queue": text})
    streams.tell({"queue": b"then this"})
    wanted, found = text + b"then this", b""
    while len(found) < len(wanted):
        found += end.recv(65536)
    assert found == wanted


def test_a_console_that_does_not_read_is_cut_and_the_others_are_not(console: Open) -> None:
    streams = Streams()
    deaf, end = console(streams), console(streams)
    event = b"x" * MOST_UNSENT
    for _ in range(8):
        streams.tell({"queue": event})
        left = len(event)
        while left:
            left -= len(end.recv(left))
    while deaf.recv(65536):  # ends, as the connection was closed
        pass
    assert len(streams) == 1


def test_a_console_that_has_gone_is_forgotten(console: Open) -> None:
    streams = Streams()
    gone, stays = console(streams), console(streams)
    gone.close()
    streams.tell({"queue": b"a"})
    assert stays.recv(1) == b"a"
    streams.tell({"queue": b"b"})
    assert stays.recv(1) == b"b"
    assert len(streams) == 1
    assert streams.sessions == {"session"}


def test_a_server_that_stops_closes_all_and_takes_no_more(console: Open) -> None:
    streams = Streams()
    end = console(streams)
    streams.stop()
    assert end.recv(1) == b""
    assert console(streams).recv(1) == b""
