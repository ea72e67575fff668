"""What of the clock decides a client's calls: of two moments at which all of it is the same, every
caller goes the same way. Pure."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Hashable, Iterator
from datetime import datetime

from ivr.core.call.engine import CallFlow
from ivr.core.flow import placeholders
from ivr.core.flow.calendars import DAYS
from ivr.core.flow.conditions import checked, worked_out
from ivr.core.flow.expressions import Expression
from ivr.core.flow.types import Value
from ivr.core.nodes.base import Kind
from ivr.core.nodes.branch import Branch

Fact = Callable[[datetime], Hashable]
"""One fact of a moment on the client's wall clock."""


def clock_facts(flow: CallFlow) -> Callable[[datetime], Hashable]:
    """What tells, of a moment (aware), all that decides: whether each calendar is open, who is on
    call by each rota, and what conditions and variables make of the date and the time."""
    facts = tuple(_facts(flow))
    zone = flow.client.timezone

    def told(at: datetime) -> Hashable:
        local = at.astimezone(zone)
        return tuple(fact(local) for fact in facts)

    return told


def _facts(flow: CallFlow) -> Iterator[Fact]:
    for calendar in flow.calendars.values():
        yield calendar.is_open
    for rota in flow.rotas.values():
        yield lambda local, rota=rota: rota.people(local.date())  # type: ignore[misc]
    for place in flow.places.values():
        if isinstance(place.node, Branch):
            for case in place.node.branch:
                yield from _compared(checked(case.if_, place.scope.types, flow.people))
        for text in _assigned(place.node):
            yield from _named(placeholders.names(text))


def _assigned(node: Kind) -> Iterator[str]:
    """The texts that variables are worked out from."""
    yield from (write.text for write in node.writes() if write.text is not None)
    if use := node.uses():
        yield from use.inputs.values()


def _compared(expression: Expression) -> Iterator[Fact]:
    """Whether each comparison holds; where it is with what only the call knows, the time itself."""
    for node in ast.walk(expression.tree):
        if not isinstance(node, ast.Compare):
            continue
        names = {expression.name(n) for n in ast.walk(node) if isinstance(n, ast.Name)}
        if names and names <= _NAMED.keys():
            yield _holds(node, expression)
        else:
            yield from _named(names)


def _holds(node: ast.Compare, expression: Expression) -> Fact:
    def fact(local: datetime) -> Hashable:
        known: dict[str, Value] = {name: str(read(local)) for name, read in _NAMED.items()}
        return bool(worked_out(node, expression, known))

    return fact


def _named(names: Collection[str]) -> Iterator[Fact]:
    return (fact for name, fact in _NAMED.items() if name in names)


_NAMED: dict[str, Fact] = {
    "now.date": lambda local: f"{local:%Y-%m-%d}",
    "now.time": lambda local: f"{local:%H:%M}",
    "now.weekday": lambda local: DAYS[local.weekday()],
    "daypart": lambda local: local.hour,
}
