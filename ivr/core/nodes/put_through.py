"""Whether a caller is put through to somebody: what statuses do without a word in the file.

Who is away is not rung: the call goes the way of a telephone that nobody answers. Who wants
messages has callers leave one: the call goes to the message that it would have come to at the
last, or, in a flow without one, to the built-in one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from ivr.core.flow.flow import LAST_RESORT, Flow, Place
from ivr.core.nodes.base import Kind, Leave, NodeContext
from ivr.core.nodes.message import TakeMessage

STATUS = "status"
"""The way out of a node because of somebody's status."""

NOBODY = "nobody"


def not_put_through(
    situation: NodeContext, person: str | None, emergency: bool = False
) -> Leave | None:
    """The way on of a caller who is not to be put through; None where they are.

    `person` is a short name; None stands for whoever may answer at the agency. It is an
    `emergency` too where the message that nobody's answer would end in is of such a kind.
    """
    standing = situation.standing
    if not standing:
        return None
    message = message_ahead(situation.flow, situation.place)
    emergency = emergency or is_emergency(situation.flow, message)
    if person is not None and standing.takes_calls(person, emergency):
        return None
    everybody = standing.all_want_messages(situation.flow.people, emergency)
    if everybody or (person is not None and standing.wants_messages(person, emergency)):
        return Leave(STATUS, to=message)
    return Leave(NOBODY) if person is not None else None


def message_ahead(flow: Flow[Kind], place: Place[Kind]) -> str:
    """The full name of the nearest message on the way that a call takes from `place` when nobody
    answers. A template's own message counts only from inside it: outside, its inputs are not set.
    """
    ahead = deque([place.exits[NOBODY]])
    seen: set[str] = set()
    while ahead:
        name = ahead.popleft()
        found = flow.places[name]
        inside = place.scope.prefix.startswith(found.scope.prefix)
        if inside and isinstance(found.node, TakeMessage) and name != LAST_RESORT:
            return name
        if name not in seen:
            seen.add(name)
            ahead.extend(_ways_on(found))
    return LAST_RESORT


def is_emergency(flow: Flow[Kind], message: str) -> bool:
    """Whether what a message would open is an emergency."""
    node = flow.places[message].node
    return isinstance(node, TakeMessage) and node.message.kind in flow.emergencies


def _ways_on(place: Place[Kind]) -> Iterator[str]:
    """Where a call may go from here, the way of nobody's answer before the others."""
    if NOBODY in place.exits:
        yield place.exits[NOBODY]
    yield from place.exits.values()
