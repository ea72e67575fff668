"""What the wallboard shows: who waits, what the operators do, how the day goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.sql.queue.queue_repository import SqlQueueRepository
from ivr.core.agency import Agency
from ivr.core.call.engine import CallFlow
from ivr.core.conversation.state import Conversation
from ivr.core.queue.entry import QueuePosition
from ivr.core.queue.measures import Measures, by, client, measures
from ivr.core.queue.states import OperatorState, Presence
from ivr.core.records.message_words import readable_number
from ivr.web.console.operator.view import WaitingRow, waiting_rows

MOST_WAITING = 30
"""Callers who are listed; all are counted."""

COUNTED = 10_000

DAY_FRESH = timedelta(seconds=10)
"""How old the day's measures may be: they cost a look into the records."""

WORDS: Mapping[Presence, tuple[str, str]] = {
    Presence.AVAILABLE: ("available", "good"),
    Presence.RINGING: ("being rung", "warned"),
    Presence.ON_CALL: ("on a call", "busy"),
    Presence.WRAP_UP: ("wrapping up", "busy"),
    Presence.AWAY: ("away", "warned"),
    Presence.OFFLINE: ("offline", "off"),
}
"""Each state in words, and its style."""


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """One operator on the board."""

    id: str
    name: str
    words: str
    level: str
    since: datetime
    state: Presence


@dataclass(frozen=True, slots=True)
class ClientMeasures:
    """How the day goes for one client."""

    name: str
    measures: Measures


@dataclass(frozen=True, slots=True)
class DayMeasures:
    """How the day goes; `begun` is when it began, `at` when this was worked out."""

    begun: datetime
    at: datetime
    all: Measures
    clients: tuple[ClientMeasures, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The whole board. `longest` is the one who has waited longest."""

    waiting: int
    longest: WaitingRow | None
    entries: tuple[WaitingRow, ...]
    operators: tuple[OperatorRow, ...]
    states: Mapping[str, int]
    day: DayMeasures


@dataclass(slots=True)
class Wallboard:
    """Puts the board together. Methods raise `StateUnavailable` and `RecordsUnavailable`."""

    queue: RedisOperatorQueue
    operators: RedisOperators
    book: SqlQueueRepository
    agency: Agency
    flow_of: Callable[[str], CallFlow | None]
    clock: Callable[[], datetime]
    _day: DayMeasures | None = None
    _working: Lock = field(default_factory=Lock)

    def board(self) -> Board:
        """The board as it now is."""
        now = self.clock()
        entries = self.queue.waiting(now, COUNTED)
        states = [each for each in self.operators.all(now) if each.state is not Presence.OFFLINE]
        rows = sorted((self._row(each) for each in states), key=lambda row: row.name.lower())
        counts = {words: 0 for words, _ in WORDS.values() if words != "offline"}
        for row in rows:
            counts[WORDS[row.state][0]] += 1
        return Board(
            waiting=len(entries),
            longest=next(iter(self._waiting(sorted(entries, key=_joined)[:1])), None),
            entries=self._waiting(entries[:MOST_WAITING]),
            operators=tuple(rows),
            states=counts,
            day=self._today(now),
        )

    def entry(self, call_sid: str) -> QueuePosition | None:
        """The caller, if they wait."""
        entries = self.queue.waiting(self.clock(), COUNTED)
        return next((each for each in entries if each.ticket.call_sid == call_sid), None)

    def conversation(self, talk: Conversation) -> str:
        """Who somebody speaks with, in words."""
        flow = self.flow_of(talk.client)
        caller = readable_number(talk.caller, flow.client.language if flow else "en-GB")
        return f"{self._name(talk.client)}, with {caller}"

    def state(self, operator: str) -> OperatorState | None:
        """What an operator does; None of whom nothing is known."""
        return self.operators.of(operator, self.clock())

    def row(self, state: OperatorState) -> OperatorRow:
        """An operator's state in words."""
        return self._row(state)

    def caller(self, entry: QueuePosition) -> WaitingRow:
        """A caller as people read of them."""
        return self._waiting([entry])[0]

    def _waiting(self, entries: Sequence[QueuePosition]) -> tuple[WaitingRow, ...]:
        return waiting_rows(entries, self.flow_of, self.agency)

    def _row(self, state: OperatorState) -> OperatorRow:
        words, level = WORDS[state.state]
        if state.reason:
            words = f"{words}: {state.reason}"
        if state.next:
            words = f"{words}, then {WORDS[state.next][0]}"
        name = self.agency.operator_names.get(state.operator, state.operator)
        return OperatorRow(state.operator, name, words, level, state.since, state.state)

    def _name(self, client: str) -> str:
        flow = self.flow_of(client)
        return flow.client.name if flow else client

    def _today(self, now: datetime) -> DayMeasures:
        """How the day goes, from midnight by the agency's clock."""
        with self._working:
            known = self._day
            if known is None or not known.at <= now < known.at + DAY_FRESH:
                local = now.astimezone(self.agency.timezone)
                begun = local.replace(hour=0, minute=0, second=0, microsecond=0)
                visits = self.book.visits(begun, now + timedelta(seconds=1))
                clients = (
                    ClientMeasures(self._name(short), measures(some))
                    for short, some in by(client, visits).items()
                )
                ordered = sorted(clients, key=lambda row: (-row.measures.offered, row.name))
                known = self._day = DayMeasures(begun, now, measures(visits), tuple(ordered))
            return known


def _joined(entry: QueuePosition) -> datetime:
    return entry.ticket.joined_at
