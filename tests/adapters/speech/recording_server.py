"""The part of the web server that hands recordings to remote workers, on a port of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import Flask
from werkzeug.serving import make_server

from ivr.adapters.recordings import open_storage
from ivr.adapters.sql import SqlRecords
from ivr.services.recording_links import RecordingLinks
from ivr.settings import Settings
from ivr.web.recording_routes import recording_routes


def recording_app(settings: Settings, records: SqlRecords, clock: Callable[[], datetime]) -> Flask:
    """An application with these addresses alone."""
    app = Flask(__name__)
    links, storage = RecordingLinks(settings.secret_key), open_storage(settings.recordings)
    app.register_blueprint(recording_routes(links, records, storage, clock))
    return app


@contextmanager
def recording_server(
    settings: Settings, records: SqlRecords, clock: Callable[[], datetime]
) -> Iterator[str]:
    """Gives its URL."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, recording_app(settings, records, clock), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
