"""The web server's process: gunicorn's threads, which are given whole requests only.

gunicorn gives a thread to a connection as soon as its first byte has come, and the thread waits for
the rest; so a few dozen half-sent requests stop the port. Here one loop reads all connections, and
a request goes to a thread when all of it is there. What is not there in time is dropped. Threads
for the carrier's requests are apart from those for people and programs, so that callers never
wait for the console (docs/decisions/0027-abuse.md).
"""

from __future__ import annotations

import errno
import selectors
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from socket import SHUT_WR, socket
from threading import local
from typing import Any

import structlog
from gunicorn.http import get_parser
from gunicorn.http.errors import LimitRequestHeaders, ParseException
from gunicorn.workers.gthread import TConn, ThreadWorker

from ivr.metrics import REQUESTS_TURNED_AWAY
from ivr.processes.http_requests import IncomingRequests
from ivr.web.api.app import PREFIX
from ivr.web.api.problems import MEDIA_TYPE, plain_problem

READ_SECONDS = 10.0
"""How long a request may take from its first byte to its last, and a new connection to begin."""

WRITE_SECONDS = 30.0
"""How long a client may leave a piece of its answer unread."""

STOP_SECONDS = 2.0
"""How long a server that stops keeps connections, for a request that is on its way."""

LINGER_SECONDS = 2.0
"""How long we wait for the other side to close a connection that we have closed, so that our last
bytes are not lost (RFC 9112, 9.6)."""

CARRIERS = ("/twilio/", "/media/")
"""What the carrier asks for while callers wait."""

HEALTH = ("/healthz", "/readyz", "/metrics")
HEALTH_THREADS = 2

MOST_QUEUED = 100
"""Requests of people and programs that wait for a thread; more are asked to come again."""

RETRY_SECONDS = 5
SPARE_CONNECTIONS = 50
READ_BYTES = 64 * 1024
NO_MORE_FILES = (errno.EMFILE, errno.ENFILE)

log = structlog.get_logger()


