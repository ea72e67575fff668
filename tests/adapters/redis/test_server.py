"""The embedded Redis: durable, one per folder, adopted rather than doubled."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
import trustme
from redis import ConnectionError, Redis

from ivr.adapters.redis.server import EmbeddedRedis, connect, redis_url, socket_path
from ivr.errors import ProcessError
from ivr.settings import Settings, load_settings

Start = Callable[[Settings], EmbeddedRedis]


@pytest.fixture
def embedded(short_folder: Path) -> Settings:
    """Settings of an empty folder, with no Redis configured."""
    return load_settings({"IVR_DATA": str(short_folder / "var")}, dotenv=None)


@pytest.fixture
def started() -> Iterator[Start]:
    """Starts a server and waits for it; the test's end stops it."""
    servers: list[EmbeddedRedis] = []

    def start(settings: Settings) -> EmbeddedRedis:
        servers.append(server := EmbeddedRedis(settings))
        server.start()
        server.wait_until_ready()
        return server

    yield start
    for server in servers:
        if server.alive():
            server.stop()


def process_id(settings: Settings) -> int:
    with connect(settings) as client:
        return int(client.info("server")["process_id"])


def test_the_server_keeps_what_it_acknowledged_and_has_no_port(
    embedded: Settings, started: Start
) -> None:
    started(embedded)
    with connect(embedded) as client:
        wanted = ["appendonly", "appendfsync", "save", "maxmemory-policy", "port"]
        assert client.config_get(*wanted) == {
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "port": "0",
        }


def test_only_our_user_may_reach_the_server(embedded: Settings, started: Start) -> None:
    server = started(embedded)
    for path, mode in ((server.socket, 0o700), (server.folder, 0o700)):
        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_stopped_server_starts_again_with_its_data(embedded: Settings, started: Start) -> None:
    server = started(embedded)
    with connect(embedded) as client:
        client.set("caller", "waiting")
    server.stop()
    assert not server.alive()
    started(embedded)
    with connect(embedded) as client:
        assert client.get("caller") == b"waiting"


def test_a_killed_server_is_noticed_and_starts_again_with_its_data(
    embedded: Settings, started: Start
) -> None:
    server = started(embedded)
    with connect(embedded) as client:
        client.set("caller", "waiting")
        os.kill(process_id(embedded), signal.SIGKILL)
        while server.alive():
            pass
        server.start()
        server.wait_until_ready()
        assert client.get("caller") == b"waiting"


