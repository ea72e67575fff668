"""Telling the consoles of all processes that something has changed: its name, never what."""

from __future__ import annotations

from redis import Redis, RedisError

from ivr import keys


def announce(redis: Redis, name: str) -> None:
    """Tell the consoles; where Redis is away they look for themselves."""
    try:
        redis.publish(keys.QUEUE_CHANGES, name)
    except RedisError:
        return
