"""What comes of calling somebody back: exactly one end, and no promise that is forgotten."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from redis import Redis

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.sql import SqlRecords
from ivr.core.agency import Agency
from ivr.core.availability.standing import AS_USUAL
from ivr.core.call_back import CallBackState
from ivr.core.nodes import KINDS
from ivr.core.records.call_back import CallBack
from ivr.core.records.job_list import Wanted
from ivr.core.records.outbox import OutboxKind
from ivr.services.deliveries.called_back import CalledBack
from ivr.services.deliveries.job_notices import JobNotices
from ivr.services.jobs import JobService
from ivr.services.queue.call_backs import CallBackPlaces
from ivr.services.queue.connect import LEASE
from tests.call_back_samples import at, call_back
from tests.flow_files import PEOPLE, write

FLOW = (
    PEOPLE + "agreement: {message: {owner: ian, due: 1h}}\nstart: a\nnodes: {a: {hangup: Bye.}}\n"
)


@pytest.fixture
def queue(redis: Redis) -> RedisOperatorQueue:
    return RedisOperatorQueue(redis)


@pytest.fixture
def called(records: SqlRecords, queue: RedisOperatorQueue, tmp_path: Path) -> CalledBack:
    write(tmp_path, FLOW)
    CallBackPlaces(records.call_backs, queue).take(call_back("cb1"))
    told = partial(notices, tmp_path)
    return CalledBack(records, queue, JobService(records, told, lambda client: None), told)


def notices(flows: Path) -> JobNotices:
    return JobNotices(
        FolderLibrary(flows, KINDS),
        Agency(name="Larkfield"),
        "https://tango.example",
        lambda *_: AS_USUAL,
    )


def now_of(records: SqlRecords) -> CallBack:
    found = records.call_backs.find("cb1")
    assert found is not None
    return found


def jobs_of(records: SqlRecords) -> list[tuple[str, str]]:
    found = [records.jobs.find(each) for each in records.jobs.rising(at(99_999))]
    return [(job.summary, job.owner.id) for job in found if job]


def test_who_is_reached_is_not_called_again(called: CalledBack, records: SqlRecords) -> None:
    called.reached("cb1", "c1", "CA7", at(60))
    called.done("cb1", "c1", "CA7", at(120))
    after = now_of(records)
    assert (after.state, after.reached_call, after.attempts) == (CallBackState.REACHED, "CA7", 1)
    assert (after.reached_at, after.ended_at) == (at(60), at(120))
    called.missed("cb1", "c1", "no-answer", at(130))
    assert now_of(records) == after


def test_who_is_cut_off_waits_once_more_from_the_old_place(
    called: CalledBack, records: SqlRecords, queue: RedisOperatorQueue
) -> None:
    reservation = queue.take("sam", at(40), LEASE)
    assert reservation is not None
    queue.operator_answered(reservation.id, at(45))
    called.reached("cb1", "c1", "CA7", at(50))
    queue.requeue(reservation.id, at(60), lost=True)
    for now in (60, 61):
        called.cut_off("cb1", "c1", at(now))
    after = now_of(records)
    assert (after.state, after.reached_call, after.attempts) == (CallBackState.WAITING, None, 1)
    assert CallBackPlaces(records.call_backs, queue).hold(at(90)) == 0
    assert queue.waiting(at(91))[0].ticket.joined_at == at(0)


def test_where_another_promise_to_the_number_waits_the_one_that_was_cut_off_is_over(
    called: CalledBack, records: SqlRecords, queue: RedisOperatorQueue
) -> None:
    reservation = queue.take("sam", at(40), LEASE)
    assert reservation is not None
    queue.operator_answered(reservation.id, at(45))
    called.reached("cb1", "c1", "CA7", at(50))
    places = CallBackPlaces(records.call_backs, queue)
    places.take(call_back("cb2", number=call_back("cb1").number))
    queue.requeue(reservation.id, at(60), lost=True)
    called.cut_off("cb1", "c1", at(60))
    assert [each.ticket.callback for each in queue.waiting(at(61))] == ["cb2"]


def test_who_is_missed_is_called_again_later_and_from_the_old_place(
    called: CalledBack, records: SqlRecords, queue: RedisOperatorQueue
) -> None:
    reservation = queue.take("sam", at(40), LEASE)
    assert reservation is not None
    queue.operator_answered(reservation.id, at(45))
    called.missed("cb1", "c1", "no-answer", at(60))
    queue.finish(reservation.id, at(61))
    after = now_of(records)
    assert (after.state, after.attempts, after.due_at) == (CallBackState.WAITING, 1, at(660))
    places = CallBackPlaces(records.call_backs, queue)
    assert [places.hold(at(t)) for t in (100, 659, 660, 675)] == [0, 0, 0, 1]
    assert queue.waiting(at(676))[0].ticket.joined_at == at(0)


def test_the_same_miss_told_twice_is_one_try(called: CalledBack, records: SqlRecords) -> None:
    called.missed("cb1", "c1", "no-answer", at(60))
    called.missed("cb1", "c1", "no-answer", at(61))
    assert now_of(records).attempts == 1


def test_after_the_last_try_it_is_a_job_of_the_client_exactly_once(
    called: CalledBack, records: SqlRecords, queue: RedisOperatorQueue
) -> None:
    for now in (60, 700, 1400, 1400, 2100):
        called.missed("cb1", f"c{now:05}", "busy", at(now))
    after = now_of(records)
    assert (after.state, after.attempts, after.reason) == (CallBackState.GIVEN_UP, 3, "busy")
    assert jobs_of(records) == [("Asked to be called back; called 3 times and not reached", "ian")]
    assert queue.waiting(at(9999)) == []
    told = records.outbox.claim(list(OutboxKind), at(9999), LEASE, 10)
    assert [(each.kind, each.payload["email"]) for each in told] == [
        (OutboxKind.NOTICE, "ian@acme.example")
    ]


@pytest.mark.parametrize(
    ("agreement", "kind", "owner", "hours"),
    [
        ("{callback: {owner: pat, due: 2h}, message: {owner: ian}}", "callback", "pat", 2),
        ("{message: {owner: ian, due: 1h}, order: {owner: pat}}", "message", "ian", 1),
        ("{order: {owner: pat}}", "message", "agency", 4),
    ],
)
def test_the_agreement_says_whose_a_given_up_call_back_is(
    agreement: str,
    kind: str,
    owner: str,
    hours: int,
    called: CalledBack,
    records: SqlRecords,
    tmp_path: Path,
) -> None:
    write(tmp_path, FLOW.replace("{message: {owner: ian, due: 1h}}", agreement))
    for now in (60, 700, 1400):
        called.missed("cb1", f"c{now:05}", "busy", at(now))
    [job] = [row.job for row in records.jobs.board(Wanted())]
    due = at(1400) + timedelta(hours=hours)
    assert (job.kind, job.owner.id, job.due_at) == (kind, owner, due)
    assert job.fields == {"reason": "leak"}


def test_of_a_call_back_that_is_not_known_nothing_is_made(
    called: CalledBack, records: SqlRecords
) -> None:
    called.missed("cb9", "c1", "busy", at(60))
    called.reached("cb9", "c1", "CA1", at(60))
    called.done("cb9", "c1", "CA1", at(60))
    assert now_of(records).attempts == 0
