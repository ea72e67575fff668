"""Which kind of job a caller asks for, by what they have chosen so far. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.core.call.engine import CallFlow
from ivr.core.call.state import CallState
from ivr.core.flow.flow import MESSAGE, Place
from ivr.core.nodes.appointment import Appointment
from ivr.core.nodes.base import Kind
from ivr.core.nodes.menu import Menu
from ivr.core.nodes.message import TakeMessage
from ivr.core.nodes.queue import Queue

LEADS_ON = 5
"""Nodes without a choice that are looked through for the message to which a queue leads."""


def chosen_kind(flow: CallFlow, state: CallState | None) -> str:
    """The kind on which an operator's form opens; `message` where nothing tells of another.

    The surest sign counts: what the queue's node says, a variable that was set to a kind, the
    nodes that the call came through (the latest first), the message that the queue would end in.
    """
    signs = _signs(flow, state) if state else ()
    return next((kind for kind in signs if kind in flow.agreement and kind != MESSAGE), MESSAGE)


def _signs(flow: CallFlow, state: CallState) -> Iterator[str]:
    path = [flow.places[name] for name in state.path if name in flow.places]
    queues = [place for place in path if isinstance(place.node, Queue)]
    if queues and isinstance(queues[-1].node, Queue):
        yield queues[-1].node.queue.kind or ""
    for name, value in state.variables.items():
        if isinstance(value, str) and value != flow.variables.get(name):
            yield _as_name(value)
    for i in reversed(range(len(path))):
        yield _opened_by(path[i].node)
        yield path[i].name.rpartition("/")[2]
        yield from _words_between(path[i - 1], path[i]) if i else ()
    if queues:
        yield from _led_to(flow, queues[-1])


def _opened_by(node: Kind) -> str:
    """The kind of job that a node opens."""
    match node:
        case TakeMessage():
            return node.message.kind
        case Appointment():
            return node.appointment.kind or ""
        case _:
            return ""


def _words_between(before: Place[Kind], after: Place[Kind]) -> Iterator[str]:
    """What the caller may have said, where but one choice of a menu leads from one to the other."""
    ways = [name for name, target in before.exits.items() if target == after.name]
    for choice in before.node.choices if isinstance(before.node, Menu) else ():
        if ways == [choice.label]:
            yield from map(_as_name, choice.words)


def _led_to(flow: CallFlow, queue: Place[Kind]) -> Iterator[str]:
    """The kinds of the messages that callers leave whom nobody answers."""
    for way in ("nobody", "message"):
        place = flow.places.get(queue.exits.get(way, ""))
        for _ in range(LEADS_ON):
            if place is None:
                break
            yield _opened_by(place.node)
            ways = set(place.exits.values())
            place = flow.places.get(ways.pop()) if len(ways) == 1 else None


def _as_name(text: str) -> str:
    return text.strip().lower().replace(" ", "_").replace("-", "_")
