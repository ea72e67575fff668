"""Redis's errors, as everybody else knows them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis import RedisError

from ivr.errors import StateUnavailable

UNUSABLE = "Redis cannot be used: {error}. See that it runs."


@contextmanager
def own_errors(words: str = UNUSABLE) -> Iterator[None]:
    """Raise `StateUnavailable` in these words where Redis does not do what it is asked inside the
    block."""
    try:
        yield
    except RedisError as error:
        raise StateUnavailable(words.format(error=error)) from error
