"""Calls that ask the client's own system and send a text, through a running server."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from ivr.cli._demo.stage import Stage, stage
from ivr.simulator import Hears, Leave, NoAnswer, Press
from ivr.simulator.caller import Step

NUMBER, TEST_NUMBER = "+441632960510", "+441632960511"
CALLER, IAN, AGENCY = "+447400123456", "+447700900123", "+442079460100"

FILE = """\
schema: 1
client: {name: NAME, numbers: "NUMBER", live: LIVE}
people: {ian: {name: Ian, phone: "+44 7700 900123", email: ian@acme.example}}
agreement: {message: {owner: ian}}
vars: {order: {}, status: {}, days: {type: number}}
start: ask
nodes:
  ask: {collect: Which order?, type: digits, into: order, next: look, confirm: no}
  look:
    http:
      get: "URL/orders/{order}"
      headers: {Authorization: {secret: orders}}
      timeout: 2s
      say: One moment please.
      reply: {status: order.status, days: order.days}
    next: write
    not_found: unknown
    failed: ring
  write: {text: "{client.name}: your order {order} is {status}, {days} days.", next: found}
  found: {hangup: "Your order is {status}. I have sent you a text."}
  unknown: {hangup: There is no such order.}
  ring: {dial: ian, answered: bye, nobody: take}
  take: {message: Please leave a message., next: bye}
  bye: {hangup: Goodbye.}
"""


ASKED, NEVER = threading.Event(), threading.Event()


class Orders(BaseHTTPRequestHandler):
    """The client's own system: slow, and strict about its key."""

    def do_GET(self) -> None:
        order = self.path.rpartition("/")[2]
        if order == "777":
            ASKED.set()
            NEVER.wait(30)
        time.sleep(0.5)
        status = 404
        if self.headers["Authorization"] != "Bearer s3cret":
            status = 403
        elif order == "12345":
            status = 200
        elif order == "500":
            status = 500
        body = json.dumps({"order": {"status": "on its way", "days": 3}}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def orders() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Orders) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A server with a live client and one in test mode, and their system."""
    folder = tmp_path_factory.mktemp("shop")
    flows, data = folder / "flows", folder / "var"
    flows.mkdir()
    data.mkdir()
    secrets = data / "secrets.yaml"
    secrets.write_text('acme: {orders: "Bearer s3cret"}\ntrial: {orders: "Bearer s3cret"}\n')
    secrets.chmod(0o600)
    more = {"IVR_FLOWS": str(flows), "IVR_HTTP_PRIVATE": "127.0.0.1"}
    with orders() as url:
        for name, number, live in (("acme", NUMBER, "yes"), ("trial", TEST_NUMBER, "no")):
            text = FILE.replace("NAME", name.title()).replace("NUMBER", number)
            (flows / f"{name}.yaml").write_text(text.replace("LIVE", live).replace("URL", url))
        (flows / "agency.yaml").write_text(
            f'agency: {{name: Larkfield, phone: "{AGENCY}", email: desk@larkfield.example}}\n'
        )
        with stage(folder, more=more) as running:
            running.carrier.telephones[IAN] = NoAnswer()
            running.carrier.telephones[AGENCY] = NoAnswer()
            yield running


def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_a_caller_hears_of_their_order_and_is_texted(shop: Stage) -> None:
    call = shop.carrier.call(NUMBER, CALLER, [Press("12345#"), Hears("on its way")])
    assert "One moment please." in call.heard
    until(lambda: shop.carrier.messages)
    [text] = shop.carrier.messages
    assert (text.to, text.from_) == (CALLER, NUMBER)
    assert text.body == "Acme: your order 12345 is on its way, 3 days."
    shop.carrier.messages.clear()
    shop.carrier.check()


def test_an_order_that_is_not_there_has_its_own_way(shop: Stage) -> None:
    shop.carrier.call(NUMBER, CALLER, [Press("999#"), Hears("no such order")])
    shop.carrier.check()


def test_a_system_that_is_broken_leads_to_a_person(shop: Stage) -> None:
    call = shop.carrier.call(NUMBER, CALLER, [Press("500#"), Hears("leave a message")])
    assert [leg.to for leg in shop.carrier.calls if leg.parent is call] == [IAN]
    shop.carrier.check()


def test_a_server_killed_while_it_asks_does_not_hold_the_caller(shop: Stage) -> None:
    call = shop.carrier.place(NUMBER, CALLER, [Press("777#"), Hears("leave")])
    assert ASKED.wait(30)
    for process in psutil.Process(shop.server.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # a child may die with its parent
            if "ivr.processes.web" in " ".join(process.cmdline()):
                process.kill()
    call.join()
    NEVER.set()
    shop.carrier.faults.clear()  # a request that met the dying process is expected


def test_a_client_in_test_mode_reaches_the_agency_alone(shop: Stage, tmp_path: Path) -> None:
    from ivr.adapters.speech.samples import fetch_samples

    samples = Path(__file__).parents[2] / ".cache" / "speech"
    recording = samples / fetch_samples(samples, print)[0].file
    before = len(shop.mailbox.mails)
    steps: list[Step] = [Press("12345#"), Hears("leave a message"), Leave(recording)]
    call = shop.carrier.call(TEST_NUMBER, CALLER, steps)
    assert [leg.to for leg in shop.carrier.calls if leg.parent is call] == [AGENCY]
    assert shop.mailbox.wait(before + 1, 60)
    [mail] = shop.mailbox.mails[before:]
    assert "[test] Trial" in mail["Subject"]
    assert "desk@larkfield.example" in mail["To"]
    body = mail.get_body(("plain",))
    assert body is not None
    assert "instead of Ian, ian@acme.example" in body.get_content()
    assert shop.carrier.messages == []
    shop.carrier.check()
