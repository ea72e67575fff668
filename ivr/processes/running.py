"""The running server's note of itself, by which other commands find it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from ivr.errors import ProcessError
from ivr.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class Running:
    """A running server: the address where it answers, and its supervisor's process id."""

    url: str
    pid: int


def running_server(settings: Settings) -> Running | None:
    """The server that runs on this data folder and is ready, or None."""
    try:
        found = Running(**json.loads(_note(settings.data).read_text(encoding="utf-8")))
        os.kill(found.pid, 0)
    except (FileNotFoundError, ProcessLookupError):
        return None
    except PermissionError:
        pass  # it lives, and is another user's
    return found


def settings_here() -> Settings:
    """The settings, with the address of the server that runs here where IVR_PUBLIC_URL is unset.

    For commands that name our own URLs to the carrier.
    """
    running = running_server(load_settings())
    return load_settings(public_url=running.url if running else None)


@contextlib.contextmanager
def only_server(settings: Settings) -> Iterator[None]:
    """Hold the data folder, so that no second server uses it. Raises `ProcessError`."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (settings.data / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            other = running_server(settings)
            who = f" (process {other.pid}, {other.url})" if other else ""
            raise ProcessError(
                f"Another server already uses {settings.data}{who}; stop that one, or set "
                "IVR_DATA to another folder."
            ) from error
        yield


def make_metrics_folder(settings: Settings) -> str:
    """An empty folder in which all processes of this server keep their metrics."""
    folder = settings.data / "run" / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return str(folder)


@contextlib.contextmanager
def noted(settings: Settings, running: Running) -> Iterator[None]:
    """Leave the note for other commands while the server is ready."""
    note = _note(settings.data)
    note.parent.mkdir(exist_ok=True, mode=0o700)
    draft = note.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(running)), encoding="utf-8")
    draft.replace(note)
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def _note(data: Path) -> Path:
    return data / "run" / "serve.json"
