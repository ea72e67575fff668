"""Consoles hold no thread of the web server, and do not hold it up when it stops."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest
from redis import Redis

from ivr import keys
from ivr.adapters.sql import migrate
from ivr.bootstrap import utc_now
from ivr.settings import Settings
from ivr.web.console.accounts.sign_in import SignIn
from tests.web.console.live.event_reader import EventReader

PROJECT = Path(__file__).parents[2]
CONSOLES = 30


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def cookie(address: str, settings: Settings) -> str:
    """The cookie of somebody who has signed in."""
    link = SignIn(settings.secret_key, utc_now).link()
    with pytest.raises(urllib.error.HTTPError) as redirect:
        urllib.request.build_opener(NoRedirect).open(address + link)
    redirect.value.close()
    return str(redirect.value.headers["Set-Cookie"]).partition(";")[0]


def environ(settings: Settings) -> dict[str, str]:
    return {
        "IVR_FLOWS": str(settings.flows),
        "IVR_DATA": str(settings.data),
        "IVR_REDIS_URL": settings.redis_url or "",
        "IVR_SECRET_KEY": settings.secret_key,
        "IVR_DATABASE_URL": settings.database_url,
        "IVR_WEB_PROCESSES": "1",
        "IVR_WEB_THREADS": "2",
        "IVR_LIVE_STREAMS": "0",
        "PROMETHEUS_MULTIPROC_DIR": str(settings.data),
    }


def test_thirty_consoles_leave_two_threads_free_and_end_with_the_server(
    settings: Settings, redis: Redis
) -> None:
    settings.flows.mkdir()
    settings.data.mkdir(exist_ok=True)
    migrate(settings.database_url)
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener, ExitStack() as stack:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        number = listener.fileno()
        server = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "ivr.processes.web", str(number), "app:app"],
                env=os.environ | environ(settings),
                cwd=PROJECT,
                pass_fds=[number],
            )
        )
        stack.callback(server.kill)
        key = cookie(address, settings)
        consoles = [
            stack.enter_context(EventReader(address, key, "operator:sam")) for _ in range(CONSOLES)
        ]
        for each in consoles:
            each.until("operator:sam")
        with urllib.request.urlopen(f"{address}/healthz", timeout=60) as answer:
            assert answer.status == 200
        with urllib.request.urlopen(f"{address}/metrics", timeout=60) as answer:
            assert f"tango_live_consoles {CONSOLES}.0" in answer.read().decode()
        redis.publish(keys.QUEUE_CHANGES, "operator:sam")
        for each in consoles:
            each.until("operator:sam")
        server.send_signal(signal.SIGTERM)
        for each in consoles:
            with pytest.raises(EOFError):
                each.until("nothing")
        assert server.wait(60) == 0
