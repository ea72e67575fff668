"""A turn that was taken → the note of it in the call's timeline. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from ivr.core.call.engine import CallFlow, Turn
from ivr.core.call.events import (
    CallStarted,
    CardNumber,
    Claimed,
    Dialled,
    DialOutcome,
    Event,
    HungUp,
    Pressed,
    Recorded,
    Replied,
    Spoke,
    Waiting,
)
from ivr.core.call.instructions import Dial
from ivr.core.call.state import CallState
from ivr.core.card_numbers import MASK, is_card
from ivr.core.carrier import HUNG_UP
from ivr.core.flow.flow import Place
from ivr.core.nodes.base import Kind
from ivr.core.records.timeline import STANDING, LegNote, LegRole, PathStep, TurnNote

LAST_RESORT = "fell back"
"""What happened on a turn without an event: something had gone wrong, and a message was taken."""

MAX_SAID = 1000
"""Characters that are kept of what a caller says on one turn."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn as it was taken: in which flow, from which state, on which event, when."""

    flow: CallFlow
    before: CallState
    event: Event | None
    turn: Turn
    now: datetime


def turn_note(taken: Taken) -> TurnNote:
    """What the timeline keeps of a turn."""
    flow, before, turn = taken.flow, taken.before, taken.turn
    return TurnNote(
        call_sid=before.call_sid,
        number=turn.state.turn,
        at=taken.now,
        version=flow.version,
        event=event_name(taken.event),
        said=_said(flow.places.get(before.node), taken.event),
        facts=_facts(taken.event) | _standing(turn.state),
        way=(
            *(_step(flow, passed.node, passed.exit) for passed in turn.passed),
            _step(flow, turn.state.node),
        ),
        legs=tuple(_legs(taken)),
    )


def event_name(event: Event | None) -> str:
    """What the timeline calls a kind of event: `hung up`, `wait expired`."""
    match event:
        case None:
            return LAST_RESORT
        case CallStarted():
            return "started"
        case _:
            return _in_words(type(event).__name__)


@cache
def _in_words(name: str) -> str:
    """`WaitExpired` → `wait expired`."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


def _step(flow: CallFlow, node: str, exit_: str | None = None) -> PathStep:
    place = flow.places.get(node)
    if place is None:  # a call from an earlier version of the file, which lacked the node
        return PathStep(node, "", 0, exit_)
    # The path in the folder of client files, as the version keeps its texts.
    file = next((path for path in flow.texts if place.file.endswith(path)), place.file)
    return PathStep(node, file, place.line, exit_)


def _said(place: Place[Kind] | None, event: Event | None) -> str | None:
    """The keys or words, in dots where they are secret or have the check digit of a card."""
    match event:
        case Pressed(said):
            secret = is_card("".join(filter(str.isdecimal, said)) or "0")
        case Spoke(words):
            said, secret = words[:MAX_SAID], False
        case CardNumber(masked):
            said, secret = masked[:MAX_SAID], False
        case _:
            return None
    if secret or (place is not None and place.node.takes_secret):
        return re.sub(r"\w", MASK, said)
    return said


def _facts(event: Event | None) -> dict[str, str | int]:
    match event:
        case Recorded(recording_sid, seconds):
            return {"recording": recording_sid, "seconds": seconds}
        case Dialled(outcome, seconds):
            return {"outcome": outcome.value, "seconds": seconds}
        case Waiting(position):
            return {"position": position}
        case Claimed(room):
            return {"room": room}
        case Replied(status):
            return {"status": status}
        case HungUp(outcome) if outcome != HUNG_UP:
            return {"outcome": outcome}
        case _:
            return {}


def _standing(state: CallState) -> dict[str, str | int]:
    """What the client's people had said of themselves, which may be why the call went its way."""
    said = state.standing.to_data()
    return {STANDING: ", ".join(f"{who} {kind}" for who, kind in said.items())} if said else {}


def _legs(taken: Taken) -> Iterator[LegNote]:
    """The leg that the turn's event ended, and the one that the turn begins.

    A person is rung from one turn to the next, so the first of them tells the leg from any other.
    After a conference the carrier names no leg, as nobody was rung.
    https://www.twilio.com/docs/voice/twiml/dial#action
    """
    before, after, event, now = taken.before, taken.turn.state, taken.event, taken.now
    if isinstance(event, Dialled) and event.leg_sid:
        talked = event.outcome is DialOutcome.ANSWERED
        yield LegNote(
            key=f"{before.call_sid} dial {before.turn}",
            call_sid=before.call_sid,
            role=LegRole.PERSON,
            sid=event.leg_sid,
            answered_at=now - timedelta(seconds=event.seconds) if talked else None,
            ended_at=now,
            how=event.outcome.value,
        )
    for verb in taken.turn.verbs:
        if isinstance(verb, Dial):
            yield LegNote(
                key=f"{after.call_sid} dial {after.turn}",
                call_sid=after.call_sid,
                role=LegRole.PERSON,
                to=verb.number,
                started_at=now,
            )