def test_a_server_that_still_runs_is_adopted(embedded: Settings, started: Start) -> None:
    """A supervisor that was killed leaves its server; the next one takes it over."""
    script = (
        "import os, signal, sys; from ivr.settings import load_settings;"
        "from ivr.adapters.redis.server import EmbeddedRedis;"
        "server = EmbeddedRedis(load_settings(dotenv=None)); server.start();"
        "server.wait_until_ready(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    environ = {**os.environ, "IVR_DATA": str(embedded.data)}
    killed = subprocess.run([sys.executable, "-c", script], env=environ, check=False)
    assert killed.returncode == -signal.SIGKILL
    orphan = process_id(embedded)

    server = started(embedded)

    assert server.adopted
    assert process_id(embedded) == orphan
    server.stop()
    assert not server.alive()


def test_a_server_that_ends_while_it_is_adopted_is_replaced(
    embedded: Settings, started: Start
) -> None:
    first = started(embedded)
    second = EmbeddedRedis(embedded)
    second.start()
    adopted_at_first = second.adopted
    first.stop()
    second.wait_until_ready()
    assert (adopted_at_first, second.adopted) == (True, False)
    second.stop()


def test_two_starts_run_one_server(embedded: Settings, started: Start) -> None:
    started(embedded)
    first = process_id(embedded)
    second = started(embedded)
    assert second.adopted
    assert process_id(embedded) == first


def test_a_server_that_cannot_be_reached_is_named(embedded: Settings, started: Start) -> None:
    server = started(embedded)
    pid = process_id(embedded)
    hidden = server.socket.rename(server.socket.with_name("hidden"))
    again = EmbeddedRedis(embedded)
    again.start()
    with pytest.raises(ProcessError, match=f"process {pid}.*end that process"):
        again.wait_until_ready(seconds=0.05)
    hidden.rename(server.socket)


def test_a_server_that_cannot_start_says_why(embedded: Settings, started: Start) -> None:
    server = started(embedded)
    with connect(embedded) as client:
        client.set("caller", "waiting")
    server.stop()
    for part in (server.folder / "appendonlydir").glob("*.incr.aof"):
        part.write_bytes(b"this is no append-only file\n" * 10)
    with pytest.raises(ProcessError, match="Bad file format"):
        started(embedded)


def test_a_long_data_folder_gets_a_short_socket_of_its_own(
    short_folder: Path, started: Start
) -> None:
    long = short_folder / ("a" * 60) / ("b" * 60)
    other = short_folder / ("a" * 60) / ("c" * 60)
    assert len(os.fsencode(socket_path(long))) <= 100
    assert socket_path(long) == socket_path(long)
    assert socket_path(long) != socket_path(other)
    settings = load_settings({"IVR_DATA": str(long)}, dotenv=None)
    server = started(settings)
    with connect(settings) as client:
        assert client.ping()
    server.stop()
    server.socket.parent.rmdir()


def test_somebody_elses_socket_folder_is_refused(short_folder: Path) -> None:
    data = short_folder / ("a" * 100)
    settings = load_settings({"IVR_DATA": str(data)}, dotenv=None)
    folder = socket_path(data).parent
    folder.symlink_to(short_folder)
    try:
        with pytest.raises(ProcessError, match="belongs to somebody else"):
            EmbeddedRedis(settings).start()
    finally:
        folder.unlink()


def test_the_url_names_the_configured_server_or_the_socket(embedded: Settings) -> None:
    assert redis_url(embedded) == f"unix://{socket_path(embedded.data)}"
    assert redis_url(replace(embedded, redis_url="redis://elsewhere:1")) == "redis://elsewhere:1"


def test_a_caller_does_not_wait_for_a_server_that_is_away(embedded: Settings) -> None:
    client = connect(replace(embedded, redis_url="redis://127.0.0.1:1"))
    pool: dict[str, object] = client.connection_pool.connection_kwargs
    assert (pool["socket_connect_timeout"], pool["socket_timeout"]) == (0.5, 1.0)
    with pytest.raises(ConnectionError), client:
        client.ping()


def test_an_idle_connection_that_broke_is_replaced(redis: Redis, settings: Settings) -> None:
    with connect(settings) as client:
        client.ping()
        redis.client_kill_filter(_type="normal", skipme=True)
        assert client.ping()


def test_a_server_is_reached_by_tls(
    settings: Settings, redis_server: str, redis: Redis, tmp_path: Path
) -> None:
    issuer = trustme.CA()
    issuer.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issuer.issue_cert("127.0.0.1").configure_cert(tls)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        tunnel = threading.Thread(target=carry_one, args=(listening, tls, redis_server))
        tunnel.start()
        url = f"rediss://127.0.0.1:{listening.getsockname()[1]}?ssl_ca_certs={tmp_path}/ca.pem"
        with connect(replace(settings, redis_url=url)) as client:
            client.set("piece", b"\x00" * (1 << 20))
        tunnel.join()
    assert redis.strlen("piece") == 1 << 20


def carry_one(listening: socket.socket, tls: ssl.SSLContext, redis_server: str) -> None:
    """Take the TLS off one connection, as a server that has a certificate would."""
    path = unquote(redis_server.removeprefix("unix://"))
    accepted, _ = listening.accept()
    with tls.wrap_socket(accepted, server_side=True) as out, socket.socket(socket.AF_UNIX) as inner:
        inner.connect(path)
        back = threading.Thread(target=carry, args=(inner, out))
        back.start()
        carry(out, inner)
        inner.shutdown(socket.SHUT_RDWR)
        back.join()


def carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
