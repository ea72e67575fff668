"""How many operators a day takes, and what a strategy makes of it, by playing days.

A third of the operators know each client. A strategy is what the `queue` node makes of a client's
file: circles on the caller's ticket.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from ivr.core.call.instructions import RoutingTier
from ivr.core.queue.erlang import answered_within
from ivr.services.protocols.operator_queue import OperatorQueue, Operators
from ivr.services.queue.simulation import Arrival, SimulatedDay, SimulationResult, poisson

KEPT_SECONDS = 20
"""How long a caller is kept for those who know their client."""

MOST_OPERATORS = 500

EmptyQueue = Callable[[], tuple[OperatorQueue, Operators]]
"""Gives a queue in which nobody waits, and its operators, none of whom is signed on."""


class Strategy(StrEnum):
    """Who is offered a caller before whoever has been idle the longest."""

    LONGEST_IDLE = "longest-idle"
    USUAL_FIRST = "usual-first"
    SKILLS_FIRST = "skills-first"


@dataclass(frozen=True, slots=True)
class Load:
    """A day's work. Lengths are seconds, `talk` and `patience` means (None: nobody gives up);
    `stranger` is how many times as long a call takes with whoever does not know the client."""

    per_hour: int
    hours: int = 8
    talk: int = 120
    wrap_up: int = 30
    ring: int = 6
    patience: int | None = 120
    clients: int = 10
    stranger: float = 1.0
    target: int = 20
    seed: int = 1


def play(empty: EmptyQueue, strategy: Strategy, operators: int, load: Load) -> SimulationResult:
    """Play the day on a queue of its own."""
    queue, staff = empty()
    clients = [f"client-{number}" for number in range(load.clients)]
    names = [f"operator-{number}" for number in range(operators)]
    few = max(1, operators // 3)
    usual = {
        client: [name for at, name in enumerate(names) if (at - number) % operators < few]
        for number, client in enumerate(clients)
    }
    skills = {name: tuple(each for each in clients if name in usual[each]) for name in names}
    arrivals = poisson(load.seed, load.hours, load.per_hour, load.talk, load.patience, clients)
    day = SimulatedDay(
        queue,
        staff,
        skills,
        wrap_up=load.wrap_up,
        ring=load.ring,
        usual=usual,
        stranger=load.stranger,
        target=timedelta(seconds=load.target),
    )
    return day.play([replace(each, circles=_circles(strategy, each, usual)) for each in arrivals])


def enough(
    empty: EmptyQueue, strategy: Strategy, load: Load, share: float
) -> tuple[int, SimulationResult]:
    """The least number of operators, found by trying, with which `share` of the callers are
    answered in time; and their day."""
    operators = least_by_theory(load, share)
    result = play(empty, strategy, operators, load)
    step = -1 if _reached(result, share) else 1
    while 0 < operators + step <= MOST_OPERATORS:
        other = play(empty, strategy, operators + step, load)
        if step < 0 and not _reached(other, share):
            break
        operators, result = operators + step, other
        if step > 0 and _reached(other, share):
            break
    return operators, result


def least_by_theory(load: Load, share: float) -> int:
    """The same by Erlang C, which knows nothing of strategies and of patience."""
    arrivals, handling = load.per_hour / 3600, float(load.talk + load.wrap_up + load.ring)
    in_time = max(0.0, load.target - load.ring)
    operators = int(arrivals * handling) + 1
    while operators < MOST_OPERATORS:
        if answered_within(in_time, operators, arrivals, handling) >= share:
            break
        operators += 1
    return operators


def _reached(result: SimulationResult, share: float) -> bool:
    level = result.measures.service_level
    return level is not None and level >= share


def _circles(
    strategy: Strategy, caller: Arrival, usual: Mapping[str, Sequence[str]]
) -> tuple[RoutingTier, ...]:
    match strategy:
        case Strategy.USUAL_FIRST:
            return (RoutingTier(KEPT_SECONDS, (), tuple(usual[caller.client])),)
        case Strategy.SKILLS_FIRST:
            return (RoutingTier(KEPT_SECONDS, (caller.client,)),)
        case Strategy.LONGEST_IDLE:
            return ()
