"""The WebSocket of live words, and where a call is fetched to once it is decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from socket import SHUT_RDWR
from threading import BoundedSemaphore, Thread

import structlog
from flask import Blueprint, Response, abort, request
from simple_websocket import ConnectionClosed, Server

from ivr.adapters.twilio.media_streams import sound
from ivr.adapters.twilio.signature import Signatures
from ivr.metrics import WEBHOOKS_REFUSED
from ivr.services.calls.stream_links import StreamLinks
from ivr.web.hooks.live.words import LiveWords
from ivr.web.sockets import ConnectionTaken

log = structlog.get_logger()

MAX_MESSAGE_BYTES = 64 * 1024

SILENCE_SECONDS = 10.0
"""The carrier sends fifty messages a second, also of silence; after so long it has gone."""


@dataclass(frozen=True, slots=True)
class StreamServices:
    """What the routes need. `most` streams at a time leave threads for the webhooks."""

    signatures: Signatures
    links: StreamLinks
    words: LiveWords
    most: int


def live_routes(services: StreamServices) -> Blueprint:
    """The blueprint of `/twilio/stream/…`."""
    routes = Blueprint("live", __name__, url_prefix="/twilio")
    places = BoundedSemaphore(services.most)

    @routes.route("/stream/<token>", websocket=True)
    def stream(token: str) -> Response:
        found = services.links.read(token)
        if found is None or not services.signatures.valid_stream(request):
            WEBHOOKS_REFUSED.inc()
            abort(403)
        if not places.acquire(blocking=False):
            abort(503)
        try:
            socket = Server(
                request.environ, max_message_size=MAX_MESSAGE_BYTES, thread_class=_Thread
            )
            try:
                services.words.listen(found, sound(_messages(socket), found.call_sid))
            except Exception:  # the last line: no answer can be given on a WebSocket, and none need
                log.exception("live.failed", call_sid=found.call_sid)
            finally:
                with suppress(ConnectionClosed, OSError):
                    socket.close()
                with suppress(OSError):  # the package's own thread waits for the other side
                    socket.sock.shutdown(SHUT_RDWR)
        finally:
            places.release()
        return ConnectionTaken()

    @routes.route("/stream/<token>", methods=["GET", "POST"])
    def no_stream(token: str) -> Response:
        """Anything but the handshake of a WebSocket is not the carrier's."""
        WEBHOOKS_REFUSED.inc()
        abort(403)

    return routes


def _messages(socket: Server) -> Iterator[str | bytes]:
    with suppress(ConnectionClosed):
        while (message := socket.receive(timeout=SILENCE_SECONDS)) is not None:
            yield message


class _Thread(Thread):
    """The package's own, which must not keep a server that stops."""

    def __init__(self, target: Callable[[], None]) -> None:
        super().__init__(target=target, daemon=True)
