"""How often each speech job was begun and not ended: whoever dies of a job cannot say so."""

from __future__ import annotations

from redis import Redis

from ivr import keys


class SpeechStarts:
    """Counts by the names of jobs. Methods raise `RedisError`, which RQ keeps with the job."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def begin(self, job: str) -> int:
        """Count one more; returns how many that makes."""
        key = keys.speech_starts(job)
        begun = int(self._redis.incr(key))
        self._redis.expire(key, keys.SPEECH_STARTS_TTL_SECONDS)
        return begun

    def end(self, job: str) -> None:
        """Count from nothing again."""
        self._redis.delete(keys.speech_starts(job))
