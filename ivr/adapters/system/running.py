"""The running server's note of itself, by which other commands find it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from ivr.adapters.files.heartbeats import FOLDER_VARIABLE
from ivr.atomic_files import stored_atomically
from ivr.errors import ProcessError
from ivr.settings import Settings, load_settings

NOTE_AGAIN_SECONDS = 10.0
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - our folder in it is for our user alone

log = structlog.get_logger()


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


@contextlib.contextmanager
def fleeting_folders(settings: Settings) -> Iterator[Mapping[str, str]]:
    """Empty folders for what dies with this server, in memory where the machine has such a place,
    as both are written while the disk is full: its processes' metrics, and their signs of life.

    Gives the environment variables that name them, for this process and its children.
    """
    folder = _folder_in_memory(settings.data) or settings.data / "run" / "fleeting"
    shutil.rmtree(folder, ignore_errors=True)
    private_folder(folder)
    names = {"PROMETHEUS_MULTIPROC_DIR": "metrics", FOLDER_VARIABLE: "heartbeats"}
    for name in names.values():
        (folder / name).mkdir(mode=0o700)
    try:
        yield {variable: str(folder / name) for variable, name in names.items()}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _folder_in_memory(data: Path) -> Path | None:
    if not (SHARED_MEMORY.is_dir() and os.access(SHARED_MEMORY, os.W_OK)):
        return None
    digest = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:16]
    folder = SHARED_MEMORY / f"tango-{os.getuid()}-{digest}"
    taken = os.path.lexists(folder) and folder.lstat().st_uid != os.getuid()
    return None if taken else folder


def private_folder(folder: Path) -> None:
    """Make `folder` for our user alone, and refuse one that somebody else has put there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise ProcessError(f"{folder} belongs to somebody else; remove it, then start again.")
    folder.chmod(0o700)


@contextlib.contextmanager
def noted(
    settings: Settings, running: Running, clock: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[], None]]:
    """Leave the note for other commands while the server is ready.

    A disk that is full keeps no server from its callers: gives what is to be called now and then,
    and tries again until the note is left.
    """
    note, content = _note(settings.data), json.dumps(asdict(running)).encode()
    due: float | None = clock()

    def leave() -> None:
        nonlocal due
        if due is None or clock() < due:
            return
        due = None if _leave(note, content) else clock() + NOTE_AGAIN_SECONDS

    leave()
    try:
        yield leave
    finally:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)


def _leave(note: Path, content: bytes) -> bool:
    try:
        note.parent.mkdir(exist_ok=True, mode=0o700)
        with stored_atomically(note) as file:
            file.write(content)
    except OSError as error:
        log.error("server.not_noted", error=str(error))
        return False
    return True


def _note(data: Path) -> Path:
    return data / "run" / "serve.json"
