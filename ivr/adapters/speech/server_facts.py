"""What the server works with, by which a speech worker that was started by itself knows whether it
is one of the server's own, or on another machine.

The server says it at Redis, without anything secret. A worker that has the same database, storage
of recordings and account is its own. Any other is remote; it may have the storage all the same.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog

from ivr.adapters.http.linked_recordings import LinkedRecordings
from ivr.adapters.recordings import open_storage
from ivr.adapters.redis.server import Connection
from ivr.adapters.redis.speech_home import SpeechHome
from ivr.adapters.speech.remote_worker import Local
from ivr.adapters.sql import open_records
from ivr.adapters.sql.database import place_of
from ivr.atomic_files import write_once
from ivr.core.bucket import Bucket
from ivr.errors import ProcessError, RecordsError
from ivr.settings import Settings

log = structlog.get_logger()

MARK = ".tango"
"""A file in the folder of recordings, by whose text two machines know that it is the same."""

CLOCK_SECONDS = 5.0
"""Jobs are leased for seconds: a machine whose clock differs by more is no help."""

_LOOK_SECONDS = 1.0


def announce(settings: Settings, redis: Connection) -> None:
    """Say what this server works with. Raises `StateUnavailable`, and `OSError` where the
    folder of recordings cannot be made."""
    if isinstance(settings.recordings, Path):
        _make_mark(settings.recordings)
    SpeechHome(redis).say({**_facts(settings), "public_url": settings.public_url})


def why_remote(settings: Settings, redis: Connection) -> str | None:
    """What makes a worker a remote one; None where it has all that the server has.

    Waits for a server where none has ever used this Redis. Raises `StateUnavailable` where Redis
    does not answer.
    """
    return next(_differences(_awaited(SpeechHome(redis)), settings), None)


def public_url_of_server(redis: Connection) -> str | None:
    """The address at which the server says that it is reached. Raises `StateUnavailable`."""
    return SpeechHome(redis).fact("public_url")


def recordings_here(settings: Settings, redis: Connection) -> Local:
    """How a remote worker comes by recordings: from the storage where it has the server's, else by
    links. Raises `StateUnavailable`."""
    said = SpeechHome(redis).fact("recordings")
    if said and _recordings(settings.recordings) == said:
        storage = open_storage(settings.recordings)
        return lambda request: storage.local(request.audio)
    links = LinkedRecordings(settings.public_url)
    return lambda request: links.local(request.token)


def check_clock(redis: Connection, now: Callable[[], float] = time.time) -> None:
    """Raise `ProcessError` where this machine's clock is not that of Redis, and `StateUnavailable`
    where that cannot be asked."""
    there = SpeechHome(redis).time()
    apart = now() - there
    if abs(apart) > CLOCK_SECONDS:
        way = "ahead of" if apart > 0 else "behind"
        raise ProcessError(
            f"This machine's clock is {abs(apart):.0f} s {way} that of Redis, so its jobs would be "
            "taken for dead; set both by NTP, then start again."
        )


def _awaited(home: SpeechHome) -> dict[str, str]:
    waits = False
    while not (facts := home.facts()):
        if not waits:
            log.warning("no server has used this Redis yet; waiting for `python -m ivr serve`")
        waits = True
        time.sleep(_LOOK_SECONDS)
    return facts


def _differences(home: dict[str, str], settings: Settings) -> Iterator[str]:
    here = _facts(settings)
    for name, what in (
        ("database", "its database is not the server's"),
        ("recordings", "its storage of recordings is not the server's"),
        ("account", "its account at the carrier is not the server's"),
    ):
        if home.get(name) != here[name]:
            yield what
    records = open_records(settings.database_url)
    try:
        records.outbox.waiting("fetch")
    except RecordsError as error:
        yield f"the server's database does not answer: {error}"
    finally:
        records.close()


def _facts(settings: Settings) -> dict[str, str]:
    return {
        "database": place_of(settings.database_url),
        "account": settings.account_sid,
        "recordings": _recordings(settings.recordings),
    }


def _make_mark(recordings: Path) -> None:
    """Mark the folder, once; of several servers that do so at once the first one's mark stays."""
    recordings.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_once(recordings / MARK, secrets.token_hex(16))


def _recordings(where: Path | Bucket) -> str:
    return _read_mark(where) if isinstance(where, Path) else where.url


def _read_mark(recordings: Path) -> str:
    mark = recordings / MARK
    return mark.read_text(encoding="ascii") if mark.is_file() else ""
