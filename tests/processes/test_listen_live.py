"""The listener's socket, which the supervisor holds."""

from __future__ import annotations

import socket
import stat
from dataclasses import replace
from pathlib import Path

from ivr.adapters.redis.server import listener_path
from ivr.processes.supervisor import listen_live
from ivr.settings import Settings


def test_the_socket_is_for_our_user_alone(settings: Settings, short_folder: Path) -> None:
    settings = replace(settings, data=short_folder / "var")
    with listen_live(settings):
        path = listener_path(settings.data)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_who_comes_before_the_listener_runs_waits_for_it(
    settings: Settings, short_folder: Path
) -> None:
    settings = replace(settings, data=short_folder / "var")
    with (
        listen_live(settings) as listening,
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as early,
    ):
        early.connect(str(listener_path(settings.data)))
        early.sendall(b"sound")
        connection, _ = listening.accept()
        with connection:
            assert connection.recv(5) == b"sound"


def test_what_a_killed_server_has_left_is_replaced(settings: Settings, short_folder: Path) -> None:
    settings = replace(settings, data=short_folder / "var")
    for _ in range(2):
        with listen_live(settings) as listening:
            listening.detach()


def test_a_long_path_of_the_data_folder_does_no_harm(settings: Settings, tmp_path: Path) -> None:
    with listen_live(replace(settings, data=tmp_path / ("long" * 30))):
        pass
