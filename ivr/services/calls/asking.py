"""What calls ask of other systems: sent once, outside the turn, and answered in a later turn.

A turn notes that it asks, and lets a thread do it; the thread leaves there what came of it.
Whatever happens to the thread, to this process or to Redis, the call knows by itself until when
it waits (`ivr.core.nodes.http`).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic

import structlog

from ivr.core.call.card_door import reply_without_cards
from ivr.core.call.engine import CallFlow
from ivr.core.call.events import Continued, Event, NotYet, Replied, Unreachable
from ivr.core.call.instructions import Ask, Secret
from ivr.core.call.state import CallState
from ivr.core.nodes.http import TRIES, AskSystem
from ivr.errors import OutsideError, OutsideRefused, StateUnavailable
from ivr.metrics import ASKED
from ivr.services.calls.lanes import Lanes
from ivr.services.protocols.http import HttpReply, HttpRequest, Replies, Secrets

log = structlog.get_logger()

THREADS = 64
PER_CLIENT = 8
"""Requests of one client at a time in this process, so that a system that does not answer keeps
waiting nobody but its own client's callers."""

SERVER_ERROR = 500


class Asking:
    """Asks other systems for calls. `begin` and `event` are for turns, and never wait for them."""

    def __init__(
        self,
        replies: Replies,
        request: HttpRequest,
        secrets: Secrets,
        submit: Callable[..., object] | None = None,
    ) -> None:
        self._replies = replies
        self._request = request
        self._secrets = secrets
        pool = ThreadPoolExecutor(THREADS, thread_name_prefix="asking")
        self._lanes = Lanes(submit or pool.submit, PER_CLIENT)

    def begin(self, state: CallState, ask: Ask) -> None:
        """Ask, unless this visit to the node has asked already: a webhook may come twice."""
        visit = len(state.path)
        try:
            first = self._replies.begin(state.call_sid, visit)
        except StateUnavailable as error:
            log.error("asking.without_redis", call_sid=state.call_sid, error=str(error))
            return
        if first:
            latest = monotonic() + ask.timeout
            ask_it = partial(self._ask, state.client, state.call_sid, visit, ask, latest)
            self._lanes.do(state.client, ask_it)

    def event(self, flow: CallFlow, state: CallState, event: Event) -> Event:
        """While a call waits for another system, what has happened is what came of asking it."""
        place = flow.places.get(state.node)
        if not isinstance(event, Continued) or place is None:
            return event
        return self._look(state) if isinstance(place.node, AskSystem) else event

    def _look(self, state: CallState) -> Event:
        try:
            asked = self._replies.look(state.call_sid, len(state.path))
        except StateUnavailable as error:
            log.error("asking.without_redis", call_sid=state.call_sid, error=str(error))
            return Unreachable()
        if not asked.settled:
            return NotYet()
        reply = asked.reply
        return Unreachable() if reply is None else Replied(reply.status, reply.body)

    def _ask(self, client: str, call_sid: str, visit: int, ask: Ask, latest: float) -> None:
        """In a thread of its own: ask, and leave what came of it for the call's next turn."""
        bound = log.bind(client=client, call_sid=call_sid)
        result, reply = "late", None
        try:
            if monotonic() < latest:
                reply = self._asked(client, f"{call_sid}:{visit}", ask)
                reply = HttpReply(reply.status, reply_without_cards(reply.body))
                result = "replied"
        except OutsideRefused as error:
            result = "refused"
            bound.error("asking.refused", error=str(error))
        except OutsideError as error:
            result = "failed"
            bound.warning("asking.failed", error=str(error))
        except Exception:  # a thread has nobody above it who would tell
            result, reply = "failed", None
            bound.exception("asking.broke")
        ASKED.labels(result).inc()
        try:
            self._replies.settle(call_sid, visit, reply)
        except StateUnavailable as error:
            bound.error("asking.without_redis", error=str(error))

    def _asked(self, client: str, once: str, ask: Ask) -> HttpReply:
        """Ask, and once more where that may help; `once` tells the system that it is the same."""
        headers = {"Idempotency-Key": once}
        for name, value in ask.headers.items():
            if isinstance(value, Secret):
                value = self._secrets.get(client, value.name)
            headers[name] = value
        for _ in range(TRIES - 1):
            try:
                reply = self._request(ask.method, ask.url, headers, ask.send, ask.timeout)
            except OutsideRefused:
                raise
            except OutsideError:
                continue
            if reply.status < SERVER_ERROR:
                return reply
        return self._request(ask.method, ask.url, headers, ask.send, ask.timeout)
