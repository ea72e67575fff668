"""The journal: from the web processes' stream into the records, whatever dies in between."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis
from structlog.testing import capture_logs

from ivr import keys
from ivr.adapters.redis.turn_journal import drain, snapshot_from_json, snapshot_to_json
from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.adapters.sql.database import connect, writing
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.errors import RecordsError, RecordsUnavailable
from tests.adapters.sql.records_samples import NOON, snapshot
from tests.stream_entries import entries


def append(redis: Redis, *snapshots: CallSnapshot) -> None:
    for noted in snapshots:
        redis.xadd(keys.JOURNAL, {"call": snapshot_to_json(noted)})


def drain_all(redis: Redis, records: SqlRecords, **options: int) -> int:
    """Drain until there is nothing more; the first call may only make the consumer group."""
    total = drain(redis, records, 1, **options)
    while moved := drain(redis, records, 1, **options):
        total += moved
    return total


@pytest.fixture
def sqlite_records(database_url: str) -> Iterator[SqlRecords]:
    """Empty records on SQLite."""
    migrate(database_url)
    records = open_records(database_url)
    yield records
    records.close()


def test_entries_reach_the_records_and_leave_the_journal(redis: Redis, records: SqlRecords) -> None:
    append(redis, snapshot(), snapshot(turn=1, path=("greet", "main")), snapshot(call_sid="CA2"))
    assert drain_all(redis, records) == 3
    assert records.calls.find("CA1") == snapshot(turn=1, path=("greet", "main"))
    assert records.calls.find("CA2") == snapshot(call_sid="CA2")
    assert redis.xlen(keys.JOURNAL) == 0
    assert redis.xpending(keys.JOURNAL, keys.RECORDS_GROUP)["pending"] == 0


def test_an_empty_journal_is_nothing_to_do(redis: Redis, records: SqlRecords) -> None:
    assert drain_all(redis, records) == 0


def test_more_than_a_batch_is_moved(redis: Redis, sqlite_records: SqlRecords) -> None:
    append(redis, *(snapshot(call_sid=f"CA{n}") for n in range(250)))
    assert drain_all(redis, sqlite_records) == 250
    assert len(sqlite_records.calls.newest(limit=1000)) == 250


def test_a_redis_that_lost_everything_is_set_up_again(
    redis: Redis, sqlite_records: SqlRecords
) -> None:
    append(redis, snapshot())
    drain_all(redis, sqlite_records)
    redis.flushall()
    append(redis, snapshot(call_sid="CA2"))
    assert drain_all(redis, sqlite_records) == 1
    assert sqlite_records.calls.find("CA2") is not None


MALFORMED = [
    {"call": "{"},
    {"call": "null"},
    {"call": '{"call_sid": "CA9", "secret": "words"}'},
    {"call": snapshot_to_json(snapshot(started_at=NOON.replace(tzinfo=None)))},
    {"other": "field"},
]


@pytest.mark.parametrize("fields", MALFORMED)
def test_a_malformed_entry_is_set_aside_loudly_and_blocks_nothing(
    redis: Redis, sqlite_records: SqlRecords, fields: dict[str, str]
) -> None:
    redis.xadd(keys.JOURNAL, fields)  # type: ignore[arg-type]
    append(redis, snapshot())
    with capture_logs() as logs:
        assert drain_all(redis, sqlite_records) == 2
    assert sqlite_records.calls.find("CA1") == snapshot()
    assert redis.xlen(keys.JOURNAL) == 0
    [kept] = entries(redis, keys.JOURNAL_REFUSED)
    assert fields.items() <= {k.decode(): v.decode() for k, v in kept.items()}.items()
    assert b"not a call's snapshot" in kept[b"error"]
    assert [(line["event"], line["log_level"]) for line in logs] == [("journal.refused", "error")]
    assert "words" not in str(logs)


def test_an_entry_that_the_database_refuses_does_not_block_the_others(
    redis: Redis, database_url: str, sqlite_records: SqlRecords
) -> None:
    engine = connect(database_url)
    with writing(engine) as connection:  # a refusal of the database's own
        connection.execute(
            sa.text(
                "CREATE TRIGGER no_bad BEFORE INSERT ON calls WHEN NEW.call_sid = 'CAbad' "
                "BEGIN SELECT RAISE(ABORT, 'bad call'); END"
            )
        )
    engine.dispose()
    append(redis, snapshot(), snapshot(call_sid="CAbad"), snapshot(call_sid="CA2"))
    with capture_logs() as logs:
        assert drain_all(redis, sqlite_records) == 3
    assert {call.call_sid for call in sqlite_records.calls.newest()} == {"CA1", "CA2"}
    assert redis.xlen(keys.JOURNAL_REFUSED) == 1
    assert [line["event"] for line in logs] == ["journal.refused"]


def test_a_database_that_cannot_be_used_loses_nothing(redis: Redis, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/late/records.sqlite3"
    records = open_records(url)
    append(redis, snapshot(), snapshot(call_sid="CA2"))
    with pytest.raises(RecordsUnavailable):
        drain_all(redis, records)
    assert redis.xlen(keys.JOURNAL) == 2
    migrate(url)
    assert drain_all(redis, records, dead_after_ms=0) == 2
    assert len(records.calls.newest()) == 2
    records.close()


CONSUMER_THAT_DIES = """
import os, signal, sys
from redis import Redis
from ivr.adapters.sql import open_records
from ivr.adapters.redis import stream
from ivr.adapters.redis import turn_journal as journal

