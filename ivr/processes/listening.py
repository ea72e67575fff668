"""The socket on which the web server answers: our own, or one that is kept for us while we restart.

A socket that systemd holds stays open while Tango stops and starts again; whoever asks meanwhile
waits instead of being refused. https://www.freedesktop.org/software/systemd/man/sd_listen_fds.html
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import MutableMapping

from ivr.errors import ProcessError

BACKLOG = 1024
FIRST_DESCRIPTOR = 3  # SD_LISTEN_FDS_START
HANDED_OVER = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")


def handed_over(environ: MutableMapping[str, str] = os.environ) -> socket.socket | None:
    """The socket that whoever started this process listens on for it, if there is one.

    The names that told of it are taken out of `environ`, as they are not meant for our children.
    Raises `ProcessError` where there are several, or it is not a TCP socket that listens.
    """
    told = {name: environ.pop(name, "") for name in HANDED_OVER}
    if told["LISTEN_PID"] != str(os.getpid()) or told["LISTEN_FDS"] in ("", "0"):
        return None
    if told["LISTEN_FDS"] != "1":
        raise ProcessError(
            f"Tango was given {told['LISTEN_FDS']} sockets and answers on one; leave one "
            "ListenStream= in the socket unit."
        )
    try:
        listener = socket.socket(fileno=FIRST_DESCRIPTOR)
        listens = listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as error:
        raise ProcessError(f"The socket that Tango was given is of no use: {error}.") from error
    if not listens or listener.family not in (socket.AF_INET, socket.AF_INET6):
        raise ProcessError(
            "The socket that Tango was given is not one of TCP that listens; write "
            "ListenStream=127.0.0.1:8080 in the socket unit."
        )
    listener.set_inheritable(False)
    return listener


def listen(host: str, port: int) -> socket.socket:
    """The socket on which the web server will answer; port 0 chooses a free one.

    Raises `ProcessError` where the port is taken, forbidden or the host is not ours.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as error:
        causes = {
            errno.EADDRINUSE: "another program has it; stop that one, or choose another --port",
            errno.EACCES: "it may not be used; choose one from 1024 up with --port",
        }
        cause = causes.get(error.errno or 0, f"{error.strerror}; choose another --host")
        raise ProcessError(f"Tango cannot listen on port {port} of {host}: {cause}.") from error


def local_url(listener: socket.socket) -> str:
    """The address at which this machine reaches the web server."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not bound here
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
