"""A real browser, and what axe-core says of a page."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from ivr.web.console.scripts import FOLDER

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
AXE = FOLDER / "axe-core/axe.min.js"

NO_CHROMIUM = pytest.mark.skipif(not CHROMIUM, reason="no Chromium; apt-get install chromium")


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, by rule and element (https://github.com/dequelabs/axe-core)."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed; make scripts")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(run => run.violations)")
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


class Visit:
    """A browser's window that has signed in, and what its pages complained about."""

    def __init__(self, page: Page, address: str, link: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.open(link)

    def open(self, path: str) -> Page:
        """Go to a page of the console."""
        self.page.goto(self.address + path, wait_until="load")
        return self.page


def closing_app(app: Flask) -> WSGIApplication:
    """The application, whose pages and files are read and closed at once: a browser that goes away
    at the wrong moment makes Werkzeug's server forget to close them. Streams go on."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = app(environ, start_response)
        if environ["PATH_INFO"].endswith("/events"):
            return body
        with closing(body):  # type: ignore[type-var]
            return [b"".join(body)]

    return answer


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application with a console on loopback; gives its address."""
    server = make_server("127.0.0.1", 0, closing_app(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        app.extensions["live_consoles"].stop()
        server.shutdown()
        thread.join()
        server.server_close()
