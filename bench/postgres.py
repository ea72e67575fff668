"""A PostgreSQL server of a bench's own, on a Unix socket, where the programs are installed."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa


@contextlib.contextmanager
def own_server() -> Iterator[str | None]:
    """The URL of an empty database; None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        yield None
        return
    programs = (Path(on_path) if on_path else found[-1]).resolve().parent
    folder = Path(tempfile.mkdtemp(prefix="tango-pg-"))
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    switch = {"user": user, "extra_groups": []} if os.geteuid() == 0 else {}
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **switch}
    make = [programs / "initdb", "-D", data, "-U", "tango", "-A", "trust", "-E", "UTF8", "-N"]
    subprocess.run(make, check=True, **quiet)  # type: ignore[call-overload]
    run = [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="]
    server = subprocess.Popen(run, **quiet)  # type: ignore[call-overload]
    url = f"postgresql://tango@/postgres?host={folder}"
    try:
        _wait_until_up(url)
        yield url
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


def _wait_until_up(url: str) -> None:
    engine = sa.create_engine(url)
    deadline = time.monotonic() + 30
    while True:
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            engine.dispose()
            return
