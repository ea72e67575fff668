"""Figures of the speech workers, of all machines together, kept in Redis for the metrics.

A worker does each job in a process of its own, which lives too briefly to be asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from redis import Redis
from rq import Worker
from rq.worker_registration import clean_worker_registry

from ivr import keys
from ivr.adapters.redis.errors import own_errors
from ivr.adapters.redis.speech_dispatch import hearing_queues, unheard

_AUDIO, _WORK, _OUTCOME = "audio_seconds", "work_seconds", "outcome:"
CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the workers have done so far, how many there are that hear, and how many recordings are
    `unheard`: they wait for a worker that has a model for their language.

    `work_seconds` were needed to turn `audio_seconds` of recordings into words; the one divided
    by the other is the real-time factor. `outcomes` counts jobs by what came of them.
    """

    workers: int = 0
    unheard: int = 0
    audio_seconds: float = 0.0
    work_seconds: float = 0.0
    outcomes: dict[str, int] = field(default_factory=dict)


def count(redis: Redis, outcome: str) -> None:
    """Count a job by what came of it."""
    redis.hincrby(keys.SPEECH_FIGURES, _OUTCOME + outcome, 1)


def count_words(redis: Redis, audio_seconds: float, work_seconds: float) -> None:
    """Count a recording that was turned into words, and how long that took."""
    with redis.pipeline(transaction=True) as pipe:
        pipe.hincrbyfloat(keys.SPEECH_FIGURES, _AUDIO, audio_seconds)
        pipe.hincrbyfloat(keys.SPEECH_FIGURES, _WORK, work_seconds)
        pipe.execute()


@own_errors()
def figures(redis: Redis) -> Figures:
    """The figures as they stand. Raises `StateUnavailable`."""
    kept = {_text(name): value for name, value in redis.hgetall(keys.SPEECH_FIGURES).items()}
    outcomes = {
        name.removeprefix(_OUTCOME): int(value)
        for name, value in kept.items()
        if name.startswith(_OUTCOME)
    }
    (hearing,) = hearing_queues(redis)
    clean_worker_registry(hearing)  # of those that were killed
    return Figures(
        workers=Worker.count(queue=hearing),
        unheard=unheard(redis),
        audio_seconds=float(kept.get(_AUDIO, 0)),
        work_seconds=float(kept.get(_WORK, 0)),
        outcomes=outcomes,
    )


def _text(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name
