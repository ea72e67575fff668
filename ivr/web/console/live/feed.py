"""Consoles are told at once what has changed: by server-sent events, from one reader of Redis.

A page names what it wants to be told of. What is one's own is told by its name alone, and the page
fetches it (`operator:sam`, `conversation:…`, `jobs:acme`; `operator` alone stands for all
operators, `jobs` for the jobs of all clients). What is the same for all who see it is a *fragment*:
rendered once after a change, and sent to everybody::

    live.share(Fragment("waiting", frozenset({"queue"}), Permission.ANSWER_CALLS, render))

    <div hx-ext="sse" sse-connect="/console/events?topics=waiting" sse-swap="waiting">

A console that connects, for the first time or again, is told of all that it wants as if it had
just changed; so whatever it missed does no harm. So are all when Redis is back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from random import randrange
from socket import socket
from threading import Event, Lock, Thread

import structlog

from ivr.adapters.redis.changes import ChangeSubscription, changes
from ivr.adapters.redis.server import Connection
from ivr.adapters.sql.people.session_repository import SqlSessionRepository
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Permission
from ivr.errors import RecordsError, StateUnavailable, TangoError
from ivr.web.console.live.streams import ConsoleStream, Streams

GATHER_SECONDS = 0.05
"""Changes are gathered for so long, so that a burst is told once."""

FRESH_SECONDS = 15.0
"""Fragments are rendered anew at least so often, as some change with the time alone."""

SILENCE_SECONDS = 5.0
"""After so long without a word from Redis it is asked whether it still hears us."""

RECONNECT_SECONDS = 0.5

CHECK_SECONDS = 10.0
"""How often sessions are looked at: the consoles of one that has ended are closed."""

RETRY_MS = 1000, 4000
"""When a console that was cut comes back: not all in the same moment."""

TOPICS = {
    "queue": Permission.ANSWER_CALLS,
    "operator": Permission.ANSWER_CALLS,
    "conversation": Permission.ANSWER_CALLS,
    "jobs": Permission.SEE_MESSAGES,
}
"""Who may be told of changes of each kind; a topic is a kind, or `kind:name`."""

OF_CLIENTS = frozenset({"jobs"})
"""The kinds whose names are those of clients."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a page that is the same for all who may see it.

    `topics` are the kinds of change after which `render` gives another text.
    """

    name: str
    topics: frozenset[str]
    permission: Permission
    render: Callable[[], str]


class LiveFeed:
    """What is told to the consoles of this process. Starts with the first console."""

    def __init__(
        self, redis: Connection, sessions: SqlSessionRepository, clock: Callable[[], datetime]
    ) -> None:
        self.streams = Streams()
        self.listening = Event()
        """Set while Redis tells us what changes."""
        self._redis = redis
        self._sessions = sessions
        self._clock = clock
        self._fragments: dict[str, Fragment] = {}
        self._texts: dict[str, bytes] = {}
        self._order = Lock()
        self._starting = Lock()
        self._started = False
        self._stopping = Event()

    def share(self, fragment: Fragment) -> None:
        """Let pages name this fragment."""
        self._fragments[fragment.name] = fragment

    def permission(self, topic: str) -> Permission | None:
        """What an account needs to be told of a topic; None where there is no such topic."""
        fragment = self._fragments.get(topic)
        return fragment.permission if fragment else TOPICS.get(topic.partition(":")[0])

    def may(self, account: Account, topics: Iterable[str]) -> bool:
        """Whether an account may be told of all of these topics, and all exist; a client's account
        is told of its own client alone."""
        return all(self._may(account, topic) for topic in topics)

    def _may(self, account: Account, topic: str) -> bool:
        needed, (kind, _, name) = self.permission(topic), topic.partition(":")
        theirs = kind not in OF_CLIENTS or account.sees(name)
        return needed is not None and account.may(needed) and theirs

    def join(
        self,
        connection: socket,
        head: bytes,
        topics: frozenset[str],
        session: str,
        client: str | None = None,
    ) -> None:
        """Tell a console from now on, beginning with all that it wants. `head` goes before."""
        self._start()
        with self._order:  # nothing older may come after what is said first
            first = [head, b"retry: %d\n\n" % randrange(*RETRY_MS)]  # noqa: S311 - spreads load
            first += [self._said(topic) for topic in sorted(topics)]
            self.streams.add(ConsoleStream(connection, topics, session, client), b"".join(first))

    def stop(self) -> None:
        """Close all consoles, which then turn to the process that comes after this one."""
        self._stopping.set()
        self.streams.stop()

    def _start(self) -> None:
        with self._starting:
            if not self._started:
                self._started = True
                for run in (self._read, self._check_sessions):
                    Thread(target=run, name=run.__name__, daemon=True).start()

    # What is told

    def _said(self, topic: str) -> bytes:
        """The event of one topic, as it now is."""
        if topic not in self._fragments:
            return event(topic, topic)
        if topic not in self._texts:
            self._texts[topic] = self._rendered(self._fragments[topic])
        return self._texts[topic]

    def _rendered(self, fragment: Fragment) -> bytes:
        try:
            return event(fragment.name, fragment.render())
        except TangoError as error:
            log.warning("live.not_rendered", fragment=fragment.name, error=str(error))
        except Exception:  # the last line: one fault must not end it for all
            log.exception("live.not_rendered", fragment=fragment.name)
        return b""

    def _tell(self, names: Iterable[str]) -> None:
        """Tell everybody that these have changed."""
        changed = set(names)
        kinds = {name.partition(":")[0] for name in changed}
        with self._order:
            for name, fragment in self._fragments.items():
                if fragment.topics & kinds:
                    self._texts.pop(name, None)
            wanted = self.streams.wanted
            stale = (name for name in self._fragments if name not in self._texts)
            self._send(wanted & {*changed, *kinds, *stale})

    def _refresh(self, everything: bool) -> None:
        """Tell everybody what changes with the time; or as if all had changed."""
        with self._order:
            self._texts.clear()
            wanted = self.streams.wanted
            self._send(wanted if everything else wanted & self._fragments.keys())

    def _send(self, topics: Iterable[str]) -> None:
        events = {topic: self._said(topic) for topic in sorted(topics)}
        if events:
            self.streams.tell(events)

    # Where it comes from

    def _read(self) -> None:
        while not self._stopping.is_set():
            try:
                with changes(self._redis) as subscription:
                    self._refresh(everything=True)
                    self.listening.set()
                    self._follow(subscription)
            except StateUnavailable as error:
                log.warning("live.no_redis", error=str(error), again_in=RECONNECT_SECONDS)
            except Exception:  # the last line: consoles would never be told again
                if not self._stopping.is_set():
                    log.exception("live.failed")
            self.listening.clear()
            self._stopping.wait(RECONNECT_SECONDS)

    def _follow(self, subscription: ChangeSubscription) -> None:
        heard = fresh = time.monotonic()
        asked = False
        while not self._stopping.is_set():
            names = subscription.names(1.0)
            now = time.monotonic()
            if names is not None:
                heard, asked = now, False
                if changed := {*names, *self._gathered(subscription)}:
                    self._tell(changed)
            elif now > heard + SILENCE_SECONDS:
                if asked:
                    raise StateUnavailable("Redis does not answer")
                subscription.ask()
                heard, asked = now, True
            if now > fresh + FRESH_SECONDS:
                self._refresh(everything=False)
                fresh = now

    def _gathered(self, subscription: ChangeSubscription) -> set[str]:
        names: set[str] = set()
        until = time.monotonic() + GATHER_SECONDS
        while (left := until - time.monotonic()) > 0:
            names.update(subscription.names(left) or ())
        return names

    def _check_sessions(self) -> None:
        while not self._stopping.wait(CHECK_SECONDS):
            try:
                self.end_lapsed()
            except RecordsError as error:
                log.warning("live.sessions_unknown", error=str(error))

    def end_lapsed(self) -> None:
        """Close the consoles whose session has ended, or whose account is disabled. Raises
        `RecordsUnavailable`."""
        sessions = self.streams.sessions
        if sessions:
            self.streams.end(sessions - self._sessions.holding(sessions, self._clock()))


def event(name: str, text: str) -> bytes:
    """A server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""
    lines = "".join(f"data: {line}\n" for line in text.splitlines() or [""])
    return f"event: {name}\n{lines}\n".encode()
