"""A day of callers and operators, played on the very queue that production uses.

Every act of it is a script of `OperatorQueue` on a real server; only the time is made up, as the
scripts are told it. So what a strategy does here it does on a real day too. The same arrivals give
the same day.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from ivr.core.call.instructions import RoutingTier
from ivr.core.queue.entry import QueueEntry, Reservation
from ivr.core.queue.facts import OfferEnd, VisitEnd
from ivr.core.queue.measures import TARGET, Measures, measures
from ivr.core.queue.visits import Offer, Visit
from ivr.services.protocols.operator_queue import OperatorQueue, Operators

BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
LEASE = timedelta(hours=1)
FOR_EVER = 10**7
"""Seconds that no caller waits."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A caller: comes after `at` seconds, gives up after `patience` of waiting, keeps an operator
    for `talk`. What they want of the queue is as on a ticket."""

    at: float
    client: str
    talk: float
    patience: float | None = None
    priority: int = 0
    skills: tuple[str, ...] = ()
    circles: tuple[RoutingTier, ...] = ()


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What came of a day. `occupancy` is of all operators over the whole time; `familiar` is the
    share of the callers answered who came to an operator who knows their client."""

    visits: tuple[Visit, ...]
    measures: Measures
    occupancy: float
    familiar: float | None


@dataclass(slots=True)
class SimulatedDay:
    """One day, played on a queue and operators that are empty.

    `staff` are the operators' skills (None: all) by name; `usual` the operators by client who know
    them: with any other one a call takes `stranger` times as long. `wrap_up` is in seconds.
    """

    queue: OperatorQueue
    operators: Operators
    staff: Mapping[str, tuple[str, ...] | None]
    wrap_up: int = 0
    ring: float = 0.0
    usual: Mapping[str, Sequence[str]] = field(default_factory=dict)
    stranger: float = 1.0
    target: timedelta = TARGET
    _due: list[tuple[float, int, Callable[[float], None]]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)
    _arrivals: dict[str, Arrival] = field(default_factory=dict)
    _visits: dict[str, Visit] = field(default_factory=dict)
    _busy: float = 0.0

    def play(self, arrivals: Sequence[Arrival]) -> SimulationResult:
        """Let them come, and go on until nobody is left."""
        for name, skills in self.staff.items():
            self.operators.sign_on(name, skills, BEGIN)
        for number, arrival in enumerate(arrivals):
            self._at(arrival.at, self._joins(f"CA{number:06}", arrival))
        last = 0.0
        while self._due:
            last, _, act = heapq.heappop(self._due)
            act(last)
            for offer in self.queue.match(_time(last), LEASE, len(self.staff)):
                self._at(last + self.ring, self._answers(offer, last))
        visits = tuple(self._visits.values())
        answered = [visit for visit in visits if visit.answer]
        known = [v for v in answered if v.answer and self._knows(v.answer.operator, v.client or "")]
        return SimulationResult(
            visits,
            measures(visits, self.target),
            self._busy / (last * len(self.staff)) if last else 0.0,
            len(known) / len(answered) if answered else None,
        )

    def _at(self, second: float, act: Callable[[float], None]) -> None:
        heapq.heappush(self._due, (second, next(self._order), act))

    def _joins(self, call_sid: str, arrival: Arrival) -> Callable[[float], None]:
        def act(now: float) -> None:
            ticket = QueueEntry(
                call_sid,
                arrival.client,
                "",
                "",
                arrival.priority,
                arrival.skills,
                _time(now),
                FOR_EVER,
                arrival.circles,
                self.wrap_up,
            )
            self.queue.wait(ticket, _time(now))
            self._arrivals[call_sid] = arrival
            self._visits[call_sid] = Visit(call_sid, arrival.client, _time(now))
            if arrival.patience is not None:
                self._at(now + arrival.patience, self._gives_up(call_sid))
            opens = now
            for circle in arrival.circles:
                opens += circle.lasts
                self._at(opens, lambda _: None)  # a wider circle: the queue is looked through anew

        return act

    def _gives_up(self, call_sid: str) -> Callable[[float], None]:
        def act(now: float) -> None:
            visit = self._visits[call_sid]
            if visit.offers:
                return  # they have been answered, or are about to be
            self.queue.hang_up(call_sid, _time(now))
            self._visits[call_sid] = replace(visit, left_at=_time(now), how=VisitEnd.HUNG_UP)

        return act

    def _answers(self, reservation: Reservation, offered: float) -> Callable[[float], None]:
        call_sid, operator = reservation.ticket.call_sid, reservation.operator
        offer = Offer(reservation.id, operator, _time(offered))
        self._visits[call_sid] = replace(self._visits[call_sid], offers=(offer,))

        def act(now: float) -> None:
            self.queue.operator_answered(reservation.id, _time(now))
            arrival = self._arrivals[call_sid]
            known = self._knows(operator, arrival.client)
            talk = arrival.talk * (1.0 if known else self.stranger)
            self._busy += self.ring + talk + self.wrap_up
            answered = Offer(reservation.id, operator, _time(offered), _time(now))
            self._visits[call_sid] = replace(self._visits[call_sid], offers=(answered,))
            self._at(now + talk, self._ends(reservation, answered))

        return act

    def _ends(self, reservation: Reservation, offer: Offer) -> Callable[[float], None]:
        def act(now: float) -> None:
            self.queue.finish(reservation.id, _time(now))
            ended = Offer(
                offer.id,
                offer.operator,
                offer.offered_at,
                offer.answered_at,
                _time(now),
                OfferEnd.FINISHED,
            )
            call_sid = reservation.ticket.call_sid
            self._visits[call_sid] = replace(
                self._visits[call_sid],
                offers=(ended,),
                left_at=_time(now),
                how=VisitEnd.FINISHED,
            )
            if self.wrap_up:
                self._at(now + self.wrap_up, lambda _: None)  # the operator is available again

        return act

    def _knows(self, operator: str, client: str) -> bool:
        return operator in self.usual.get(client, (operator,))


def poisson(
    seed: int,
    hours: float,
    per_hour: float,
    talk: float,
    patience: float | None,
    clients: Sequence[str] = ("client",),
) -> list[Arrival]:
    """Callers who come at random, evenly to all clients, with a mean `talk` and `patience` in
    seconds (None: they wait for ever)."""
    chance = random.Random(seed)  # noqa: S311 - the same day every time
    arrivals, now = [], 0.0
    while (now := now + chance.expovariate(per_hour / 3600)) < hours * 3600:
        waits = chance.expovariate(1 / patience) if patience else None
        length = chance.expovariate(1 / talk)
        arrivals.append(Arrival(now, chance.choice(clients), length, waits))
    return arrivals


def _time(second: float) -> datetime:
    return BEGIN + timedelta(milliseconds=round(second * 1000))
