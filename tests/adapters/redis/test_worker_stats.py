"""The figures of the speech workers."""

from __future__ import annotations

from redis import Redis

from ivr.adapters.redis.worker_stats import Figures, count, count_words, figures


def test_nothing_is_counted_at_first(redis: Redis) -> None:
    assert figures(redis) == Figures()


def test_jobs_are_counted_by_outcome_and_recordings_by_their_length(redis: Redis) -> None:
    for outcome in ("done", "done", "set_aside"):
        count(redis, outcome)
    count_words(redis, 12.0, 1.5)
    count_words(redis, 8.0, 0.5)
    assert figures(redis) == Figures(
        workers=0, audio_seconds=20.0, work_seconds=2.0, outcomes={"done": 2, "set_aside": 1}
    )
