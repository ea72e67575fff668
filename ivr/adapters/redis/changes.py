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


def jobs_changed(redis: Redis, client: str) -> None:
    """Tell the consoles that jobs of a client have changed: those of the agency, and the client's
    own alone."""
    announce(redis, f"jobs:{client}")
