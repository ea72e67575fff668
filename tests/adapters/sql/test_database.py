"""The records database: bringing it up to date, forks, threads, refusals."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.adapters.sql.database import connect, migrating, reading, to_revision
from ivr.adapters.sql.flows.read_versions import read_versions
from ivr.adapters.sql.tables import metadata
from ivr.errors import RecordsUnavailable, SettingsError
from tests.adapters.sql.records_samples import NOON, snapshot

CALL_BACK = {
    "id": "c1",
    "client": "rainbow-frost",
    "call_sid": "CA1",
    "node": "desk",
    "number": "+441632960001",
    "shown": "+441604529170",
    "name": "",
    "fields": {},
    "ticket": "{}",
    "tries": 3,
    "after": 600,
    "timezone": "Europe/London",
    "state": "waiting",
    "attempts": 0,
    "asked_at": NOON,
    "due_at": NOON,
}
DELIVERY = {
    "id": "d1",
    "key": "d1 email",
    "promise": "m1",
    "client": "rainbow-frost",
    "about": "message",
    "recipient": "Ian Frost",
    "channel": "email",
    "address": "ian@rainbowfrost.example",
    "state": "sent",
    "attempts": 1,
    "began_at": NOON,
}
MIGRATE = """
import sys
from ivr.adapters.sql import migrate
print("ready", flush=True)
sys.stdin.readline()
migrate(sys.argv[1])
"""


def test_migrating_an_empty_database_makes_the_tables_that_the_code_knows(
    empty_database: str,
) -> None:
    migrate(empty_database)
    engine = connect(empty_database)
    with reading(engine) as connection:
        opts = {"compare_type": True, "include_object": is_ours}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def is_ours(_: object, name: str | None, *about: object) -> bool:
    """Not the databases' own indexes for searching, which no table of ours describes."""
    return not str(name).startswith(("search_index", "search_documents_words"))


def test_jobs_from_before_they_could_be_found_are_found_after_migrating(
    empty_database: str,
) -> None:
    before = [kept("j1", {"pet": "a parrot"}), kept("j2", {}), kept("j3", {}, message="m1")]
    acts = [
        {"job": "j1", "version": 1, "act": {"act": "opened", "action": "Ring the caller back"}},
        {"job": "j1", "version": 2, "act": {"act": "note", "text": "rang the vet"}},
        {"job": "j2", "version": 1, "act": {"act": "close", "outcome": "done", "reason": "fed"}},
    ]
    owner = {"owner_kind": "agency", "owner": "agency", "owner_name": "Larkfield"}
    with migrating(empty_database) as connection:
        to_revision(connection, "0017")
        then = sa.MetaData()
        then.reflect(connection, only=["jobs", "job_acts"])
        connection.execute(sa.insert(then.tables["jobs"]), [each | owner for each in before])
        rows = [{"at": NOON, "by": "sam", **each, **owner} for each in acts]
        connection.execute(sa.insert(then.tables["job_acts"]), rows)
    migrate(empty_database)
    records = open_records(empty_database)
    [hit] = records.search.find("parrot vet 01632960001", "rainbow-frost")
    assert (hit.subject, hit.at) == ("j1", NOON)
    assert [hit.subject for hit in records.search.find("fed")] == ["j2"]
    assert [hit.subject for hit in records.search.find("message")] == ["j2", "j1"]
    records.close()


def kept(job_id: str, fields: dict[str, str], message: str | None = None) -> dict[str, Any]:
    """A job as a row of before."""
    return {
        "id": job_id,
        "client": "rainbow-frost",
        "kind": "message",
        "summary": "Message",
        "caller": "+441632960001",
        "message": message,
        "fields": fields,
        "opened_at": NOON,
        "opened_by": "a call",
        "due_at": NOON,
        "action": "Ring the caller back",
        "terms": {},
        "line": [],
        "acted_at": NOON,
        "version": 1,
        "reminded": False,
        "alarmed": False,
        "state": "open",
    }


def test_what_was_kept_before_the_latest_migrations_is_there_after_them(
    empty_database: str,
) -> None:
    with migrating(empty_database) as connection:
        to_revision(connection, "0020")
        then = sa.MetaData()
        then.reflect(connection, only=["callbacks", "deliveries"])
        for name, known in {"callbacks": CALL_BACK, "deliveries": DELIVERY}.items():
            connection.execute(sa.insert(then.tables[name]).values(known))
    migrate(empty_database)
    records = open_records(empty_database)
    call_back = records.call_backs.find("c1")
    assert call_back is not None
    assert (call_back.client, call_back.number) == ("rainbow-frost", "+441632960001")
    delivery = records.deliveries.find("d1")
    assert delivery is not None
    assert (delivery.error_code, delivery.arrived_at) == (None, None)
    records.close()
    with migrating(empty_database) as connection:
        to_revision(connection, "base")
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
    migrate(empty_database)


