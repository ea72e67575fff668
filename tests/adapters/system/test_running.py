"""How other commands find the running server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.adapters.system import running
from ivr.adapters.system.running import (
    NOTE_AGAIN_SECONDS,
    Running,
    fleeting_folders,
    noted,
    only_server,
    running_server,
)
from ivr.errors import ProcessError
from ivr.settings import Settings


def test_the_running_server_is_found_while_it_runs(settings: Settings) -> None:
    here = Running("http://127.0.0.1:8080", os.getpid())
    assert running_server(settings) is None
    with only_server(settings), noted(settings, here):
        assert running_server(settings) == here
    assert running_server(settings) is None


def test_where_no_note_can_be_left_it_is_tried_again(settings: Settings) -> None:
    here, now = Running("http://127.0.0.1:8080", os.getpid()), [0.0]
    with only_server(settings):
        in_the_way = settings.data / "run"
        in_the_way.touch()
        with noted(settings, here, lambda: now[0]) as again:
            assert not in_the_way.is_dir()
            in_the_way.unlink()
            again()
            assert running_server(settings) is None, "not at every look"
            now[0] += NOTE_AGAIN_SECONDS
            again()
            assert running_server(settings) == here


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


def test_metrics_and_signs_of_a_run_that_was_killed_are_forgotten(settings: Settings) -> None:
    with fleeting_folders(settings) as folders:
        old = [Path(folder) / "old" for folder in folders.values()]
        for file in old:
            file.touch()
        with fleeting_folders(settings):
            assert not any(file.exists() for file in old)
    assert not any(Path(folder).exists() for folder in folders.values())


def test_they_are_kept_in_memory_and_for_our_user_alone(settings: Settings) -> None:
    with fleeting_folders(settings) as folders:
        for folder in map(Path, folders.values()):
            assert folder.parent.parent == running.SHARED_MEMORY
            assert folder.parent.stat().st_mode & 0o077 == 0


def test_or_in_the_data_folder_where_there_is_no_such_place(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SHARED_MEMORY", settings.data / "nowhere")
    with fleeting_folders(settings) as folders:
        assert all(settings.data in Path(folder).parents for folder in folders.values())
