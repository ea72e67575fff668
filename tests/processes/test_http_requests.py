"""Where a request ends, however its bytes come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.processes.http_requests import LARGEST_BODY, LARGEST_HEAD, IncomingRequests

GET = b"GET /console/ HTTP/1.1\r\nHost: tango.example\r\n\r\n"
FORM = b"POST /twilio/voice HTTP/1.1\r\ncontent-LENGTH: 11\r\n\r\nCallSid=CA1"
EMPTY = b"POST /twilio/voice HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
CHUNKED = (
    b"POST /api/v1/jobs HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;x=y\r\n0\r\n\r\n\r\na\r\n0123456789\r\n0\r\n\r\n"
)
TRAILERS = b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nA: b\r\n\r\n"
REQUESTS = [GET, FORM, EMPTY, CHUNKED, TRAILERS]


def taken(incoming: IncomingRequests) -> list[bytes]:
    return list(iter(incoming.take, None))


@given(st.lists(st.sampled_from(REQUESTS), max_size=5), st.data())
def test_requests_come_out_as_they_were_sent_however_they_are_cut(
    sent: list[bytes], data: st.DataObject
) -> None:
    stream, incoming, found = b"".join(sent), IncomingRequests(), []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        incoming.feed(stream[:cut])
        stream = stream[cut:]
        found += taken(incoming)
    assert found == sent
    assert not incoming
    assert incoming.refusal is None


@pytest.mark.parametrize("request_", REQUESTS)
def test_a_request_is_not_there_before_its_last_byte(request_: bytes) -> None:
    incoming = IncomingRequests()
    incoming.feed(request_[:-1])
    assert (incoming.take(), incoming.refusal) == (None, None)
    incoming.feed(request_[-1:])
    assert incoming.take() == request_


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (b"/twilio/turn/3?node=a", "/twilio/turn/3"),
        (b"http://evil.example/twilio/voice?x", "/twilio/voice"),
        (b"*", "*"),
        (b"http://[", ""),
    ],
)
def test_the_path_says_which_threads_answer(target: bytes, path: str) -> None:
    incoming = IncomingRequests()
    incoming.feed(b"GET " + target + b" HTTP/1.1\r\n\r\n")
    assert incoming.take()
    assert incoming.path == path


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Content-Length: -5\r\n",
        b"Content-Length: 99999999999999999999999\r\n",
        b"Content-Length: 300000\r\n",
    ],
)
def test_what_can_be_read_in_two_ways_or_is_too_long_is_the_last_of_its_connection(
    headers: bytes,
) -> None:
    incoming = IncomingRequests()
    incoming.feed(b"POST /a HTTP/1.1\r\n" + headers + b"\r\nabcde")
    assert incoming.take()
    assert incoming.last


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"x" * LARGEST_HEAD, 431),
        (b"A: B\r\nTransfer-Encoding: chunked\r\n\r\nnone\r\n", 400),
        (b"A: B\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 400, 400),
        (b"A: B\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"x" * (LARGEST_HEAD + 1), 431),
        (
            b"A: B\r\nTransfer-Encoding: chunked\r\n\r\n"
            + (b"8000\r\n" + b"x" * 0x8000 + b"\r\n") * (LARGEST_BODY // 0x8000 + 1),
            413,
        ),
    ],
)
def test_what_no_request_can_come_of_is_refused(sent: bytes, status: int) -> None:
    incoming = IncomingRequests()
    incoming.feed(sent)
    assert (incoming.take(), incoming.refusal) == (None, status)


@given(st.binary(max_size=400))
def test_nothing_that_is_sent_breaks_it(data: bytes) -> None:
    incoming = IncomingRequests()
    incoming.feed(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + data)
    taken(incoming)


def test_a_client_that_asks_is_told_once_to_go_on() -> None:
    incoming = IncomingRequests()
    incoming.feed(b"POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
    assert incoming.take() is None
    asked = [incoming.wants_to_be_asked_for_its_body() for _ in range(2)]
    assert asked == [True, False]
    incoming.feed(b"x")
    assert incoming.take()
    incoming.feed(FORM[:-1])
    assert incoming.take() is None
    assert not incoming.wants_to_be_asked_for_its_body()
