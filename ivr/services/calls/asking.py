"""What calls ask of other systems: sent once, outside the turn, and answered in a later turn.

A turn marks in Redis that it asks, and lets a thread do it; the thread leaves there what came of
it. Whatever happens to the thread, to this process or to Redis, the call knows by itself until when
it waits (`ivr.core.nodes.http`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic
from typing import Any, cast

import structlog
from redis import Redis
from redis.exceptions import RedisError

from ivr import keys
from ivr.adapters.http.client_secrets import ClientSecrets
from ivr.adapters.http.request import HttpReply, request
from ivr.adapters.redis.seal import Seal
from ivr.core.call.card_door import reply_without_cards
from ivr.core.call.engine import CallFlow
from ivr.core.call.events import Continued, Event, NotYet, Replied, Unreachable
from ivr.core.call.instructions import Ask, Secret
from ivr.core.call.state import CallState
from ivr.core.nodes.http import TRIES, AskSystem
from ivr.errors import OutsideError, OutsideRefused
from ivr.metrics import ASKED
from ivr.services.calls.lanes import Lanes
from ivr.settings import Settings

log = structlog.get_logger()

THREADS = 64
PER_CLIENT = 8
"""Requests of one client at a time in this process, so that a system that does not answer keeps
waiting nobody but its own client's callers."""

SERVER_ERROR = 500
_ASKED = json.dumps({"result": "asked"})


class Asking:
    """Asks other systems for calls. `begin` and `event` are for turns, and never wait for them."""

    def __init__(
        self, redis: Redis, settings: Settings, submit: Callable[..., object] | None = None
    ) -> None:
        self._redis = redis
        self._private = settings.http_private
        self._secrets = ClientSecrets(settings.data)
        self._seal = Seal(settings.secret_key)
        pool = ThreadPoolExecutor(THREADS, thread_name_prefix="asking")
        self._lanes = Lanes(submit or pool.submit, PER_CLIENT)

    def begin(self, state: CallState, ask: Ask) -> None:
        """Ask, unless this visit to the node has asked already: a webhook may come twice."""
        key = _key(state)
        try:
            first = self._redis.set(key, _ASKED, nx=True, ex=keys.ASKED_TTL_SECONDS)
        except RedisError as error:
            log.error("asking.without_redis", call_sid=state.call_sid, error=str(error))
            return
        if first:
            latest = monotonic() + ask.timeout
            ask_it = partial(self._ask, state.client, state.call_sid, key, ask, latest)
            self._lanes.do(state.client, ask_it)

    def event(self, flow: CallFlow, state: CallState, event: Event) -> Event:
        """While a call waits for another system, what has happened is what came of asking it."""
        place = flow.places.get(state.node)
        if not isinstance(event, Continued) or place is None:
            return event
        return self._look(state) if isinstance(place.node, AskSystem) else event

    def _look(self, state: CallState) -> Event:
        try:
            found = cast(Any, self._redis.get(_key(state)))
        except RedisError as error:
            log.error("asking.without_redis", call_sid=state.call_sid, error=str(error))
            return Unreachable()
        match json.loads(found) if found else {}:
            case {"status": status, "sealed": sealed}:
                body = self._seal.opened(sealed)
                return Unreachable() if body is None else Replied(status, str(body))
            case {"result": "failed"}:
                return Unreachable()
            case _:
                return NotYet()

    def _ask(self, client: str, call_sid: str, key: str, ask: Ask, latest: float) -> None:
        """In a thread of its own: ask, and leave what came of it for the call's next turn."""
        bound = log.bind(client=client, call_sid=call_sid)
        result = "late"
        left: dict[str, object] = {"result": "failed"}
        try:
            if monotonic() < latest:
                reply = self._asked(client, key, ask)
                result, left = "replied", self._left(reply)
        except OutsideRefused as error:
            result = "refused"
            bound.error("asking.refused", error=str(error))
        except OutsideError as error:
            result = "failed"
            bound.warning("asking.failed", error=str(error))
        except Exception:  # a thread has nobody above it who would tell
            result = "failed"
            bound.exception("asking.broke")
        ASKED.labels(result).inc()
        try:
            self._redis.set(key, json.dumps(left), ex=keys.ASKED_TTL_SECONDS)
        except RedisError as error:
            bound.error("asking.without_redis", error=str(error))

    def _left(self, reply: HttpReply) -> dict[str, object]:
        """A reply may repeat what was sent, which may be a secret."""
        sealed = self._seal.sealed(reply_without_cards(reply.body))
        return {"status": reply.status, "sealed": sealed}

    def _asked(self, client: str, key: str, ask: Ask) -> HttpReply:
        """Ask, and once more where that may help; the key tells the system that it is the same."""
        headers = {"Idempotency-Key": key.removeprefix("ivr:asked:")}
        for name, value in ask.headers.items():
            if isinstance(value, Secret):
                value = self._secrets.get(client, value.name)
            headers[name] = value
        for _ in range(TRIES - 1):
            try:
                reply = self._request(ask, headers)
            except OutsideRefused:
                raise
            except OutsideError:
                continue
            if reply.status < SERVER_ERROR:
                return reply
        return self._request(ask, headers)

    def _request(self, ask: Ask, headers: dict[str, str]) -> HttpReply:
        return request(ask.method, ask.url, headers, ask.send, ask.timeout, self._private)


def _key(state: CallState) -> str:
    return keys.asked(state.call_sid, len(state.path))
