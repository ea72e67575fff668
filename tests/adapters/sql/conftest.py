"""Records on a real SQLite file and, where this machine has the server, on real PostgreSQL."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.adapters.sql.tables import metadata


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's programs, if the server and its driver are installed."""
    if importlib.util.find_spec("psycopg") is None:
        return None
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    programs = [Path(on_path)] if on_path else sorted(found)
    return programs[-1].resolve().parent if programs else None


POSTGRES = postgres_programs()
BACKENDS = ["sqlite", *(["postgresql"] if POSTGRES else [])]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL server on a Unix socket, as the URL of its database `postgres`."""
    assert POSTGRES is not None
    folder = Path(tempfile.mkdtemp(prefix="tango-pg-"))
    # PostgreSQL refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    account = pwd.getpwnam(user)
    os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"

    def start(*command: str | Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=user if os.geteuid() == 0 else None,
            extra_groups=[] if os.geteuid() == 0 else None,
        )

    made = start(POSTGRES / "initdb", "-D", data, "-U", "tango", "-A", "trust", "-E", "UTF8", "-N")
    assert made.wait() == 0
    options = ("-c", "listen_addresses=", "-c", "fsync=off")
    server = start(POSTGRES / "postgres", "-D", data, "-k", folder, *options)
    url = f"postgresql://tango@/postgres?host={folder}"
    wait_until_up(url)
    yield url
    server.terminate()
    server.wait()
    shutil.rmtree(folder)


def wait_until_up(url: str) -> None:
    engine = sa.create_engine(url)
    deadline = time.monotonic() + 30
    while True:
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            assert time.monotonic() < deadline, "PostgreSQL did not start"
            time.sleep(0.05)
        else:
            engine.dispose()
            return


def make_database(server: str, name: str) -> str:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


_numbers = count(1)


@pytest.fixture(params=BACKENDS)
def empty_database(request: pytest.FixtureRequest, database_url: str) -> str:
    """The URL of a database without tables, on each kind of server."""
    if request.param == "sqlite":
        return database_url
    return make_database(request.getfixturevalue("postgres_server"), f"empty_{next(_numbers)}")


@pytest.fixture(scope="session")
def postgres_records(postgres_server: str) -> str:
    """The URL of one PostgreSQL database that is up to date, for the whole run."""
    url = make_database(postgres_server, "records")
    migrate(url)
    return url


@pytest.fixture(params=BACKENDS)
def records_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """The URL of a database that is up to date and empty, on each kind of server."""
    if request.param == "sqlite":
        migrate(database_url)
        return database_url
    return emptied(request.getfixturevalue("postgres_records"))


def emptied(url: str) -> str:
    """The URL of a PostgreSQL database, after its tables were emptied."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(metadata.tables)}")
    engine.dispose()
    return url


@pytest.fixture
def records(records_url: str) -> Iterator[SqlRecords]:
    """Empty records, on each kind of server."""
    opened = open_records(records_url)
    yield opened
    opened.close()
