"""What other systems have answered to what calls ask, in Redis, where only we can read it."""

from __future__ import annotations

import json
from typing import Any, cast

from redis import Redis

from ivr import keys
from ivr.adapters.redis.errors import own_errors
from ivr.adapters.redis.seal import Seal
from ivr.services.protocols.http import HttpReply, PendingReply

_ASKED = json.dumps({"result": "asked"})
_FAILED = json.dumps({"result": "failed"})


class RedisReplies:
    """Replies in Redis, for a short while. Every method raises `StateUnavailable`."""

    def __init__(self, redis: Redis, seal: Seal) -> None:
        self._redis = redis
        self._seal = seal

    def begin(self, call_sid: str, visit: int) -> bool:
        """Note that a system is asked; False where that is noted already."""
        key, seconds = keys.asked(call_sid, visit), keys.ASKED_TTL_SECONDS
        with own_errors():
            return bool(self._redis.set(key, _ASKED, nx=True, ex=seconds))

    def settle(self, call_sid: str, visit: int, reply: HttpReply | None) -> None:
        """Keep what it has answered, sealed: a reply may repeat what was sent, which may be a
        secret."""
        kept = _FAILED
        if reply is not None:
            sealed = self._seal.sealed(reply.body)
            kept = json.dumps({"status": reply.status, "sealed": sealed})
        with own_errors():
            self._redis.set(keys.asked(call_sid, visit), kept, ex=keys.ASKED_TTL_SECONDS)

    def look(self, call_sid: str, visit: int) -> PendingReply:
        """What has come of it so far; a reply that was sealed with another key has failed."""
        with own_errors():
            found = cast(Any, self._redis.get(keys.asked(call_sid, visit)))
        match json.loads(found) if found else {}:
            case {"status": status, "sealed": sealed}:
                body = self._seal.opened(sealed)
                return PendingReply(True, None if body is None else HttpReply(status, str(body)))
            case {"result": "failed"}:
                return PendingReply(True)
            case _:
                return PendingReply(False)
