"""The records database itself: opening it, its transactions, bringing it up to date.

SQLite is run in WAL mode with a busy time-out, and every write begins with `BEGIN IMMEDIATE`:
a transaction that reads first and asks for the write lock later would fail at once where
another writer got in between (https://www.sqlite.org/lang_transaction.html).
"""

from __future__ import annotations

import fcntl
import os
import socket
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import alembic.command
import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ivr.adapters.sql.locks import Alone, alone
from ivr.errors import RecordsError, RecordsUnavailable, SettingsError

BUSY_SECONDS = 5
"""How long to wait for a lock, a connection or the server; a webhook must be answered in 15."""

_LOCAL = ("", "localhost", "127.0.0.1", "::1")

_MIGRATIONS = str(Path(__file__).parent / "migrations")

_engines: weakref.WeakSet[sa.Engine] = weakref.WeakSet()


def _close_idle_connections() -> None:
    for engine in list(_engines):
        engine.dispose()


# A connection must not be carried across a fork: SQLite's locks belong to the process
# (https://www.sqlite.org/howtocorrupt.html, 2.6). Both sides open new ones when they need them.
os.register_at_fork(before=_close_idle_connections)


def connect(database_url: str, *, may_make: bool = False) -> sa.Engine:
    """The engine for `database_url`; connects on first use. The file of an SQLite database is not
    made by looking for it, unless it `may_make` it. Raises `SettingsError`."""
    try:
        url = sa.make_url(database_url)
    except ArgumentError as error:
        raise SettingsError(
            "IVR_DATABASE_URL is not a database URL; write sqlite:///path or "
            "postgresql://user:password@host/name."
        ) from error
    backend = url.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise SettingsError(f"IVR_DATABASE_URL names {backend}; use sqlite or postgresql.")
    pool: dict[str, Any] = {"pool_size": 5, "max_overflow": 25, "pool_timeout": BUSY_SECONDS}
    if backend == "sqlite":
        engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **pool)
        if not may_make:
            sa.event.listen(engine, "do_connect", _refuse_to_make)
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = sa.create_engine(
            url,
            connect_args={"connect_timeout": BUSY_SECONDS, "options": _options(url)},
            pool_pre_ping=True,
            **pool,
        )
    _engines.add(engine)
    return engine


def place_of(database_url: str) -> str:
    """Which database it is, without who opens it; one on this machine is nobody else's."""
    url = sa.make_url(database_url)
    host = socket.gethostname() if (url.host or "") in _LOCAL else url.host
    return f"{url.get_backend_name()} {host}:{url.port or ''} {url.database}"


def _options(url: sa.URL) -> str:
    """What our sessions begin with besides what `url` says: nobody waits for a lock for ever
    (https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT)."""
    asked = url.query.get("options", "")
    return f"{asked if isinstance(asked, str) else ' '.join(asked)} -c lock_timeout={BUSY_SECONDS}s"


def _refuse_to_make(_dialect: object, _record: object, arguments: list[Any], _: object) -> None:
    """Refuse to connect where SQLite would leave an empty file."""
    file = Path(arguments[0])
    if file.is_absolute() and file.parent.is_dir() and not file.exists():
        raise sqlite3.OperationalError(f"{_NO_TABLE}, for there is no file")


_NO_TABLE = "no such table"


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    connection.execute("PRAGMA synchronous=FULL")  # a promise made to a caller survives a power cut


