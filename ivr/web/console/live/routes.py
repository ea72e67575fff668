"""`/console/events`, by which pages are told what has changed; and the list of who waits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import Blueprint, Flask, Response, render_template, request, session

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.core.accounts.roles import Permission
from ivr.core.agency import Agency
from ivr.core.call.engine import CallFlow
from ivr.metrics import LIVE_CONSOLES_REFUSED
from ivr.web.console.access import current_account, needs
from ivr.web.console.live.feed import Fragment, LiveFeed
from ivr.web.console.operator.view import WaitingRow, waiting_rows
from ivr.web.console.pages import SESSION
from ivr.web.sockets import ConnectionTaken, can_take, take

POLL_SECONDS = 15
"""How often a page asks that is not told."""

MOST_TOPICS = 50
"""Topics that one page may name."""


SHARE = 10
"""One session, and all sessions of one client together, may have a tenth of the places of a
process, at least `LEAST_SHARE`; further consoles of theirs ask every `POLL_SECONDS`."""

LEAST_SHARE = 10

MOST_SHOWN = 200
"""Callers in the list of who waits."""


@dataclass(frozen=True, slots=True)
class FeedServices:
    """What the addresses work with. `most` consoles are told by this process."""

    live: LiveFeed
    most: int
    queue: RedisOperatorQueue
    agency: Agency
    flow_of: Callable[[str], CallFlow | None]
    clock: Callable[[], datetime]

    def has_place(self, session: str, client: str | None) -> bool:
        """Whether one more console can be told: of all, and of this session and client."""
        streams, share = self.live.streams, max(LEAST_SHARE, self.most // SHARE)
        return len(streams) < self.most and streams.held_by(session, client) < share

    def entries(self) -> tuple[WaitingRow, ...]:
        """Who waits, the next first."""
        waiting = self.queue.waiting(self.clock(), MOST_SHOWN)
        return waiting_rows(waiting, self.flow_of, self.agency)


def live_routes(console: Blueprint, services: FeedServices) -> None:
    """Add the addresses."""
    console.record_once(lambda state: state.app.extensions.update(live_consoles=services.live))

    @console.get("/events")
    @needs(Permission.OWN_ACCOUNT)
    def events() -> Response:
        topics = frozenset(filter(None, request.args.get("topics", "").split(",")))
        if not topics or len(topics) > MOST_TOPICS:
            return _refused("Name what you want to be told of: ?topics=…", 400)
        if not services.live.may(current_account(), topics):
            return _refused("Your account may not be told of this.", 403)
        key, client = session[SESSION], current_account().client
        if not services.has_place(key, client) or not can_take(request.environ):
            LIVE_CONSOLES_REFUSED.inc()
            return _refused("Too many consoles are told already; please ask again.", 503)
        return EventStream(services.live, topics, key, client)

    @console.get("/queue")
    @needs(Permission.ANSWER_CALLS)
    def queue() -> str:
        return render_template("console/queue.html", entries=services.entries())

    @console.get("/queue/waiting")
    @needs(Permission.ANSWER_CALLS)
    def waiting() -> str:
        return render_template("console/waiting.html", entries=services.entries())

    def render() -> str:
        with outside_requests():
            return render_template("console/waiting.html", entries=services.entries())

    outside_requests = rendering(console)
    services.live.share(Fragment("waiting", frozenset({"queue"}), Permission.ANSWER_CALLS, render))


def rendering(console: Blueprint) -> Callable[[], AbstractContextManager[object]]:
    """What lets a fragment render a template outside of any request: for nobody in particular."""
    apps: list[Flask] = []
    console.record_once(lambda state: apps.append(cast(Flask, state.app)))
    return lambda: apps[0].test_request_context()


class EventStream(ConnectionTaken):
    """Hands the connection to the one thread that tells all consoles, headers first."""

    def __init__(
        self, live: LiveFeed, topics: frozenset[str], session: str, client: str | None
    ) -> None:
        super().__init__(content_type="text/event-stream; charset=utf-8")
        self.headers["X-Accel-Buffering"] = "no"  # nginx: pass every event on at once
        self.headers["Connection"] = "close"  # it ends when the stream does
        del self.headers["Content-Length"]
        self._live, self._topics = live, topics
        self._session, self._client = session, client

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Called by the server with the request's environment."""
        lines = [f"HTTP/1.1 {self.status}", *(f"{name}: {value}" for name, value in self.headers)]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self._live.join(take(environ), head, self._topics, self._session, self._client)
        return super().__call__(environ, start_response)


def _refused(why: str, status: int) -> Response:
    answer = Response(f"{why}\n", status, content_type="text/plain; charset=utf-8")
    if status == 503:
        answer.headers["Retry-After"] = str(POLL_SECONDS)
    return answer
