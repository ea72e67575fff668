"""`<Dial><Conference>`. https://www.twilio.com/docs/voice/twiml/conference"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from ivr.errors import SimulatorError
from ivr.simulator.rooms import Member, Room
from ivr.simulator.targets import Target
from ivr.simulator.twiml import Element
from ivr.simulator.verbs.meeting import meet

if TYPE_CHECKING:
    from ivr.simulator.call import Call

# The words of statusCallbackEvent, and the events as they are named in the callback.
EVENTS = {
    "start": "conference-start",
    "end": "conference-end",
    "join": "participant-join",
    "leave": "participant-leave",
}
HOLD_MUSIC_SECONDS = 10.0


def attend(call: Call, verb: Element, noun: Element, result: dict[str, str]) -> None:
    """Be in the conference until it ends or the caller leaves."""
    room, member = _enter(call, noun)
    result |= {"DialCallStatus": "answered", "DialBridged": "true", "ConferenceSid": room.sid}
    call.note("joined", room.name, sid=room.sid, beep=noun.get("beep", "true"))
    wait_url = noun.get("waitUrl", "default")
    wait = Target(
        call.address(wait_url), noun.get("waitMethod", "POST"), {"ConferenceSid": room.sid}
    )

    def wait_a_turn() -> None:
        if wait_url in ("", "default"):
            call.spend(HOLD_MUSIC_SECONDS)
        else:
            call.run(wait, "conference wait")

    meet(call, room, member, wait_a_turn, star_ends=verb.flag("hangupOnStar"))


def _enter(call: Call, noun: Element) -> tuple[Room, Member]:
    capacity = noun.number("maxParticipants", 250)
    starts = noun.flag("startConferenceOnEnter", default=True)
    ends = noun.flag("endConferenceOnExit")
    while True:
        room = call.exchange.rooms.open(noun.text, capacity)
        if not room.calls:
            _tell_events(call, noun, room)
        member = room.join(call, starts, ends)
        if member:
            return room, member
        if not room.over:
            raise SimulatorError(f"The conference {noun.text!r} is full ({capacity}).")


def _tell_events(first: Call, noun: Element, room: Room) -> None:
    """The first participant's callback hears of the whole conference."""
    wanted = {EVENTS[word] for word in noun.get("statusCallbackEvent").split() if word in EVENTS}
    if not noun.get("statusCallback") or not wanted:
        return
    url = first.address(noun.get("statusCallback"))
    method = noun.get("statusCallbackMethod", "POST")

    def tell(event: str, call: Call) -> None:
        if event not in wanted:
            return
        room.sequence += 1
        form = {
            "AccountSid": call.exchange.options.account_sid,
            "ConferenceSid": room.sid,
            "FriendlyName": room.name,
            "SequenceNumber": str(room.sequence),
            "StatusCallbackEvent": event,
            "Timestamp": format_datetime(datetime.now(UTC)),
        }
        if event.startswith("participant"):
            form |= {"CallSid": call.sid, "Muted": "false", "Hold": "false", "Coaching": "false"}
        first.wire.tell(url, method, form)

    room.notify = tell
