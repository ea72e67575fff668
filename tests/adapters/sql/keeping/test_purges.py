"""Deleting: what is over its time goes, its proof stays, and nobody's else is touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from ivr.adapters.files.folder_storage import FolderStorage
from ivr.adapters.s3.bucket_storage import BucketStorage
from ivr.adapters.sql import SqlRecords
from ivr.adapters.sql.database import connect, reading, writing
from ivr.adapters.sql.keeping.purge_repository import REQUEST, Delete
from ivr.adapters.sql.tables import metadata
from ivr.core.jobs.acts import Close, Note
from ivr.core.jobs.job import Outcome
from ivr.core.records.draft import Draft
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.purge import Purge, Purged
from ivr.core.records.retention import RetentionRule, Traces
from ivr.core.records.text_message import TextNote, TextReceived
from ivr.core.records.timeline import LegNote
from ivr.errors import StorageError
from tests.adapters.sql.records_samples import (
    FIRST,
    HEARD,
    NOON,
    SECOND,
    message_note,
    recording_note,
    snapshot,
)
from tests.call_back_samples import call_back
from tests.job_changes import act_on, open_job
from tests.job_samples import new_job
from tests.s3_server import ObjectStore

RULE = RetentionRule(audio=30, transcript=90, caller=365, version="v7")
CALLER = "+441632960001"
CLIENT = "rainbow-frost"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of recordings."""
    return tmp_path / "recordings"


def deleting(folder: Path) -> Delete:
    """Deletes recordings in a folder."""
    return FolderStorage(folder).delete


def leave(records: SqlRecords, folder: Path, number: int = 1, client: str = CLIENT) -> str:
    """A call with a turn in which something was said, and a message with its audio and words."""
    sid = f"CA{number}"
    turn = replace(SECOND, call_sid=sid, said="help", legs=())
    records.calls.note([snapshot(call_sid=sid, client=client), replace(FIRST, call_sid=sid), turn])
    about = {"recording_sid": f"RE{number}", "call_sid": sid, "client": client}
    message_id = records.messages.keep(message_note(**about))
    records.messages.recording_ready(recording_note(**about))
    path = folder / client / f"{number}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF")
    records.recordings.audio_stored(message_id, f"{client}/{number}.wav", 2.0, NOON)
    records.recordings.transcribed(message_id, HEARD, NOON)
    return message_id


def close_jobs(records: SqlRecords, message_id: str) -> None:
    job = records.jobs.of_message(message_id)
    if job:
        act_on(records, job.id, Close(Outcome.DONE, "rang back"), "sam", NOON)


def purge(records: SqlRecords, folder: Path, days: int, client: str | None = CLIENT) -> int:
    """Delete what is over its time so many days after the call, until nothing is left to delete."""
    now, total = NOON + timedelta(days=days, seconds=1), 0
    while count := records.purges.purge(client, RULE, deleting(folder), now):
        total += count
    return total


def test_nothing_goes_before_its_time(records: SqlRecords, folder: Path) -> None:
    message_id = leave(records, folder)
    assert records.purges.purge(CLIENT, RULE, deleting(folder), NOON + timedelta(days=30)) == 0
    assert records.messages.find(message_id)
    assert records.purges.proofs() == []


def test_audio_goes_first_here_and_at_the_carrier(records: SqlRecords, folder: Path) -> None:
    message_id = leave(records, folder)
    assert purge(records, folder, 30) == 1
    message = records.messages.find(message_id)
    assert message
    assert (message.audio, message.transcript is not None) == (None, True)
    assert message.audio_gone_at == NOON + timedelta(days=30, seconds=1)
    assert list(folder.rglob("*.wav")) == []
    [due] = records.outbox.claim([OutboxKind.DISCARD], message.audio_gone_at, timedelta(1), 9)
    assert (due.subject, due.payload["recording_sid"]) == (message_id, "RE1")
    assert not records.recordings.transcribe_again(message_id, None, NOON)


def test_a_recording_that_never_reached_us_is_deleted_at_the_carrier_too(
    records: SqlRecords, folder: Path
) -> None:
    message_id = records.messages.recording_ready(recording_note())
    purge(records, folder, 30)
    later = NOON + timedelta(days=31)
    [due] = records.outbox.claim([OutboxKind.DISCARD, OutboxKind.FETCH], later, timedelta(1), 9)
    assert (due.kind, due.subject) == (OutboxKind.DISCARD, message_id)


def test_then_the_words_go_of_messages_and_of_turns(records: SqlRecords, folder: Path) -> None:
    message_id = leave(records, folder)
    purge(records, folder, 90)
    message = records.messages.find(message_id)
    assert message
    assert message.transcript is None
    assert message.fields == {"reason": "a leak"}
    assert records.recordings.transcripts(message_id) == []
    assert [turn.said for turn in records.calls.timeline("CA1").turns] == [None, None]
    assert records.search.find("ceiling") == []
    assert len(records.search.find("leak")) == 1


