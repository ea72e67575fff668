"""Small web servers that behave as a test wants."""

from __future__ import annotations

import re
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

Answer = Callable[[BaseHTTPRequestHandler], None]
"""Answers one GET request."""

Serve = Callable[[Answer], str]
"""Starts a server; returns its URL."""


def reply(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    """Answer with `body`; underscores in the names of `headers` stand for hyphens."""
    send_head(handler, len(body), status, **headers)
    handler.wfile.write(body)


def send_head(
    handler: BaseHTTPRequestHandler, length: int, status: int = 200, **headers: str
) -> None:
    """Begin an answer of `length` bytes."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(length))
    handler.end_headers()


def reply_with_range(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Answer as a web server that can resume (RFC 9110, section 14)."""
    asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
    if not asked:
        reply(handler, body)
        return
    start = int(asked[1])
    whole = f"bytes {start}-{len(body) - 1}/{len(body)}"
    reply(handler, body[start:], 206, Content_Range=whole)
