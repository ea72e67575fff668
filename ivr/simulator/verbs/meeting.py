"""Being in a room with others: shared by conferences, queues and bridged legs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ivr.errors import SimulatorError
from ivr.simulator.caller import Press, Speak, Talk
from ivr.simulator.conference.rooms import Announcement, Leaving, Member, Outcome, Room
from ivr.simulator.interrupts import CallOver, Redirected

if TYPE_CHECKING:
    from ivr.simulator.call import Call

Waiting = Callable[[], None]
HOLD_MUSIC_SECONDS = 10.0


def meet(call: Call, room: Room, member: Member, wait: Waiting, star_ends: bool = False) -> None:
    """Stay in a room until it closes, or one is taken out; `wait` is one turn of being alone.

    With `star_ends`, the key * takes the caller out. Raises `CallOver` if the person hangs up,
    and `SimulatorError` if nothing happens for as long as the carrier's patience lasts.
    """
    call.room = room
    why, before = Leaving.HUNG_UP, call.connections
    try:
        while _wait_until_live(call, room, member, wait):
            call.connections += 1
            call.note("connected", _others(call, room), room=room.name)
            if _converse(call, room, member, star_ends) is Outcome.OVER:
                break
        why = Leaving.BY_API if member.removed else why
    except Redirected:
        why = Leaving.BY_API
        raise
    except CallOver as over:
        why = Leaving.BY_API if over.by == "carrier" else why
        raise
    finally:
        if member.together and call.connections == before:
            call.connections += 1
            call.note("connected", f"{room.name} for a moment", room=room.name)
        call.clock += room.settle(member)
        call.room = None
        room.leave(member, why)
        call.note("left", room.name)


def wait_in_turns(
    call: Call, ready: Callable[[], bool], turn: Waiting, nobody: str, asks: bool = True
) -> None:
    """Wait for somebody else, in real time; `turn` is what the caller hears again and again.

    With `asks`, they may do something between the turns. Raises `SimulatorError` with the words of
    `nobody` when the carrier's patience is over.
    """
    options = call.exchange.options
    deadline = time.monotonic() + options.patience_seconds
    while not ready():
        if asks:
            call.ask("waiting")
        turn()
        call.interrupts.wait(ready, options.hold_turn_seconds)
        if time.monotonic() > deadline:
            raise SimulatorError(f"{nobody} in {options.patience_seconds:g} s.")


def _wait_until_live(call: Call, room: Room, member: Member, turn: Waiting) -> bool:
    """Wait for somebody to talk to; False if the room was closed or the member taken out. Who is
    put on hold before that hears the music of it."""

    def wait_or_hold() -> None:
        if member.held:
            _stay_on_hold(call, room, member)
        else:
            turn()

    wait_in_turns(
        call,
        lambda: room.live or room.gone(member),
        wait_or_hold,
        f"Nobody else came to {room.name!r}, or those who left did so without endConferenceOnExit,",
    )
    return not room.gone(member)


def _converse(call: Call, room: Room, member: Member, star_ends: bool) -> Outcome:
    """Do what the person wants to do among others, until these have gone."""
    while True:
        if member.held:
            _stay_on_hold(call, room, member)
        act = call.ask("connected")
        if isinstance(act, Talk):
            outcome = _talk_on(call, room, member, act.seconds)
        elif act is None:
            outcome = _talk(call, room, member, math.inf)
        else:
            call.note("pressed" if isinstance(act, Press) else "spoke", f"to the others: {act}")
            if isinstance(act, Speak):
                room.say(member, act.words, act.aloud)
            if star_ends and isinstance(act, Press) and "*" in act.keys:
                return Outcome.OVER
            continue
        if outcome in (Outcome.ALONE, Outcome.OVER):
            return outcome


def _talk_on(call: Call, room: Room, member: Member, seconds: float) -> Outcome:
    """Talk for so long, whatever else comes in between."""
    left = seconds
    while left > 0:
        step = _step(call, left)
        outcome = _talk(call, room, member, step, busy=True)
        if outcome in (Outcome.ALONE, Outcome.OVER):
            return outcome
        if not math.isinf(left):
            left -= step - member.rest
    return Outcome.TIME_UP


def _step(call: Call, seconds: float) -> float:
    """All of it at once in virtual time; else little by little, so that a hold is noticed."""
    options = call.exchange.options
    if options.speed is None or math.isinf(seconds):
        return seconds
    return min(seconds, options.speed * options.hold_turn_seconds)


def _talk(call: Call, room: Room, member: Member, seconds: float, busy: bool = False) -> Outcome:
    """Talk until something happens, and live through it; who is `busy` does nothing else."""
    patience = call.exchange.options.patience_seconds
    outcome = room.talk(member, seconds, patience)
    # In reality only the one whose time ran out spends it; the others have waited for that.
    call.clock += room.settle(member) - member.passed
    call.spend(member.passed)
    if outcome is None:
        raise SimulatorError(
            f"In {room.name!r} everybody waited {patience:g} s for somebody else to leave."
        )
    if outcome is Outcome.SPOKEN_TO:
        _listen(call, room, member)
    if outcome is Outcome.HELD:
        _stay_on_hold(call, room, member, asks=not busy)
    return outcome


def _listen(call: Call, room: Room, member: Member) -> None:
    """Take in what was said, or announced, meanwhile."""
    for heard in room.take(member):
        if isinstance(heard, Announcement):
            call.run(heard.target, "announcement")
            room.on_announced(heard, member)
        else:
            call.overhear(heard.text, heard.by)


def _stay_on_hold(call: Call, room: Room, member: Member, asks: bool = True) -> None:
    """Hear music instead of the others, until one is taken back."""

    def over() -> bool:
        return not member.held or room.gone(member)

    def turn() -> None:
        _listen(call, room, member)
        if member.music:
            call.run(member.music, "hold music", over)
        else:
            call.spend(HOLD_MUSIC_SECONDS)

    call.note("held", room.name)
    if member.music is None:
        call.note("played", "hold music")
    nobody = f"Nobody took the caller back who was held in {room.name!r}"
    wait_in_turns(call, over, turn, nobody, asks)
    if not member.held:
        call.note("resumed", room.name)


def _others(call: Call, room: Room) -> str:
    others = [other.to if other.from_ == call.to else other.from_ for other in room.calls]
    return f"{room.name} with {len(others) - 1} other"
