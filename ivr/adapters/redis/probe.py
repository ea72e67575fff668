"""Whether Redis takes writes."""

from __future__ import annotations

from redis import Redis, RedisError
from redis.exceptions import BusyLoadingError, ConnectionError, TimeoutError

from ivr import keys
from ivr.errors import PartDown


def probe(redis: Redis) -> None:
    """Write something.

    Raises `PartDown`, also if Redis answers but takes no writes: its disk or memory is full, it is
    a replica, or it lacks the replicas that it needs.
    """
    try:
        redis.set(keys.HEALTH, b"1", ex=keys.HEALTH_TTL_SECONDS)
    except BusyLoadingError as error:
        raise PartDown("loading", f"Redis still loads its data ({error}).") from error
    except (ConnectionError, TimeoutError) as error:
        raise PartDown("away", f"Redis does not answer ({error}).") from error
    except RedisError as error:
        raise PartDown("refuses writes", f"Redis takes nothing ({error}).") from error