# Killed where it hurts: in the database already, not acknowledged yet.
stream.Stream._settle = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
redis, records = Redis.from_url(sys.argv[1]), open_records(sys.argv[2])
while True:
    journal.drain(redis, records, 10)
"""


def test_a_consumer_killed_half_way_loses_nothing_and_doubles_nothing(
    redis: Redis, redis_server: str, records: SqlRecords, records_url: str
) -> None:
    append(redis, snapshot(), snapshot(turn=1), snapshot(call_sid="CA2"))
    command = [sys.executable, "-c", CONSUMER_THAT_DIES, redis_server, records_url]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert redis.xlen(keys.JOURNAL) == 3
    append(redis, snapshot(call_sid="CA3"))
    assert drain_all(redis, records) == 1  # the dead consumer's are not taken at once
    assert drain_all(redis, records, dead_after_ms=0) == 3
    assert {call.call_sid for call in records.calls.newest()} == {"CA1", "CA2", "CA3"}
    assert redis.xlen(keys.JOURNAL) == 0


MOMENTS = st.datetimes(timezones=st.just(UTC))


@given(
    sid=st.text(st.characters(exclude_categories=["Cs"])),
    client=st.none() | st.text(st.characters(exclude_categories=["Cs"])),
    started_at=MOMENTS,
    ended_at=st.none() | MOMENTS,
    path=st.lists(st.text(st.characters(exclude_categories=["Cs"]))).map(tuple),
    turn=st.integers(0, 2**31 - 1),
)
def test_a_snapshot_survives_being_written_as_text(
    sid: str,
    client: str | None,
    started_at: datetime,
    ended_at: datetime | None,
    path: tuple[str, ...],
    turn: int,
) -> None:
    noted = snapshot(
        call_sid=sid,
        client=client,
        started_at=started_at,
        ended_at=ended_at,
        path=path,
        turn=turn,
    )
    assert snapshot_from_json(snapshot_to_json(noted)) == noted


def test_a_wrong_snapshot_is_refused_without_quoting_it() -> None:
    text = snapshot_to_json(snapshot()).replace('"turn":0', '"turn":"+441632960001"')
    with pytest.raises(RecordsError, match="turn: ") as caught:
        snapshot_from_json(text)
    assert "+441632960001" not in str(caught.value)


def test_a_snapshot_with_a_time_zone_keeps_its_moment() -> None:
    noted = snapshot(ended_at=NOON + timedelta(microseconds=1))
    assert snapshot_from_json(snapshot_to_json(noted)).ended_at == noted.ended_at
