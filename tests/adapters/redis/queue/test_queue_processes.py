"""Many real processes at one queue: nobody handed out twice, nobody lost."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from redis import Redis

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.core.call.events import WaitExpired
from ivr.core.queue.entry import QueueEntry

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LEASE = timedelta(hours=1)
SPAWN = multiprocessing.get_context("spawn")


def socket_of(redis: Redis) -> str:
    return str(redis.connection_pool.connection_kwargs["path"])


def at_once(jobs: list[tuple[Callable[..., Any], tuple[Any, ...]]]) -> list[Any]:
    """Run the jobs, each in a process of its own that waits for all the others to be there."""
    with SPAWN.Manager() as manager, ProcessPoolExecutor(len(jobs), SPAWN) as pool:
        barrier = manager.Barrier(len(jobs))
        futures = [pool.submit(_together, barrier, job, args) for job, args in jobs]
        return [future.result(timeout=120) for future in futures]


def _together(barrier: Any, job: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    barrier.wait(60)
    return job(*args)


def ticket(call_sid: str, joined_at: datetime = NOON, max_wait: int = 7200) -> QueueEntry:
    return QueueEntry(
        call_sid, "acme", "+441632960001", "+442079460018", 5, (), joined_at, max_wait
    )


def join(socket: str, call_sids: list[str]) -> None:
    queue = RedisOperatorQueue(Redis(unix_socket_path=socket))
    for call_sid in call_sids:
        queue.wait(ticket(call_sid), NOON)


def hang_up(socket: str, call_sids: list[str]) -> None:
    redis = Redis(unix_socket_path=socket)
    queue = RedisOperatorQueue(redis)
    for call_sid in call_sids:
        queue.hang_up(call_sid, NOON)
        redis.sadd("test:hung-up", call_sid)
        redis.sadd("test:done", call_sid)


def operate(socket: str, operator: str, total: int) -> list[str]:
    """Take callers until all `total` are served or have hung up; return those served.

    A key that only one process can hold proves that nobody else has the same caller.
    """
    redis = Redis(unix_socket_path=socket)
    queue = RedisOperatorQueue(redis)
    dice = random.Random(operator)  # noqa: S311 - a repeatable choice, not a secret
    served: list[str] = []
    for _ in range(200_000):  # so that a fault ends the test instead of keeping it busy for ever
        if redis.scard("test:done") == total:
            return served
        hung_up = redis.smembers("test:hung-up")
        reservation = queue.take(operator, NOON, LEASE)
        if reservation is None:
            continue
        call_sid = reservation.ticket.call_sid
        assert call_sid.encode() not in hung_up, f"{call_sid} had hung up"
        assert redis.set(f"test:holder:{call_sid}", operator, nx=True), f"{call_sid} has two"
        redis.delete(f"test:holder:{call_sid}")
        if dice.random() < 0.3:
            queue.release(reservation.id, NOON)
        elif queue.operator_answered(reservation.id, NOON) and queue.finish(reservation.id, NOON):
            served.append(call_sid)
            redis.sadd("test:done", call_sid)
    raise AssertionError(f"{total - redis.scard('test:done')} callers are lost")


def test_no_caller_is_handed_out_twice_and_none_is_lost(redis: Redis) -> None:
    socket = socket_of(redis)
    callers = [f"CA{i:04}" for i in range(400)]
    impatient = callers[::5]
    joins = [(join, (socket, callers[i::3])) for i in range(3)]
    operators = [(operate, (socket, f"operator-{i}", len(callers))) for i in range(5)]
    results = at_once([*joins, *operators, (hang_up, (socket, impatient))])

    served = Counter(call_sid for each in results[3:8] for call_sid in each)
    assert set(served.values()) == {1}
    assert set(callers) - set(impatient) <= set(served)
    assert RedisOperatorQueue(redis).waiting(NOON) == []
    left = {key.decode() for key in redis.scan_iter("ivr:*")}
    assert left == {"ivr:{queue}:gone", "ivr:{queue}:handling", "ivr:{queue}:facts"}


RACERS = 150
"""Callers of the race, each joining a second after the one before."""


def _arrival(number: int) -> datetime:
    return NOON + timedelta(seconds=number)


def give_up(socket: str) -> list[str]:
    """Each caller's turn at the very end of their wait."""
    queue = RedisOperatorQueue(Redis(unix_socket_path=socket))
    expired: list[str] = []
    for number in range(RACERS):
        now = _arrival(number) + timedelta(seconds=RACERS)
        if queue.wait(ticket(f"CA{number}", _arrival(number), RACERS), now) == WaitExpired():
            expired.append(f"CA{number}")
    return expired


def snatch(socket: str, operators: str) -> list[str]:
    """Operators who each take one caller just before the first of the waits is over."""
    queue = RedisOperatorQueue(Redis(unix_socket_path=socket))
    now = _arrival(RACERS) - timedelta(milliseconds=1)
    caught: list[str] = []
    number = 0
    while reservation := queue.take(f"{operators}-{number}", now, LEASE):
        caught.append(reservation.ticket.call_sid)
        number += 1
    return caught


def test_between_the_end_of_the_wait_and_a_claim_exactly_one_wins(redis: Redis) -> None:
    socket = socket_of(redis)
    queue = RedisOperatorQueue(redis)
    for number in range(RACERS):
        queue.wait(ticket(f"CA{number}", _arrival(number), RACERS), _arrival(number))

    results = at_once([(give_up, (socket,)), (snatch, (socket, "a")), (snatch, (socket, "b"))])

    outcomes = Counter(call_sid for each in results for call_sid in each)
    assert outcomes == Counter(f"CA{number}" for number in range(RACERS))
