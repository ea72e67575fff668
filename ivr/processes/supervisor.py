"""The tree of processes behind `serve`: everything that is not configured to run elsewhere.

::

    supervisor ── redis      unless IVR_REDIS_URL is set
              ├── web        gunicorn, which has processes of its own
              ├── listener   hears live words, unless IVR_LIVE_STREAMS is 0
              ├── relay      moves on what was promised: journal, outbox, e-mail
              ├── fetcher    fetches recordings, and keeps the words of workers on other machines
              └── worker-N   turns recordings into words, and does what the fetcher does

The supervisor listens on the port itself and hands the socket down, so that a restart of the
web server refuses nobody. Children end with it, except Redis, which the next one adopts. Each gives
signs of life; one that gives none any more is ended and started again.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

import structlog

from ivr.adapters.files.heartbeats import PULSE_SECONDS, START_SECONDS, Heartbeats, pulse_within
from ivr.adapters.redis.server import EmbeddedRedis, listener_path
from ivr.adapters.sql import migrate, open_records
from ivr.adapters.system.running import Running, noted, private_folder
from ivr.errors import ProcessError, RecordsError
from ivr.processes.children import Child, Keeper, Service, stop_children
from ivr.processes.hangs import HangGuard
from ivr.processes.listening import local_url
from ivr.processes.records_setup import RecordsSetup
from ivr.processes.systemd import ALIVE, READY, STOPPING, Systemd
from ivr.settings import Settings

log = structlog.get_logger()

LOOK_SECONDS = 0.05
"""How often the supervisor looks at its children: Redis is back within 0.2 s."""

READY_SECONDS = 60.0
STOP_SECONDS = 6.0
LIVE_BACKLOG = 1024
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def supervise(
    settings: Settings,
    listener: socket.socket,
    announce: Callable[[str], None],
    app: str,
) -> None:
    """Run everything until SIGTERM or SIGINT, then stop it in order.

    `announce` is given what people should know, line by line; `app` is the WSGI application
    as `module:name`. Raises `TangoError` where a part does not start; whatever has started is
    stopped then, too.
    """
    stop_requested = _stop_requests()
    url = local_url(listener)
    heartbeats, systemd = Heartbeats.here(), Systemd()
    with ExitStack() as stack:
        services: list[Service] = []
        without_redis = False
        if not settings.redis_url:
            services.append(redis := EmbeddedRedis(settings))
            stack.callback(redis.stop)
            without_redis = not _start(redis)
            stack.enter_context(_asking_redis(redis, heartbeats, settings))
        records = RecordsSetup(partial(migrate, settings.database_url))
        stack.callback(records.stop)
        records.start()
        live = stack.enter_context(listen_live(settings)) if settings.live_streams else None
        web, *others = children = _children(settings, listener, live, app)
        stack.callback(stop_children, others, STOP_SECONDS)
        stack.callback(stop_children, [web], STOP_SECONDS)
        for child in children:
            heartbeats.pulse(process=child.name).beat(START_SECONDS)
            child.start()
        _wait_until_ready(listener, web, stop_requested)
        keep_note = stack.enter_context(noted(settings, Running(url, os.getpid())))
        announce(f"Tango answers on {url}")
        announce(f"  data in {settings.data}, client files in {settings.flows}")
        announce("  console: `python -m ivr console` prints a link that signs you in")
        if without_redis:
            announce("  Redis cannot be used yet (the log says why); callers are greeted, and can")
            announce("  leave messages, without it")
        if not records.ready:
            announce("  the records database cannot be used yet (the log says why); calls are")
            announce("  answered, and what they leave behind is kept until it can")
        elif not _has_accounts(settings):
            announce("  nobody has an account yet; make the first administrator with")
            announce("  `python -m ivr accounts add NAME --role administrator`")
        announce(f"  runs {', '.join(service.name for service in [*services, *children])}")
        keepers = {service.name: Keeper(service) for service in [*services, *children]}
        alive = partial(systemd.tell, ALIVE)
        guard = HangGuard(heartbeats, keepers, settings.hung_seconds, alive)
        systemd.tell(READY)
        while not stop_requested:
            for keeper in keepers.values():
                keeper.check()
            guard.look()
            keep_note()
            time.sleep(LOOK_SECONDS)
        systemd.tell(STOPPING)
        announce("Tango stops.")


def _start(redis: EmbeddedRedis) -> bool:
    """Start Redis; False where it does not answer, as its data is damaged or the disk full: calls
    are answered without it, and its keeper tries again.

    Raises `ProcessError` where its folder is somebody else's, who would be asked in its place.
    """
    try:
        redis.start()
    except OSError as error:
        log.error("redis.not_started", error=str(error))
        return False
    try:
        redis.wait_until_ready()
    except (OSError, ProcessError) as error:
        log.error("redis.not_started", error=str(error))
        return False
    if redis.adopted:
        log.info("embedded redis adopted", socket=str(redis.socket))
    return True


@contextmanager
def _asking_redis(
    redis: EmbeddedRedis, heartbeats: Heartbeats, settings: Settings
) -> Iterator[None]:
    """Give signs of life on behalf of Redis, for as long as it answers; from a thread, as one that
    hangs would hold up the others."""
    stop, within = threading.Event(), pulse_within(settings.hung_seconds)
    pulse = heartbeats.pulse(process=redis.name)
    pulse.beat(within)  # one that has hung since before our start must be seen to

    def ask() -> None:
        while not stop.wait(PULSE_SECONDS):
            if redis.responds():
                pulse.beat(within)

    threading.Thread(target=ask, name="redis-pulse", daemon=True).start()
    try:
        yield
    finally:
        stop.set()


def _has_accounts(settings: Settings) -> bool:
    records = open_records(settings.database_url)
    try:
        return bool(records.accounts.all())
    except RecordsError:
        return True  # nobody knows
    finally:
        records.close()


def _stop_requests() -> list[int]:
    """A list that grows with each signal to stop. What `nohup` or a shell ignores stays so."""
    requests: list[int] = []
    for number in STOP_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda number, _: requests.append(number))
    return requests


@contextmanager
def listen_live(settings: Settings) -> Iterator[socket.socket]:
    """The Unix socket on which the listener will answer, for our user alone."""
    path = listener_path(settings.data)
    private_folder(path.parent)
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(path))
        path.chmod(0o600)
        listening.listen(LIVE_BACKLOG)
        yield listening


def _children(
    settings: Settings, listener: socket.socket, live: socket.socket | None, app: str
) -> list[Child]:
    """The web server first; it is stopped before the others."""
    environ = {**os.environ, "IVR_PUBLIC_URL": settings.public_url}
    descriptor = listener.fileno()
    web = ["-m", "ivr.processes.web", str(descriptor), app]
    return [
        Child("web", web, environ, pass_fds=[descriptor]),
        *([_listener(live, environ)] if live else []),
        Child("relay", ["-m", "ivr.processes.relay"], environ),
        # Neither waits for a worker that listens to an hour, nor where all is heard elsewhere.
        Child("fetcher", ["-m", "ivr", "worker", "--fetch"], environ),
        *(
            Child(f"worker-{number}", ["-m", "ivr", "worker"], environ)
            for number in range(1, settings.speech_workers + 1)
        ),
    ]


def _listener(live: socket.socket, environ: dict[str, str]) -> Child:
    descriptor = live.fileno()
    arguments = ["-m", "ivr.processes.listener", str(descriptor)]
    return Child("listener", arguments, environ, pass_fds=[descriptor])


def _wait_until_ready(listener: socket.socket, web: Child, stop_requested: list[int]) -> None:
    host, port = listener.getsockname()[:2]
    deadline = time.monotonic() + READY_SECONDS
    while not stop_requested and not _answers(host, port):
        if not web.alive():
            raise ProcessError("The web server did not start; the lines above say why.")
        if time.monotonic() > deadline:
            raise ProcessError(f"The web server did not answer within {READY_SECONDS:.0f} s.")
        time.sleep(LOOK_SECONDS)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=1.0)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