def _begin_sqlite(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


Source = sa.Engine | sa.Connection
"""Where a repository works: on the database, each method in a transaction of its own, or in a
transaction that is open."""


@contextmanager
def reading(source: Source) -> Iterator[sa.Connection]:
    """A transaction that only reads. Raises `RecordsError`."""
    with _own_errors():
        if isinstance(source, sa.Connection):
            yield source
        else:
            with source.execution_options(reading=True).begin() as connection:
                yield connection


@contextmanager
def writing(source: Source) -> Iterator[sa.Connection]:
    """A transaction that writes: all of it or nothing. Raises `RecordsError`."""
    with _own_errors():
        if isinstance(source, sa.Connection):
            yield source
        else:
            with source.begin() as connection:
                yield connection


@contextmanager
def _own_errors() -> Iterator[None]:
    # The driver's text alone: SQLAlchemy's would quote callers' words.
    try:
        yield
    except PoolTimeout as error:
        raise RecordsUnavailable("The records database is too busy; try again.") from error
    except OSError as error:
        raise RecordsUnavailable(
            f"The records database cannot be used ({error}); check IVR_DATA and IVR_DATABASE_URL."
        ) from error
    except (OverflowError, UnicodeEncodeError) as error:  # SQLite's driver says it so
        raise RecordsError(
            f"The records database refused this ({type(error).__name__})."
        ) from error
    except (IntegrityError, DataError) as error:
        raise RecordsError(f"The records database refused this ({error.orig}).") from error
    except DBAPIError as error:
        if _lacks_tables(error):
            raise RecordsUnavailable(
                "There are no records yet: start `python -m ivr serve` once, which sets them up."
            ) from error
        # Locked, stopped, full, read-only, damaged or not set up: not the fault of what is written.
        raise RecordsUnavailable(
            f"The records database cannot be used ({error.orig}); check IVR_DATABASE_URL, and "
            "that `python -m ivr serve` has set it up."
        ) from error


def _lacks_tables(error: DBAPIError) -> bool:
    """Whether the database answers and has not been set up: no such table (PostgreSQL: 42P01)."""
    lacking = getattr(error.orig, "sqlstate", "") == "42P01"
    return lacking or str(error.orig).startswith(_NO_TABLE)


def migrate(database_url: str) -> None:
    """Bring the database at `database_url` up to date, making it if it is an SQLite file.

    Several processes may do so at once: one works, the others wait for it. Raises
    `RecordsError` or `SettingsError`.
    """
    with migrating(database_url) as connection:
        to_revision(connection, "head")


@contextmanager
def migrating(database_url: str) -> Iterator[sa.Connection]:
    """A transaction in which tables are made and changed, while no other process does so. Makes
    the file of an SQLite database. Raises `RecordsError` or `SettingsError`."""
    engine = connect(database_url, may_make=True)
    try:
        with _own_errors(), _sole_migrator(engine), writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
                alone(connection, Alone.MIGRATING)
            yield connection
    finally:
        engine.dispose()


def to_revision(connection: sa.Connection, revision: str) -> None:
    """Bring the tables to a revision: `base` is none at all, `head` the newest. Raises
    `RecordsError` where it is not known."""
    config = _alembic_config(connection)
    try:
        if revision == "base":
            alembic.command.downgrade(config, revision)
        else:
            alembic.command.upgrade(config, revision)
    except CommandError as error:
        raise RecordsError(
            f"This Tango does not know the database's revision {revision}; use a newer one."
        ) from error


def revision_of(connection: sa.Connection) -> str:
    """The revision of a database's tables; empty where there are none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def newest_revision() -> str:
    """The newest revision that is known."""
    return str(ScriptDirectory(_MIGRATIONS).get_current_head())


@contextmanager
def _sole_migrator(engine: sa.Engine) -> Iterator[None]:
    """Keep other processes out while an SQLite file is made and switched to WAL.

    SQLite refuses a switch that meets another at once, without waiting
    (https://www.sqlite.org/pragma.html#pragma_journal_mode). PostgreSQL has its advisory lock.
    """
    if engine.dialect.name != "sqlite" or not engine.url.database:
        yield
        return
    path = Path(engine.url.database)
    lock_path = path.with_name(f"{path.name}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    lock_path.touch(mode=0o600)
    with lock_path.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path.touch(mode=0o600)
        sa.event.listen(engine, "connect", _switch_to_wal)
        yield


def _switch_to_wal(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")  # the file remembers it


def _alembic_config(connection: sa.Connection) -> Config:
    config = Config(attributes={"connection": connection})
    folder = _MIGRATIONS.replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    return config
