"""`serve`: one process tree that starts, heals and stops as a whole."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar, cast

import psutil
import pytest
from redis import ConnectionError, Redis, TimeoutError

from ivr.adapters.files.heartbeats import FOLDER_VARIABLE, START_SECONDS, Heartbeats
from ivr.adapters.redis.server import EmbeddedRedis, connect, socket_path
from ivr.adapters.system.running import Running, running_server
from ivr.settings import Settings, load_settings

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]


class Server:
    """`python -m ivr serve` in `folder`, as a person would start it."""

    def __init__(self, folder: Path, app: str = "standin_app:app", **environ: str) -> None:
        self.folder = folder
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("IVR_", "TWILIO_"))}
        path = os.pathsep.join([str(PROJECT), str(HERE)])
        self.environ = {**clean, "PYTHONPATH": path, "IVR_SPEECH_WORKERS": "0", **environ}
        self.settings: Settings = load_settings({"IVR_DATA": str(folder / "var")}, dotenv=None)
        self.process = self.run("--port", "0", "--app", app)

    def run(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `serve` with these arguments."""
        return subprocess.Popen(
            [sys.executable, "-m", "ivr", "serve", *arguments],
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> Running:
        """Wait until the server has noted that it is ready."""

        def ready() -> Running | None:
            assert self.process.poll() is None, self.process.communicate()
            return running_server(self.settings)

        return eventually(ready, seconds=120)

    def get(self, path: str) -> str:
        """The answer to a GET request."""
        running = running_server(self.settings)
        assert running
        with urllib.request.urlopen(running.url + path, timeout=60) as response:
            return str(response.read().decode())

    def try_to_get(self, path: str) -> str | None:
        """The same, or None while nobody answers."""
        with contextlib.suppress(OSError):
            return self.get(path)
        return None

    def child(self, mark: str) -> psutil.Process | None:
        """The supervisor's child whose command line has `mark` in it."""
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if mark in " ".join(child.cmdline()):
                    return child
        return None

    def promises(self, name: str) -> bool:
        """Whether the process `name` gives signs itself; before, its start has longer patience."""
        folder = next(
            child.environ()[FOLDER_VARIABLE]
            for child in psutil.Process(self.process.pid).children()
            if FOLDER_VARIABLE in child.environ()
        )
        signs = Heartbeats(Path(folder), "").all()
        return any(sign.process == name and sign.within < START_SECONDS for sign in signs)

    def redis(self) -> Redis:
        """A client of the server's Redis."""
        return connect(self.settings)

    def stop(self) -> tuple[int, str, str]:
        """SIGTERM; the exit code, standard output and standard error."""
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err

    def clean_up(self) -> None:
        """Leave nothing running, however the test went."""
        if self.process.poll() is None:
            self.stop()
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                stream.close()
        redis = EmbeddedRedis(self.settings)
        if redis.alive():
            redis.stop()


T = TypeVar("T")


def eventually(condition: Callable[[], T | None], seconds: float = 30) -> T:
    """The condition's first true value; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "did not come about in time"
        time.sleep(0.01)
    return found


def runs(process: psutil.Process) -> bool:
    """Whether the process runs; one that has ended may still wait for init to notice."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that runs for all tests of this module which leave it running."""
    server = Server(tmp_path_factory.mktemp("serve"), IVR_SPEECH_WORKERS="1")
    server.wait_until_ready()
    yield server
    server.clean_up()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Server]]:
    """Starts servers on one data folder, one after the other."""
    servers: list[Server] = []

    (tmp_path / "flows").mkdir()

    def start() -> Server:
        servers.append(Server(tmp_path, IVR_SPEECH_WORKERS="1"))
        return servers[-1]

    yield start
    for server in servers:
        server.clean_up()


def test_an_empty_folder_and_no_settings_are_enough(server: Server) -> None:
    assert server.get("/healthz") == "ok\n"
    assert '"ready":true' in server.get("/readyz")
    assert "tango_outbox_waiting" in eventually(lambda: server.get("/metrics"))


