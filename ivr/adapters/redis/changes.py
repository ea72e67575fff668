"""Telling the consoles of all processes that something has changed: its name, never what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis, RedisError
from redis.client import PubSub

from ivr import keys
from ivr.adapters.redis.errors import own_errors


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


class ChangeSubscription:
    """What `announce` tells of from now on."""

    def __init__(self, notices: PubSub) -> None:
        self._notices = notices

    def names(self, seconds: float) -> list[str] | None:
        """What has changed, by name, as soon as that is told; None where Redis has said nothing for
        so long. Its answer to `ask` names nothing."""
        message = self._notices.get_message(timeout=seconds)
        if message is None:
            return None
        data = message.get("data")
        return [data.decode()] if message["type"] == "message" and isinstance(data, bytes) else []

    def ask(self) -> None:
        """Have Redis say something."""
        self._notices.ping()


@contextmanager
def changes(redis: Redis) -> Iterator[ChangeSubscription]:
    """Hear what is announced. Raises `StateUnavailable` where Redis is lost inside the block."""
    with (
        own_errors("{error}"),
        redis.pubsub(ignore_subscribe_messages=True) as notices,  # type: ignore[no-untyped-call]
    ):
        notices.subscribe(keys.QUEUE_CHANGES)
        yield ChangeSubscription(notices)
