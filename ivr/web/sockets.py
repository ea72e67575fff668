"""Taking a request's connection out of the web server's hands.

A WSGI answer holds a thread until it ends. What lasts (a WebSocket, a stream of events) writes to
the connection itself, and where it is handed to another thread no thread of the server's waits.
"""

from __future__ import annotations

import os
import socket
from typing import Any

from flask import Response

SERVERS = ("gunicorn.socket", "werkzeug.socket")
"""Where these servers keep the connection in the WSGI environment."""


class ConnectionTaken(Response):
    """Nothing more is to be written to the connection; gunicorn takes this for a sign."""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Called by the server with the request's environment."""
        if "gunicorn.socket" in environ:
            raise StopIteration
        return super().__call__(environ, start_response)


def can_take(environ: Any) -> bool:
    """Whether this request's connection can be taken."""
    return any(name in environ for name in SERVERS)


def take(environ: Any) -> socket.socket:
    """The request's connection, which is the caller's to close; the server keeps one that leads
    nowhere, and may shut it down and close it as always. Not for connections with TLS of the
    server's own. Raises `OSError` where there are no more descriptors."""
    served = next(environ[name] for name in SERVERS if name in environ)
    taken = socket.socket(fileno=os.dup(served.fileno()))
    try:
        ours, nobodys = socket.socketpair()
    except OSError:
        taken.close()
        raise
    with ours, nobodys:
        os.dup2(ours.fileno(), served.fileno(), inheritable=False)
    return taken
