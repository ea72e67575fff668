"""What systemd is told, and the unit that docs/running.md gives."""

from __future__ import annotations

import configparser
import re
import socket
from pathlib import Path

import pytest

from ivr.processes.systemd import ALIVE, READY, Systemd

ROOT = Path(__file__).parents[2]


def manager(address: str) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.settimeout(10)
    listening.bind(address)
    return listening


def test_it_is_told_and_our_children_are_not_told_of_it(short_folder: Path) -> None:
    path = str(short_folder / "notify")
    environ = {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "60000000", "HOME": "/"}
    with manager(path) as listening:
        systemd = Systemd(environ)
        systemd.tell(READY)
        systemd.tell(ALIVE)
        assert [listening.recv(100), listening.recv(100)] == [b"READY=1", b"WATCHDOG=1"]
    assert environ == {"HOME": "/"}


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "/nowhere/notify"}])
def test_where_nobody_listens_nothing_happens(environ: dict[str, str]) -> None:
    Systemd(environ).tell(READY)


def unit() -> configparser.ConfigParser:
    """The unit tango.service as the page gives it."""
    page = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    match = re.search(r"tango\.service`:\n\n```ini\n(.*?)```", page, re.DOTALL)
    assert match
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(match[1])
    return parsed


def test_the_unit_of_the_page_never_gives_up() -> None:
    assert unit()["Unit"]["StartLimitIntervalSec"] == "0"
    assert unit()["Service"]["Restart"] == "always"
    assert 0 < float(unit()["Service"]["RestartSec"]) <= 5


def test_it_has_the_supervisor_watched_but_gives_a_start_its_time() -> None:
    service = unit()["Service"]
    assert (service["Type"], service["TimeoutStartSec"]) == ("notify", "infinity")
    assert float(service["WatchdogSec"]) >= 30
