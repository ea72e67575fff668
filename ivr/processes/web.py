"""The web server: gunicorn on the socket that the supervisor listens on.

Run as `python -m ivr.processes.web DESCRIPTOR MODULE:NAME`. The supervisor keeps the socket
open while it starts us again, so callers' requests wait instead of being refused.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from functools import partial
from types import FrameType
from typing import Any

import structlog
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.errors import HaltServer
from gunicorn.glogging import Logger
from gunicorn.util import import_app
from prometheus_client import multiprocess

import ivr.web.app  # noqa: F401 - imported once, here: the processes that we fork share it
from ivr.adapters.files.heartbeats import PROCESS_VARIABLE
from ivr.adapters.system.parent import end_with_supervisor
from ivr.errors import TangoError
from ivr.log import configure_logging
from ivr.processes.web_watch import WatchingArbiter, give_signs
from ivr.settings import Settings, load_settings

log = structlog.get_logger()

GRACE_SECONDS = 5
"""How long requests that are being answered may take when the server is told to stop."""


class WebServer(BaseApplication):
    """gunicorn with threads, configured by our settings alone."""

    def __init__(self, settings: Settings, descriptor: int, app: str) -> None:
        self.options: dict[str, Any] = {
            "bind": f"fd://{descriptor}",
            "worker_class": "ivr.processes.web_worker.WholeRequestWorker",
            "workers": settings.web_processes,
            "threads": settings.web_threads,
            "graceful_timeout": GRACE_SECONDS,
            "limit_request_line": 0,  # what a whole head may have is bounded in http_requests
            "keepalive": 75,  # the carrier keeps connections open between two turns
            "errorlog": None,
            "logger_class": _Log,
            "control_socket_disable": True,
            # Nothing that is sent says where we are: IVR_PUBLIC_URL does.
            "forwarder_headers": "",
            "secure_scheme_headers": {},
            "timeout": 0,  # whoever hangs is ended by our own watch, which knows a machine's sleep
            "pre_fork": lambda arbiter, worker: arbiter.number(worker),
            "post_fork": lambda _, worker: os.environ.update({PROCESS_VARIABLE: worker.name}),
            "post_worker_init": partial(_prepare, settings.hung_seconds),
            "child_exit": _forget_metrics,
        }
        self.app = app
        self._hung_seconds = settings.hung_seconds
        super().__init__()

    def run(self) -> None:
        """Serve until told to stop."""
        WatchingArbiter(self, self._hung_seconds).run()

    def load_config(self) -> None:
        """Called by gunicorn."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application; called by gunicorn in each of its processes."""
        try:
            return import_app(self.app)
        except TangoError as error:
            log.error("web server cannot start", error=str(error))
            sys.exit(Arbiter.WORKER_BOOT_ERROR)  # ends gunicorn, not only this process


class _Log(Logger):
    """gunicorn's messages take the way of all others."""

    def __init__(self, cfg: Config) -> None:
        super().__init__(cfg)
        self.error_log.propagate = True

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.setLevel(logging.WARNING)


def _prepare(hung_seconds: int, worker: Any) -> None:
    _end_streams_in_time(worker)
    give_signs(worker, hung_seconds)


def _end_streams_in_time(worker: Any) -> None:
    """Have a process that is told to stop end its streams, which would keep it to the last."""
    extensions = getattr(worker.wsgi, "extensions", {})
    words, consoles = extensions.get("live_words"), extensions.get("live_consoles")
    gunicorns = signal.getsignal(signal.SIGTERM)
    if not callable(gunicorns):
        return

    def stop(number: int, frame: FrameType | None) -> None:
        if words is not None:
            words.stopping.set()
        if consoles is not None:
            consoles.stop()
        gunicorns(number, frame)

    signal.signal(signal.SIGTERM, stop)


def _forget_metrics(_: object, worker: Any) -> None:
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def main(descriptor: str, app: str) -> None:
    """Serve until SIGTERM."""
    end_with_supervisor()
    settings = load_settings()
    configure_logging("web", settings)
    try:
        WebServer(settings, int(descriptor), app).run()
    except HaltServer as halted:  # a second process that cannot start ends gunicorn's halt so
        sys.exit(halted.exit_status)


if __name__ == "__main__":
    main(*sys.argv[1:])
