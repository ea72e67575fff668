"""Being in a room with others: shared by conferences, queues and bridged legs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ivr.errors import SimulatorError
from ivr.simulator.caller import Press, Talk
from ivr.simulator.rooms import Member, Outcome, Room

if TYPE_CHECKING:
    from ivr.simulator.call import Call

Waiting = Callable[[], None]


def meet(call: Call, room: Room, member: Member, wait: Waiting, star_ends: bool = False) -> None:
    """Stay in a room until it closes; `wait` is one turn of being alone.

    With `star_ends`, the key * takes the caller out. Raises `CallOver` if the person hangs up,
    and `SimulatorError` if nothing happens for as long as the carrier's patience lasts.
    """
    call.room = room
    try:
        while _wait_until_live(call, room, wait):
            call.connections += 1
            call.note("connected", _others(call, room), room=room.name)
            if _converse(call, room, member, star_ends) is Outcome.OVER:
                return
    finally:
        call.clock += room.settle(member)
        call.room = None
        room.leave(member)
        call.note("left", room.name)


def wait_in_turns(call: Call, ready: Callable[[], bool], turn: Waiting, nobody: str) -> None:
    """Wait for somebody else, in real time; `turn` is what the caller hears again and again.

    Raises `SimulatorError` with the words of `nobody` when the carrier's patience is over.
    """
    options = call.exchange.options
    deadline = time.monotonic() + options.patience_seconds
    while not ready():
        call.ask("waiting")
        turn()
        call.interrupts.wait(ready, options.hold_turn_seconds)
        if time.monotonic() > deadline:
            raise SimulatorError(f"{nobody} in {options.patience_seconds:g} s.")


def _wait_until_live(call: Call, room: Room, turn: Waiting) -> bool:
    """Wait for somebody to talk to; False if the room was closed instead."""
    wait_in_turns(
        call,
        lambda: room.live or room.over,
        turn,
        f"Nobody else came to {room.name!r}, or those who left did so without endConferenceOnExit,",
    )
    return not room.over


def _converse(call: Call, room: Room, member: Member, star_ends: bool) -> Outcome:
    """Do what the person wants to do among others, until these have gone."""
    while True:
        act = call.ask("connected")
        if isinstance(act, Talk):
            outcome = _talk(call, room, member, act.seconds)
        elif act is None:
            outcome = _talk(call, room, member, None)
        else:
            call.note("pressed" if isinstance(act, Press) else "spoke", f"to the others: {act}")
            if star_ends and isinstance(act, Press) and "*" in act.keys:
                return Outcome.OVER
            continue
        if outcome is not Outcome.TIME_UP:
            return outcome


def _talk(call: Call, room: Room, member: Member, seconds: float | None) -> Outcome:
    patience = call.exchange.options.patience_seconds
    outcome = room.talk(member, seconds, patience)
    call.spend(room.settle(member))
    if outcome is None:
        raise SimulatorError(
            f"In {room.name!r} everybody waited {patience:g} s for somebody else to leave."
        )
    return outcome


def _others(call: Call, room: Room) -> str:
    others = [other.to if other.from_ == call.to else other.from_ for other in room.calls]
    return f"{room.name} with {len(others) - 1} other"