def test_migrating_again_keeps_what_is_there(records: SqlRecords, records_url: str) -> None:
    records.calls.note([snapshot()])
    migrate(records_url)
    assert records.calls.find("CA1") == snapshot()


def test_several_processes_may_migrate_at_once(empty_database: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE, empty_database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    complaints = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, complaints
    records = open_records(empty_database)
    records.calls.note([snapshot()])
    records.close()


def test_the_sqlite_file_is_made_with_its_folder_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "50%" / "records.sqlite3"
    migrate(f"sqlite:///{path}")
    records = open_records(f"sqlite:///{path}")
    records.calls.note([snapshot()])
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
    records.close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RecordsUnavailable, match="check IVR_DATA"):
        migrate(f"sqlite:///{tmp_path}/file/records.sqlite3")


def test_sqlite_keeps_a_write_ahead_log_for_everybody(database_url: str) -> None:
    migrate(database_url)
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_sqlite_writes_wait_for_each_other(database_url: str) -> None:
    migrate(database_url)
    records = open_records(database_url)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: records.calls.note([snapshot(call_sid=f"CA{n}")]), range(200)))
    assert len(records.calls.newest(limit=1000)) == 200
    records.close()


def test_readers_do_not_wait_for_a_writer(database_url: str) -> None:
    migrate(database_url)
    records = open_records(database_url)
    records.calls.note([snapshot()])
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("DELETE FROM calls")
    assert records.calls.find("CA1") == snapshot()
    other.execute("ROLLBACK")
    other.close()
    records.close()


def test_records_opened_before_a_fork_work_on_both_sides(
    records: SqlRecords, records_url: str
) -> None:
    records.calls.note([snapshot(call_sid="CA0")])
    child = os.fork()
    if child == 0:
        try:
            records.calls.note([snapshot(call_sid="CA1")])
            found = {call.call_sid for call in records.calls.newest()}
            os._exit(0 if found >= {"CA0", "CA1"} else 1)
        finally:
            os._exit(2)
    records.calls.note([snapshot(call_sid="CA2")])
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert {call.call_sid for call in records.calls.newest()} == {"CA0", "CA1", "CA2"}


def test_an_unreachable_database_is_told_from_a_refusing_one(tmp_path: Path) -> None:
    records = open_records(f"sqlite:///{tmp_path}/missing/records.sqlite3")
    with pytest.raises(RecordsUnavailable, match="check IVR_DATABASE_URL"):
        records.calls.newest()


def test_a_database_without_tables_says_how_to_mend_it(empty_database: str) -> None:
    records = open_records(empty_database)
    with pytest.raises(RecordsUnavailable, match="serve` once, which sets them up"):
        records.calls.newest()
    records.close()


def test_looking_for_an_sqlite_database_does_not_make_it(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite3"
    with pytest.raises(RecordsUnavailable, match="no records yet"):
        open_records(f"sqlite:///{file}").versions.holds()
    assert not file.exists()


def test_an_empty_file_is_no_database_yet(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite3"
    file.touch()
    assert read_versions(f"sqlite:///{file}") is None


def test_an_error_does_not_repeat_what_was_to_be_written(empty_database: str) -> None:
    records = open_records(empty_database)
    with pytest.raises(RecordsUnavailable) as caught:
        records.calls.note([snapshot(from_="+441632960001")])
    assert "+441632960001" not in str(caught.value)
    records.close()


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/name", "sqlite//x"])
def test_a_wrong_url_is_refused_with_the_mend(url: str) -> None:
    with pytest.raises(SettingsError, match="sqlite"):
        open_records(url)


def test_a_wrong_url_is_not_repeated_as_it_may_hold_a_password() -> None:
    with pytest.raises(SettingsError) as caught:
        open_records("postgresql//user:s3cret@host/name")
    assert "s3cret" not in str(caught.value)


def test_a_time_without_a_zone_is_refused(records: SqlRecords) -> None:
    with pytest.raises(Exception, match="no time zone"):
        records.calls.note([snapshot(started_at=NOON.replace(tzinfo=None))])
