"""Bytes of one connection → whole HTTP/1.1 requests (RFC 9112). Pure.

It only says where a request ends, so that no thread has to wait for the rest of one. What a request
means is for the web server, which parses the same bytes again, and alone.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

LARGEST_HEAD = 32 * 1024
LARGEST_BODY = 256 * 1024
"""Bytes. The applications take less of a body, and say so themselves."""

END_OF_HEAD = b"\r\n\r\n"
TOO_LARGE_HEAD, TOO_LARGE, BAD = 431, 413, 400

_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*([^\r\n]*?)[ \t]*", re.IGNORECASE)
_CODING = re.compile(rb"transfer-encoding[ \t]*:[ \t]*([^\r\n]*?)[ \t]*", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect[ \t]*:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[^\r\n]{0,200}")


class IncomingRequests:
    """What a connection has sent and nobody has answered.

    `refusal` is an HTTP status where no request can come of it any more. `last` says that nothing
    behind the request that was taken last can be trusted to be another one.
    """

    def __init__(self) -> None:
        self.refusal: int | None = None
        self.last = False
        self.path = ""
        """The path of the request that was taken last, as it was sent; empty where it has none."""
        self._bytes = bytearray()
        self._searched = self._head = 0
        self._end: int | None = None
        self._chunk: int | None = None
        self._asked = False

    def __bool__(self) -> bool:
        """Whether a request has begun."""
        return bool(self._bytes)

    @property
    def begun(self) -> str:
        """The path of the request that has begun, as far as it has come."""
        return _path(bytes(self._bytes[:LARGEST_HEAD]))

    def feed(self, data: bytes) -> None:
        """Add what has come."""
        self._bytes += data

    def take(self) -> bytes | None:
        """The next request, once all of it is there."""
        if self.refusal is None and self._end is None:
            self._look()
        if self._end is None or len(self._bytes) < self._end:
            return None
        whole = bytes(self._bytes[: self._end])
        del self._bytes[: self._end]
        self.path = _path(whole)
        self._searched = self._head = 0
        self._end, self._chunk, self._asked = None, None, False
        return whole

    def wants_to_be_asked_for_its_body(self) -> bool:
        """Whether the client waits for `100 Continue` before it sends the body. Says so once."""
        asks = self._head > 0 and not self._asked
        self._asked = self._asked or asks
        return asks and _EXPECT.search(self._bytes, 0, self._head) is not None

    def _look(self) -> None:
        """Find where the request ends, as far as that can be known by now."""
        if not self._head:
            found = self._bytes.find(END_OF_HEAD, max(0, self._searched - 3))
            self._searched = len(self._bytes)
            if (found if found >= 0 else self._searched) > LARGEST_HEAD:
                self.refusal = TOO_LARGE_HEAD
            if found < 0 or self.refusal:
                return
            self._head = found + len(END_OF_HEAD)
            self._read_head()
        if self._chunk is not None:
            self._follow_chunks()

    def _read_head(self) -> None:
        lines = bytes(self._bytes[: self._head]).split(b"\r\n")[1:]
        lengths = [found[1] for line in lines if (found := _LENGTH.fullmatch(line))]
        codings = [found[1].lower() for line in lines if (found := _CODING.fullmatch(line))]
        if codings == [b"chunked"] and not lengths:
            self._chunk = self._head
        elif codings or len(lengths) > 1 or not all(map(_is_length, lengths)):
            self._end, self.last = self._head, True  # the web server says what is wrong with it
        elif lengths and int(lengths[0]) > LARGEST_BODY:
            self._end, self.last = self._head, True  # the application says how much it takes
        else:
            self._end = self._head + int(lengths[0] if lengths else 0)

    def _follow_chunks(self) -> None:
        """From chunk to chunk (RFC 9112, 7.1) to the empty line behind the last."""
        while self._chunk is not None and self._end is None:
            if self._chunk - self._head > LARGEST_BODY:
                self.refusal = TOO_LARGE
                return
            eol = self._bytes.find(b"\r\n", self._chunk, self._chunk + 300)
            if eol < 0:
                if len(self._bytes) - self._chunk > 300:
                    self.refusal = BAD
                return
            size = _CHUNK.fullmatch(self._bytes, self._chunk, eol)
            if size is None:
                self.refusal = BAD
                return
            if int(size[1], 16) == 0:
                self._find_trailers(eol)
                return
            self._chunk = eol + 2 + int(size[1], 16) + 2
            if len(self._bytes) < self._chunk:
                return

    def _find_trailers(self, eol: int) -> None:
        end = self._bytes.find(END_OF_HEAD, eol)
        if end >= 0:
            self._end = end + len(END_OF_HEAD)
        elif len(self._bytes) - eol > LARGEST_HEAD:
            self.refusal = TOO_LARGE_HEAD


def _is_length(text: bytes) -> bool:
    return text.isdigit() and len(text) < 16


def _path(request: bytes) -> str:
    target = request.partition(b"\r\n")[0].split(b" ")[1:2]
    if not target:
        return ""
    text = target[0].decode("latin-1")
    try:
        return text.partition("?")[0] if text.startswith("/") else urlsplit(text).path
    except ValueError:
        return ""