def test_what_it_keeps_is_for_our_user_alone(server: Server) -> None:
    assert (server.folder / "var").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        ("ivr.processes.web", "web"),
        ("ivr.processes.relay", "relay"),
        ("ivr worker --fetch", "fetcher"),
    ],
)
def test_a_killed_child_comes_back(server: Server, mark: str, name: str) -> None:
    killed = eventually(lambda: server.child(mark))
    killed.kill()

    def another() -> psutil.Process | None:
        child = server.child(mark)
        return child if child and child.pid != killed.pid else None

    eventually(another)
    assert server.get("/healthz") == "ok\n"
    assert f'tango_process_restarts_total{{process="{name}"' in server.get("/metrics")


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose processes hang after a few seconds of silence."""
    folder = tmp_path_factory.mktemp("impatient")
    server = Server(folder, IVR_SPEECH_WORKERS="1", IVR_HUNG_SECONDS="6", IVR_WEB_PROCESSES="1")
    server.wait_until_ready()
    yield server
    server.clean_up()


@pytest.mark.parametrize("mark", ["ivr.processes.relay", "valkey", "ivr.processes.web"])
def test_a_child_that_hangs_is_ended_and_comes_back(impatient: Server, mark: str) -> None:
    name = {"valkey": "redis"}.get(mark, mark.split(".")[-1])
    hung = eventually(lambda: impatient.child(mark))
    eventually(lambda: impatient.promises(name), seconds=120)
    hung.suspend()

    def another() -> psutil.Process | None:
        child = impatient.child(mark)
        return child if child and child.pid != hung.pid else None

    eventually(another, seconds=90)
    assert f'tango_processes_hung_total{{process="{name}"}}' in eventually(
        lambda: impatient.try_to_get("/metrics")
    )


def test_a_web_process_that_hangs_is_ended_and_comes_back(impatient: Server) -> None:
    arbiter = eventually(lambda: impatient.child("ivr.processes.web"))
    [hung] = eventually(arbiter.children)
    hung.suspend()
    eventually(lambda: hung not in (now := arbiter.children()) and now, seconds=90)
    assert 'tango_processes_hung_total{process="web-1"}' in eventually(
        lambda: impatient.try_to_get("/metrics")
    )


def test_a_killed_web_process_comes_back(server: Server) -> None:
    arbiter = eventually(lambda: server.child("ivr.processes.web"))
    one, _ = eventually(lambda: (len(pair := arbiter.children()) == 2 and pair) or None)
    one.kill()
    eventually(lambda: one not in (now := arbiter.children()) and len(now) == 2)
    assert server.get("/healthz") == "ok\n"


def test_killed_redis_comes_back_with_its_data(server: Server) -> None:
    with server.redis() as client:
        client.set("caller", "waiting")
        first = eventually(lambda: server.child("valkey"))
        first.kill()
        first.wait()
        assert eventually(lambda: _value(client)) == b"waiting"


def test_where_redis_cannot_start_calls_are_answered_until_it_can(
    start: Callable[[], Server],
) -> None:
    server = start()
    server.wait_until_ready()
    with server.redis() as client:
        client.set("caller", "waiting")
    server.stop()
    [part] = (server.folder / "var" / "redis" / "appendonlydir").glob("*.incr.aof")
    kept = part.read_bytes()
    part.write_bytes(b"this is no append-only file\n" * 10)
    again = start()
    again.wait_until_ready()
    assert again.get("/healthz") == "ok\n"
    part.write_bytes(kept)
    with again.redis() as client:
        assert eventually(lambda: _value(client)) == b"waiting"


def test_a_redis_that_hung_before_the_start_is_replaced_while_calls_are_answered(
    tmp_path: Path,
) -> None:
    first = Server(tmp_path, IVR_HUNG_SECONDS="4")
    first.wait_until_ready()
    hung = eventually(lambda: first.child("valkey"))
    with first.redis() as client:
        client.set("caller", "waiting")
    hung.suspend()
    first.process.kill()
    first.process.communicate()
    second = Server(tmp_path, IVR_HUNG_SECONDS="4")
    try:
        second.wait_until_ready()
        assert second.get("/healthz") == "ok\n"
        with second.redis() as client:
            assert eventually(lambda: _value(client), seconds=90) == b"waiting"
        assert not runs(hung)
    finally:
        if runs(hung):
            hung.kill()
        second.clean_up()


def _value(client: Redis) -> bytes | None:
    with contextlib.suppress(ConnectionError, TimeoutError):
        return cast("bytes | None", client.get("caller"))
    return None


def test_a_second_server_on_the_same_folder_is_refused(server: Server) -> None:
    running = running_server(server.settings)
    assert running
    second = server.run("--port", "0", "--app", "standin_app:app")
    out, err = second.communicate(timeout=30)
    assert (second.returncode, out) == (2, "")
    assert err == (
        f"Another server already uses {server.folder / 'var'} (process {running.pid}, "
        f"{running.url}); stop that one, or set IVR_DATA to another folder.\n"
    )


def test_the_public_address_follows_the_port(server: Server) -> None:
    web = eventually(lambda: server.child("ivr.processes.web"))
    running = running_server(server.settings)
    assert running
    assert web.environ()["IVR_PUBLIC_URL"] == running.url


def test_a_taken_port_is_explained(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environ = {**os.environ, "PYTHONPATH": str(PROJECT), "IVR_DATA": str(tmp_path / "var")}
        command = [sys.executable, "-m", "ivr", "serve", "--port", str(port)]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        f"Tango cannot listen on port {port} of 127.0.0.1: another program has it; stop that "
        "one, or choose another --port.\n"
    )


def test_an_app_that_does_not_load_ends_the_start(tmp_path: Path) -> None:
    server = Server(tmp_path, PYTHONPATH=str(PROJECT))  # where there is no stand-in
    out, err = server.process.communicate(timeout=60)
    server.clean_up()
    assert (server.process.returncode, out) == (2, "")
    assert "No module named 'standin_app'" in err
    assert err.endswith("The web server did not start; the lines above say why.\n")
    assert not EmbeddedRedis(server.settings).alive()


def test_the_real_application_answers_from_any_folder(tmp_path: Path) -> None:
    server = Server(tmp_path, app="ivr:create_app()", IVR_FLOWS=str(PROJECT / "flows"))
    try:
        server.wait_until_ready()
        assert '"ready":true' in server.get("/readyz")
        with pytest.raises(urllib.error.HTTPError) as refused:
            server.get("/twilio/voice?unsigned")
        with refused.value as answer:
            assert answer.code in (403, 405)
    finally:
        server.clean_up()


def test_an_error_of_ours_at_the_start_is_one_plain_line(tmp_path: Path) -> None:
    server = Server(tmp_path, app="ivr:create_app()")
    out, err = server.process.communicate(timeout=60)
    server.clean_up()
    assert (server.process.returncode, out) == (2, "")
    assert f"The folder of client files {tmp_path / 'flows'} cannot be read" in err
    assert "Traceback" not in err, err


def test_sigterm_stops_everything_in_order(start: Callable[[], Server]) -> None:
    server = start()
    server.wait_until_ready()
    tree = psutil.Process(server.process.pid).children(recursive=True)
    code, out, err = server.stop()
    assert code == 0
    told = {json.loads(line)["event"] for line in err.splitlines()}
    assert told <= {"reconciliation.broken_off", "reconciliation.finished"}, (
        "there is no carrier to compare with"
    )
    assert out.startswith("Tango answers on http://127.0.0.1:")
    assert out.endswith("Tango stops.\n")
    assert [process for process in tree if runs(process)] == []
    assert running_server(server.settings) is None


def test_a_stop_while_it_starts_is_obeyed(start: Callable[[], Server]) -> None:
    server = start()
    eventually(socket_path(server.settings.data).exists)
    assert server.stop()[0] == 0
    assert not EmbeddedRedis(server.settings).alive()


def test_a_killed_supervisor_leaves_only_redis_which_is_adopted(
    start: Callable[[], Server],
) -> None:
    first = start()
    first.wait_until_ready()
    redis = eventually(lambda: first.child("valkey"))
    with first.redis() as client:
        client.set("caller", "waiting")
    tree = psutil.Process(first.process.pid).children(recursive=True)
    first.process.kill()
    first.process.wait()

    eventually(lambda: [process for process in tree if runs(process)] == [redis])
    assert running_server(first.settings) is None

    second = start()
    second.wait_until_ready()
    with second.redis() as client:
        assert client.info("server")["process_id"] == redis.pid
        assert client.get("caller") == b"waiting"
    assert second.stop()[0] == 0
    eventually(lambda: not runs(redis))
