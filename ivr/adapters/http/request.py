"""One HTTP request to a client's own system, which is trusted with nothing.

The host's name is looked up once, its addresses are checked, and the connection goes to an address
that was checked: a name that leads somewhere else a moment later leads nowhere. No redirect is
followed, no proxy used, no more than 64 KB read, and all of it is over when the time is up.
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from time import monotonic
from urllib.parse import urlsplit

from ivr.core.addresses import is_public
from ivr.errors import OutsideError, OutsideRefused
from ivr.services.protocols.http import HttpReply

LARGEST_REPLY = 64 * 1024
"""Bytes."""


def request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    send: object | None,
    seconds: float,
    private: Collection[str] = (),
) -> HttpReply:
    """Ask `url` once, for at most `seconds`; with `send`, that as a JSON body, or as it is where it
    is bytes.

    Hosts named in `private` may be in a private network, and asked without TLS. Raises
    `OutsideRefused` where the address must not be asked or the reply is too large, and
    `OutsideError` where no answer comes in time. Neither message quotes what was sent or received.
    """
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    allowed = host in private
    if not secure and not (allowed and parts.scheme == "http"):
        raise OutsideRefused(f"{host} is not asked without TLS; see IVR_HTTP_PRIVATE.")
    deadline = monotonic() + seconds
    try:
        addresses = _addresses(host, parts.port or (443 if secure else 80), allowed)
        with _connected(addresses, host if secure else None, deadline) as line:
            kind = HTTPSConnection if secure else HTTPConnection
            connection = kind(host, parts.port)
            connection.sock = line
            target = parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()
            body = send if isinstance(send, bytes) or send is None else json.dumps(send).encode()
            connection.request(method, target, body, _encoded(headers, body))
            with connection.getresponse() as response:
                status, content = response.status, response.read(LARGEST_REPLY + 1)
                missing = response.length if len(content) <= LARGEST_REPLY else 0
    except (OSError, HTTPException, ValueError) as error:
        raise OutsideError(f"{host} did not answer ({type(error).__name__}).") from error
    if missing or monotonic() > deadline:
        raise OutsideError(f"{host} did not answer in time.")
    if len(content) > LARGEST_REPLY:
        raise OutsideRefused(f"{host} answered more than {LARGEST_REPLY >> 10} KB.")
    return HttpReply(status, content.decode("utf-8", "replace"))


def _encoded(headers: Mapping[str, str], body: bytes | None) -> dict[str, bytes]:
    ours = {"User-Agent": "Tango", "Accept": "application/json"}
    ours |= {"Connection": "close"} | ({"Content-Type": "application/json"} if body else {})
    given = {name.lower() for name in headers}
    kept = {name: value for name, value in ours.items() if name.lower() not in given}
    return {name: value.encode() for name, value in (kept | dict(headers)).items()}


def _addresses(host: str, port: int, allowed: bool) -> list[tuple[socket.AddressFamily, str, int]]:
    """Where `host` is; all of it must be public. IPv4 first, as it works in more places."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, (address, *_) in found:
        if not allowed and not is_public(str(address)):
            raise OutsideRefused(
                f"{host} is in a private network. If it is to be asked, name it in "
                "IVR_HTTP_PRIVATE."
            )
    ordered = sorted(found, key=lambda each: each[0] != socket.AF_INET)
    return [(family, str(address), port) for family, *_, (address, *_) in ordered]


@contextmanager
def _connected(
    addresses: list[tuple[socket.AddressFamily, str, int]], tls_name: str | None, deadline: float
) -> Iterator[socket.socket]:
    """A connection that is broken off at the deadline, whatever then happens on it."""
    line = _connect(addresses, deadline)
    if tls_name is not None:
        context = ssl.create_default_context()
        line = context.wrap_socket(line, server_hostname=tls_name, do_handshake_on_connect=False)
    # A server that sends a byte now and then never runs into the socket's own time-out.
    alarm = Timer(max(0.0, deadline - monotonic()), _break_off, [line])
    alarm.daemon = True
    alarm.start()
    try:
        if isinstance(line, ssl.SSLSocket):
            line.do_handshake()
        yield line
    finally:
        alarm.cancel()
        line.close()


def _connect(
    addresses: list[tuple[socket.AddressFamily, str, int]], deadline: float
) -> socket.socket:
    failure = OSError("there is no address")
    for family, address, port in addresses:
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(max(0.01, deadline - monotonic()))
        try:
            line.connect((address, port))
        except OSError as error:
            line.close()
            failure = error
        else:
            return line
    raise failure


def _break_off(line: socket.socket) -> None:
    try:
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:
        line.close()
