"""A backup holds all that is kept, as it was at one moment, and goes into either database."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from ivr.adapters.files.zip_backup import ZipBackup
from ivr.adapters.installation import open_installation
from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.adapters.sql.database import connect, reading, writing
from ivr.adapters.sql.tables import metadata
from ivr.adapters.system.running import only_server
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, StatusRequest
from ivr.core.flow.publication import FlowText
from ivr.errors import BackupError, ProcessError, RecordsError, RecordsUnavailable
from ivr.services.archive import backup as backups
from ivr.services.archive import restore as restores
from ivr.services.archive.manifest import Manifest
from ivr.settings import Settings
from tests.accounts import keep_account
from tests.adapters.sql.conftest import POSTGRES, make_database
from tests.adapters.sql.records_samples import (
    FIRST,
    HEARD,
    HELD,
    NOON,
    SECOND,
    message_note,
    recording_note,
    snapshot,
)
from tests.recordings_folder import recordings_folder
from tests.s3_server import ObjectStore
from tests.statuses import keep_status

KINDS = ["sqlite", *(["postgresql"] if POSTGRES else [])]
_numbers = count(1)
Make = Callable[[str], Settings]


@pytest.fixture
def make(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Make:
    """Makes the settings of a new installation on a kind of database."""

    def made(kind: str) -> Settings:
        number = next(_numbers)
        folder = tmp_path / f"installation-{number}"
        url = f"sqlite:///{folder}/var/records.sqlite3"
        if kind == "postgresql":
            url = make_database(request.getfixturevalue("postgres_server"), f"backup_{number}")
        return replace(
            settings,
            flows=folder / "flows",
            recordings=folder / "recordings",
            data=folder / "var",
            database_url=url,
        )

    return made


def back_up(settings: Settings, path: Path, now: datetime) -> Manifest:
    """What `python -m ivr backup` does."""
    return backups.back_up(open_installation(settings), ZipBackup(path), now)


def check(path: Path) -> Manifest:
    """What `python -m ivr restore --check` does."""
    return restores.check(ZipBackup(path))


def restore(settings: Settings, path: Path) -> Manifest:
    """What `python -m ivr restore` does."""
    return restores.restore(open_installation(settings), ZipBackup(path))


def fill(settings: Settings) -> SqlRecords:
    """An installation with something of everything."""
    migrate(settings.database_url)
    records = open_records(settings.database_url)
    (settings.flows / "templates").mkdir(parents=True)
    (settings.flows / "acme.yaml").write_text("client: Ácme\n", encoding="utf-8")
    (settings.flows / "templates" / "nights.yaml").write_text("x: 1\n", encoding="utf-8")
    (recordings_folder(settings) / "acme").mkdir(parents=True)
    (recordings_folder(settings) / "acme" / "one.wav").write_bytes(bytes(range(256)) * 99)
    (recordings_folder(settings) / "acme" / ".half.wav.x").write_bytes(b"not yet")
    records.calls.note([snapshot(), FIRST, SECOND, HELD])
    message_id = records.messages.keep(message_note())
    records.messages.recording_ready(recording_note())
    records.recordings.audio_stored(message_id, "acme/one.wav", 3.5, NOON)
    records.recordings.transcribed(message_id, HEARD, NOON)
    records.versions.publish_files([FlowText("acme", "v1", {"acme.yaml": "x"}, NOON, "ann")], NOON)
    keep_status(
        records,
        StatusRequest(
            client="acme",
            person="ian",
            kind=StatusKind.AWAY,
            starts=NOON,
            ends=None,
            by="Ian",
            how=How.TEXT,
        ),
        NOON,
    )
    account = Account(id="", login="ann", name="Ann", role=Role.ADMINISTRATOR)
    records.sessions.begin(keep_account(records, account, NOON), NOON)
    return records


def contents(settings: Settings) -> dict[str, list[dict[str, object]]]:
    """Every row of every table but sessions."""
    engine = connect(settings.database_url)
    with reading(engine) as connection:
        found = {
            table.name: [
                dict(row)
                for row in connection.execute(
                    sa.select(table).order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in metadata.sorted_tables
            if table.name != "sessions"
        }
    engine.dispose()
    return found


@pytest.mark.parametrize("into", KINDS)
@pytest.mark.parametrize("kind", KINDS)
def test_all_that_is_kept_comes_back_on_either_kind_of_database(
    kind: str, into: str, make: Make, tmp_path: Path
) -> None:
    source, target = make(kind), make(into)
    fill(source).close()
    manifest = back_up(source, tmp_path / "b.zip", NOON)
    assert manifest.rows["messages"] == 1
    assert check(tmp_path / "b.zip") == manifest
    restore(target, tmp_path / "b.zip")
    assert contents(target) == contents(source)
    assert (target.flows / "acme.yaml").read_text(encoding="utf-8") == "client: Ácme\n"
    assert (target.flows / "templates" / "nights.yaml").is_file()
    audio = recordings_folder(target) / "acme" / "one.wav"
    assert audio.read_bytes() == bytes(range(256)) * 99
    assert audio.stat().st_mode & 0o077 == 0
    assert [path.name for path in (recordings_folder(target) / "acme").iterdir()] == ["one.wav"]

    records = open_records(target.database_url)
    assert [hit.kind for hit in records.search.find("ceiling")] == ["message"]
    later = NOON + timedelta(days=1)
    [claimed] = records.outbox.claim(["email"], later, timedelta(1), 9)
    assert claimed.subject
    records.messages.keep(message_note(recording_sid="RE2"))  # new rows have ids of their own
    records.versions.publish_files(
        [FlowText("acme", "v2", {"acme.yaml": "y"}, later, "ann")], later
    )
    assert records.accounts.by_login("ann")
    records.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_made_under_writes_is_of_one_moment(kind: str, make: Make, tmp_path: Path) -> None:
    """Each call comes with its turn, in one transaction: a backup has both or neither."""
    source, target = make(kind), make("sqlite")
    records = fill(source)
    stop, written = threading.Event(), count()

    def write() -> None:
        while not stop.is_set():
            sid = f"CAw{next(written)}"
            turn = replace(FIRST, call_sid=sid)
            records.calls.note([snapshot(call_sid=sid), turn])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            back_up(source, tmp_path / f"{number}.zip", NOON)
    finally:
        stop.set()
        writer.join()
    restore(target, tmp_path / "2.zip")
    found = contents(target)
    calls = {row["call_sid"] for row in found["calls"]}
    assert calls == {row["call_sid"] for row in found["turns"]}
    assert {f"CAw{number}" for number in range(len(calls) - 1)} == calls - {"CA1"}
    assert next(written) > len(calls) > 1
    records.close()


@pytest.fixture
def backup(make: Make, tmp_path: Path) -> Path:
    """A backup of a small installation."""
    source = make("sqlite")
    fill(source).close()
    back_up(source, tmp_path / "b.zip", NOON)
    return tmp_path / "b.zip"


def untouched(target: Settings) -> bool:
    """Whether nothing was restored."""
    folders = (target.flows, recordings_folder(target))
    leftovers = [path for f in folders if f.parent.exists() for path in f.parent.glob(".*.*")]
    full = [folder for folder in folders if folder.exists() and any(folder.rglob("*.wav"))]
    return not leftovers and not full


def rewritten(path: Path, changes: dict[str, bytes], without: str = "") -> Path:
    """A copy of a backup with some members changed, added or left out."""
    changed = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for info in old.infolist():
            if info.filename != without and info.filename not in changes:
                new.writestr(info.filename, old.read(info.filename))
        for name, data in changes.items():
            new.writestr(name, data)
    return changed


@pytest.mark.parametrize(
    ("changes", "without", "says"),
    [
        ({"tables/calls.jsonl": b'{"call_sid": "CAx"}\n'}, "", "damaged"),
        ({"recordings/acme/one.wav": b"other"}, "", "damaged"),
        ({"flows/evil.yaml": b"x"}, "", "other files"),
        ({}, "tables/messages.jsonl", "other files"),
        ({}, "manifest.json", "no manifest"),
        ({"manifest.json": b"{}"}, "", "no manifest"),
    ],
)
def test_a_backup_that_is_not_what_was_written_is_refused_before_anything_is_changed(
    backup: Path, make: Make, changes: dict[str, bytes], without: str, says: str
) -> None:
    target = make("sqlite")
    changed = rewritten(backup, changes, without)
    with pytest.raises(BackupError, match=says):
        restore(target, changed)
    with pytest.raises(BackupError, match=says):
        check(changed)
    assert untouched(target)
    assert not target.data.exists()


def test_no_file_of_a_backup_leads_out_of_its_folder(backup: Path, make: Make) -> None:
    name, empty = (
        "flows/../../evil",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    )
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["members"][name] = [0, empty]
    changed = rewritten(backup, {name: b"", "manifest.json": json.dumps(manifest).encode()})
    with pytest.raises(BackupError, match="no place"):
        restore(make("sqlite"), changed)


def test_half_a_backup_is_refused(backup: Path, make: Make, tmp_path: Path) -> None:
    half = tmp_path / "half.zip"
    half.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    for path in (half, tmp_path / "missing.zip"):
        with pytest.raises(BackupError):
            restore(make("sqlite"), path)


@pytest.mark.parametrize("kind", KINDS)
def test_only_an_empty_installation_is_restored_into(kind: str, backup: Path, make: Make) -> None:
    target = make(kind)
    fill(target).close()
    before = contents(target)
    with pytest.raises(BackupError, match="not empty"):
        restore(target, backup)
    for folder in (target.flows, recordings_folder(target)):
        folder.rename(folder.with_name(f"{folder.name}-away"))
    with pytest.raises(BackupError, match="not empty: there are rows"):
        restore(target, backup)
    assert contents(target) == before
    assert untouched(target)


@pytest.mark.parametrize("kind", KINDS)
def test_tables_that_are_there_and_empty_are_no_hindrance(
    kind: str, backup: Path, make: Make
) -> None:
    target = make(kind)
    migrate(target.database_url)
    target.flows.mkdir(parents=True)
    restore(target, backup)
    assert len(contents(target)["calls"]) == 1


def test_a_backup_of_older_tables_is_brought_up_to_date(backup: Path, make: Make) -> None:
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["revision"] = "0006"
    of_then = ("calls", "messages", "transcripts", "outbox", "texts_received", "accounts", "audit")
    manifest["rows"] = {name: manifest["rows"][name] for name in of_then}
    changed = rewritten(backup, {"manifest.json": json.dumps(manifest).encode()})
    target = make("sqlite")
    restore(target, changed)
    records = open_records(target.database_url)
    assert records.calls.find("CA1") == snapshot()
    assert [hit.kind for hit in records.search.find("01632 960001")] == ["message", "call"]
    records.close()


def test_a_backup_of_tables_that_are_not_known_yet_is_refused(backup: Path, make: Make) -> None:
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["revision"] = "9999"
    changed = rewritten(backup, {"manifest.json": json.dumps(manifest).encode()})
    target = make("sqlite")
    with pytest.raises(RecordsError, match="newer"):
        restore(target, changed)
    assert untouched(target)


def test_nothing_is_restored_under_a_running_server(backup: Path, make: Make) -> None:
    target = make("sqlite")
    with only_server(target), pytest.raises(ProcessError):
        restore(target, backup)


def test_a_backup_overwrites_nothing_and_is_its_owner_s_alone(backup: Path, make: Make) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    with pytest.raises(BackupError, match="already"):
        back_up(make("sqlite"), backup, NOON)


def test_a_database_that_is_not_set_up_is_not_backed_up(make: Make, tmp_path: Path) -> None:
    source = make("sqlite")
    source.data.mkdir(parents=True)
    with pytest.raises(RecordsUnavailable, match="There are no records yet"):
        back_up(source, tmp_path / "b.zip", NOON)
    assert not (tmp_path / "b.zip").exists()


def test_a_database_of_another_version_is_not_backed_up(make: Make, tmp_path: Path) -> None:
    source = make("sqlite")
    source.data.mkdir(parents=True)
    migrate(source.database_url)
    engine = connect(source.database_url)
    with writing(engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    engine.dispose()
    with pytest.raises(BackupError, match="not up to date"):
        back_up(source, tmp_path / "b.zip", NOON)
    assert not (tmp_path / "b.zip").exists()


@pytest.fixture(autouse=True)
def no_leftovers(tmp_path: Path) -> Iterator[None]:
    """No test leaves a half-written backup behind."""
    yield
    assert not list(tmp_path.glob(".*.zip.*"))


def test_recordings_go_from_a_folder_into_a_bucket_and_back(
    make: Make, tmp_path: Path, object_store: ObjectStore
) -> None:
    source, there, back = make("sqlite"), make("sqlite"), make("sqlite")
    bucket = object_store.bucket("agency")
    there = replace(there, recordings=bucket)
    fill(source).close()
    back_up(source, tmp_path / "one.zip", NOON)
    restore(there, tmp_path / "one.zip")
    assert object_store.keys(bucket) == ["agency/acme/one.wav"]
    back_up(there, tmp_path / "two.zip", NOON)
    restore(back, tmp_path / "two.zip")
    assert (recordings_folder(back) / "acme" / "one.wav").read_bytes() == bytes(range(256)) * 99


def test_a_bucket_that_is_not_empty_takes_no_backup(
    make: Make, tmp_path: Path, object_store: ObjectStore
) -> None:
    source, there = make("sqlite"), make("sqlite")
    bucket = object_store.bucket()
    object_store.client.put_object(Bucket=bucket.name, Key="acme/own.wav", Body=b"RIFF")
    fill(source).close()
    back_up(source, tmp_path / "one.zip", NOON)
    with pytest.raises(BackupError, match=f"s3://{bucket.name} is not empty"):
        restore(replace(there, recordings=bucket), tmp_path / "one.zip")
    assert object_store.keys(bucket) == ["acme/own.wav"]


def test_a_restore_that_fails_takes_its_recordings_out_of_the_bucket_again(
    make: Make, tmp_path: Path, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, there = make("sqlite"), make("sqlite")
    bucket = object_store.bucket()
    fill(source).close()
    back_up(source, tmp_path / "one.zip", NOON)
    monkeypatch.setattr(Path, "rename", _no_rename)
    with pytest.raises(BackupError, match="tired"):
        restore(replace(there, recordings=bucket), tmp_path / "one.zip")
    assert object_store.keys(bucket) == []


def _no_rename(path: Path, target: Path) -> None:
    raise BackupError("the disk is tired")
