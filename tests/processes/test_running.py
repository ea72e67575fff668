"""How other commands find the running server."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ivr.errors import ProcessError
from ivr.processes.running import (
    Running,
    make_metrics_folder,
    noted,
    only_server,
    running_server,
)
from ivr.settings import Settings


def test_the_running_server_is_found_while_it_runs(settings: Settings) -> None:
    here = Running("http://127.0.0.1:8080", os.getpid())
    assert running_server(settings) is None
    with only_server(settings), noted(settings, here):
        assert running_server(settings) == here
    assert running_server(settings) is None


def test_the_note_of_a_killed_server_is_not_believed(settings: Settings) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with only_server(settings), noted(settings, Running("http://127.0.0.1:8080", gone.pid)):
        assert running_server(settings) is None


def test_another_users_server_is_believed(settings: Settings) -> None:
    """Process 1 always runs; unless we are root it is another user's."""
    with only_server(settings), noted(settings, first := Running("http://127.0.0.1:8080", 1)):
        assert running_server(settings) == first


def test_the_folder_is_held_until_the_server_ends(settings: Settings) -> None:
    with (
        only_server(settings),
        pytest.raises(ProcessError, match="Another server already uses"),
        only_server(settings),
    ):
        pytest.fail("two servers")
    with only_server(settings):
        pass


def test_metrics_of_an_earlier_run_are_forgotten(settings: Settings) -> None:
    with only_server(settings):
        from pathlib import Path

        old = Path(make_metrics_folder(settings)) / "counter_1.db"
        old.write_bytes(b"")
        make_metrics_folder(settings)
        assert not old.exists()
