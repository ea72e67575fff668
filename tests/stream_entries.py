"""What a stream in Redis holds."""

from __future__ import annotations

from typing import cast

from redis import Redis


def entries(redis: Redis, stream: str) -> list[dict[bytes, bytes]]:
    """The fields of every entry of a stream, the oldest first."""
    found = cast("list[tuple[bytes, dict[bytes, bytes]]]", redis.xrange(stream))
    return [fields for _, fields in found]