def test_at_last_nothing_of_the_caller_is_left_anywhere(
    records: SqlRecords, records_url: str, folder: Path
) -> None:
    close_jobs(records, leave(records, folder))
    note = TextNote(
        client=CLIENT, call_sid="CA1", turn=1, node="n", to=CALLER, from_="+44", body="Hello"
    )
    records.texts.promise(note, NOON)
    [sms] = records.outbox.claim([OutboxKind.SMS], NOON, timedelta(1), 9)
    records.outbox.finish(sms.id, NOON)
    purge(records, folder, 365)
    assert (records.calls.newest(), records.messages.newest()) == ([], [])
    assert records.search.find("01632") == []
    kept = everything(records_url)
    assert set(kept) == {"purges", "outbox"}
    assert {row["kind"] for row in kept["outbox"]} == {OutboxKind.DISCARD}
    assert not any(word in str(kept) for word in (CALLER, "960001", "leak", "ceiling", "CA1"))


def test_what_was_written_about_a_caller_is_found_no_more_once_it_is_deleted(
    records: SqlRecords, records_url: str, folder: Path
) -> None:
    form = new_job(caller=CALLER, fields={"patient": "Wilhelmina"})
    job = open_job(records, form, NOON)
    act_on(records, job.id, Close(Outcome.DONE, "mended the boiler"), "sam", NOON)
    message = leave(records, folder)
    of_message = records.jobs.of_message(message)
    assert of_message
    act_on(records, of_message.id, Close(Outcome.DONE, "sent a plumber"), "sam", NOON)
    for word in ("wilhelmina", "boiler", "plumber"):
        assert len(records.search.find(word)) == 1
    purge(records, folder, 365)
    for word in ("wilhelmina", "boiler", "plumber", "0163296", "client"):
        assert records.search.find(word) == []
    assert "search_documents" not in everything(records_url)
    check_index(records_url)


def test_erasing_a_caller_takes_their_jobs_and_forms_out_of_the_search(
    records: SqlRecords, records_url: str, folder: Path
) -> None:
    open_job(records, new_job(caller=CALLER, fields={"patient": "Wilhelmina"}), NOON)
    message = leave(records, folder)
    gave = replace(HEARD, number_given="+441604529170")
    records.recordings.transcribed(message, gave, NOON)
    of_message = records.jobs.of_message(message)
    assert of_message
    act_on(records, of_message.id, Note("rang the plumber"), "sam", NOON)
    records.purges.erase(
        "+441604529170", None, deleting(folder), NOON, "server"
    )  # given by voice alone
    assert records.search.find("plumber") == []
    assert len(records.search.find("wilhelmina")) == 1
    records.purges.erase(CALLER, None, deleting(folder), NOON, "server")
    assert records.search.find("wilhelmina") == records.search.find("01632") == []
    check_index(records_url)


def test_a_call_back_is_erased_with_all_that_happened_in_it(
    records: SqlRecords, records_url: str, folder: Path
) -> None:
    sid, moment = "callback-cb1", NOON + timedelta(minutes=5)
    records.call_backs.promise(call_back("cb1", number=CALLER))
    records.call_backs.reached("cb1", "c1", "CA7", moment)
    written = Draft(
        call_sid=sid,
        client="acme",
        flow_version="v",
        operator="sam",
        caller=CALLER,
        began_at=moment,
        updated_at=moment,
    )
    records.drafts.begin(written)
    leg = LegNote(key="1", call_sid=sid, role="operator", to="sam", started_at=moment)
    records.calls.note([leg, snapshot(call_sid="CA-cb1", from_=CALLER, client="acme")])
    rows = records.purges.caller_file(records.purges.traces(CALLER, None))
    assert {"drafts", "legs", "call_events", "callbacks"} <= {name for name in rows if rows[name]}
    records.purges.erase(CALLER, None, deleting(folder), moment, "server")
    assert set(everything(records_url)) == {"purges", "erased"}, "the proof, and digests of SIDs"


def check_index(url: str) -> None:
    """SQLite itself looks whether its index has what the documents have, and nothing else."""
    engine = connect(url)
    if engine.dialect.name == "sqlite":
        check = "INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"
        with writing(engine) as connection:
            connection.exec_driver_sql(check)
    engine.dispose()


def test_what_an_open_job_needs_stays_until_it_is_closed(records: SqlRecords, folder: Path) -> None:
    message_id = leave(records, folder)
    assert records.jobs.of_message(message_id)
    purge(records, folder, 400)
    assert records.messages.find(message_id)
    assert records.calls.find("CA1")
    close_jobs(records, message_id)
    purge(records, folder, 400)
    assert (records.messages.find(message_id), records.calls.find("CA1")) == (None, None)


def test_another_client_s_are_not_touched(records: SqlRecords, folder: Path) -> None:
    mine, theirs = leave(records, folder), leave(records, folder, 2, "dental")
    close_jobs(records, mine)
    close_jobs(records, theirs)
    purge(records, folder, 400)
    assert records.messages.find(mine) is None
    assert records.messages.find(theirs) is not None
    assert (folder / "dental" / "2.wav").is_file()
    assert [call.client for call in records.calls.newest()] == ["dental"]


