"""`<Enqueue>`, `<Leave>` and `<Dial><Queue>`: the carrier's own queues.

https://www.twilio.com/docs/voice/twiml/enqueue, …/leave, …/queue
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.simulator.conference.rooms import Member, Room
from ivr.simulator.interrupts import CallOver, Redirected
from ivr.simulator.queues import Place, Queue
from ivr.simulator.targets import Target
from ivr.simulator.twiml import Element
from ivr.simulator.verbs.meeting import meet, wait_in_turns

if TYPE_CHECKING:
    from ivr.simulator.call import Call

DEFAULT_SIZE = 1000
HOLD_MUSIC_SECONDS = 10.0


class LeftQueue(Exception):
    """A wait document took the caller out of the queue."""


def leave(call: Call, verb: Element) -> None:
    """Take the caller out of the queue."""
    raise LeftQueue


def enqueue(call: Call, verb: Element) -> Target | None:
    """Wait in a queue; go on with the action, or without one with the next verb."""
    action = call.address(verb.get("action")) if verb.get("action") else None
    method = verb.get("method", "POST")
    result: dict[str, str] = {}
    try:
        _queue_up(call, verb, result)
    except CallOver:
        if action:
            call.wire.report(Target(action, method, {"QueueResult": "hangup"} | result))
        raise
    except Redirected:
        if action:
            form = call.parameters() | result | {"QueueResult": "redirected"}
            call.wire.tell(action, method, form)
        raise
    return Target(action, method, result) if action else None


def _queue_up(call: Call, verb: Element, result: dict[str, str]) -> None:
    queue = call.exchange.queues.open(verb.text)
    place = queue.enter(call, verb.number("maxQueueSize", DEFAULT_SIZE))
    if place is None:
        result["QueueResult"] = "queue-full"
        return
    call.note("joined", f"queue {queue.name}", sid=queue.sid)
    result["QueueSid"] = queue.sid
    url = verb.get("waitUrl")
    wait = Target(call.address(url), verb.get("waitUrlMethod", "POST")) if url else None
    try:
        _wait_to_be_served(call, queue, place, wait)
    except LeftQueue:
        result["QueueResult"] = "leave"
        return
    finally:
        queue.leave(place)
        result["QueueTime"] = str(round(call.clock - place.since))
    call.run(place.greeting, "queue greeting")
    room = place.room
    member = Member(call, ends=True)
    bridged = room is not None and room.join(member)
    result["QueueResult"] = "bridged" if bridged else "error"
    if room and bridged:
        meet(call, room, member, lambda: None)


def _wait_to_be_served(call: Call, queue: Queue, place: Place, wait: Target | None) -> None:
    def turn() -> None:
        if wait is None:
            call.spend(HOLD_MUSIC_SECONDS)
        else:
            form = _wait_parameters(call, queue, place)
            call.run(Target(wait.url, wait.method, form), "queue wait")

    nobody = f"Nobody served the caller in the queue {queue.name!r}"
    wait_in_turns(call, lambda: place.room is not None, turn, nobody)


def _wait_parameters(call: Call, queue: Queue, place: Place) -> dict[str, str]:
    position, length = queue.position(place)
    waited = str(round(call.clock - place.since))
    return {
        "QueueSid": queue.sid,
        "QueuePosition": str(position),
        "QueueTime": waited,
        "AvgQueueTime": waited,
        "CurrentQueueSize": str(length),
    }


def serve(call: Call, verb: Element, noun: Element, result: dict[str, str]) -> None:
    """Be connected to the first in a queue, as soon as somebody is in it."""
    queue = call.exchange.queues.open(noun.text)
    room = Room(f"bridge from queue {queue.name}", capacity=2)
    greeting = None
    if noun.get("url"):
        greeting = Target(call.address(noun.get("url")), noun.get("method", "POST"))
    place = _first_in_queue(call, queue, room, greeting)
    result |= {
        "DialCallStatus": "completed",
        "DialCallSid": place.call.sid,
        "DialBridged": "true",
    }
    call.note("dialled", f"queue {queue.name}", sid=place.call.sid)
    member = Member(call, ends=True)
    if room.join(member):
        meet(call, room, member, lambda: None, star_ends=verb.flag("hangupOnStar"))


def _first_in_queue(call: Call, queue: Queue, room: Room, greeting: Target | None) -> Place:
    found: list[Place] = []

    def somebody() -> bool:
        if not found and (place := queue.serve(room, greeting)):
            found.append(place)
        return bool(found)

    def turn() -> None:
        call.spend(HOLD_MUSIC_SECONDS)

    wait_in_turns(call, somebody, turn, f"Nobody came into the queue {queue.name!r}")
    return found[0]
