"""What the server says that it works with, for the speech workers that were started elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from redis import Redis

from ivr import keys
from ivr.adapters.redis.errors import own_errors

_AWAY = (
    "Redis does not answer ({error}); check IVR_REDIS_URL, and that the server lets other machines "
    "reach it."
)


class SpeechHome:
    """Facts by name. Methods raise `StateUnavailable`."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def say(self, facts: Mapping[str, str]) -> None:
        """Say them all at once."""
        with own_errors(_AWAY), self._redis.pipeline(transaction=True) as pipe:
            for name, value in facts.items():
                pipe.hset(keys.SPEECH_HOME, name, value)
            pipe.execute()

    def facts(self) -> dict[str, str]:
        """What was said; nothing where no server has ever used this Redis."""
        with own_errors(_AWAY):
            kept = self._redis.hgetall(keys.SPEECH_HOME)
        return {_text(name): _text(value) for name, value in kept.items()}

    def fact(self, name: str) -> str | None:
        """One of them, where it was said."""
        with own_errors(_AWAY):
            said = self._redis.hget(keys.SPEECH_HOME, name)
        return _text(said) if said else None

    def time(self) -> float:
        """The time there, in seconds since 1970."""
        with own_errors(_AWAY):
            seconds, micros = self._redis.time()
        return float(seconds + micros / 1e6)


def _text(kept: bytes | str) -> str:
    return kept.decode() if isinstance(kept, bytes) else kept