def test_calls_to_nobody_s_number_go_too(records: SqlRecords, folder: Path) -> None:
    records.calls.note([snapshot(client=None)])
    assert records.purges.clients() == [None]
    purge(records, folder, 400, None)
    assert records.calls.newest() == []


def test_the_proof_tells_what_when_and_by_which_rule_and_of_nobody(
    records: SqlRecords, folder: Path
) -> None:
    for number in range(3):
        leave(records, folder, number)
    purge(records, folder, 30)
    now = NOON + timedelta(days=30, seconds=1)
    assert records.purges.proofs() == [
        Purge(
            at=now,
            client=CLIENT,
            kind=Purged.AUDIO,
            count=3,
            until=now - timedelta(days=30),
            rule="audio 30d",
            version="v7",
            by="retention",
        )
    ]
    assert CALLER not in str(asdict(records.purges.proofs()[0]))


def test_a_batch_is_bounded(
    records: SqlRecords, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.adapters.sql.keeping.purge_repository.BATCH", 2)
    for number in range(5):
        leave(records, folder, number)
    now = NOON + timedelta(days=31)
    counts = [records.purges.purge(CLIENT, RULE, deleting(folder), now) for _ in range(4)]
    assert counts == [2, 2, 1, 0]
    assert sum(proof.count for proof in records.purges.proofs()) == 5


def test_whoever_dies_between_file_and_row_leaves_nothing_behind(
    records: SqlRecords, folder: Path
) -> None:
    leave(records, folder)
    (folder / CLIENT / "1.wav").unlink()
    assert purge(records, folder, 30) == 1


def test_all_about_a_caller_is_erased_at_once_with_its_open_jobs(
    records: SqlRecords, records_url: str, folder: Path
) -> None:
    leave(records, folder)
    other = leave(records, folder, 2, "dental")
    text = TextReceived(
        message_sid="SM1", client=CLIENT, from_=CALLER, to="+44", body="Hi", received_at=NOON
    )
    records.texts.keep(text)
    records.calls.note([snapshot(call_sid="CA9", from_="+447700900123")])
    found = records.purges.traces(CALLER, CLIENT)
    assert records.purges.erase(CALLER, CLIENT, deleting(folder), NOON, "server") == found
    assert (found.calls, len(found.messages), found.texts) == (("CA1",), 1, ("SM1",))
    assert records.purges.traces(CALLER, CLIENT) == Traces()
    assert {call.call_sid for call in records.calls.newest()} == {"CA2", "CA9"}
    assert records.messages.find(other)
    [proof] = records.purges.proofs()
    assert (proof.rule, proof.by, proof.count) == (REQUEST, "server", found.count)
    records.purges.erase(CALLER, None, deleting(folder), NOON, "server")
    left = everything(records_url)
    assert CALLER not in str(left)
    assert [row["call_sid"] for row in left["calls"]] == ["CA9"]
    assert list(folder.rglob("*.wav")) == []


def test_who_gave_the_number_by_voice_alone_is_found_by_it(
    records: SqlRecords, folder: Path
) -> None:
    message_id = leave(records, folder)
    records.recordings.transcribed(message_id, replace(HEARD, number_given="+441604529170"), NOON)
    assert records.purges.traces("+441604529170", None).messages == (message_id,)


def everything(url: str) -> dict[str, list[dict[str, object]]]:
    """Every row of every table that has any."""

    def rows() -> Iterator[tuple[str, list[dict[str, object]]]]:
        engine = connect(url)
        with reading(engine) as connection:
            for table in metadata.sorted_tables:
                found = connection.execute(sa.select(table)).mappings()
                yield table.name, [dict(row) for row in found]
        engine.dispose()

    return {name: found for name, found in rows() if found}


def test_recordings_in_a_bucket_go_by_one_request(
    records: SqlRecords, folder: Path, object_store: ObjectStore
) -> None:
    bucket = object_store.bucket("agency")
    for number in range(3):
        leave(records, folder, number)
        key = f"agency/{CLIENT}/{number}.wav"
        object_store.client.put_object(Bucket=bucket.name, Key=key, Body=b"RIFF")
    asked: list[list[str]] = []

    def delete(names: Iterable[str]) -> None:
        asked.append(list(names))
        BucketStorage(bucket).delete(asked[-1])

    now = NOON + timedelta(days=30, seconds=1)
    assert records.purges.purge(CLIENT, RULE, delete, now) == 3
    assert object_store.keys(bucket) == []
    assert [len(names) for names in asked if names] == [3]


def test_what_the_storage_does_not_delete_is_not_forgotten(
    records: SqlRecords, folder: Path
) -> None:
    message_id = leave(records, folder)

    def away(names: Iterable[str]) -> None:
        raise StorageError("It is away.")

    with pytest.raises(StorageError):
        records.purges.purge(CLIENT, RULE, away, NOON + timedelta(days=30, seconds=1))
    message = records.messages.find(message_id)
    assert message is not None
    assert message.audio
    assert purge(records, folder, 30) == 1
