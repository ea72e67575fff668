"""A call back neither overtakes nor falls behind, and ends but once. On the real queue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.core.agency import Agency
from ivr.core.availability.standing import AS_USUAL
from ivr.core.call_back import CallBackState
from ivr.core.nodes import KINDS
from ivr.core.nodes.base import Kind
from ivr.core.queue.entry import QueueEntry, for_callback
from ivr.services.deliveries.called_back import CalledBack
from ivr.services.deliveries.job_notices import JobNotices
from ivr.services.jobs import JobService
from ivr.services.queue.call_backs import CallBackPlaces
from ivr.services.queue.connect import LEASE
from ivr.settings import Settings
from tests.call_back_samples import at, call_back, ticket
from tests.flow_files import PEOPLE, write

REAL = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

CALLERS = [f"{number}" for number in range(6)]
OPERATORS = ["sam", "ann"]
ACTS = st.one_of(
    st.tuples(st.just("joins"), st.sampled_from(CALLERS), st.integers(0, 10)),
    st.tuples(st.just("asks"), st.sampled_from(CALLERS), st.just(0)),
    st.tuples(st.just("is lost by Redis"), st.sampled_from(CALLERS), st.just(0)),
    st.tuples(st.just("is free"), st.sampled_from(OPERATORS), st.just(0)),
    st.tuples(st.just("answers"), st.sampled_from(OPERATORS), st.just(0)),
    st.tuples(st.just("misses"), st.sampled_from(OPERATORS), st.just(0)),
    st.tuples(st.just("finishes"), st.sampled_from(OPERATORS), st.just(0)),
)


class Day:
    """A day in the queue; `calls_back` says whether those who ask for a call back get one, or
    stay on the line as if they had not asked."""

    def __init__(self, redis: Redis, calls_back: bool) -> None:
        redis.flushdb()
        self.redis = redis
        self.queue, self.operators = RedisOperatorQueue(redis), RedisOperators(redis)
        self.calls_back = calls_back
        self.now = 0.0
        self.joined: dict[str, tuple[float, int]] = {}
        self.back: set[str] = set()
        self.offers: list[tuple[str, str]] = []

    def act(self, what: str, who: str, priority: int) -> None:
        self.now += 7
        match what:
            case "joins" if who not in self.joined:
                self.joined[who] = (self.now, priority)
                self.queue.wait(self._ticket(who), at(self.now))
            case "asks" if self._in_line(who):
                self.back.add(who)
                if self.calls_back:
                    self.queue.leave(who, at(self.now))
                    self.queue.keep_place(self._ticket(who))
            case "is lost by Redis" if self.calls_back and who in self.back:
                self._lose(who)
            case "is free":
                self.operators.sign_on(who, None, at(self.now))
            case "answers" if reservation := self.queue.reservation_of(who):
                self.queue.operator_answered(reservation.id, at(self.now))
            case "misses" if reservation := self.queue.reservation_of(who):
                self.queue.release(reservation.id, at(self.now))
            case "finishes" if reservation := self.queue.reservation_of(who):
                self.queue.finish(reservation.id, at(self.now))
        for made in self.queue.match(at(self.now), LEASE):
            who = made.ticket.callback or made.ticket.call_sid
            self.offers.append((who, made.operator))

    def _ticket(self, who: str) -> QueueEntry:
        joined, priority = self.joined[who]
        id_ = who if self.calls_back and who in self.back else ""
        made = ticket(for_callback(id_) if id_ else who, joined, priority, id_)
        return replace(made, max_wait=3600)

    def _in_line(self, who: str) -> bool:
        return any(each.ticket.call_sid == who for each in self.queue.waiting(at(self.now)))

    def _lose(self, who: str) -> None:
        """Redis forgets the ticket, and the relay puts it back."""
        if self.queue.leave_line(for_callback(who)):
            self.queue.keep_place(self._ticket(who))


@settings(REAL, max_examples=150)
@given(st.lists(ACTS, max_size=40))
def test_who_is_called_back_is_served_exactly_when_they_would_have_been_on_the_line(
    redis: Redis, acts: list[tuple[str, str, int]]
) -> None:
    """The same day twice: everybody is offered to the same operators in the same order."""
    offers = []
    for calls_back in (False, True):
        day = Day(redis, calls_back)
        for act in acts:
            day.act(*act)
        offers.append(day.offers)
    assert offers[0] == offers[1]


FLOW = PEOPLE + "agreement: {message: {owner: ian}}\nstart: a\nnodes: {a: {hangup: Bye.}}\n"
NUMBERS = count(1)
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["again", "missed", "reached", "cut off", "done", "cancel", "hold", "serve", "lose"]
        ),
        st.sampled_from([1, 20, 700]),
    ),
    max_size=25,
)


@pytest.fixture
def records(settings: Settings) -> Iterator[SqlRecords]:
    migrate(settings.database_url)
    records = open_records(settings.database_url)
    yield records
    records.close()


@pytest.fixture
def library(tmp_path: Path) -> FolderLibrary[Kind]:
    write(tmp_path, FLOW)
    return FolderLibrary(tmp_path, KINDS)


@settings(REAL, max_examples=50)
@given(EVENTS)
def test_whatever_happens_a_promise_ends_once_or_waits_still(
    redis: Redis, records: SqlRecords, library: FolderLibrary[Kind], events: list[tuple[str, int]]
) -> None:
    redis.flushdb()
    queue, id_ = RedisOperatorQueue(redis), f"cb{next(NUMBERS)}"
    places = CallBackPlaces(records.call_backs, queue)
    notices = JobNotices(
        library, Agency(name="Larkfield"), "https://tango.example", lambda *_: AS_USUAL
    )
    jobs = JobService(records, lambda: notices, lambda client: None)
    called = CalledBack(records, queue, jobs, lambda: notices)
    places.take(call_back(id_))
    now, ends, conversation = 30.0, [], "c30"
    for what, seconds in events:
        now += seconds
        match what:
            case "again":
                conversation = f"c{now:08.0f}"
            case "missed":
                called.missed(id_, conversation, "busy", at(now))
            case "reached":
                called.reached(id_, conversation, "CA9", at(now))
            case "cut off":
                called.cut_off(id_, conversation, at(now))
            case "done":
                called.done(id_, conversation, "CA9", at(now))
            case "cancel":
                places.served("acme", call_back(id_).number, at(now))
            case "hold":
                places.hold(at(now))
            case "lose":
                redis.flushdb()
            case "serve" if reservation := queue.take("sam", at(now), LEASE):
                queue.operator_answered(reservation.id, at(now))
                queue.finish(reservation.id, at(now))
        found = records.call_backs.find(id_)
        assert found is not None
        ends.append((found.state, found.ended_at))
        ended = [each for each in ends if each[1] is not None]
        assert len(set(ended)) <= 1, "there is one end"
        assert not ended or ends[-1] == ended[0], "and it is the end"
    # Whoever still waits is in line again soon; whoever does not never is.
    for later in (1000, 1020):
        places.hold(at(now + later))
    last = ends[-1][0] if ends else CallBackState.WAITING
    waits = last is CallBackState.WAITING
    line = [each.ticket.callback for each in queue.waiting(at(now + 1021))]
    assert line.count(id_) == waits  # those of earlier days are in line too
    assert _jobs(records, id_) == (1 if last is CallBackState.GIVEN_UP else 0)


def _jobs(records: SqlRecords, id_: str) -> int:
    rising = (records.jobs.find(each) for each in records.jobs.rising(at(10**7), 10_000))
    return sum(1 for job in rising if job and job.call_sid == f"CA-{id_}")