class Connection(TConn):
    """A connection, with what it has sent. `whole` is the request that is being answered."""

    def __init__(self, cfg: Any, sock: socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.incoming = IncomingRequests()
        self.whole = b""
        self.place: deque[Connection] = deque()
        self.data_ready = True

    @property
    def until(self) -> float:
        """The end of its time in `place`, in the time of `time.monotonic`."""
        return self.timeout or 0.0

    def init(self) -> None:
        """Parse the one request that is there: nothing is read from the socket by a thread."""
        self.initialized = True
        self.parser = get_parser(self.cfg, [self.whole], self.client)


class WholeRequestWorker(ThreadWorker):
    """Reads all connections in one loop, and answers whole requests in threads."""

    keepalived_conns: deque[Connection]  # type: ignore[assignment]
    pending_conns: deque[Connection]  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._closing: deque[Connection] = deque()
        self._queued = 0
        self._in_thread = local()

    def init_process(self) -> None:
        """Called by gunicorn in the new process."""
        self._others = ThreadPoolExecutor(max(1, self.cfg.threads // 2), "web")
        self._health = ThreadPoolExecutor(HEALTH_THREADS, "health")
        super().init_process()

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """The threads for the carrier."""
        return ThreadPoolExecutor(self.cfg.threads, "carrier")

    # Connections, in the loop's own thread

    def accept(self, listener: Any) -> None:
        """Take a new connection; where there are too many, give up one that says nothing."""
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in NO_MORE_FILES:
                log.error("web.too_many_files", connections=self.nr_conns)
                self._give_up_oldest()
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        if self.nr_conns > self.worker_connections - SPARE_CONNECTIONS:
            self._give_up_oldest()
        conn = Connection(self.cfg, sock, client, listener.getsockname())
        self._wait(conn, self.pending_conns, READ_SECONDS)

    def _wait(self, conn: Connection, place: deque[Connection], seconds: float) -> None:
        """Until there is something to read, or the time is up. Each place has its own time, so
        that whoever has been there the longest stands first."""
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + seconds
        conn.place = place
        place.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._readable, conn))

    def _leave(self, conn: Connection) -> None:
        with suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)
        with suppress(ValueError):
            conn.place.remove(conn)

    def _readable(self, conn: Connection, _: object) -> None:
        try:
            data = conn.sock.recv(READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._drop(conn)
        elif conn.place is not self._closing:
            if conn.place is self.keepalived_conns:
                self._leave(conn)
                self._wait(conn, self.pending_conns, READ_SECONDS)
            conn.incoming.feed(data)
            self._go_on(conn)

    def _go_on(self, conn: Connection) -> None:
        """Answer a request that is there."""
        whole = conn.incoming.take()
        if whole is not None:
            self._leave(conn)
            conn.whole = whole
            self._answer(conn)
        elif conn.incoming.refusal is not None:
            self._turn_away(conn, conn.incoming.refusal, conn.incoming.begun)
        elif conn.incoming.wants_to_be_asked_for_its_body():
            with suppress(OSError):
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _answer(self, conn: Connection) -> None:
        path = conn.incoming.path
        if path.startswith(CARRIERS):
            pool = self.tpool
        elif path in HEALTH:
            pool = self._health
        elif self._queued < MOST_QUEUED + self.cfg.threads // 2:
            pool = self._others
            self._queued += 1
        else:
            self._turn_away(conn, HTTPStatus.SERVICE_UNAVAILABLE, path)
            return
        answered = pool.submit(self.handle, conn)
        done = partial(self._answered, conn, pool is self._others)
        answered.add_done_callback(lambda future: self.method_queue.defer(done, future))

    def _answered(self, conn: Connection, counted: bool, answered: Future[Any]) -> None:
        self._queued -= counted
        self.finish_request(conn, answered)

    def finish_request(self, conn: Connection, fs: Future[Any]) -> None:  # type: ignore[override]
        """Wait for the connection's next request, or close it."""
        goes_on = not fs.cancelled() and fs.exception() is None and fs.result()
        if not goes_on or conn.incoming.last:
            self._close(conn)
        elif conn.incoming:
            self._wait(conn, self.pending_conns, READ_SECONDS)
            self._go_on(conn)
        else:
            seconds = self.cfg.keepalive if self.alive else STOP_SECONDS
            self._wait(conn, self.keepalived_conns, seconds)

    def _turn_away(self, conn: Connection, status: int, path: str) -> None:
        """Answer in the loop itself, shortly."""
        REQUESTS_TURNED_AWAY.labels(status).inc()
        self._leave(conn)
        with suppress(OSError):
            conn.sock.setblocking(False)
            conn.sock.send(_refusal(status, path))
        self._close(conn)

    def _close(self, conn: Connection) -> None:
        """Close our side, and the connection once the other side has closed its own."""
        try:
            conn.sock.shutdown(SHUT_WR)
            self._wait(conn, self._closing, LINGER_SECONDS)
        except OSError:
            self._drop(conn)

    def _drop(self, conn: Connection) -> None:
        self._leave(conn)
        self.nr_conns -= 1
        conn.close()

    def _give_up_oldest(self) -> None:
        for place in (self._closing, self.pending_conns, self.keepalived_conns):
            if place:
                self._drop(place[0])
                return

    # Time

    def murder_pending(self) -> None:
        """Called every second: end what has taken too long."""
        now = time.monotonic()
        while self.pending_conns and (late := self.pending_conns[0]).until <= now:
            if late.incoming:
                self._turn_away(late, HTTPStatus.REQUEST_TIMEOUT, late.incoming.begun)
            else:
                self._drop(late)
        while self._closing and self._closing[0].until <= now:
            self._drop(self._closing[0])

    def murder_keepalived(self, force: bool = False) -> None:
        """Called every second: close connections that have been silent; all if `force`."""
        now = time.monotonic()
        while self.keepalived_conns and (force or self.keepalived_conns[0].until <= now):
            self._drop(self.keepalived_conns[0])
        while force and self.pending_conns:
            self._drop(self.pending_conns[0])

    def _cap_keepalive(self, deadline: float) -> None:
        """Called when the server is told to stop."""
        for conn in (*self.keepalived_conns, *self.pending_conns):
            conn.timeout = min(conn.until, deadline)

    # In a thread

    def handle(self, conn: Connection) -> Any:  # type: ignore[override]
        """Answer, with the path at hand for `handle_error`."""
        self._in_thread.path = conn.incoming.path
        return super().handle(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Any) -> None:
        """Say what is wrong with a request that cannot be parsed: to programs as a problem."""
        if self._in_thread.path.startswith(PREFIX) and isinstance(exc, ParseException):
            log.warning("web.request_refused", error=type(exc).__name__)
            status = 431 if isinstance(exc, LimitRequestHeaders) else 400
            with suppress(OSError):
                client.sendall(_refusal(status, self._in_thread.path))
        else:
            super().handle_error(req, client, addr, exc)

    def handle_request(self, req: Any, conn: Connection) -> Any:  # type: ignore[override]
        """Answer; a client that does not read its answer is given up."""
        conn.sock.settimeout(WRITE_SECONDS)
        try:
            return super().handle_request(req, conn)
        except TimeoutError:
            log.warning("web.answer_unread", path=conn.incoming.path)
            return False


def _refusal(status: int, path: str) -> bytes:
    """A whole answer, after which the connection is closed; a problem for programs at the API."""
    phrase = HTTPStatus(status).phrase
    media, body = "text/plain", f"{phrase}.\n".encode()
    if path.startswith(PREFIX):
        media, body = MEDIA_TYPE, plain_problem(status).model_dump_json().encode()
    again = f"Retry-After: {RETRY_SECONDS}\r\n" if status == HTTPStatus.SERVICE_UNAVAILABLE else ""
    head = (
        f"HTTP/1.1 {status:d} {phrase}\r\n{again}Content-Type: {media}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
