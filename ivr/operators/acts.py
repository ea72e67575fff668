"""Runs the queue's scripts on an open connection to Redis."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from redis import Redis
from redis.commands.core import Script
from redis.exceptions import RedisError

from ivr.errors import StateUnavailable
from ivr.operators.scripts import KEYS, script
from ivr.operators.ticket import milliseconds


class Acts:
    """The scripts by name. Both ways to run one raise `StateUnavailable` without Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._scripts: dict[str, Script] = {}

    def __call__(self, name: str, now: datetime, *args: str | int) -> Any:
        """Run the script `name`, to which `now` (aware) is told first."""
        return self.untimed(name, milliseconds(now), *args)

    def untimed(self, name: str, *args: str | int) -> Any:
        """Run a script that asks for no time.

        By EVALSHA; redis-py loads it where the server does not know it.
        """
        known = self._scripts.get(name)
        if known is None:
            known = self._scripts[name] = self._redis.register_script(script(name))
        try:
            return known(keys=KEYS, args=args)
        except RedisError as error:
            raise StateUnavailable(
                f"The operator queue cannot be used, because Redis says: {str(error).rstrip('.')}. "
                "See that Tango is running (`python -m ivr serve`) and that IVR_REDIS_URL is right."
            ) from error


def skills_text(skills: Collection[str] | None) -> str:
    """Skills as the scripts want them; None means all."""
    return "" if skills is None else json.dumps(dict.fromkeys(skills, True))


def as_text(value: str | bytes) -> str:
    """Replies are text or bytes, depending on how the connection was opened."""
    return value.decode() if isinstance(value, bytes) else value
