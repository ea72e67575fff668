"""What a speech worker on another machine must have in common with the server.

The server says at Redis what it works with, without anything secret; a worker that does not work
with the same says so and ends, before it takes a message that it could not finish.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from redis import Redis, RedisError

from ivr import keys
from ivr.errors import ProcessError, RecordsUnavailable, StateUnavailable
from ivr.records import Records
from ivr.settings import Settings

MARK = ".tango"
"""A file in the folder of recordings, by whose text two machines know that it is the same."""


def announce(settings: Settings, redis: Redis) -> None:
    """Say what this server works with. Raises `RedisError`, and `OSError` without recordings."""
    _make_mark(settings.recordings)
    with redis.pipeline(transaction=True) as pipe:
        for name, value in _facts(settings).items():
            pipe.hset(keys.SPEECH_HOME, name, value)
        pipe.execute()


def join(settings: Settings, redis: Redis, records: Records) -> None:
    """Make sure that a worker started by itself works with what the server works with.

    Raises `ProcessError` with the setting to mend, and `StateUnavailable` where Redis does not
    answer.
    """
    try:
        kept = redis.hgetall(keys.SPEECH_HOME)
    except RedisError as error:
        raise StateUnavailable(
            f"Redis does not answer ({error}); check IVR_REDIS_URL, and that the server lets "
            "other machines reach it."
        ) from error
    home = {_text(name): _text(value) for name, value in kept.items()}
    problem = next(_differences(home, _facts(settings), records), None)
    if problem:
        raise ProcessError(f"This worker cannot help: {problem}")


def _differences(home: dict[str, str], here: dict[str, str], records: Records) -> Iterator[str]:
    if not home:
        yield "no server has used this Redis; start `serve` with the same IVR_REDIS_URL first."
        return
    if home["database"].startswith("sqlite") and home["host"] != here["host"]:
        yield (
            "the server keeps its records in SQLite, which is for one machine only; give both "
            "the same PostgreSQL database (IVR_DATABASE_URL)."
        )
    if home["database"] != here["database"]:
        yield f"set IVR_DATABASE_URL to the server's database ({home['database']})."
    try:
        records.waiting("fetch")
    except RecordsUnavailable as error:
        yield f"the records do not answer: {error}"
    if home["account"] != here["account"]:
        yield (
            "set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN as for the server; recordings are "
            "fetched with them."
        )
    if home["recordings"] != here["recordings"]:
        yield (
            "its folder of recordings is not the server's; share that folder between the machines "
            "and set IVR_RECORDINGS to it."
        )


def _facts(settings: Settings) -> dict[str, str]:
    url = sa.make_url(settings.database_url)
    return {
        "host": socket.gethostname(),
        "database": f"{url.get_backend_name()} {url.database}",
        "account": settings.account_sid,
        "recordings": _read_mark(settings.recordings),
    }


def _make_mark(recordings: Path) -> None:
    """Mark the folder, once; of several servers that do so at once the first one's mark stays."""
    recordings.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = recordings / f"{MARK}.{secrets.token_hex(8)}"
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_hex(16), encoding="ascii")
    with contextlib.suppress(FileExistsError):
        os.link(draft, recordings / MARK)
    draft.unlink()


def _read_mark(recordings: Path) -> str:
    mark = recordings / MARK
    return mark.read_text(encoding="ascii") if mark.is_file() else ""


def _text(kept: bytes | str) -> str:
    return kept.decode() if isinstance(kept, bytes) else kept
