"""The outbox: claims, leases and what a dead worker leaves behind."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import datetime, timedelta

from ivr.adapters.sql import SqlRecords
from ivr.core.records.message import Recipient
from ivr.core.records.outbox import Backlog
from tests.adapters.sql.records_samples import NOON, message_note, recording_note

LEASE = timedelta(minutes=5)


def promise(records: SqlRecords, number: int, start: datetime = NOON) -> None:
    """`fetch` rows without e-mails, each due a second after the one before."""
    for n in range(number):
        at = start + timedelta(seconds=n)
        nobody = Recipient("Ian", None)
        note = recording_note(recording_sid=f"RE{n}", received_at=at, recipient=nobody)
        records.messages.recording_ready(note)


LATER = NOON + timedelta(hours=1)


def test_nothing_is_given_out_before_it_is_due(records: SqlRecords) -> None:
    promise(records, 1)
    assert records.outbox.claim(["fetch"], NOON - timedelta(seconds=1), LEASE, limit=5) == []


def test_the_longest_due_come_first_and_no_more_than_asked_for(records: SqlRecords) -> None:
    promise(records, 5)
    first = records.outbox.claim(["fetch"], LATER, LEASE, limit=2)
    second = records.outbox.claim(["fetch"], LATER, LEASE, limit=9)
    urls = [m.id for m in reversed(records.messages.newest())]
    assert [item.subject for item in first + second] == urls


def test_only_the_kinds_asked_for_are_given_out(records: SqlRecords) -> None:
    records.messages.recording_ready(recording_note())
    assert [i.kind for i in records.outbox.claim(["email"], LATER, LEASE, limit=9)] == ["email"]
    assert records.outbox.claim(["transcribe"], LATER, LEASE, limit=9) == []


def test_a_claimed_item_is_given_out_again_when_its_lease_ends(records: SqlRecords) -> None:
    promise(records, 1)
    (first,) = records.outbox.claim(["fetch"], NOON, LEASE, limit=5)
    assert (
        records.outbox.claim(["fetch"], NOON + LEASE - timedelta(seconds=1), LEASE, limit=5) == []
    )
    (again,) = records.outbox.claim(["fetch"], NOON + LEASE, LEASE, limit=5)
    assert (again.id, again.key) == (first.id, first.key)
    assert (first.attempts, again.attempts) == (1, 2)
    assert (first.first_claimed_at, again.first_claimed_at) == (NOON, NOON)


def test_what_is_done_stays_done(records: SqlRecords) -> None:
    promise(records, 1)
    (item,) = records.outbox.claim(["fetch"], NOON, LEASE, limit=5)
    records.outbox.finish(item.id, NOON)
    records.outbox.put_back(item.id, NOON, "too late to matter")
    records.outbox.give_up(item.id, "too late to matter", NOON)
    assert records.outbox.claim(["fetch"], LATER, LEASE, limit=5) == []
    promise(records, 1)  # the carrier repeats its callback
    assert records.outbox.claim(["fetch"], LATER, LEASE, limit=5) == []


def test_what_failed_is_due_when_the_failure_said(records: SqlRecords) -> None:
    promise(records, 1)
    (item,) = records.outbox.claim(["fetch"], NOON, LEASE, limit=5)
    at = NOON + timedelta(seconds=30)
    records.outbox.put_back(item.id, at, "connection refused")
    assert records.outbox.claim(["fetch"], at - timedelta(seconds=1), LEASE, limit=5) == []
    assert [i.attempts for i in records.outbox.claim(["fetch"], at, LEASE, limit=5)] == [2]


def test_what_was_given_up_is_not_tried_again(records: SqlRecords) -> None:
    promise(records, 1)
    (item,) = records.outbox.claim(["fetch"], NOON, LEASE, limit=5)
    records.outbox.give_up(item.id, "no such recording", NOON)
    assert records.outbox.claim(["fetch"], LATER, LEASE, limit=5) == []


def test_what_waits_is_counted_with_the_oldest_due_time(records: SqlRecords) -> None:
    assert records.outbox.waiting("fetch") == Backlog(0, None)
    promise(records, 3)
    (item,) = records.outbox.claim(["fetch"], NOON, LEASE, limit=1)
    assert records.outbox.waiting("fetch") == Backlog(3, NOON)
    records.outbox.finish(item.id, NOON)
    assert records.outbox.waiting("fetch") == Backlog(2, NOON + timedelta(seconds=1))
    assert records.outbox.waiting("email") == Backlog(0, None)


CLAIMER = """
import json, sys
from datetime import datetime, timedelta
from ivr.adapters.sql import open_records
records = open_records(sys.argv[1])
now, lease = datetime.fromisoformat(sys.argv[2]), timedelta(seconds=float(sys.argv[3]))
records.outbox.waiting("fetch")
print("ready", flush=True)
sys.stdin.readline()
ids = []
while claimed := records.outbox.claim(["fetch"], now, lease, limit=int(sys.argv[4])):
    ids += [item.id for item in claimed]
    if len(sys.argv) > 5:
        break
print(json.dumps(ids), flush=True)
sys.stdin.readline()
"""


def claimer(url: str, limit: int, *more: str) -> subprocess.Popen[str]:
    """A process that claims when it is told to, and then waits to be told to end."""
    command = [sys.executable, "-c", CLAIMER, url, LATER.isoformat(), "300", str(limit), *more]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def claimed_by(process: subprocess.Popen[str]) -> list[int]:
    assert process.stdout is not None
    ids: list[int] = json.loads(process.stdout.readline())
    return ids


def test_two_processes_never_get_the_same_item(records: SqlRecords, records_url: str) -> None:
    promise(records, 60)
    processes = [claimer(records_url, 3) for _ in range(2)]
    for process in processes:
        go(process)
    shares = [claimed_by(process) for process in processes]
    for process in processes:
        process.communicate("\n")
        assert process.returncode == 0
    together = [item for share in shares for item in share]
    assert len(together) == len(set(together)) == 60


def test_a_worker_killed_between_claim_and_done_loses_nothing(
    records: SqlRecords, records_url: str
) -> None:
    promise(records, 1)
    worker = claimer(records_url, 1, "once")
    go(worker)
    held = claimed_by(worker)
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    assert len(held) == 1
    assert records.outbox.claim(["fetch"], LATER, LEASE, limit=5) == []
    (item,) = records.outbox.claim(["fetch"], LATER + LEASE, LEASE, limit=5)
    assert ([item.id], item.attempts) == (held, 2)


def test_a_note_of_the_turn_does_not_repeat_finished_work(records: SqlRecords) -> None:
    promise(records, 1)
    (item,) = records.outbox.claim(["fetch"], NOON, LEASE, limit=5)
    records.outbox.finish(item.id, NOON)
    records.messages.keep(message_note(recording_sid="RE0", recipient=Recipient("Ian", None)))
    assert records.outbox.waiting("fetch").count == 0
