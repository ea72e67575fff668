"""What theory says of a queue: the formulas of Erlang C and Erlang A, for planning and for tests.

Callers come at random (Poisson), calls and patience last exponentially, all operators serve all.
Erlang C lets callers wait for ever: A. K. Erlang, *Solution of some Problems in the Theory of
Probabilities of Significance in Automatic Telephone Exchanges* (1917). Erlang A lets them give up:
Garnett, Mandelbaum and Reiman, *Designing a Call Center with Impatient Customers*, M&SOM 4 (2002).
Rates are per second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

UNLIKELY = 1e-12
"""States of the queue that are less likely than the likeliest by so much are left out."""


@dataclass(frozen=True, slots=True)
class QueueForecast:
    """What is to be expected of a queue; shares are 0 to 1, lengths seconds."""

    waits: float
    """The share of callers who wait at all."""
    abandons: float
    mean_wait: float
    """Of all callers, those who give up too."""
    occupancy: float


def erlang_b(operators: int, load: float) -> float:
    """The share of callers who find all operators busy where nobody waits; `load` is in erlangs."""
    blocked = 1.0
    for number in range(1, operators + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def erlang_c(operators: int, arrivals: float, handling: float) -> QueueForecast:
    """`arrivals` per second, a mean `handling` time in seconds. Raises `ValueError` where there are
    too few operators: then the queue only grows."""
    load = arrivals * handling
    if load >= operators:
        raise ValueError(f"{operators} operators can never do {load:.1f} erlangs of work")
    blocked = erlang_b(operators, load)
    waits = blocked / (1 - load / operators * (1 - blocked))
    spare = operators / handling - arrivals
    return QueueForecast(waits, 0.0, waits / spare, load / operators)


def answered_within(seconds: float, operators: int, arrivals: float, handling: float) -> float:
    """The share of callers who wait at most so long, by Erlang C."""
    found = erlang_c(operators, arrivals, handling)
    return 1 - found.waits * math.exp(-(operators / handling - arrivals) * seconds)


def erlang_a(operators: int, arrivals: float, handling: float, patience: float) -> QueueForecast:
    """The same where callers give up after a mean `patience` in seconds.

    The balance of arrivals and departures gives each state's likelihood from the one before it;
    those who wait, times how fast each gives up, is how many abandon.
    """
    states, state = [1.0], 0
    while state < operators or states[-1] > UNLIKELY * max(states):
        state += 1
        leaving = min(state, operators) / handling + max(0, state - operators) / patience
        states.append(states[-1] * arrivals / leaving)
        if states[-1] > 1e200:  # only the proportions matter
            states = [each * 1e-200 for each in states]
    total = math.fsum(states)
    line = math.fsum((n - operators) * p for n, p in enumerate(states) if n > operators) / total
    waits = math.fsum(states[operators:]) / total
    abandons = line / patience / arrivals
    return QueueForecast(
        waits, abandons, line / arrivals, arrivals * (1 - abandons) * handling / operators
    )
