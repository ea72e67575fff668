"""A carrier's REST interface on loopback that begins every call, or refuses every call."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class CarrierRest(ThreadingHTTPServer):
    """`calls` holds the form of every call asked for; `status` is what each is answered with."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls: list[dict[str, str]] = []
        self.status = 201

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: CarrierRest

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.calls.append({name: values[0] for name, values in form.items()})
        refusal = {"code": 20001, "message": "not today", "status": self.server.status}
        body = json.dumps({"sid": "CAoperator"} if self.server.status == 201 else refusal)
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def carrier_rest() -> Iterator[CarrierRest]:
    """A carrier that runs inside the block."""
    with CarrierRest() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
