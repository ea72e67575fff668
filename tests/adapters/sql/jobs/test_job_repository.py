"""Jobs in the records: one owner at any time, also while many act at once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.adapters.sql import SqlRecords
from ivr.adapters.sql.database import connect
from ivr.adapters.sql.jobs.job_repository import SqlJobRepository
from ivr.adapters.sql.tables import jobs
from ivr.core.accounts.actor import at_server
from ivr.core.jobs.acts import Act, Close, Hand, HandOn, Note, Plan, Return, Snooze, Take
from ivr.core.jobs.job import AGREEMENT, Job, Outcome, Owner, OwnerKind
from ivr.core.jobs.rules import replayed
from ivr.errors import JobError, JobMoved
from tests.adapters.sql.records_samples import message_note, recording_note
from tests.job_changes import act_on, escalate, open_job
from tests.job_samples import AGENCY, HOUR, IAN, MAYA, MINUTE, NOON, OWNERS, SAM, acts, new_job


def check(book: SqlJobRepository, job_id: str) -> Job:
    """The job, which had one owner after each act; they are all written down and replay to it."""
    job, history = book.find(job_id), book.history(job_id)
    assert job is not None
    assert [entry.version for entry in history] == list(range(1, job.version + 1))
    for number, entry in enumerate(history, start=1):
        assert entry.owner.kind in OwnerKind
        assert entry.owner.id
        assert entry.owner.name
        assert replayed(job, history[:number]).owner == entry.owner
    assert replayed(job, history) == job
    return job


def in_line(job: Job) -> Owner:
    """Who is next in line for a job."""
    return MAYA if job.line else AGENCY


def test_a_job_is_kept_as_it_was_opened(records: SqlRecords) -> None:
    new = new_job(caller="+441632960001", call_sid="CA1", fields={"reason": "a leak"})
    job = open_job(records, new, NOON)
    assert records.jobs.find(job.id) == job
    assert check(records.jobs, job.id).fields == {"reason": "a leak"}
    assert records.jobs.find("nothing") is None


def test_every_act_is_kept_with_its_name_and_time(records: SqlRecords) -> None:
    book = records.jobs
    job = open_job(records, new_job(), NOON)
    done: list[tuple[Act, str]] = [
        (Take(SAM), "sam"),
        (Hand(MAYA, "she knows the house"), "sam"),
        (Return("on holiday"), "maya"),
        (Snooze(NOON + 3 * HOUR, "after lunch"), "sam"),
        (Plan("Send the plan", NOON + 9 * HOUR), "sam"),
        (Note("engaged"), "ann"),
        (Close(Outcome.DONE, "rang back"), "sam"),
    ]
    for number, (act, by) in enumerate(done, start=1):
        act_on(records, job.id, act, by, NOON + number * MINUTE)
    kept = [(entry.act, entry.by) for entry in book.history(job.id)[1:]]
    assert kept == done
    closed = check(book, job.id)
    assert (closed.owner, closed.outcome, closed.reason) == (SAM, Outcome.DONE, "rang back")


def test_whoever_acts_on_what_they_saw_before_somebody_else_acted_is_told(
    records: SqlRecords,
) -> None:
    book = records.jobs
    job = open_job(records, new_job(), NOON)
    act_on(records, job.id, Take(SAM), "sam", NOON + MINUTE, expected=1)
    with pytest.raises(JobMoved, match=r"sam has acted on this job.*Sam Okafor has it"):
        act_on(records, job.id, Take(MAYA), "maya", NOON + 2 * MINUTE, expected=1)
    assert check(book, job.id).owner == SAM


def test_what_the_rules_refuse_changes_nothing(records: SqlRecords) -> None:
    job = open_job(records, new_job(), NOON)
    with pytest.raises(JobError, match="has this job already"):
        act_on(records, job.id, Take(IAN), "ian", NOON)
    with pytest.raises(JobError, match="There is no job nothing"):
        act_on(records, "nothing", Take(IAN), "ian", NOON)
    assert records.jobs.find(job.id) == job


def test_what_is_done_in_one_unit_of_work_is_kept_together_or_not_at_all(
    records: SqlRecords,
) -> None:
    job = open_job(records, new_job(), NOON)
    with pytest.raises(JobError, match="refused"), records.unit_of_work() as work:
        work.jobs.act(job.id, Take(SAM), "sam", NOON)
        work.audit.add(at_server().entry("acted on a job", NOON))
        raise JobError("It is refused after all.")
    assert records.jobs.find(job.id) == job
    assert len(records.jobs.history(job.id)) == 1
    assert records.audit.page() == ([], False)


def test_the_database_itself_takes_no_job_without_an_owner(
    records: SqlRecords, records_url: str
) -> None:
    job = open_job(records, new_job(), NOON)
    engine = connect(records_url)
    for name in ("owner_kind", "owner", "owner_name"):
        for nobody in (None, ""):
            with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
                connection.execute(sa.update(jobs).values({name: nobody}))
    engine.dispose()
    assert records.jobs.find(job.id) == job


@pytest.mark.parametrize("turn_first", [True, False])
def test_a_message_opens_one_job_whichever_note_of_it_comes_first_and_however_often(
    turn_first: bool, records: SqlRecords
) -> None:
    notes: list[Callable[[], str]] = [
        lambda: records.messages.keep(message_note()),
        lambda: records.messages.recording_ready(recording_note(received_at=NOON + MINUTE)),
    ]
    for note in (notes if turn_first else notes[::-1]) * 2:
        message_id = note()
    job = records.jobs.of_message(message_id)
    assert job is not None
    assert (job.kind, job.client, job.call_sid) == ("message", "rainbow-frost", "CA1")
    assert (job.owner, job.due_at, job.line) == (IAN, NOON + 4 * HOUR, ("maya",))
    assert (job.caller, job.fields) == ("+441632960001", {"reason": "a leak"})
    check(records.jobs, job.id)
    assert len(records.jobs.history(job.id)) == 1


def test_the_e_mail_goes_to_whom_the_job_was_opened_for(records: SqlRecords) -> None:
    """Also where the other note comes on a day on which somebody else is on call."""
    first = records.messages.keep(message_note())
    late = replace(recording_note().recipient, name="Maya Frost", email="maya@example.com")
    opening = replace(recording_note().opening, owner=MAYA)
    records.messages.recording_ready(recording_note(recipient=late, opening=opening))
    message, job = records.messages.find(first), records.jobs.of_message(first)
    assert message is not None
    assert job is not None
    assert (message.recipient.name, job.owner) == ("Ian Frost", IAN)


def test_a_message_that_is_refused_opens_no_job(records: SqlRecords) -> None:
    nobody = replace(message_note().opening, owner=Owner(OwnerKind.PERSON, "", ""))
    with pytest.raises(JobError):
        records.messages.keep(message_note(opening=nobody))
    assert records.messages.newest() == []


def test_the_agreement_acts_when_its_time_comes_once(records: SqlRecords) -> None:
    book = records.jobs
    job = open_job(records, new_job(), NOON)
    assert book.rising(NOON + 2 * HOUR) == []
    told = []
    for hours in (3.0, 3.5, 4.0, 4.2, 4.5, 5.0, 6.0):
        now = NOON + timedelta(hours=hours)
        due = book.rising(now)
        acted = [escalate(records, each, now, in_line) for each in due]
        told += [(hours, act.act) for act in acted if act]
    assert told == [(3.0, "remind"), (4.0, "hand_on"), (4.5, "hand_on"), (5.0, "alarm")]
    assert [entry.by for entry in book.history(job.id)[1:]] == [AGREEMENT] * 4
    assert check(book, job.id).owner == AGENCY


def test_a_closed_job_does_not_rise(records: SqlRecords) -> None:
    job = open_job(records, new_job(), NOON)
    act_on(records, job.id, Close(Outcome.DONE, "rang back"), "ian", NOON)
    assert records.jobs.rising(NOON + 99 * HOUR) == []
    assert escalate(records, job.id, NOON + 99 * HOUR, lambda _: AGENCY) is None


def test_of_several_relays_one_hands_a_job_on(records: SqlRecords) -> None:
    book = records.jobs
    job = open_job(records, new_job(), NOON)
    now = NOON + 4 * HOUR
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: escalate(records, job.id, now, lambda _: MAYA), range(8)))
    assert [act for act in done if act] == [HandOn(MAYA)]
    assert check(book, job.id).owner == MAYA


def test_of_many_who_take_a_job_at_once_one_has_it_and_the_others_are_told(
    records: SqlRecords,
) -> None:
    book = records.jobs
    job = open_job(records, new_job(), NOON)
    everybody = [Owner(OwnerKind.OPERATOR, f"o{n}", f"Operator {n}") for n in range(12)]

    def take(who: Owner) -> str | None:
        try:
            act_on(records, job.id, Take(who), who.id, NOON + MINUTE, expected=1)
        except JobMoved:
            return None
        return who.id

    with ThreadPoolExecutor(12) as pool:
        winners = [who for who in pool.map(take, everybody) if who]
    assert winners == [check(book, job.id).owner.id]
    assert len(book.history(job.id)) == 2


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(acts(), min_size=1, max_size=6), min_size=2, max_size=5), st.data())
def test_whatever_many_do_at_once_every_job_has_one_owner_and_its_whole_history(
    records: SqlRecords, hands: list[list[Act]], data: st.DataObject
) -> None:
    """Each hand acts in a thread of its own, with the version it saw or without; the agreement
    joins in, and somebody looks on: whatever they see of the owner stands in the history."""
    book = records.jobs
    job = open_job(records, new_job(data.draw(st.sampled_from(OWNERS))), NOON)
    looks = data.draw(st.booleans())

    def work(number: int) -> Counter[bool]:
        told: Counter[bool] = Counter()
        for n, act in enumerate(hands[number], start=1):
            seen = book.find(job.id)
            assert seen is not None
            try:
                expected = seen.version if looks else None
                act_on(records, job.id, act, f"hand {number}", NOON + n * HOUR, expected)
                told[True] += 1
            except JobError as error:
                assert str(error)
                told[False] += 1
        return told

    def agree(_: int) -> Counter[bool]:
        step = escalate(records, job.id, NOON + 5 * HOUR, in_line)
        return Counter({True: 1 if step else 0})

    def watch() -> set[tuple[int, Owner]]:
        seen = set()
        while not over.is_set():
            now = book.find(job.id)
            assert now is not None
            seen.add((now.version, now.owner))
        return seen

    over = Event()
    with ThreadPoolExecutor(len(hands) + 2) as pool:
        watched = pool.submit(watch)
        agreed = pool.submit(agree, 0)
        try:
            told = sum(pool.map(work, range(len(hands))), Counter[bool]()) + agreed.result()
        finally:
            over.set()
        seen = watched.result()
    job = check(book, job.id)
    assert job.version == 1 + told[True]
    assert seen <= {(entry.version, entry.owner) for entry in book.history(job.id)}


WORKER = """
import random, sys
from datetime import timedelta
from ivr.errors import JobError
from ivr.core.jobs.acts import Close, Hand, Note, Reopen, Return, Take
from ivr.core.jobs.job import Outcome
from ivr.adapters.sql import open_records
from tests.job_changes import act_on
from tests.job_samples import MINUTE, NOON, OWNERS
url, job, seed = sys.argv[1:]
rng, records, done = random.Random(seed), open_records(url), 0
print("ready", flush=True)
sys.stdin.readline()
for n in range(25):
    act = rng.choice([Take, Hand])(rng.choice(OWNERS))
    act = rng.choice([act, act, Return(), Note("x"), Close(Outcome.DONE, "x"), Reopen()])
    try:
        act_on(records, job, act, seed, NOON + n * MINUTE)
        done += 1
    except JobError:
        pass
print(done)
"""


def test_several_processes_act_on_one_job_and_lose_nothing(
    records: SqlRecords, records_url: str
) -> None:
    job = open_job(records, new_job(), NOON)
    path = {"PYTHONPATH": str(Path(__file__).parents[4])}
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, records_url, job.id, f"worker {n}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=path,
        )
        for n in range(3)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    done = [int(worker.communicate("\n")[0]) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert check(records.jobs, job.id).version == 1 + sum(done)
    assert sum(done) > 20
